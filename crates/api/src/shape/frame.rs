use scaiwave_engine::live::FrameBody;
use scaiwave_protocol::{EventId, Json, RoomId};
use serde::Serialize;
use utoipa::ToSchema;

use super::room::mode_word;
use super::{EventJson, Time};

/// What a live frame is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameParts<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) position: Option<u64>,
    pub(crate) at_ms: u64,
    pub(crate) room_id: Option<&'a RoomId>,
    pub(crate) body: &'a FrameBody,
}

/// One message of the stream. What stands beside the first six members depends on `type`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Frame)]
pub(crate) struct FrameJson<'a> {
    /// What happened: `swp.room.message` or another event's type (with `event`), `swp.room.edit`,
    /// `swp.room.redaction`, `swp.room.reaction`, `swp.room.member`, `swp.room.name`, `swp.room.topic`,
    /// `swp.room.settings`, `swp.room.read_marker`, `swp.room.federation`, `swp.notification`,
    /// `swp.room.notification_mode`, `swp.me`, `typing`, `presence`; on this socket only: `hello`, `pong`.
    r#type: &'a str,
    /// Unique within the tenant: the event's id when there is an `event`, else made of the position;
    /// none for what is never stored.
    #[schema(required = true)]
    id: Option<String>,
    /// Where.
    #[schema(required = true)]
    room_id: Option<&'a str>,
    /// Which tenant.
    tenant_id: &'a str,
    /// When it was told.
    #[schema(value_type = String, format = DateTime)]
    ts: Time,
    /// In the tenant's stream: give the highest one seen as `since` when connecting again. None for
    /// what is never stored.
    #[schema(required = true)]
    position: Option<u64>,
    #[serde(flatten)]
    fields: FieldsJson<'a>,
}

