use std::sync::Arc;

use scaiwave_protocol::Fqid;
use scaiwave_protocol::event::content::{History, Membership, RoomType};
use scaiwave_store::Change;

use super::create::{NewRoom, found};
use super::invite::may_invite;
use super::{act, get};
use crate::view::RoomView;
use crate::{ClientCode, Outcome, Tenant, Viewer};

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
        return get(tenant, viewer, &room_id).await;
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
    let unknown = scaiwave_protocol::RoomId::of_genesis(&scaiwave_protocol::Hash::ZERO);
    let mut pairs = vec![pair(&viewer.fqid, other, unknown.clone())];
    if tenant.is_local(other) {
        pairs.push(pair(other, &viewer.fqid, unknown));
    }
    let room_id = found(tenant, viewer, new, pairs).await?;
    act::change_membership(tenant, viewer, &room_id, other, Membership::Invite, None).await?;
    get(tenant, viewer, &room_id).await
}
