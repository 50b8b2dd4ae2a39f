use std::sync::Arc;

use scaiwave_protocol::Json;
use scaiwave_protocol::RoomId;
use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::json::Object;

use crate::lane::{self, LocalPost};
use crate::view::{EventView, RoomView};
use crate::{Outcome, Tenant, Viewer, invitations};

/// Enters a public room of ours, or one to which there is an invitation.
pub async fn join(tenant: &Arc<Tenant>, viewer: &Viewer, room_id: &RoomId) -> Outcome<RoomView> {
    let member = tenant.store.member(room_id, &viewer.fqid).await?;
    match member.map(|member| member.membership) {
        Some(Membership::Join) => {}
        Some(Membership::Invite) => return invitations::accept(tenant, viewer, room_id).await,
        _ if tenant
            .store
            .invitation(room_id, &viewer.fqid)
            .await?
            .is_some() =>
        {
            return invitations::accept(tenant, viewer, room_id).await;
        }
        _ => drop(enter(tenant, viewer, room_id).await?),
    }
    super::get(tenant, viewer, room_id).await
}

/// Puts the viewer's own join into the room, with their profile.
pub(crate) async fn enter(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<EventView> {
    let profile = crate::accounts::me(tenant, viewer).await?;
    let mut content = Object::from([
        ("participant".to_owned(), (&viewer.fqid).into()),
        ("membership".to_owned(), Membership::Join.as_str().into()),
        ("display_name".to_owned(), profile.display_name.into()),
    ]);
    if let Some(avatar) = profile.avatar {
        content.insert("avatar".to_owned(), avatar.into());
    }
    let post = LocalPost {
        kind: kinds::MEMBER,
        sender: viewer.fqid.clone(),
        content: Json::Obj(content),
        event_id: None,
    };
    lane::post(tenant, room_id, post).await
}
