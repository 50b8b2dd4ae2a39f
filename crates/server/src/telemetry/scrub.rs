//! The last net: whatever looks like a secret is struck out of a line before it is written.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::LazyLock;

use regex::Regex;

/// A name that stands before a secret, in an address, a form, JSON or a list of fields; then the secret.
#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test compiles it"
)]
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)\b((?:access_|refresh_|reset_)?token|ticket|password|client_secret|authorization)(\\?"?\s*[=:]\s*\\?"?(?:bearer[ ,]+)?)[^\s&"\\,;})\]]+"#,
    )
    .expect("a pattern")
});

/// A token that says so itself.
#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test compiles it"
)]
static BEARER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b(bearer,? +)[A-Za-z0-9._~+/=-]{8,}").expect("a pattern"));

const STRUCK: &str = "…";

/// Writes lines without their secrets. The subscriber hands over one line at a time, whole.
pub(super) struct Scrubbed<W>(W);

impl<W: Write> Scrubbed<W> {
    pub(super) fn new(inner: W) -> Self {
        Scrubbed(inner)
    }
}

impl<W: Write> Write for Scrubbed<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        self.0.write_all(scrub(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn scrub(line: &str) -> Cow<'_, str> {
    let named = NAMED.replace_all(line, format!("${{1}}${{2}}{STRUCK}"));
    match BEARER.replace_all(&named, format!("${{1}}{STRUCK}")) {
        Cow::Borrowed(_) => named,
        Cow::Owned(scrubbed) => Cow::Owned(scrubbed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_struck_out_and_the_rest_stays() {
        let cases = [
            (
                "GET /v1/stream?token=abc.def-1&since=4 HTTP/1.1",
                "GET /v1/stream?token=…&since=4 HTTP/1.1",
            ),
            ("uri=/v1/stream?ticket=abc", "uri=/v1/stream?ticket=…"),
            (
                "?access_token=abc&refresh_token=def",
                "?access_token=…&refresh_token=…",
            ),
            (
                "Authorization: Bearer abcdefgh.1",
                "Authorization: Bearer …",
            ),
            (
                r#""authorization": "Bearer abcdefgh""#,
                r#""authorization": "Bearer …""#,
            ),
            (
                "sec-websocket-protocol: bearer, abcdefgh",
                "sec-websocket-protocol: bearer, …",
            ),
            (
                r#"{"password":"hunter 2","x":1}"#,
                r#"{"password":"… 2","x":1}"#,
            ),
            (
                r#"body {\"password\":\"hunter2\"}"#,
                r#"body {\"password\":\"…\"}"#,
            ),
            (
                "grant_type=password&password=p%20q",
                "grant_type=password&password=…",
            ),
            // No secrets.
            ("peer=b.example lag_events=3", "peer=b.example lag_events=3"),
            ("a token was not believed", "a token was not believed"),
            ("tokens: 3", "tokens: 3"),
        ];
        for (line, expected) in cases {
            assert_eq!(scrub(line), expected);
            let mut written = Vec::new();
            let length = Scrubbed::new(&mut written)
                .write(line.as_bytes())
                .expect("memory");
            assert_eq!(length, line.len());
            assert_eq!(String::from_utf8(written).expect("text"), expected);
        }
    }
}
