use scaiwave_engine::store::record::NotificationMode;
use scaiwave_engine::view::{RoomListView, RoomView};
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{EventId, Fqid, Hash, ServerName};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::{EventJson, Time};

/// A room as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Room)]
pub(crate) struct RoomJson<'a> {
    /// Opaque.
    id: &'a str,
    /// Its name.
    #[schema(required = true)]
    name: Option<&'a str>,
    /// Its topic.
    #[schema(required = true)]
    topic: Option<&'a str>,
    /// `group`, `dm` or `public`.
    #[schema(value_type = String, example = "group")]
    room_type: &'static str,
    /// `open`, `archived` or `closed`.
    #[schema(value_type = String, example = "open")]
    state: &'static str,
    /// Why the room is read-only here, when its host is at fault.
    #[schema(required = true)]
    frozen: Option<&'a str>,
    /// Whether other servers take part now.
    federated: bool,
    /// Whether other servers may take part.
    federate: bool,
    /// Servers with somebody joined.
    #[schema(value_type = Vec<String>)]
    servers: &'a [ServerName],
    /// The server that gives events their order.
    host: &'a str,
    /// Whether that is this one.
    hosted_here: bool,
    /// Whether the host could be reached at the last try.
    host_reachable: bool,
    /// The end of the log as known here. Servers with equal heads have equal histories.
    head: HeadJson,
    /// What the caller is to the room.
    #[schema(required = true, value_type = Option<String>, example = "join")]
    membership: Option<&'static str>,
    /// The caller's power, 0–100.
    power_level: u8,
    /// The other one of a dm.
    #[schema(required = true)]
    dm_with: Option<&'a str>,
    /// What they call themselves; none before they have come in.
    #[schema(required = true)]
    dm_with_name: Option<&'a str>,
    /// Who made it.
    creator: &'a str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// Events of this server that wait for the host.
    pending: u64,
}

/// The end of a room's log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Head)]
struct HeadJson {
    /// Events so far.
    seq: u64,
    /// The hash over all of them, base64url.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    chain: Hash,
}

/// A room in the caller's list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoomListItem)]
pub(crate) struct RoomListJson<'a> {
    #[serde(flatten)]
    room: RoomJson<'a>,
    /// Messages of others above the read marker, at most 1000.
    unread_count: u64,
    /// Those above it that stand in the caller's inbox.
    mention_count: u64,
    /// What the caller wants to hear of it: `all`, `mentions`, `none`; `inherit`: as their preferences say.
    #[schema(value_type = String, example = "inherit")]
    notification_mode: &'static str,
    /// Until then the room makes no sound.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    muted_until: Option<Time>,
    /// The read marker.
    #[schema(required = true, value_type = Option<String>)]
    last_read_event_id: Option<EventId>,
    /// The newest line.
    #[schema(required = true)]
    last_event: Option<EventJson<'a>>,
}

/// How a choice is spelt.
pub(crate) fn mode_word(mode: Option<NotificationMode>) -> &'static str {
    mode.map_or("inherit", NotificationMode::as_str)
}

fn as_text<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(hash)
}

impl<'a> RoomJson<'a> {
    pub(crate) fn of(view: &'a RoomView) -> Self {
        RoomJson {
            id: view.id.as_str(),
            name: view.name.as_deref(),
            topic: view.topic.as_deref(),
            room_type: view.room_type.as_str(),
            state: view.life.as_str(),
            frozen: view.frozen.as_deref(),
            federated: !view.hosted_here || view.servers.iter().any(|server| server != &view.host),
            federate: view.federate,
            servers: &view.servers,
            host: view.host.as_str(),
            hosted_here: view.hosted_here,
            host_reachable: view.host_reachable,
            head: HeadJson {
                seq: view.head_seq,
                chain: view.head_chain,
            },
            membership: view.membership.map(Membership::as_str),
            power_level: view.power_level,
            dm_with: view.dm_with.as_ref().map(Fqid::as_str),
            dm_with_name: view.dm_with_name.as_deref(),
            creator: view.creator.as_str(),
            created_at: view.created_at.into(),
            pending: view.pending,
        }
    }
}

