//! Delivery to other servers: one worker a peer, for each tenant (protocol section 7).
//!
//! ```text
//! Supervisor::run ─ owns ─┬─ TaskTracker ─┬─ worker(peer a) ─ owns: greeting due, back-off
//!   ends when all         │               ├─ worker(peer b)      reads: the tenant's store, through
//!   workers have ended    │               └─ …                          engine::peering::outbound
//!                         └─ the set of peers that have a worker
//!
//!   engine::Doorbells ──── bell(peer): something to send ─────────► wakes an idle worker
//!                     ──── contact(peer): they reached us ────────► ends a worker's back-off
//!                     ──── next_new_peer: the first ring ─────────► the supervisor starts a worker
//!   CancellationToken ──── shutdown ─────────────────────────────► ends all of them
//! ```
//!
//! A worker has one request in flight. It holds nothing that matters: the queue is the room log after
//! the follower's acknowledged seq, and what was sent but not settled is sent again.

mod backoff;
mod worker;

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use scaiwave_engine::Tenant;
use scaiwave_engine::peering::outbound;
use scaiwave_protocol::ServerName;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::limits::{RESTART_PAUSE, STORE_PAUSE};
use worker::Worker;

/// Keeps a worker for every peer of a tenant.
#[derive(Debug)]
pub struct Supervisor {
    tenant: Arc<Tenant>,
    shutdown: CancellationToken,
    workers: TaskTracker,
    peers: HashSet<ServerName>,
}

impl Supervisor {
    /// Runs until `shutdown`, and returns when no worker is left.
    pub async fn run(tenant: Arc<Tenant>, shutdown: CancellationToken) {
        let workers = TaskTracker::new();
        let supervisor = Supervisor {
            tenant,
            shutdown,
            workers,
            peers: HashSet::new(),
        };
        supervisor.supervise().await;
    }

    async fn supervise(mut self) {
        let shutdown = self.shutdown.clone();
        shutdown.run_until_cancelled(self.start_workers()).await;
        self.workers.close();
        self.workers.wait().await;
    }

    async fn start_workers(&mut self) {
        let tenant = Arc::clone(&self.tenant);
        for peer in waiting(&tenant).await {
            self.start(peer);
        }
        loop {
            let peer = tenant.doorbells().next_new_peer().await;
            self.start(peer);
        }
    }

    fn start(&mut self, peer: ServerName) {
        if self.peers.insert(peer.clone()) {
            let tenant = Arc::clone(&self.tenant);
            let shutdown = self.shutdown.clone();
            self.workers.spawn(async move {
                shutdown
                    .run_until_cancelled(keep_working(tenant, peer))
                    .await;
            });
        }
    }
}

/// Peers with something waiting from before this process.
async fn waiting(tenant: &Tenant) -> Vec<ServerName> {
    loop {
        match outbound::waiting(tenant).await {
            Ok(peers) => return peers,
            Err(error) => {
                tracing::error!(%error, "peers that wait for something cannot be read");
                tokio::time::sleep(STORE_PAUSE).await;
            }
        }
    }
}

/// A worker that ends by a bug starts again: its peer must not wait for a restart of the process.
async fn keep_working(tenant: Arc<Tenant>, peer: ServerName) {
    loop {
        let worker = Worker::new(Arc::clone(&tenant), peer.clone());
        if AssertUnwindSafe(worker.run()).catch_unwind().await.is_err() {
            tracing::error!(%peer, "the worker of this peer panicked; it starts again");
        }
        tokio::time::sleep(RESTART_PAUSE).await;
    }
}
