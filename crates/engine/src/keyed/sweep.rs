use scaiwave_store::{Change, Commit, CommitError};

use super::kept_since;
use crate::Tenant;

/// Drops what does not count any more.
pub(crate) async fn sweep(tenant: &Tenant) -> Result<(), CommitError> {
    let since = kept_since(tenant.world.now());
    let oldest = tenant.store.oldest_keyed_request().await?;
    if oldest.is_some_and(|begun_at| begun_at < since) {
        let commit = Commit::of(vec![Change::DropKeyedRequests(since)]);
        tenant.store.commit(commit.unhurried()).await?;
    }
    Ok(())
}
