//! Two hundred seeds, and those that once found something. A seed that fails is printed with how to
//! play it again.

mod found;

use std::sync::atomic::{AtomicUsize, Ordering};

use found::FOUND;
use parking_lot::Mutex;
use scaiwave_simulation::{play_twice, run};

const SEEDS: u64 = 200;
/// Of so many seeds one is played twice, to see that a seed is the whole of a run.
const TWICE_EVERY: u64 = 4;

// Whatever people do and whatever breaks, what is promised holds; and a seed is the whole of a run.
#[test]
fn seeds() {
    let found = FOUND.iter().map(|(seed, _)| *seed);
    let seeds: Vec<u64> = (1..=SEEDS).chain(found).collect();
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

fn play(seed: u64) -> Vec<String> {
    let again = format!("play it again: cargo xtask sim --seed {seed} --loud");
    let played = if seed.is_multiple_of(TWICE_EVERY) {
        play_twice(seed)
    } else {
        run(seed, false)
    };
    match played {
        Ok(report) => {
            let wrong = report.violations.into_iter();
            wrong
                .map(|what| format!("seed {seed}: {what}\n  {again}"))
                .collect()
        }
        Err(error) => vec![format!("seed {seed}: {error:#}; {again}")],
    }
}
