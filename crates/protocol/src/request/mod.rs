//! Requests between servers, signed per RFC 9421 with a digest per RFC 9530 (protocol section 5).

mod claim;
mod digest;
mod sign;

pub use claim::Claim;
pub use digest::content_digest;
pub use sign::{SignedHeaders, Target, sign};

/// The one label.
const LABEL: &str = "swp";
/// The covered components, exactly these in this order.
const COMPONENTS: [&str; 6] = [
    "@method",
    "@path",
    "@query",
    "content-digest",
    "swp-origin",
    "swp-destination",
];

/// Names of the five headers that a signed request bears, in lower case.
pub mod header {
    /// RFC 9530.
    pub const CONTENT_DIGEST: &str = "content-digest";
    /// The server that asks.
    pub const ORIGIN: &str = "swp-origin";
    /// The server that is asked; it selects the tenant.
    pub const DESTINATION: &str = "swp-destination";
    /// RFC 9421 section 4.1.
    pub const SIGNATURE_INPUT: &str = "signature-input";
    /// RFC 9421 section 4.2.
    pub const SIGNATURE: &str = "signature";
    /// All of them.
    pub const ALL: [&str; 5] = [
        CONTENT_DIGEST,
        ORIGIN,
        DESTINATION,
        SIGNATURE_INPUT,
        SIGNATURE,
    ];
}
