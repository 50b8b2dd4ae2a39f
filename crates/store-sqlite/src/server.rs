use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use parking_lot::Mutex;
use rusqlite::Connection;
use scaiwave_store::record::{TenantRow, TenantStanding};
use scaiwave_store::{CommitError, ServerStore, StoreError, TenantStore};

use crate::backup::SERVER_FILE;
use crate::failure::store_error;
use crate::limits::PAGE_MIN;
use crate::{Options, SqliteTenant, connection, end_mark, migrate, sound, tenants};

/// `server.db` and the tenants' files under one directory, or all of it in memory.
#[derive(Clone, Debug)]
pub struct SqliteServerStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    place: Place,
    /// `server.db`. Taken after `open` when both are needed.
    server: Mutex<Connection>,
    /// The tenants that somebody holds. Held while one is opened, so that none is opened twice.
    open: Mutex<BTreeMap<String, Held>>,
    /// The tenants whose write-ahead log was judged and not opened since: judging reads all of it. Taken after `open`
    /// when both are needed.
    judged: Mutex<BTreeSet<String>>,
}

#[derive(Debug)]
enum Place {
    Directory(PathBuf, Options),
    Memory,
}

/// A file is closed when nobody uses it; memory must stay, or its content would be gone.
#[derive(Debug)]
enum Held {
    File(Weak<SqliteTenant>),
    Memory(Arc<SqliteTenant>),
}

impl SqliteServerStore {
    /// Opens or creates the store under `data_dir`. Blocks: call it before serving.
    pub fn open(data_dir: impl AsRef<Path>, options: Options) -> Result<Self, StoreError> {
        let directory = data_dir.as_ref();
        create_private(&directory.join("tenants")).map_err(|error| {
            StoreError::Backend(format!("cannot create {}: {error}", directory.display()))
        })?;
        let path = directory.join(SERVER_FILE);
        sound::check_log(&path)?;
        let opened = open_server_file(&path).map_err(|error| store_error(&error));
        let place = Place::Directory(directory.to_owned(), options);
        opened
            .and_then(|server| Self::with(place, server))
            .map_err(|error| sound::named(&path, error))
    }

    /// The same in memory, for tests and simulation: commits run on the calling thread, nothing
    /// depends on a clock or a scheduler, and content lasts as long as this value.
    pub fn in_memory() -> Result<Self, StoreError> {
        let server = connection::memory().map_err(|error| store_error(&error))?;
        Self::with(Place::Memory, server)
    }

    fn with(place: Place, mut server: Connection) -> Result<Self, StoreError> {
        migrate::server(&mut server)?;
        Ok(SqliteServerStore(Arc::new(Inner {
            place,
            server: Mutex::new(server),
            open: Mutex::default(),
            judged: Mutex::default(),
        })))
    }

    /// Whether a tenant's file is the one that its last process left when it ended in order, and not an
    /// older one. To be asked before the tenant is opened; the answer is given once.
    pub fn take_end_mark(&self, slug: &str) -> Result<bool, StoreError> {
        let Some(path) = self.file_of(slug) else {
            return Ok(true);
        };
        end_mark::take(&path).map_err(|error| StoreError::Backend(error.to_string()))
    }

    /// Marks the files of these tenants as left in order. One that somebody still holds gets no mark.
    pub fn mark_ends(&self, slugs: &[String]) -> Result<(), StoreError> {
        let open = self.0.open.lock();
        for slug in slugs {
            let path = self.file_of(slug).filter(|_| held(&open, slug).is_none());
            if let Some(path) = path {
                end_mark::write(&path).map_err(|error| StoreError::Backend(error.to_string()))?;
            }
        }
        Ok(())
    }

    /// Looks whether a tenant's file is whole, and refuses it with a sentence that names it when it is not. Whatever
    /// writes over a file takes it out of the order in which its last process left it, so this is to be asked when
    /// [`take_end_mark`](Self::take_end_mark) says no. False when the file is too large to be looked at in the time
    /// that a start may take; `thorough` takes the time.
    pub async fn check_file(&self, slug: &str, thorough: bool) -> Result<bool, StoreError> {
        let (store, slug) = (self.clone(), slug.to_owned());
        self.blocking(move |_| store.0.look_through(&slug, thorough))
            .await?
    }

    fn file_of(&self, slug: &str) -> Option<PathBuf> {
        match &self.0.place {
            Place::Directory(directory, _) => Some(tenant_file(directory, slug)),
            Place::Memory => None,
        }
    }

    /// Opens the store of one tenant with its own type.
    pub async fn open_tenant(&self, slug: &str) -> Result<Arc<SqliteTenant>, StoreError> {
        // When another tenant is being opened, this one waits on a thread that may wait.
        let held = self.0.open.try_lock().and_then(|open| held(&open, slug));
        if let Some(tenant) = held {
            return Ok(tenant);
        }
        let slug = slug.to_owned();
        self.blocking(move |inner| inner.open_tenant(slug)).await?
    }

    /// Opening a file and adding a tenant wait for the disk, so they leave the async threads. In
    /// memory there is nothing to wait for.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        if matches!(self.0.place, Place::Memory) {
            return Ok(work(&self.0));
        }
        let inner = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&inner))
            .await
            .map_err(|error| StoreError::Backend(error.to_string()))
    }
}

