//! What a line of the audit log is about, as words that never change.

macro_rules! actions {
    ($($(#[doc = $meaning:literal])+ $name:ident = $word:literal,)+) => {
        /// What happened. Scripts filter by the word, so it never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Action {
            $($(#[doc = $meaning])+ $name,)+
        }

        impl Action {
            /// All of them.
            pub const ALL: &[Action] = &[$(Action::$name),+];

            /// The word in the log.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Action::$name => $word,)+
                }
            }
        }
    };
}

actions! {
    /// An account was closed.
    AccountClosed = "account.closed",
    /// Somebody has linked their account to one at an identity provider.
    AccountLinked = "account.linked",
    /// An account was made: by an admin, or because an identity provider vouched for somebody.
    AccountMade = "account.made",
    /// A closed account was opened again.
    AccountOpened = "account.opened",
    /// Somebody has set a new password by a link.
    AccountPasswordReset = "account.password_reset",
    /// A link for a new password was made.
    AccountResetLink = "account.reset_link",
    /// Somebody was made an admin, or is none any more.
    AccountRole = "account.role",
    /// An admin has taken somebody's second factor away.
    AccountTotpRemoved = "account.totp_removed",
    /// Somebody has taken such a link away.
    AccountUnlinked = "account.unlinked",
    /// A server refuses what is signed here, because its clock is another one.
    ClockDiffers = "clock.differs",
    /// An item that a peer had rejected was forgotten.
    DeadLetterDropped = "dead_letter.dropped",
    /// An item that a peer had rejected was sent once more.
    DeadLetterRetried = "dead_letter.retried",
    /// The data of an event is damaged: it is left out of what people read.
    EventDamaged = "event.damaged",
    /// A server seems to hold another history of a room.
    HistorySuspected = "history.suspected",
    /// A host has put a key into a log that is not that server's: the room is read-only here.
    HostForgedKey = "host.forged_key",
    /// A host has signed two histories: the room is read-only here.
    HostTwoHistories = "host.two_histories",
    /// A host has sequenced something that the room's rules refuse.
    HostVoidEntry = "host.void_entry",
    /// All invitations of a server or a person were thrown away.
    InvitationsCleaned = "invitations.cleaned",
    /// This tenant's first key was made.
    KeyMade = "key.made",
    /// The recovery key was made.
    KeyRecoveryMade = "key.recovery_made",
    /// A key of this tenant was revoked.
    KeyRevoked = "key.revoked",
    /// This tenant signs with a new key.
    KeyRotated = "key.rotated",
    /// A server was allowed.
    PeerAllowed = "peer.allowed",
    /// A server was blocked.
    PeerBlocked = "peer.blocked",
    /// A server was given up.
    PeerDropped = "peer.dropped",
    /// A server was met for the first time, and its keys are pinned.
    PeerFirstSeen = "peer.first_seen",
    /// A key of a server was accepted that nothing known vouched for.
    PeerKeyAccepted = "peer.key_accepted",
    /// A server has a new key, and a known one vouches for it.
    PeerKeyLearnt = "peer.key_learnt",
    /// A server has revoked a key.
    PeerKeyRevoked = "peer.key_revoked",
    /// A server shows keys that nothing known vouches for.
    PeerKeyUntrusted = "peer.key_untrusted",
    /// A server has used up its invitations of an hour.
    PeerOverBudget = "peer.over_budget",
    /// A server was tried at once.
    PeerRetried = "peer.retried",
    /// The federation policy was changed.
    PolicyChanged = "policy.changed",
    /// Somebody's home was asked what they are called now.
    ProfileRefreshed = "profile.refreshed",
    /// It was confirmed that this server's copy of a room is the newest.
    RoomConfirmedNewest = "room.confirmed_newest",
    /// A room was closed to other servers, or opened to them again.
    RoomFederation = "room.federation",
    /// A server says that it holds more of a room of ours, and it is no history of ours.
    RoomForeignTail = "room.foreign_tail",
    /// A host was found at fault: the room is read-only here.
    RoomFrozen = "room.frozen",
    /// A room was handed over to another host.
    RoomHandedOver = "room.handed_over",
    /// A room stands still until other servers have said what they hold of it.
    RoomInDoubt = "room.in_doubt",
    /// A room was left because of the policy.
    RoomLeft = "room.left",
    /// A room that was read-only goes on.
    RoomLifted = "room.lifted",
    /// What this server had lost of a room was fetched back.
    RoomRecovered = "room.recovered",
    /// It was agreed that this server becomes a room's host.
    RoomTakeOverAgreed = "room.take_over_agreed",
    /// It was no longer agreed.
    RoomTakeOverWithdrawn = "room.take_over_withdrawn",
    /// This server is a room's host now.
    RoomTakenOver = "room.taken_over",
    /// A host shows words in this server's name that it did not sign.
    WordsNotOurs = "words.not_ours",
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
