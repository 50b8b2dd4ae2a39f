use scaiwave_engine::view::{MemberView, ParticipantView};
use scaiwave_protocol::Fqid;
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Participant)]
pub(crate) struct ParticipantJson<'a> {
    /// Opaque; the same as `fqid`.
    id: &'a str,
    /// The full name.
    #[schema(example = "@alice:acme.example")]
    fqid: &'a str,
    /// The name within their server.
    local_id: &'a str,
    /// Their server.
    server_name: &'a str,
    /// What they are called.
    display_name: &'a str,
    /// Of another server (`federated`), a program (`bot`), or a person of this one.
    #[schema(value_type = String, example = "human")]
    participant_type: &'static str,
    /// Whether their account is closed: they stay in their rooms, and hear of nothing. False for people of
    /// other servers, of whom nobody else knows.
    deactivated: bool,
    /// A picture; none as long as this server keeps no files.
    #[schema(required = true)]
    avatar_url: Option<&'a str>,
}

/// Whose line it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sender)]
pub(crate) struct SenderJson<'a> {
    /// The full name.
    fqid: &'a str,
    /// What they are called in this room.
    display_name: &'a str,
    /// Their server.
    server_name: &'a str,
    /// The name within their server.
    local_id: &'a str,
}

impl<'a> ParticipantJson<'a> {
    pub(crate) fn of(view: &'a ParticipantView) -> Self {
        let kind = match (view.foreign, view.bot) {
            (true, _) => "federated",
            (false, true) => "bot",
            (false, false) => "human",
        };
        let participant = Self::new(&view.fqid, Some(&view.display_name), kind);
        ParticipantJson {
            deactivated: view.closed,
            ..participant
        }
    }

    pub(crate) fn of_member(view: &'a MemberView) -> Self {
        let kind = if view.local { "human" } else { "federated" };
        let participant = Self::new(&view.participant, view.display_name.as_deref(), kind);
        ParticipantJson {
            deactivated: view.closed,
            ..participant
        }
    }

    fn new(fqid: &'a Fqid, display_name: Option<&'a str>, participant_type: &'static str) -> Self {
        ParticipantJson {
            id: fqid.as_str(),
            fqid: fqid.as_str(),
            local_id: fqid.local(),
            server_name: fqid.server().as_str(),
            display_name: display_name.unwrap_or_else(|| fqid.local()),
            participant_type,
            deactivated: false,
            avatar_url: None,
        }
    }
}

impl<'a> SenderJson<'a> {
    pub(crate) fn of(fqid: &'a Fqid, display_name: Option<&'a str>) -> Self {
        SenderJson {
            fqid: fqid.as_str(),
            display_name: display_name.unwrap_or_else(|| fqid.local()),
            server_name: fqid.server().as_str(),
            local_id: fqid.local(),
        }
    }
}
