use scaiwave_engine::view::InvitationView;
use scaiwave_protocol::ServerName;
use serde::Serialize;
use utoipa::ToSchema;

use super::{SenderJson, Time};

/// An invitation that waits for an answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(crate) struct InvitationJson<'a> {
    /// Opaque: the room's id, by which it is accepted or declined.
    id: &'a str,
    /// Into which room.
    room_id: &'a str,
    /// Who invites.
    inviter_id: &'a str,
    /// Who, in more words.
    inviter: SenderJson<'a>,
    /// The room's host.
    host: &'a str,
    /// `group`, `dm` or `public`.
    #[schema(value_type = String, example = "group")]
    room_type: &'static str,
    /// Only of hosts that the policy trusts.
    #[schema(required = true)]
    name: Option<&'a str>,
    /// The same.
    #[schema(required = true)]
    topic: Option<&'a str>,
    /// Who takes part.
    #[schema(value_type = Vec<String>)]
    servers: &'a [ServerName],
    /// A request of somebody with whom the caller has never dealt: nothing announces it.
    first_contact: bool,
    /// When it arrived.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl<'a> InvitationJson<'a> {
    pub(crate) fn of(view: &'a InvitationView) -> Self {
        InvitationJson {
            id: view.room_id.as_str(),
            room_id: view.room_id.as_str(),
            inviter_id: view.inviter.as_str(),
            inviter: SenderJson::of(&view.inviter, None),
            host: view.host.as_str(),
            room_type: view.room_type.as_str(),
            name: view.name.as_deref(),
            topic: view.topic.as_deref(),
            servers: &view.servers,
            first_contact: view.first_contact,
            created_at: view.at.into(),
        }
    }
}
