use scaiwave_engine::view::InboxView;
use scaiwave_protocol::EventId;
use serde::Serialize;
use utoipa::ToSchema;

use super::Time;

/// Something that asks for attention.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InboxItem)]
pub(crate) struct InboxJson<'a> {
    /// The event.
    #[schema(value_type = String)]
    event_id: EventId,
    /// Where.
    room_id: &'a str,
    /// What the room is called.
    #[schema(required = true)]
    room_name: Option<&'a str>,
    /// Who.
    sender_id: &'a str,
    /// What they are called.
    sender_name: &'a str,
    /// The first characters.
    snippet: &'a str,
    /// Of a message: `direct_mention`, `reply`, `keyword_alert`, `room_mention` or `dm`. Else `invite`,
    /// `report` or `alarm`.
    #[schema(example = "direct_mention")]
    reason: &'a str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl<'a> InboxJson<'a> {
    pub(crate) fn of(view: &'a InboxView) -> Self {
        InboxJson {
            event_id: view.event_id,
            room_id: view.room_id.as_str(),
            room_name: view.room_name.as_deref(),
            sender_id: view.sender.as_str(),
            sender_name: view
                .sender_name
                .as_deref()
                .unwrap_or_else(|| view.sender.local()),
            snippet: &view.snippet,
            reason: &view.reason,
            created_at: view.created_at.into(),
        }
    }
}
