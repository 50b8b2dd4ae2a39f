//! The binary `scaiwave`: command line, configuration, telemetry and wiring. It knows every crate
//! and decides nothing.

mod accept;
mod assembly;
mod backup;
mod cli;
mod config;
mod demo;
mod first_run;
mod health;
mod metrics;
mod telemetry;
mod tenancy;
mod tls;
mod world;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match cli::run(&cli, &config::variables_of_this_process()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::output::report(&error);
            ExitCode::FAILURE
        }
    }
}
