//! A peer that is let in and wants to hurt, while two honest servers go on talking: what it takes of the
//! memory, and what it adds to their delivery (G14).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use rustix::process::setpriority_process;
use scaiwave_protocol::SigningKey;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::peer::Stranger;
use super::scene::Scene;
use crate::federation::arrivals::sequenced;
use crate::machine::Machine;
use crate::people::Person;
use crate::place::{Measure, Place, Site};
use crate::process::Server;
use crate::report::{Figure, Report};
use crate::socket::Socket;
use crate::wire::Wire;

/// Between two tries of one hostile connection.
const PAUSE: Duration = Duration::from_millis(20);
/// Between two honest messages.
const TALK_EVERY: Duration = Duration::from_millis(20);
/// Between two looks at the memory.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Messages of 60 KB in the room, so that a page of its history is as large as it gets.
const LONG_MESSAGES: usize = 80;
/// Connections that begin a request and do not go on.
const SLOW_CONNECTIONS: usize = 300;

/// A hostile peer for some seconds, beside honest ones.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// How long it lasts.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The first of three ports.
    #[arg(long, default_value_t = 18_231)]
    port: u16,
}

impl Measure for Args {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn measure(&self, site: &Site) -> anyhow::Result<Report> {
        let mut report = Report::begin(
            "Two honest ScaiWave servers, and a peer that is let in by one of them and wants to hurt it.",
            &Machine::look(&site.path)?,
            false,
        );
        let mut b = Server::new(site, "b.localhost", self.port + 1)?;
        b.start().await?;
        let bob = Person::create(&b, "b0").await?;
        let scene = Scene::set(site, [self.port, self.port + 2], &[&b.origin]).await?;
        let (a, alice, target) = (scene.server, scene.owner, scene.room);
        bob.trust(&[&a.origin]).await?;
        let honest = alice.room_with(&[&bob]).await?;
        fill(&alice, &target).await?;
        let stranger = Arc::new(scene.stranger);
        let time = Duration::from_secs(self.seconds);

        talk(&alice, &bob, &honest, time / 5).await?;
        let idle = talk(&alice, &bob, &honest, time).await?;
        let before = a.memory()?;
        let attack = Attack::begin(&stranger, &target)?;
        let (during, peak) =
            tokio::try_join!(talk(&alice, &bob, &honest, time), watch_memory(&a, time))?;
        let answers = attack.end()?;
        let after = talk(&alice, &bob, &honest, time / 5).await?;

        report.section(&format!("{} s of a hostile peer", self.seconds));
        let growth = peak.saturating_sub(before.now);
        report.figure(&Figure::mebibytes("memory before, server A", before.now));
        report.figure(&Figure::mebibytes("growth at most, server A", growth).at_most(64.0, 64.0));
        let p99 = |histogram: &Histogram<u64>| histogram.value_at_quantile(0.99);
        let aim = p99(&idle) as f64 / 1000.0 * 2.0;
        report.figure(&Figure::microseconds(
            "honest delivery, p99, idle",
            p99(&idle),
        ));
        let hurt = Figure::microseconds("honest delivery, p99, during", p99(&during));
        report.figure(&hurt.at_most(aim, aim));
        report.figure(&Figure::microseconds(
            "honest delivery, p99, afterwards",
            p99(&after),
        ));
        for (quantile, name) in [(0.5, "p50"), (0.9, "p90")] {
            for (when, histogram) in [("idle", &idle), ("during", &during)] {
                let name = format!("honest delivery, {name}, {when}");
                report.figure(&Figure::microseconds(
                    &name,
                    histogram.value_at_quantile(quantile),
                ));
            }
        }
        for (what, count) in answers {
            report.figure(&Figure::rate(&what, count as f64 / time.as_secs_f64()));
        }
        Ok(report)
    }
}

/// A room with a history that takes long to send.
async fn fill(owner: &Person, room: &str) -> anyhow::Result<()> {
    let body = json!({"content": {"body": "x".repeat(60_000)}});
    let path = format!("/v1/rooms/{room}/send");
    for _ in 0..LONG_MESSAGES {
        owner.call("POST", &path, &body).await?;
    }
    Ok(())
}

/// One message after the other from A to a screen on B, for some time.
async fn talk(
    from: &Person,
    to: &Person,
    room: &str,
    time: Duration,
) -> anyhow::Result<Histogram<u64>> {
    let mut wire = Wire::connect(&from.origin).await?;
    let mut socket = Socket::open(&to.origin, &to.token).await?;
    let message = from.message(room);
    let mut delivered = Histogram::new(3)?;
    let end = Instant::now() + time;
    while Instant::now() < end {
        let begun = Instant::now();
        let sent = async {
            let answer = wire.send(&message).await?;
            if answer.status != 200 {
                bail!("an honest message was refused: {}", answer.status);
            }
            Ok(())
        };
        let arrived = async {
            let mut here = false;
            while !here {
                let seen = socket.burst(|frame| here |= sequenced(frame).is_some());
                seen.await?;
            }
            Ok(())
        };
        tokio::try_join!(sent, arrived)?;
        delivered.record(u64::try_from(begun.elapsed().as_micros())?)?;
        tokio::time::sleep(TALK_EVERY).await;
    }
    Ok(delivered)
}

