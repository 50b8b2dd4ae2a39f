use std::sync::Arc;

use scaiwave_protocol::RoomId;

use super::{access, document};
use crate::view::MemberView;
use crate::{Denial, Outcome, Tenant, Viewer};

/// Everybody who is or was something to a room.
pub async fn members(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<Vec<MemberView>> {
    access::joined(tenant, viewer, room_id).await?;
    let row = tenant
        .store
        .room(room_id)
        .await?
        .ok_or_else(Denial::no_such_room)?;
    let core = document::core(&row)?;
    let members = tenant.store.members(room_id).await?;
    let own = tenant
        .wanted
        .choice(&viewer.fqid, room_id, tenant.world.now());
    let view = |member: scaiwave_store::record::MemberRow| MemberView {
        choice: (member.participant == viewer.fqid).then_some(own),
        power_level: core.power(&member.participant),
        local: tenant.is_local(&member.participant),
        participant: member.participant,
        membership: member.membership,
        display_name: member.display_name,
        avatar: member.avatar,
    };
    Ok(members.into_iter().map(view).collect())
}
