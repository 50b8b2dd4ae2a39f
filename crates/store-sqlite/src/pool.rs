use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, Result};

use crate::connection;

/// The reading connections of a tenant.
///
/// Reads run on the thread that asks, also when that is a thread of the async runtime: they are short
/// by construction (by key, or with a limit) and take 3–100 µs from the page cache, while handing one
/// to another thread and back costs 20–50 µs and two wake-ups.
///
/// Lock order: a slot is taken alone, never two at once and never across an await.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Opened when first needed; the first one serves as long as nobody else reads.
    slots: Vec<Mutex<Option<Connection>>>,
    /// Whose turn it is to be waited for when all are busy.
    turn: AtomicUsize,
    file: Option<(PathBuf, u32)>,
}

impl Pool {
    /// Readers of a file.
    pub(crate) fn of_file(path: PathBuf, cache_kib: u32, readers: usize) -> Self {
        Pool {
            slots: (0..readers.max(1)).map(|_| Mutex::new(None)).collect(),
            turn: AtomicUsize::new(0),
            file: Some((path, cache_kib)),
        }
    }

    /// One connection for everything: a database in memory belongs to it.
    pub(crate) fn of_memory(connection: Connection) -> Self {
        Pool {
            slots: vec![Mutex::new(Some(connection))],
            turn: AtomicUsize::new(0),
            file: None,
        }
    }

    /// Lends a connection. No transaction may be left open in it: the next read would see the past.
    pub(crate) fn with<T, E>(&self, ask: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<rusqlite::Error>,
    {
        let mut slot = self.free_slot();
        if slot.is_none() {
            *slot = Some(self.open()?);
        }
        match slot.as_ref() {
            Some(connection) => ask(connection),
            None => Err(rusqlite::Error::InvalidQuery.into()),
        }
    }

    fn free_slot(&self) -> MutexGuard<'_, Option<Connection>> {
        if let Some(slot) = self.slots.iter().find_map(Mutex::try_lock) {
            return slot;
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.slots[turn % self.slots.len()].lock()
    }

    fn open(&self) -> Result<Connection> {
        match &self.file {
            Some((path, cache_kib)) => connection::reader(path, *cache_kib),
            None => connection::memory(),
        }
    }
}
