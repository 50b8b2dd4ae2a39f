//! The typed items of a `send` body.

use std::collections::BTreeMap;

use crate::binary::Hash;
use crate::code::{Code, Refusal};
use crate::event::content::RoomType;
use crate::event::{LogPoint, Received};
use crate::ids::{EventId, Fqid, RoomId, ServerName};
use crate::json::{Fields, Json, Malformed};
use crate::keys::Sig;
use crate::log::{Checkpoint, Entry};
use crate::wire::Presence;

/// One thing that a peer says. Unknown members are ignored; unknown kinds are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Host → invitee's server.
    Invite {
        /// The member event that the host has sequenced.
        event: Box<Received>,
        /// What the invitee may know before they accept.
        card: Box<Card>,
    },
    /// Host → member server: may this server take part?
    Consult {
        /// Which room.
        room_id: RoomId,
        /// Who would come.
        server: ServerName,
    },
    /// Host → follower.
    Entries {
        /// Which room.
        room_id: RoomId,
        /// In order; those at or below what we have are compared and skipped.
        entries: Vec<Entry>,
        /// Of the last entry.
        checkpoint: Box<Checkpoint>,
        /// How far the other servers are.
        acked: BTreeMap<ServerName, u64>,
    },
    /// Follower → host.
    Submit {
        /// Of one of the sender's own people.
        event: Box<Received>,
    },
    /// Either way: where our logs stand.
    Heads {
        /// Rooms that both servers share.
        rooms: BTreeMap<RoomId, LogPoint>,
    },
    /// A member server → host: for the room's moderators.
    Report {
        /// Which room.
        room_id: RoomId,
        /// Which message.
        event_id: EventId,
        /// Spam, abuse, …
        category: String,
        /// In the reporter's words.
        text: Option<String>,
    },
    /// Host → the chosen follower: will you take over?
    Transfer {
        /// Which room.
        room_id: RoomId,
        /// The next term.
        term: u64,
        /// The head.
        seen: LogPoint,
    },
    /// Host → a server whose last participant or invitation is gone, or one invitation.
    Removed {
        /// Which room.
        room_id: RoomId,
        /// Only this person's invitation is gone: others of their server are still invited.
        participant: Option<Fqid>,
        /// Of the record with `present` false.
        checkpoint: Option<Box<Checkpoint>>,
    },
    /// Never stored, never retried.
    Ephemeral(Ephemeral),
}

/// Straight from a participant's server to every member server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ephemeral {
    /// Somebody is writing.
    Typing {
        /// Which room.
        room_id: RoomId,
        /// Who.
        participant: Fqid,
        /// Or no more.
        typing: bool,
    },
    /// Somebody came or went.
    Presence {
        /// Who.
        participant: Fqid,
        /// As others are to see it.
        presence: Presence,
    },
    /// A call's state, for ringing.
    Call {
        /// Which room.
        room_id: RoomId,
        /// Which call.
        call_id: String,
        /// Who.
        participant: Fqid,
        /// ringing, joined, …
        state: String,
    },
}

/// What an invitation says about a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Which room.
    pub room_id: RoomId,
    /// Who hosts it.
    pub host: ServerName,
    /// The head.
    pub at: LogPoint,
    /// Group, dm or public.
    pub room_type: RoomType,
    /// Who takes part.
    pub servers: Vec<ServerName>,
    /// Its name.
    pub name: Option<String>,
    /// Its topic.
    pub topic: Option<String>,
}

