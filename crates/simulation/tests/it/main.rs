//! Forty seeds, each played twice. A seed that fails is printed with how to play it again.

use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use scaiwave_simulation::{KNOWN, run};

const SEEDS: u64 = 40;

// Whatever people do and whatever breaks, what is promised holds; and a seed is the whole of a run.
#[test]
fn seeds() {
    let seeds: Vec<u64> = match std::env::var("SIM_SEED") {
        Ok(seed) => vec![seed.parse().expect("SIM_SEED must be a number")],
        Err(_) => (1..=SEEDS).collect(),
    };
    let next = AtomicU64::new(0);
    let wrong: Mutex<Vec<String>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(take(&next)) {
                    wrong.lock().extend(play(*seed));
                }
            });
        }
    });
    let wrong = wrong.into_inner();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn take(next: &AtomicU64) -> usize {
    usize::try_from(next.fetch_add(1, Ordering::SeqCst)).unwrap_or(usize::MAX)
}

fn play(seed: u64) -> Vec<String> {
    let again = format!("play it again: SIM_SEED={seed} cargo test -p scaiwave-simulation");
    let (first, second) = match (run(seed, false), run(seed, false)) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(error), _) | (_, Err(error)) => {
            return vec![format!("seed {seed}: {error:#}; {again}")];
        }
    };
    let new = |what: &&String| !KNOWN.iter().any(|(known, _)| what.contains(known));
    let new = first.violations.iter().filter(new);
    let mut wrong: Vec<String> = new
        .map(|what| format!("seed {seed}: {what}\n  {again}"))
        .collect();
    if first.hash != second.hash {
        wrong.push(format!(
            "seed {seed}: another trace the second time; {again}"
        ));
    }
    wrong
}
