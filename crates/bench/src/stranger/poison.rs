//! One event in a hundred is poison: what does that cost the others?

use std::time::{Duration, Instant};

use anyhow::bail;

use super::peer::Stranger;
use super::scene::Scene;
use crate::federation::arrivals::Arrivals;
use crate::machine::Machine;
use crate::place::{Measure, Place, Site};
use crate::report::{Figure, Report};
use crate::wire::Wire;

/// Events in a batch, of which one may be poison.
const BATCH: usize = 100;
/// Differences below this many percent are below what two equal measurements differ by on a quiet
/// machine.
const MEASURABLE: f64 = 2.0;

/// A peer sends batches of 100 events, with and without one among them that is poison.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// How many batches of each sort.
    #[arg(long, default_value_t = 500)]
    batches: usize,
    /// The first of two ports.
    #[arg(long, default_value_t = 18_221)]
    port: u16,
}

impl Measure for Args {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn measure(&self, site: &Site) -> anyhow::Result<Report> {
        let mut report = Report::begin(
            "A ScaiWave server, and a peer that submits batches of 100 events, one at a time.",
            &Machine::look(&site.path)?,
            false,
        );
        let scene = Scene::set(site, [self.port, self.port + 1], &[]).await?;
        let mut witness = Arrivals::watch(&scene.owner, true).await?;
        let mut wire = scene.stranger.connect().await?;
        let mut warm = Sort::default();
        for _ in 0..self.batches / 10 + 1 {
            warm.batch(&scene, &mut wire, None).await?;
        }
        // Two sorts are the same: what they differ by is what this machine cannot tell apart.
        let mut sorts = [Sort::default(), Sort::default(), Sort::default()];
        for round in 0..self.batches {
            // Each comes first, second and third as often, whatever the one before leaves behind.
            for place in 0..sorts.len() {
                let n = (round + place) % sorts.len();
                let poison = (n == 2).then_some(round);
                sorts[n].batch(&scene, &mut wire, poison).await?;
            }
        }
        let [none, again, poison] = sorts;
        let honest = warm.honest + none.honest + again.honest + poison.honest;
        witness.reach(honest).await?;
        report.section(&format!(
            "{} batches of each sort, one at a time",
            self.batches
        ));
        for (name, sort) in [
            ("none", &none),
            ("none, once more", &again),
            ("with one that is poison", &poison),
        ] {
            for (label, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)] {
                let time = sort.quantile(quantile);
                report.figure(&Figure::microseconds(&format!("{name}, {label}"), time));
            }
        }
        compare(&none, &again, &poison, &mut report);
        for (n, wrong) in WRONGS.iter().enumerate() {
            let times = poison.times.iter().skip(n).step_by(WRONGS.len());
            let figure = format!("with one that is poison, {wrong}, p50");
            report.figure(&Figure::microseconds(&figure, quantile(times, 0.5)));
        }
        let arrived = witness.count() as f64 / honest as f64 * 100.0;
        report.figure(
            &Figure::percent("honest events that the owner saw", arrived).at_least(100.0, 100.0),
        );
        let refused = poison.refused as f64 / poison.times.len() as f64 * 100.0;
        report.figure(
            &Figure::percent("poison refused with its reason", refused).at_least(100.0, 100.0),
        );
        Ok(report)
    }
}

/// Medians: what lies above them is the disk's and other programs'.
fn compare(none: &Sort, again: &Sort, poison: &Sort, report: &mut Report) {
    let median = |sort: &Sort| sort.quantile(0.5) as f64;
    let reference = (median(none) + median(again)) / 2.0;
    let noise = (median(none) - median(again)).abs() / reference * 100.0;
    let delay = (median(poison) / reference - 1.0) * 100.0;
    let bar = (noise.max(MEASURABLE) * 10.0).round() / 10.0;
    report.figure(&Figure::tenths("two equal sorts differ by, p50", noise));
    let delay = Figure::tenths("poison delays the batch by, p50", delay);
    report.figure(&delay.at_most(bar, bar));
}

/// What one sort of batches came to.
#[derive(Default)]
struct Sort {
    times: Vec<Duration>,
    honest: u64,
    refused: u64,
}

impl Sort {
    /// Sends a batch; the number of the poison says where it stands and what is wrong with it.
    async fn batch(
        &mut self,
        scene: &Scene,
        wire: &mut Wire,
        poison: Option<usize>,
    ) -> anyhow::Result<()> {
        let (items, bad) = batch(&scene.stranger, &scene.room, poison)?;
        let request = scene.stranger.batch(&items);
        let begun = Instant::now();
        let answer = wire.send(&request).await?;
        self.times.push(begun.elapsed());
        let answer: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let results = answer["results"].as_array().map_or(&[][..], Vec::as_slice);
        if results.len() != items.len() {
            bail!("{} results for {} items", results.len(), items.len());
        }
        for (place, result) in results.iter().enumerate() {
            match (result["status"].as_str(), Some(place) == bad) {
                (Some("ok"), false) => self.honest += 1,
                (Some("rejected"), true) => self.refused += 1,
                _ => bail!("{place} of {}, poison at {bad:?}: {result}", items.len()),
            }
        }
        Ok(())
    }

    fn quantile(&self, share: f64) -> u64 {
        quantile(self.times.iter(), share)
    }
}

fn quantile<'a>(times: impl Iterator<Item = &'a Duration>, share: f64) -> u64 {
    let mut times: Vec<&Duration> = times.collect();
    times.sort_unstable();
    let at = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
    let time = times.get(at).map_or(0, |time| time.as_micros());
    u64::try_from(time).unwrap_or(u64::MAX)
}

/// The items of a batch, and where among them the poison stands.
fn batch(
    stranger: &Stranger,
    room: &str,
    poison: Option<usize>,
) -> anyhow::Result<(Vec<String>, Option<usize>)> {
    let mut items = Vec::with_capacity(BATCH);
    for _ in 0..BATCH {
        items.push(stranger.message(room)?);
    }
    let bad = poison.map(|n| n * 37 % BATCH);
    if let (Some(n), Some(bad)) = (poison, bad) {
        items[bad] = spoilt(&items[bad], n);
    }
    Ok((items, bad))
}

/// What is wrong with a poison, by its number.
const WRONGS: [&str; 5] = [
    "another time",
    "a number that is none",
    "another kind",
    "another author",
    "another member",
];

/// The same with one thing wrong, another one each time.
fn spoilt(item: &str, n: usize) -> String {
    match n % WRONGS.len() {
        0 => item.replacen("\"origin_ts\":", "\"origin_ts\":1", 1),
        1 => item.replacen("\"v\":1", "\"v\":1.0", 1),
        2 => item.replacen("\"kind\":\"submit\"", "\"kind\":\"unheard\"", 1),
        3 => item.replacen("@mallory:p.", "@mallory:q.", 1),
        _ => item.replacen("\"salt\"", "\"slat\"", 1),
    }
}
