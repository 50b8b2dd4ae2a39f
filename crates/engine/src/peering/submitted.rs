use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use scaiwave_protocol::{EventId, ServerName};

/// Pending events that their host has taken and whose entries are on their way back: not to be sent
/// again at every ring. A hint: after a restart or an outage they are submitted again, and the host
/// answers `duplicate`.
#[derive(Default)]
pub(crate) struct Submitted(Mutex<BTreeMap<ServerName, BTreeSet<EventId>>>);

impl Submitted {
    pub(super) fn contains(&self, host: &ServerName, event_id: &EventId) -> bool {
        self.0
            .lock()
            .get(host)
            .is_some_and(|events| events.contains(event_id))
    }

    pub(super) fn add(&self, host: &ServerName, event_id: EventId) {
        self.0
            .lock()
            .entry(host.clone())
            .or_default()
            .insert(event_id);
    }

    /// Its entry is here.
    pub(crate) fn remove(&self, host: &ServerName, event_id: &EventId) {
        if let Some(events) = self.0.lock().get_mut(host) {
            events.remove(event_id);
        }
    }

    /// The host may have lost what it said it took.
    pub(crate) fn forget(&self, host: &ServerName) {
        self.0.lock().remove(host);
    }
}
