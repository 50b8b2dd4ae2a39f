use crate::binary::Hash;
use crate::event::Received;
use crate::json::{Fields, Json, Malformed};

/// One line of a room's log as it came from a peer: the event is not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The host's reign.
    pub term: u64,
    /// Dense from 1.
    pub seq: u64,
    /// The host's clock in ms, strictly rising.
    pub ts: u64,
    /// What was said.
    pub event: Received,
}

impl Entry {
    /// Reads `{term, seq, ts, event}`.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("entry", json)?;
        let entry = Entry {
            term: fields.count("term")?,
            seq: fields.count("seq")?,
            ts: fields.count("ts")?,
            event: Received::parse(fields.any("event")?)?,
        };
        fields.nothing_else()?;
        Ok(entry)
    }

    /// The chain up to and including this entry.
    pub fn chain(&self, before: &Hash) -> Hash {
        chain_link(before, self.term, self.seq, self.ts, &self.event.hash())
    }
}

/// `chain_n` (protocol section 4). `chain_0` is [`Hash::ZERO`].
pub fn chain_link(before: &Hash, term: u64, seq: u64, ts: u64, event_hash: &Hash) -> Hash {
    Hash::of(&[
        b"swp-chain-v1\n",
        &before.0,
        &term.to_be_bytes(),
        &seq.to_be_bytes(),
        &ts.to_be_bytes(),
        &event_hash.0,
    ])
}
