//! What a command says to the person or the script that called it.

use std::io::{self, Write as _};

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
pub(crate) fn result(as_json: bool, json: &serde_json::Value, text: &str) -> io::Result<()> {
    if as_json {
        line(&json.to_string())
    } else {
        line(text)
    }
}

/// Prints to standard output. Whoever stops reading (`| head`) has seen enough: that is no failure.
pub(crate) fn line(text: &str) -> io::Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
