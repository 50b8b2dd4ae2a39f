use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::people::Person;
use crate::process::Server;
use crate::report::Progress;
use crate::wire::{self, Wire};
use crate::words::Dice;

/// Requests in flight.
const IN_FLIGHT: usize = 200;
const WORDS_A_MESSAGE: usize = 12;
/// Rooms that the reader has read to the end: nine of ten.
const UNREAD_ONE_IN: usize = 10;
/// Rooms of somebody who is in a few only.
pub(super) const FEW: usize = 50;

/// Who is there, and where.
pub(super) struct Stock {
    /// Has said everything.
    pub(super) writer: Person,
    /// Is in all rooms.
    pub(super) reader: Person,
    /// Is in [`FEW`] of them.
    pub(super) guest: Person,
    /// The first is the large one.
    pub(super) rooms: Vec<String>,
}

impl Stock {
    /// Makes the rooms and says everything that is said in them, through the API as anybody would.
    pub(super) async fn fill(server: &Server, rooms: usize, events: usize) -> anyhow::Result<Self> {
        let writer = Person::create(server, "writer").await?;
        let reader = Person::create(server, "reader").await?;
        let guest = Person::create(server, "guest").await?;
        let mut made = Vec::with_capacity(rooms);
        let progress = Progress::begin("rooms", rooms);
        for n in 0..rooms {
            let mut others = vec![&reader];
            if n < FEW {
                others.push(&guest);
            }
            made.push(writer.room_with(&others).await?);
            progress.at(n + 1);
        }
        say(&writer, &made, events).await?;
        read(&reader, &made).await?;
        Ok(Stock {
            writer,
            reader,
            guest,
            rooms: made,
        })
    }

    /// The same people in the rooms of a server that was filled before.
    pub(super) async fn again(server: &Server, rooms: Vec<String>) -> anyhow::Result<Self> {
        Ok(Stock {
            writer: Person::log_in(server, "writer").await?,
            reader: Person::log_in(server, "reader").await?,
            guest: Person::log_in(server, "guest").await?,
            rooms,
        })
    }
}

async fn say(writer: &Person, rooms: &[String], events: usize) -> anyhow::Result<()> {
    let rooms: Arc<[String]> = rooms.into();
    let (next, progress) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(Progress::begin("messages", events)),
    );
    let mut slots = JoinSet::<anyhow::Result<()>>::new();
    for _ in 0..IN_FLIGHT {
        let (writer, rooms) = (writer.clone(), Arc::clone(&rooms));
        let (next, progress) = (Arc::clone(&next), Arc::clone(&progress));
        slots.spawn(async move {
            let mut wire = Wire::connect(&writer.origin).await?;
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= events {
                    return Ok(());
                }
                send(&writer, &mut wire, &rooms, n).await?;
                progress.at(n + 1);
            }
        });
    }
    while let Some(slot) = slots.join_next().await {
        slot??;
    }
    Ok(())
}

async fn send(writer: &Person, wire: &mut Wire, rooms: &[String], n: usize) -> anyhow::Result<()> {
    let mut dice = Dice::new(n as u64);
    let room = match n % 10 {
        0 => &rooms[0],
        _ => &rooms[dice.below(rooms.len())],
    };
    send_to(writer, wire, room, &mut dice).await
}

/// Says something in a room.
pub(super) async fn send_to(
    writer: &Person,
    wire: &mut Wire,
    room: &str,
    dice: &mut Dice,
) -> anyhow::Result<()> {
    let body = json!({"content": {"body": dice.sentence(WORDS_A_MESSAGE)}}).to_string();
    let path = format!("/v1/rooms/{room}/send");
    let token = Some(writer.token.as_str());
    let request = wire::request("POST", &path, &writer.origin, token, body.as_bytes());
    let answer = wire.send(&request).await?;
    if answer.status != 200 {
        let said = String::from_utf8_lossy(&answer.body);
        bail!("a message was refused: {} {said}", answer.status);
    }
    Ok(())
}

async fn read(reader: &Person, rooms: &[String]) -> anyhow::Result<()> {
    let progress = Progress::begin("rooms read", rooms.len());
    for (n, room) in rooms.iter().enumerate() {
        progress.at(n + 1);
        if n % UNREAD_ONE_IN == 0 {
            continue;
        }
        let path = format!("/v1/rooms/{room}/messages?limit=1");
        let page = reader.call("GET", &path, &Value::Null).await?;
        let newest = page[0]["id"].as_str().context("an empty room")?;
        let path = format!("/v1/rooms/{room}/read");
        reader
            .call("POST", &path, &json!({"event_id": newest}))
            .await?;
    }
    Ok(())
}
