//! How many messages a second, and what they cost.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::World;
use super::arrivals::Arrivals;
use super::plan::Load;
use crate::people::Person;
use crate::process::{machine_time, processor_time};
use crate::report::{Figure, Report};
use crate::wire::Wire;

/// Keeps a load up for a while and waits until everything has arrived.
pub(super) async fn measure(
    world: &World,
    load: &Load,
    duration: Duration,
    report: &mut Report,
) -> anyhow::Result<()> {
    report.section(load.name);
    let senders = world.senders(load.side, load.senders);
    let rooms = rooms(world, load, &senders).await?;
    let mut witness = Arrivals::watch(world.witness(load.side), true).await?;
    let mut connected = Vec::new();
    if load.connected {
        for sender in &senders {
            connected.push(Arrivals::watch(sender, false).await?);
        }
    }
    // What makes connections and caches warm is not measured.
    let warm = Duration::from_millis(300).min(duration);
    let sent = send(&senders, &rooms, load.in_flight, warm).await?;
    everywhere(&mut witness, &mut connected, sent).await?;

    let before = Costs::now(world)?;
    let begun = Instant::now();
    let measured = send(&senders, &rooms, load.in_flight, duration).await?;
    let sending = begun.elapsed();
    let end = witness.reach(sent + measured).await?;
    let everything = everywhere(&mut witness, &mut connected, sent + measured).await?;
    let costs = Costs::now(world)?.since(&before);

    let took = end.max(begun + sending) - begun;
    let rate = measured as f64 / took.as_secs_f64();
    let rate = Figure::rate("delivered messages per second", rate);
    report.figure(&match load.goal {
        Some((aim, must)) => rate.at_least(aim, must),
        None => rate,
    });
    if load.connected {
        let all = measured as f64 * (connected.len() + 1) as f64;
        let whole = everything.max(begun + sending) - begun;
        report.figure(&Figure::rate(
            "deliveries per second, all sockets",
            all / whole.as_secs_f64(),
        ));
    }
    let behind = took.saturating_sub(sending);
    report.figure(&Figure::milliseconds(
        "last delivery after the last answer",
        behind,
    ));
    costs.report(measured, begun.elapsed(), load, report);
    Ok(())
}

async fn rooms(world: &World, load: &Load, senders: &[&Person]) -> anyhow::Result<Vec<String>> {
    let owner = &world.hosts[0];
    let mut rooms = Vec::new();
    for n in 0..load.rooms {
        // With a room for each sender, only that one is needed in it, beside the owner and the witness.
        let mut others = vec![&world.guest];
        let inside = senders
            .iter()
            .enumerate()
            .filter(|(m, _)| load.rooms == 1 || *m == n);
        others.extend(inside.map(|(_, sender)| *sender));
        others.retain(|other| other.token != owner.token);
        others.dedup_by(|a, b| a.token == b.token);
        rooms.push(owner.room_with(&others).await?);
    }
    Ok(rooms)
}

/// Sends until the time is over; says how many were answered with 200.
async fn send(
    senders: &[&Person],
    rooms: &[String],
    in_flight: usize,
    duration: Duration,
) -> anyhow::Result<u64> {
    let ready = Arc::new(Barrier::new(senders.len() * in_flight));
    let mut slots = JoinSet::new();
    for (n, sender) in senders.iter().enumerate() {
        let message: Arc<[u8]> = sender.message(&rooms[n % rooms.len()]).into();
        for _ in 0..in_flight {
            let mut wire = Wire::connect(&sender.origin).await?;
            let (message, ready) = (message.clone(), ready.clone());
            slots.spawn(async move {
                ready.wait().await;
                let end = Instant::now() + duration;
                let mut sent = 0;
                while Instant::now() < end {
                    let answer = wire.send(&message).await?;
                    if answer.status != 200 {
                        let said = String::from_utf8_lossy(&answer.body);
                        bail!("a message was refused: {} {said}", answer.status);
                    }
                    sent += 1;
                }
                Ok(sent)
            });
        }
    }
    let mut sent = 0;
    while let Some(slot) = slots.join_next().await {
        sent += slot??;
    }
    Ok(sent)
}

async fn everywhere(
    witness: &mut Arrivals,
    connected: &mut [Arrivals],
    count: u64,
) -> anyhow::Result<Instant> {
    let mut last = witness.reach(count).await?;
    for arrivals in connected {
        last = last.max(arrivals.reach(count).await?);
    }
    Ok(last)
}

/// Processor time of all three processes, and of the whole machine.
#[derive(Clone, Copy, Debug)]
struct Costs {
    a: Duration,
    b: Duration,
    generator: Duration,
    machine: Duration,
}

impl Costs {
    fn now(world: &World) -> anyhow::Result<Self> {
        Ok(Costs {
            a: world.a.processor_time()?,
            b: world.b.processor_time()?,
            generator: processor_time("self")?,
            machine: machine_time()?,
        })
    }

    fn since(self, before: &Costs) -> Self {
        Costs {
            a: self.a - before.a,
            b: self.b - before.b,
            generator: self.generator - before.generator,
            machine: self.machine - before.machine,
        }
    }

    fn report(&self, messages: u64, took: Duration, load: &Load, report: &mut Report) {
        let per_thousand = |time: Duration| time.as_secs_f64() * 1000.0 / messages.max(1) as f64;
        report.figure(&Figure::cost(
            "processor s per 1,000 messages, server A",
            per_thousand(self.a),
        ));
        report.figure(&Figure::cost(
            "processor s per 1,000 messages, server B",
            per_thousand(self.b),
        ));
        let both = Figure::cost(
            "processor s per 1,000 messages, both",
            per_thousand(self.a + self.b),
        );
        report.figure(&match load.cost_goal {
            Some(goal) => both.at_most(goal, goal),
            None => both,
        });
        let share = self.generator.as_secs_f64() / took.as_secs_f64() * 100.0;
        report.figure(&Figure::percent("the generator's share of one core", share));
        // What others take is missing here: a figure with much of it says little.
        let ours = self.a + self.b + self.generator;
        let others = self.machine.saturating_sub(ours).as_secs_f64() / took.as_secs_f64() * 100.0;
        report.figure(&Figure::percent(
            "what else runs on this machine, of one core",
            others,
        ));
    }
}
