use scaiwave_engine::view::MemberView;
use serde::Serialize;
use utoipa::ToSchema;

use super::room::mode_word;
use super::{ParticipantJson, Time};

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
    /// When they came in; null for who is not in, and when this server does not hold the history of it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    joined_at: Option<Time>,
    /// What the caller wants to hear of the room, in their own line; null in all others.
    #[schema(required = true, value_type = Option<String>, example = "inherit")]
    notification_mode: Option<&'static str>,
    /// Until when the caller has muted the room, in their own line.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    muted_until: Option<Time>,
    /// Who, in more words.
    participant: ParticipantJson<'a>,
}

impl<'a> MemberJson<'a> {
    pub(crate) fn of(view: &'a MemberView) -> Self {
        let muted_until = view.choice.and_then(|choice| choice.muted_until);
        MemberJson {
            participant_id: view.participant.as_str(),
            membership: view.membership.as_str(),
            power_level: view.power_level,
            joined_at: view.joined_at.map(Time::from),
            notification_mode: view.choice.map(|choice| mode_word(choice.mode)),
            muted_until: muted_until.map(Time::from),
            participant: ParticipantJson::of_member(view),
        }
    }
}
