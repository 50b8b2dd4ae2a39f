use scaiwave_protocol::{Code, Refusal};

/// Why the room does not take an event. Data: stored, shown to admins, sent to the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The content is not what its type demands.
    #[error("the event's content does not fit its type")]
    ContentUnfit,
    /// It belongs to another room.
    #[error("the event belongs to another room")]
    OtherRoom,
    /// The id stands for another event already.
    #[error("this event id has been used for another event")]
    EventIdReused,
    /// `origin_seq` does not rise.
    #[error("origin_seq is not above the last one from that server")]
    OriginSeqNotRising,
    /// `seen` is not in the host's log.
    #[error("`seen` is not a point of this room's log")]
    SeenUnknown,
    /// The key that signed is not in the log, expired or revoked.
    #[error("the signing key is not one of the origin's keys in this room's log")]
    KeyNotInLog,
    /// The signature is not that key's.
    #[error("the event's signature does not verify")]
    SignatureWrong,
    /// Somebody who is not joined.
    #[error("the sender is not a member of this room")]
    SenderNotJoined,
    /// Control events come from the host.
    #[error("only the room's host may send this")]
    HostOnly,
    /// Some events are not the server's to send.
    #[error("a server itself may not send this")]
    NotForServers,
    /// The level is too low.
    #[error("the sender's power level is too low")]
    PowerTooLow,
    /// The other one is as powerful.
    #[error("the target's power level is not below the sender's")]
    TargetTooPowerful,
    /// Levels above one's own.
    #[error("nobody grants a level above their own")]
    GrantTooHigh,
    /// Not in the table.
    #[error("this change of membership is not allowed")]
    MembershipForbidden,
    /// A dm has two people, for good.
    #[error("a direct message room has exactly two people")]
    DmIsForTwo,
    /// `federate` is off.
    #[error("this room does not federate")]
    NotFederated,
    /// `denied_servers`.
    #[error("that server is denied in this room")]
    ServerDenied,
    /// Archived or closed.
    #[error("the room is not open")]
    RoomNotOpen,
    /// Closed is final.
    #[error("the room is closed for good")]
    RoomClosed,
    /// Edits, reactions, redactions need something to refer to.
    #[error("the event that it refers to is not there or not of the right type")]
    TargetUnfit,
    /// Somebody else's words.
    #[error("only the author may do this")]
    NotOwn,
    /// A hand-over that does not fit.
    #[error("the hand-over does not fit the room")]
    TransferUnfit,
    /// A second genesis.
    #[error("a room begins once")]
    SecondGenesis,
    /// The host's own check.
    #[error("the time for edits has passed")]
    EditTooLate,
    /// The host's own check.
    #[error("the message has been redacted")]
    TargetRedacted,
    /// The host's own check.
    #[error("@room needs a power level of 50")]
    RoomMentionForbidden,
    /// The host's own check.
    #[error("a reaction is one emoji")]
    NotOneEmoji,
    /// The host's own check.
    #[error("the room has as many participants of other servers as it may have")]
    TooManyForeign,
    /// The host's own check.
    #[error("too many mentions in one message")]
    TooManyMentions,
    /// The host's own check.
    #[error("only a message that is there can be pinned")]
    PinUnfit,
    /// The host's own check.
    #[error("a call of this id is running")]
    CallRunning,
}

impl Rejection {
    /// The stable code (protocol section 9).
    pub fn code(self) -> Code {
        match self {
            Self::ContentUnfit | Self::OtherRoom | Self::SecondGenesis | Self::NotOneEmoji => {
                Code::EventInvalid
            }
            Self::EventIdReused => Code::EventConflict,
            Self::OriginSeqNotRising | Self::SeenUnknown => Code::ChainBroken,
            Self::KeyNotInLog => Code::KeyUntrusted,
            Self::SignatureWrong => Code::SignatureMismatch,
            Self::TooManyForeign | Self::TooManyMentions => Code::PolicyViolation,
            Self::SenderNotJoined
            | Self::HostOnly
            | Self::NotForServers
            | Self::PowerTooLow
            | Self::TargetTooPowerful
            | Self::GrantTooHigh
            | Self::MembershipForbidden
            | Self::DmIsForTwo
            | Self::NotFederated
            | Self::ServerDenied
            | Self::RoomNotOpen
            | Self::RoomClosed
            | Self::TargetUnfit
            | Self::NotOwn
            | Self::TransferUnfit
            | Self::EditTooLate
            | Self::TargetRedacted
            | Self::RoomMentionForbidden
            | Self::PinUnfit
            | Self::CallRunning => Code::NotAuthorized,
        }
    }

    /// Whether a message, edit or reaction with this fault is merely hidden at a follower: those who
    /// got it erased could not have seen the fault and must come to the same state.
    pub(crate) fn only_hides(self) -> bool {
        matches!(self, Self::ContentUnfit | Self::TargetUnfit | Self::NotOwn)
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        rejection.code().because(rejection.to_string())
    }
}
