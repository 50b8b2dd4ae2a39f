use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::{ClientCode, Denial, Outcome, Tenant};

/// Requests with a key that run at this moment: key → request. As many as requests run.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<HashMap<[u8; 32], [u8; 32]>>);

/// One of them, until it is dropped.
pub(super) struct Claim {
    tenant: Arc<Tenant>,
    key: [u8; 32],
}

impl Claim {
    /// Nobody else runs anything under this key.
    pub(super) fn take(tenant: &Arc<Tenant>, key: [u8; 32], request: [u8; 32]) -> Outcome<Self> {
        match tenant.running.0.lock().entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(request);
            }
            Entry::Occupied(running) if *running.get() == request => return Err(in_progress()),
            Entry::Occupied(_) => return Err(another_request()),
        }
        Ok(Claim {
            tenant: Arc::clone(tenant),
            key,
        })
    }

    pub(super) fn tenant(&self) -> &Tenant {
        &self.tenant
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claim")
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.tenant.running.0.lock().remove(&self.key);
    }
}

pub(super) fn in_progress() -> Denial {
    ClientCode::KeyInProgress
        .because("the first request with this key still runs; ask again in a moment")
}

pub(super) fn another_request() -> Denial {
    ClientCode::KeyReused
        .because("this key was used for another request; every request needs a key of its own")
        .at("idempotency-key")
}
