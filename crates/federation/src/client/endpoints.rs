//! Where peers want to be asked, from their descriptors; remembered for some minutes.

use std::collections::BTreeMap;
use std::sync::Arc;

use moka::sync::Cache;
use scaiwave_protocol::ServerName;
use scaiwave_protocol::descriptor::Descriptor;

use crate::limits::{ENDPOINTS_MEMORY, ENDPOINTS_REMEMBERED_MAX};

/// Those that this client asks.
const ASKED: [&str; 4] = ["send", "backfill", "snapshot", "profile"];

/// Endpoint → template, for one peer.
pub(super) type Endpoints = BTreeMap<&'static str, String>;

/// Of every peer that was asked lately.
pub(super) struct Known(Cache<ServerName, Arc<Endpoints>>);

impl Known {
    pub(super) fn new() -> Self {
        let cache = Cache::builder()
            .max_capacity(ENDPOINTS_REMEMBERED_MAX)
            .time_to_live(ENDPOINTS_MEMORY)
            .build();
        Known(cache)
    }

    pub(super) fn get(&self, server: &ServerName) -> Option<Arc<Endpoints>> {
        self.0.get(server)
    }

    pub(super) fn remember(&self, descriptor: &Descriptor) -> Arc<Endpoints> {
        let template = |name| Some((name, descriptor.endpoint(name)?.to_owned()));
        let endpoints: Arc<Endpoints> = Arc::new(ASKED.into_iter().filter_map(template).collect());
        self.0
            .insert(descriptor.server_name().clone(), Arc::clone(&endpoints));
        endpoints
    }

    pub(super) fn forget(&self, server: &ServerName) {
        self.0.invalidate(server);
    }
}
