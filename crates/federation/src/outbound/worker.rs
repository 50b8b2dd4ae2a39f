use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use scaiwave_engine::peering::outbound::{self, Batch};
use scaiwave_engine::{RemoteError, Tenant};
use scaiwave_protocol::ServerName;
use scaiwave_protocol::wire::ItemResult;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::backoff::Backoff;
use crate::limits::{HEADS_INTERVAL, ITEM_RETRY_MAX, ITEM_RETRY_MIN, STORE_PAUSE};

/// Sends to one peer what one tenant has for it.
pub(super) struct Worker {
    tenant: Arc<Tenant>,
    peer: ServerName,
    /// Rung by whatever leaves something to send.
    bell: Arc<Notify>,
    /// Rung by requests of the peer.
    contact: Arc<Notify>,
    /// Rung by an admin who wants the peer tried at once.
    urged: Arc<Notify>,
    backoff: Backoff,
    /// When heads are exchanged next; now at start and after an outage.
    heads_due: Instant,
    /// When items are due again that the peer asked us to send again.
    retry_due: Option<Instant>,
    /// Batches in a row of which the peer took nothing.
    stuck: u32,
}

/// What the worker does next.
enum Next {
    /// Ask for the next batch.
    Send,
    /// Wait for the bell, or until heads or a repetition are due; but first pause.
    Listen(Duration),
    /// The peer, or the way to it, failed.
    BackOff,
}

impl Worker {
    pub(super) fn new(tenant: Arc<Tenant>, peer: ServerName) -> Self {
        let bell = tenant.doorbells().bell(&peer);
        let contact = tenant.doorbells().contact(&peer);
        let urged = tenant.doorbells().urged(&peer);
        Worker {
            tenant,
            peer,
            bell,
            contact,
            urged,
            backoff: Backoff::default(),
            heads_due: Instant::now(),
            retry_due: None,
            stuck: 0,
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            match self.send_next().await {
                Next::Send => {}
                Next::Listen(pause) => self.listen(pause).await,
                Next::BackOff => self.back_off().await,
            }
        }
    }

    async fn send_next(&mut self) -> Next {
        let greet = Instant::now() >= self.heads_due;
        let batch = match outbound::next(&self.tenant, &self.peer, greet).await {
            Ok(batch) => batch,
            Err(error) => {
                tracing::error!(peer = %self.peer, %error, "what is to be sent cannot be read");
                return self.later(STORE_PAUSE);
            }
        };
        if greet {
            self.heads_due = Instant::now() + self.with_jitter(HEADS_INTERVAL);
        }
        match batch {
            Some(batch) => self.send(batch).await,
            None => Next::Listen(Duration::ZERO),
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

    async fn settle(&mut self, batch: Batch, results: Vec<ItemResult>) -> Next {
        let settled = match outbound::settle(&self.tenant, &self.peer, batch, results).await {
            Ok(settled) => settled,
            Err(error) => {
                tracing::error!(peer = %self.peer, %error, "what was sent cannot be settled");
                return self.later(STORE_PAUSE);
            }
        };
        let retry_after = settled.retry_after_ms.map(Duration::from_millis);
        self.retry_due = retry_after.map(|pause| Instant::now() + pause);
        match retry_after {
            // Whatever the bell says, the same items would come first: not at once, and ever later.
            Some(asked) if !settled.progressed => {
                let pause = ITEM_RETRY_MIN.saturating_mul(1 << self.stuck.min(16));
                self.stuck += 1;
                Next::Listen(pause.min(ITEM_RETRY_MAX).min(asked.max(ITEM_RETRY_MIN)))
            }
            _ => {
                self.stuck = 0;
                if settled.more {
                    Next::Send
                } else {
                    Next::Listen(Duration::ZERO)
                }
            }
        }
    }

    /// Tries again after a pause, even if nobody rings.
    fn later(&mut self, pause: Duration) -> Next {
        self.retry_due = Some(Instant::now() + pause);
        Next::Listen(pause)
    }

    async fn failed(&mut self, error: &RemoteError) {
        // The first contact after an outage begins with heads: who has what is no longer certain.
        self.heads_due = Instant::now();
        tracing::info!(peer = %self.peer, %error, "the peer was not reached");
        outbound::failed(&self.tenant, &self.peer, error).await;
    }

    async fn listen(&mut self, pause: Duration) {
        let urged = Arc::clone(&self.urged);
        if !pause.is_zero() {
            tokio::select! {
                () = urged.notified() => return self.start_afresh(),
                () = tokio::time::sleep(pause) => {}
            }
        }
        let due = self
            .retry_due
            .take()
            .map_or(self.heads_due, |due| due.min(self.heads_due));
        // What was above the rate of the second that is passing.
        let fleeting = outbound::fleeting_due(&self.tenant, &self.peer);
        let due = fleeting.map_or(due, |wait| due.min(Instant::now() + wait));
        tokio::select! {
            () = self.bell.notified() => {}
            () = urged.notified() => self.start_afresh(),
            () = tokio::time::sleep_until(due) => {}
        }
    }

    /// An admin wants it tried now: as if nothing had failed before, beginning with heads.
    fn start_afresh(&mut self) {
        self.backoff.reset();
        self.stuck = 0;
        self.heads_due = Instant::now();
    }

    /// Our own people's activity does not shorten this; only the peer itself and an admin do.
    async fn back_off(&mut self) {
        let pause = self.backoff.next(self.random());
        let deaf_for = self.backoff.deaf_for();
        outbound::pausing(&self.tenant, &self.peer, pause);
        let (contact, urged) = (Arc::clone(&self.contact), Arc::clone(&self.urged));
        let contacted = async {
            tokio::time::sleep(deaf_for).await;
            contact.notified().await;
        };
        tokio::select! {
            () = contacted => self.backoff.contacted(),
            () = urged.notified() => self.start_afresh(),
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
