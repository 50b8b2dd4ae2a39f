//! What peers may ask about a room (protocol section 5).

use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::limits::{BACKFILL_BYTES_MAX, BACKFILL_ENTRIES_MAX};
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::wire::item::StoredEntry;
use scaiwave_protocol::wire::{Backfill, MemberLine, Profile};
use scaiwave_protocol::{Code, Hash, LocalId, Refusal, RoomId, ServerName};
use scaiwave_room::RoomState;
use scaiwave_store::StoreError;
use scaiwave_store::record::{EntryRow, RoomRow};

use super::{checkpoints, room_unknown};
use crate::world::BackfillFrom;
use crate::{Tenant, lane};

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn failed(error: StoreError) -> Refusal {
    tracing::error!(%error, "storage failed");
    Code::RateLimited.because("this server cannot read its data now; try again")
}

/// The room's state, if the asker may know that it exists.
async fn room_for(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    may: impl FnOnce(&RoomState) -> bool,
) -> Result<RoomState, Refusal> {
    let state = lane::load_state(&*tenant.store, room_id)
        .await
        .map_err(failed)?;
    let state = state.filter(|state| state.federates() && may(state));
    state
        .filter(|state| state.host() == tenant.server_name() || state.servers().contains_key(peer))
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

/// A page of a room's log, for servers with a joined participant. Followers answer too.
pub async fn serve_backfill(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    from: BackfillFrom,
    limit: u64,
) -> Result<Vec<u8>, Refusal> {
    let state = room_for(tenant, peer, room_id, |state| state.has_joined(peer)).await?;
    let refuse = |sentence| Code::BackfillRefused.because(sentence);
    let limit = limit
        .min(BACKFILL_ENTRIES_MAX)
        .min(tenant.policy.get().max_backfill_events_per_request);
    if limit == 0 {
        return Err(refuse("this server's policy gives out no history"));
    }
    if state.history() != scaiwave_protocol::event::content::History::Shared {
        return Err(refuse(
            "this room shares its history from each server's first join on",
        ));
    }
    let row = tenant
        .store
        .room(room_id)
        .await
        .map_err(failed)?
        .ok_or_else(room_unknown)?;
    let mut entries = read(tenant, room_id, from, limit).await.map_err(failed)?;
    let checkpoint = checkpoints::covering(tenant, &row, &mut entries)
        .await
        .map_err(failed)?
        .ok_or_else(|| refuse("this follower holds no checkpoint for that page"))?;
    let before = chain_before(tenant, &row, entries.first())
        .await
        .map_err(failed)?;
    let has_more = match from {
        BackfillFrom::After(_) => entries.last().is_some_and(|last| last.seq < row.head.seq),
        BackfillFrom::Before(_) => entries
            .first()
            .is_some_and(|first| first.seq > row.first_seq),
    };
    let lines = entries.iter().map(|row| StoredEntry {
        term: row.term,
        seq: row.seq,
        ts: row.ts,
        event: &row.event,
    });
    Ok(Backfill::write(lines, &before, &checkpoint, has_more))
}

async fn read(
    tenant: &Tenant,
    room_id: &RoomId,
    from: BackfillFrom,
    limit: u64,
) -> Result<Vec<EntryRow>, StoreError> {
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    match from {
        BackfillFrom::After(seq) => {
            tenant
                .store
                .entries_after(room_id, seq, limit, BACKFILL_BYTES_MAX)
                .await
        }
        BackfillFrom::Before(seq) => {
            let mut rows = tenant.store.entries_before(room_id, seq, limit).await?;
            let mut bytes = 0;
            let kept = rows.iter().rev().take_while(|row| {
                bytes += row.event.len();
                bytes <= BACKFILL_BYTES_MAX
            });
            let kept = kept.count().max(1).min(rows.len());
            Ok(rows.split_off(rows.len() - kept))
        }
    }
}

async fn chain_before(
    tenant: &Tenant,
    row: &RoomRow,
    first: Option<&EntryRow>,
) -> Result<Hash, StoreError> {
    let Some(first) = first else {
        return Ok(row.head.chain);
    };
    if first.seq == row.first_seq {
        return Ok(if first.seq == 1 {
            Hash::ZERO
        } else {
            row.base_chain
        });
    }
    let before = tenant.store.chain_at(&row.room_id, first.seq - 1).await?;
    Ok(before.map_or(row.base_chain, |(_, _, chain)| chain))
}
