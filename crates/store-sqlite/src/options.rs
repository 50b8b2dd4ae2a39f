use std::sync::Arc;

use tokio::sync::Notify;

use crate::WatchWrites;
use crate::limits::{SEARCH_TAIL, START_CHECK_BYTES_MAX};

/// How much memory the connections may take, what is put off, and who watches what is written. The defaults keep
/// an idle server with one tenant small.
#[derive(Clone, Debug)]
pub struct Options {
    /// Page cache of a tenant's writer, in KiB. A transaction larger than this spills into the
    /// write-ahead log early, which is slower but right.
    pub writer_cache_kib: u32,
    /// Page cache of each reading connection, in KiB. The operating system caches the file as well.
    pub reader_cache_kib: u32,
    /// Reading connections a tenant opens at most; the second and further ones only when needed.
    pub readers: usize,
    /// Messages that wait to be put into the search index together; a search looks at each of them, about
    /// 10 µs. 1 puts each into it at once.
    pub search_tail: usize,
    /// Bytes of a tenant's file up to which it is looked through before it is used, if its last process did not end in
    /// order with it.
    pub start_check_bytes: u64,
    /// Notified when a tenant takes no more writes because the disk failed.
    pub disk_failed: Option<Arc<Notify>>,
    /// Told of every transaction, of every tenant.
    pub watch: Option<Arc<dyn WatchWrites>>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            writer_cache_kib: 4_096,
            reader_cache_kib: 2_048,
            readers: 2,
            search_tail: SEARCH_TAIL,
            start_check_bytes: START_CHECK_BYTES_MAX,
            disk_failed: None,
            watch: None,
        }
    }
}
