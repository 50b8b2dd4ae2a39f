use scaiwave_protocol::{EventId, LocalId, RoomId};

use crate::Change;
use crate::record::TotpRow;

/// What a use case wants to happen, all or nothing.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// What must hold at the moment of writing.
    pub expectations: Vec<Expectation>,
    /// Applied in order.
    pub changes: Vec<Change>,
    /// Nobody loses anything when it is written a moment later: together with the next commit, say,
    /// whose sync then is enough for both. Its answer still means that it is on disk.
    pub unhurried: bool,
}

/// What must hold at the moment of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// The room's head has this seq; 0 also stands for a room that does not exist.
    RoomHead {
        /// Which room.
        room_id: RoomId,
        /// Its head.
        seq: u64,
    },
    /// The room does not exist.
    NoRoom(RoomId),
    /// No local participant has this id.
    NoParticipant(LocalId),
    /// The account is not closed, and has this password hash.
    Account {
        /// Whose.
        local_id: LocalId,
        /// As it was read.
        password_hash: Option<String>,
    },
    /// Another account than this one is an admin's, and not closed.
    AnotherAdmin(LocalId),
    /// The session is there, with this refresh token's SHA-256.
    Session {
        /// Which.
        id: EventId,
        /// As it was read.
        refresh_hash: [u8; 32],
    },
    /// This account's link for a new password has this SHA-256.
    ResetLink {
        /// Whose.
        local_id: LocalId,
        /// As it was read.
        hash: [u8; 32],
    },
    /// No login of this account needs a code.
    NoTotp(LocalId),
    /// This account's second factor stands exactly so.
    Totp(Box<TotpRow>),
    /// This identity is linked to this account.
    Identity {
        /// Which.
        id: EventId,
        /// As it was read.
        local_id: LocalId,
    },
    /// Nothing stands under this key, or only what was begun before this moment.
    NoKeyedRequest {
        /// Whose.
        local_id: LocalId,
        /// Which key.
        key: [u8; 32],
        /// ms since the Unix epoch.
        since: u64,
    },
    /// This event still waits to be sequenced.
    Pending {
        /// Which room.
        room_id: RoomId,
        /// Which event.
        event_id: EventId,
    },
}

/// What the backend gave out while applying a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// One stream position for each [`Change::Stream`], in order. Rising within the tenant, in the
    /// order in which commits became visible.
    pub positions: Vec<u64>,
}

impl Commit {
    /// A commit without expectations.
    pub fn of(changes: Vec<Change>) -> Self {
        Commit {
            expectations: Vec::new(),
            changes,
            unhurried: false,
        }
    }

    /// It may wait a moment.
    pub fn unhurried(mut self) -> Self {
        self.unhurried = true;
        self
    }

    /// Adds an expectation.
    pub fn expecting(mut self, expectation: Expectation) -> Self {
        self.expectations.push(expectation);
        self
    }
}
