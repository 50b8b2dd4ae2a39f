use scaiwave_store::record::Blocked;
use scaiwave_store::{Change, Commit};

use crate::{Outcome, Tenant, Viewer};

/// Blocks somebody no more. What they wrote and to what they invited meanwhile shows again.
pub async fn unblock(tenant: &Tenant, viewer: &Viewer, whom: Blocked) -> Outcome<()> {
    let change = Change::DropBlock(viewer.fqid.clone(), whom.clone());
    tenant.store.commit(Commit::of(vec![change])).await?;
    tenant.blocks.remove(&viewer.fqid, &whom);
    Ok(())
}
