//! Two servers that share rooms: how fast, at what cost.

pub(crate) mod arrivals;
mod delivery;
mod load;
mod plan;

use std::time::Duration;

use crate::machine::Machine;
use crate::people::Person;
use crate::place::{Measure, Place, Site};
use crate::process::Server;
use crate::report::{Figure, Report};

use plan::Side;

/// Two servers that share rooms.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// How long each load is kept up.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Only loads whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// A tenth of everything: to see that it works, not how fast.
    #[arg(long)]
    quick: bool,
    /// The first of two ports.
    #[arg(long, default_value_t = 18_201)]
    port: u16,
}

impl Args {
    fn duration(&self) -> Duration {
        let full = Duration::from_secs(self.seconds);
        if self.quick { full / 10 } else { full }
    }

    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|part| name.contains(part))
    }
}

/// Both servers, and everybody on them.
struct World {
    a: Server,
    b: Server,
    /// On A, the host: the first makes the rooms.
    hosts: Vec<Person>,
    /// On B.
    guest: Person,
}

impl World {
    /// Who sends on this side.
    fn senders(&self, side: Side, count: usize) -> Vec<&Person> {
        match side {
            Side::Host => self.hosts.iter().take(count).collect(),
            Side::Follower => vec![&self.guest; count],
        }
    }

    /// Who sees on the other side what arrives there.
    fn witness(&self, side: Side) -> &Person {
        match side {
            Side::Host => &self.guest,
            Side::Follower => &self.hosts[0],
        }
    }
}

impl Measure for Args {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn measure(&self, site: &Site) -> anyhow::Result<Report> {
        let mut report = Report::begin(
            "Two ScaiWave servers on this machine, and the load generator beside them.",
            &Machine::look(&site.path)?,
            self.quick,
        );
        report.remark(&format!(
            "each load for {} s",
            self.duration().as_secs_f64()
        ));

        let mut a = Server::new(site, "a.localhost", self.port)?;
        let mut b = Server::new(site, "b.localhost", self.port + 1)?;
        start(&mut a, &mut b, &mut report).await?;
        let world = populate(a, b, self).await?;
        if self.wants("delivery") {
            let rounds = if self.quick { 100 } else { 1000 };
            delivery::measure(&world, rounds, &mut report).await?;
        }
        for load in plan::LOADS.iter().filter(|load| self.wants(load.name)) {
            load::measure(&world, load, self.duration(), &mut report).await?;
        }
        for (name, server) in [("A", &world.a), ("B", &world.b)] {
            let memory = server.memory()?;
            report.figure(&Figure::mebibytes(
                &format!("peak memory, server {name}"),
                memory.peak,
            ));
            report.figure(&Figure::mebibytes(
                &format!("memory at the end, server {name}"),
                memory.now,
            ));
        }
        Ok(report)
    }
}

async fn start(a: &mut Server, b: &mut Server, report: &mut Report) -> anyhow::Result<()> {
    report.section("start and idle");
    let first = a.start().await?;
    a.stop().await?;
    let again = a.start().await?;
    b.start().await?;
    report.figure(
        &Figure::milliseconds("start to ready, empty directory", first).at_most(100.0, 150.0),
    );
    report.figure(&Figure::milliseconds("start to ready, again", again).at_most(100.0, 150.0));
    for (name, server) in [("A", a), ("B", b)] {
        let name = format!("idle memory, server {name}");
        report.figure(&Figure::mebibytes(&name, server.memory()?.now).at_most(25.0, 30.0));
    }
    Ok(())
}

async fn populate(a: Server, b: Server, args: &Args) -> anyhow::Result<World> {
    let wanted = plan::LOADS.iter().filter(|load| args.wants(load.name));
    let most = wanted.map(|load| load.senders).max().unwrap_or(1);
    let mut hosts = Vec::new();
    for n in 0..most {
        hosts.push(Person::create(&a, &format!("a{n}")).await?);
    }
    let guest = Person::create(&b, "b0").await?;
    hosts[0].trust(&[&b.origin]).await?;
    guest.trust(&[&a.origin]).await?;
    Ok(World { a, b, hosts, guest })
}
