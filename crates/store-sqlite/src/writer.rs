use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::Mutex;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use scaiwave_store::{Change, Commit, CommitError, Receipt, Stamps, StoreError};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::timeout;

use crate::Options;
use crate::failure::is_survivable;
use crate::group::{self, With};
use crate::limits::{
    COMPANY_WAIT, GROUP_CHANGES_MAX, GROUP_COMMITS_MAX, QUEUE_COMMITS_MAX, WAL_FRAMES_MAX,
    WAL_LOOK_CHANGES,
};
use crate::numbers::Numbers;
use crate::watch::{WatchWrites, Written};

type Answer = Result<Receipt, CommitError>;

/// The one thread that writes to a tenant's file. While it waits for the disk, the next commits
/// gather in the queue; it then takes all of them into one transaction, and the unhurried ones with them.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Work>>,
    unhurried: Arc<Mutex<Vec<Job>>>,
    thread: Option<JoinHandle<()>>,
    transactions: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Work {
    Commit(Job),
    /// The unhurried ones have waited long enough.
    Unhurried,
}

#[derive(Debug)]
struct Job {
    commit: Commit,
    answer: oneshot::Sender<Answer>,
}

/// What the writer shares with those who read.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) numbers: Arc<Numbers>,
    pub(crate) stamps: Arc<Stamps>,
}

impl Writer {
    /// Starts the thread on a connection that is ready to write.
    pub(crate) fn start(
        connection: Connection,
        kept: Kept,
        path: &Path,
        options: &Options,
    ) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE_COMMITS_MAX);
        let transactions = Arc::new(AtomicU64::new(0));
        let unhurried = Arc::default();
        let thread = Committer {
            connection,
            kept,
            search_tail: options.search_tail,
            jobs,
            unhurried: Arc::clone(&unhurried),
            transactions: Arc::clone(&transactions),
            unlooked: 0,
            disk_failed: options.disk_failed.clone(),
            watch: options.watch.clone(),
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let thread = std::thread::Builder::new()
            .name(format!("write {name}"))
            .spawn(move || thread.run())
            .map_err(|error| StoreError::Backend(format!("no thread for the writer: {error}")))?;
        Ok(Writer {
            queue: Some(queue),
            unhurried,
            thread: Some(thread),
            transactions,
        })
    }

    /// Waits for a place in the queue, then for the disk. An unhurried commit first waits for others.
    pub(crate) async fn commit(&self, commit: Commit) -> Answer {
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        let (answer, mut answered) = oneshot::channel();
        let unhurried = commit.unhurried;
        let job = Job { commit, answer };
        let work = if unhurried {
            self.unhurried.lock().push(job);
            if let Ok(answer) = timeout(COMPANY_WAIT, &mut answered).await {
                return answer.map_err(|_| StoreError::Closed)?;
            }
            Work::Unhurried
        } else {
            Work::Commit(job)
        };
        queue.send(work).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Transactions so far.
    pub(crate) fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    /// Writes what is in the queue and closes the file, so that whoever opens it next finds it at
    /// rest. The wait is at most one group and the copying of the write-ahead log.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer thread panicked");
        }
    }
}

/// What the thread owns.
struct Committer {
    connection: Connection,
    kept: Kept,
    search_tail: usize,
    jobs: mpsc::Receiver<Work>,
    unhurried: Arc<Mutex<Vec<Job>>>,
    transactions: Arc<AtomicU64>,
    /// Changes since the length of the write-ahead log was looked at.
    unlooked: usize,
    /// Told when nothing is written any more.
    disk_failed: Option<Arc<Notify>>,
    /// Told of what was written.
    watch: Option<Arc<dyn WatchWrites>>,
}

impl Committer {
    /// Ends when all senders are gone and the queue is empty. After an error of the disk nothing is written, and
    /// everybody who waits or comes later is told so.
    fn run(mut self) {
        while let Some(first) = self.jobs.blocking_recv() {
            if !self.write_group(Some(first)) {
                tracing::error!("the disk failed; this tenant takes no more writes");
                if let Some(disk_failed) = &self.disk_failed {
                    disk_failed.notify_one();
                }
                return self.refuse_all();
            }
        }
        // Those whose callers went away before they had waited long enough.
        self.write_group(None);
    }

