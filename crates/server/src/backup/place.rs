use std::path::Path;

use anyhow::bail;

/// Refuses what would fill the disk.
pub(super) fn must_fit(bytes: u64, directory: &Path) -> anyhow::Result<()> {
    // Where the system does not tell, the copy itself finds out.
    let Ok(of) = rustix::fs::statvfs(directory) else {
        return Ok(());
    };
    let free = of.f_bavail.saturating_mul(of.f_frsize);
    if free < bytes {
        bail!(
            "{} has {} MiB free, and {} MiB are to be written: make room, or name another disk",
            directory.display(),
            free >> 20,
            bytes.div_ceil(1 << 20)
        );
    }
    Ok(())
}
