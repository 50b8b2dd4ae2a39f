//! Binary values in text: base64url without padding, decoded strictly (protocol section 1).

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::json::Malformed;

/// Encodes bytes as base64url without padding.
pub fn encode(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Appends bytes as base64url without padding.
pub(crate) fn write(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + BASE64URL_NOPAD.encode_len(bytes.len()), 0);
    BASE64URL_NOPAD.encode_mut(bytes, &mut out[start..]);
}

/// Decodes exactly `N` bytes of base64url; refuses padding, foreign characters and non-zero
/// trailing bits.
pub fn decode<const N: usize>(text: &str) -> Result<[u8; N], Malformed> {
    let wrong = || Malformed::new("a binary value is not base64url of the right length");
    // Bounded before decoding: a megabyte of text is not decoded to find out that it is not 32 bytes.
    if text.len() != (N * 4).div_ceil(3) {
        return Err(wrong());
    }
    let bytes = BASE64URL_NOPAD
        .decode(text.as_bytes())
        .map_err(|_| wrong())?;
    bytes.try_into().map_err(|_| wrong())
}

/// A SHA-256 hash: of an event, of content, or a link of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// `chain_0` (protocol section 4).
    pub const ZERO: Hash = Hash([0; 32]);

    /// The hash of several pieces as if they were one.
    pub fn of(pieces: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Hash(hasher.finalize().into())
    }

    /// Parses base64url.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        decode(text).map(Hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&BASE64URL_NOPAD.encode_display(&self.0), f)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
