use scaiwave_engine::view::{EventState, EventView, ReactionView};
use scaiwave_protocol::{EventId, Fqid, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::{SenderJson, Time};
use crate::limits::REACTION_NAMES_MAX;

/// One line of a timeline, as it is now. Clients upsert by `id`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventJson<'a> {
    /// Opaque.
    #[schema(value_type = String)]
    id: EventId,
    /// Where.
    room_id: &'a str,
    /// Who.
    sender_id: &'a str,
    /// Who, in more words.
    sender: SenderJson<'a>,
    /// `swp.room.message`, or a change of the room that people should see.
    #[schema(example = "swp.room.message")]
    event_type: &'a str,
    /// As shown now: of the latest edit; empty once redacted.
    #[schema(value_type = Object)]
    content: &'a Json,
    /// Of this change in the tenant's stream; only in `sync` and on the stream.
    #[schema(required = true)]
    stream_position: Option<u64>,
    /// The author's clock, Unix seconds.
    origin_ts: i64,
    /// The author's clock, Unix milliseconds.
    origin_ts_ms: i64,
    /// The host's clock; ours while it is pending.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When the latest edit was sequenced.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    edited_at: Option<Time>,
    /// When it was redacted.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    redacted_at: Option<Time>,
    /// By whom.
    #[schema(required = true)]
    redacted_by: Option<&'a str>,
    /// Its place in the room's log; none while pending or when refused.
    #[schema(required = true)]
    seq: Option<u64>,
    /// `pending`, `sequenced` or `refused`.
    #[schema(value_type = String, example = "sequenced")]
    state: &'static str,
    /// Why the host said no; only when refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<RefusedJson<'a>>,
    /// In the order in which each emoji first came.
    reactions: Vec<ReactionJson<'a>>,
    /// Answers to it.
    reply_count: u64,
    /// There, and true, when the caller has blocked the sender. Such messages do not come on the stream.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hidden_by_you: bool,
}

/// Why the host refused an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refused)]
struct RefusedJson<'a> {
    /// A stable code.
    code: &'a str,
    /// A sentence.
    message: &'a str,
}

/// One emoji on a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reaction)]
struct ReactionJson<'a> {
    /// Which.
    emoji: &'a str,
    /// Of how many.
    count: usize,
    /// Whether one is the caller's; always false on the stream, whose frames are the same for all.
    me: bool,
    /// The first ten.
    #[schema(value_type = Vec<String>)]
    participants: Vec<&'a str>,
}

impl<'a> EventJson<'a> {
    /// As this person sees it; on the stream there is nobody in particular.
    pub(crate) fn of(view: &'a EventView, viewer: Option<&Fqid>) -> Self {
        let (state, refused) = match &view.state {
            EventState::Pending => ("pending", None),
            EventState::Sequenced => ("sequenced", None),
            EventState::Refused { code, message } => {
                ("refused", Some(RefusedJson { code, message }))
            }
        };
        EventJson {
            id: view.id,
            room_id: view.room_id.as_str(),
            sender_id: view.sender.as_str(),
            sender: SenderJson::of(&view.sender, view.sender_name.as_deref()),
            event_type: &view.kind,
            content: &view.content,
            stream_position: None,
            origin_ts: view.origin_ts.div_euclid(1000),
            origin_ts_ms: view.origin_ts,
            created_at: view.created_at.into(),
            edited_at: view.edited_at.map(Time::from),
            redacted_at: view.redacted_at.map(Time::from),
            redacted_by: view.redacted_by.as_ref().map(Fqid::as_str),
            seq: view.seq,
            state,
            refused,
            reactions: view
                .reactions
                .iter()
                .map(|view| ReactionJson::of(view, viewer))
                .collect(),
            reply_count: view.reply_count,
            hidden_by_you: view.hidden_by_you,
        }
    }

    /// The same at its position in the tenant's stream.
    pub(crate) fn at(mut self, position: Option<u64>) -> Self {
        self.stream_position = position;
        self
    }
}

