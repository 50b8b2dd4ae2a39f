use super::{Authentic, Body, Event, Header, LogPoint, content};
use crate::ids::{EventId, EventType, Fqid, RoomId};
use crate::json::{self, Json, Malformed};
use crate::keys::Sign;
use crate::limits::{CONTENT_BYTES_MAX, EVENT_DEPTH_MAX, FQID_BYTES_MAX, INTEGER_MAX};

/// Everything that an origin decides about an event before it signs.
#[derive(Clone, Debug)]
pub struct Draft {
    /// A fresh id, or the client's own for idempotency.
    pub event_id: EventId,
    /// None for a genesis event.
    pub room_id: Option<RoomId>,
    /// The type.
    pub kind: EventType,
    /// One of our own participants, or our server itself.
    pub sender: Fqid,
    /// Our clock, in ms since the Unix epoch.
    pub origin_ts: i64,
    /// The next number of this server in this room.
    pub origin_seq: u64,
    /// The last entry stored here; None for a genesis event.
    pub seen: Option<LogPoint>,
    /// An object.
    pub content: Json,
    /// 16 fresh random bytes.
    pub salt: [u8; 16],
}

impl Draft {
    /// Signs. The same limits as for a peer's event apply, so that we never emit what we would refuse.
    pub fn sign(self, signer: &dyn Sign) -> Result<Authentic, Malformed> {
        self.check()?;
        let canonical = self.content.canonical();
        if canonical.len() > CONTENT_BYTES_MAX {
            return Err(Malformed::new("the content is larger than 65,536 bytes"));
        }
        let header = Header {
            event_id: self.event_id,
            room_id: self.room_id,
            kind: self.kind,
            sender: self.sender,
            origin_ts: self.origin_ts,
            origin_seq: self.origin_seq,
            seen: self.seen,
            content_hash: Header::hash_content(&self.salt, &canonical),
        };
        let sig = signer.sign(&header.signable());
        let body = Body::Full {
            content: self.content,
            salt: self.salt,
        };
        Ok(Authentic::signed_by_us(
            Event::assemble(header, body, sig),
            signer.public_key(),
        ))
    }

    fn check(&self) -> Result<(), Malformed> {
        if self.content.as_object().is_none() {
            return Err(Malformed::new("the content must be an object"));
        }
        json::check(&self.content, EVENT_DEPTH_MAX - 1)?;
        let genesis = self.kind.as_str() == content::CREATE;
        if self.room_id.is_none() != genesis || self.seen.is_none() != genesis {
            return Err(Malformed::new(
                "the genesis event, and no other, has neither a room id nor a point seen",
            ));
        }
        if genesis && self.origin_seq != 1 {
            return Err(Malformed::new(
                "the origin_seq of a genesis event must be 1",
            ));
        }
        let seen = self.seen.map_or([0, 0], |point| [point.term, point.seq]);
        let numbers = [
            self.origin_ts.unsigned_abs(),
            self.origin_seq,
            seen[0],
            seen[1],
        ];
        if numbers.iter().any(|n| *n > INTEGER_MAX.unsigned_abs()) {
            return Err(Malformed::new("a number is not within ±(2^53−1)"));
        }
        // The server's own name exists for every server name, also for one too long for this form.
        if self.sender.as_str().len() > FQID_BYTES_MAX {
            return Err(Malformed::new("a sender has at most 255 bytes"));
        }
        Ok(())
    }
}
