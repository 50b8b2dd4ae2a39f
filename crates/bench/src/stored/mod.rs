//! A server that keeps a million events in two thousand rooms: how fast is what people look at first?

mod fill;
mod plan;
mod questions;

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::machine::Machine;
use crate::place::{Measure, Place, Site};
use crate::process::Server;
use crate::report::{Figure, Report};

use fill::Stock;
use plan::Plan;

/// A server with many events in many rooms, and somebody who is in all of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Messages in all rooms together.
    #[arg(long, default_value_t = 1_000_000)]
    events: usize,
    /// Rooms. One of them has a tenth of the messages.
    #[arg(long, default_value_t = 2_000)]
    rooms: usize,
    /// How often each thing is asked.
    #[arg(long, default_value_t = 500)]
    times: usize,
    /// The port of the server.
    #[arg(long, default_value_t = 18_301)]
    port: u16,
    /// Keep the filled server in this directory; if a run before has kept one there, ask that.
    #[arg(long)]
    keep: Option<PathBuf>,
}

impl Args {
    /// Somebody to ask about a filled server: what was kept, if it is what is wanted, or all anew.
    async fn stock(&self, server: &Server, kept: &Path) -> anyhow::Result<Stock> {
        if let Some(plan) = Plan::read(kept)? {
            let wanted = (self.events, self.rooms, self.port);
            if (plan.events, plan.rooms.len(), plan.port) != wanted {
                let Plan {
                    events,
                    rooms,
                    port,
                } = plan;
                let rooms = rooms.len();
                bail!("what was kept is of --events {events} --rooms {rooms} --port {port}");
            }
            return Stock::again(server, plan.rooms).await;
        }
        let stock = Stock::fill(server, self.rooms, self.events).await?;
        Plan {
            events: self.events,
            port: self.port,
            rooms: stock.rooms.clone(),
        }
        .write(kept)?;
        Ok(stock)
    }
}

impl Measure for Args {
    fn place(&self) -> &Place {
        &self.place
    }

    fn kept(&self) -> Option<&Path> {
        self.keep.as_deref()
    }

    async fn measure(&self, site: &Site) -> anyhow::Result<Report> {
        let mut report = Report::begin(
            "One ScaiWave server with many events in many rooms, and somebody who is in all of them.",
            &Machine::look(&site.path)?,
            false,
        );
        report.remark(&format!(
        "{} messages of 12 words in {} rooms, a tenth of them in one room; each question {} times, one at a time",
        self.events, self.rooms, self.times
    ));
        let mut server = Server::new(site, "a.localhost", self.port)?;
        server.start().await?;
        let stock = self.stock(&server, &site.path).await?;
        // What is asked afterwards is not in this process's memory by accident.
        server.stop().await?;
        report.section("start with all of it");
        let ready = server.start().await?;
        report.figure(&Figure::milliseconds("start to ready", ready));
        report.figure(&Figure::mebibytes("memory when idle", server.memory()?.now));
        report.section("what people look at first");
        questions::ask(&stock, self.times, &mut report).await?;
        report.figure(&Figure::mebibytes("peak memory", server.memory()?.peak));
        report.figure(&Figure::mebibytes("on disk", server.disk_kib()?));
        Ok(report)
    }
}