impl<'a> ReactionJson<'a> {
    fn of(view: &'a ReactionView, viewer: Option<&Fqid>) -> Self {
        let first = view.participants.iter().take(REACTION_NAMES_MAX);
        ReactionJson {
            emoji: &view.emoji,
            count: view.participants.len(),
            me: viewer.is_some_and(|viewer| view.participants.contains(viewer)),
            participants: first.map(Fqid::as_str).collect(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use scaiwave_protocol::RoomId;
    use serde_json::{Value, json};

    use super::*;

    pub(crate) const ROOM: &str = "room-abcdefghijklmnopqrstuvwxyz234567";
    pub(crate) const EVENT: &str = "019ab7c2-0000-7000-8000-000000000001";

    pub(crate) fn fqid(text: &str) -> Fqid {
        Fqid::parse(text).expect("a participant")
    }

    pub(crate) fn message() -> EventView {
        EventView {
            id: EventId::parse(EVENT).expect("an id"),
            room_id: RoomId::parse(ROOM).expect("an id"),
            sender: fqid("@alice:acme.example"),
            sender_name: Some("Alice".into()),
            kind: "swp.room.message".into(),
            content: Arc::new(Json::object([("body", "hi".into())])),
            seq: Some(7),
            state: EventState::Sequenced,
            origin_ts: 1_795_355_012_007,
            created_at: 1_795_355_012_010,
            edited_at: None,
            redacted_at: None,
            redacted_by: None,
            reactions: Vec::new(),
            reply_count: 0,
            hidden_by_you: false,
        }
    }

    fn check(view: &EventView, viewer: Option<&str>, changes: Value) {
        let mut expected = json!({
            "id": EVENT,
            "room_id": ROOM,
            "sender_id": "@alice:acme.example",
            "sender": {
                "fqid": "@alice:acme.example", "display_name": "Alice",
                "server_name": "acme.example", "local_id": "alice",
            },
            "event_type": "swp.room.message",
            "content": {"body": "hi"},
            "stream_position": null,
            "origin_ts": 1_795_355_012,
            "origin_ts_ms": 1_795_355_012_007_i64,
            "created_at": "2026-11-22T13:43:32.010Z",
            "edited_at": null,
            "redacted_at": null,
            "redacted_by": null,
            "seq": 7,
            "state": "sequenced",
            "reactions": [],
            "reply_count": 0,
        });
        let Value::Object(changes) = changes else {
            panic!("changes are an object")
        };
        for (name, value) in changes {
            expected[name] = value;
        }
        let viewer = viewer.map(fqid);
        let json = serde_json::to_value(EventJson::of(view, viewer.as_ref())).expect("JSON");
        assert_eq!(json, expected);
    }

    #[test]
    fn a_plain_message() {
        check(&message(), Some("@alice:acme.example"), json!({}));
    }

    #[test]
    fn a_pending_message_has_no_seq() {
        let view = EventView {
            state: EventState::Pending,
            seq: None,
            ..message()
        };
        check(&view, None, json!({"state": "pending", "seq": null}));
    }

    #[test]
    fn a_refused_message_says_why() {
        let state = EventState::Refused {
            code: "SW_FED_X".into(),
            message: "no".into(),
        };
        let view = EventView {
            state,
            seq: None,
            ..message()
        };
        let refused = json!({"code": "SW_FED_X", "message": "no"});
        check(
            &view,
            None,
            json!({"state": "refused", "seq": null, "refused": refused}),
        );
    }

    #[test]
    fn a_redacted_message_is_empty() {
        let view = EventView {
            content: Arc::new(Json::object([])),
            redacted_at: Some(1_795_355_013_000),
            redacted_by: Some(fqid("@mo:acme.example")),
            ..message()
        };
        check(
            &view,
            None,
            json!({
                "content": {},
                "redacted_at": "2026-11-22T13:43:33.000Z",
                "redacted_by": "@mo:acme.example",
            }),
        );
    }

    #[test]
    fn reactions_count_all_and_name_ten() {
        let participants: Vec<Fqid> = (0..12).map(|n| fqid(&format!("@p{n}:b.example"))).collect();
        let names: Vec<&str> = participants.iter().take(10).map(Fqid::as_str).collect();
        let reactions = vec![ReactionView {
            emoji: "👍".into(),
            participants: participants.clone(),
        }];
        let view = EventView {
            reactions,
            ..message()
        };
        for (viewer, me) in [
            (Some("@p11:b.example"), true),
            (Some("@x:b.example"), false),
            (None, false),
        ] {
            let reaction = json!({"emoji": "👍", "count": 12, "me": me, "participants": names});
            check(&view, viewer, json!({"reactions": [reaction]}));
        }
    }

    #[test]
    fn a_clock_before_the_epoch_rounds_down() {
        let view = EventView {
            origin_ts: -1,
            sender_name: None,
            ..message()
        };
        let sender = json!({
            "fqid": "@alice:acme.example", "display_name": "alice",
            "server_name": "acme.example", "local_id": "alice",
        });
        check(
            &view,
            None,
            json!({"origin_ts": -1, "origin_ts_ms": -1, "sender": sender}),
        );
    }
}
