use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::json::Object;
use scaiwave_protocol::{EventId, Json, RoomId};

use crate::lane::{self, LocalPost};
use crate::view::EventView;
use crate::{Denial, Outcome, Tenant, Viewer};

/// Takes a message away, on every server that can be reached.
pub async fn redact(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: EventId,
    reason: Option<String>,
) -> Outcome<EventView> {
    let mut content = Object::from([("event_id".to_owned(), (&event_id).into())]);
    if let Some(reason) = reason {
        content.insert("reason".to_owned(), reason.into());
    }
    let post = LocalPost {
        kind: content::REDACTION,
        sender: viewer.fqid.clone(),
        content: Json::Obj(content),
        event_id: None,
    };
    lane::post(tenant, room_id, post).await?;
    super::current_view(tenant, room_id, &event_id)
        .await?
        .ok_or_else(Denial::no_such_event)
}
