//! Three servers in one room, of which one is killed and comes back: how soon it has what it missed, and
//! how soon all three are equal.

mod heads;

use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::task::JoinSet;

use crate::machine::Machine;
use crate::people::Person;
use crate::place::{Measure, Place, Site};
use crate::process::Server;
use crate::report::{Figure, Report};
use crate::wire::Wire;

/// Requests that the senders of one server have in flight.
const IN_FLIGHT: usize = 20;
/// What is aimed at once the server is up: the first event of those that it missed, and all of them on
/// all three servers.
const FIRST_MAX_MS: f64 = 1_000.0;
const EQUAL_MAX_MS: f64 = 10_000.0;

/// Three servers of which one is away for a while.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Messages that are sent during each outage.
    #[arg(long, default_value_t = 10_000)]
    events: usize,
    /// The first of three ports.
    #[arg(long, default_value_t = 18_211)]
    port: u16,
}

/// The three, with somebody on each. The first one hosts the room.
struct World {
    servers: [Server; 3],
    people: [Person; 3],
    room: String,
}

impl Measure for Args {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn measure(&self, site: &Site) -> anyhow::Result<Report> {
        let mut report = Report::begin(
            "Three ScaiWave servers on this machine, and the load generator beside them.",
            &Machine::look(&site.path)?,
            false,
        );
        report.remark(&format!("{} messages during each outage", self.events));
        let mut world = populate(self, site).await?;
        for (away, name) in [
            (2, "a follower is killed and comes back"),
            (0, "the host is killed and comes back"),
        ] {
            report.section(name);
            outage(&mut world, away, self.events, &mut report).await?;
        }
        Ok(report)
    }
}

async fn populate(args: &Args, site: &Site) -> anyhow::Result<World> {
    let mut servers = Vec::new();
    let mut people = Vec::new();
    for (n, name) in ["a", "b", "c"].into_iter().enumerate() {
        let port = args.port + u16::try_from(n)?;
        let mut server = Server::new(site, &format!("{name}.localhost"), port)?;
        server.start().await?;
        people.push(Person::create(&server, name).await?);
        servers.push(server);
    }
    for person in &people {
        let others: Vec<_> = servers.iter().map(|server| &server.origin).collect();
        person.trust(&others).await?;
    }
    let people: [Person; 3] = people.try_into().ok().context("three people")?;
    let room = people[0].room_with(&[&people[1], &people[2]]).await?;
    let servers = servers.try_into().ok().context("three servers")?;
    let world = World {
        servers,
        people,
        room,
    };
    heads::equal(&world, &[0, 1, 2], 0).await?;
    Ok(world)
}

/// Kills one server, lets people of the other two write, starts it again and watches.
async fn outage(
    world: &mut World,
    away: usize,
    events: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    let before = heads::seq(world, 1).await?;
    world.servers[away].kill().await?;
    let others: Vec<usize> = (0..3).filter(|n| *n != away).collect();
    let writing = std::time::Instant::now();
    send(world, &others, events).await?;
    report.figure(&Figure::milliseconds(
        "writing it all, while one is away",
        writing.elapsed(),
    ));
    let ready = world.servers[away].start().await?;
    report.figure(&Figure::milliseconds("start to ready", ready));
    let up = std::time::Instant::now();
    heads::beyond(world, away, before).await?;
    report.figure(
        &Figure::milliseconds("first event, after it is up", up.elapsed())
            .at_most(FIRST_MAX_MS, FIRST_MAX_MS),
    );
    heads::equal(world, &[0, 1, 2], before + events as u64).await?;
    report.figure(
        &Figure::milliseconds("all three equal, after it is up", up.elapsed())
            .at_most(EQUAL_MAX_MS, EQUAL_MAX_MS),
    );
    // What comes late would be doubled or lost: nothing may move any more.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let after = heads::equal(world, &[0, 1, 2], before + events as u64).await?;
    if after != before + events as u64 {
        bail!("{events} messages made {} entries", after - before);
    }
    Ok(())
}

/// Each of these servers' people send an equal share.
async fn send(world: &World, from: &[usize], events: usize) -> anyhow::Result<()> {
    let slots = from.len() * IN_FLIGHT;
    let mut sending = JoinSet::new();
    for slot in 0..slots {
        let person = &world.people[from[slot % from.len()]];
        let message = person.message(&world.room);
        let mut wire = Wire::connect(&person.origin).await?;
        let share = events / slots + usize::from(slot < events % slots);
        sending.spawn(async move {
            for _ in 0..share {
                let answer = wire.send(&message).await?;
                if answer.status != 200 {
                    let said = String::from_utf8_lossy(&answer.body);
                    bail!("a message was refused: {} {said}", answer.status);
                }
            }
            Ok(())
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    Ok(())
}
