//! One event in a hundred is poison: what does that cost the others?

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::bail;
use hdrhistogram::Histogram;

use super::peer::Stranger;
use crate::federation::arrivals::Arrivals;
use crate::machine::Machine;
use crate::people::Person;
use crate::place::Place;
use crate::process::Server;
use crate::report::{Figure, Report};
use crate::wire::Wire;

/// Events in a batch, of which one may be poison.
const BATCH: usize = 100;

/// A peer sends batches of a hundred events, with and without one of them being poison.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Write the figures as JSON, too.
    #[arg(long)]
    json: Option<PathBuf>,
    /// How many batches of each sort.
    #[arg(long, default_value_t = 300)]
    batches: usize,
    /// The first of two ports.
    #[arg(long, default_value_t = 18_221)]
    port: u16,
}

/// What one sort of batches came to.
struct Sort {
    name: &'static str,
    latency: Histogram<u64>,
    busy: Duration,
    honest: u64,
    delivered: u64,
    refused: u64,
}

/// Measures and prints.
pub(crate) async fn run(args: &Args) -> anyhow::Result<()> {
    let measured = async |program: &Path, path: &Path| measure(args, program, path).await;
    args.place.work(measured).await
}

async fn measure(args: &Args, program: &Path, path: &Path) -> anyhow::Result<()> {
    let mut report = Report::begin(
        "A ScaiWave server, and a peer that submits batches of 100 events, one at a time.",
        &Machine::look(path)?,
        false,
    );
    let mut server = Server::new(program, "a.localhost", args.port, path)?;
    server.start().await?;
    let owner = Person::create(&server, "a0").await?;
    let mut stranger = Stranger::open("p.localhost", args.port + 1, &server.origin).await?;
    owner.trust(&[&stranger.origin]).await?;
    let room = owner.room_with(&[]).await?;
    stranger.join(&owner, &room).await?;
    let mut witness = Arrivals::watch(&owner, true).await?;
    let mut wire = stranger.connect().await?;
    let mut sorts = [Sort::new("none")?, Sort::new("1 % poison")?];
    let mut warm = Sort::new("warm")?;
    for _ in 0..args.batches / 10 + 1 {
        warm.batch(&stranger, &mut wire, &room, false).await?;
    }
    // In turn, so that whatever else happens on this machine happens to both.
    for _ in 0..args.batches {
        for (n, sort) in sorts.iter_mut().enumerate() {
            sort.batch(&stranger, &mut wire, &room, n == 1).await?;
        }
    }
    let honest = warm.honest + sorts[0].honest + sorts[1].honest;
    witness.reach(honest).await?;
    for sort in &sorts {
        sort.report(&mut report);
    }
    let ratio = sorts[1].rate() / sorts[0].rate() * 100.0;
    report.section("compared");
    report.figure(&Figure::percent("honest events a second, of none", ratio));
    let arrived = witness.count() as f64 / honest as f64 * 100.0;
    report.figure(
        &Figure::percent("honest events that the owner saw", arrived).at_least(100.0, 100.0),
    );
    report.end(args.json.as_deref())
}

impl Sort {
    fn new(name: &'static str) -> anyhow::Result<Self> {
        Ok(Sort {
            name,
            latency: Histogram::new(3)?,
            busy: Duration::ZERO,
            honest: 0,
            delivered: 0,
            refused: 0,
        })
    }

    async fn batch(
        &mut self,
        stranger: &Stranger,
        wire: &mut Wire,
        room: &str,
        poisoned: bool,
    ) -> anyhow::Result<()> {
        let mut items = Vec::with_capacity(BATCH);
        for _ in 0..BATCH {
            items.push(stranger.message(room)?);
        }
        let n = usize::try_from(self.latency.len())?;
        let bad = poisoned.then_some(n * 37 % BATCH);
        if let Some(bad) = bad {
            items[bad] = spoilt(&items[bad], n);
        }
        let request = stranger.batch(&items);
        let begun = Instant::now();
        let answer = wire.send(&request).await?;
        let took = begun.elapsed();
        let answer: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let results = answer["results"].as_array().map_or(&[][..], Vec::as_slice);
        for (place, result) in results.iter().enumerate() {
            match (result["status"].as_str(), Some(place) == bad) {
                (Some("ok"), false) => self.delivered += 1,
                (Some("rejected"), true) => self.refused += 1,
                _ => bail!("{place} of {BATCH}, poison at {bad:?}: {result}"),
            }
        }
        self.latency.record(u64::try_from(took.as_micros())?)?;
        self.busy += took;
        self.honest += (BATCH - usize::from(poisoned)) as u64;
        if self.delivered != self.honest {
            bail!(
                "{} of {} honest events were taken",
                self.delivered,
                self.honest
            );
        }
        Ok(())
    }

    fn rate(&self) -> f64 {
        self.delivered as f64 / self.busy.as_secs_f64()
    }

    fn report(&self, report: &mut Report) {
        report.section(self.name);
        report.figure(&Figure::rate("honest events per second", self.rate()));
        for (quantile, name) in [(0.5, "batch, p50"), (0.99, "batch, p99")] {
            let value = self.latency.value_at_quantile(quantile);
            report.figure(&Figure::microseconds(name, value));
        }
        report.figure(&Figure::rate("events refused, in all", self.refused as f64));
    }
}

/// The same with one thing wrong, another one each time.
fn spoilt(item: &str, n: usize) -> String {
    match n % 5 {
        0 => item.replacen("\"origin_ts\":", "\"origin_ts\":1", 1),
        1 => item.replacen("\"v\":1", "\"v\":1.0", 1),
        2 => item.replacen("\"kind\":\"submit\"", "\"kind\":\"unheard\"", 1),
        3 => item.replacen("@mallory:p.", "@mallory:q.", 1),
        _ => item.replacen("\"salt\"", "\"slat\"", 1),
    }
}
