use hmac::{Hmac, KeyInit as _, Mac as _};
use scaiwave_protocol::{Hash, LocalId};
use sha2::Sha256;

use crate::{ClientCode, Outcome};

/// Bytes of a key: seven times a UUID.
pub const KEY_BYTES_MAX: usize = 255;

/// What a client calls a request, so that the same one is recognised when it comes again.
#[derive(Clone)]
pub struct RequestKey(String);

impl RequestKey {
    /// 1–255 visible ASCII characters, compared byte by byte.
    pub fn parse(bytes: &[u8]) -> Outcome<Self> {
        let visible = bytes.iter().all(u8::is_ascii_graphic);
        if visible && (1..=KEY_BYTES_MAX).contains(&bytes.len()) {
            return Ok(RequestKey(String::from_utf8_lossy(bytes).into_owned()));
        }
        let sentence = "the key of a request has 1–255 visible ASCII characters";
        Err(ClientCode::BadRequest
            .because(sentence)
            .at("idempotency-key"))
    }

    /// By what the key is found. The key itself is stored nowhere, see [`Self::seal`].
    pub(super) fn hash(&self, of: &LocalId) -> [u8; 32] {
        Hash::of(&[of.as_str().as_bytes(), b"\n", self.0.as_bytes()]).0
    }

    /// By what another request is recognised. Whoever has the disk and not the key cannot try out what was
    /// asked.
    pub fn seal(&self, request: &[&[u8]]) -> [u8; 32] {
        // A key of any length is taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) else {
            return [0; 32];
        };
        for part in request {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for RequestKey {
    /// Never prints the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> RequestKey {
        RequestKey::parse(text.as_bytes()).expect(text)
    }

    #[test]
    fn a_key_is_short_and_visible() {
        let cases: [(&[u8], bool); 9] = [
            (b"a", true),
            (b"\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", true),
            (&[b'~'; KEY_BYTES_MAX], true),
            (&[b'~'; KEY_BYTES_MAX + 1], false),
            (b"", false),
            (b"a b", false),
            (b"a\tb", false),
            (b"a\x7f", false),
            ("ä".as_bytes(), false),
        ];
        for (bytes, good) in cases {
            assert_eq!(RequestKey::parse(bytes).is_ok(), good, "{bytes:?}");
        }
    }

    // Where one part ends and the next begins counts, and so does the key.
    #[test]
    fn another_request_has_another_seal() {
        let requests: [&[&[u8]]; 4] = [
            &[b"ab", b"c"],
            &[b"a", b"bc"],
            &[b"abc"],
            &[b"ab", b"c", b""],
        ];
        let mut seals: Vec<_> = requests
            .iter()
            .map(|request| key("k").seal(request))
            .collect();
        seals.push(key("l").seal(requests[0]));
        for (n, seal) in seals.iter().enumerate() {
            assert!(!seals[..n].contains(seal), "{n}");
        }
        assert_eq!(key("k").seal(requests[0]), seals[0]);
    }
}
