use scaiwave_store::record::BlockRow;

use crate::{Outcome, Tenant, Viewer};

/// The viewer's blocks, oldest first.
pub async fn list(tenant: &Tenant, viewer: &Viewer) -> Outcome<Vec<BlockRow>> {
    let mut rows = tenant.store.blocks().await?;
    rows.retain(|row| row.participant == viewer.fqid);
    Ok(rows)
}
