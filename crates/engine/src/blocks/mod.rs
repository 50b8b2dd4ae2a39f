//! What a participant wants to have nothing to do with: people, or everybody of a server.
//!
//! A block is its owner's alone. Nobody else can tell that it is there, least of all the blocked one:
//! their invitations are answered as ever and kept where nobody sees them, their messages stand in the
//! room for everybody else.

mod add;
mod list;
mod remove;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::RwLock;
use scaiwave_protocol::{Fqid, ServerName};
use scaiwave_store::record::{BlockRow, Blocked};
use scaiwave_store::{StoreError, TenantStore};

pub use add::{BLOCKS_MAX, block};
pub use list::list;
pub use remove::unblock;

/// Everybody's blocks, in memory: they are asked for at every message that somebody is shown.
pub(crate) struct Blocks(RwLock<HashMap<Fqid, Arc<HashSet<Blocked>>>>);

impl Blocks {
    pub(crate) async fn load(store: &dyn TenantStore) -> Result<Self, StoreError> {
        let mut all: HashMap<Fqid, HashSet<Blocked>> = HashMap::new();
        for row in store.blocks().await? {
            all.entry(row.participant).or_default().insert(row.whom);
        }
        let all = all
            .into_iter()
            .map(|(participant, blocked)| (participant, Arc::new(blocked)));
        Ok(Blocks(RwLock::new(all.collect())))
    }

    /// Whether this participant wants to see nothing of somebody.
    pub(crate) fn hide(&self, from: &Fqid, who: &Fqid) -> bool {
        self.of(from)
            .is_some_and(|blocked| hides(&blocked, who) && from != who)
    }

    /// Whether this participant wants no invitation of that person into a room of that host.
    pub(crate) fn hide_invitation(&self, from: &Fqid, inviter: &Fqid, host: &ServerName) -> bool {
        self.of(from).is_some_and(|blocked| {
            hides(&blocked, inviter) || blocked.contains(&Blocked::Server(host.clone()))
        })
    }

    fn of(&self, participant: &Fqid) -> Option<Arc<HashSet<Blocked>>> {
        self.0.read().get(participant).cloned()
    }

    fn count(&self, participant: &Fqid) -> usize {
        self.of(participant).map_or(0, |blocked| blocked.len())
    }

    fn add(&self, row: BlockRow) {
        let mut all = self.0.write();
        let blocked = all.entry(row.participant).or_default();
        Arc::make_mut(blocked).insert(row.whom);
    }

    fn remove(&self, participant: &Fqid, whom: &Blocked) {
        if let Some(blocked) = self.0.write().get_mut(participant) {
            Arc::make_mut(blocked).remove(whom);
        }
    }
}

fn hides(blocked: &HashSet<Blocked>, who: &Fqid) -> bool {
    blocked.contains(&Blocked::Person(who.clone()))
        || blocked.contains(&Blocked::Server(who.server().clone()))
}
