//! What peers may ask about a room (protocol section 5).

use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::wire::{MemberLine, Profile};
use scaiwave_protocol::{Code, LocalId, Refusal, RoomId, ServerName};
use scaiwave_room::RoomState;
use scaiwave_store::StoreError;

use super::{ends_only, room_unknown};
use crate::{Tenant, lane};

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
pub(super) fn failed(error: StoreError) -> Refusal {
    tracing::error!(%error, "storage failed");
    Code::RateLimited.because("this server cannot read its data now; try again")
}

/// The room's state, if the asker may know that it exists.
pub(super) async fn room_for(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    may: impl FnOnce(&RoomState) -> bool,
) -> Result<Arc<RoomState>, Refusal> {
    let state = lane::load_state(tenant, room_id).await.map_err(failed)?;
    let state =
        state.filter(|state| state.federates() && !tenant.policy.bars(room_id) && may(state));
    let knows = |state: &RoomState| state.servers().contains_key(peer) || state.concerns(peer);
    state
        .filter(|state| state.host() == tenant.server_name() || knows(state))
        .filter(|_| !ends_only(tenant, peer))
        .ok_or_else(room_unknown)
}

/// The newest snapshot, for a server with a joined or invited participant.
pub async fn serve_snapshot(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
) -> Result<Vec<u8>, Refusal> {
    let state = room_for(tenant, peer, room_id, |state| state.concerns(peer)).await?;
    if state.host() != tenant.server_name() {
        return Err(super::not_host("the room's host serves its snapshots"));
    }
    let ts = tenant.world.now().max(state.head_ts());
    let signer = tenant.keyring.signer_in(&state);
    let snapshot = Snapshot::sign(
        room_id.clone(),
        state.head(),
        ts,
        state.to_snapshot_state(),
        &*signer,
    );
    Ok(snapshot.to_json().canonical())
}

/// Who is in a room, for servers with a joined participant.
pub async fn serve_members(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
) -> Result<Vec<u8>, Refusal> {
    let state = room_for(tenant, peer, room_id, |state| state.has_joined(peer)).await?;
    let line =
        |(participant, member): (&scaiwave_protocol::Fqid, &scaiwave_room::Member)| MemberLine {
            participant: participant.clone(),
            membership: member.membership,
            power_level: state.power(participant),
            display_name: member.display_name.clone(),
            avatar: member.avatar.clone(),
        };
    let lines: Vec<MemberLine> = state.members().iter().map(line).collect();
    Ok(MemberLine::answer(&lines).canonical())
}

/// One of our people, for a peer that shares a room with them or is asked to.
pub async fn serve_profile(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    local_id: &str,
) -> Result<Vec<u8>, Refusal> {
    let unknown =
        || Code::ParticipantUnknown.because("there is no such participant for this server");
    if ends_only(tenant, peer) {
        return Err(unknown());
    }
    let local_id = LocalId::parse(local_id).map_err(|_| unknown())?;
    let account = tenant
        .store
        .participant(&local_id)
        .await
        .map_err(failed)?
        .ok_or_else(unknown)?;
    let fqid = tenant.fqid(&local_id)?;
    let rooms = tenant.store.rooms_with_server(peer).await.map_err(failed)?;
    let mut shared = false;
    for room in rooms {
        let member = tenant
            .store
            .member(&room.room_id, &fqid)
            .await
            .map_err(failed)?;
        shared |= member.is_some_and(|member| member.membership == Membership::Join);
    }
    let invited = tenant
        .store
        .invitations(&fqid)
        .await
        .map_err(failed)?
        .iter()
        .any(|row| &row.host == peer);
    if !shared && !invited {
        return Err(unknown());
    }
    let profile = Profile {
        fqid,
        display_name: account.display_name,
        avatar: account.avatar,
        bot: account.bot,
    };
    Ok(profile.to_json().canonical())
}
