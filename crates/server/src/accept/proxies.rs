use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use ipnet::IpNet;

/// `X-Forwarded-For`, which has no name in the `http` crate.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whose word is taken for whom a request comes from.
///
/// Each proxy adds to the right of the header from whom it got the request. Read from there, what our own proxies
/// have added is true up to the first address that is none of theirs: that is the client, and what stands left
/// of it is the client's own invention.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    trusted: Arc<[IpNet]>,
    header: ClientHeader,
    /// Whether it was said that a proxy is not believed.
    told: Arc<AtomicBool>,
}

/// The one header that our proxies write. Only one: a proxy that writes one lets the other pass as the client
/// has sent it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ClientHeader {
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl Proxies {
    pub(crate) fn new(trusted: &[IpNet], header: ClientHeader) -> Self {
        Proxies {
            trusted: trusted.into(),
            header,
            told: Arc::default(),
        }
    }

    /// Whether this is one of ours.
    pub(super) fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|range| range.contains(&address))
    }

    /// From whom a request comes, that this peer has sent. The port of a client that a proxy speaks for is 0.
    pub(super) fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> SocketAddr {
        let name = match self.header {
            ClientHeader::XForwardedFor => X_FORWARDED_FOR,
            ClientHeader::Forwarded => header::FORWARDED,
        };
        if !self.trust(peer.ip()) {
            if peer.ip().to_canonical().is_loopback() && headers.contains_key(&name) {
                self.tell_once(peer, &name);
            }
            return peer;
        }
        let lines: Vec<&HeaderValue> = headers.get_all(&name).iter().collect();
        let mut client = peer.ip();
        for line in lines.into_iter().rev() {
            let Ok(line) = line.to_str() else {
                return known(peer, client);
            };
            for element in from_the_right(line) {
                let address = match self.header {
                    ClientHeader::XForwardedFor => address_in(element),
                    ClientHeader::Forwarded => for_in(element).and_then(address_in),
                };
                // Beyond what cannot be read nothing is known.
                let Some(address) = address else {
                    return known(peer, client);
                };
                client = address.to_canonical();
                if !self.trust(client) {
                    return known(peer, client);
                }
            }
        }
        known(peer, client)
    }

    fn tell_once(&self, peer: SocketAddr, header: &HeaderName) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                proxy = %peer.ip(),
                %header,
                "a proxy says for whom it asks and is not believed, so all of its people count as one: list it \
                 in server.trusted_proxies"
            );
        }
    }
}

fn known(peer: SocketAddr, client: IpAddr) -> SocketAddr {
    match client == peer.ip() {
        true => peer,
        false => SocketAddr::new(client, 0),
    }
}

/// The elements of a list, last first. Read from the right, so that a quotation mark which a client has left
/// open swallows only what it has sent itself.
fn from_the_right(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let mut quoted = false;
        let comma = line.bytes().rposition(|byte| {
            quoted ^= byte == b'"';
            byte == b',' && !quoted
        });
        let element = match comma {
            Some(at) => {
                rest = line.get(..at);
                line.get(at + 1..)?
            }
            None => {
                rest = None;
                line
            }
        };
        Some(element.trim())
    })
}

/// What `for=` says in an element of `Forwarded`, without its quotation marks.
fn for_in(element: &str) -> Option<&str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let value = value.trim();
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    Some(inner.unwrap_or(value))
}

