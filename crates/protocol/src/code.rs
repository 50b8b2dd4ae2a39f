//! The stable codes by which servers tell each other why (protocol section 9).

use std::borrow::Cow;
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal;)*) => {
        /// Why something was refused. The text is what peers and clients match on; it never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, in the order of protocol section 9.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The code as it stands on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// The HTTP status when the code refuses a whole request.
            pub fn http_status(self) -> u16 {
                match self { $(Code::$variant => $status,)* }
            }
        }
    };
}

codes! {
    /// Signature headers missing or malformed, digest wrong, or a signature that does not verify.
    SignatureMismatch = "SW_FED_SIGNATURE_MISMATCH", 401;
    /// `created` outside ±60 s.
    ClockSkew = "SW_FED_CLOCK_SKEW", 401;
    /// Nonce seen before, or made before this process listened.
    Replay = "SW_FED_REPLAY", 401;
    /// Key unknown, not endorsed, expired or revoked.
    KeyUntrusted = "SW_FED_KEY_UNTRUSTED", 401;
    /// Policy does not admit the peer, or its descriptor cannot be had.
    PeerUnknown = "SW_FED_PEER_UNKNOWN", 403;
    /// Admitted peer, refused act.
    PolicyViolation = "SW_FED_POLICY_VIOLATION", 403;
    /// No common version.
    ProtocolVersion = "SW_FED_PROTOCOL_VERSION", 400;
    /// The destination is not hosted here.
    WrongDestination = "SW_FED_WRONG_DESTINATION", 421;
    /// Malformed, oversized, outside canonical JSON; unknown path.
    EventInvalid = "SW_FED_EVENT_INVALID", 400;
    /// An event id was used again for another event.
    EventConflict = "SW_FED_EVENT_CONFLICT", 409;
    /// The room's rules refuse the event.
    NotAuthorized = "SW_FED_NOT_AUTHORIZED", 403;
    /// Submitted to a server that is not the room's host, or sent by one.
    NotHost = "SW_FED_NOT_HOST", 421;
    /// Seq, `origin_seq`, `seen`, chain or checkpoint disagree.
    ChainBroken = "SW_FED_CHAIN_BROKEN", 409;
    /// The sender speaks for a term that has ended.
    StaleTerm = "SW_FED_STALE_TERM", 409;
    /// No such room, not federated, incognito, or the asker has no record in it.
    RoomUnknown = "SW_FED_ROOM_UNKNOWN", 404;
    /// No such participant, or not one that the asker may ask for.
    ParticipantUnknown = "SW_FED_PARTICIPANT_UNKNOWN", 404;
    /// History closed to the asker.
    BackfillRefused = "SW_FED_BACKFILL_REFUSED", 403;
    /// Too much, too fast.
    RateLimited = "SW_FED_RATE_LIMITED", 429;
}

impl Code {
    /// The code with this text, if it is one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// This code with a sentence that says what the matter is, without echoing input.
    pub fn because(self, message: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal {
            code: self,
            message: message.into(),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refusal: data, not a failure. It is stored for admins and told to the peer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// What clients and peers match on.
    pub code: Code,
    /// What a person reads.
    pub message: Cow<'static, str>,
}

impl From<crate::json::Malformed> for Refusal {
    fn from(malformed: crate::json::Malformed) -> Self {
        Code::EventInvalid.because(malformed.0)
    }
}
