//! Calls of cargo, and what it knows about the workspace.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// `cargo <args>` in the root; not started yet.
pub(crate) fn command(args: &[&str]) -> Command {
    // The cargo that runs us, so that one toolchain does everything.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(args);
    command
}

/// Runs `cargo <args>` and fails when it does.
pub(crate) fn run(args: &[&str]) -> Result<()> {
    let status = command(args).status().context("cargo cannot be started")?;
    expect_success(status, &format!("cargo {}", args.join(" ")))
}

/// An error that says what failed, and how.
pub(crate) fn expect_success(status: ExitStatus, what: &str) -> Result<()> {
    if !status.success() {
        bail!("`{what}` failed ({status})");
    }
    Ok(())
}

/// `cargo metadata`, without the dependencies of dependencies.
pub(crate) fn metadata() -> Result<Value> {
    let output = command(&["metadata", "--no-deps", "--format-version=1"])
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    expect_success(output.status, "cargo metadata")?;
    serde_json::from_slice(&output.stdout).context("cargo metadata printed no JSON")
}

/// Where a built program lies; `CARGO_TARGET_DIR` and its like are respected.
pub(crate) fn built(profile_directory: &str, program: &str) -> Result<PathBuf> {
    let metadata = metadata()?;
    let target = metadata["target_directory"]
        .as_str()
        .context("cargo names no target directory")?;
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    Ok(Path::new(target).join(profile_directory).join(name))
}

/// Becomes `command`, so that signals and the exit status are its own. Returns only on failure.
pub(crate) fn become_program(command: &mut Command) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        Err(command.exec())
            .with_context(|| format!("{:?} cannot be started", command.get_program()))
    }
    #[cfg(not(unix))]
    {
        let status = command
            .status()
            .with_context(|| format!("{:?} cannot be started", command.get_program()))?;
        std::process::exit(status.code().unwrap_or(1));
    }
}
