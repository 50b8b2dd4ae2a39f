//! The servers and the people of one run, and everything that a step can do to them.

mod cheat;
mod deliver;
mod faults;
mod found;
mod hand_over;
mod prologue;

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use scaiwave_engine::{Viewer, upkeep};
use scaiwave_protocol::Fqid;
use scaiwave_store_sqlite::SqliteServerStore;
use scaiwave_testkit::FakeClock;

use crate::actors::{Act, History, Told, choose};
use crate::byzantine::Liar;
use crate::check::{Known, Ledger, Watchers};
use crate::plan::Plan;
use crate::trace::Trace;
use crate::world::{Incarnation, Made, Network, Server, SharedChance};
use deliver::Deliveries;

const NAMES: [&str; 5] = ["acme", "bolt", "core", "dune", "eden"];
/// How old the first keys are when it begins, in ms: older than any clock is wrong, or a clock that was
/// set back would show a time in which they are not valid yet.
const KEYS_ARE_OLD_MS: u64 = 3_600_000;
const PEOPLE: [&str; 3] = ["ann", "bob", "cat"];

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
    pub(crate) made: Made,
    pub(crate) liar: Option<Liar>,
    deliveries: Arc<Mutex<Deliveries>>,
    /// Memory is freed when this goes.
    _disks: Vec<SqliteServerStore>,
}

impl Stage {
    pub(crate) async fn new(plan: Plan, loud: bool) -> anyhow::Result<Self> {
        let clock = FakeClock::default();
        let trace = Trace::new(clock.clone(), loud);
        let chance = SharedChance::new(plan.seed);
        let network = Network::new(plan.calm(), SharedChance::new(chance.next()), trace.clone());
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
            made: Made::default(),
            liar: None,
            deliveries: Arc::default(),
            _disks: Vec::new(),
            plan,
        };
        for name in NAMES.iter().take(stage.plan.servers) {
            stage.found(name).await?;
        }
        stage.pass(KEYS_ARE_OLD_MS).await;
        stage.share_rooms(&stage.plan.shared.clone()).await?;
        if stage.plan.liar {
            stage.corrupt();
        }
        stage.network.arm(stage.plan.clone());
        for index in 0..stage.servers.len() {
            stage.live_dangerously(index);
        }
        Ok(stage)
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
        let now = self.clock.now_ms();
        for index in 0..self.servers.len() {
            if self.servers[index]
                .now
                .as_ref()
                .is_some_and(|now| now.life.is_over())
            {
                self.servers[index].stop();
                self.watchers.disconnect(index);
                let pause = self.chance.below(3000) as u64;
                let server = &mut self.servers[index];
                server.up_at = server.up_at.max(now + pause);
                let pause = server.up_at - now;
                self.trace
                    .note(format!("{} is down for {pause} ms", server.name()));
            }
            if self.servers[index].now.is_none() && self.servers[index].up_at <= now {
                self.servers[index].start(&self.network, &self.made).await?;
                self.live_dangerously(index);
                self.trace
                    .note(format!("{} is up", self.servers[index].name()));
            }
        }
        Ok(())
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
        let past = self.plan.history();
        let act = choose(
            &self.chance,
            store,
            &viewer,
            &everybody,
            &self.history,
            at,
            past,
        )
        .await?;
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

    /// What must hold after every step. A disk that nobody has written to since the last look is as it
    /// was.
    pub(crate) async fn look(&mut self) -> anyhow::Result<()> {
        let (liar, forks) = (self.liar_name(), self.forks());
        for index in 0..self.servers.len() {
            let writes = self.servers[index].writes.count();
            let connect = self.watchers.any_disconnected(index);
            if self.servers[index].looked_at == Some(writes) && !connect {
                continue;
            }
            self.servers[index].looked_at = Some(writes);
            let known = Known {
                made: &self.made,
                liar: liar.as_ref(),
                forks: &forks,
            };
            let server = &self.servers[index];
            self.ledger.look(index, server, &known).await?;
            if let Some(now) = self.running(index) {
                self.watchers.read(index, &now.tenant).await;
            }
        }
        Ok(())
    }
}
