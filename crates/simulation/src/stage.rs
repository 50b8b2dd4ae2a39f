//! The servers and the people of one run, and everything that a step can do to them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use scaiwave_engine::accounts::{self, NewAccount};
use scaiwave_engine::peering::outbound;
use scaiwave_engine::policy::{self, AutoAccept, Mode, Policy};
use scaiwave_engine::{Tenant, Viewer, World, upkeep};
use scaiwave_protocol::{EventId, Fqid, LocalId, ServerName};
use scaiwave_store::ServerStore as _;
use scaiwave_store::record::{Role, TenantRow};
use scaiwave_store_sqlite::SqliteServerStore;
use scaiwave_testkit::FakeClock;

use crate::actors::{Act, History, Told, choose};
use crate::check::{Ledger, Watchers};
use crate::plan::Plan;
use crate::trace::Trace;
use crate::world::{Incarnation, Network, Server, SharedChance, SimClock, Stop};

const NAMES: [&str; 3] = ["acme", "bolt", "core"];
const PEOPLE: [&str; 3] = ["ann", "bob", "cat"];

/// Who sends to whom.
type Pair = (usize, usize);

pub(crate) struct Stage {
    pub(crate) plan: Plan,
    pub(crate) chance: SharedChance,
    pub(crate) clock: FakeClock,
    pub(crate) trace: Trace,
    pub(crate) network: Arc<Network>,
    pub(crate) servers: Vec<Server>,
    pub(crate) people: Vec<(usize, Viewer)>,
    pub(crate) history: History,
    pub(crate) ledger: Ledger,
    pub(crate) watchers: Watchers,
    pub(crate) contradictions: Arc<Mutex<Vec<String>>>,
    deliveries: Arc<Mutex<Deliveries>>,
    /// Memory is freed when this goes.
    _disks: Vec<SqliteServerStore>,
}

#[derive(Default)]
struct Deliveries {
    /// One request to a peer at a time, as the real worker does it.
    busy: BTreeSet<Pair>,
    /// Pairs whose next batch begins with heads: at start, and after a failure.
    greet: BTreeSet<Pair>,
}

impl Stage {
    pub(crate) async fn new(plan: Plan, loud: bool) -> anyhow::Result<Self> {
        let clock = FakeClock::default();
        let trace = Trace::new(clock.clone(), loud);
        let chance = SharedChance::new(plan.seed);
        let network = Network::new(
            plan.clone(),
            SharedChance::new(chance.next()),
            trace.clone(),
        );
        let mut stage = Stage {
            chance,
            clock,
            trace,
            network,
            servers: Vec::new(),
            people: Vec::new(),
            history: History::default(),
            ledger: Ledger::default(),
            watchers: Watchers::default(),
            contradictions: Arc::default(),
            deliveries: Arc::default(),
            _disks: Vec::new(),
            plan,
        };
        for name in NAMES.iter().take(stage.plan.servers) {
            stage.found(name).await?;
        }
        Ok(stage)
    }

    /// A server with its people.
    async fn found(&mut self, slug: &str) -> anyhow::Result<()> {
        let row = TenantRow {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            server_name: ServerName::parse(&format!("{slug}.example"))?,
            created_at: self.clock.now_ms(),
        };
        let disk = SqliteServerStore::in_memory()?;
        disk.create_tenant(row.clone()).await?;
        let store = disk.open(slug).await?;
        self._disks.push(disk);
        let chance = SharedChance::new(self.chance.next());
        let range = usize::try_from(2 * self.plan.skew_ms + 1)?;
        let skew_ms = i64::try_from(self.chance.below(range))? - self.plan.skew_ms;
        let clock = Arc::new(SimClock {
            base: self.clock.clone(),
            skew_ms,
        });
        let world = World {
            clock,
            random: Arc::new(chance.clone()),
        };
        let mut server = Server {
            row,
            store,
            world,
            chance,
            now: None,
            up_at: 0,
        };
        server.start(&self.network).await?;
        let index = self.servers.len();
        let tenant = server.now.as_ref().map(|now| now.tenant.clone());
        self.servers.push(server);
        if let Some(tenant) = tenant {
            self.settle_in(index, &tenant).await?;
        }
        self.live_dangerously(index);
        Ok(())
    }

