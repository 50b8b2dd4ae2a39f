use std::fmt;

use super::keys;
use super::problem::Complaint;
use super::reader::Reader;

/// Letters of the token: whoever has it makes and shuts tenants, from wherever the server can be reached.
const TOKEN_CHARS_MIN: usize = 32;

/// `[operator]`: whoever runs the server, over HTTP. Without a token only the command line does.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) token: Option<String>,
}

impl Operator {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            token: reader.parsed(keys::OPERATOR_TOKEN, parse_token),
        }
    }
}

/// A secret is not shown.
impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator")
            .field("token", &self.token.as_ref().map(|_| "…"))
            .finish()
    }
}

fn parse_token(text: &str) -> Result<String, Complaint> {
    let plain = text.bytes().all(|b| b.is_ascii_graphic());
    if plain && text.len() >= TOKEN_CHARS_MIN {
        return Ok(text.to_owned());
    }
    Err(Complaint::new(
        "the token is too short or has spaces or letters beyond ASCII",
        "use at least 32 random letters and digits, for example of `openssl rand -hex 32`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_and_plain() {
        for (text, good) in [
            ("a".repeat(TOKEN_CHARS_MIN - 1), false),
            ("a".repeat(TOKEN_CHARS_MIN), true),
            ("a b".repeat(TOKEN_CHARS_MIN), false),
            ("ä".repeat(TOKEN_CHARS_MIN), false),
            (String::new(), false),
        ] {
            assert_eq!(parse_token(&text).is_ok(), good, "{text}");
        }
        let operator = Operator {
            token: Some("secret".repeat(9)),
        };
        assert!(!format!("{operator:?}").contains("secret"));
    }
}
