use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use super::keys;
use super::problem::Complaint;
use super::proxies::TrustedProxies;
use super::reader::Reader;
use super::server_name;

/// `[server]`: where this process listens and where it keeps its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// Makes the tenant `default` with this server name at the first start.
    pub(crate) name: Option<String>,
    /// The address of the HTTP listener.
    pub(crate) listen: SocketAddr,
    /// The address of the listener for those who watch over this process; none when nobody does.
    pub(crate) metrics: Option<SocketAddr>,
    /// The reverse proxies before the HTTP listener.
    pub(crate) proxies: TrustedProxies,
    /// Databases, keys and files; a relative path starts at the working directory.
    pub(crate) data_dir: PathBuf,
}

impl Server {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let name = reader.parsed(keys::SERVER_NAME, server_name::parse);
        let listen = reader
            .parsed(keys::SERVER_LISTEN, parse_listen)
            .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8000)));
        Self {
            name,
            listen,
            metrics: reader.parsed(keys::SERVER_METRICS_LISTEN, |text| {
                parse_metrics(text, listen)
            }),
            proxies: TrustedProxies::read(reader),
            data_dir: reader
                .parsed(keys::SERVER_DATA_DIR, parse_directory)
                .unwrap_or_else(|| PathBuf::from("./data")),
        }
    }

    /// Can anybody but this machine reach the listener?
    pub(crate) fn listens_beyond_loopback(&self) -> bool {
        !is_loopback(self.listen)
    }

    /// The same for the listener for those who watch over this process.
    pub(crate) fn shows_metrics_beyond_loopback(&self) -> bool {
        self.metrics.is_some_and(|metrics| !is_loopback(metrics))
    }
}

fn is_loopback(address: SocketAddr) -> bool {
    // `::ffff:127.0.0.1` is loopback too; the standard library says so only in IPv4 form.
    address.ip().to_canonical().is_loopback()
}

/// What is told there is not for everybody: it never stands on the listener that people use.
fn parse_metrics(text: &str, listen: SocketAddr) -> Result<SocketAddr, Complaint> {
    let port = text.parse().map(|port: u16| (Ipv4Addr::LOCALHOST, port));
    let port = port.map(SocketAddr::from);
    let address = port.or_else(|_| text.parse()).map_err(|_| {
        Complaint::new(
            format!("{text:?} is neither a port nor an IP address with a port"),
            "write for example 9464, which means 127.0.0.1:9464, or 10.0.0.5:9464",
        )
    })?;
    let (one, other) = (address.ip().to_canonical(), listen.ip().to_canonical());
    let all = one.is_unspecified() || other.is_unspecified();
    if address.port() != 0 && address.port() == listen.port() && (all || one == other) {
        return Err(Complaint::new(
            format!("{address} is where people and other servers are served ({listen})"),
            "choose another port, and let only your monitoring reach it",
        ));
    }
    Ok(address)
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
