use scaiwave_protocol::{EventId, LocalId};

/// Requests of one person that are kept, whatever their age; beyond that the oldest go. Whoever repeats a request
/// does so within moments, not after a thousand others.
pub const KEYED_REQUESTS_MAX: usize = 1_000;

/// A request that came under a key of the client's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequestRow {
    /// Whose.
    pub local_id: LocalId,
    /// What the client called it: a hash, one of a kind for each person.
    pub key: [u8; 32],
    /// What was asked: a hash by which another request is recognised.
    pub request: [u8; 32],
    /// When.
    pub begun_at: u64,
    /// What was answered; none as long as it runs, or if its process ended while it ran.
    pub answer: Option<KeptAnswer>,
}

/// What was answered to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// JSON; none if only that there was an answer is kept.
    pub body: Option<Vec<u8>>,
    /// The event whose content stands in the body, if there is one: when it is erased, the body goes.
    pub shows: Option<EventId>,
}
