use std::net::{IpAddr, Ipv6Addr};

/// Whoever is counted as one when nothing is proven yet: an IPv4 address, or the 64 bits of an IPv6
/// address that its network gave out; the other 64 are the holder's to change as often as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(IpAddr);

impl Source {
    /// The source of an address; none for loopback: there stands our own proxy, and behind it
    /// everybody.
    pub fn of(address: IpAddr) -> Option<Self> {
        match address.to_canonical() {
            address if address.is_loopback() => None,
            IpAddr::V6(v6) => {
                let network = u128::from(v6) >> 64 << 64;
                Some(Source(Ipv6Addr::from(network).into()))
            }
            v4 => Some(Source(v4)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    // Who counts as one, and who does not count.
    #[test]
    fn sources() {
        let of = |address: &str| Source::of(address.parse().expect(address));
        for loopback in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(of(loopback), None, "{loopback}");
        }
        let same = [
            ("203.0.113.9", "203.0.113.9", true),
            ("203.0.113.9", "203.0.113.8", false),
            ("203.0.113.9", "::ffff:203.0.113.9", true),
            ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
        ];
        for (one, other, expected) in same {
            assert_eq!(of(one) == of(other), expected, "{one} {other}");
        }
    }
}
