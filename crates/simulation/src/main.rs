//! Plays seeds, many of them, and prints what went wrong with which.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Parser;
use parking_lot::Mutex;
use scaiwave_simulation::{Report, run};

/// Many servers under one seed, with faults and checkers.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Threads, each with seeds of its own.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Print everything that happens.
    #[arg(long)]
    loud: bool,
    /// Play every seed twice, and compare.
    #[arg(long)]
    twice: bool,
    /// Print how often people were told what.
    #[arg(long)]
    answers: bool,
}

#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.loud {
        tracing_subscriber::fmt()
            .with_writer(std::io::stdout)
            .without_time()
            .init();
    }
    let next = AtomicU64::new(arguments.from);
    let end = arguments.from + arguments.seeds;
    let failed = AtomicU64::new(0);
    let answers: Mutex<BTreeMap<String, u64>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= end {
                        return;
                    }
                    let told = play(seed, &arguments);
                    failed.fetch_add(u64::from(told.is_none()), Ordering::SeqCst);
                    for (answer, times) in told.unwrap_or_default() {
                        *answers.lock().entry(answer).or_default() += times;
                    }
                }
            });
        }
    });
    if arguments.answers {
        for (answer, times) in answers.lock().iter() {
            println!("{times:>7} {answer}");
        }
    }
    let failed = failed.load(Ordering::SeqCst);
    println!("{} seeds, {failed} with violations", arguments.seeds);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Plays one; the answers that people got, if nothing was wrong.
#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn play(seed: u64, arguments: &Arguments) -> Option<BTreeMap<String, u64>> {
    let report = match run(seed, arguments.loud) {
        Ok(report) => report,
        Err(error) => {
            println!("seed {seed}: could not be played: {error:#}");
            return None;
        }
    };
    let same = !arguments.twice || same_again(&report);
    for violation in &report.violations {
        println!("seed {seed}: {violation}");
    }
    (same && report.violations.is_empty()).then_some(report.answers)
}

#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn same_again(first: &Report) -> bool {
    let Ok(second) = run(first.seed, false) else {
        return false;
    };
    if first.hash == second.hash {
        return true;
    }
    let differs = first
        .trace
        .iter()
        .zip(&second.trace)
        .position(|(a, b)| a != b);
    println!(
        "seed {}: another trace the second time, from line {differs:?} on",
        first.seed
    );
    if let Some(at) = differs {
        println!(
            "  first  {}\n  second {}",
            first.trace[at], second.trace[at]
        );
    }
    false
}
