use std::sync::Arc;

use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::record::ReportRow;
use scaiwave_store::{Change, Commit};

use super::list::must_moderate;
use crate::{ClientCode, Outcome, Tenant, Viewer};

/// Says that a report is settled; whoever said so first stays.
pub async fn resolve(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    id: EventId,
) -> Outcome<ReportRow> {
    must_moderate(tenant, viewer, room_id).await?;
    let row = tenant.store.report(&id).await?;
    let mut row = row
        .filter(|row| &row.room_id == room_id)
        .ok_or_else(|| ClientCode::NotFound.because("there is no such report about this room"))?;
    if row.resolved.is_none() {
        row.resolved = Some((viewer.fqid.clone(), tenant.world.now()));
        let changes = vec![
            Change::PutReport(Box::new(row.clone())),
            Change::DropInbox(row.id),
        ];
        tenant.store.commit(Commit::of(changes)).await?;
    }
    Ok(row)
}
