//! The figures, as a table for people and as JSON for later comparison.
#![expect(clippy::print_stdout, reason = "the table is what this program is for")]
#![expect(clippy::print_stderr, reason = "the same, for what went wrong")]

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::machine::Machine;

/// One figure, perhaps with a goal.
#[derive(Debug)]
pub(crate) struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    digits: usize,
    goal: Option<Goal>,
}

#[derive(Clone, Copy, Debug)]
struct Goal {
    aim: f64,
    must: f64,
    at_most: bool,
}

impl Goal {
    fn met(self, value: f64, limit: f64) -> bool {
        if self.at_most {
            value <= limit
        } else {
            value >= limit
        }
    }

    fn verdict(self, value: f64) -> &'static str {
        match (self.met(value, self.aim), self.met(value, self.must)) {
            (true, _) => "met",
            (false, true) => "MISSED (the lower bar is met)",
            (false, false) => "MISSED",
        }
    }
}

impl Figure {
    fn new(name: &str, value: f64, unit: &'static str, digits: usize) -> Self {
        Figure {
            name: name.to_owned(),
            value,
            unit,
            digits,
            goal: None,
        }
    }

    pub(crate) fn milliseconds(name: &str, time: Duration) -> Self {
        Self::new(name, time.as_secs_f64() * 1000.0, "ms", 0)
    }

    pub(crate) fn microseconds(name: &str, time: u64) -> Self {
        Self::new(name, time as f64 / 1000.0, "ms", 2)
    }

    pub(crate) fn mebibytes(name: &str, kibibytes: u64) -> Self {
        Self::new(name, kibibytes as f64 / 1024.0, "MiB", 1)
    }

    pub(crate) fn rate(name: &str, per_second: f64) -> Self {
        Self::new(name, per_second, "/s", 0)
    }

    pub(crate) fn cost(name: &str, seconds: f64) -> Self {
        Self::new(name, seconds, "s", 3)
    }

    pub(crate) fn tenths(name: &str, percent: f64) -> Self {
        Self::new(name, percent, "%", 1)
    }

    pub(crate) fn percent(name: &str, share: f64) -> Self {
        Self::new(name, share, "%", 0)
    }

    /// What we aim at, and the bar that we must not miss.
    pub(crate) fn at_most(mut self, aim: f64, must: f64) -> Self {
        self.goal = Some(Goal {
            aim,
            must,
            at_most: true,
        });
        self
    }

    /// The same from below.
    pub(crate) fn at_least(mut self, aim: f64, must: f64) -> Self {
        self.goal = Some(Goal {
            aim,
            must,
            at_most: false,
        });
        self
    }

    fn line(&self) -> String {
        let Figure {
            name,
            value,
            unit,
            digits,
            goal,
        } = self;
        let value_text = format!("{value:.digits$} {unit}");
        let goal = goal.map_or(String::new(), |goal| {
            let sign = if goal.at_most { '≤' } else { '≥' };
            let Goal { aim, must, .. } = goal;
            let bar = if aim == must {
                String::new()
            } else {
                format!(", must {sign} {must}")
            };
            format!("goal {sign} {aim}{bar}: {}", goal.verdict(*value))
        });
        format!("  {name:<46}{value_text:>12}   {goal}")
            .trim_end()
            .to_owned()
    }

    /// The same as a row of a table in Markdown.
    fn row(&self) -> String {
        let Figure {
            name,
            value,
            unit,
            digits,
            goal,
        } = self;
        let goal = goal.map_or(String::new(), |goal| {
            let sign = if goal.at_most { '≤' } else { '≥' };
            let missed = match goal.verdict(*value) {
                "met" => "",
                verdict => &format!(" **{verdict}**"),
            };
            format!("{sign} {:.digits$} {unit}{missed}", goal.aim)
        });
        format!("| {name} | {value:.digits$} {unit} | {goal} |")
    }

