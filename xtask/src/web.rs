//! The web client: its packages, its checks, and the files that the server carries.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context as _, Result};

use crate::cargo;
use crate::tools::{self, Tool};

/// What a build is made of, within `web`.
const SOURCES: [&str; 7] = [
    "src",
    "build",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
];

/// Installs the packages and builds what the server carries.
pub(crate) fn build() -> Result<()> {
    tools::require(&[Tool::Node])?;
    install()?;
    npm(&["run", "build"])
}

/// For those who only want to see the server: without Node.js the page says how to build the client.
pub(crate) fn build_if_possible() -> Result<()> {
    if let Err(missing) = tools::require(&[Tool::Node]) {
        println!("going on without the web client: {missing}");
        return Ok(());
    }
    if is_current() {
        return Ok(());
    }
    println!("building the web client …");
    build()
}

/// Installs the packages, when the ones that are there are not those of the lock file.
pub(crate) fn install() -> Result<()> {
    let installed = modified(&directory().join("node_modules/.package-lock.json"));
    let wanted = modified(&directory().join("package-lock.json"));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    npm(&["ci", "--no-audit", "--no-fund"])
}

/// Runs `npm <args>` and fails when it does.
pub(crate) fn npm(args: &[&str]) -> Result<()> {
    let status = command(args).status().context("npm cannot be started")?;
    cargo::expect_success(status, &format!("npm {}", args.join(" ")))
}

/// `npm <args>` for the client; not started yet.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(directory()).args(args);
    command
}

fn directory() -> PathBuf {
    cargo::root().join("web")
}

/// Whether what was built is newer than everything it was built from.
fn is_current() -> bool {
    let built = modified(&directory().join("dist/index.html"));
    let sources = SOURCES.iter().map(|source| directory().join(source));
    built.is_some()
        && sources
            .filter_map(|source| newest(&source))
            .all(|time| Some(time) <= built)
}

/// When anything in a directory, or a file, was last changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let within = entries.filter_map(|entry| newest(&entry.path()));
    within.chain(modified(path)).max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).ok()?.modified().ok()
}
