use scaiwave_engine::view::MemberView;
use serde::Serialize;
use utoipa::ToSchema;

use super::ParticipantJson;

/// Somebody in a room.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(crate) struct MemberJson<'a> {
    /// Who.
    participant_id: &'a str,
    /// What they are to the room: `invite`, `join`, `leave`, `ban` or `knock`.
    #[schema(value_type = String, example = "join")]
    membership: &'static str,
    /// 0–100.
    power_level: u8,
    /// Who, in more words.
    participant: ParticipantJson<'a>,
}

impl<'a> MemberJson<'a> {
    pub(crate) fn of(view: &'a MemberView) -> Self {
        MemberJson {
            participant_id: view.participant.as_str(),
            membership: view.membership.as_str(),
            power_level: view.power_level,
            participant: ParticipantJson::of_member(view),
        }
    }
}
