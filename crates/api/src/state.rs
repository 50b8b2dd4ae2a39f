use std::fmt;
use std::sync::Arc;

use scaiwave_engine::{Tenant, World};
use scaiwave_protocol::Fqid;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::around::RequestIds;
use crate::live::{Occupancy, Sockets, Tickets};
use crate::operator::Operator;
use crate::pace::Pace;
use crate::setup::Setup;
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
    /// By person.
    pub(crate) searches: Arc<Pace<Fqid>>,
    /// By tenant, for those that the operator limits.
    pub(crate) requests: Arc<Pace<String>>,
    pub(crate) operator: Option<Arc<Operator>>,
    /// None: there were accounts at the start.
    pub(crate) setup: Option<Arc<Setup>>,
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
            searches: Arc::default(),
            requests: Arc::default(),
            operator: None,
            setup: None,
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

    /// Lets the operator make tenants and set their limits over HTTP.
    #[must_use]
    pub fn with_operator(mut self, operator: Operator) -> Self {
        self.operator = Some(Arc::new(operator));
        self
    }

    /// Lets whoever has the code of this start set the server up.
    #[must_use]
    pub fn with_setup(mut self, setup: Setup) -> Self {
        self.setup = Some(Arc::new(setup));
        self
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
