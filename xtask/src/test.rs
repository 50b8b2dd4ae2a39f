use std::io::{BufRead as _, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::steps::step;
use crate::tools::{self, Tool};
use crate::{cargo, demo, tidy, web};

/// Runs every check, cheapest first, and stops at the first that fails. The last line, whatever
/// happens, counts the tests.
pub(crate) fn run() -> ExitCode {
    let mut count = Count::default();
    let outcome = check(&mut count);
    if let Err(error) = &outcome {
        eprintln!("error: {error:#}");
    }
    println!("{} passed, {} failed", count.passed, count.failed);
    if outcome.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn check(count: &mut Count) -> Result<()> {
    step("tools", || {
        tools::require(&[
            Tool::Rustfmt,
            Tool::Clippy,
            Tool::CCompiler,
            Tool::Python,
            Tool::Node,
        ])
    })?;
    step("format", || cargo::run(&["fmt", "--all", "--check"]))?;
    // Before the server, which carries what is built.
    step("web client", || check_web(count))?;
    step("lints", || lint(&[]))?;
    // What can be left out is left out here; the tests run with everything.
    step("lints of the least", || lint(&["--no-default-features"]))?;
    // With the tests' own choice of features, so that nothing is built twice for the demo.
    step("build", || {
        cargo::run(&["build", "--workspace", "--all-targets"])
    })?;
    step("tests", || run_tests(count))?;
    step("web client in a browser", || try_in_browser(count))?;
    step("tidy", tidy::run)?;
    step("demo", demo::check)
}

/// Types, arrows, tests and build of the web client.
fn check_web(count: &mut Count) -> Result<()> {
    web::install()?;
    web::npm(&["run", "types:check"])?;
    web::npm(&["run", "lint"])?;
    run_counted(web::command(&["test"]), "npm test", count)?;
    web::build()
}

/// Two people on two servers, with the program that the tests have built. Says so where there is no browser.
fn try_in_browser(count: &mut Count) -> Result<()> {
    let mut story = web::command(&["run", "--silent", "e2e"]);
    story.env("SCAIWAVE_BIN", cargo::built("debug", "scaiwave")?);
    run_counted(story, "npm run e2e", count)
}

/// Clippy over everything, with what is chosen beside.
fn lint(choice: &[&str]) -> Result<()> {
    let all = ["clippy", "--workspace", "--all-targets"];
    cargo::run(&[&all[..], choice, &["--", "--deny", "warnings"]].concat())
}

/// How many tests went how.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    /// Adds what a test binary says at its end, as in
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    /// Vitest says `Tests  1 failed | 53 passed (54)`, Node.js `ℹ pass 14` and `ℹ fail 0`.
    fn add(&mut self, line: &str) {
        if let Some(number) = line.strip_prefix("ℹ pass ") {
            self.passed += number.parse().unwrap_or(0);
        }
        if let Some(number) = line.strip_prefix("ℹ fail ") {
            self.failed += number.parse().unwrap_or(0);
        }
        let of_cargo = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
            .map(|(_, counts)| (counts, "; "));
        let of_vitest = line.trim_start().strip_prefix("Tests  ");
        let of_vitest = of_vitest.map(|counts| (counts, " | "));
        let Some((counts, between)) = of_cargo.or(of_vitest) else {
            return;
        };
        for part in counts.split(between) {
            let part = part.split(" (").next().unwrap_or(part);
            match part.split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

/// Runs all tests, also after one has failed: a fresh machine should tell the whole story at once.
fn run_tests(count: &mut Count) -> Result<()> {
    let all = cargo::command(&["test", "--workspace", "--no-fail-fast"]);
    run_counted(all, "cargo test --workspace", count)
}

/// Runs tests and counts what they say.
fn run_counted(mut tests: Command, what: &str, count: &mut Count) -> Result<()> {
    let mut child = tests
        // Colours would hide what is counted.
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{what}` cannot be started"))?;
    let output = child
        .stdout
        .take()
        .context("the tests' output is not piped")?;
    for line in BufReader::new(output).split(b'\n') {
        // A test may print anything; only our own lines must be text.
        let line = line.context("the tests' output cannot be read")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        count.add(&line);
    }
    let status = child.wait().context("the tests cannot be waited for")?;
    if !status.success() {
        // A binary that did not build or was killed has counted nothing: that is a failure too.
        count.failed = count.failed.max(1);
        bail!("`{what}` failed ({status})");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_binaries_are_added() {
        let mut count = Count::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test prints::this ... 7 passed; 7 failed",
            "      Tests  1 failed | 53 passed (54)",
            " Test Files  12 passed (12)",
            "ℹ pass 14",
            "ℹ fail 1",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            count.add(line);
        }
        assert_eq!(
            count,
            Count {
                passed: 80,
                failed: 4
            }
        );
    }
}
