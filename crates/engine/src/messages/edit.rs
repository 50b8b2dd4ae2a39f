use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::{EventId, Json, RoomId};

use super::post::complete;
use crate::lane::{self, LocalPost};
use crate::view::EventView;
use crate::{Denial, Outcome, Tenant, Viewer, quota};

/// Gives an own message a new content.
pub async fn edit(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: EventId,
    content: Json,
) -> Outcome<EventView> {
    let content = Json::object([
        ("event_id", (&event_id).into()),
        ("content", complete(content)?),
    ]);
    quota::may_grow(tenant).await?;
    let post = LocalPost {
        kind: content::EDIT,
        sender: viewer.fqid.clone(),
        content,
        event_id: None,
    };
    lane::post(tenant, room_id, post).await?;
    super::current_view(tenant, room_id, &event_id)
        .await?
        .ok_or_else(Denial::no_such_event)
}