    async fn settle_in(&mut self, index: usize, tenant: &Arc<Tenant>) -> anyhow::Result<()> {
        let viewer = |local_id: &str, role| -> anyhow::Result<Viewer> {
            let local_id = LocalId::parse(local_id)?;
            let fqid = Fqid::new(&local_id, tenant.server_name())?;
            Ok(Viewer {
                fqid,
                local_id,
                role,
                session: EventId::from_bytes([0; 16]),
            })
        };
        let auto_accept = if self.chance.permille(300) {
            AutoAccept::All
        } else {
            AutoAccept::None
        };
        let open = Policy {
            default_mode: Mode::Open,
            auto_accept,
            ..Policy::default()
        };
        policy::put(tenant, &viewer("admin", Role::Admin)?, open).await?;
        for local_id in PEOPLE.iter().take(self.plan.people) {
            let viewer = viewer(local_id, Role::Member)?;
            let new = NewAccount {
                local_id: viewer.local_id.clone(),
                display_name: (*local_id).to_owned(),
                role: Role::Member,
                password: None,
                bot: false,
            };
            accounts::create(tenant, new).await?;
            self.watchers.add(index, viewer.clone());
            self.people.push((index, viewer));
        }
        Ok(())
    }

    /// From now on this process meets what the plan has for it.
    fn live_dangerously(&self, index: usize) {
        if let Some(now) = &self.servers[index].now {
            now.life.fail_commits(self.plan.disk);
        }
        let mut deliveries = self.deliveries.lock();
        for peer in (0..self.plan.servers).filter(|peer| *peer != index) {
            deliveries.greet.insert((index, peer));
        }
    }

    /// Lets time pass. Returns when nobody has anything left to do before that time: tokio's paused
    /// clock moves only when everybody waits.
    pub(crate) async fn pass(&self, ms: u64) {
        self.clock.advance(ms);
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }

    pub(crate) fn running(&self, index: usize) -> Option<Incarnation> {
        self.servers[index]
            .now
            .clone()
            .filter(|now| !now.life.is_over())
    }

    /// Buries processes that have ended, and starts those whose time has come.
    pub(crate) async fn restart(&mut self) -> anyhow::Result<()> {
        for index in 0..self.servers.len() {
            if self.servers[index]
                .now
                .as_ref()
                .is_some_and(|now| now.life.is_over())
            {
                self.servers[index].stop();
                self.watchers.disconnect(index);
                let pause = self.chance.below(3000) as u64;
                self.servers[index].up_at = self.clock.now_ms() + pause;
                self.trace.note(format!(
                    "{} is down for {pause} ms",
                    self.servers[index].name()
                ));
            }
            if self.servers[index].now.is_none() && self.servers[index].up_at <= self.clock.now_ms()
            {
                self.servers[index].start(&self.network).await?;
                self.live_dangerously(index);
                self.trace
                    .note(format!("{} is up", self.servers[index].name()));
            }
        }
        Ok(())
    }

    /// Kills a process: now, or in the middle of what it does next.
    pub(crate) fn crash(&self) {
        let Some(now) = self.running(self.chance.below(self.servers.len())) else {
            return;
        };
        let name = now.tenant.server_name();
        if self.chance.permille(250) {
            self.trace.note(format!("{name} is killed"));
            now.life.finish();
            return;
        }
        let stop = if self.chance.permille(500) {
            Stop::BeforeCommit
        } else {
            Stop::AfterCommit
        };
        let commits = u32::try_from(self.chance.below(6)).unwrap_or(0);
        self.trace
            .note(format!("{name} will stop {stop:?} after {commits} commits"));
        now.life.stop_after(commits, stop);
    }

