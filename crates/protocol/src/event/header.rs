use super::DOMAIN;
use crate::binary::{self, Hash};
use crate::ids::{EventId, EventType, Fqid, RoomId};
use crate::json::{Fields, Json, Malformed, write_count, write_int};
use crate::keys::{Sig, Signable};

/// A point of a room's log: what an event's author had seen, what a head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogPoint {
    /// The host's reign.
    pub term: u64,
    /// The entry's number.
    pub seq: u64,
    /// The chain up to and including that entry.
    pub chain: Hash,
}

impl LogPoint {
    /// Reads `{term, seq, chain}` with nothing else in it.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("log point", json)?;
        let point = LogPoint {
            term: fields.count("term")?,
            seq: fields.count("seq")?,
            chain: fields.parsed("chain", Hash::parse)?,
        };
        fields.nothing_else()?;
        Ok(point)
    }

    /// As it stands on the wire.
    pub fn to_json(&self) -> Json {
        Json::object([
            ("term", self.term.into()),
            ("seq", self.seq.into()),
            ("chain", self.chain.to_string().into()),
        ])
    }
}

/// The event without content, salt and signature, plus the content's hash. This is what is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Unique within the room.
    pub event_id: EventId,
    /// Absent in the genesis event only.
    pub room_id: Option<RoomId>,
    /// `type` on the wire.
    pub kind: EventType,
    /// Whose words they are; the server in the name signs.
    pub sender: Fqid,
    /// Milliseconds since the Unix epoch; information for people, it orders nothing.
    pub origin_ts: i64,
    /// Strictly rising per room and server, gaps allowed.
    pub origin_seq: u64,
    /// The last entry that the origin had stored; absent in the genesis event only.
    pub seen: Option<LogPoint>,
    /// SHA-256(salt ‖ canonical content).
    pub content_hash: Hash,
}

impl Header {
    /// `content_hash` (protocol section 3).
    pub fn hash_content(salt: &[u8; 16], canonical_content: &[u8]) -> Hash {
        Hash::of(&[salt, canonical_content])
    }

    /// What the origin signs.
    pub fn signable(&self) -> Signable {
        Signable::tagged(DOMAIN, |out| self.write(None, None, out))
    }

    /// `event_hash`: over the header with the signature added.
    pub(super) fn event_hash(&self, sig: &Sig) -> Hash {
        Hash::of(&[&self.bytes_with_sig(sig)])
    }

    /// The canonical header.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(640);
        self.write(None, None, &mut out);
        out
    }

    /// The canonical header with its signature; also the canonical form of the erased event.
    pub(super) fn bytes_with_sig(&self, sig: &Sig) -> Vec<u8> {
        let mut out = Vec::with_capacity(768);
        self.write(None, Some(sig), &mut out);
        out
    }

    /// The canonical form of the full event.
    pub(super) fn full_bytes(&self, content: &Json, salt: &[u8; 16], sig: &Sig) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024);
        self.write(Some((content, salt)), Some(sig), &mut out);
        out
    }

    /// Writes the members in their canonical order. They are few, known and free of characters that
    /// need escaping, so their order is written down here instead of being sorted for every event; the
    /// tests compare this with the general canonical writer.
    fn write(&self, full: Option<(&Json, &[u8; 16])>, sig: Option<&Sig>, out: &mut Vec<u8>) {
        if let Some((content, _)) = full {
            out.extend_from_slice(b"{\"content\":");
            content.write_canonical(out);
        } else {
            out.extend_from_slice(b"{\"content_hash\":\"");
            binary::write(&self.content_hash.0, out);
            out.push(b'"');
        }
        out.extend_from_slice(b",\"event_id\":\"");
        out.extend_from_slice(self.event_id.hyphenated(&mut [0; 36]).as_bytes());
        out.extend_from_slice(b"\",\"origin_seq\":");
        write_count(self.origin_seq, out);
        out.extend_from_slice(b",\"origin_ts\":");
        write_int(self.origin_ts, out);
        if let Some(room_id) = &self.room_id {
            write_text(b",\"room_id\":\"", room_id.as_str(), out);
        }
        if let Some((_, salt)) = full {
            out.extend_from_slice(b",\"salt\":\"");
            binary::write(salt, out);
            out.push(b'"');
        }
        if let Some(LogPoint { term, seq, chain }) = &self.seen {
            out.extend_from_slice(b",\"seen\":{\"chain\":\"");
            binary::write(&chain.0, out);
            out.extend_from_slice(b"\",\"seq\":");
            write_count(*seq, out);
            out.extend_from_slice(b",\"term\":");
            write_count(*term, out);
            out.push(b'}');
        }
        write_text(b",\"sender\":\"", self.sender.as_str(), out);
        if let Some(Sig { key_id, value }) = sig {
            out.extend_from_slice(b",\"sig\":{\"key_id\":\"");
            key_id.write(out);
            out.extend_from_slice(b"\",\"value\":\"");
            binary::write(value, out);
            out.extend_from_slice(b"\"}");
        }
        write_text(b",\"type\":\"", self.kind.as_str(), out);
        out.extend_from_slice(b",\"v\":1}");
    }

    /// The header as a value.
    pub(super) fn to_json(&self) -> Json {
        let mut object = crate::json::Object::new();
        let mut put = |name: &str, value: Json| object.insert(name.to_owned(), value);
        put("v", Json::Int(1));
        put("event_id", (&self.event_id).into());
        put("type", (&self.kind).into());
        put("sender", (&self.sender).into());
        put("origin_ts", Json::Int(self.origin_ts));
        put("origin_seq", self.origin_seq.into());
        put("content_hash", self.content_hash.to_string().into());
        if let Some(room_id) = &self.room_id {
            put("room_id", room_id.into());
        }
        if let Some(seen) = &self.seen {
            put("seen", seen.to_json());
        }
        Json::Obj(object)
    }
}

/// Appends a member whose text needs no escapes.
fn write_text(name: &[u8], text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name);
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}
