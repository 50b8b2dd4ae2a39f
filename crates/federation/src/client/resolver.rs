//! From names to the addresses that are dialled. The check stands here and nowhere else: what passes
//! it is what the connector gets, so there is no second look-up that could answer otherwise.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses;

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

/// Names under .localhost are this machine, without asking anybody (RFC 6761 section 6.3); of every
/// other name, only addresses that anybody may be reached at are used.
pub(super) async fn resolve(
    lookup: &dyn Lookup,
    name: &str,
    allow_loopback: bool,
) -> Result<Vec<IpAddr>, Unresolved> {
    if is_localhost(name) {
        let this_machine = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        return if allow_loopback {
            Ok(this_machine)
        } else {
            Err(Unresolved::Localhost)
        };
    }
    let found = lookup.lookup(name).await.map_err(Unresolved::Failed)?;
    let mut refused = None;
    let mut accepted = Vec::new();
    for address in found {
        match addresses::objection(address) {
            Some(what) => refused = Some(Unresolved::Refused(address, what)),
            None => accepted.push(address),
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
    pub(super) allow_loopback: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Resolver {
            lookup,
            allow_loopback,
        } = self.clone();
        Box::pin(async move {
            let addresses = resolve(&*lookup, name.as_str(), allow_loopback).await?;
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

    use super::{Lookup, resolve};

    struct Answers(Vec<&'static str>);

    #[async_trait::async_trait]
    impl Lookup for Answers {
        async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
            assert!(!name.ends_with("localhost"), "never asked for");
            Ok(self
                .0
                .iter()
                .map(|address| address.parse().unwrap())
                .collect())
        }
    }

    async fn outcome(name: &str, answers: &[&'static str], allow_loopback: bool) -> String {
        match resolve(&Answers(answers.to_vec()), name, allow_loopback).await {
            Ok(found) => found
                .iter()
                .map(IpAddr::to_string)
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => error.to_string().chars().take(24).collect(),
        }
    }

    // T086: the addresses that are left after the check are those that are dialled.
    #[tokio::test]
    async fn only_checked_addresses() {
        let cases: &[(&str, &[&str], bool, &str)] = &[
            ("acme.example", &["8.8.8.8"], false, "8.8.8.8"),
            (
                "acme.example",
                &["8.8.8.8", "10.0.0.1", "2606:4700::1"],
                false,
                "8.8.8.8 2606:4700::1",
            ),
            (
                "acme.example",
                &["10.0.0.1"],
                false,
                "address refused: 10.0.0.",
            ),
            (
                "acme.example",
                &["127.0.0.1", "::1"],
                true,
                "address refused: ::1 is ",
            ),
            ("acme.example", &[], false, "the name has no address"),
            ("acme.localhost", &[], true, "127.0.0.1"),
            ("localhost", &[], true, "127.0.0.1"),
            ("acme.localhost", &[], false, "address refused: names u"),
        ];
        for (name, answers, allow_loopback, expected) in cases {
            assert_eq!(
                &outcome(name, answers, *allow_loopback).await,
                expected,
                "{name} {answers:?}"
            );
        }
    }
}
