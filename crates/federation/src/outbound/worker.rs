use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use scaiwave_engine::peering::outbound::{self, Batch};
use scaiwave_engine::{RemoteError, Tenant};
use scaiwave_protocol::ServerName;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::backoff::Backoff;
use crate::limits::{HEADS_INTERVAL, ITEM_RETRY_MIN, STORE_PAUSE};

/// Sends to one peer what one tenant has for it.
pub(super) struct Worker {
    tenant: Arc<Tenant>,
    peer: ServerName,
    /// Rung by whatever leaves something to send.
    bell: Arc<Notify>,
    /// Rung by requests of the peer.
    contact: Arc<Notify>,
    backoff: Backoff,
    /// When heads are exchanged next; now at start and after an outage.
    heads_due: Instant,
}

/// What the worker does next.
enum Next {
    /// Ask for the next batch.
    Send,
    /// Nothing to send: wait for the bell, or until heads are due.
    Listen,
    /// The peer, or the way to it, failed.
    BackOff,
    /// The peer asked for a pause.
    Pause(Duration),
}

impl Worker {
    pub(super) fn new(tenant: Arc<Tenant>, peer: ServerName) -> Self {
        let bell = tenant.doorbells().bell(&peer);
        let contact = tenant.doorbells().contact(&peer);
        let backoff = Backoff::default();
        Worker {
            tenant,
            peer,
            bell,
            contact,
            backoff,
            heads_due: Instant::now(),
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            match self.send_next().await {
                Next::Send => {}
                Next::Listen => self.listen().await,
                Next::BackOff => self.back_off().await,
                Next::Pause(pause) => self.pause(pause).await,
            }
        }
    }

    async fn send_next(&mut self) -> Next {
        let greet = Instant::now() >= self.heads_due;
        let batch = match outbound::next(&self.tenant, &self.peer, greet).await {
            Ok(batch) => batch,
            Err(error) => {
                tracing::error!(peer = %self.peer, %error, "what is to be sent cannot be read");
                return Next::Pause(STORE_PAUSE);
            }
        };
        if greet {
            self.heads_due = Instant::now() + self.with_jitter(HEADS_INTERVAL);
        }
        match batch {
            Some(batch) => self.send(batch).await,
            None => Next::Listen,
        }
    }

    async fn send(&mut self, mut batch: Batch) -> Next {
        // A contact from before this try says nothing about whether the next one is worth it.
        self.contact.notified().now_or_never();
        let body = std::mem::take(&mut batch.body);
        match self
            .tenant
            .remote()
            .send(&self.peer, body, batch.items)
            .await
        {
            Ok(results) => {
                self.backoff.reset();
                self.settle(batch, results).await
            }
            Err(error) => {
                self.failed(&error).await;
                Next::BackOff
            }
        }
    }

    async fn settle(
        &mut self,
        batch: Batch,
        results: Vec<scaiwave_protocol::wire::ItemResult>,
    ) -> Next {
        match outbound::settle(&self.tenant, &self.peer, batch, results).await {
            Ok(settled) => match settled.retry_after_ms {
                Some(ms) if !settled.progressed => {
                    Next::Pause(Duration::from_millis(ms).max(ITEM_RETRY_MIN))
                }
                _ => Next::Send,
            },
            Err(error) => {
                tracing::error!(peer = %self.peer, %error, "what was sent cannot be settled");
                Next::Pause(STORE_PAUSE)
            }
        }
    }

    async fn failed(&mut self, error: &RemoteError) {
        // The first contact after an outage begins with heads: who has what is no longer certain.
        self.heads_due = Instant::now();
        tracing::info!(peer = %self.peer, %error, "the peer was not reached");
        outbound::failed(&self.tenant, &self.peer, error).await;
    }

    async fn listen(&self) {
        tokio::select! {
            () = self.bell.notified() => {}
            () = tokio::time::sleep_until(self.heads_due) => {}
        }
    }

    /// Our own people's activity does not shorten this; only the peer itself does.
    async fn back_off(&mut self) {
        let pause = self.backoff.next(self.random());
        let deaf_for = self.backoff.deaf_for();
        let contact = Arc::clone(&self.contact);
        let contacted = async {
            tokio::time::sleep(deaf_for).await;
            contact.notified().await;
        };
        tokio::select! {
            () = contacted => self.backoff.contacted(),
            () = tokio::time::sleep(pause) => {}
        }
    }

    async fn pause(&self, pause: Duration) {
        tokio::select! {
            () = self.contact.notified() => tokio::time::sleep(ITEM_RETRY_MIN).await,
            () = tokio::time::sleep(pause) => {}
        }
    }

    /// Between nine tenths and the whole, so that peers do not greet in step.
    fn with_jitter(&self, whole: Duration) -> Duration {
        whole.mul_f64(0.9 + 0.1 * f64::from(self.random()) / f64::from(u32::MAX))
    }

    fn random(&self) -> u32 {
        u32::from_le_bytes(self.tenant.world().random())
    }
}
