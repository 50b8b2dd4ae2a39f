use scaiwave_engine::rooms::{Outside, OutsidePerson, OutsideServer};
use serde::Serialize;
use utoipa::ToSchema;

use super::Time;
use crate::answer::List;

/// Who outside this tenant can see a room.
#[derive(Serialize, ToSchema)]
#[schema(as = Outside)]
pub(crate) struct OutsideJson<'a> {
    /// Which room.
    room_id: &'a str,
    /// What it is called.
    #[schema(required = true)]
    name: Option<&'a str>,
    /// Who sequences: it sees everything.
    host: &'a str,
    /// Whether other servers may take part.
    federate: bool,
    /// `shared`: newcomers' servers get what was said before them; `joined`: they do not.
    #[schema(value_type = String, example = "shared")]
    history: &'static str,
    /// This server's last entry.
    head_seq: u64,
    /// Other servers that can see the room, or could.
    #[schema(value_type = Vec<OutsideServerJson<'static>>)]
    servers: List<OutsideServerJson<'a>>,
    /// Their people, joined or invited.
    #[schema(value_type = Vec<OutsidePersonJson<'static>>)]
    people: List<OutsidePersonJson<'a>>,
}

/// Another server that can see a room, or could.
#[derive(Serialize, ToSchema)]
#[schema(as = OutsideServer)]
struct OutsideServerJson<'a> {
    /// Which.
    server_name: &'a str,
    /// Whether somebody of it is in the room now.
    present: bool,
    /// Since when it is there; none when that lies before what this server holds.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    since: Option<Time>,
    /// When its last person left. It keeps what it had.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    left_at: Option<Time>,
    /// From which entry on it may have what was said; none when this server cannot know.
    #[schema(required = true)]
    history_from_seq: Option<u64>,
    /// How far its copy reaches, as far as is known here.
    #[schema(required = true)]
    acked_seq: Option<u64>,
    /// Since when this server cannot reach it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    unreachable_since: Option<Time>,
}

/// Somebody of another server.
#[derive(Serialize, ToSchema)]
#[schema(as = OutsidePerson)]
struct OutsidePersonJson<'a> {
    /// Who.
    participant_id: &'a str,
    /// What they are called in the room.
    #[schema(required = true)]
    display_name: Option<&'a str>,
    /// `join` or `invite`.
    #[schema(value_type = String, example = "join")]
    membership: &'static str,
    /// Since when; none when that lies before what this server holds.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    since: Option<Time>,
}

impl<'a> OutsideJson<'a> {
    pub(crate) fn of(view: &'a Outside) -> Self {
        OutsideJson {
            room_id: view.room_id.as_str(),
            name: view.name.as_deref(),
            host: view.host.as_str(),
            federate: view.federate,
            history: view.history.as_str(),
            head_seq: view.head_seq,
            servers: view.servers.iter().map(OutsideServerJson::of).collect(),
            people: view.people.iter().map(OutsidePersonJson::of).collect(),
        }
    }
}

impl<'a> OutsideServerJson<'a> {
    fn of(server: &'a OutsideServer) -> Self {
        OutsideServerJson {
            server_name: server.server.as_str(),
            present: server.present,
            since: server.since.map(Time::from),
            left_at: server.left_at.map(Time::from),
            history_from_seq: server.history_from_seq,
            acked_seq: server.acked_seq,
            unreachable_since: server.unreachable_since.map(Time::from),
        }
    }
}

impl<'a> OutsidePersonJson<'a> {
    fn of(person: &'a OutsidePerson) -> Self {
        OutsidePersonJson {
            participant_id: person.participant.as_str(),
            display_name: person.display_name.as_deref(),
            membership: person.membership.as_str(),
            since: person.since.map(Time::from),
        }
    }
}
