//! Endpoint names and our own paths for them, as announced in the descriptor (protocol section 5).

use std::collections::BTreeMap;

/// Endpoint name → path template of a server of ours.
pub const ENDPOINTS: &[(&str, &str)] = &[
    ("send", "/_scaiwave/federation/v1/send"),
    ("profile", "/_scaiwave/federation/v1/profile/{local_id}"),
    (
        "members",
        "/_scaiwave/federation/v1/rooms/{room_id}/members",
    ),
    (
        "backfill",
        "/_scaiwave/federation/v1/rooms/{room_id}/backfill",
    ),
    (
        "snapshot",
        "/_scaiwave/federation/v1/rooms/{room_id}/snapshot",
    ),
];

/// The same as a descriptor wants it.
pub fn endpoints() -> BTreeMap<String, String> {
    ENDPOINTS
        .iter()
        .map(|(name, path)| ((*name).to_owned(), (*path).to_owned()))
        .collect()
}

/// Fills a template; values are percent-encoded (RFC 3986 section 2.1).
pub fn fill(template: &str, name: &str, value: &str) -> String {
    template.replace(&format!("{{{name}}}"), &percent_encode(value))
}

fn percent_encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