impl<'a> RoomListJson<'a> {
    pub(crate) fn of(view: &'a RoomListView, viewer: &Fqid) -> Self {
        let last_event = view.last_event.as_ref();
        RoomListJson {
            room: RoomJson::of(&view.room),
            unread_count: view.unread_count,
            mention_count: view.mention_count,
            notification_mode: mode_word(view.choice.mode),
            muted_until: view.choice.muted_until.map(Time::from),
            last_read_event_id: view.last_read,
            last_event: last_event.map(|event| EventJson::of(event, Some(viewer))),
        }
    }
}

/// The text of a line of the viewer's list.
pub(crate) fn encode_listed(view: &RoomListView, viewer: &Fqid) -> Vec<u8> {
    serde_json::to_vec(&RoomListJson::of(view, viewer)).unwrap_or_else(|error| {
        tracing::error!(%error, "a line of a room list could not be encoded");
        b"{}".to_vec()
    })
}

#[cfg(test)]
mod tests {
    use scaiwave_engine::notifications::RoomChoice;
    use scaiwave_protocol::RoomId;
    use scaiwave_protocol::event::content::{RoomLife, RoomType};
    use serde_json::json;

    use super::super::event::tests::{EVENT, ROOM, fqid, message};
    use super::*;

    fn server(text: &str) -> ServerName {
        ServerName::parse(text).expect("a name")
    }

    fn room() -> RoomView {
        RoomView {
            id: RoomId::parse(ROOM).expect("an id"),
            room_type: RoomType::Group,
            name: Some("Plans".into()),
            topic: None,
            life: RoomLife::Open,
            frozen: None,
            host: server("acme.example"),
            hosted_here: true,
            federate: true,
            servers: vec![server("acme.example"), server("globex.example:8102")],
            membership: Some(Membership::Join),
            power_level: 100,
            head_seq: 3,
            head_chain: Hash::ZERO,
            dm_with: None,
            dm_with_name: None,
            creator: fqid("@alice:acme.example"),
            created_at: 1_795_355_012_007,
            pending: 0,
            host_reachable: true,
        }
    }

    #[test]
    fn a_room_in_a_list() {
        let view = RoomListView {
            room: room(),
            unread_count: 2,
            mention_count: 1,
            choice: RoomChoice {
                mode: None,
                muted_until: Some(1_795_355_012_007),
            },
            last_read: Some(EventId::parse(EVENT).expect("an id")),
            last_event: Some(message()),
        };
        let viewer = fqid("@alice:acme.example");
        let json = serde_json::to_value(RoomListJson::of(&view, &viewer)).expect("JSON");
        let expected = json!({
            "id": ROOM,
            "name": "Plans",
            "topic": null,
            "room_type": "group",
            "state": "open",
            "frozen": null,
            "federated": true,
            "federate": true,
            "servers": ["acme.example", "globex.example:8102"],
            "host": "acme.example",
            "hosted_here": true,
            "host_reachable": true,
            "head": {"seq": 3, "chain": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
            "membership": "join",
            "power_level": 100,
            "dm_with": null,
            "dm_with_name": null,
            "creator": "@alice:acme.example",
            "created_at": "2026-11-22T13:43:32.007Z",
            "pending": 0,
            "unread_count": 2,
            "mention_count": 1,
            "notification_mode": "inherit",
            "muted_until": "2026-11-22T13:43:32.007Z",
            "last_read_event_id": EVENT,
            "last_event": serde_json::to_value(EventJson::of(&message(), None)).expect("JSON"),
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn federated_means_that_others_take_part() {
        let cases = [
            (true, vec!["acme.example"], false),
            (true, vec!["acme.example", "globex.example"], true),
            (true, vec![], false),
            // The host elsewhere is another server even when nobody of it is joined any more.
            (false, vec!["acme.example"], true),
        ];
        for (hosted_here, servers, expected) in cases {
            let servers: Vec<ServerName> = servers.into_iter().map(server).collect();
            let view = RoomView {
                hosted_here,
                servers,
                ..room()
            };
            assert_eq!(RoomJson::of(&view).federated, expected, "{view:?}");
        }
    }
}
