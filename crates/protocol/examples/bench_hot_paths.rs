//! What the hot paths cost: `cargo run --release -p scaiwave-protocol --example bench_hot_paths`.
//!
//! The best of several rounds, in ns for each operation, on one core, for a message of some 600 bytes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::log::chain_link;
use scaiwave_protocol::{
    Content, EventId, EventType, Fqid, Hash, Json, Received, RoomId, Sign, SigningKey, json,
};

const ROUNDS: u32 = 7;
const ROUND: Duration = Duration::from_millis(150);

#[expect(clippy::print_stdout, reason = "a program that prints figures")]
fn measure<T>(name: &str, mut operation: impl FnMut() -> T) {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let (started, mut done) = (Instant::now(), 0u32);
        while started.elapsed() < ROUND {
            for _ in 0..16 {
                black_box(operation());
            }
            done += 16;
        }
        best = best.min(started.elapsed().as_secs_f64() * 1e9 / f64::from(done));
    }
    println!("{name:<44} {best:>9.0} ns {:>10.0} /s", 1e9 / best);
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = SigningKey::from_seed(&[1; 32]);
    let public = key.public_key();
    let content = Json::object([
        ("msgtype", "swp.text".into()),
        ("body", "A hundred bytes of text, ".repeat(4).into()),
    ]);
    let draft = Draft {
        event_id: EventId::v7(1_790_000_000_000, [7; 10]),
        room_id: Some(RoomId::of_genesis(&Hash::ZERO)),
        kind: EventType::parse("swp.room.message")?,
        sender: Fqid::parse("@alice:acme.example")?,
        origin_ts: 1_790_000_000_000,
        origin_seq: 4_711,
        seen: Some(LogPoint {
            term: 1,
            seq: 4_710,
            chain: Hash::ZERO,
        }),
        content,
        salt: [2; 16],
    };
    let event = draft.clone().sign(&key)?;
    let bytes = event.canonical();
    let value = json::parse(&bytes)?;
    let received = Received::parse(value.clone())?;
    let signable = event.header().signable();
    let kind = event.kind().clone();
    let content = event.content().cloned().unwrap_or(Json::Null);

    measure("SigningKey::public_key", || key.public_key());
    measure("Sign::sign (signature alone)", || key.sign(&signable));
    measure("Draft::sign", || draft.clone().sign(&key));
    measure("Signable::verifies (verify_strict alone)", || {
        signable.verifies(&public, event.sig())
    });
    measure("Received::verify", || received.clone().verify(&public));
    measure("json::parse", || json::parse(&bytes));
    measure("Json::clone, part of the next line", || value.clone());
    measure("Received::parse", || Received::parse(value.clone()));
    measure("parse and verify, from bytes", || {
        json::parse(&bytes)
            .map(Received::parse)
            .map(|event| event.map(|event| event.verify(&public)))
    });
    measure("Content::parse", || Content::parse(&kind, &content));
    measure("Event::canonical", || event.canonical());
    measure("Json::canonical", || value.canonical());
    measure("Header::bytes", || event.header().bytes());
    measure("Event::erased().canonical()", || event.erased().canonical());
    measure("chain_link", || {
        chain_link(&Hash::ZERO, 1, 2, 3, &event.hash())
    });
    Ok(())
}
