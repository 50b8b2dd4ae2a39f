//! Servers as an operator runs them, and people as their clients see them.
//!
//! Waiting is always for something, and not for ever. What a test did not expect panics; a server's log
//! is then printed with it.

mod ca;
mod client;
mod history;
mod npm;
mod process;
mod python;
#[path = "../../../src/demo/rest.rs"]
mod rest;
mod stream;

pub(crate) use ca::Ca;
pub(crate) use client::Client;
pub(crate) use history::equal_histories;
pub(crate) use npm::modules;
pub(crate) use process::{Process, free_port};
pub(crate) use python::python;
pub(crate) use stream::Stream;

use std::time::Duration;

/// For anything that a test waits for: a machine under load is slow, and a failure may take its time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at something that can only be asked for.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Waits until something that can only be asked for is so.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(seen) => seen,
        Err(_) => panic!("waited in vain: {what}"),
    }
}

/// Two servers that let each other in, and one person on each, who are admins there.
pub(crate) struct Pair {
    pub(crate) a: Process,
    pub(crate) b: Process,
    pub(crate) alice: Client,
    pub(crate) bob: Client,
}

impl Pair {
    pub(crate) async fn start() -> Self {
        Pair::start_with(Vec::new()).await
    }

    /// Both set up otherwise.
    pub(crate) async fn start_with(settings: Vec<(&'static str, String)>) -> Self {
        let mut a = Process::set_up("a.localhost", free_port(), settings.clone());
        let mut b = Process::set_up("b.localhost", free_port(), settings);
        a.run().await;
        b.run().await;
        let alice = a.person("default", "alice", "admin").await;
        let bob = b.person("default", "bob", "admin").await;
        alice.allow(&[b.name()]).await;
        bob.allow(&[a.name()]).await;
        Pair { a, b, alice, bob }
    }

    /// A room of Alice's in which Bob is.
    pub(crate) async fn room(&self) -> String {
        let room = self.alice.create_room("Shared").await;
        self.alice.invite(&room, &self.bob).await;
        self.bob.accept(&room).await;
        room
    }
}
