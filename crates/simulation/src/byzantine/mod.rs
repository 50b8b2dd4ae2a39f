//! A server that cheats (guarantee G9). It runs the real thing like all others, and its people do what
//! people do; beside that it sends what no honest server sends, signed with its real key over the real
//! wire: alone, or in front of the honest items of a batch. Each lie is refused with its code, or must
//! be without effect, which is for the checkers to see.

mod answers;
mod entries;
mod glimpse;
mod lie;
mod others;
mod requests;
mod scene;
mod submits;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use scaiwave_engine::Tenant;
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{Code, RoomId, ServerName};
use scaiwave_store::{StoreError, TenantStore};

pub(crate) use lie::Lie;
pub(crate) use requests::Trick;
use scene::Scene;

use crate::trace::Trace;
use crate::world::{Network, SharedChance};

/// A code with which anything of a cheat may be turned away: its key is not at hand, it has been left
/// out of the room, or the room is read-only since a lie was found.
const ALWAYS: &[Code] = &[
    Code::KeyUntrusted,
    Code::PeerUnknown,
    Code::RoomUnknown,
    Code::PolicyViolation,
    Code::RateLimited,
];

/// Of a thousand answers that can be lied about, those that are.
const TWISTED: u32 = 100;
/// Of a thousand honest batches, those that it puts lies in front of.
const POISONED: u32 = 200;

/// The cheat. Clones are the same.
#[derive(Clone)]
pub(crate) struct Liar {
    /// Its place among the servers.
    pub(crate) index: usize,
    chance: SharedChance,
    trace: Trace,
    told: Arc<Mutex<Told>>,
    reformed: Arc<AtomicBool>,
}

#[derive(Default)]
struct Told {
    /// How often each lie was told, and what it was answered.
    answers: BTreeMap<String, u64>,
    /// Which follower of which room was told a history of its own.
    forks: BTreeSet<(ServerName, RoomId)>,
    violations: Vec<String>,
}

/// A lie on its way.
pub(crate) struct Whisper {
    lie: Lie,
    /// The item as text.
    pub(crate) item: String,
}

impl Liar {
    pub(crate) fn new(index: usize, chance: SharedChance, trace: Trace) -> Self {
        Liar {
            index,
            chance,
            trace,
            told: Arc::default(),
            reformed: Arc::default(),
        }
    }

    /// Up to three lies to tell a server.
    pub(crate) async fn whispers(
        &self,
        tenant: &Arc<Tenant>,
        store: &dyn TenantStore,
        victim: &ServerName,
    ) -> Result<Vec<Whisper>, StoreError> {
        let scene = Scene::of(tenant, store, victim, &self.chance).await?;
        let mut whispers = Vec::new();
        for _ in 0..=self.chance.below(3) {
            let Some(lie) = self.chance.pick(Lie::ALL).copied() else {
                continue;
            };
            let item = submits::make(lie, &scene)
                .or_else(|| entries::make(lie, &scene))
                .map(|item| others::text(&item))
                .or_else(|| others::make(lie, &scene));
            let Some(item) = item else { continue };
            if let (true, Some(room)) = (lie.may_fork(), &scene.ours) {
                let fork = (victim.clone(), room.row.room_id.clone());
                self.told.lock().forks.insert(fork);
            }
            whispers.push(Whisper { lie, item });
        }
        Ok(whispers)
    }

    /// Lies to put in front of something honest, now and then.
    pub(crate) async fn poison(
        &self,
        tenant: &Arc<Tenant>,
        store: &dyn TenantStore,
        victim: &ServerName,
    ) -> Vec<Whisper> {
        if self.is_reformed() || !self.chance.permille(POISONED) {
            return Vec::new();
        }
        let whispers = self.whispers(tenant, store, victim).await;
        whispers.unwrap_or_default()
    }

