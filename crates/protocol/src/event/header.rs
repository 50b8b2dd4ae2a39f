use std::io::Write as _;

use super::DOMAIN;
use crate::binary::{self, Hash};
use crate::ids::{EventId, EventType, Fqid, RoomId};
use crate::json::{Fields, Json, Malformed};
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
        Signable::tagged(DOMAIN, &self.bytes())
    }

    /// `event_hash`: over the header with the signature added.
    pub(super) fn event_hash(&self, sig: &Sig) -> Hash {
        Hash::of(&[&self.bytes_with_sig(sig)])
    }

    /// The canonical header.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(640);
        self.write_hash_member(&mut out);
        self.write_until_seen(&mut out, None);
        self.write_rest(&mut out, None);
        out
    }

    /// The canonical header with its signature; also the canonical form of the erased event.
    pub(super) fn bytes_with_sig(&self, sig: &Sig) -> Vec<u8> {
        let mut out = Vec::with_capacity(800);
        self.write_hash_member(&mut out);
        self.write_until_seen(&mut out, None);
        self.write_rest(&mut out, Some(sig));
        out
    }

    /// The canonical form of the full event.
    pub(super) fn full_bytes(&self, content: &Json, salt: &[u8; 16], sig: &Sig) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024);
        out.extend_from_slice(b"{\"content\":");
        content.write_canonical(&mut out);
        self.write_until_seen(&mut out, Some(salt));
        self.write_rest(&mut out, Some(sig));
        out
    }

    // The members of an event are few, known and free of characters that need escaping, so their
    // canonical order is written down here instead of being sorted for every event. The tests compare
    // each of these with the general canonical writer.

    fn write_hash_member(&self, out: &mut Vec<u8>) {
        put(
            out,
            format_args!("{{\"content_hash\":\"{}\"", self.content_hash),
        );
    }

    fn write_until_seen(&self, out: &mut Vec<u8>, salt: Option<&[u8; 16]>) {
        put(out, format_args!(",\"event_id\":\"{}\"", self.event_id));
        put(out, format_args!(",\"origin_seq\":{}", self.origin_seq));
        put(out, format_args!(",\"origin_ts\":{}", self.origin_ts));
        if let Some(room_id) = &self.room_id {
            put(out, format_args!(",\"room_id\":\"{room_id}\""));
        }
        if let Some(salt) = salt {
            put(out, format_args!(",\"salt\":\"{}\"", binary::encode(salt)));
        }
        if let Some(LogPoint { term, seq, chain }) = &self.seen {
            let seen =
                format_args!(",\"seen\":{{\"chain\":\"{chain}\",\"seq\":{seq},\"term\":{term}}}");
            put(out, seen);
        }
    }

    fn write_rest(&self, out: &mut Vec<u8>, sig: Option<&Sig>) {
        put(out, format_args!(",\"sender\":\"{}\"", self.sender));
        if let Some(Sig { key_id, value }) = sig {
            let value = binary::encode(value);
            put(
                out,
                format_args!(",\"sig\":{{\"key_id\":\"{key_id}\",\"value\":\"{value}\"}}"),
            );
        }
        put(out, format_args!(",\"type\":\"{}\",\"v\":1}}", self.kind));
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

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to a vector cannot fail.
    out.write_fmt(text).unwrap_or_default();
}