impl Item {
    /// Reads one item.
    pub fn parse(json: Json) -> Result<Self, Refusal> {
        let mut fields = Fields::of("item", json)?;
        let kind = fields.string("kind")?;
        Ok(match kind.as_str() {
            "invite" => Item::Invite {
                event: Box::new(Received::parse(fields.any("event")?)?),
                card: Box::new(Card::parse(fields.any("card")?)?),
            },
            "consult" => Item::Consult {
                room_id: fields.parsed("room_id", RoomId::parse)?,
                server: fields.parsed("server", ServerName::parse)?,
            },
            "entries" => Item::Entries {
                room_id: fields.parsed("room_id", RoomId::parse)?,
                entries: entries(fields.array("entries")?)?,
                checkpoint: Box::new(Checkpoint::parse(fields.any("checkpoint")?)?),
                acked: acked(&mut fields)?,
            },
            "submit" => Item::Submit {
                event: Box::new(Received::parse(fields.any("event")?)?),
            },
            "heads" => Item::Heads {
                rooms: heads(fields.object("rooms")?)?,
            },
            "report" => Item::Report {
                room_id: fields.parsed("room_id", RoomId::parse)?,
                event_id: fields.parsed("event_id", EventId::parse)?,
                category: fields.string("category")?,
                text: fields.optional_string("text")?,
            },
            "transfer" => Item::Transfer {
                room_id: fields.parsed("room_id", RoomId::parse)?,
                term: fields.count("term")?,
                seen: LogPoint::parse(fields.any("seen")?)?,
            },
            "removed" => Item::Removed {
                room_id: fields.parsed("room_id", RoomId::parse)?,
                participant: match fields.optional_string("participant")? {
                    Some(name) => Some(Fqid::parse(&name)?),
                    None => None,
                },
                checkpoint: match fields.optional("checkpoint") {
                    Some(json) => Some(Box::new(Checkpoint::parse(json)?)),
                    None => None,
                },
            },
            "ephemeral" => Item::Ephemeral(Ephemeral::parse(fields)?),
            _ => return Err(Code::EventInvalid.because("this kind of item is not known here")),
        })
    }

    /// The item's kind as it stands on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Item::Invite { .. } => "invite",
            Item::Consult { .. } => "consult",
            Item::Entries { .. } => "entries",
            Item::Submit { .. } => "submit",
            Item::Heads { .. } => "heads",
            Item::Report { .. } => "report",
            Item::Transfer { .. } => "transfer",
            Item::Removed { .. } => "removed",
            Item::Ephemeral(_) => "ephemeral",
        }
    }
}

fn entries(elements: Vec<Json>) -> Result<Vec<Entry>, Malformed> {
    elements.into_iter().map(Entry::parse).collect()
}

fn acked(fields: &mut Fields) -> Result<BTreeMap<ServerName, u64>, Malformed> {
    if !fields.has("acked") {
        return Ok(BTreeMap::new());
    }
    let seq = |json: &Json| json.as_int().and_then(|seq| u64::try_from(seq).ok());
    let wrong = || Malformed::new("item: `acked` must map servers to seqs");
    fields
        .object("acked")?
        .iter()
        .map(|(server, json)| Ok((ServerName::parse(server)?, seq(json).ok_or_else(wrong)?)))
        .collect()
}

/// Reads the `rooms` of a heads item or of its answer.
pub fn heads(object: crate::json::Object) -> Result<BTreeMap<RoomId, LogPoint>, Malformed> {
    object
        .into_iter()
        .map(|(room, point)| Ok((RoomId::parse(&room)?, LogPoint::parse(point)?)))
        .collect()
}

/// `{"kind":"invite", …}`.
pub fn invite(event: &Json, card: &Card) -> Json {
    Json::object([
        ("kind", "invite".into()),
        ("event", event.clone()),
        ("card", card.to_json()),
    ])
}

/// `{"kind":"consult", …}`.
pub fn consult(room_id: &RoomId, server: &ServerName) -> Json {
    Json::object([
        ("kind", "consult".into()),
        ("room_id", room_id.into()),
        ("server", server.into()),
    ])
}

/// `{"kind":"report", …}`. The reporter's name is not in it.
pub fn report(room_id: &RoomId, event_id: &EventId, category: &str, text: Option<&str>) -> Json {
    let mut object = crate::json::Object::from([
        ("kind".to_owned(), "report".into()),
        ("room_id".to_owned(), room_id.into()),
        ("event_id".to_owned(), event_id.into()),
        ("category".to_owned(), category.into()),
    ]);
    if let Some(text) = text {
        object.insert("text".to_owned(), text.into());
    }
    Json::Obj(object)
}