/// An address, in brackets or not, with a port or not.
fn address_in(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    inner.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUSTED: [&str; 3] = ["127.0.0.0/8", "10.0.0.0/8", "2001:db8:1::/48"];

    fn proxies(header: ClientHeader) -> Proxies {
        let trusted = TRUSTED.map(|range| range.parse().expect(range));
        Proxies::new(&trusted, header)
    }

    fn check(header: ClientHeader, peer: &str, lines: &[(&'static str, &str)], expected: &str) {
        let peer = SocketAddr::new(peer.parse().expect(peer), 4711);
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).expect("a value"));
        }
        let client = proxies(header).client(peer, &headers);
        let expected: IpAddr = expected.parse().expect(expected);
        assert_eq!(client.ip().to_canonical(), expected, "{peer} {lines:?}");
    }

    #[test]
    fn the_rightmost_stranger_is_the_client() {
        let cases = [
            ("127.0.0.1", &["203.0.113.9"][..], "203.0.113.9"),
            ("::ffff:10.1.1.1", &["203.0.113.9"], "203.0.113.9"),
            // What the client has written itself stands on the left.
            ("127.0.0.1", &["8.8.8.8, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["127.0.0.1,203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["nonsense, 203.0.113.9"], "203.0.113.9"),
            // Two proxies of ours, and in two lines.
            (
                "127.0.0.1",
                &["8.8.8.8, 203.0.113.9, 10.0.0.2"],
                "203.0.113.9",
            ),
            (
                "127.0.0.1",
                &["8.8.8.8, 203.0.113.9", "10.0.0.2"],
                "203.0.113.9",
            ),
            (
                "127.0.0.1",
                &["2001:db8:2::7, 2001:db8:1::1"],
                "2001:db8:2::7",
            ),
            // With ports.
            ("127.0.0.1", &["203.0.113.9:55"], "203.0.113.9"),
            ("127.0.0.1", &["[2001:db8:2::7]:55"], "2001:db8:2::7"),
            ("127.0.0.1", &["[2001:db8:2::7]"], "2001:db8:2::7"),
            // An own proxy that asks by itself.
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["10.0.0.2"], "10.0.0.2"),
            // Beyond what cannot be read nothing is known.
            ("127.0.0.1", &["8.8.8.8, unknown"], "127.0.0.1"),
            ("127.0.0.1", &["8.8.8.8, unknown, 10.0.0.2"], "10.0.0.2"),
            ("127.0.0.1", &[""], "127.0.0.1"),
            // A stranger is believed nothing.
            ("198.51.100.1", &["203.0.113.9"], "198.51.100.1"),
            ("2001:db8:2::1", &["10.0.0.2"], "2001:db8:2::1"),
        ];
        for (peer, lines, expected) in cases {
            let lines: Vec<_> = lines
                .iter()
                .map(|line| ("x-forwarded-for", *line))
                .collect();
            check(ClientHeader::XForwardedFor, peer, &lines, expected);
        }
    }

    #[test]
    fn the_header_of_rfc_7239() {
        let cases = [
            (
                "127.0.0.1",
                "for=203.0.113.9;proto=https;by=10.0.0.1",
                "203.0.113.9",
            ),
            (
                "127.0.0.1",
                "proto=https; For=\"[2001:db8:2::7]:4711\"",
                "2001:db8:2::7",
            ),
            (
                "127.0.0.1",
                "for=8.8.8.8, for=203.0.113.9, for=10.0.0.2",
                "203.0.113.9",
            ),
            // An open quotation mark of the client's.
            ("127.0.0.1", "for=\"8.8.8.8, for=203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "for=\"a,b\", for=203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "for=_hidden", "127.0.0.1"),
            ("127.0.0.1", "proto=https", "127.0.0.1"),
            ("198.51.100.1", "for=203.0.113.9", "198.51.100.1"),
        ];
        for (peer, line, expected) in cases {
            check(
                ClientHeader::Forwarded,
                peer,
                &[("forwarded", line)],
                expected,
            );
        }
    }

    // The header that our proxies do not write is the client's own.
    #[test]
    fn one_header_counts() {
        let both = [
            ("forwarded", "for=8.8.8.8"),
            ("x-forwarded-for", "203.0.113.9"),
        ];
        check(
            ClientHeader::XForwardedFor,
            "127.0.0.1",
            &both,
            "203.0.113.9",
        );
        check(ClientHeader::Forwarded, "127.0.0.1", &both, "8.8.8.8");
        check(
            ClientHeader::XForwardedFor,
            "127.0.0.1",
            &both[..1],
            "127.0.0.1",
        );
    }
}
