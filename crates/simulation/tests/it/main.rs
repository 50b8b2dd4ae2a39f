//! Two hundred seeds, and those that once found something. A seed that fails is printed with how to
//! play it again.

use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use scaiwave_simulation::{KNOWN, OPEN, play_twice, run};

const SEEDS: u64 = 200;
/// Of so many seeds one is played twice, to see that a seed is the whole of a run.
const TWICE_EVERY: u64 = 4;

// Whatever people do and whatever breaks, what is promised holds; and a seed is the whole of a run.
#[test]
fn seeds() {
    let seeds: Vec<u64> = (1..=SEEDS).collect();
    let next = AtomicUsize::new(0);
    let wrong: Mutex<Vec<String>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)) {
                    wrong.lock().extend(play(*seed));
                }
            });
        }
    });
    let wrong = wrong.into_inner();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[expect(
    clippy::print_stdout,
    reason = "what is open is to be seen, though it fails nothing"
)]
fn play(seed: u64) -> Vec<String> {
    let again = format!("play it again: cargo xtask sim --seed {seed} --loud");
    let played = if seed.is_multiple_of(TWICE_EVERY) {
        play_twice(seed)
    } else {
        run(seed, false)
    };
    let report = match played {
        Ok(report) => report,
        Err(error) => return vec![format!("seed {seed}: {error:#}; {again}")],
    };
    let new = |what: &&String| !KNOWN.iter().any(|(known, _)| what.contains(known));
    let new = report.violations.iter().filter(new);
    let wrong = new.map(|what| format!("seed {seed}: {what}\n  {again}"));
    match OPEN.iter().find(|(open, _)| *open == seed) {
        None => wrong.collect(),
        Some((_, seen)) => {
            println!("seed {seed} is open: {seen}");
            wrong.for_each(|what| println!("{what}"));
            Vec::new()
        }
    }
}
