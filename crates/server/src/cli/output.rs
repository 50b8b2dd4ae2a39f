//! What a command says to the person or the script that called it.

/// Reports why a command failed, with all causes.
#[expect(
    clippy::print_stderr,
    reason = "the last word of a command that failed, log or no log"
)]
pub(crate) fn report(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
