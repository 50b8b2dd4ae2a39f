//! What a command says to the person or the script that called it.

/// Reports why a command failed, with all causes.
#[expect(
    clippy::print_stderr,
    reason = "the last word of a command that failed, log or no log"
)]
pub(crate) fn report(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}

/// Says how far a command is that takes its time.
#[expect(clippy::print_stderr, reason = "standard output is for the result")]
pub(crate) fn progress(what: &str) {
    eprintln!("{what}");
}

/// Prints what a command has done: JSON for scripts, a sentence for people.
#[expect(clippy::print_stdout, reason = "the result of a command")]
pub(crate) fn result(as_json: bool, json: &serde_json::Value, text: &str) {
    if as_json {
        println!("{json}");
    } else {
        println!("{text}");
    }
}
