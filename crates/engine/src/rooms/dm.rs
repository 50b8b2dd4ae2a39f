use std::sync::Arc;

use scaiwave_protocol::event::content::{History, Membership, RoomType};
use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_store::Change;

use super::create::{NewRoom, found};
use super::invite::may_invite;
use super::{act, close_doubled, get};
use crate::view::RoomView;
use crate::{ClientCode, Outcome, Tenant, Viewer, invitations};

/// The one room in which the viewer and somebody else, local or foreign, talk with each other.
pub async fn dm(tenant: &Arc<Tenant>, viewer: &Viewer, other: &Fqid) -> Outcome<RoomView> {
    if other == &viewer.fqid || other.is_server() {
        return Err(ClientCode::BadRequest
            .because("a direct message needs somebody else")
            .at("fqid"));
    }
    let lock = tenant
        .dm_locks
        .lock()
        .entry(viewer.fqid.clone())
        .or_default()
        .clone();
    let _one_at_a_time = lock.lock().await;
    if let Some(room_id) = tenant.store.dm(&viewer.fqid, other).await? {
        close_doubled(tenant, &viewer.fqid, other).await?;
        return get(tenant, viewer, &room_id).await;
    }
    if let Some(room_id) = invited_by(tenant, viewer, other).await? {
        return invitations::accept(tenant, viewer, &room_id).await;
    }
    if tenant.is_local(other) {
        let account = tenant
            .store
            .participant(&scaiwave_protocol::LocalId::parse(other.local())?)
            .await?;
        if account.is_none_or(|account| account.deactivated_at.is_some()) {
            return Err(ClientCode::NotFound
                .because("there is no such participant here")
                .at("participant_id"));
        }
    } else {
        may_invite(tenant, other).await?;
    }
    let new = NewRoom {
        room_type: RoomType::Dm,
        name: None,
        topic: None,
        federate: !tenant.is_local(other),
        history: History::Shared,
    };
    let pair = |participant: &Fqid, other: &Fqid, room_id| Change::PutDm {
        participant: participant.clone(),
        other: other.clone(),
        room_id,
    };
    let unknown = RoomId::of_genesis(&scaiwave_protocol::Hash::ZERO);
    let mut pairs = vec![pair(&viewer.fqid, other, unknown.clone())];
    if tenant.is_local(other) {
        pairs.push(pair(other, &viewer.fqid, unknown));
    }
    let room_id = found(tenant, viewer, new, pairs).await?;
    act::change_membership(tenant, viewer, &room_id, other, Membership::Invite, None).await?;
    // An invitation may have come in the same moment: the room with the smaller id stays.
    match invited_by(tenant, viewer, other).await? {
        Some(theirs) if theirs < room_id => {
            let view = invitations::accept(tenant, viewer, &theirs).await?;
            close_doubled(tenant, &viewer.fqid, other).await?;
            Ok(view)
        }
        _ => get(tenant, viewer, &room_id).await,
    }
}

/// The dm elsewhere to which the other one has invited the viewer.
async fn invited_by(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    other: &Fqid,
) -> Outcome<Option<RoomId>> {
    let waiting = invitations::list(tenant, viewer).await?;
    let theirs = waiting
        .into_iter()
        .find(|view| &view.inviter == other && view.room_type == RoomType::Dm);
    Ok(theirs.map(|view| view.room_id))
}
