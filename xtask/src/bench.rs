use std::process::Command;

use anyhow::Result;

use crate::cargo;
use crate::tools::{self, Tool};

/// Builds server and load generator with optimisation and becomes the generator.
pub(crate) fn run(what: &str, args: &[String]) -> Result<()> {
    tools::require(&[Tool::CCompiler])?;
    cargo::run(&[
        "build",
        "--release",
        "--package",
        "scaiwave-server",
        "--package",
        "scaiwave-bench",
    ])?;
    let mut generator = Command::new(cargo::built("release", "scaiwave-bench")?);
    generator
        .arg(what)
        .arg("--server")
        .arg(cargo::built("release", "scaiwave")?)
        .args(args);
    cargo::become_program(&mut generator)
}
