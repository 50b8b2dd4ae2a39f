use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use scaiwave_protocol::event::content::{MESSAGE, Membership};
use scaiwave_protocol::json::{Fields, parse};
use scaiwave_protocol::wire::Presence;
use scaiwave_protocol::{EventId, Fqid, Json, Malformed, RoomId};
use scaiwave_store::record::{NotificationMode, StreamRow};

use crate::view::EventView;

/// One thing that live sessions are told.
#[derive(Debug)]
pub struct Frame {
    /// In the tenant's stream; none for what is never stored.
    pub position: Option<u64>,
    /// ms since the Unix epoch.
    pub at_ms: u64,
    /// For the members of this room …
    pub room_id: Option<RoomId>,
    /// … or for this participant alone.
    pub only: Option<Fqid>,
    /// What happened.
    pub body: FrameBody,
    encoded: OnceLock<Bytes>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum FrameBody {
    /// A line of a timeline that is new, or that the host has just sequenced or refused.
    Event(Box<EventView>),
    /// A message has a new content.
    Edit {
        /// The message.
        event_id: EventId,
        /// As it is shown now.
        content: Arc<Json>,
        /// ms since the Unix epoch.
        edited_at: u64,
    },
    /// A message is gone.
    Redaction {
        /// The message.
        event_id: EventId,
        /// By whom.
        redacted_by: Fqid,
        /// Why.
        reason: Option<String>,
        /// ms since the Unix epoch.
        redacted_at: u64,
    },
    /// An emoji came or went.
    Reaction {
        /// The message.
        event_id: EventId,
        /// Whose.
        sender: Fqid,
        /// Which.
        emoji: String,
        /// Put or taken.
        added: bool,
    },
    /// A membership changed.
    Member {
        /// Whose.
        participant: Fqid,
        /// What it is now.
        membership: Membership,
        /// By whom.
        changed_by: Fqid,
        /// Of a join.
        display_name: Option<String>,
    },
    /// The room is called otherwise.
    Name {
        /// So.
        name: String,
    },
    /// The room is about something else.
    Topic {
        /// This.
        topic: String,
    },
    /// Settings, powers, pins or state changed: to be fetched anew.
    Settings,
    /// The viewer read on, on another device.
    ReadMarker {
        /// Up to here.
        event_id: EventId,
    },
    /// Something asks for attention.
    Notification {
        /// As in the inbox, or `message` for one that stands in nobody's.
        reason: String,
        /// The event.
        event_id: EventId,
        /// Who.
        sender: Fqid,
        /// The first characters.
        snippet: String,
        /// Without a sound: the room is muted, or these are quiet hours.
        silent: bool,
    },
    /// The viewer wants to hear something else of a room.
    RoomChoice {
        /// None: what they want to hear of rooms in general.
        mode: Option<NotificationMode>,
        /// ms since the Unix epoch.
        muted_until: Option<u64>,
    },
    /// The viewer's own profile or preferences changed: to be fetched anew.
    Me,
    /// The room's host went out of reach or came back.
    Federation {
        /// Which of the two.
        host_reachable: bool,
    },
    /// Somebody is writing.
    Typing {
        /// Who.
        participant: Fqid,
        /// Or no more.
        typing: bool,
    },
    /// Somebody came, went, or is not to be disturbed.
    Presence {
        /// Who.
        participant: Fqid,
        /// As others are to see it.
        presence: Presence,
        /// For the members of these.
        rooms: Vec<RoomId>,
    },
}

impl Frame {
    /// A frame without its encoding yet.
    pub(crate) fn new(
        position: Option<u64>,
        at_ms: u64,
        room_id: Option<RoomId>,
        only: Option<Fqid>,
        body: FrameBody,
    ) -> Self {
        Frame {
            position,
            at_ms,
            room_id,
            only,
            body,
            encoded: OnceLock::new(),
        }
    }

    /// Bytes of memory that its content takes: what others may make large.
    pub(super) fn content_bytes(&self) -> usize {
        match &self.body {
            FrameBody::Event(event) => event.content.memory(),
            FrameBody::Edit { content, .. } => content.memory(),
            _ => 0,
        }
    }

    /// The frame's text, encoded by the first session that asks and shared by all others.
    pub fn encoded(&self, encode: impl FnOnce(&Frame) -> String) -> Bytes {
        self.encoded
            .get_or_init(|| Bytes::from(encode(self)))
            .clone()
    }

