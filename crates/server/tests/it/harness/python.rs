use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tokio::process::Command;
use tokio::sync::Mutex;

/// Held while a package is looked for and installed: tests that need the same one wait for each other. Taken
/// alone.
static INSTALLING: Mutex<()> = Mutex::const_new(());

/// Python with a package at hand: where it is installed already, or beside the other things that tests have
/// built. `requirement` is in pip's words, `module` what the package is imported as.
pub(crate) async fn python(requirement: &str, module: &str) -> Command {
    let name = format!("python-{module}");
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let has_package = async || {
        let mut look = with_packages(&directory);
        look.args(["-c", &format!("import {module}")]);
        let found = look.output().await;
        let missing = "python3 is missing: install Python 3.9 or newer, with pip";
        found.expect(missing).status.success()
    };
    let one_at_a_time = INSTALLING.lock().await;
    if !has_package().await {
        let installed = install(&directory, requirement).await;
        let said = String::from_utf8_lossy(&installed.stderr);
        assert!(
            installed.status.success() && has_package().await,
            "a package is missing and cannot be installed; try `python3 -m pip install '{requirement}'`: {said}"
        );
    }
    drop(one_at_a_time);
    with_packages(&directory)
}

fn with_packages(directory: &PathBuf) -> Command {
    let mut command = Command::new("python3");
    command.env("PYTHONPATH", directory);
    command
}

async fn install(directory: &Path, requirement: &str) -> Output {
    let mut command = Command::new("python3");
    command
        .args(["-m", "pip", "install", "--quiet", "--target"])
        .arg(directory)
        .arg(requirement)
        .stdin(Stdio::null());
    command.output().await.expect("python3 starts")
}