    /// Lets go of every job, which tells its caller. The file stays open meanwhile: whoever opened it as the first
    /// would find in its log what failed, and show it.
    fn refuse_all(&mut self) {
        let quiet = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        if let Err(error) = self.connection.set_db_config(quiet, true) {
            tracing::error!(%error, "the write-ahead log may be copied once more");
        }
        loop {
            self.unhurried.lock().clear();
            if self.jobs.blocking_recv().is_none() {
                return;
            }
        }
    }

    /// Writes what there is. False when the disk failed.
    fn write_group(&mut self, first: Option<Work>) -> bool {
        let (commits, waiting) = self.gather(first);
        if commits.is_empty() {
            return true;
        }
        let with = With {
            numbers: &self.kept.numbers,
            search_tail: self.search_tail,
        };
        let began = Instant::now();
        let outcome = group::write(&self.connection, with, &commits);
        if outcome.committed {
            self.transactions.fetch_add(1, Ordering::Relaxed);
        }
        for commit in &commits {
            self.kept.stamps.count(&commit.changes);
        }
        if let Some(watch) = &self.watch {
            watch.written(Written {
                commits: commits.len(),
                committed: outcome.committed,
                took: began.elapsed(),
            });
        }
        for (answer, waiting) in outcome.answers.into_iter().zip(waiting) {
            // Nobody listens any more when the caller was cancelled; the commit stands.
            drop(waiting.send(answer));
        }
        outcome.healthy && self.copy_log()
    }

    /// Takes what is there, without waiting for more: the queue, then the unhurried ones.
    fn gather(&mut self, first: Option<Work>) -> (Vec<Commit>, Vec<oneshot::Sender<Answer>>) {
        let mut changes = 0;
        let mut commits = Vec::new();
        let mut waiting = Vec::new();
        let mut take = |job: Job| {
            changes += weight(&job.commit);
            commits.push(job.commit);
            waiting.push(job.answer);
            commits.len() < GROUP_COMMITS_MAX && changes < GROUP_CHANGES_MAX
        };
        let mut next = first;
        while let Some(work) = next {
            let goes_on = match work {
                Work::Commit(job) => take(job),
                Work::Unhurried => true,
            };
            next = goes_on.then(|| self.jobs.try_recv().ok()).flatten();
        }
        for job in self.unhurried.lock().drain(..) {
            take(job);
        }
        self.unlooked += changes;
        (commits, waiting)
    }

    /// Copies the write-ahead log into the database when it is long enough, after the answers have
    /// gone out. False when the disk failed.
    fn copy_log(&mut self) -> bool {
        if self.unlooked < WAL_LOOK_CHANGES {
            return true;
        }
        self.unlooked = 0;
        let left = checkpoint(&self.connection, "PRAGMA wal_checkpoint(NOOP)");
        let copied = match left {
            Ok(frames) if frames < WAL_FRAMES_MAX => return true,
            Ok(_) => checkpoint(&self.connection, "PRAGMA wal_checkpoint(PASSIVE)"),
            Err(error) => Err(error),
        };
        match copied {
            Ok(_) => true,
            // Another process is copying.
            Err(error) if is_survivable(&error) => true,
            Err(error) => {
                tracing::error!(%error, "the write-ahead log could not be copied");
                false
            }
        }
    }
}

/// What a commit costs, about: its changes, each entry for itself.
fn weight(commit: &Commit) -> usize {
    let weight = |change: &Change| match change {
        Change::AppendEntries(_, entries) => entries.len(),
        _ => 1,
    };
    commit.changes.iter().map(weight).sum()
}

/// Frames that have not been copied yet.
fn checkpoint(connection: &Connection, sql: &'static str) -> rusqlite::Result<i64> {
    connection.prepare_cached(sql)?.query_row([], |row| {
        let (log, copied): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(log - copied)
    })
}
