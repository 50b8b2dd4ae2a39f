use scaiwave_protocol::{EventId, Fqid, RoomId, ServerName};

/// Whom a participant wants nothing to do with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Blocked {
    /// One person, local or foreign.
    Person(Fqid),
    /// Everybody of a server.
    Server(ServerName),
}

/// A participant's own block. Nobody else learns of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockRow {
    /// Who blocks: one of ours.
    pub participant: Fqid,
    /// Whom.
    pub whom: Blocked,
    /// Since when.
    pub at: u64,
}

/// A message that somebody has reported to a room's moderators. The reporter's name is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// Its name; rising.
    pub id: EventId,
    /// Where the message stands: a room of ours.
    pub room_id: RoomId,
    /// The message.
    pub event_id: EventId,
    /// The reporter's server.
    pub from: ServerName,
    /// Such as `spam`.
    pub category: String,
    /// In the reporter's words.
    pub text: Option<String>,
    /// When it arrived.
    pub at: u64,
    /// By whom and when it was settled; none while it is open.
    pub resolved: Option<(Fqid, u64)>,
}
