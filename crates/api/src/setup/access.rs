use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use scaiwave_engine::{Outcome, Tenant, World};
use scaiwave_protocol::{Hash, ServerName, binary};
use tokio::sync::{Mutex, MutexGuard};

/// How far a server is.
#[derive(Clone, Debug)]
pub enum Stage {
    /// It has no tenant, and so no name.
    Nameless,
    /// It has one tenant, which nobody has an account of.
    Empty(Arc<Tenant>),
    /// Somebody has an account; or there are several tenants, and whoever made them goes on as they began.
    Done,
}

/// What setting a server up does to it.
#[async_trait]
pub trait FirstRun: Send + Sync {
    /// How far it is.
    async fn stage(&self) -> Outcome<Stage>;

    /// Makes the tenant and opens it.
    async fn create(&self, name: &str, server_name: ServerName) -> Outcome<Arc<Tenant>>;

    /// Gives the tenant another name for people.
    async fn rename(&self, tenant: &Tenant, name: &str) -> Outcome<()>;
}

/// A server that waits for whoever sets it up. They are known by a code that only the terminal and the log of
/// this start have shown.
pub struct Setup {
    /// Of the code: equal hashes tell nothing by the time they take to compare.
    code: Hash,
    first_run: Box<dyn FirstRun>,
    /// It never ceases to be.
    is_done: AtomicBool,
    /// Held from the look at the stage to the account: nobody else sets up meanwhile. Taken before all other
    /// locks.
    one_at_a_time: Mutex<()>,
}

impl Setup {
    /// With the code, which is to be shown to whoever started the server and to nobody else.
    pub fn new(world: &World, first_run: impl FirstRun + 'static) -> (Self, String) {
        let code = binary::encode(&world.random::<24>());
        let setup = Setup {
            code: Hash::of(&[code.as_bytes()]),
            first_run: Box::new(first_run),
            is_done: AtomicBool::new(false),
            one_at_a_time: Mutex::default(),
        };
        (setup, code)
    }

    pub(super) async fn stage(&self) -> Outcome<Stage> {
        if self.is_done.load(Ordering::Relaxed) {
            return Ok(Stage::Done);
        }
        let stage = self.first_run.stage().await?;
        if matches!(stage, Stage::Done) {
            self.is_done.store(true, Ordering::Relaxed);
        }
        Ok(stage)
    }

    pub(super) fn is_code(&self, said: &str) -> bool {
        self.code == Hash::of(&[said.as_bytes()])
    }

    pub(super) async fn alone(&self) -> MutexGuard<'_, ()> {
        self.one_at_a_time.lock().await
    }

    pub(super) fn first_run(&self) -> &dyn FirstRun {
        &*self.first_run
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Setup")
    }
}
