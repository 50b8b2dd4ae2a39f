use std::collections::HashSet;

use parking_lot::RwLock;
use scaiwave_protocol::{Fqid, LocalId};
use scaiwave_store::{StoreError, TenantStore};

/// The accounts that are closed, in memory: asked for at every message. Their participants stay in their
/// rooms, so that whoever reads what they have said sees who they were, and are told of nothing.
#[derive(Debug)]
pub(crate) struct Closed(RwLock<HashSet<LocalId>>);

impl Closed {
    pub(crate) async fn load(store: &dyn TenantStore) -> Result<Self, StoreError> {
        let closed = store.closed_accounts().await?;
        Ok(Closed(RwLock::new(closed.into_iter().collect())))
    }

    /// Whether the account of this local participant is closed.
    pub(crate) fn has(&self, participant: &Fqid) -> bool {
        let closed = self.0.read();
        !closed.is_empty()
            && LocalId::parse(participant.local()).is_ok_and(|local_id| closed.contains(&local_id))
    }

    pub(super) fn note(&self, local_id: &LocalId, closed: bool) {
        let mut all = self.0.write();
        if closed {
            all.insert(local_id.clone());
        } else {
            all.remove(local_id);
        }
    }
}