    fn json(&self) -> Value {
        let mut json = json!({"value": self.value, "unit": self.unit});
        if let Some(goal) = self.goal {
            json["goal"] = json!(goal.aim);
            json["must"] = json!(goal.must);
            json["verdict"] = json!(goal.verdict(self.value));
        }
        json
    }
}

/// Everything so far, printed as it comes.
#[derive(Debug)]
pub(crate) struct Report {
    json: Map<String, Value>,
    section: String,
    /// The table in Markdown, for the documentation.
    rows: Vec<String>,
}

impl Report {
    /// Prints what is measured, and on what.
    pub(crate) fn begin(what: &str, machine: &Machine, quick: bool) -> Self {
        let micros = |time: Duration| time.as_micros();
        println!("{what}");
        println!("Every message is signed, verified and fsynced on both servers before it counts.");
        println!();
        println!("  {} cores, {}", machine.cores, machine.processor);
        println!(
            "  kernel {}, data on {}",
            machine.kernel, machine.file_system
        );
        println!(
            "  4 KiB append + fdatasync: {} µs, p99 {} µs",
            micros(machine.sync_p50),
            micros(machine.sync_p99)
        );
        if quick {
            println!("  --quick: these figures show that it works, not how fast");
        }
        let facts = json!({
            "cores": machine.cores,
            "processor": machine.processor,
            "kernel": machine.kernel,
            "file_system": machine.file_system,
            "fdatasync_p50_us": u64::try_from(micros(machine.sync_p50)).unwrap_or(u64::MAX),
            "fdatasync_p99_us": u64::try_from(micros(machine.sync_p99)).unwrap_or(u64::MAX),
            "quick": quick,
        });
        Report {
            json: Map::from_iter([("machine".to_owned(), facts)]),
            section: String::new(),
            rows: vec![
                "| | measured | goal |".to_owned(),
                "| --- | --- | --- |".to_owned(),
            ],
        }
    }

    /// Says something about all figures.
    pub(crate) fn remark(&mut self, remark: &str) {
        println!("  {remark}");
        self.json.insert("remark".to_owned(), json!(remark));
    }

    /// What the next figures are about.
    pub(crate) fn section(&mut self, name: &str) {
        println!("\n{name}");
        name.clone_into(&mut self.section);
        self.rows.push(format!("| **{name}** | | |"));
    }

    /// One more figure.
    pub(crate) fn figure(&mut self, figure: &Figure) {
        println!("{}", figure.line());
        self.rows.push(figure.row());
        let section = self
            .json
            .entry(self.section.clone())
            .or_insert_with(|| json!({}));
        section[&figure.name] = figure.json();
    }

    /// Prints everything once more as a table, and writes the JSON, if wanted.
    pub(crate) fn end(self, path: Option<&Path>) -> anyhow::Result<()> {
        println!("\n{}", self.rows.join("\n"));
        let Some(path) = path else {
            return Ok(());
        };
        let text = serde_json::to_string_pretty(&Value::Object(self.json))?;
        std::fs::write(path, text + "\n")
            .with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// A count of what is made ready, on a line of its own every few seconds.
#[derive(Debug)]
pub(crate) struct Progress {
    what: &'static str,
    of: usize,
    /// When the last line was printed, in ms since the beginning.
    printed: AtomicU64,
    begun: Instant,
}

impl Progress {
    pub(crate) fn begin(what: &'static str, of: usize) -> Self {
        Progress {
            what,
            of,
            printed: AtomicU64::new(0),
            begun: Instant::now(),
        }
    }

    /// So many are there.
    pub(crate) fn at(&self, count: usize) {
        let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let is_due = now - self.printed.load(Ordering::Relaxed) >= 5_000;
        if is_due || count == self.of {
            self.printed.store(now, Ordering::Relaxed);
            eprintln!("  {}: {count} of {}, {} s", self.what, self.of, now / 1000);
        }
    }
}

/// The last word.
pub(crate) fn failed(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
