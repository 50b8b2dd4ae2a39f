use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::wire::{ItemResult, item};
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::{Change, Commit, StoreError};

use super::{Answer, RETRY_AFTER_MS};
use crate::Tenant;
use crate::peering::{admin, outbound};

/// The peer says where its logs stand. We move its cursor where the chains agree, and say where ours do.
pub(super) async fn heads(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    rooms: BTreeMap<RoomId, LogPoint>,
) -> Answer {
    let ours = match compare(tenant, peer, rooms).await {
        Ok(ours) => ours,
        Err(error) => {
            tracing::error!(%error, "storage failed");
            return Ok(ItemResult::Retry {
                after_ms: RETRY_AFTER_MS,
            });
        }
    };
    tenant.doorbells.ring(peer);
    Ok(ItemResult::ok_with("rooms", item::heads_json(&ours)))
}

async fn compare(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    theirs: BTreeMap<RoomId, LogPoint>,
) -> Result<BTreeMap<RoomId, LogPoint>, StoreError> {
    let ours = outbound::heads(tenant, peer).await?;
    for (room_id, head) in theirs
        .iter()
        .filter(|(room_id, _)| ours.contains_key(*room_id))
    {
        place_cursor(tenant, peer, room_id, head).await?;
    }
    Ok(ours)
}

/// In rooms of ours, moves the peer's cursor to a head that fits our chain; a head that does not moves
/// nothing.
pub(in crate::peering) async fn place_cursor(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    head: &LogPoint,
) -> Result<(), StoreError> {
    let followers = tenant.store.followers(room_id).await?;
    let Some(follower) = followers
        .into_iter()
        .find(|follower| &follower.server == peer)
    else {
        return Ok(());
    };
    match tenant.store.chain_at(room_id, head.seq).await? {
        Some((term, _, chain)) if (term, chain) == (head.term, head.chain) => {
            let acked = tenant.cursors.acked(room_id, peer, follower.acked_seq);
            let moved = acked != head.seq || follower.stopped.is_some();
            if moved {
                tenant.cursors.forget(room_id, peer);
                let row = scaiwave_store::record::FollowerRow {
                    acked_seq: head.seq,
                    stopped: None,
                    ..follower
                };
                let mut changes = admin::settle_entries(tenant, peer, room_id).await?;
                changes.push(Change::PutFollower(row));
                let commit = Commit::of(changes);
                if let Err(error) = tenant.store.commit(commit).await {
                    tracing::error!(%error, "a cursor could not be moved");
                }
            }
        }
        Some(_) => {
            tracing::warn!(%room_id, %peer, seq = head.seq, "a follower's head has another chain than ours");
        }
        None => tracing::warn!(%room_id, %peer, seq = head.seq, "a follower is ahead of our log"),
    }
    Ok(())
}
