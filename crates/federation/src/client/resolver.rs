//! From names to the addresses that are dialled. The check stands here and nowhere else: what passes
//! it is what the connector gets, so there is no second look-up that could answer otherwise.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses;
use super::reach::Reach;

/// Asks for the addresses of a name. The system does it; tests answer themselves.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// Every address of the name.
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Why a name has no address for us.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unresolved {
    #[error("the name could not be resolved: {0}")]
    Failed(io::Error),
    #[error("the name has no address")]
    NoAddress,
    #[error("address refused: {0} is {1}")]
    Refused(IpAddr, &'static str),
    #[error(
        "address refused: names under .localhost are only for servers on this machine, and the configuration does not allow them"
    )]
    Localhost,
}

/// Names under .localhost are this machine, without asking anybody (RFC 6761 section 6.3), and names
/// that the configuration knows are where it says. Of every other name, only addresses that anybody may
/// be reached at are used, and those of a closed network that the configuration lists.
pub(super) async fn resolve(
    lookup: &dyn Lookup,
    name: &str,
    reach: &Reach,
) -> Result<Vec<IpAddr>, Unresolved> {
    if is_localhost(name) {
        let this_machine = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        return if reach.allow_loopback {
            Ok(this_machine)
        } else {
            Err(Unresolved::Localhost)
        };
    }
    let found = match reach.hosts.get(name) {
        Some(address) if address.is_loopback() && reach.allow_loopback => {
            return Ok(vec![*address]);
        }
        Some(address) => vec![*address],
        None => lookup.lookup(name).await.map_err(Unresolved::Failed)?,
    };
    let allowed = |address| {
        reach
            .allow_private
            .iter()
            .any(|range| range.allows(address))
    };
    let mut refused = None;
    let mut accepted = Vec::new();
    for address in found {
        match addresses::objection(address) {
            Some(what) if !allowed(address) => refused = Some(Unresolved::Refused(address, what)),
            _ => accepted.push(address),
        }
    }
    if accepted.is_empty() {
        return Err(refused.unwrap_or(Unresolved::NoAddress));
    }
    Ok(accepted)
}

pub(super) fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

/// What the HTTP client resolves with.
#[derive(Clone)]
pub(super) struct Resolver {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) reach: Arc<Reach>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Resolver { lookup, reach } = self.clone();
        Box::pin(async move {
            let addresses = resolve(&*lookup, name.as_str(), &reach).await?;
            // Port 0 stands for the one in the URL.
            let sockets = addresses
                .into_iter()
                .map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::IpAddr;

    use super::{Lookup, Reach, resolve};

    struct Answers(Vec<&'static str>);

    #[async_trait::async_trait]
    impl Lookup for Answers {
        async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
            assert!(name.ends_with(".example"), "{name} is never asked for");
            Ok(self
                .0
                .iter()
                .map(|address| address.parse().unwrap())
                .collect())
        }
    }

    async fn outcome(name: &str, answers: &[&'static str], reach: &Reach) -> String {
        match resolve(&Answers(answers.to_vec()), name, reach).await {
            Ok(found) => found
                .iter()
                .map(IpAddr::to_string)
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => error.to_string().chars().take(24).collect(),
        }
    }

    /// What the configuration may open: loopback, and a closed network with its own names.
    fn reach(allow_loopback: bool) -> Reach {
        let hosts = [
            ("here.test", "127.0.0.1"),
            ("inside.test", "10.1.2.3"),
            ("elsewhere.test", "192.168.0.1"),
            ("cloud.test", "169.254.169.254"),
        ];
        Reach {
            allow_loopback,
            allow_private: vec!["10.1.0.0/16".parse().unwrap()],
            hosts: hosts
                .map(|(name, address)| (name.to_owned(), address.parse().unwrap()))
                .into(),
            ..Reach::default()
        }
    }

    // T086: the addresses that are left after the check are those that are dialled.
    #[tokio::test]
    async fn only_checked_addresses() {
        let (public, closed) = (Reach::default(), reach(false));
        let (loopback, both) = (
            Reach {
                allow_loopback: true,
                ..Reach::default()
            },
            reach(true),
        );
        let cases: &[(&str, &[&str], &Reach, &str)] = &[
            ("acme.example", &["8.8.8.8"], &public, "8.8.8.8"),
            (
                "acme.example",
                &["8.8.8.8", "10.0.0.1", "2606:4700::1"],
                &public,
                "8.8.8.8 2606:4700::1",
            ),
            (
                "acme.example",
                &["10.0.0.1"],
                &public,
                "address refused: 10.0.0.",
            ),
            (
                "acme.example",
                &["127.0.0.1", "::1"],
                &loopback,
                "address refused: ::1 is ",
            ),
            ("acme.example", &[], &public, "the name has no address"),
            ("acme.localhost", &[], &loopback, "127.0.0.1"),
            ("localhost", &[], &loopback, "127.0.0.1"),
            ("acme.localhost", &[], &public, "address refused: names u"),
            // A closed network opens what it lists, and nothing beside it.
            (
                "acme.example",
                &["10.1.0.1", "10.2.0.1", "8.8.8.8"],
                &closed,
                "10.1.0.1 8.8.8.8",
            ),
            (
                "acme.example",
                &["127.0.0.1"],
                &both,
                "address refused: 127.0.0",
            ),
            ("inside.test", &[], &closed, "10.1.2.3"),
            ("elsewhere.test", &[], &closed, "address refused: 192.168"),
            ("cloud.test", &[], &both, "address refused: 169.254"),
            ("here.test", &[], &closed, "address refused: 127.0.0"),
            ("here.test", &[], &both, "127.0.0.1"),
        ];
        for (name, answers, reach, expected) in cases {
            assert_eq!(
                &outcome(name, answers, reach).await,
                expected,
                "{name} {answers:?}"
            );
        }
    }
}
