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
mod only_server;
mod telemetry;
mod tenancy;
mod tls;
mod world;

use std::process::ExitCode;

use clap::Parser as _;

/// `EX_IOERR` of sysexits.h: supervisors and scripts can tell it from a wrong configuration.
const EXIT_DISK_FAILED: u8 = 74;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match cli::run(&cli, &config::variables_of_this_process()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::output::report(&error);
            match error.is::<cli::serve::DiskFailed>() {
                true => ExitCode::from(EXIT_DISK_FAILED),
                false => ExitCode::FAILURE,
            }
        }
    }
}
