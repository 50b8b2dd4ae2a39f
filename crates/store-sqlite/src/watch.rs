use std::fmt;
use std::time::Duration;

/// Is told of every transaction, on the thread that writes: whatever it does, commits wait for it.
pub trait WatchWrites: fmt::Debug + Send + Sync {
    /// A transaction has ended.
    fn written(&self, written: Written);
}

/// A transaction that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// Commits that it took in.
    pub commits: usize,
    /// Whether it is on disk; not so when every commit in it was in conflict, or the disk failed.
    pub committed: bool,
    /// From its begin until it was on disk.
    pub took: Duration,
}
