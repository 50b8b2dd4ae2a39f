use scaiwave_protocol::{EventId, RoomId, ServerName};

/// Proof that a room's host is at fault: both sides of what it has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRow {
    /// Its name; rising.
    pub id: EventId,
    /// In which room.
    pub room_id: RoomId,
    /// When it was found.
    pub at: u64,
    /// What it proves, in words.
    pub reason: String,
    /// The proof, in JSON.
    pub document: Vec<u8>,
}

/// Up to which point an admin has settled which of a host's histories counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settled {
    /// Everything of earlier terms.
    pub term: u64,
    /// Of this term everything up to this seq.
    pub seq: u64,
}

/// A key that a room's host says is another server's, and that this server has not confirmed itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnconfirmedRow {
    /// In which room.
    pub room_id: RoomId,
    /// Whose key it is said to be.
    pub server: ServerName,
    /// The public key (`ed25519:…`) that signed the descriptor in the host's record.
    pub key: String,
    /// Since when it is waited for that server's own word.
    pub since: u64,
}
