use std::fmt;
use std::sync::Arc;

use crate::ids::{LocalId, ServerName, text_form};
use crate::json::Malformed;
use crate::limits::{FQID_BYTES_MAX, MEMBER_NAME_CHARS_MAX};

/// A fully qualified id: `@local_id:server_name`. The origin of an event is the server in its sender.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fqid {
    text: Arc<str>,
    server: ServerName,
}

text_form!(Fqid);

impl Fqid {
    /// Parses, splitting at the first colon.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let wrong = || Malformed::new("a participant must be written @local_id:server_name");
        let (local, server) = text
            .strip_prefix('@')
            .and_then(|rest| rest.split_once(':'))
            .ok_or_else(wrong)?;
        if text.len() > FQID_BYTES_MAX {
            return Err(Malformed::new(
                "a participant's full name has at most 255 bytes",
            ));
        }
        if local != LocalId::SERVER {
            LocalId::parse(local)?;
        }
        Ok(Fqid {
            text: text.into(),
            server: ServerName::parse(server)?,
        })
    }

    /// The participant `local` of `server`.
    pub fn new(local: &LocalId, server: &ServerName) -> Result<Self, Malformed> {
        Self::parse(&format!("@{local}:{server}"))
    }

    /// The server itself, sender of control events.
    pub fn of_server(server: &ServerName) -> Self {
        Fqid {
            text: format!("@{}:{server}", LocalId::SERVER).into(),
            server: server.clone(),
        }
    }

    /// The text, `@` included.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part between `@` and the first colon.
    pub fn local(&self) -> &str {
        &self.text[1..self.text.len() - self.server.as_str().len() - 1]
    }

    /// The home server.
    pub fn server(&self) -> &ServerName {
        &self.server
    }

    /// Whether this is a server and not a participant.
    pub fn is_server(&self) -> bool {
        self.local() == LocalId::SERVER
    }

    /// Parses a participant, refusing a server itself.
    pub fn parse_participant(text: &str) -> Result<Self, Malformed> {
        let fqid = Self::parse(text)?;
        if fqid.is_server() {
            return Err(Malformed::new("a server itself is never a participant"));
        }
        // Participants are member names in snapshots, and those are shorter than full names may be.
        if text.len() > MEMBER_NAME_CHARS_MAX {
            return Err(Malformed::new(
                "a participant's full name has at most 128 bytes in a room",
            ));
        }
        Ok(fqid)
    }
}

impl fmt::Display for Fqid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Fqid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
