//! Addresses that no peer may make us connect to (IANA special-purpose registries, RFC 6890).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Network, bits, what it is.
type Range4 = ([u8; 4], u32, &'static str);
type Range6 = ([u16; 8], u32, &'static str);

const REFUSED_4: &[Range4] = &[
    ([0, 0, 0, 0], 8, "this network"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 64, 0, 0], 10, "shared by a carrier"),
    ([127, 0, 0, 0], 8, "loopback"),
    // Cloud metadata services stand at 169.254.169.254.
    ([169, 254, 0, 0], 16, "link-local"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "reserved"),
    ([192, 0, 2, 0], 24, "documentation"),
    ([192, 31, 196, 0], 24, "reserved"),
    ([192, 52, 193, 0], 24, "reserved"),
    ([192, 88, 99, 0], 24, "reserved"),
    ([192, 168, 0, 0], 16, "private"),
    ([192, 175, 48, 0], 24, "reserved"),
    ([198, 18, 0, 0], 15, "benchmarking"),
    ([198, 51, 100, 0], 24, "documentation"),
    ([203, 0, 113, 0], 24, "documentation"),
    ([224, 0, 0, 0], 4, "multicast"),
    // With the limited broadcast, 255.255.255.255.
    ([240, 0, 0, 0], 4, "reserved"),
];

/// Everything outside 2000::/3 is refused without being named; these lie inside.
const REFUSED_6: &[Range6] = &[
    // Teredo (2001::/32), benchmarking, ORCHID: what is carried inside could be any address.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "reserved"),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "documentation"),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "6to4"),
    ([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48, "reserved"),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "documentation"),
];

/// What speaks against an address; `None` for one that anybody may be reached at.
pub(super) fn objection(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => objection_4(v4),
        IpAddr::V6(v6) => objection_6(v6),
    }
}

fn objection_4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = u32::from(address);
    let inside = |(network, length, _): &&Range4| {
        (bits ^ u32::from_be_bytes(*network))
            .checked_shr(32 - length)
            .unwrap_or(0)
            == 0
    };
    REFUSED_4.iter().find(inside).map(|(_, _, what)| *what)
}

fn objection_6(address: Ipv6Addr) -> Option<&'static str> {
    let first = address.segments()[0];
    if address.to_ipv4_mapped().is_some() {
        return Some("an IPv4 address in disguise");
    }
    if address.is_loopback() {
        return Some("loopback");
    }
    if first & 0xfe00 == 0xfc00 {
        return Some("private");
    }
    if first & 0xffc0 == 0xfe80 {
        return Some("link-local");
    }
    if first & 0xff00 == 0xff00 {
        return Some("multicast");
    }
    // Only 2000::/3 is global unicast; below it lie ::, ::/96 and 64:ff9b::/96, which carry IPv4.
    if first & 0xe000 != 0x2000 {
        return Some("reserved");
    }
    let bits = u128::from(address);
    let inside = |(network, length, _): &&Range6| {
        (bits ^ u128::from(Ipv6Addr::from(*network)))
            .checked_shr(128 - length)
            .unwrap_or(0)
            == 0
    };
    REFUSED_6.iter().find(inside).map(|(_, _, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::objection;

    // T086: the first and the last address of every special range, and their neighbours outside.
    #[test]
    fn special_ranges() {
        let refused = [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.0.0",
            "169.254.169.254",
            "169.254.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.0",
            "192.0.0.255",
            "192.0.2.0",
            "192.0.2.255",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.0",
            "239.255.255.255",
            "240.0.0.0",
            "255.255.255.254",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378::1",
            "2001:2::1",
            "2001:10::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "3fff::1",
            "fc00::1",
            "fdff:ffff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff00::1",
            "ff02::1",
            "ffff:ffff::1",
            "5f00::1",
        ];
        let accepted = [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "8.8.8.8",
            "2000::1",
            "2001:200::1",
            "2001:db7:ffff::1",
            "2001:db9::1",
            "2003::1",
            "2606:4700::1111",
            "3ffe::1",
        ];
        for address in refused {
            assert!(objection(address.parse().unwrap()).is_some(), "{address}");
        }
        for address in accepted {
            assert_eq!(objection(address.parse().unwrap()), None, "{address}");
        }
    }
}
