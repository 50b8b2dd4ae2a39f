use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};

/// Its lock tells that a server runs; what lies in it does not matter.
const NAME: &str = "server.lock";

/// Makes sure that no other server works with this directory, for as long as the file is held. The system lets go of
/// it with the process, however that ends. Commands may work beside a server.
pub(crate) fn hold(data: &Path) -> anyhow::Result<File> {
    let path = data.join(NAME);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("{} cannot be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another server works with the data directory {}: stop it, or name another directory (SCAIWAVE_DATA_DIR)",
            data.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}
