//! The outbound workers of all servers, at whatever moment chance has for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_engine::Tenant;
use scaiwave_engine::peering::outbound;
use scaiwave_protocol::ServerName;
use scaiwave_store::TenantStore;

use super::Stage;
use crate::byzantine::{Liar, in_front};
use crate::trace::Trace;

/// Who sends to whom.
pub(super) type Pair = (usize, usize);

#[derive(Default)]
pub(super) struct Deliveries {
    /// One request to a peer at a time, as the real worker does it.
    busy: BTreeSet<Pair>,
    /// Pairs whose next batch begins with heads: at start, and after a failure.
    greet: BTreeSet<Pair>,
}

impl Stage {
    pub(super) fn pair(&self) -> Pair {
        let from = self.chance.below(self.servers.len());
        let to = (from + 1 + self.chance.below(self.servers.len() - 1)) % self.servers.len();
        (from, to)
    }

    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let all = 0..self.servers.len();
        let pairs = all
            .clone()
            .flat_map(|from| all.clone().map(move |to| (from, to)));
        pairs.filter(|(from, to)| from != to).collect()
    }

    /// The next batches of a server begin with heads.
    pub(super) fn greet(&self, index: usize) {
        let mut deliveries = self.deliveries.lock();
        for peer in (0..self.plan.servers).filter(|peer| *peer != index) {
            deliveries.greet.insert((index, peer));
        }
    }

    pub(crate) fn greet_all(&self) {
        for index in 0..self.servers.len() {
            self.greet(index);
        }
    }

    pub(crate) fn deliver_somewhere(&self) {
        self.deliver(self.pair());
    }

    /// Sends what one server has for another, as its worker would.
    pub(crate) fn deliver(&self, pair: Pair) {
        let Some(now) = self.running(pair.0) else {
            return;
        };
        let peer = self.servers[pair.1].name().clone();
        if !self.deliveries.lock().busy.insert(pair) {
            return;
        }
        let deliveries = self.deliveries.clone();
        let trace = self.trace.clone();
        let store = self.servers[pair.0].store.clone();
        let poison = self.liar_at(pair.0).map(|liar| (liar, store));
        tokio::spawn(async move {
            let sending = send_all(&now.tenant, &peer, pair, &deliveries, &trace, poison);
            let ended = now.life.end.run_until_cancelled(sending).await.is_none();
            let mut deliveries = deliveries.lock();
            deliveries.busy.remove(&pair);
            if ended {
                deliveries.greet.insert(pair);
            }
        });
    }

    /// Whether nobody has anything left for anybody.
    pub(crate) async fn is_quiet(&self) -> anyhow::Result<bool> {
        if self.history.is_waiting() || !self.deliveries.lock().busy.is_empty() {
            return Ok(false);
        }
        for (from, to) in self.pairs() {
            let Some(now) = self.running(from) else {
                return Ok(false);
            };
            let peer = self.servers[to].name();
            if outbound::next(&now.tenant, peer, false).await?.is_some() {
                return Ok(false);
            }
        }
        Ok(self.deliveries.lock().greet.is_empty())
    }
}

async fn send_all(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    pair: Pair,
    deliveries: &Mutex<Deliveries>,
    trace: &Trace,
    poison: Option<(Liar, Arc<dyn TenantStore>)>,
) {
    let mut greet = deliveries.lock().greet.remove(&pair);
    let mut failed = false;
    loop {
        let batch = match outbound::next(tenant, peer, greet).await {
            Ok(Some(batch)) => batch,
            Ok(None) => break,
            Err(_) => {
                failed = true;
                break;
            }
        };
        greet = false;
        let mut batch = batch;
        let body = std::mem::take(&mut batch.body);
        let lies = match &poison {
            Some((liar, store)) => liar.poison(tenant, &**store, peer).await,
            None => Vec::new(),
        };
        let body = match lies.is_empty() {
            true => body,
            false => in_front(&lies, &body),
        };
        let items = lies.len() + batch.items;
        match tenant.remote().send(peer, body, items).await {
            Ok(mut results) => {
                if let Some((liar, _)) = &poison {
                    liar.answered(peer, &lies, &results);
                }
                results.drain(..lies.len());
                trace.note(format!("{} -> {peer}: {results:?}", tenant.server_name()));
                match outbound::settle(tenant, peer, batch, results).await {
                    Ok(settled) if settled.more => {}
                    Ok(_) | Err(_) => break,
                }
            }
            Err(error) => {
                trace.note(format!("{} -> {peer}: {error}", tenant.server_name()));
                outbound::failed(tenant, peer, &error).await;
                failed = true;
                break;
            }
        }
    }
    if failed {
        deliveries.lock().greet.insert(pair);
    }
}
