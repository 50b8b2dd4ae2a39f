//! Every limit of this backend, named.

use std::time::Duration;

/// Commits that one transaction takes. Beyond a few hundred the fsync is paid for many times over and
/// only the first one's wait still grows.
pub(crate) const GROUP_COMMITS_MAX: usize = 512;
/// Changes (each entry is one) after which a transaction takes no further commit: about 40 ms of work.
pub(crate) const GROUP_CHANGES_MAX: usize = 8_192;
/// Commits that wait before callers have to wait with theirs: one group while another is written.
pub(crate) const QUEUE_COMMITS_MAX: usize = GROUP_COMMITS_MAX;

/// How long a commit that is in no hurry waits for others. A batch of a peer's events is decided and
/// written within it, and what was refused of the batch can be written with it.
pub(crate) const COMPANY_WAIT: Duration = Duration::from_millis(50);

/// How long another process may hold the write lock. An admin's command holds it for one fsync.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Prepared statements a connection keeps: all of them, about 120, also where one connection does
/// everything. With fewer, a third of the time of such a database went into preparing them anew.
pub(crate) const STATEMENTS_MAX: usize = 192;
/// Frames of 4 KiB (4 MiB) in the write-ahead log before they are copied into the database. The copy
/// writes each page once however often it changed and costs two fsyncs; what it takes grows with the
/// new data, about 10 ms for 4 MiB, and so does the longest wait that it causes.
pub(crate) const WAL_FRAMES_MAX: i64 = 1_000;
/// Changes between two looks at the log's length.
pub(crate) const WAL_LOOK_CHANGES: usize = 256;
/// What the write-ahead log is cut to after it grew beyond it.
pub(crate) const WAL_BYTES_KEPT: i64 = 16 << 20;

/// Room numbers kept in memory; all are forgotten when there are more. 10,000 take about 2 MiB.
pub(crate) const ROOM_NUMBERS_MAX: usize = 10_000;
/// Seqs have 40 bits of an entry's row id.
pub(crate) const SEQ_BITS: u32 = 40;
/// The highest seq: a million million entries of one room.
pub(crate) const SEQ_MAX: u64 = (1 << SEQ_BITS) - 1;

/// `unread_count` stops here (it is the port's own figure).
pub(crate) const UNREAD_MAX: u32 = 1_000;
/// Entries below the head that are looked at for it. Only somebody who wrote thousands of messages
/// without ever moving their own marker notices.
pub(crate) const UNREAD_SEQS_MAX: u32 = 4_000;
/// Lines of the rejection log: strangers fill it, so the oldest make room.
pub(crate) const REJECTIONS_KEPT: i64 = 100_000;
/// Dead letters: only what we sent ourselves becomes one, but a host that is at odds with us refuses
/// everything. Nobody looks through more; the rejection log has the rest.
pub(crate) const DEAD_LETTERS_KEPT: i64 = 10_000;
/// Invite events that are recognised when they come again; as many as the budgets of about seventy peers
/// let in within a day.
pub(crate) const INVITES_KNOWN: i64 = 100_000;
/// Reports about one room, settled ones included: the oldest make room.
pub(crate) const REPORTS_KEPT: i64 = 10_000;
/// Messages that one search looks at, 50 ms of work: matches, which rarely are more than are asked for, and
/// what only resembles one. Beyond it the answer says that it is cut.
pub(crate) const SEARCH_LOOKS_MAX: u32 = 5_000;
/// Messages of other rooms that one search passes over, about 1 µs each. Beyond it the answer says that it is
/// cut.
pub(crate) const SEARCH_PASSED_MAX: u32 = 20_000;
/// Messages that a search looks at or passes over in vain when it has asked the index for the rarest pieces only.
/// Then it asks for all pieces, about what is older.
pub(crate) const SEARCH_VAIN_MAX: u32 = 500;
/// Rooms that the index is asked for by name: who is in no more passes over nothing.
pub(crate) const SEARCH_ROOMS_NAMED_MAX: usize = 64;
/// Pieces of words that the index is asked for: with this many almost nothing is left that only resembles.
pub(crate) const SEARCH_GRAMS_MAX: usize = 32;
/// Messages that wait to be indexed together, unless the options say otherwise. The commit that brings the
/// last of them indexes them all.
pub(crate) const SEARCH_TAIL: usize = 128;
/// Bytes of SQLite's smallest page: no database is smaller.
pub(crate) const PAGE_MIN: u64 = 512;
/// Pages of 4 KiB that a backup copies between two looks at how far it is: 1 MiB.
pub(crate) const BACKUP_STEP_PAGES: i32 = 256;
/// Bytes of a tenant's file that a start after a crash looks through, about a second. Of a larger one `scaiwave doctor
/// --data` and every backup find out whether it is whole.
pub(crate) const START_CHECK_BYTES_MAX: u64 = 128 << 20;
