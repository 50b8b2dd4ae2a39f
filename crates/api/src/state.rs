use std::fmt;
use std::sync::Arc;

use scaiwave_engine::{Tenant, World};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::around::RequestIds;
use crate::live::{Occupancy, Sockets, Tickets};
use crate::search::Pace;
use crate::throttle::Throttle;

/// Which tenant answers to which host name.
pub trait TenantDirectory: Send + Sync {
    /// The tenant of this `Host`, as the client wrote it, port included.
    fn by_host(&self, host: &str) -> Option<Arc<Tenant>>;
}

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    pub(crate) tenants: Arc<dyn TenantDirectory>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) world: World,
    pub(crate) request_ids: Arc<RequestIds>,
    pub(crate) throttle: Arc<Throttle>,
    pub(crate) search_pace: Arc<Pace>,
    pub(crate) tickets: Arc<Tickets>,
    pub(crate) sockets: Arc<Sockets>,
    pub(crate) polls: Occupancy,
    pub(crate) tasks: TaskTracker,
}

impl ApiState {
    /// `shutdown` ends long polls and closes every WebSocket with 4009.
    pub fn new(
        tenants: Arc<dyn TenantDirectory>,
        world: World,
        shutdown: CancellationToken,
    ) -> Self {
        ApiState {
            tenants,
            request_ids: Arc::new(RequestIds::new(&world)),
            shutdown,
            throttle: Arc::default(),
            search_pace: Arc::default(),
            tickets: Arc::default(),
            sockets: Arc::default(),
            polls: Occupancy::default(),
            tasks: TaskTracker::new(),
            world,
        }
    }

    /// WebSockets that are open.
    pub fn live_sessions(&self) -> u64 {
        self.sockets.open()
    }

    /// Syncs that wait for something new.
    pub fn long_polls(&self) -> u64 {
        self.polls.taken()
    }

    /// Waits until every WebSocket is closed. Call it after `shutdown` was cancelled.
    pub async fn drained(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl fmt::Debug for ApiState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiState")
    }
}
