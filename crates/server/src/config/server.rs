use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use super::keys;
use super::problem::Complaint;
use super::reader::Reader;
use super::server_name;

/// `[server]`: where this process listens and where it keeps its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// Makes the tenant `default` with this server name at the first start.
    pub(crate) name: Option<String>,
    /// The address of the HTTP listener.
    pub(crate) listen: SocketAddr,
    /// Databases, keys and files; a relative path starts at the working directory.
    pub(crate) data_dir: PathBuf,
}

impl Server {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            name: reader.parsed(keys::SERVER_NAME, server_name::parse),
            listen: reader
                .parsed(keys::SERVER_LISTEN, parse_listen)
                .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8000))),
            data_dir: reader
                .parsed(keys::SERVER_DATA_DIR, parse_directory)
                .unwrap_or_else(|| PathBuf::from("./data")),
        }
    }

    /// Can anybody but this machine reach the listener?
    pub(crate) fn listens_beyond_loopback(&self) -> bool {
        // `::ffff:127.0.0.1` is loopback too; the standard library says so only in IPv4 form.
        !self.listen.ip().to_canonical().is_loopback()
    }
}

fn parse_listen(text: &str) -> Result<SocketAddr, Complaint> {
    text.parse().map_err(|_| {
        Complaint::new(
            format!("{text:?} is not an IP address with a port"),
            "write for example 127.0.0.1:8000, [::1]:8000 or 0.0.0.0:8000",
        )
    })
}

fn parse_directory(text: &str) -> Result<PathBuf, Complaint> {
    if text.is_empty() {
        return Err(Complaint::new(
            "the path is empty",
            "name a directory, for example ./data",
        ));
    }
    Ok(PathBuf::from(text))
}
