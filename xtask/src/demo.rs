use std::process::Command;

use anyhow::{Context as _, Result};

use crate::tools::{self, Tool};
use crate::{cargo, web};

/// Builds the server and becomes `scaiwave demo`.
pub(crate) fn run(exit: bool) -> Result<()> {
    tools::require(&[Tool::CCompiler])?;
    web::build_if_possible()?;
    println!("building the server (the first time takes some minutes) …");
    cargo::run(&["build", "--package", "scaiwave-server", "--bin", "scaiwave"])?;
    cargo::become_program(&mut program(exit)?)
}

/// The same as one step of several, with the program that the tests have built.
pub(crate) fn check() -> Result<()> {
    let status = program(true)?
        .status()
        .context("`scaiwave` cannot be started")?;
    cargo::expect_success(status, "scaiwave demo --exit")
}

fn program(exit: bool) -> Result<Command> {
    let mut command = Command::new(cargo::built("debug", "scaiwave")?);
    command.arg("demo").args(exit.then_some("--exit"));
    Ok(command)
}
