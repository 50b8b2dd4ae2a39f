//! Fetching back entries of ours that a follower has and we do not: a host that was restored from a
//! backup (protocol section 4).

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::limits::BACKFILL_ENTRIES_MAX;
use scaiwave_protocol::{Refusal, RoomId, ServerName};
use scaiwave_store::StoreError;

use super::doubts;
use crate::audit::{self, Action, Actor, Happening};
use crate::lane::{self, EntriesAnswer, EntriesBatch};
use crate::world::BackfillFrom;
use crate::{RemoteError, Tenant};

/// Rooms whose tail is being fetched. Only looked up and changed, never held across an await.
#[derive(Default)]
pub(crate) struct Recoveries(Mutex<BTreeSet<RoomId>>);

/// Why a tail could not be had.
#[derive(Debug, thiserror::Error)]
enum Unrecovered {
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the room's lane has stopped")]
    Lane,
}

/// Fetches what this follower has of a room of ours above our head. Does nothing while that is being
/// done: what another follower has beyond it comes with its next heads.
pub(super) fn begin(tenant: &Arc<Tenant>, peer: &ServerName, room_id: &RoomId) {
    if !tenant.recoveries.0.lock().insert(room_id.clone()) {
        return;
    }
    let (tenant, peer, room_id) = (tenant.clone(), peer.clone(), room_id.clone());
    tokio::spawn(async move {
        let done = pull(&tenant, &peer, &room_id).await;
        tenant.recoveries.0.lock().remove(&room_id);
        match done {
            Ok(()) => doubts::heard(&tenant, &peer, &room_id).await,
            Err(error) => {
                tracing::warn!(%room_id, %peer, %error, "entries of ours could not be fetched back");
            }
        }
        // Others may have still more, and were not heard meanwhile.
        for other in tenant.doubts.unheard(&room_id) {
            tenant.doorbells.greet(&other);
        }
    });
}

async fn pull(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
) -> Result<(), Unrecovered> {
    let mut regained = 0;
    loop {
        let head = tenant
            .store
            .room(room_id)
            .await?
            .map_or(0, |row| row.head.seq);
        let from = BackfillFrom::After(head);
        let page = tenant
            .remote
            .backfill(peer, room_id, from, BACKFILL_ENTRIES_MAX);
        let page = page.await?;
        let more = page.has_more && !page.entries.is_empty();
        let batch = EntriesBatch {
            peer: peer.clone(),
            entries: page.entries,
            checkpoint: page.checkpoint,
        };
        match lane::regain(tenant, room_id, batch).await {
            Ok(EntriesAnswer::Have { seq }) => {
                regained += seq.saturating_sub(head);
                if seq > head {
                    tenant.doubts.was_behind(room_id);
                }
                if !more || seq == head {
                    return told(tenant, peer, room_id, regained).await;
                }
            }
            // Nobody but us signs checkpoints of our terms: what it has is no history of ours.
            Ok(EntriesAnswer::Refused(refusal)) => {
                return not_ours(tenant, peer, room_id, &refusal).await;
            }
            Ok(EntriesAnswer::Gap { .. } | EntriesAnswer::Retry) | Err(_) => {
                return Err(Unrecovered::Lane);
            }
        }
    }
}

async fn told(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    regained: u64,
) -> Result<(), Unrecovered> {
    if regained > 0 {
        let message = format!(
            "This server's copy of the room was older than that of {peer}, as after a restore from a \
             backup: {regained} entries were fetched back"
        );
        let line = audit::alarm(
            tenant,
            Happening {
                actor: Actor::Server,
                action: Action::RoomRecovered,
                peer: Some(peer),
                room_id: Some(room_id),
                message,
            },
        );
        audit::record(tenant, vec![line]).await;
    }
    Ok(())
}

async fn not_ours(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    refusal: &Refusal,
) -> Result<(), Unrecovered> {
    let message = format!(
        "{peer} says that its log of the room goes beyond ours, and what it shows does not continue \
         ours: {refusal}"
    );
    let line = audit::alarm(
        tenant,
        Happening {
            actor: Actor::Server,
            action: Action::RoomForeignTail,
            peer: Some(peer),
            room_id: Some(room_id),
            message,
        },
    );
    audit::record(tenant, vec![line]).await;
    Ok(())
}
