//! A room's view from its rows.

use std::collections::BTreeMap;

use scaiwave_protocol::event::content::{Membership, RoomType};
use scaiwave_protocol::{Malformed, RoomId, ServerName};
use scaiwave_room::RoomState;
use scaiwave_store::StoreError;
use scaiwave_store::record::{MemberRow, RoomRow};

use crate::view::RoomView;
use crate::{Tenant, Viewer};

/// What a room is called, if it is here and has a name.
pub(crate) async fn name_of(
    tenant: &Tenant,
    room_id: &RoomId,
) -> Result<Option<String>, StoreError> {
    match tenant.store.room(room_id).await? {
        Some(row) => name_in(&row),
        None => Ok(None),
    }
}

/// What the room of this row is called.
pub(crate) fn name_in(row: &RoomRow) -> Result<Option<String>, StoreError> {
    RoomState::name_in_stored(&row.core).map_err(|error| damaged(row, &error))
}

/// The part of the state that needs neither members nor servers.
pub(crate) fn core(row: &RoomRow) -> Result<RoomState, StoreError> {
    let (id, head) = (row.room_id.clone(), row.head);
    RoomState::from_stored(
        id,
        head,
        row.head_ts,
        row.base_seq,
        &row.core,
        BTreeMap::new(),
        BTreeMap::new(),
    )
    .map_err(|error| damaged(row, &error))
}

fn damaged(row: &RoomRow, error: &Malformed) -> StoreError {
    StoreError::Damaged(format!("room {}: {error}", row.room_id))
}

/// Whether the room of this row is of a type that other servers may come into.
pub(super) fn may_federate(row: &RoomRow) -> Result<bool, StoreError> {
    Ok(core(row)?.room_type().may_federate())
}

/// Whether other servers may take part in a room that says so itself, or not.
pub(super) fn federates_now(tenant: &Tenant, room_id: &RoomId, federates: bool) -> bool {
    federates && !tenant.policy.bars(room_id)
}

/// Whether a room's host could be reached at the last try; always for rooms of ours.
pub(super) fn reaches_host(tenant: &Tenant, host: &ServerName) -> bool {
    host == tenant.server_name() || tenant.peers.reachable(host)
}

/// Puts a view together, from the row and the [`core`] that was read from it.
pub(super) async fn view(
    tenant: &Tenant,
    viewer: &Viewer,
    row: RoomRow,
    state: &RoomState,
    membership: Option<Membership>,
    servers: Vec<ServerName>,
) -> Result<RoomView, StoreError> {
    let hosted_here = state.host() == tenant.server_name();
    let pending = if hosted_here {
        0
    } else {
        waiting(tenant, &row.room_id).await?
    };
    let other = match state.room_type() {
        RoomType::Dm => other_one(tenant, &row.room_id, viewer).await?,
        RoomType::Group | RoomType::Public | RoomType::Incognito => None,
    };
    Ok(RoomView {
        id: row.room_id,
        room_type: state.room_type(),
        name: state.name().map(str::to_owned),
        topic: state.topic().map(str::to_owned),
        life: state.life(),
        frozen: row.frozen,
        host: state.host().clone(),
        hosted_here,
        federate: federates_now(tenant, state.room_id(), state.federates()),
        servers,
        membership,
        power_level: state.power(&viewer.fqid),
        head_seq: row.head.seq,
        head_chain: row.head.chain,
        dm_with: other.as_ref().map(|member| member.participant.clone()),
        dm_with_name: other.and_then(|member| member.display_name),
        creator: state.creator().clone(),
        created_at: state.genesis().header().origin_ts,
        pending,
        host_reachable: reaches_host(tenant, state.host()),
    })
}

async fn waiting(tenant: &Tenant, room_id: &RoomId) -> Result<u64, StoreError> {
    let rows = tenant.store.pending(room_id).await?;
    Ok(rows.iter().filter(|row| row.refused.is_none()).count() as u64)
}

async fn other_one(
    tenant: &Tenant,
    room_id: &RoomId,
    viewer: &Viewer,
) -> Result<Option<MemberRow>, StoreError> {
    let members = tenant.store.members(room_id).await?;
    Ok(members
        .into_iter()
        .find(|member| member.participant != viewer.fqid))
}
