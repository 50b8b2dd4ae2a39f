//! Plays seeds, many of them, and prints what went wrong with which.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clap::Parser;
use parking_lot::Mutex;
use scaiwave_simulation::{Report, play_twice, run};

/// How often progress is told over all seeds.
const TOLD: u64 = 50;

/// Many servers under one seed, with faults and checkers.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// This one only.
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
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

/// What all threads add to.
#[derive(Default)]
struct Sum {
    played: AtomicU64,
    failed: AtomicU64,
    answers: Mutex<BTreeMap<String, u64>>,
}

fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if let Some(seed) = arguments.seed {
        (arguments.from, arguments.seeds, arguments.threads) = (seed, 1, 1);
    }
    if arguments.loud {
        tracing_subscriber::fmt()
            .with_writer(std::io::stdout)
            .without_time()
            .init();
    }
    let started = Instant::now();
    let sum = Sum::default();
    let next = AtomicU64::new(arguments.from);
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= arguments.from + arguments.seeds {
                        return;
                    }
                    sum.add(play(seed, &arguments));
                    sum.tell_progress(&arguments, started);
                }
            });
        }
    });
    sum.tell(&arguments, started)
}

impl Sum {
    fn add(&self, answers: Option<BTreeMap<String, u64>>) {
        self.failed
            .fetch_add(u64::from(answers.is_none()), Ordering::SeqCst);
        let mut sum = self.answers.lock();
        for (answer, times) in answers.unwrap_or_default() {
            *sum.entry(answer).or_default() += times;
        }
    }

    #[expect(clippy::print_stdout, reason = "its output is what it is for")]
    fn tell_progress(&self, arguments: &Arguments, started: Instant) {
        let played = self.played.fetch_add(1, Ordering::SeqCst) + 1;
        let every = (arguments.seeds / TOLD).max(1);
        if played.is_multiple_of(every) && arguments.seeds > TOLD {
            let (failed, seconds) = (self.failed.load(Ordering::SeqCst), seconds(started));
            println!(
                "{played} of {} seeds, {failed} with violations, {seconds:.0} s",
                arguments.seeds
            );
        }
    }

    #[expect(clippy::print_stdout, reason = "its output is what it is for")]
    fn tell(&self, arguments: &Arguments, started: Instant) -> ExitCode {
        if arguments.answers {
            for (answer, times) in self.answers.lock().iter() {
                println!("{times:>7} {answer}");
            }
        }
        let (failed, seconds) = (self.failed.load(Ordering::SeqCst), seconds(started));
        let last = arguments.from + arguments.seeds - 1;
        println!(
            "seeds {} to {last}: {failed} of {} with violations, in {seconds:.1} s",
            arguments.from, arguments.seeds
        );
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

fn seconds(started: Instant) -> f64 {
    started.elapsed().as_secs_f64()
}

/// Plays one; the answers that people got, if nothing was wrong.
#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn play(seed: u64, arguments: &Arguments) -> Option<BTreeMap<String, u64>> {
    let played = if arguments.twice {
        play_twice(seed)
    } else {
        run(seed, arguments.loud)
    };
    let Report {
        violations,
        answers,
        ..
    } = match played {
        Ok(report) => report,
        Err(error) => {
            println!(
                "seed {seed}: could not be played: {error:#}; {}",
                again(seed)
            );
            return None;
        }
    };
    for violation in &violations {
        println!("seed {seed}: {violation}");
    }
    if !violations.is_empty() {
        println!("seed {seed}: {}", again(seed));
    }
    violations.is_empty().then_some(answers)
}

fn again(seed: u64) -> String {
    format!("play it again: cargo xtask sim --seed {seed} --loud")
}
