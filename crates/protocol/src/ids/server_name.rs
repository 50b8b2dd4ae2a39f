use std::sync::Arc;

use crate::ids::text_id;
use crate::json::Malformed;
use crate::limits::{SERVER_LABEL_BYTES_MAX, SERVER_NAME_BYTES_MAX};

/// A lower-case DNS name with an optional port, compared byte by byte. One tenant is one server name.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerName(pub(super) Arc<str>);

text_id!(ServerName);

impl ServerName {
    /// Parses `labels[:port]` (protocol section 1).
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let (host, port) = match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        };
        check_host(host)?;
        if let Some(port) = port {
            check_port(port)?;
        }
        Ok(ServerName(text.into()))
    }

    /// The DNS name without the port.
    pub fn host(&self) -> &str {
        self.0.split_once(':').map_or(&*self.0, |(host, _)| host)
    }

    /// The port, if the name has one; otherwise HTTPS's own.
    pub fn port(&self) -> Option<u16> {
        self.0
            .split_once(':')
            .and_then(|(_, port)| port.parse().ok())
    }

    /// Whether the name always resolves to loopback (RFC 6761 section 6.3).
    pub fn is_localhost(&self) -> bool {
        self.host() == "localhost" || self.host().ends_with(".localhost")
    }
}

fn check_host(host: &str) -> Result<(), Malformed> {
    if host.is_empty() || host.len() > SERVER_NAME_BYTES_MAX {
        return Err(Malformed::new(
            "a server name must have 1–253 bytes before its port",
        ));
    }
    let mut last = "";
    for label in host.split('.') {
        check_label(label)?;
        last = label;
    }
    // An all-numeric last label would make an IPv4 address a server name.
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Malformed::new(
            "a server name must not end in a label of digits only",
        ));
    }
    Ok(())
}

fn check_label(label: &str) -> Result<(), Malformed> {
    let letters = label
        .bytes()
        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    let length = (1..=SERVER_LABEL_BYTES_MAX).contains(&label.len());
    let hyphens = !label.starts_with('-') && !label.ends_with('-');
    if letters && length && hyphens {
        return Ok(());
    }
    Err(Malformed::new(
        "each label of a server name must be 1–63 of a–z, 0–9 and inner hyphens, in lower case",
    ))
}

fn check_port(port: &str) -> Result<(), Malformed> {
    let number: u16 = match port.parse() {
        Ok(number) if port.bytes().all(|b| b.is_ascii_digit()) => number,
        _ => 0,
    };
    if number == 0 || port.starts_with('0') {
        return Err(Malformed::new(
            "a port must be 1–65535 without a leading zero",
        ));
    }
    if number == 443 {
        return Err(Malformed::new(
            "the port 443 must be left out of a server name",
        ));
    }
    Ok(())
}
