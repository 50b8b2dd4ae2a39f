use std::process::Command;

use anyhow::Result;

use crate::cargo;
use crate::tools::{self, Tool};

/// Builds the simulation with optimisation and becomes it.
pub(crate) fn run(args: &[String]) -> Result<()> {
    tools::require(&[Tool::CCompiler])?;
    cargo::run(&["build", "--release", "--package", "scaiwave-simulation"])?;
    let mut simulation = Command::new(cargo::built("release", "scaiwave-simulation")?);
    simulation.args(args);
    cargo::become_program(&mut simulation)
}