    /// Whether this participant, who is joined in the rooms that `in_room` knows, is told.
    pub(crate) fn is_for(&self, viewer: &Fqid, in_room: impl Fn(&RoomId) -> bool) -> bool {
        if let Some(only) = &self.only {
            return only == viewer;
        }
        if let FrameBody::Presence {
            participant, rooms, ..
        } = &self.body
        {
            return participant != viewer && rooms.iter().any(in_room);
        }
        // One's own coming and going is told even where one is not, or no longer, in the room.
        matches!(&self.body, FrameBody::Member { participant, .. } if participant == viewer)
            || self.room_id.as_ref().is_some_and(in_room)
    }
}

impl FrameBody {
    /// Whose doing it is, where somebody who has blocked them is not told. A change of the room is told
    /// to everybody.
    pub(crate) fn author(&self) -> Option<&Fqid> {
        match self {
            FrameBody::Event(event) if event.kind == MESSAGE => Some(&event.sender),
            FrameBody::Reaction { sender, .. } | FrameBody::Notification { sender, .. } => {
                Some(sender)
            }
            FrameBody::Typing { participant, .. } | FrameBody::Presence { participant, .. } => {
                Some(participant)
            }
            FrameBody::Event(_)
            | FrameBody::Edit { .. }
            | FrameBody::Redaction { .. }
            | FrameBody::Member { .. }
            | FrameBody::Name { .. }
            | FrameBody::Topic { .. }
            | FrameBody::Settings
            | FrameBody::ReadMarker { .. }
            | FrameBody::RoomChoice { .. }
            | FrameBody::Me
            | FrameBody::Federation { .. } => None,
        }
    }

    /// The row that lets `sync` and late sessions learn of it.
    pub(crate) fn to_row(&self, room_id: Option<&RoomId>, only: Option<&Fqid>) -> StreamRow {
        let (event_id, payload) = match self {
            FrameBody::Event(event) => (Some(event.id), None),
            FrameBody::Edit {
                event_id,
                content,
                edited_at,
            } => {
                let payload = [
                    ("content", (**content).clone()),
                    ("edited_at", (*edited_at).into()),
                ];
                (Some(*event_id), Some(Json::object(payload)))
            }
            FrameBody::Redaction {
                event_id,
                redacted_by,
                reason,
                redacted_at,
            } => {
                let payload = [
                    ("redacted_by", redacted_by.into()),
                    ("reason", reason.as_deref().map_or(Json::Null, Into::into)),
                    ("redacted_at", (*redacted_at).into()),
                ];
                (Some(*event_id), Some(Json::object(payload)))
            }
            FrameBody::Reaction {
                event_id,
                sender,
                emoji,
                added,
            } => {
                let payload = [
                    ("sender", sender.into()),
                    ("emoji", emoji.as_str().into()),
                    ("added", (*added).into()),
                ];
                (Some(*event_id), Some(Json::object(payload)))
            }
            FrameBody::Member {
                participant,
                membership,
                changed_by,
                display_name,
            } => {
                let payload = [
                    ("participant", participant.into()),
                    ("membership", membership.as_str().into()),
                    ("changed_by", changed_by.into()),
                    (
                        "display_name",
                        display_name.as_deref().map_or(Json::Null, Into::into),
                    ),
                ];
                (None, Some(Json::object(payload)))
            }
            FrameBody::Name { name } => {
                (None, Some(Json::object([("name", name.as_str().into())])))
            }
            FrameBody::Topic { topic } => {
                (None, Some(Json::object([("topic", topic.as_str().into())])))
            }
            FrameBody::ReadMarker { event_id } => (Some(*event_id), None),
            FrameBody::Notification {
                reason,
                event_id,
                sender,
                snippet,
                silent,
            } => {
                let payload = [
                    ("reason", reason.as_str().into()),
                    ("sender", sender.into()),
                    ("snippet", snippet.as_str().into()),
                    ("silent", (*silent).into()),
                ];
                (Some(*event_id), Some(Json::object(payload)))
            }
            FrameBody::RoomChoice { mode, muted_until } => {
                let payload = [
                    ("mode", mode.map_or(Json::Null, |mode| mode.as_str().into())),
                    ("muted_until", muted_until.map_or(Json::Null, Into::into)),
                ];
                (None, Some(Json::object(payload)))
            }
            FrameBody::Federation { host_reachable } => (
                None,
                Some(Json::object([("host_reachable", (*host_reachable).into())])),
            ),
            FrameBody::Settings
            | FrameBody::Me
            | FrameBody::Typing { .. }
            | FrameBody::Presence { .. } => (None, None),
        };
        StreamRow {
            room_id: room_id.cloned(),
            participant: only.cloned(),
            kind: self.kind().to_owned(),
            event_id,
            payload: payload.map(|json| json.canonical()),
        }
    }

