use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::cargo;
use crate::steps::step;
use crate::tools::{self, Tool};

/// What makes the questions and judges the answers. Pinned: another version asks other questions.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Builds the server, installs what asks, and lets it ask.
pub(crate) fn run(seed: u32, examples: u32) -> Result<()> {
    tools::require(&[Tool::CCompiler, Tool::Python])?;
    step("build", || {
        cargo::run(&["build", "--package", "scaiwave-server", "--bin", "scaiwave"])
    })?;
    let server = cargo::built("debug", "scaiwave")?;
    let python = step("schemathesis", install)?;
    step("questions", || {
        let mut command = Command::new(&python);
        command
            .arg(cargo::root().join("xtask/fuzz_api.py"))
            .arg(&server)
            .args([seed.to_string(), examples.to_string()]);
        call(&mut command)
    })
}

/// A Python of our own among what is built, with the one package.
fn install() -> Result<PathBuf> {
    let built = cargo::built("debug", "scaiwave")?;
    let target = built.parent().and_then(|debug| debug.parent());
    let place = target.context("no target directory")?.join("schemathesis");
    let python = place.join("bin/python");
    if !python.exists() {
        call(Command::new("python3").args(["-m", "venv"]).arg(&place))?;
    }
    call(Command::new(&python).args(["-m", "pip", "install", "--quiet", SCHEMATHESIS]))?;
    Ok(python)
}

fn call(command: &mut Command) -> Result<()> {
    let what = command.get_program().to_string_lossy().into_owned();
    let status = command.status();
    cargo::expect_success(
        status.with_context(|| format!("{what} cannot be started"))?,
        &what,
    )
}
