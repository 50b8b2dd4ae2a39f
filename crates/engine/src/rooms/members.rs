use std::collections::HashMap;
use std::sync::Arc;

use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_store::record::MemberRow;

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
    let mut joined_at: HashMap<Fqid, u64> =
        tenant.store.joined_at(room_id).await?.into_iter().collect();
    let own = tenant
        .wanted
        .choice(&viewer.fqid, room_id, tenant.world.now());
    let view = |member: MemberRow| MemberView {
        joined_at: joined_at.remove(&member.participant),
        choice: (member.participant == viewer.fqid).then_some(own),
        power_level: core.power(&member.participant),
        local: tenant.is_local(&member.participant),
        closed: tenant.is_local(&member.participant) && tenant.closed.has(&member.participant),
        participant: member.participant,
        membership: member.membership,
        display_name: member.display_name,
        avatar: member.avatar,
    };
    Ok(members.into_iter().map(view).collect())
}