    /// The row's kind.
    fn kind(&self) -> &'static str {
        match self {
            FrameBody::Event(_) => "event",
            FrameBody::Edit { .. } => "edit",
            FrameBody::Redaction { .. } => "redaction",
            FrameBody::Reaction { .. } => "reaction",
            FrameBody::Member { .. } => "member",
            FrameBody::Name { .. } => "name",
            FrameBody::Topic { .. } => "topic",
            FrameBody::Settings => "settings",
            FrameBody::ReadMarker { .. } => "read_marker",
            FrameBody::Notification { .. } => "notification",
            FrameBody::RoomChoice { .. } => "room_choice",
            FrameBody::Me => "me",
            FrameBody::Federation { .. } => "federation",
            FrameBody::Typing { .. } => "typing",
            FrameBody::Presence { .. } => "presence",
        }
    }

    /// What a row told, unless it was a line of a timeline, which is read from where it stands.
    pub(crate) fn from_row(row: &StreamRow) -> Result<Option<Self>, Malformed> {
        let payload = row
            .payload
            .as_deref()
            .map_or(Ok(Json::Obj(Default::default())), parse)?;
        let mut fields = Fields::of("stream payload", payload)?;
        let event = || {
            row.event_id
                .ok_or_else(|| Malformed::new("a stream row lacks its event"))
        };
        let text = |json| match json {
            Some(Json::Str(text)) => Some(text),
            _ => None,
        };
        Ok(Some(match row.kind.as_str() {
            "edit" => FrameBody::Edit {
                event_id: event()?,
                content: Arc::new(fields.any("content")?),
                edited_at: fields.count("edited_at")?,
            },
            "redaction" => FrameBody::Redaction {
                event_id: event()?,
                redacted_by: fields.parsed("redacted_by", Fqid::parse)?,
                reason: text(fields.optional("reason")),
                redacted_at: fields.count("redacted_at")?,
            },
            "reaction" => FrameBody::Reaction {
                event_id: event()?,
                sender: fields.parsed("sender", Fqid::parse)?,
                emoji: fields.string("emoji")?,
                added: fields.flag("added")?,
            },
            "member" => FrameBody::Member {
                participant: fields.parsed("participant", Fqid::parse)?,
                membership: fields.parsed("membership", Membership::parse)?,
                changed_by: fields.parsed("changed_by", Fqid::parse)?,
                display_name: text(fields.optional("display_name")),
            },
            "name" => FrameBody::Name {
                name: fields.string("name")?,
            },
            "topic" => FrameBody::Topic {
                topic: fields.string("topic")?,
            },
            "settings" => FrameBody::Settings,
            "read_marker" => FrameBody::ReadMarker { event_id: event()? },
            "notification" => FrameBody::Notification {
                event_id: event()?,
                reason: fields.string("reason")?,
                sender: fields.parsed("sender", Fqid::parse)?,
                snippet: fields.string("snippet")?,
                // Rows of older versions do not say it.
                silent: matches!(fields.optional("silent"), Some(Json::Bool(true))),
            },
            "room_choice" => FrameBody::RoomChoice {
                mode: match fields.any("mode")? {
                    Json::Null => None,
                    mode => Some(mode.as_str().unwrap_or_default().parse()?),
                },
                muted_until: match fields.any("muted_until")? {
                    Json::Null => None,
                    until => until.as_int().and_then(|until| u64::try_from(until).ok()),
                },
            },
            "me" => FrameBody::Me,
            "federation" => FrameBody::Federation {
                host_reachable: fields.flag("host_reachable")?,
            },
            _ => return Ok(None),
        }))
    }
}
