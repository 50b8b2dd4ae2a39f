//! What people do to a room and to each other in it: one control event each.

use std::sync::Arc;

use scaiwave_protocol::event::content::{self as kinds, Membership, RoomLife};
use scaiwave_protocol::json::Object;
use scaiwave_protocol::{Fqid, Json, RoomId};

use super::access;
use super::create::{NAME_CHARS_MAX, TOPIC_CHARS_MAX, check_length};
use crate::lane::{self, LocalPost};
use crate::{ClientCode, Outcome, Tenant, Viewer, spelling};

/// Puts one control event of the viewer into a room.
pub(super) async fn act(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    kind: &'static str,
    content: Json,
) -> Outcome<()> {
    let post = LocalPost {
        kind,
        sender: viewer.fqid.clone(),
        content,
        event_id: None,
    };
    lane::post(tenant, room_id, post).await.map(drop)
}

/// Changes somebody's membership.
pub(super) async fn change_membership(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    participant: &Fqid,
    membership: Membership,
    reason: Option<String>,
) -> Outcome<()> {
    let mut content = Object::from([
        ("participant".to_owned(), participant.into()),
        ("membership".to_owned(), membership.as_str().into()),
    ]);
    if let Some(reason) = reason {
        content.insert("reason".to_owned(), reason.into());
    }
    act(tenant, viewer, room_id, kinds::MEMBER, Json::Obj(content)).await
}

/// Leaves the room.
pub async fn leave(tenant: &Arc<Tenant>, viewer: &Viewer, room_id: &RoomId) -> Outcome<()> {
    change_membership(
        tenant,
        viewer,
        room_id,
        &viewer.fqid,
        Membership::Leave,
        None,
    )
    .await
}

/// Takes somebody out.
pub async fn kick(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    who: &Fqid,
    reason: Option<String>,
) -> Outcome<()> {
    change_membership(tenant, viewer, room_id, who, Membership::Leave, reason).await
}

/// Keeps somebody out.
pub async fn ban(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    who: &Fqid,
    reason: Option<String>,
) -> Outcome<()> {
    change_membership(tenant, viewer, room_id, who, Membership::Ban, reason).await
}

/// Keeps somebody out no more.
pub async fn unban(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    who: &Fqid,
    reason: Option<String>,
) -> Outcome<()> {
    access::joined(tenant, viewer, room_id).await?;
    let member = tenant.store.member(room_id, who).await?;
    if member.is_none_or(|member| member.membership != Membership::Ban) {
        return Err(ClientCode::NotFound
            .because("nobody of this name is banned from this room")
            .at("participant_id"));
    }
    change_membership(tenant, viewer, room_id, who, Membership::Leave, reason).await
}

/// Calls the room otherwise.
pub async fn rename(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    name: String,
) -> Outcome<()> {
    check_length("name", Some(&name), NAME_CHARS_MAX)?;
    spelling::check("name", &name)?;
    act(
        tenant,
        viewer,
        room_id,
        kinds::NAME,
        Json::object([("name", name.into())]),
    )
    .await
}

/// Says what the room is about.
pub async fn set_topic(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    topic: String,
) -> Outcome<()> {
    check_length("topic", Some(&topic), TOPIC_CHARS_MAX)?;
    act(
        tenant,
        viewer,
        room_id,
        kinds::TOPIC,
        Json::object([("topic", topic.into())]),
    )
    .await
}

/// Gives somebody a power level.
pub async fn set_power(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    who: &Fqid,
    level: u8,
) -> Outcome<()> {
    let content = Json::object([("participant", who.into()), ("level", level.into())]);
    act(tenant, viewer, room_id, kinds::POWER, content).await
}

/// Opens, archives or closes the room; closing is for good.
pub async fn set_life(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    life: RoomLife,
) -> Outcome<()> {
    act(
        tenant,
        viewer,
        room_id,
        kinds::STATE,
        Json::object([("state", life.as_str().into())]),
    )
    .await
}
