//! A server comes into a large room of another one: how soon its first person can use the room, and how
//! soon the past is there when they scroll up. Half of the servers have been in use before, and half have
//! just been started: their first join is the first of nearly everything that they do.

mod newcomer;
mod room;

use std::time::Duration;

use crate::machine::Machine;
use crate::place::{Measure, Place, Site};
use crate::report::{Figure, Report};

use newcomer::{Newcomer, Times};
use room::Rooms;

/// From the acceptance to name, members and newest page, on a machine of which nobody wants anything else.
const USABLE_MAX_MS: f64 = 50.0;
/// The first older page comes from the host: what somebody who scrolls takes for at once.
const OLDER_MAX_MS: f64 = 100.0;

/// A server comes into a large room of another one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Messages in the room.
    #[arg(long, default_value_t = 10_000)]
    messages: usize,
    /// Members of the room, on three servers.
    #[arg(long, default_value_t = 500)]
    members: usize,
    /// Servers of each sort that come in, one after the other.
    #[arg(long, default_value_t = 9)]
    newcomers: u16,
    /// The first of the ports: three for those that are in the room, and two for each newcomer of a sort.
    #[arg(long, default_value_t = 18_241)]
    port: u16,
}

impl Args {
    /// All that come in: one that was in use, one that was just started, and so on.
    fn all_newcomers(&self) -> std::ops::Range<u16> {
        0..self.newcomers * 2
    }
}

impl Measure for Args {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn measure(&self, site: &Site) -> anyhow::Result<Report> {
        let mut report = Report::begin(
            "A ScaiWave server that hosts a large room, and others that come into it, one after the other.",
            &Machine::look(&site.path)?,
            false,
        );
        report.remark(&format!(
        "{} messages, {} members on three servers; {} newcomers that have been in a small room of the host \
         before, and as many that were just started",
        self.messages, self.members, self.newcomers
    ));
        let rooms = Rooms::open(self, site).await?;
        let (mut used, mut fresh) = (Vec::new(), Vec::new());
        for n in self.all_newcomers() {
            let newcomer = Newcomer::start(&rooms, site, self, n).await?;
            let was_used = n % 2 == 0;
            if was_used {
                newcomer.join(&rooms, &rooms.small).await?;
            }
            let times = newcomer.join(&rooms, &rooms.large).await?;
            let sort = if was_used { &mut used } else { &mut fresh };
            sort.push(times);
        }
        report.section("joining: a server that has been in use");
        tell(&used, &mut report);
        report.section("joining: a server that was just started");
        tell(&fresh, &mut report);
        Ok(report)
    }
}

fn tell(all: &[Times], report: &mut Report) {
    let of = |pick: fn(&Times) -> Duration| all.iter().map(pick).collect::<Vec<_>>();
    for (name, times, goal) in [
        ("accept", of(|times| times.accepted), None),
        ("the room's name", of(|times| times.room), None),
        ("its members", of(|times| times.members), None),
        ("its newest page", of(|times| times.page), None),
        (
            "all of it: the room is usable",
            of(Times::usable),
            Some(USABLE_MAX_MS),
        ),
        (
            "the first older page, from the host",
            of(|times| times.older),
            Some(OLDER_MAX_MS),
        ),
        ("the next older page", of(|times| times.next), None),
        (
            "processor time until it is usable, both servers",
            of(|times| times.work),
            None,
        ),
        (
            "processor time for the first older page",
            of(|times| times.older_work),
            None,
        ),
    ] {
        figures(name, times, goal, report);
    }
}

fn figures(name: &str, mut times: Vec<Duration>, goal: Option<f64>, report: &mut Report) {
    times.sort_unstable();
    for (label, time) in [
        ("p50", times.get(times.len() / 2)),
        ("slowest", times.last()),
    ] {
        let micros = time.map_or(0, Duration::as_micros);
        let micros = u64::try_from(micros).unwrap_or(u64::MAX);
        let figure = Figure::microseconds(&format!("{name}, {label}"), micros);
        report.figure(&match goal {
            Some(goal) => figure.at_most(goal, goal),
            None => figure,
        });
    }
}
