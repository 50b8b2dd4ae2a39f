use crate::binary::Hash;
use crate::json::{Fields, Json, Malformed};
use crate::log::{Checkpoint, Entry};
use crate::wire::item::{StoredEntry, write_entry_list};

/// The answer to a backfill request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// Ascending.
    pub entries: Vec<Entry>,
    /// The chain below the first entry.
    pub chain_before: Hash,
    /// Of the last entry returned; of the head when none is.
    pub checkpoint: Checkpoint,
    /// In the direction asked.
    pub has_more: bool,
}

impl Backfill {
    /// Reads an answer.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("backfill", json)?;
        let entries = fields.array("entries")?;
        Ok(Backfill {
            entries: entries
                .into_iter()
                .map(Entry::parse)
                .collect::<Result<_, _>>()?,
            chain_before: fields.parsed("chain_before", Hash::parse)?,
            checkpoint: Checkpoint::parse(fields.any("checkpoint")?)?,
            has_more: fields.flag("has_more")?,
        })
    }

    /// Writes an answer from stored entries.
    pub fn write<'a>(
        entries: impl Iterator<Item = StoredEntry<'a>>,
        chain_before: &Hash,
        checkpoint: &Checkpoint,
        has_more: bool,
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(4096);
        out.extend_from_slice(format!("{{\"chain_before\":\"{chain_before}\"").as_bytes());
        out.extend_from_slice(b",\"checkpoint\":");
        checkpoint.to_json().write_canonical(&mut out);
        out.extend_from_slice(b",\"entries\":");
        write_entry_list(&mut out, entries);
        out.extend_from_slice(format!(",\"has_more\":{has_more}}}").as_bytes());
        out
    }
}
