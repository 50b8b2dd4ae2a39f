use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use tokio::sync::Mutex;

/// Held while modules are installed: tests that need the same ones wait for each other. Taken alone.
static INSTALLING: Mutex<()> = Mutex::const_new(());

/// The modules that the lock file in `directory` names, installed beside the other things that tests have built,
/// unless they are there. Gives the directory in which `node_modules` lies.
pub(crate) async fn modules(directory: &Path, name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("npm-{name}"));
    let _one_at_a_time = INSTALLING.lock().await;
    // npm writes its own list last.
    let is_complete = place.join("node_modules/.package-lock.json").exists();
    let lock = "package-lock.json";
    let wanted = fs::read(directory.join(lock)).expect("a lock file");
    if is_complete && fs::read(place.join(lock)).ok() == Some(wanted) {
        return place;
    }
    fs::create_dir_all(&place).expect("made");
    for file in ["package.json", lock] {
        fs::copy(directory.join(file), place.join(file)).expect("copied");
    }
    let mut install = Command::new("npm");
    let install = install
        .args([
            "ci",
            "--prefer-offline",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ])
        .current_dir(&place)
        .stdin(Stdio::null());
    let missing = "npm is missing: install Node.js 20 or newer, with npm";
    let installed = install.output().await.expect(missing);
    assert!(
        installed.status.success(),
        "the modules of {} cannot be installed: is the npm registry within reach? {}",
        directory.display(),
        String::from_utf8_lossy(&installed.stderr)
    );
    place
}
