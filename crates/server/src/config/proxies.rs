use std::net::IpAddr;

use ipnet::IpNet;

use super::keys;
use super::problem::Complaint;
use super::reader::Reader;
use crate::accept::ClientHeader;

/// The reverse proxies before this process, whose word is taken for whom a request comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TrustedProxies {
    pub(crate) ranges: Vec<IpNet>,
    pub(crate) header: ClientHeader,
}

impl TrustedProxies {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let ranges = reader.list(keys::SERVER_TRUSTED_PROXIES, parse_range);
        let header = reader.parsed(keys::SERVER_PROXY_HEADER, parse_header);
        if header.is_some() && !reader.is_set(keys::SERVER_TRUSTED_PROXIES) {
            reader.refuse(
                keys::SERVER_PROXY_HEADER,
                Complaint::new(
                    "it says how proxies are listened to, and server.trusted_proxies names none",
                    "name the addresses of your proxies, or remove it",
                ),
            );
        }
        Self {
            ranges: ranges.unwrap_or_default(),
            header: header.unwrap_or_default(),
        }
    }
}

fn parse_range(text: &str) -> Result<IpNet, Complaint> {
    let alone = text
        .parse::<IpAddr>()
        .map(|one| IpNet::from(one.to_canonical()));
    let range = alone.or_else(|_| text.parse::<IpNet>()).map_err(|_| {
        Complaint::new(
            format!("{text:?} is neither an address nor a range of addresses"),
            "write for example 127.0.0.1 or 10.0.0.0/24",
        )
    })?;
    if range.prefix_len() == 0 {
        return Err(Complaint::new(
            format!("{text} is everybody, and whoever is trusted can claim to be anybody"),
            "name the addresses of your proxies",
        ));
    }
    Ok(range)
}

fn parse_header(text: &str) -> Result<ClientHeader, Complaint> {
    match text.to_ascii_lowercase().as_str() {
        "x-forwarded-for" => Ok(ClientHeader::XForwardedFor),
        "forwarded" => Ok(ClientHeader::Forwarded),
        _ => Err(Complaint::new(
            format!("{text:?} is not a header that says from whom a request comes"),
            "use x-forwarded-for or forwarded, whichever your proxies write",
        )),
    }
}
