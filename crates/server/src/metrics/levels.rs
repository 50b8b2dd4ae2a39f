use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use scaiwave_api::ApiState;
use scaiwave_engine::peering::{self, Backlog};
use scaiwave_engine::store::record::RejectionDirection;

use super::{PEERS_MAX, process};
use crate::assembly::Directory;

/// The line for all servers without one of their own. No server can have this name.
const OTHERS: &str = "(others)";

/// What is read when somebody asks.
pub(crate) struct Sources {
    pub(crate) directory: Arc<Directory>,
    pub(crate) api: ApiState,
    pub(crate) data: PathBuf,
}

/// What is as it is, whatever happened before.
pub(super) struct Levels {
    live_sessions: Gauge,
    long_polls: Gauge,
    tenants: Gauge,
    lag_events: Family<Peer, Gauge>,
    lag_seconds: Family<Peer, Gauge>,
    pending: Family<Peer, Gauge>,
    outbox: Family<Peer, Gauge>,
    reachable: Family<Peer, Gauge>,
    rejections: Family<Rejected, Counter>,
    resident: Gauge,
    open_files: Gauge,
    free: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Peer {
    peer: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Rejected {
    direction: &'static str,
    code: &'static str,
}

impl Levels {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let live_sessions = gauge("scaiwave_live_sessions", "WebSockets that are open");
        let long_polls = gauge("scaiwave_long_polls", "Syncs that wait for something new");
        let tenants = gauge("scaiwave_tenants", "Tenants that are served");
        let resident = gauge("process_resident_memory_bytes", "Memory of this process");
        let open_files = gauge("process_open_fds", "Sockets and files that are open");
        let free = gauge(
            "scaiwave_data_free_bytes",
            "Bytes that may still be written where the data lies",
        );
        let mut by_peer = |name: &str, help: &str| {
            let family = Family::<Peer, Gauge>::default();
            registry.register(name, help, family.clone());
            family
        };
        let levels = Levels {
            live_sessions,
            long_polls,
            tenants,
            lag_events: by_peer(
                "scaiwave_federation_lag_events",
                "Entries of our rooms that the peer has not acknowledged",
            ),
            lag_seconds: by_peer(
                "scaiwave_federation_lag_seconds",
                "For how long the oldest of all that waits for the peer has waited",
            ),
            pending: by_peer(
                "scaiwave_federation_pending_events",
                "Events of our people for rooms that the peer hosts",
            ),
            outbox: by_peer(
                "scaiwave_federation_outbox_items",
                "Invitations and other single items that wait for the peer",
            ),
            reachable: by_peer(
                "scaiwave_federation_peer_reachable",
                "1 if the last attempt to reach the peer succeeded; of others together, how many are",
            ),
            rejections: Family::default(),
            resident,
            open_files,
            free,
        };
        registry.register(
            "scaiwave_federation_rejections",
            "Refusals between servers: inbound when we refused, outbound when we were refused",
            levels.rejections.clone(),
        );
        levels
    }

    /// Reads everything anew.
    pub(super) async fn read(&self, sources: &Sources) {
        self.live_sessions.set(number(sources.api.live_sessions()));
        self.long_polls.set(number(sources.api.long_polls()));
        set(&self.resident, process::resident_bytes());
        set(&self.open_files, process::open_files());
        set(&self.free, process::free_bytes(&sources.data));
        let tenants = sources.directory.all();
        self.tenants.set(number(tenants.len() as u64));
        let mut by_server = BTreeMap::new();
        let mut refused = BTreeMap::new();
        for tenant in &tenants {
            match peering::backlogs(tenant).await {
                Ok(backlogs) => backlogs
                    .into_iter()
                    .for_each(|one| add(&mut by_server, one)),
                Err(error) => tracing::error!(
                    %error, tenant = tenant.slug(), "what waits for peers cannot be read"
                ),
            }
            for (direction, code, count) in tenant.rejection_counts().all() {
                *refused.entry((direction, code)).or_insert(0) += count;
            }
        }
        let now = tenants.first().map_or(0, |tenant| tenant.world().now());
        self.set_peers(by_server.into_values().collect(), now);
        for ((direction, code), count) in refused {
            let direction = match direction {
                RejectionDirection::Inbound => "inbound",
                RejectionDirection::Outbound => "outbound",
            };
            let code = code.as_str();
            let counter = self
                .rejections
                .get_or_create(&Rejected { direction, code })
                .clone();
            counter.inner().store(count, Ordering::Relaxed);
        }
    }

    fn set_peers(&self, mut backlogs: Vec<Backlog>, now: u64) {
        for family in [
            &self.lag_events,
            &self.lag_seconds,
            &self.pending,
            &self.outbox,
            &self.reachable,
        ] {
            family.clear();
        }
        backlogs.sort_by_key(|one| std::cmp::Reverse(one.events + one.pending + one.outbox));
        for (place, one) in backlogs.iter().enumerate() {
            let peer = match place < PEERS_MAX {
                true => one.server.to_string(),
                false => OTHERS.to_owned(),
            };
            let peer = Peer { peer };
            let add = |family: &Family<Peer, Gauge>, value: u64| {
                family.get_or_create(&peer).inc_by(number(value));
            };
            add(&self.lag_events, one.events);
            add(&self.pending, one.pending);
            add(&self.outbox, one.outbox);
            add(&self.reachable, u64::from(one.reachable));
            let waited = one
                .since
                .map_or(0, |since| now.saturating_sub(since) / 1000);
            let longest = self.lag_seconds.get_or_create(&peer);
            longest.set(longest.get().max(number(waited)));
        }
    }
}

/// A server may be the peer of several tenants: what waits is added up, and it counts as reachable when it is
/// for all of them.
fn add(by_server: &mut BTreeMap<String, Backlog>, one: Backlog) {
    let Some(known) = by_server.get_mut(one.server.as_str()) else {
        by_server.insert(one.server.to_string(), one);
        return;
    };
    known.reachable &= one.reachable;
    known.events += one.events;
    known.pending += one.pending;
    known.outbox += one.outbox;
    known.since = match (known.since, one.since) {
        (Some(known), Some(since)) => Some(known.min(since)),
        (known, since) => known.or(since),
    };
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn set(gauge: &Gauge, value: Option<u64>) {
    if let Some(value) = value {
        gauge.set(number(value));
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::ServerName;

    use super::*;

    fn backlog(name: &str, events: u64, reachable: bool) -> Backlog {
        Backlog {
            server: ServerName::parse(name).expect(name),
            reachable,
            events,
            pending: 0,
            outbox: 0,
            since: (events > 0).then_some(1_000),
        }
    }

    fn lag_of(levels: &Levels, peer: &str) -> Option<(i64, i64)> {
        let peer = Peer {
            peer: peer.to_owned(),
        };
        let events = levels.lag_events.get(&peer)?.get();
        Some((events, levels.lag_seconds.get(&peer)?.get()))
    }

    // Both sides of the number of lines: one more server than that, and the one with least to send has none.
    #[test]
    fn no_more_than_so_many_servers() {
        let levels = Levels::register(&mut Registry::default());
        let mut all: Vec<_> = (1..=PEERS_MAX as u64)
            .map(|n| backlog(&format!("s{n}.example"), n, true))
            .collect();
        levels.set_peers(all.clone(), 61_000);
        assert_eq!(lag_of(&levels, "s1.example"), Some((1, 60)));
        assert_eq!(lag_of(&levels, OTHERS), None);
        all.push(backlog("late.example", 1_000, false));
        levels.set_peers(all, 61_000);
        assert_eq!(lag_of(&levels, "late.example"), Some((1_000, 60)));
        assert_eq!(lag_of(&levels, "s1.example"), None);
        assert_eq!(lag_of(&levels, OTHERS), Some((1, 60)));
    }

    // What two tenants have for one server is one line.
    #[test]
    fn a_peer_of_several_tenants() {
        let mut by_server = BTreeMap::new();
        add(&mut by_server, backlog("b.example", 2, true));
        add(&mut by_server, backlog("b.example", 3, false));
        add(&mut by_server, backlog("c.example", 0, true));
        let of = |name: &str| by_server.get(name).expect(name);
        assert_eq!(
            (of("b.example").events, of("b.example").reachable),
            (5, false)
        );
        assert_eq!(of("c.example").since, None);
    }
}
