use data_encoding::BASE64;

use crate::binary::Hash;

/// The `Content-Digest` of a body, also of the empty one (RFC 9530 section 2).
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", BASE64.encode(&Hash::of(&[body]).0))
}
