//! What arrives on a stream, counted.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use memchr::memmem;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::people::Person;
use crate::socket::Socket;

/// No message for so long means that the rest will not come.
const STALLED: Duration = Duration::from_secs(10);

/// How a frame of a message begins, up to the event's id.
const MESSAGE: &[u8] = br#"{"type":"swp.room.message","id":""#;
/// What says that it has its place; on the author's server a pending one comes before.
const SEQUENCED: &[u8] = br#""state":"sequenced""#;
const ID_LENGTH: usize = 36;

/// The id of the message that a frame tells of, if it has its place.
pub(crate) fn sequenced(frame: &[u8]) -> Option<&[u8]> {
    let rest = frame.strip_prefix(MESSAGE)?;
    memmem::find(rest, SEQUENCED)?;
    rest.get(..ID_LENGTH)
}

/// Reads a stream and counts the messages on it.
#[derive(Debug)]
pub(crate) struct Arrivals {
    count: Arc<AtomicU64>,
    more: Arc<Notify>,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Arrivals {
    /// Opens somebody's stream. A strict one looks at each id, and fails when one comes twice.
    pub(crate) async fn watch(person: &Person, strict: bool) -> anyhow::Result<Self> {
        let mut socket = Socket::open(&person.origin, &person.token).await?;
        let (count, more) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
        let (counted, told) = (count.clone(), more.clone());
        let task = tokio::spawn(async move {
            let mut seen = HashSet::new();
            let mut doubled = false;
            loop {
                let mut new = 0;
                let read = socket.burst(|frame| {
                    if let Some(id) = sequenced(frame) {
                        new += 1;
                        doubled |= strict && !seen.insert(<[u8; ID_LENGTH]>::try_from(id).ok());
                    }
                });
                let read = read.await;
                counted.fetch_add(new, Ordering::Relaxed);
                told.notify_one();
                read?;
                if doubled {
                    bail!("a message was delivered twice");
                }
            }
        });
        Ok(Arrivals { count, more, task })
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Waits for so many; says when the last one came.
    pub(crate) async fn reach(&mut self, count: u64) -> anyhow::Result<Instant> {
        let mut progress = Instant::now();
        while self.count() < count {
            if self.task.is_finished() {
                (&mut self.task)
                    .await
                    .context("a stream's task panicked")??;
                bail!("a stream ended");
            }
            let more = tokio::time::timeout_at(progress + STALLED, self.more.notified()).await;
            if more.is_err() {
                bail!(
                    "{} of {count} messages arrived, and no more came in {STALLED:?}",
                    self.count()
                );
            }
            progress = Instant::now();
        }
        Ok(progress)
    }
}
