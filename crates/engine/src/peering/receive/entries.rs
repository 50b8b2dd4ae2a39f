use std::sync::Arc;

use scaiwave_protocol::RoomId;
use scaiwave_protocol::wire::ItemResult;

use super::{Answer, RETRY_AFTER_MS};
use crate::Tenant;
use crate::lane::{self, EntriesAnswer, EntriesBatch};
use crate::peering::deliveries::Acked;

/// The room's host says what it has sequenced, and how far the other followers are.
pub(super) async fn entries(
    tenant: &Arc<Tenant>,
    room_id: RoomId,
    batch: EntriesBatch,
    acked: Acked,
) -> Answer {
    Ok(match lane::entries(tenant, &room_id, batch).await {
        Ok(EntriesAnswer::Have { seq }) => {
            tenant.deliveries.hear(&room_id, acked, tenant.world.now());
            ItemResult::ok_with("have_seq", seq)
        }
        Ok(EntriesAnswer::Gap { have_seq }) => ItemResult::Gap { have_seq },
        Ok(EntriesAnswer::Refused(refusal)) => return Err(refusal),
        Ok(EntriesAnswer::Retry) | Err(_) => ItemResult::Retry {
            after_ms: RETRY_AFTER_MS,
        },
    })
}
