//! Steps 1 and 2: the name leads to addresses that anybody may be reached at.

use std::net::IpAddr;

use scaiwave_engine::doctor::{Finding, Step};
use scaiwave_protocol::ServerName;

use crate::client::resolver::{Unresolved, is_localhost, resolve};
use crate::client::sockets::Sockets;

/// The addresses that may be dialled; none when the way ends here.
pub(super) async fn check(
    sockets: &Sockets,
    server: &ServerName,
    findings: &mut Vec<Finding>,
) -> Option<Vec<IpAddr>> {
    let host = server.host();
    let unresolved = match resolve(&*sockets.resolver.lookup, host, &sockets.reach).await {
        Ok(addresses) => {
            let found = if is_localhost(host) {
                "Names under .localhost are this machine.".to_owned()
            } else {
                format!("{}.", listed(&addresses))
            };
            findings.push(Finding::ok(Step::Name, found));
            findings.push(Finding::ok(Step::Address, "They may."));
            return Some(addresses);
        }
        Err(unresolved) => unresolved,
    };
    match unresolved {
        Unresolved::Failed(error) => findings.push(Finding::failed(
            Step::Name,
            format!("The name could not be looked up: {error}."),
            "The name is mistyped or has no DNS entry, or this machine's resolver does not answer.",
            "Compare the name with the other admin; look it up from another machine; look at \
             /etc/resolv.conf here.",
        )),
        Unresolved::NoAddress => findings.push(Finding::failed(
            Step::Name,
            "The name exists, but has no address.",
            "Its DNS entry lacks A and AAAA records.",
            "Ask the other admin to add them.",
        )),
        Unresolved::Refused(address, what) => {
            findings.push(Finding::ok(
                Step::Name,
                format!("{address} (and no better one)."),
            ));
            findings.push(refused(address, what));
        }
        Unresolved::Localhost => {
            findings.push(Finding::ok(
                Step::Name,
                "Names under .localhost are this machine.",
            ));
            findings.push(Finding::failed(
                Step::Address,
                "Names under .localhost are only for servers on this machine.",
                "The configuration does not allow them, as it should be in production.",
                "Use the server's public name; for a trial on one machine set \
                 SCAIWAVE_FEDERATION_ALLOW_LOOPBACK=true.",
            ));
        }
    }
    None
}

fn refused(address: IpAddr, what: &str) -> Finding {
    Finding::failed(
        Step::Address,
        format!("{address} is {what}: requests of strangers' making are not sent there."),
        "The name leads into a private network, perhaps because this machine asks an internal DNS.",
        "Let the name lead to a public address; for a closed network list its range under \
         `federation.allow_private` in the configuration.",
    )
}

fn listed(addresses: &[IpAddr]) -> String {
    let texts: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
    texts.join(", ")
}
