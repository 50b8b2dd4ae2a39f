//! What the configuration says about reaching others.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;

use crate::limits;

/// How this process may reach others. The default reaches the public internet and nothing else.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Whether names under .localhost may be spoken to, over plain http.
    pub allow_loopback: bool,
    /// Ranges of a closed network whose addresses are dialled although they are not public.
    pub allow_private: Vec<PrivateRange>,
    /// Names that this process does not look up, each with its address. They are checked like any
    /// other, but for loopback, which is allowed where [`Reach::allow_loopback`] is.
    pub hosts: BTreeMap<String, IpAddr>,
    /// Believed beside the system's: a closed network's own.
    pub authorities: Vec<Authority>,
    /// How long a connection may take to stand.
    pub connect_timeout: Duration,
    /// How long a request may take as a whole.
    pub request_timeout: Duration,
}

impl Default for Reach {
    fn default() -> Self {
        Reach {
            allow_loopback: false,
            allow_private: Vec::new(),
            hosts: BTreeMap::new(),
            authorities: Vec::new(),
            connect_timeout: limits::CONNECT_TIMEOUT,
            request_timeout: limits::REQUEST_TIMEOUT,
        }
    }
}

/// A certificate authority that vouches for other servers.
#[derive(Clone, Debug)]
pub struct Authority(pub(super) reqwest::Certificate);

impl Authority {
    /// All certificates of a PEM file, at least one.
    pub fn read_pem(pem: &[u8]) -> Result<Vec<Self>, NoAuthority> {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| NoAuthority)?;
        if certificates.is_empty() {
            return Err(NoAuthority);
        }
        Ok(certificates.into_iter().map(Authority).collect())
    }
}

/// A file that vouches for nobody.
#[derive(Debug, thiserror::Error)]
#[error("there is no certificate in PEM form in it")]
pub struct NoAuthority;

/// A range of addresses inside one of those that a network may use as it likes. Loopback, link-local,
/// multicast and reserved addresses lie outside all of them: no configuration opens those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrivateRange(IpNet);

/// RFC 1918, RFC 6598, RFC 4193.
const PRIVATE: [&str; 5] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
];

/// Metadata services that stand at a private address, where they hand out a machine's credentials:
/// Amazon's over IPv6, Alibaba's. Those at link-local addresses cannot be allowed anyhow.
const METADATA: [&str; 2] = ["fd00:ec2::254", "100.100.100.200"];

/// Why a text is not a range that may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrivate {
    /// It has another form.
    #[error("this is not a range of addresses")]
    Form,
    /// It is one, but not within the private ones.
    #[error("this range is not within a private one")]
    NotWithin,
}

impl FromStr for PrivateRange {
    type Err = NotPrivate;

    /// `10.1.0.0/16`, `fd12::/48`; one address is a range too.
    fn from_str(text: &str) -> Result<Self, NotPrivate> {
        let range = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse().map_err(|_| NotPrivate::Form)?,
        };
        let private = |outer: &str| {
            outer
                .parse::<IpNet>()
                .is_ok_and(|outer| outer.contains(&range))
        };
        if PRIVATE.into_iter().any(private) {
            Ok(PrivateRange(range))
        } else {
            Err(NotPrivate::NotWithin)
        }
    }
}

impl PrivateRange {
    /// Whether it lets us dial this address.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        self.0.contains(&address) && !is_metadata(address)
    }
}

fn is_metadata(address: IpAddr) -> bool {
    METADATA
        .into_iter()
        .any(|known| known.parse() == Ok(address))
}

#[cfg(test)]
mod tests {
    use super::{NotPrivate, PrivateRange};

    // What a configuration can open, and what it cannot.
    #[test]
    fn only_private_ranges() {
        use NotPrivate::{Form, NotWithin};
        let cases = [
            ("10.0.0.0/8", Ok(())),
            ("10.1.2.3", Ok(())),
            ("172.16.0.0/12", Ok(())),
            ("192.168.7.0/24", Ok(())),
            ("100.64.0.0/10", Ok(())),
            ("fd12:3456::/32", Ok(())),
            ("10.0.0.0/7", Err(NotWithin)),
            ("172.16.0.0/11", Err(NotWithin)),
            ("0.0.0.0/0", Err(NotWithin)),
            ("::/0", Err(NotWithin)),
            ("127.0.0.0/8", Err(NotWithin)),
            ("::1", Err(NotWithin)),
            ("169.254.0.0/16", Err(NotWithin)),
            ("fe80::/10", Err(NotWithin)),
            ("224.0.0.0/4", Err(NotWithin)),
            ("::ffff:10.0.0.0/104", Err(NotWithin)),
            ("8.8.8.8", Err(NotWithin)),
            ("10.0.0.0/33", Err(Form)),
            ("10.0.0", Err(Form)),
            ("intranet", Err(Form)),
            ("", Err(Form)),
        ];
        for (text, expected) in cases {
            let read: Result<PrivateRange, _> = text.parse();
            assert_eq!(read.map(drop), expected, "{text}");
        }
    }

    // A metadata service is not a peer, whatever range it hides in.
    #[test]
    fn metadata_stays_closed() {
        let allows = |range: &str, address: &str| {
            let range: PrivateRange = range.parse().unwrap();
            range.allows(address.parse().unwrap())
        };
        assert!(allows("fd00::/8", "fd00:ec2::253"));
        assert!(!allows("fd00::/8", "fd00:ec2::254"));
        assert!(allows("100.64.0.0/10", "100.100.100.199"));
        assert!(!allows("100.64.0.0/10", "100.100.100.200"));
        assert!(!allows("10.0.0.0/8", "11.0.0.0"));
    }
}
