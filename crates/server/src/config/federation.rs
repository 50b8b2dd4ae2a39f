use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use scaiwave_federation::Reach;
use scaiwave_federation::client::{Authority, NotPrivate, PrivateRange};

use super::problem::Complaint;
use super::reader::Reader;
use super::server::Server;
use super::{keys, server_name};

/// `[federation]`: how this process reaches other servers. Whom a tenant talks to is the tenant's
/// own policy and lives in its database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Federation {
    /// Permits plain HTTP and loopback addresses, for names under `.localhost` only.
    pub(crate) allow_loopback: bool,
    /// Ranges of a closed network.
    pub(crate) allow_private: Vec<PrivateRange>,
    /// Names of a closed network that no resolver knows, with their addresses.
    pub(crate) hosts: BTreeMap<String, IpAddr>,
    /// The closed network's certificate authorities, in PEM form.
    pub(crate) ca_file: Option<PathBuf>,
}

impl Federation {
    pub(super) fn read(reader: &mut Reader, server: &Server) -> Self {
        Self {
            allow_loopback: allow_loopback(reader, server),
            allow_private: reader
                .list(keys::FEDERATION_ALLOW_PRIVATE, parse_range)
                .unwrap_or_default(),
            hosts: reader
                .table(keys::FEDERATION_HOSTS, parse_host)
                .unwrap_or_default(),
            ca_file: reader.parsed(keys::FEDERATION_CA_FILE, parse_ca_file),
        }
    }

    /// The same in the words of the outbound client.
    pub(crate) fn reach(&self) -> anyhow::Result<Reach> {
        let authorities = match &self.ca_file {
            Some(path) => authorities(path)
                .with_context(|| format!("federation.ca_file: {}", path.display()))?,
            None => Vec::new(),
        };
        Ok(Reach {
            allow_loopback: self.allow_loopback,
            allow_private: self.allow_private.clone(),
            hosts: self.hosts.clone(),
            authorities,
            ..Reach::default()
        })
    }
}

fn allow_loopback(reader: &mut Reader, server: &Server) -> bool {
    let allow_loopback = reader
        .flag(keys::FEDERATION_ALLOW_LOOPBACK)
        .unwrap_or(false);
    if allow_loopback && server.listens_beyond_loopback() {
        reader.refuse(
            keys::FEDERATION_ALLOW_LOOPBACK,
            Complaint::new(
                format!(
                    "peers could make this server call its own machine, and {} is reachable from outside",
                    server.listen
                ),
                "remove it, or listen on 127.0.0.1",
            ),
        );
    }
    allow_loopback
}

fn parse_range(text: &str) -> Result<PrivateRange, Complaint> {
    text.parse().map_err(|wrong| match wrong {
        NotPrivate::Form => Complaint::new(
            format!("{text:?} is not a range of addresses"),
            "write for example 10.0.0.0/8 or fd12:3456::/32",
        ),
        NotPrivate::NotWithin => Complaint::new(
            format!("{text} is not within a range that private networks use"),
            "name ranges within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or fc00::/7; \
             no other can be allowed",
        ),
    })
}

fn parse_host(name: &str, address: &str) -> Result<(String, IpAddr), Complaint> {
    if name.contains(':') {
        return Err(Complaint::new(
            format!("{name:?} has a port, and an address holds for all of them"),
            "write the name alone",
        ));
    }
    let name = server_name::parse(name)?;
    if name == "localhost" || name.ends_with(".localhost") {
        return Err(Complaint::new(
            format!("{name} is this machine, whatever stands here"),
            "remove it; allow_loopback permits names under .localhost",
        ));
    }
    let address = address.parse().map_err(|_| {
        Complaint::new(
            format!("{address:?} is not an IP address"),
            "write for example 10.1.2.3",
        )
    })?;
    Ok((name, address))
}

/// The file is read again when it is used; here it is only made sure that this will succeed.
pub(super) fn parse_ca_file(text: &str) -> Result<PathBuf, Complaint> {
    let path = PathBuf::from(text);
    match authorities(&path) {
        Ok(_) => Ok(path),
        Err(error) => Err(Complaint::new(
            format!("{text:?} cannot be used: {error:#}"),
            "name a readable file with the certificates of the authorities, in PEM form",
        )),
    }
}

fn authorities(path: &Path) -> anyhow::Result<Vec<Authority>> {
    Ok(Authority::read_pem(&std::fs::read(path)?)?)
}