/// What depends on the type.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FrameFields)]
#[serde(untagged)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, on the stack, for one encoding"
)]
enum FieldsJson<'a> {
    /// A line of a timeline: new, or now sequenced or refused. In the form of REST.
    Event { event: EventJson<'a> },
    /// `swp.room.edit`
    Edit {
        #[schema(value_type = String)]
        event_id: EventId,
        #[schema(value_type = Object)]
        content: &'a Json,
        #[schema(value_type = String, format = DateTime)]
        edited_at: Time,
    },
    /// `swp.room.redaction`
    Redaction {
        #[schema(value_type = String)]
        event_id: EventId,
        redacted_by: &'a str,
        #[schema(required = true)]
        reason: Option<&'a str>,
        #[schema(value_type = String, format = DateTime)]
        redacted_at: Time,
    },
    /// `swp.room.reaction`; the action is `add` or `remove`.
    Reaction {
        #[schema(value_type = String)]
        event_id: EventId,
        sender_id: &'a str,
        emoji: &'a str,
        #[schema(value_type = String)]
        action: &'static str,
    },
    /// `swp.room.member`
    Member {
        participant_id: &'a str,
        #[schema(value_type = String)]
        membership: &'static str,
        changed_by: &'a str,
        #[schema(required = true)]
        display_name: Option<&'a str>,
    },
    /// `swp.room.name`
    Name { name: &'a str },
    /// `swp.room.topic`
    Topic { topic: &'a str },
    /// `swp.room.read_marker`: the caller's own, of another device.
    ReadMarker {
        #[schema(value_type = String)]
        event_id: EventId,
    },
    /// `swp.notification`
    Notification {
        reason: &'a str,
        #[schema(value_type = String)]
        event_id: EventId,
        sender_id: &'a str,
        snippet: &'a str,
        /// No sound: the room is muted, or these are the caller's quiet hours.
        silent: bool,
    },
    /// `swp.room.notification_mode`: the caller's own choice, of another device.
    RoomChoice {
        #[schema(value_type = String)]
        notification_mode: &'static str,
        #[schema(required = true, value_type = Option<String>, format = DateTime)]
        muted_until: Option<Time>,
    },
    /// `swp.room.federation`
    Federation { host_reachable: bool },
    /// `typing`
    Typing {
        participant_id: &'a str,
        typing: bool,
    },
    /// `presence`: `online`, `idle`, `busy` or `offline`.
    Presence {
        participant_id: &'a str,
        #[schema(value_type = String)]
        presence: &'static str,
    },
    /// `swp.room.settings`: fetch the room again; `swp.me`: fetch the own profile and preferences again.
    Nothing {},
}

/// The text of a frame.
pub(crate) fn encode_frame(parts: &FrameParts<'_>) -> String {
    serde_json::to_string(&FrameJson::of(parts)).unwrap_or_else(|error| {
        tracing::error!(%error, "a frame could not be encoded");
        String::from("{}")
    })
}

impl<'a> FrameJson<'a> {
    fn of(parts: &FrameParts<'a>) -> Self {
        let (kind, fields) = fields(parts);
        let id = match parts.body {
            FrameBody::Event(event) => Some(event.id.to_string()),
            _ => parts.position.map(|position| format!("p{position}")),
        };
        FrameJson {
            r#type: kind,
            id,
            room_id: parts.room_id.map(RoomId::as_str),
            tenant_id: parts.tenant,
            ts: parts.at_ms.into(),
            position: parts.position,
            fields,
        }
    }
}

fn fields<'a>(parts: &FrameParts<'a>) -> (&'a str, FieldsJson<'a>) {
    match parts.body {
        FrameBody::Event(view) => {
            let event = EventJson::of(view, None).at(parts.position);
            (&view.kind, FieldsJson::Event { event })
        }
        FrameBody::Edit {
            event_id,
            content,
            edited_at,
        } => {
            let edited_at = (*edited_at).into();
            (
                "swp.room.edit",
                FieldsJson::Edit {
                    event_id: *event_id,
                    content,
                    edited_at,
                },
            )
        }
        FrameBody::Redaction {
            event_id,
            redacted_by,
            reason,
            redacted_at,
        } => (
            "swp.room.redaction",
            FieldsJson::Redaction {
                event_id: *event_id,
                redacted_by: redacted_by.as_str(),
                reason: reason.as_deref(),
                redacted_at: (*redacted_at).into(),
            },
        ),
        FrameBody::Reaction {
            event_id,
            sender,
            emoji,
            added,
        } => (
            "swp.room.reaction",
            FieldsJson::Reaction {
                event_id: *event_id,
                sender_id: sender.as_str(),
                emoji,
                action: if *added { "add" } else { "remove" },
            },
        ),
        FrameBody::Member {
            participant,
            membership,
            changed_by,
            display_name,
        } => (
            "swp.room.member",
            FieldsJson::Member {
                participant_id: participant.as_str(),
                membership: membership.as_str(),
                changed_by: changed_by.as_str(),
                display_name: display_name.as_deref(),
            },
        ),
        FrameBody::Name { name } => ("swp.room.name", FieldsJson::Name { name }),
        FrameBody::Topic { topic } => ("swp.room.topic", FieldsJson::Topic { topic }),
        FrameBody::Settings => ("swp.room.settings", FieldsJson::Nothing {}),
        FrameBody::Me => ("swp.me", FieldsJson::Nothing {}),
        FrameBody::ReadMarker { event_id } => (
            "swp.room.read_marker",
            FieldsJson::ReadMarker {
                event_id: *event_id,
            },
        ),
        FrameBody::Notification {
            reason,
            event_id,
            sender,
            snippet,
            silent,
        } => (
            "swp.notification",
            FieldsJson::Notification {
                reason,
                event_id: *event_id,
                sender_id: sender.as_str(),
                snippet,
                silent: *silent,
            },
        ),
        FrameBody::RoomChoice { mode, muted_until } => (
            "swp.room.notification_mode",
            FieldsJson::RoomChoice {
                notification_mode: mode_word(*mode),
                muted_until: muted_until.map(Time::from),
            },
        ),
        FrameBody::Federation { host_reachable } => (
            "swp.room.federation",
            FieldsJson::Federation {
                host_reachable: *host_reachable,
            },
        ),
        FrameBody::Typing {
            participant,
            typing,
        } => (
            "typing",
            FieldsJson::Typing {
                participant_id: participant.as_str(),
                typing: *typing,
            },
        ),
        FrameBody::Presence {
            participant,
            presence,
            rooms: _,
        } => (
            "presence",
            FieldsJson::Presence {
                participant_id: participant.as_str(),
                presence: presence.as_str(),
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use scaiwave_engine::store::record::NotificationMode;
    use scaiwave_protocol::event::content::Membership;
    use scaiwave_protocol::wire::Presence;
    use serde_json::{Value, json};

    use super::super::event::tests::{EVENT, ROOM, fqid, message};
    use super::*;

    fn check(body: &FrameBody, position: Option<u64>, kind: &str, id: Option<&str>, fields: Value) {
        let room_id = RoomId::parse(ROOM).expect("an id");
        let parts = FrameParts {
            tenant: "acme",
            position,
            at_ms: 1_795_355_012_010,
            room_id: Some(&room_id),
            body,
        };
        let mut expected = json!({
            "type": kind,
            "id": id,
            "room_id": ROOM,
            "tenant_id": "acme",
            "ts": "2026-11-22T13:43:32.010Z",
            "position": position,
        });
        let Value::Object(fields) = fields else {
            panic!("fields are an object")
        };
        for (name, value) in fields {
            expected[name] = value;
        }
        let json: Value = serde_json::from_str(&encode_frame(&parts)).expect("JSON");
        assert_eq!(json, expected);
    }

    #[test]
    fn a_message_carries_the_event_of_rest() {
        let view = message();
        let event = serde_json::to_value(EventJson::of(&view, None).at(Some(42))).expect("JSON");
        assert_eq!(event["stream_position"], 42);
        let body = FrameBody::Event(Box::new(view));
        check(
            &body,
            Some(42),
            "swp.room.message",
            Some(EVENT),
            json!({"event": event}),
        );
    }

    #[test]
    fn every_other_frame() {
        let event_id = EventId::parse(EVENT).expect("an id");
        let bob = || fqid("@bob:globex.example");
        let cases = [
            (
                FrameBody::Edit {
                    event_id,
                    content: Arc::new(Json::object([("body", "hello".into())])),
                    edited_at: 1_795_355_012_011,
                },
                "swp.room.edit",
                json!({
                    "event_id": EVENT, "content": {"body": "hello"},
                    "edited_at": "2026-11-22T13:43:32.011Z",
                }),
            ),
            (
                FrameBody::Redaction {
                    event_id,
                    redacted_by: bob(),
                    reason: Some("spam".into()),
                    redacted_at: 1_795_355_012_011,
                },
                "swp.room.redaction",
                json!({
                    "event_id": EVENT, "redacted_by": "@bob:globex.example", "reason": "spam",
                    "redacted_at": "2026-11-22T13:43:32.011Z",
                }),
            ),
            (
                FrameBody::Reaction {
                    event_id,
                    sender: bob(),
                    emoji: "🎉".into(),
                    added: false,
                },
                "swp.room.reaction",
                json!({
                    "event_id": EVENT, "sender_id": "@bob:globex.example", "emoji": "🎉",
                    "action": "remove",
                }),
            ),
            (
                FrameBody::Member {
                    participant: bob(),
                    membership: Membership::Join,
                    changed_by: bob(),
                    display_name: None,
                },
                "swp.room.member",
                json!({
                    "participant_id": "@bob:globex.example", "membership": "join",
                    "changed_by": "@bob:globex.example", "display_name": null,
                }),
            ),
            (
                FrameBody::Name {
                    name: "Plans".into(),
                },
                "swp.room.name",
                json!({"name": "Plans"}),
            ),
            (
                FrameBody::Topic { topic: "".into() },
                "swp.room.topic",
                json!({"topic": ""}),
            ),
            (FrameBody::Settings, "swp.room.settings", json!({})),
            (
                FrameBody::ReadMarker { event_id },
                "swp.room.read_marker",
                json!({"event_id": EVENT}),
            ),
            (
                FrameBody::Notification {
                    reason: "direct_mention".into(),
                    event_id,
                    sender: bob(),
                    snippet: "hi".into(),
                    silent: true,
                },
                "swp.notification",
                json!({
                    "reason": "direct_mention", "event_id": EVENT,
                    "sender_id": "@bob:globex.example", "snippet": "hi", "silent": true,
                }),
            ),
            (
                FrameBody::RoomChoice {
                    mode: Some(NotificationMode::Mentions),
                    muted_until: Some(1_795_355_012_011),
                },
                "swp.room.notification_mode",
                json!({
                    "notification_mode": "mentions", "muted_until": "2026-11-22T13:43:32.011Z",
                }),
            ),
            (
                FrameBody::RoomChoice {
                    mode: None,
                    muted_until: None,
                },
                "swp.room.notification_mode",
                json!({"notification_mode": "inherit", "muted_until": null}),
            ),
            (FrameBody::Me, "swp.me", json!({})),
            (
                FrameBody::Federation {
                    host_reachable: false,
                },
                "swp.room.federation",
                json!({"host_reachable": false}),
            ),
        ];
        for (body, kind, fields) in cases {
            check(&body, Some(42), kind, Some("p42"), fields);
        }
        let typing = FrameBody::Typing {
            participant: bob(),
            typing: true,
        };
        let fields = json!({"participant_id": "@bob:globex.example", "typing": true});
        check(&typing, None, "typing", None, fields);
        let presence = FrameBody::Presence {
            participant: bob(),
            presence: Presence::Busy,
            rooms: Vec::new(),
        };
        let fields = json!({"participant_id": "@bob:globex.example", "presence": "busy"});
        check(&presence, None, "presence", None, fields);
    }
}
