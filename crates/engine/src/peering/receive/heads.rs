use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::wire::{ItemResult, item};
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::StoreError;

use super::{Answer, RETRY_AFTER_MS};
use crate::Tenant;
use crate::peering::{outbound, take_heads};

/// The peer says where its logs stand, and we say where ours do.
pub(super) async fn heads(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    rooms: BTreeMap<RoomId, LogPoint>,
) -> Answer {
    let ours = match compare(tenant, peer, &rooms).await {
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
    theirs: &BTreeMap<RoomId, LogPoint>,
) -> Result<BTreeMap<RoomId, LogPoint>, StoreError> {
    let mut ours = outbound::heads(tenant, peer).await?;
    for (room_id, head) in &mut ours {
        if let Some(theirs) = theirs.get(room_id) {
            *head = worth_comparing(tenant, room_id, *head, theirs).await?;
        }
    }
    take_heads(tenant, peer, theirs).await?;
    Ok(ours)
}

/// Our head; but where the peer's log reads otherwise below it, the point at which it does. Our head lies
/// above theirs and would tell them nothing.
async fn worth_comparing(
    tenant: &Tenant,
    room_id: &RoomId,
    head: LogPoint,
    theirs: &LogPoint,
) -> Result<LogPoint, StoreError> {
    if theirs.seq >= head.seq {
        return Ok(head);
    }
    let held = tenant.store.chain_at(room_id, theirs.seq).await?;
    let point = held.map(|(term, _, chain)| LogPoint {
        term,
        seq: theirs.seq,
        chain,
    });
    Ok(point.filter(|point| point != theirs).unwrap_or(head))
}
