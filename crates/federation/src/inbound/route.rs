use http::Method;
use scaiwave_engine::world::BackfillFrom;
use scaiwave_protocol::descriptor::WELL_KNOWN_PATH;
use scaiwave_protocol::limits::{BACKFILL_ENTRIES_MAX, INTEGER_MAX};
use scaiwave_protocol::{Malformed, RoomId};

/// Everything of this protocol but the descriptor stands below this.
pub const PREFIX: &str = "/_scaiwave/federation/";
const VERSION: &str = "v1";

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Public, unsigned.
    Descriptor,
    /// Signed.
    Signed(Endpoint),
}

/// What a signed request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Send,
    Profile(String),
    Members(String),
    Backfill(String),
    Snapshot(String),
    /// A path of a version that we do not speak.
    OtherVersion,
}

impl Route {
    /// `None` is an unknown path, or one that knows no such method.
    pub(super) fn of(method: &Method, path: &str) -> Option<Self> {
        let (get, post) = (method == Method::GET, method == Method::POST);
        if path == WELL_KNOWN_PATH {
            return get.then_some(Route::Descriptor);
        }
        let (version, rest) = path.strip_prefix(PREFIX)?.split_once('/')?;
        if version != VERSION {
            return is_version(version).then_some(Route::Signed(Endpoint::OtherVersion));
        }
        let parts: Vec<String> = rest.split('/').map(percent_decode).collect::<Option<_>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let endpoint = match parts.as_slice() {
            ["send"] if post => Endpoint::Send,
            ["profile", local_id] if get => Endpoint::Profile((*local_id).to_owned()),
            ["rooms", room, "members"] if get => Endpoint::Members((*room).to_owned()),
            ["rooms", room, "backfill"] if get => Endpoint::Backfill((*room).to_owned()),
            ["rooms", room, "snapshot"] if get => Endpoint::Snapshot((*room).to_owned()),
            _ => return None,
        };
        Some(Route::Signed(endpoint))
    }
}

fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// One segment of a path. A percent sign that encodes nothing, or bytes that are not text, make the
/// path an unknown one.
fn percent_decode(segment: &str) -> Option<String> {
    let mut bytes = segment.bytes();
    let mut out = Vec::with_capacity(segment.len());
    let digit = |byte: Option<u8>| {
        char::from(byte?)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => digit(bytes.next())? << 4 | digit(bytes.next())?,
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

/// The query of a backfill: exactly one of `after` and `before`, and a limit.
pub(super) fn backfill_query(query: Option<&str>) -> Result<(BackfillFrom, u64), Malformed> {
    let (mut from, mut limit) = (None, None);
    let twice = || Malformed::new("backfill wants exactly one of after and before, and one limit");
    for pair in query
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let previous = match name {
            "after" => from.replace(BackfillFrom::After(seq(value)?)).is_some(),
            "before" => from.replace(BackfillFrom::Before(seq(value)?)).is_some(),
            "limit" => limit.replace(seq(value)?).is_some(),
            // A later version may ask for more; what it adds is not ours to refuse.
            _ => false,
        };
        if previous {
            return Err(twice());
        }
    }
    match limit.unwrap_or(BACKFILL_ENTRIES_MAX) {
        0 => Err(Malformed::new("limit must be at least 1")),
        limit => Ok((from.ok_or_else(twice)?, limit)),
    }
}

fn seq(text: &str) -> Result<u64, Malformed> {
    let wrong = || Malformed::new("after, before and limit must be whole numbers below 2^53");
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    text.parse()
        .ok()
        .filter(|n| *n <= INTEGER_MAX.unsigned_abs())
        .ok_or_else(wrong)
}

/// The room in a path. One that has not the form of a room id is a room that does not exist.
pub(super) fn room(segment: &str) -> Option<RoomId> {
    RoomId::parse(segment).ok()
}

#[cfg(test)]
mod tests {
    use http::Method;
    use scaiwave_engine::world::BackfillFrom::{After, Before};

    use super::{Endpoint, Route, backfill_query};

    #[test]
    fn paths() {
        let room = |name: &str| name.to_owned();
        let cases: &[(&str, &str, Option<Route>)] = &[
            (
                "GET",
                "/.well-known/scaiwave/server",
                Some(Route::Descriptor),
            ),
            ("POST", "/.well-known/scaiwave/server", None),
            (
                "POST",
                "/_scaiwave/federation/v1/send",
                Some(Route::Signed(Endpoint::Send)),
            ),
            ("GET", "/_scaiwave/federation/v1/send", None),
            ("POST", "/_scaiwave/federation/v1/send/", None),
            (
                "POST",
                "/_scaiwave/federation/v2/send",
                Some(Route::Signed(Endpoint::OtherVersion)),
            ),
            ("POST", "/_scaiwave/federation/vv/send", None),
            (
                "GET",
                "/_scaiwave/federation/v1/profile/al%69ce",
                Some(Route::Signed(Endpoint::Profile(room("alice")))),
            ),
            ("GET", "/_scaiwave/federation/v1/profile/a%zz", None),
            ("GET", "/_scaiwave/federation/v1/profile/%ff", None),
            (
                "GET",
                "/_scaiwave/federation/v1/rooms/r%2Fx/members",
                Some(Route::Signed(Endpoint::Members(room("r/x")))),
            ),
            (
                "GET",
                "/_scaiwave/federation/v1/rooms/r/backfill",
                Some(Route::Signed(Endpoint::Backfill(room("r")))),
            ),
            ("GET", "/_scaiwave/federation/v1/rooms//", None),
            ("GET", "/_scaiwave/federation/v1", None),
            ("GET", "/", None),
        ];
        for (method, path, expected) in cases {
            let method: Method = method.parse().unwrap();
            assert_eq!(&Route::of(&method, path), expected, "{method} {path}");
        }
    }

    // T063: a limit of 0 or one that is not a number is refused; a large one is the engine's to lower.
    #[test]
    fn backfill_queries() {
        let cases = [
            ("after=5&limit=10", Some((After(5), 10))),
            (
                "limit=1000000000&before=7",
                Some((Before(7), 1_000_000_000)),
            ),
            ("after=0", Some((After(0), 500))),
            ("after=0&new=thing", Some((After(0), 500))),
            ("", None),
            ("limit=5", None),
            ("after=1&before=2", None),
            ("after=1&after=1", None),
            ("after=1&limit=0", None),
            ("after=1&limit=-1", None),
            ("after=1&limit=%31", None),
            ("after=+1", None),
            ("after=9007199254740992", None),
            (
                "after=9007199254740991",
                Some((After(9_007_199_254_740_991), 500)),
            ),
        ];
        for (query, expected) in cases {
            assert_eq!(backfill_query(Some(query)).ok(), expected, "{query}");
        }
    }
}