/// The most that a server holds within a time, in KiB.
async fn watch_memory(server: &Server, time: Duration) -> anyhow::Result<u64> {
    let end = Instant::now() + time;
    let mut most = 0;
    while Instant::now() < end {
        most = most.max(server.memory()?.now);
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(most)
}

/// Everything that the stranger does at once, on a thread that runs only when nobody else wants to: a
/// hostile peer stands on a machine of its own, and what its requests cost to make is no cost of ours.
struct Attack {
    thread: JoinHandle<anyhow::Result<()>>,
    enough: oneshot::Sender<()>,
    counts: Vec<(&'static str, Arc<Counts>)>,
}

#[derive(Default)]
struct Counts {
    answered: AtomicU64,
    refused: AtomicU64,
}

impl Attack {
    fn begin(stranger: &Arc<Stranger>, room: &str) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut waves = Waves {
            stranger: stranger.clone(),
            tasks: JoinSet::new(),
            counts: Vec::new(),
        };
        {
            let _inside = runtime.enter();
            waves.begin(room);
        }
        let Waves {
            mut tasks, counts, ..
        } = waves;
        let (enough, mut told) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            setpriority_process(None, 19)?;
            runtime.block_on(async {
                tokio::select! {
                    _ = &mut told => Ok(()),
                    Some(ended) = tasks.join_next() => ended.context("a hostile task panicked")?,
                }
            })
        });
        Ok(Attack {
            thread,
            enough,
            counts,
        })
    }

    fn end(self) -> anyhow::Result<Vec<(String, u64)>> {
        // Nobody listens any more when a task has failed; then that is the answer.
        self.enough.send(()).unwrap_or_default();
        let ended = self.thread.join();
        ended.map_err(|_| anyhow::anyhow!("the attack panicked"))??;
        let lines = self.counts.iter().flat_map(|(name, counts)| {
            [
                (format!("{name}, taken"), counts.answered.load(Relaxed)),
                (format!("{name}, refused"), counts.refused.load(Relaxed)),
            ]
        });
        Ok(lines.collect())
    }
}

/// The tasks of an attack.
struct Waves {
    stranger: Arc<Stranger>,
    tasks: JoinSet<anyhow::Result<()>>,
    counts: Vec<(&'static str, Arc<Counts>)>,
}

impl Waves {
    fn begin(&mut self, room: &str) {
        let amplified = amplified();
        self.repeat("bodies of a megabyte", 8, move |s| {
            s.post(&amplified, s.key())
        });
        let chatter = chatter(&self.stranger, room);
        self.repeat("batches of typing", 4, move |s| s.batch(&chatter));
        let foreign = SigningKey::from_seed(&[9; 32]);
        self.repeat("requests with a foreign key", 4, move |s| {
            s.post(b"{\"items\":[]}", &foreign)
        });
        self.leave_lying(room);
        self.dawdle();
    }

    /// So many connections that send the same again and again.
    fn repeat(
        &mut self,
        name: &'static str,
        connections: usize,
        make: impl Fn(&Stranger) -> Vec<u8> + Send + Sync + 'static,
    ) {
        let (make, counts) = (Arc::new(make), Arc::<Counts>::default());
        self.counts.push((name, counts.clone()));
        for _ in 0..connections {
            let (stranger, make, counts) = (self.stranger.clone(), make.clone(), counts.clone());
            self.tasks.spawn(async move {
                let mut wire = stranger.connect().await?;
                loop {
                    match wire.send(&make(&stranger)).await {
                        Ok(answer) if answer.status == 200 => counts.answered.fetch_add(1, Relaxed),
                        Ok(_) => counts.refused.fetch_add(1, Relaxed),
                        Err(_) => {
                            wire = stranger.connect().await?;
                            counts.refused.fetch_add(1, Relaxed)
                        }
                    };
                    tokio::time::sleep(PAUSE).await;
                }
            });
        }
    }

    /// Asks for the largest pages and reads none of them.
    fn leave_lying(&mut self, room: &str) {
        let path = format!("/rooms/{room}/backfill");
        for _ in 0..32 {
            let question = self.stranger.question(&path, "after=0&limit=500");
            let stranger = self.stranger.clone();
            self.tasks.spawn(async move {
                let (mut stream, _) = stranger.connect().await?.into_parts();
                stream.write_all(&question).await?;
                hold(stream).await
            });
        }
    }

    /// Begins requests and does not go on.
    fn dawdle(&mut self) {
        for _ in 0..SLOW_CONNECTIONS {
            let stranger = self.stranger.clone();
            self.tasks.spawn(async move {
                let (mut stream, _) = stranger.connect().await?.into_parts();
                stream.write_all(b"POST / HTTP/1.1\r\nx: ").await?;
                hold(stream).await
            });
        }
    }
}

/// Keeps a connection as it is.
async fn hold(stream: TcpStream) -> anyhow::Result<()> {
    std::future::pending::<()>().await;
    drop(stream);
    Ok(())
}

/// As many small objects as a body can hold: they take more room when they are read.
fn amplified() -> Vec<u8> {
    let begin = r#"{"items":[{"kind":"unheard","x":["#;
    let members = r#"{"":0},"#.repeat((1_048_576 - 64) / 7);
    format!("{begin}{members}0]}}]}}").into_bytes()
}

fn chatter(stranger: &Stranger, room: &str) -> Vec<String> {
    let mallory = stranger.fqid("mallory");
    let typing = |typing: bool| {
        let item = json!({
            "kind": "ephemeral", "type": "typing", "room_id": room,
            "participant": mallory, "typing": typing,
        });
        item.to_string()
    };
    (0..256).map(|n| typing(n % 2 == 0)).collect()
}
