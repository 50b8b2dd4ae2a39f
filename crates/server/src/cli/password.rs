use std::io::Read;

use anyhow::{Context as _, bail};

/// Argon2 takes longer input; nobody types it, and a mistaken pipe should not be hashed.
const MAX_BYTES: u64 = 1024;

/// Reads a password to the end of the input. It never stands on the command line, where other
/// users of the machine could read it. One line end after it belongs to `echo`, not to it.
pub(crate) fn read(input: impl Read) -> anyhow::Result<String> {
    let mut text = String::new();
    input
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text)
        .context("the password cannot be read from standard input")?;
    if text.len() as u64 > MAX_BYTES {
        bail!("the password on standard input is longer than {MAX_BYTES} bytes");
    }
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        bail!("the password on standard input is empty");
    }
    if password.contains(['\n', '\r']) {
        bail!("the password on standard input has more than one line");
    }
    Ok(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_not_part_of_it() {
        for (input, password) in [("secret", "secret"), ("a b \n", "a b "), ("ü\r\n", "ü")] {
            assert_eq!(read(input.as_bytes()).unwrap(), password);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let long = "x".repeat(1025);
        for input in ["", "\n", "two\nlines", "two\n\n", &long] {
            assert!(read(input.as_bytes()).is_err(), "{input:?}");
        }
        assert!(read(&b"\xff"[..]).is_err());
        let longest = "x".repeat(1024);
        assert_eq!(read(longest.as_bytes()).unwrap(), longest);
    }
}
