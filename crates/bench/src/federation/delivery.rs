//! How long one message takes from one server to a screen on the other.

use std::time::Instant;

use anyhow::bail;
use hdrhistogram::Histogram;

use super::World;
use super::arrivals::sequenced;
use super::plan::Side;
use crate::report::{Figure, Report};
use crate::socket::Socket;
use crate::wire::Wire;

/// One at a time: from the first byte of the request on A to the frame on B.
pub(super) async fn measure(world: &World, rounds: u64, report: &mut Report) -> anyhow::Result<()> {
    report.section(&format!("delivery, one at a time, {rounds} messages"));
    let room = world.hosts[0].room_with(&[&world.guest]).await?;
    for (side, name) in [
        (Side::Host, "host to follower"),
        (Side::Follower, "follower to host"),
    ] {
        let sender = world.senders(side, 1)[0];
        let witness = world.witness(side);
        let mut wire = Wire::connect(&sender.origin).await?;
        let mut socket = Socket::open(&witness.origin, &witness.token).await?;
        let message = sender.message(&room);
        let mut delivered = Histogram::<u64>::new(3)?;
        let mut answered = Histogram::<u64>::new(3)?;
        for round in 0..rounds + rounds / 10 {
            let begun = Instant::now();
            let sent = async {
                let answer = wire.send(&message).await?;
                if answer.status != 200 {
                    bail!(
                        "a message was refused: {}",
                        String::from_utf8_lossy(&answer.body)
                    );
                }
                Ok(begun.elapsed())
            };
            let arrived = async {
                let mut here = false;
                while !here {
                    socket
                        .burst(|frame| here |= sequenced(frame).is_some())
                        .await?;
                }
                Ok(begun.elapsed())
            };
            let (answer, arrival) = tokio::try_join!(sent, arrived)?;
            // The first tenth warms everything up.
            if round >= rounds / 10 {
                delivered.record(u64::try_from(arrival.as_micros())?)?;
                answered.record(u64::try_from(answer.as_micros())?)?;
            }
        }
        let goals = [
            (0.50, "p50", Some((1.5, 3.0))),
            (0.95, "p95", None),
            (0.99, "p99", Some((5.0, 5.0))),
        ];
        for (quantile, label, goal) in goals {
            let goal = goal.filter(|_| side == Side::Host);
            let figure = Figure::microseconds(
                &format!("{name}, {label}"),
                delivered.value_at_quantile(quantile),
            );
            report.figure(&match goal {
                Some((aim, must)) => figure.at_most(aim, must),
                None => figure,
            });
        }
        let median = answered.value_at_quantile(0.5);
        report.figure(&Figure::microseconds(
            &format!("{name}, answer to the sender, p50"),
            median,
        ));
    }
    Ok(())
}
