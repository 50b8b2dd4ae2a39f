use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use memchr::memmem;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, timeout};

use super::crowd::{Streams, content};
use crate::federation::arrivals::sequenced;
use crate::people::Person;
use crate::report::{Figure, Report};
use crate::wire::{self, Wire};

/// Connections by which the messages are sent, in turn.
const WIRES: u32 = 16;
/// No frame for so long means that the rest will not come.
const STALLED: Duration = Duration::from_secs(10);

/// The number of a message that has its place, read from its frame.
pub(super) fn number(frame: &[u8]) -> Option<u32> {
    sequenced(frame)?;
    let at = memmem::find(frame, br#""body":"#)? + br#""body":"#.len() + 2;
    let digits: &[u8] = frame.get(at..)?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// When each message was sent, and who has it.
#[derive(Debug)]
pub(super) struct Board {
    sessions: usize,
    inner: Mutex<Inner>,
    complete: Notify,
}

#[derive(Debug)]
struct Inner {
    /// By number: when it was sent, and how many still wait for it.
    sent: Vec<(Instant, usize)>,
    outstanding: usize,
    each: Histogram<u64>,
    last: Histogram<u64>,
}

impl Board {
    pub(super) fn new(sessions: usize) -> anyhow::Result<Arc<Self>> {
        // Up to a minute, in microseconds.
        let histogram = || Histogram::<u64>::new_with_max(60_000_000, 3);
        Ok(Arc::new(Board {
            sessions,
            inner: Mutex::new(Inner {
                sent: Vec::new(),
                outstanding: 0,
                each: histogram()?,
                last: histogram()?,
            }),
            complete: Notify::new(),
        }))
    }

    fn with<T>(&self, does: impl FnOnce(&mut Inner) -> T) -> T {
        does(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn sends(&self) -> u32 {
        self.with(|inner| {
            inner.sent.push((Instant::now(), self.sessions));
            inner.outstanding += 1;
            u32::try_from(inner.sent.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// One session has it.
    pub(super) fn arrived(&self, n: u32) {
        let all = self.with(|inner| {
            let Some((sent, waiting)) = inner.sent.get_mut(n as usize) else {
                return false;
            };
            *waiting = waiting.saturating_sub(1);
            let took = u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX);
            let is_last = *waiting == 0;
            inner.each.saturating_record(took);
            if is_last {
                inner.last.saturating_record(took);
                inner.outstanding -= 1;
            }
            inner.outstanding == 0
        });
        if all {
            self.complete.notify_one();
        }
    }

    /// Waits until everybody has everything.
    pub(super) async fn everywhere(&self, streams: &mut Streams) -> anyhow::Result<()> {
        while self.with(|inner| inner.outstanding) > 0 {
            if timeout(STALLED, self.complete.notified()).await.is_ok() {
                continue;
            }
            if let Some(ended) = streams.try_join_next() {
                ended?.context("a session ended")?;
            }
            let waiting = |inner: &mut Inner| inner.sent.iter().map(|(_, waiting)| waiting).sum();
            let missing: usize = self.with(waiting);
            bail!("{missing} frames are missing, and no more came in {STALLED:?}");
        }
        Ok(())
    }

    pub(super) fn tell(&self, goal: f64, report: &mut Report) {
        let (each, last) = self.with(|inner| (inner.each.clone(), inner.last.clone()));
        for (name, times) in [("one session", &each), ("the last session", &last)] {
            for (label, quantile) in [("p50", 0.5), ("p99", 0.99), ("slowest", 1.0)] {
                let took = times.value_at_quantile(quantile);
                let figure = Figure::microseconds(&format!("from post to {name}, {label}"), took);
                let is_goal = label == "p99" && name == "the last session";
                report.figure(&if is_goal {
                    figure.at_most(goal, goal)
                } else {
                    figure
                });
            }
        }
    }
}

/// Says something at a steady rate: whoever is late does not make the others late.
pub(super) async fn say(
    speaker: &Person,
    room: &str,
    board: &Arc<Board>,
    rate: u32,
    count: u32,
) -> anyhow::Result<()> {
    let mut talking = JoinSet::<anyhow::Result<()>>::new();
    let begin = tokio::time::Instant::now() + Duration::from_millis(500);
    let pause = Duration::from_secs(1) / rate;
    for slot in 0..WIRES {
        let mut wire = Wire::connect(&speaker.origin).await?;
        let (speaker, board) = (speaker.clone(), Arc::clone(board));
        let path = format!("/v1/rooms/{room}/send");
        talking.spawn(async move {
            let mut ticks = tokio::time::interval_at(begin + pause * slot, pause * WIRES);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
            let share = count / WIRES + u32::from(slot < count % WIRES);
            for _ in 0..share {
                ticks.tick().await;
                let body = content(board.sends()).to_string();
                let token = Some(speaker.token.as_str());
                let request = wire::request("POST", &path, &speaker.origin, token, body.as_bytes());
                let answer = wire.send(&request).await?;
                if answer.status != 200 {
                    let said = String::from_utf8_lossy(&answer.body);
                    bail!("a message was refused: {} {said}", answer.status);
                }
            }
            Ok(())
        });
    }
    while let Some(done) = talking.join_next().await {
        done??;
    }
    Ok(())
}
