//! What another server's head of a room says beside ours.

use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::record::{FollowerRow, RoomRow};
use scaiwave_store::{Change, Commit, StoreError};

use super::histories::{self, Compared};
use super::{admin, doubts, inquiry, recover};
use crate::Tenant;

/// How a point of somebody's log relates to ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is a point of our log.
    Same,
    /// At that term and seq our log reads otherwise.
    Differs,
    /// It lies above our head.
    Ahead,
    /// We hold nothing there.
    Unknown,
}

/// Compares a point with our log.
pub(crate) async fn place_of(
    tenant: &Tenant,
    room: &RoomRow,
    point: &LogPoint,
) -> Result<Place, StoreError> {
    if point.seq > room.head.seq {
        return Ok(Place::Ahead);
    }
    let ours = if point.seq == room.base_seq && room.base_seq > 0 {
        Some(room.base_chain)
    } else {
        let held = tenant.store.chain_at(&room.room_id, point.seq).await?;
        held.filter(|(term, ..)| *term == point.term)
            .map(|(_, _, chain)| chain)
    };
    Ok(match ours {
        Some(chain) if chain == point.chain => Place::Same,
        Some(_) => Place::Differs,
        None if point.seq < room.first_seq => Place::Unknown,
        // The same seq in another term: the histories have parted below.
        None => Place::Differs,
    })
}

/// Takes all heads that a peer names. Of rooms that it does not name it holds nothing.
pub(super) async fn heads(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    theirs: &BTreeMap<RoomId, LogPoint>,
) -> Result<(), StoreError> {
    for (room_id, point) in theirs {
        head(tenant, peer, room_id, point).await?;
    }
    doubts::heard_all(tenant, peer, |room_id| theirs.contains_key(room_id)).await;
    Ok(())
}

/// Takes a peer's head of a room: what it proves is noted, what it shows to be missing is fetched, and
/// one that differs begins an inquiry and moves nothing.
async fn head(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    head: &LogPoint,
) -> Result<(), StoreError> {
    let Some(room) = tenant.store.room(room_id).await? else {
        return Ok(());
    };
    let hosted = &room.host == tenant.server_name();
    let compared = |same| Compared {
        seq: head.seq,
        same,
        at: tenant.world.now(),
    };
    let place = place_of(tenant, &room, head).await?;
    if matches!(place, Place::Differs | Place::Ahead)
        && histories::is_settled(tenant, room_id, head).await?
    {
        // It still holds the history that an admin here has decided against: its own admin can lift that.
        tenant.histories.note(room_id, peer, compared(false));
        return Ok(());
    }
    match place {
        Place::Same => {
            tenant.histories.note(room_id, peer, compared(true));
            if hosted {
                place_cursor(tenant, peer, room_id, head).await?;
                doubts::heard(tenant, peer, room_id).await;
            }
        }
        Place::Differs => {
            tracing::warn!(%room_id, %peer, seq = head.seq, "a server's head has another chain than ours");
            tenant.histories.note(room_id, peer, compared(false));
            inquiry::begin(tenant, peer, room_id, head.seq);
        }
        Place::Ahead if hosted => recover::begin(tenant, peer, room_id),
        Place::Ahead | Place::Unknown => {}
    }
    Ok(())
}

/// In rooms of ours, moves the peer's cursor to a head that fits our chain.
async fn place_cursor(
    tenant: &Tenant,
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
    let acked = tenant.cursors.acked(room_id, peer, follower.acked_seq);
    if acked == head.seq && follower.stopped.is_none() {
        return Ok(());
    }
    let row = FollowerRow {
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
    // Only now: what is made of the old row meanwhile is answered in vain.
    tenant.cursors.forget(room_id, peer);
    Ok(())
}
