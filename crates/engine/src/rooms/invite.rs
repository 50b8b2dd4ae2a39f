use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Fqid, LocalId, RoomId};

use super::{access, act, document};
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer, peering, policy};

/// Invites somebody, local or foreign. A foreign invitation is sequenced, then delivered to their server;
/// when that server refuses it, the room's log says so and the inviter sees why.
pub async fn invite(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    participant: &Fqid,
) -> Outcome<()> {
    access::joined(tenant, viewer, room_id).await?;
    if participant.is_server() {
        return Err(ClientCode::BadRequest
            .because("a server itself is never a participant")
            .at("participant_id"));
    }
    if tenant.is_local(participant) {
        let account = tenant
            .store
            .participant(&LocalId::parse(participant.local())?)
            .await?;
        if account.is_none_or(|account| account.deactivated_at.is_some()) {
            return Err(ClientCode::NotFound
                .because("there is no such participant here")
                .at("participant_id"));
        }
    } else {
        may_leave_home(tenant, room_id).await?;
        may_invite(tenant, participant).await?;
        peering::before_invite(tenant, room_id, participant.server()).await?;
    }
    act::change_membership(
        tenant,
        viewer,
        room_id,
        participant,
        Membership::Invite,
        None,
    )
    .await
}

/// Before anybody elsewhere is spoken to: a room that stays at home gives no occasion for it.
async fn may_leave_home(tenant: &Tenant, room_id: &RoomId) -> Outcome<()> {
    let row = tenant.store.room(room_id).await?;
    let row = row.ok_or_else(Denial::no_such_room)?;
    if document::may_federate(&row)? {
        return Ok(());
    }
    Err(super::never_federates())
}

/// Our own policy binds us too, and a server that cannot be found is not invited.
pub(super) async fn may_invite(tenant: &Arc<Tenant>, participant: &Fqid) -> Outcome<()> {
    let server = participant.server();
    let ruling = tenant.policy.get().of_server(server);
    if !ruling.allowed {
        return Err(policy::refusal(&ruling.rule).into());
    }
    peering::introduce(tenant, server).await
}
