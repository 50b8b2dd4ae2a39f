use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::{EventId, Json, RoomId};

use crate::lane::{self, LocalPost};
use crate::{ClientCode, Outcome, Tenant, Viewer};

/// Puts an emoji on a message, or takes it away. What is so already changes nothing.
pub async fn react(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: EventId,
    emoji: String,
    add: bool,
) -> Outcome<()> {
    if emoji.chars().any(char::is_control) {
        return Err(ClientCode::BadRequest.because("a reaction is one emoji"));
    }
    let row = tenant.store.timeline_row(room_id, &event_id).await?;
    let there = row.is_some_and(|row| {
        row.reactions
            .iter()
            .any(|reaction| reaction.sender == viewer.fqid && reaction.emoji == emoji)
    });
    if there == add {
        return crate::rooms::access::joined(tenant, viewer, room_id)
            .await
            .map(drop);
    }
    let content = Json::object([
        ("event_id", (&event_id).into()),
        ("emoji", emoji.into()),
        ("action", if add { "add" } else { "remove" }.into()),
    ]);
    let post = LocalPost {
        kind: content::REACTION,
        sender: viewer.fqid.clone(),
        content,
        event_id: None,
    };
    lane::post(tenant, room_id, post).await.map(drop)
}