/// A whole `send` body.
pub fn body(items: &[Json]) -> Json {
    Json::object([("items", Json::Arr(items.to_vec()))])
}

/// `{"kind":"heads", …}`.
pub fn heads_item(rooms: &BTreeMap<RoomId, LogPoint>) -> Json {
    Json::object([("kind", "heads".into()), ("rooms", heads_json(rooms))])
}

/// The `rooms` of a heads item or of its answer.
pub fn heads_json(rooms: &BTreeMap<RoomId, LogPoint>) -> Json {
    Json::Obj(
        rooms
            .iter()
            .map(|(room, point)| (room.to_string(), point.to_json()))
            .collect(),
    )
}

/// `{"kind":"transfer", …}`.
pub fn transfer(room_id: &RoomId, term: u64, seen: &LogPoint) -> Json {
    Json::object([
        ("kind", "transfer".into()),
        ("room_id", room_id.into()),
        ("term", term.into()),
        ("seen", seen.to_json()),
    ])
}

/// `{"kind":"removed", …}`.
pub fn removed(room_id: &RoomId, checkpoint: Option<&Checkpoint>) -> Json {
    let mut object = crate::json::Object::new();
    object.insert("kind".to_owned(), "removed".into());
    object.insert("room_id".to_owned(), room_id.into());
    if let Some(checkpoint) = checkpoint {
        object.insert("checkpoint".to_owned(), checkpoint.to_json());
    }
    Json::Obj(object)
}

/// `{"kind":"removed", …}` about one invitation, while others of that server are invited.
pub fn withdrawn(room_id: &RoomId, participant: &Fqid) -> Json {
    Json::object([
        ("kind", "removed".into()),
        ("room_id", room_id.into()),
        ("participant", participant.into()),
    ])
}

/// Appends `{"kind":"submit","event":…}` around an event that is canonical already.
pub fn write_submit(out: &mut Vec<u8>, event: &[u8]) {
    out.extend_from_slice(b"{\"event\":");
    out.extend_from_slice(event);
    out.extend_from_slice(b",\"kind\":\"submit\"}");
}

/// A stored entry on its way out: its event is canonical already and is copied, not parsed.
#[derive(Clone, Copy, Debug)]
pub struct StoredEntry<'a> {
    /// The host's reign.
    pub term: u64,
    /// Dense from 1.
    pub seq: u64,
    /// The host's clock in ms.
    pub ts: u64,
    /// Canonical bytes of the event, full or erased.
    pub event: &'a [u8],
}

/// Appends `{"kind":"entries", …}`.
pub fn write_entries<'a>(
    out: &mut Vec<u8>,
    room_id: &RoomId,
    entries: impl Iterator<Item = StoredEntry<'a>>,
    checkpoint: &Checkpoint,
    acked: &BTreeMap<ServerName, u64>,
) {
    out.extend_from_slice(b"{");
    if !acked.is_empty() {
        let acked = acked
            .iter()
            .map(|(server, seq)| (server.to_string(), (*seq).into()));
        out.extend_from_slice(b"\"acked\":");
        Json::Obj(acked.collect()).write_canonical(out);
        out.extend_from_slice(b",");
    }
    out.extend_from_slice(b"\"checkpoint\":");
    checkpoint.to_json().write_canonical(out);
    out.extend_from_slice(b",\"entries\":");
    write_entry_list(out, entries);
    out.extend_from_slice(b",\"kind\":\"entries\",\"room_id\":");
    Json::from(room_id).write_canonical(out);
    out.extend_from_slice(b"}");
}

/// Appends `[{event, seq, term, ts}, …]`.
pub fn write_entry_list<'a>(out: &mut Vec<u8>, entries: impl Iterator<Item = StoredEntry<'a>>) {
    out.push(b'[');
    for (
        n,
        StoredEntry {
            term,
            seq,
            ts,
            event,
        },
    ) in entries.enumerate()
    {
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"event\":");
        out.extend_from_slice(event);
        out.extend_from_slice(format!(",\"seq\":{seq},\"term\":{term},\"ts\":{ts}}}").as_bytes());
    }
    out.push(b']');
}

