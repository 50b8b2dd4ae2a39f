use std::fmt;

use crate::ids::{ServerName, text_form};
use crate::json::Malformed;

/// A server name, or `*.d` for strict subdomains of d (protocol section 8).
///
/// Matched without port, unless the pattern has one: then exactly.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerPattern {
    name: ServerName,
    subdomains: bool,
}

text_form!(PeerPattern);

impl PeerPattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let (name, subdomains) = match text.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        Ok(PeerPattern {
            name: ServerName::parse(name)?,
            subdomains,
        })
    }

    /// Whether this server is meant.
    pub fn matches(&self, server: &ServerName) -> bool {
        if self.name.port().is_some() && self.name.port() != server.port() {
            return false;
        }
        if self.subdomains {
            let rest = server.host().strip_suffix(self.name.host());
            return rest.is_some_and(|rest| rest.ends_with('.'));
        }
        server.host() == self.name.host()
    }
}

impl fmt::Display for PeerPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.subdomains {
            f.write_str("*.")?;
        }
        fmt::Display::fmt(&self.name, f)
    }
}

impl fmt::Debug for PeerPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
