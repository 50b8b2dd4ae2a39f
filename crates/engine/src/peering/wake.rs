use std::sync::Arc;

use scaiwave_store::StoreError;

use super::outbound;
use crate::{Tenant, lane};

/// Rings for every peer that something waits for, and sequences what waits in rooms that are ours now:
/// a command beside this process may have left it, or a hand-over that this process did not live to end.
pub(crate) async fn wake(tenant: &Arc<Tenant>) -> Result<(), StoreError> {
    let us = tenant.server_name();
    for row in tenant.store.pending_for(us, 1).await? {
        if lane::adopt_pending(tenant, &row.room_id).await.is_err() {
            tracing::error!(room_id = %row.room_id, "what waits in a room of ours waits on");
        }
    }
    for peer in outbound::waiting(tenant).await? {
        tenant.doorbells.ring(&peer);
    }
    Ok(())
}