impl Ephemeral {
    fn parse(mut fields: Fields) -> Result<Self, Refusal> {
        let participant = fields.parsed("participant", Fqid::parse_participant)?;
        Ok(match fields.string("type")?.as_str() {
            "typing" => Ephemeral::Typing {
                room_id: fields.parsed("room_id", RoomId::parse)?,
                typing: fields.flag("typing")?,
                participant,
            },
            "presence" => Ephemeral::Presence {
                presence: fields.parsed("presence", Presence::parse)?,
                participant,
            },
            "call" => Ephemeral::Call {
                room_id: fields.parsed("room_id", RoomId::parse)?,
                call_id: fields.string("call_id")?,
                state: fields.string("state")?,
                participant,
            },
            _ => return Err(Code::EventInvalid.because("this ephemeral type is not known here")),
        })
    }

    /// Whose doing it is.
    pub fn participant(&self) -> &Fqid {
        match self {
            Ephemeral::Typing { participant, .. }
            | Ephemeral::Presence { participant, .. }
            | Ephemeral::Call { participant, .. } => participant,
        }
    }

    /// As it stands on the wire.
    pub fn to_json(&self) -> Json {
        match self {
            Ephemeral::Typing {
                room_id,
                participant,
                typing,
            } => Json::object([
                ("kind", "ephemeral".into()),
                ("type", "typing".into()),
                ("room_id", room_id.into()),
                ("participant", participant.into()),
                ("typing", (*typing).into()),
            ]),
            Ephemeral::Presence {
                participant,
                presence,
            } => Json::object([
                ("kind", "ephemeral".into()),
                ("type", "presence".into()),
                ("participant", participant.into()),
                ("presence", presence.as_str().into()),
            ]),
            Ephemeral::Call {
                room_id,
                call_id,
                participant,
                state,
            } => Json::object([
                ("kind", "ephemeral".into()),
                ("type", "call".into()),
                ("room_id", room_id.into()),
                ("call_id", call_id.as_str().into()),
                ("participant", participant.into()),
                ("state", state.as_str().into()),
            ]),
        }
    }
}

impl Card {
    /// Reads a card; unknown members are ignored.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("card", json)?;
        let servers = fields.array("servers")?;
        let name = |json: &Json| ServerName::parse(json.as_str().unwrap_or_default());
        Ok(Card {
            room_id: fields.parsed("room_id", RoomId::parse)?,
            host: fields.parsed("host", ServerName::parse)?,
            at: LogPoint {
                term: fields.count("term")?,
                seq: fields.count("seq")?,
                chain: fields.parsed("chain", Hash::parse)?,
            },
            room_type: fields.parsed("room_type", RoomType::parse_from_afar)?,
            servers: servers.iter().map(name).collect::<Result<_, _>>()?,
            name: fields.optional_string("name")?,
            topic: fields.optional_string("topic")?,
        })
    }

    /// As it stands on the wire.
    pub fn to_json(&self) -> Json {
        let mut json = Json::object([
            ("room_id", (&self.room_id).into()),
            ("host", (&self.host).into()),
            ("term", self.at.term.into()),
            ("seq", self.at.seq.into()),
            ("chain", self.at.chain.to_string().into()),
            ("room_type", self.room_type.as_str().into()),
            (
                "servers",
                Json::Arr(self.servers.iter().map(Into::into).collect()),
            ),
        ]);
        if let Json::Obj(object) = &mut json {
            for (member, text) in [("name", &self.name), ("topic", &self.topic)] {
                if let Some(text) = text {
                    object.insert(member.to_owned(), text.as_str().into());
                }
            }
        }
        json
    }
}

/// The answer to a transfer item.
pub fn transfer_answer(sig: &Sig) -> Json {
    Json::object([("status", "ok".into()), ("sig", sig.to_json())])
}
