//! Requests that must be turned away as a whole.

use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use scaiwave_federation::Request;
use scaiwave_protocol::limits::SEND_BYTES_MAX;
use scaiwave_protocol::request::{Target, sign};
use scaiwave_protocol::{ServerName, Sign, SigningKey};

use super::scene::Scene;

pub(super) const SEND: &str = "/_scaiwave/federation/v1/send";
const NOTHING: &[u8] = br#"{"items":[]}"#;

/// One way to cheat with the request itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trick {
    /// A body that is not JSON.
    Garbage,
    /// A body above its limit.
    TooLarge,
    /// Signed with a key that nobody knows.
    StrangeKey,
    /// In the name of another server.
    ForeignOrigin,
    /// Made two minutes ago.
    Stale,
    /// For somebody else.
    OtherDestination,
    /// With another body than the one that was signed.
    OtherBody,
    /// Not signed at all.
    Unsigned,
}

impl Trick {
    /// All of them.
    pub(crate) const ALL: &[Trick] = &[
        Trick::Garbage,
        Trick::TooLarge,
        Trick::StrangeKey,
        Trick::ForeignOrigin,
        Trick::Stale,
        Trick::OtherDestination,
        Trick::OtherBody,
        Trick::Unsigned,
    ];

    /// The request, as it arrives.
    pub(super) fn request(self, scene: &Scene) -> Request {
        let mut origin = scene.us.clone();
        let mut destination = scene.victim.clone();
        let mut created = scene.now / 1000;
        let mut body = NOTHING.to_vec();
        let strange;
        let mut signer: &dyn Sign = &*scene.signer;
        match self {
            Trick::Garbage => body = b"{\"items\":".to_vec(),
            Trick::TooLarge => body = vec![b' '; SEND_BYTES_MAX + 1],
            Trick::StrangeKey => {
                strange = SigningKey::from_seed(&scene.bytes());
                signer = &strange;
            }
            Trick::ForeignOrigin => origin = other_name(scene),
            Trick::Stale => created -= 2_000,
            Trick::OtherDestination => destination = scene.us.clone(),
            Trick::OtherBody | Trick::Unsigned => {}
        }
        let target = Target {
            method: "POST",
            path: SEND,
            query: "",
        };
        let nonce = scene.bytes();
        let signed = sign(target, &body, &origin, &destination, created, nonce, signer);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Ok(host) = HeaderValue::from_str(scene.victim.as_str()) {
            headers.insert(HOST, host);
        }
        for (name, value) in signed.0 {
            let ours = self != Trick::Unsigned || name.starts_with("swp-");
            if let (true, Ok(value)) = (ours, HeaderValue::try_from(value)) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if self == Trick::OtherBody {
            body = br#"{"items":[ ]}"#.to_vec();
        }
        Request {
            method: Method::POST,
            path: SEND.to_owned(),
            query: None,
            headers,
            body: body.into(),
            remote: None,
        }
    }
}

/// Some server that the victim knows, or itself.
fn other_name(scene: &Scene) -> ServerName {
    let known = scene.others.as_ref().map(|room| room.row.host.clone());
    known.unwrap_or_else(|| scene.victim.clone())
}
