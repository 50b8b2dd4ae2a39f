use std::ops::Deref;

use super::{Body, Event, Header, LogPoint};
use crate::binary::{self, Hash};
use crate::code::{Code, Refusal};
use crate::event::content;
use crate::ids::{EventId, EventType, Fqid, RoomId};
use crate::json::{Fields, Json, Malformed};
use crate::keys::{PublicKey, Sig};
use crate::limits::{CONTENT_BYTES_MAX, EVENT_DEPTH_MAX};

/// An event of the right shape and size. Nothing is known yet about who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received(Event);

/// An event whose signature verified with [`Authentic::key`], or that we signed ourselves.
///
/// Whether that key was the origin's at that point of the log is the room's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentic {
    event: Event,
    key: PublicKey,
}

/// That an event with this hash was authentic: kept instead of the event, to recognise it when it comes
/// back. The hash covers header, signature and, through `content_hash`, content and salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    hash: Hash,
    key: PublicKey,
}

impl Received {
    /// Reads an event, full or erased, with exactly the members of protocol section 3.
    ///
    /// The limit on the whole event needs no check of its own: see [`EVENT_BYTES_MAX`].
    ///
    /// [`EVENT_BYTES_MAX`]: crate::limits::EVENT_BYTES_MAX
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        if json.depth() > EVENT_DEPTH_MAX {
            return Err(Malformed::new(
                "the event is nested more than 32 levels deep",
            ));
        }
        let mut fields = Fields::of("event", json)?;
        if fields.any("v")? != Json::Int(1) {
            return Err(fields.wrong("v", "must be 1"));
        }
        let kind = fields.parsed("type", EventType::parse)?;
        let genesis = kind.as_str() == content::CREATE;
        let (body, content_hash) = read_body(&mut fields, &kind)?;
        let header = Header {
            event_id: fields.parsed("event_id", EventId::parse)?,
            room_id: if genesis {
                None
            } else {
                Some(fields.parsed("room_id", RoomId::parse)?)
            },
            sender: fields.parsed("sender", Fqid::parse)?,
            origin_ts: match fields.any("origin_ts")? {
                Json::Int(ms) => ms,
                _ => return Err(fields.wrong("origin_ts", "must be an integer")),
            },
            origin_seq: fields.count("origin_seq")?,
            seen: if genesis {
                None
            } else {
                Some(LogPoint::parse(fields.any("seen")?)?)
            },
            kind,
            content_hash,
        };
        let sig = Sig::parse(fields.any("sig")?)?;
        if genesis && header.origin_seq != 1 {
            return Err(fields.wrong("origin_seq", "must be 1 in a genesis event"));
        }
        fields.nothing_else()?;
        Ok(Received(Event::assemble(header, body, sig)))
    }

    /// Checks the signature, strictly and by itself.
    pub fn verify(self, key: &PublicKey) -> Result<Authentic, Refusal> {
        if self.0.header.signable().verifies(key, &self.0.sig) {
            return Ok(Authentic {
                event: self.0,
                key: *key,
            });
        }
        Err(Code::SignatureMismatch.because("the event's signature does not verify"))
    }

    /// Recognises an event that has been authentic before, without verifying it again.
    #[expect(
        clippy::result_large_err,
        reason = "the event is handed back, not reported"
    )]
    pub fn recognise(self, proof: &Proof) -> Result<Authentic, Self> {
        if self.0.hash == proof.hash {
            return Ok(Authentic {
                event: self.0,
                key: proof.key,
            });
        }
        Err(self)
    }

    /// The event, for what needs no proof: showing why it was refused, counting, comparing hashes.
    pub fn into_event(self) -> Event {
        self.0
    }
}

impl Authentic {
    /// An event that this process has just signed.
    pub(super) fn signed_by_us(event: Event, key: PublicKey) -> Self {
        Authentic { event, key }
    }

    /// What is enough to recognise this event later.
    pub fn proof(&self) -> Proof {
        Proof {
            hash: self.event.hash,
            key: self.key,
        }
    }

    /// The key with which the signature verified.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The event.
    pub fn into_event(self) -> Event {
        self.event
    }
}

impl Deref for Received {
    type Target = Event;

    fn deref(&self) -> &Event {
        &self.0
    }
}

impl Deref for Authentic {
    type Target = Event;

    fn deref(&self) -> &Event {
        &self.event
    }
}

fn read_body(fields: &mut Fields, kind: &EventType) -> Result<(Body, Hash), Malformed> {
    if fields.has("content_hash") {
        if !content::is_erasable(kind.as_str()) {
            return Err(fields.wrong("content_hash", "stands in an event that cannot be erased"));
        }
        let hash = fields.parsed("content_hash", Hash::parse)?;
        return Ok((Body::Erased, hash));
    }
    let content = Json::Obj(fields.object("content")?);
    let salt = fields.parsed("salt", binary::decode)?;
    let canonical = content.canonical();
    if canonical.len() > CONTENT_BYTES_MAX {
        return Err(fields.wrong("content", "is larger than 65,536 bytes"));
    }
    let hash = Header::hash_content(&salt, &canonical);
    Ok((Body::Full { content, salt }, hash))
}
