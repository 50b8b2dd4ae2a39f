use scaiwave_protocol::Hash;

use super::room::Verdict;

/// A snapshot that we started from, kept until the log has been filled down to seq 1 and folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseRow {
    /// The seq whose state it is.
    pub seq: u64,
    /// The snapshot's `state`, canonical JSON: what the fold up to `seq` must give.
    pub state: Vec<u8>,
    /// What we held of the log when it came, if anything: between that and the base is a hole.
    pub held: Option<HeldRow>,
}

/// A stretch of a log below a hole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// Its lowest seq.
    pub first_seq: u64,
    /// The chain right below.
    pub chain_before: Hash,
    /// Its highest seq.
    pub last_seq: u64,
    /// The chain there.
    pub last_chain: Hash,
}

/// A later verdict on an entry that is stored, after its log has been folded from seq 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictRow {
    /// Which entry.
    pub seq: u64,
    /// What the rules say of it.
    pub verdict: Verdict,
    /// Whether it is a line of the timeline.
    pub shown: bool,
}
