/// The backend failed: disk, corruption, shutdown. Never "not found", which is `None`.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The backend said so.
    #[error("storage failed: {0}")]
    Backend(String),
    /// What was read is not what was written.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// The store is closed or stopped for good after a failed fsync.
    #[error("the store is closed")]
    Closed,
}

/// Why a commit changed nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// An expectation did not hold: somebody else was faster. Read again and decide again.
    #[error("the commit's expectation no longer holds: {0}")]
    Conflict(&'static str),
    /// The backend failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
