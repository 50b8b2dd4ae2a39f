use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::limits::CONTENT_BYTES_MAX;
use scaiwave_protocol::{EventId, Json, RoomId};

use crate::lane::{self, LocalPost};
use crate::view::EventView;
use crate::{ClientCode, Outcome, Tenant, Viewer, quota};

/// Says something in a room. With the same `event_id` and content again, it answers with the event
/// that stands there already.
pub async fn post(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    content: Json,
    event_id: Option<EventId>,
) -> Outcome<EventView> {
    let content = complete(content)?;
    quota::may_grow(tenant).await?;
    let post = LocalPost {
        kind: content::MESSAGE,
        sender: viewer.fqid.clone(),
        content,
        event_id,
    };
    lane::post(tenant, room_id, post).await
}

/// Fills in what a plain client leaves out: `msgtype` and the list of mentions.
pub(super) fn complete(content: Json) -> Outcome<Json> {
    let Json::Obj(mut object) = content else {
        return Err(ClientCode::BadRequest
            .because("content must be an object")
            .at("content"));
    };
    object.fill_in("msgtype", || "swp.text".into());
    object.fill_in("mentions", || Json::Arr(Vec::new()));
    let content = Json::Obj(object);
    if content.canonical().len() > CONTENT_BYTES_MAX {
        let sentence = "content has more than 65,536 bytes";
        return Err(ClientCode::ContentTooLarge.because(sentence).at("content"));
    }
    Ok(content)
}
