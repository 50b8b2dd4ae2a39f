//! The project's chores: `cargo xtask <chore>`. Needs nothing but Rust and a C compiler; for the web client
//! Node.js as well.
#![expect(
    clippy::print_stdout,
    reason = "telling how the chore goes is all that this program does"
)]
#![expect(clippy::print_stderr, reason = "the same, for what went wrong")]

mod bench;
mod cargo;
mod demo;
mod fuzz_api;
mod sim;
mod steps;
mod test;
mod tidy;
mod tools;
mod web;

use std::process::ExitCode;

use clap::Parser;

/// The project's chores.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Chore {
    /// Build the server and show two of them sharing a room.
    Demo {
        /// End when the story is told, instead of leaving both servers up.
        #[arg(long)]
        exit: bool,
    },
    /// Check everything: format, lints, all tests, the project's own rules, the demo.
    #[command(visible_alias = "ci")]
    Test,
    /// Check the project's own rules only; takes a second.
    Tidy,
    /// Build the web client that the server carries.
    Web,
    /// Play many servers under one seed, with faults, a cheat and checkers: `--seeds 1000`, `--seed 7
    /// --loud`, `--help`.
    #[command(disable_help_flag = true)]
    Sim {
        /// Passed on to the simulation.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Ask a server whatever its OpenAPI document allows, and what it does not: no answer may be a failure
    /// of the server, or one that the document does not have. Takes some minutes.
    FuzzApi {
        /// Where the questions begin; the same seed asks the same.
        #[arg(long, default_value_t = 1)]
        seed: u32,
        /// Questions of each kind for each endpoint.
        #[arg(long, default_value_t = 15)]
        examples: u32,
    },
    /// Build with optimisation and measure.
    Bench {
        /// What to measure: see `cargo xtask bench help`.
        what: String,
        /// Passed on to the load generator.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Chore::parse() {
        Chore::Demo { exit } => demo::run(exit),
        Chore::Test => return test::run(),
        Chore::Tidy => tidy::run(),
        Chore::Web => web::build(),
        Chore::Sim { args } => sim::run(&args),
        Chore::FuzzApi { seed, examples } => fuzz_api::run(seed, examples),
        Chore::Bench { what, args } => bench::run(&what, &args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