    /// Every server does what is due by the calendar.
    pub(crate) fn upkeep(&self) {
        for index in 0..self.servers.len() {
            if let Some(now) = self.running(index) {
                tokio::spawn(async move {
                    let work = upkeep::run(&now.tenant);
                    now.life.end.run_until_cancelled(work).await
                });
            }
        }
    }

    /// Cuts or mends a cable, one direction of it or both.
    pub(crate) fn cut(&self) {
        let (a, b) = self.pair();
        let (a, b) = (self.servers[a].name(), self.servers[b].name());
        let cut = self.network.toggle(a, b);
        let both = self.chance.permille(500);
        let back = both.then(|| self.network.toggle(b, a));
        self.trace
            .note(format!("cable {a} -> {b}: cut {cut}, back {back:?}"));
    }

    fn pair(&self) -> Pair {
        let from = self.chance.below(self.servers.len());
        let to = (from + 1 + self.chance.below(self.servers.len() - 1)) % self.servers.len();
        (from, to)
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
        tokio::spawn(async move {
            let sending = send_all(&now.tenant, &peer, pair, &deliveries, &trace);
            let ended = now.life.end.run_until_cancelled(sending).await.is_none();
            let mut deliveries = deliveries.lock();
            deliveries.busy.remove(&pair);
            if ended {
                deliveries.greet.insert(pair);
            }
        });
    }

    pub(crate) fn greet_all(&self) {
        let mut deliveries = self.deliveries.lock();
        for pair in self.pairs() {
            deliveries.greet.insert(pair);
        }
    }

    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let all = 0..self.servers.len();
        let pairs = all
            .clone()
            .flat_map(|from| all.clone().map(move |to| (from, to)));
        pairs.filter(|(from, to)| from != to).collect()
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

    /// Somebody does something.
    pub(crate) async fn act(&self) -> anyhow::Result<()> {
        let Some((index, viewer)) = self.chance.pick(&self.people).cloned() else {
            return Ok(());
        };
        let Some(now) = self.running(index) else {
            return Ok(());
        };
        let everybody: Vec<Fqid> = self
            .people
            .iter()
            .map(|(_, one)| one.fqid.clone())
            .collect();
        let store = &*self.servers[index].store;
        let at = self.clock.now_ms();
        let act = choose(&self.chance, store, &viewer, &everybody, &self.history, at).await?;
        if let Some(act) = act {
            self.perform(now, viewer, act);
        }
        Ok(())
    }

    fn perform(&self, now: Incarnation, viewer: Viewer, act: Act) {
        let text = format!("{act:?}");
        let kind = text.split([' ', '{']).next().unwrap_or_default().to_owned();
        let (history, trace) = (self.history.clone(), self.trace.clone());
        history.begin();
        let send = match &act {
            Act::Say { room, id, content } => {
                history.begin_send(*id, room, &viewer.fqid, content);
                Some(*id)
            }
            _ => None,
        };
        trace.note(format!("{} {text}", viewer.fqid));
        let contradictions = self.contradictions.clone();
        tokio::spawn(async move {
            let acting = act.perform(&now.tenant, &viewer);
            let told: Told = now.life.end.run_until_cancelled(acting).await;
            let told = told.filter(|_| !now.life.is_over());
            trace.note(format!("{} {kind} {send:?}: {told:?}", viewer.fqid));
            if let Some(what) = history.end(&kind, send, &told) {
                contradictions
                    .lock()
                    .push(format!("{} {send:?}: {what}", viewer.fqid));
            }
        });
    }

    /// What must hold after every step.
    pub(crate) async fn look(&mut self) -> anyhow::Result<()> {
        for index in 0..self.servers.len() {
            self.ledger.look(index, &self.servers[index]).await?;
            if let Some(now) = self.running(index) {
                self.watchers.read(index, &now.tenant).await;
            }
        }
        Ok(())
    }
}

async fn send_all(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    pair: Pair,
    deliveries: &Mutex<Deliveries>,
    trace: &Trace,
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
        match tenant.remote().send(peer, body, batch.items).await {
            Ok(results) => {
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