    /// Tells lies and nothing else.
    pub(crate) async fn cheat(
        &self,
        tenant: &Arc<Tenant>,
        store: &dyn TenantStore,
        victim: &ServerName,
    ) -> Result<(), StoreError> {
        let whispers = self.whispers(tenant, store, victim).await?;
        if whispers.is_empty() {
            return Ok(());
        }
        let items: Vec<&str> = whispers.iter().map(|one| one.item.as_str()).collect();
        let body = format!("{{\"items\":[{}]}}", items.join(",")).into_bytes();
        if let Ok(results) = tenant.remote().send(victim, body, whispers.len()).await {
            self.answered(victim, &whispers, &results);
        }
        Ok(())
    }

    /// Sends a request that is none.
    pub(crate) async fn trick(
        &self,
        tenant: &Arc<Tenant>,
        store: &dyn TenantStore,
        victim: &ServerName,
        network: &Arc<Network>,
    ) -> Result<(), StoreError> {
        let scene = Scene::of(tenant, store, victim, &self.chance).await?;
        let Some(trick) = self.chance.pick(Trick::ALL).copied() else {
            return Ok(());
        };
        let Some(status) = network.hurl(victim, trick.request(&scene)).await else {
            return Ok(());
        };
        self.count(format!("{trick:?}: {status}"));
        if !(400..500).contains(&status) {
            self.violation(format!("{victim} answered {trick:?} with {status}"));
        }
        Ok(())
    }

    /// What it answers instead of the truth, if it lies this time.
    pub(crate) fn twisted(&self, path: &str, body: &[u8]) -> Option<Vec<u8>> {
        if self.reformed.load(Ordering::SeqCst) || !self.chance.permille(TWISTED) {
            return None;
        }
        let twisted = answers::twist(path, body)?;
        let what = path.rsplit('/').next().unwrap_or_default();
        self.count(format!("twisted answer: {what}"));
        Some(twisted)
    }

    /// From now on it is honest: its disk always was.
    pub(crate) fn reform(&self) {
        self.reformed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_reformed(&self) -> bool {
        self.reformed.load(Ordering::SeqCst)
    }

    /// What an honest server made of lies.
    pub(crate) fn answered(&self, victim: &ServerName, lies: &[Whisper], answers: &[ItemResult]) {
        for (Whisper { lie, .. }, answer) in lies.iter().zip(answers) {
            let word = match answer {
                ItemResult::Rejected(refusal) => refusal.code.as_str(),
                ItemResult::Retry { .. } => "retry",
                ItemResult::Gap { .. } => "gap",
                ItemResult::Duplicate { .. } => "duplicate",
                ItemResult::Ok(_) => "ok",
            };
            self.trace.note(format!("{lie:?} to {victim}: {answer:?}"));
            self.count(format!("{lie:?}: {word}"));
            let Some(codes) = lie.refused_with() else {
                continue;
            };
            let fits = match answer {
                ItemResult::Rejected(refusal) => {
                    codes.contains(&refusal.code) || ALWAYS.contains(&refusal.code)
                }
                ItemResult::Retry { .. } | ItemResult::Gap { .. } => true,
                ItemResult::Ok(_) | ItemResult::Duplicate { .. } => false,
            };
            if !fits {
                self.violation(format!("{victim} answered {lie:?} with {answer:?}"));
            }
        }
    }

    /// Which follower of which room was told a history of its own.
    pub(crate) fn forks(&self) -> BTreeSet<(ServerName, RoomId)> {
        self.told.lock().forks.clone()
    }

    pub(crate) fn answers(&self) -> BTreeMap<String, u64> {
        self.told.lock().answers.clone()
    }

    pub(crate) fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut self.told.lock().violations)
    }

    fn count(&self, what: String) {
        *self.told.lock().answers.entry(what).or_default() += 1;
    }

    fn violation(&self, what: String) {
        self.trace.note(format!("VIOLATION {what}"));
        self.told.lock().violations.push(what);
    }
}

/// A body with these items in front of its own.
pub(crate) fn in_front(whispers: &[Whisper], body: &[u8]) -> Vec<u8> {
    const START: &[u8] = b"{\"items\":[";
    let mut out = START.to_vec();
    for whisper in whispers {
        out.extend_from_slice(whisper.item.as_bytes());
        out.push(b',');
    }
    out.extend_from_slice(body.strip_prefix(START).unwrap_or_default());
    out
}
