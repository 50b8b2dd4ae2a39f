//! Many people with an open stream in one room: how soon has the last of them what somebody says, and what
//! does that take? One more stops reading; it must be let go, and lose nothing.

mod crowd;
mod laggard;
mod talk;

use std::time::Duration;

use crate::machine::Machine;
use crate::place::{Measure, Place, Site};
use crate::process::{Server, processor_time};
use crate::report::{Figure, Report};

use crowd::Crowd;
use laggard::Laggard;
use talk::Board;

/// Milliseconds until the last session has it, at the slowest of a hundred messages.
const LAST_MAX_MS: f64 = 50.0;
/// MiB of the server, at its peak.
const MEMORY_MAX_MIB: f64 = 100.0;

/// Many open streams in one room.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// People, each with one open stream.
    #[arg(long, default_value_t = 1_000)]
    sessions: usize,
    /// Messages a second, whatever the server does.
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// For how long.
    #[arg(long, default_value_t = 30)]
    seconds: u32,
    /// The port of the server.
    #[arg(long, default_value_t = 18_311)]
    port: u16,
}

impl Measure for Args {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn measure(&self, site: &Site) -> anyhow::Result<Report> {
        let mut report = Report::begin(
            "One ScaiWave server with many people in one room, each with an open stream.",
            &Machine::look(&site.path)?,
            false,
        );
        report.remark(&format!(
        "{} sessions, {} messages of 100 bytes a second for {} s; the time runs from the first byte of the \
         request to the frame at the last of all sessions",
        self.sessions, self.rate, self.seconds
    ));
        let mut server = Server::new(site, "a.localhost", self.port)?;
        server.start().await?;
        let crowd = Crowd::gather(&server, self.sessions).await?;
        let board = Board::new(self.sessions)?;
        let mut streams = crowd.listen(&board).await?;
        report.section("sessions");
        let idle = server.memory()?;
        report.figure(&Figure::mebibytes("memory, all connected", idle.now));
        let mut laggard = Laggard::open(crowd.one_more()).await?;

        let (ours, servers) = (processor_time("self")?, server.processor_time()?);
        let count = self.rate * self.seconds;
        talk::say(crowd.owner(), &crowd.room, &board, self.rate, count).await?;
        board.everywhere(&mut streams).await?;
        let seconds = f64::from(self.seconds);
        let share = |time: Duration| time.as_secs_f64() / seconds * 100.0;
        let (ours, servers) = (
            share(processor_time("self")? - ours),
            share(server.processor_time()? - servers),
        );
        board.tell(LAST_MAX_MS, &mut report);
        report.figure(&Figure::percent("the server's share of one core", servers));
        report.figure(&Figure::percent("the generator's share of one core", ours));
        let peak = Figure::mebibytes("peak memory", server.memory()?.peak);
        report.figure(&peak.at_most(MEMORY_MAX_MIB, MEMORY_MAX_MIB));

        report.section("one that does not read");
        let let_go = if laggard.was_let_go().await {
            100.0
        } else {
            0.0
        };
        report.figure(&Figure::percent("let go", let_go).at_least(100.0, 100.0));
        let found = laggard.catch_up(crowd.one_more(), count).await?;
        report
            .figure(&Figure::percent("messages it has after a sync", found).at_least(100.0, 100.0));
        Ok(report)
    }
}