fn open_server_file(path: &Path) -> rusqlite::Result<Connection> {
    let server = connection::writer(path, 256)?;
    // A few rows: SQLite's own moment for copying the log is good enough.
    server.pragma_update_and_check(None, "wal_autocheckpoint", 100, |_| Ok(()))?;
    Ok(server)
}

/// The files hold private keys: a directory that we create is ours alone.
pub(crate) fn create_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

impl Inner {
    fn look_through(&self, slug: &str, thorough: bool) -> Result<bool, StoreError> {
        let Place::Directory(directory, options) = &self.place else {
            return Ok(true);
        };
        let path = tenant_file(directory, slug);
        let size = std::fs::metadata(&path).map_or(0, |file| file.len());
        if size == 0 {
            // Not there yet, or a loss that opening it tells of.
            return Ok(true);
        }
        if !thorough && size > options.start_check_bytes {
            return Ok(false);
        }
        sound::check_log(&path)?;
        sound::check_whole(&path)?;
        // Whoever holds it has opened it already.
        let open = self.open.lock();
        if held(&open, slug).is_none() {
            self.judged.lock().insert(slug.to_owned());
        }
        Ok(true)
    }

    fn open_tenant(&self, slug: String) -> Result<Arc<SqliteTenant>, StoreError> {
        let mut open = self.open.lock();
        if let Some(tenant) = held(&open, &slug) {
            return Ok(tenant);
        }
        let nobody = || StoreError::Backend(format!("there is no tenant {slug:?}"));
        if !tenants::is_slug(&slug) {
            return Err(nobody());
        }
        let was_opened = tenants::was_opened(&self.server.lock(), &slug)?.ok_or_else(nobody)?;
        let (tenant, held) = match &self.place {
            Place::Directory(directory, options) => {
                let path = tenant_file(directory, &slug);
                if was_opened {
                    expect_data(&path)?;
                }
                if !self.judged.lock().remove(&slug) {
                    sound::check_log(&path)?;
                }
                let tenant = SqliteTenant::open_file(&path, options)
                    .map_err(|error| sound::named(&path, error))?;
                let tenant = Arc::new(tenant);
                if !was_opened {
                    tenants::set_opened(&self.server.lock(), &slug)?;
                }
                let held = Held::File(Arc::downgrade(&tenant));
                (tenant, held)
            }
            Place::Memory => {
                let tenant = Arc::new(SqliteTenant::open_memory()?);
                (Arc::clone(&tenant), Held::Memory(tenant))
            }
        };
        // Those that were closed meanwhile need no line any more.
        open.retain(|_, held| !matches!(held, Held::File(tenant) if tenant.strong_count() == 0));
        open.insert(slug, held);
        Ok(tenant)
    }
}

/// A file that was there once and is missing or empty is a loss: a new one in its place would hide it, with new
/// keys that no peer knows.
fn expect_data(path: &Path) -> Result<(), StoreError> {
    let found = std::fs::metadata(path).map(|found| found.len());
    let what = match found {
        Ok(0) => "is empty",
        // SQLite begins anew in what has not even one page.
        Ok(1..PAGE_MIN) => "is cut off",
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => "is missing",
        Err(error) => return Err(StoreError::Backend(format!("{}: {error}", path.display()))),
    };
    Err(StoreError::Damaged(format!(
        "{} {what}, and it held this tenant's rooms and keys; put it back, or restore a backup with `scaiwave restore`",
        path.display()
    )))
}

pub(crate) fn tenant_file(directory: &Path, slug: &str) -> PathBuf {
    directory.join("tenants").join(format!("{slug}.db"))
}

fn held(open: &BTreeMap<String, Held>, slug: &str) -> Option<Arc<SqliteTenant>> {
    match open.get(slug)? {
        Held::File(tenant) => tenant.upgrade(),
        Held::Memory(tenant) => Some(Arc::clone(tenant)),
    }
}

#[async_trait]
impl ServerStore for SqliteServerStore {
    async fn create_tenant(&self, tenant: TenantRow) -> Result<(), CommitError> {
        self.blocking(move |inner| tenants::create(&inner.server.lock(), &tenant))
            .await?
    }

    async fn tenants(&self) -> Result<Vec<TenantRow>, StoreError> {
        tenants::all(&self.0.server.lock())
    }

    async fn rename_tenant(&self, slug: &str, name: &str) -> Result<(), CommitError> {
        let (slug, name) = (slug.to_owned(), name.to_owned());
        self.blocking(move |inner| tenants::rename(&inner.server.lock(), &slug, &name))
            .await?
    }

    async fn standings(&self) -> Result<Vec<(String, TenantStanding)>, StoreError> {
        tenants::standings(&self.0.server.lock())
    }

    async fn put_standing(&self, slug: &str, standing: TenantStanding) -> Result<(), CommitError> {
        let slug = slug.to_owned();
        self.blocking(move |inner| tenants::put_standing(&inner.server.lock(), &slug, &standing))
            .await?
    }

    async fn open(&self, slug: &str) -> Result<Arc<dyn TenantStore>, StoreError> {
        let tenant = self.open_tenant(slug).await?;
        Ok(tenant)
    }
}
