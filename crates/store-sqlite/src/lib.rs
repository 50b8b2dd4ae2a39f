//! The embedded backend: one SQLite file a tenant, group commit on a writer thread.
//!
//! A commit goes `tenant` → `writer` (queue, one thread an open tenant) → `group` (one transaction and
//! one fsync for all that wait) → `apply`. A read goes `tenant` → `pool` → `read`, on the calling
//! thread. `backup` copies files beside all that. `sound` looks at a file before it is used. `columns` turns rows into records; `failure` maps every error once.

mod apply;
mod backup;
mod columns;
mod connection;
mod docs;
mod end_mark;
mod failure;
mod grams;
mod group;
mod lengths;
mod limits;
mod log_file;
mod migrate;
mod numbers;
mod options;
mod pool;
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path fixes one lifetime, so the suggestion does not compile"
)]
mod read;
mod server;
mod sound;
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path fixes one lifetime, so the suggestion does not compile"
)]
mod tenant;
mod tenants;
mod watch;
mod writer;

pub use backup::{CopyProgress, DatabaseCopies, SERVER_FILE, check_database};
pub use options::Options;
pub use server::SqliteServerStore;
pub use tenant::SqliteTenant;
pub use watch::{WatchWrites, Written};
