//! Step 3: something listens there.

use std::net::{IpAddr, SocketAddr};

use scaiwave_engine::doctor::{Finding, Step};
use scaiwave_protocol::ServerName;
use tokio::net::TcpStream;

use crate::client::sockets::Sockets;

/// Addresses that are tried: one of each family. An admin waits for the answer.
const TRIED_MAX: usize = 2;

/// Whether at least one of the addresses takes a connection.
pub(super) async fn check(
    sockets: &Sockets,
    server: &ServerName,
    addresses: &[IpAddr],
    findings: &mut Vec<Finding>,
) -> bool {
    let default = if server.is_localhost() { 80 } else { 443 };
    let port = server.port().unwrap_or(default);
    let mut sentences = Vec::new();
    for address in addresses.iter().take(TRIED_MAX) {
        let place = SocketAddr::new(*address, port);
        let connecting = TcpStream::connect(place);
        match tokio::time::timeout(sockets.reach.connect_timeout, connecting).await {
            Ok(Ok(_)) => {
                findings.push(Finding::ok(Step::Connection, format!("{place} does.")));
                return true;
            }
            Ok(Err(error)) => sentences.push(format!("{place}: {error}")),
            Err(_) => sentences.push(format!("{place}: no answer in time")),
        }
    }
    findings.push(Finding::failed(
        Step::Connection,
        format!("{}.", sentences.join("; ")),
        "The server is not running, listens on another port, or a firewall stands between.",
        "Ask the other admin whether it runs and whether its port is open to the internet; look whether \
         this machine may open connections to other servers.",
    ));
    false
}
