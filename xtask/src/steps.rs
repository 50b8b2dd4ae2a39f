//! Steps that are announced, timed and stopped at the first failure.

use std::time::Instant;

use anyhow::{Context as _, Result};

/// Runs one step and prints its name before, and its time after it.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {name}");
    let started = Instant::now();
    let result = work();
    let seconds = started.elapsed().as_secs_f64();
    let outcome = if result.is_ok() { "done" } else { "FAILED" };
    println!("==> {name}: {outcome} in {seconds:.1} s\n");
    result.with_context(|| format!("step \"{name}\" failed"))
}
