use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::{EventId, Json, RoomId};

use super::view;
use crate::lane::{self, LocalPost};
use crate::view::EventView;
use crate::{Denial, Outcome, Tenant, Viewer, rooms};

/// Pins in one page.
const PAGE_MAX: u32 = 200;

/// One of the messages that a room keeps in sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinView {
    /// Which.
    pub event_id: EventId,
    /// As it is now; none when it is older than what is stored here.
    pub event: Option<EventView>,
}

/// Pins a message, or takes the pin away. What is so already changes nothing.
pub async fn pin(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: EventId,
    pinned: bool,
) -> Outcome<()> {
    let pins = read(tenant, viewer, room_id).await?;
    if pins.contains(&event_id) == pinned {
        return Ok(());
    }
    if !pinned {
        return post(tenant, viewer, room_id, event_id, false).await;
    }
    let message = view::current_view(tenant, room_id, &event_id).await?;
    let fits =
        |message: EventView| message.kind == content::MESSAGE && message.redacted_at.is_none();
    if !message.is_some_and(fits) {
        return Err(Denial::no_such_event());
    }
    post(tenant, viewer, room_id, event_id, true).await
}

async fn post(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: EventId,
    pinned: bool,
) -> Outcome<()> {
    let post = LocalPost {
        kind: content::PIN,
        sender: viewer.fqid.clone(),
        content: Json::object([("event_id", (&event_id).into()), ("pinned", pinned.into())]),
        event_id: None,
    };
    lane::post(tenant, room_id, post).await.map(drop)
}

/// What the room keeps in sight, the newest pin first.
pub async fn pins(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    limit: u32,
    offset: u32,
) -> Outcome<Vec<PinView>> {
    let pins = read(tenant, viewer, room_id).await?;
    let (limit, offset) = (limit.clamp(1, PAGE_MAX), offset as usize);
    let mut views = Vec::new();
    for event_id in pins.into_iter().rev().skip(offset).take(limit as usize) {
        let event = view::current_view(tenant, room_id, &event_id).await?;
        let event = event.map(|event| view::for_viewer(tenant, viewer, event));
        views.push(PinView { event_id, event });
    }
    Ok(views)
}

/// In the order of pinning.
async fn read(tenant: &Tenant, viewer: &Viewer, room_id: &RoomId) -> Outcome<Vec<EventId>> {
    rooms::access::readable(tenant, viewer, room_id).await?;
    let row = tenant.store.room(room_id).await?;
    let row = row.ok_or_else(Denial::no_such_room)?;
    Ok(rooms::core(&row)?.pins().to_vec())
}
