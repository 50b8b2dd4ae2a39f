use std::sync::Arc;

use scaiwave_protocol::RoomId;
use scaiwave_store::StoreError;

use crate::lane::{self, Refold, RefoldAnswer};
use crate::{Denial, Tenant};

/// Begins to fold a room's log from seq 1, if it is held whole and has not been folded so. It runs beside
/// everything else; what it comes to is the lane's to take.
pub(crate) fn refold(tenant: &Arc<Tenant>, room_id: &RoomId) {
    if !tenant.history.folding.lock().insert(room_id.clone()) {
        return;
    }
    let (tenant, room_id) = (tenant.clone(), room_id.clone());
    let tasks = tenant.history.tasks.clone();
    tasks.spawn(async move {
        let folding = fold(&tenant, &room_id);
        let closing = &tenant.history.closing;
        if let Some(Err(denial)) = closing.run_until_cancelled(folding).await {
            tracing::error!(%denial, %room_id, "a room's log could not be folded from seq 1");
        }
        tenant.history.folding.lock().remove(&room_id);
    });
}

/// Begins it for every room whose log is whole and waits for it: after a crash in between.
pub(crate) async fn refold_waiting(tenant: &Arc<Tenant>) -> Result<(), StoreError> {
    let rooms = tenant.store.rooms().await?;
    let waiting = rooms
        .iter()
        .filter(|room| room.first_seq == 1 && room.base_seq > 0 && room.frozen.is_none());
    for room in waiting {
        refold(tenant, &room.room_id);
    }
    Ok(())
}

async fn fold(tenant: &Arc<Tenant>, room_id: &RoomId) -> Result<(), Denial> {
    let Some(mut refold) = Refold::begin(&*tenant.store, room_id).await? else {
        return Ok(());
    };
    loop {
        while refold.step(&*tenant.store).await? {
            tokio::task::yield_now().await;
        }
        match lane::refolded(tenant, room_id, refold).await? {
            RefoldAnswer::Behind(behind) => refold = *behind,
            RefoldAnswer::Done | RefoldAnswer::Moved => return Ok(()),
            // The upkeep tries again.
            RefoldAnswer::Retry => return Ok(()),
        }
    }
}
