use std::time::Instant;

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use serde_json::{Value, json};

use super::fill::{FEW, Stock};
use crate::people::Person;
use crate::report::{Figure, Report};
use crate::wire::{self, Wire};
use crate::words::{Dice, word};

/// Milliseconds at the slowest of a hundred.
const ROOM_LIST_MAX_MS: f64 = 10.0;
const FIRST_PAGE_MAX_MS: f64 = 5.0;
const SYNC_MAX_MS: f64 = 10.0;
const SEARCH_MAX_MS: f64 = 50.0;
/// How many events a client has missed.
const MISSED: u64 = 100;

/// Asks each question often, and says how long the answers take.
pub(super) async fn ask(stock: &Stock, times: usize, report: &mut Report) -> anyhow::Result<()> {
    let Stock {
        reader,
        guest,
        rooms,
    } = stock;
    let list = |_: &mut Dice| ("GET", "/v1/rooms".to_owned(), Value::Null);
    let all = format!("room list, {} rooms", rooms.len());
    measure(reader, &all, ROOM_LIST_MAX_MS, times, report, list).await?;
    let few = format!("room list, {} rooms", FEW.min(rooms.len()));
    measure(guest, &few, ROOM_LIST_MAX_MS, times, report, list).await?;
    let page = |dice: &mut Dice| {
        let room = &rooms[dice.below(rooms.len())];
        let path = format!("/v1/rooms/{room}/messages?limit=50");
        ("GET", path, Value::Null)
    };
    measure(
        reader,
        "first page of a room",
        FIRST_PAGE_MAX_MS,
        times,
        report,
        page,
    )
    .await?;
    let since = reader.position().await?.saturating_sub(MISSED);
    let sync = |_: &mut Dice| ("GET", format!("/v1/sync?since={since}"), Value::Null);
    let name = format!("sync, {MISSED} events missed");
    measure(reader, &name, SYNC_MAX_MS, times, report, sync).await?;
    for (name, phrase) in SEARCHES {
        let search = |dice: &mut Dice| {
            let asked = json!({"q": phrase(dice), "limit": 20});
            ("POST", "/v1/search".to_owned(), asked)
        };
        let name = format!("search, {name}");
        measure(reader, &name, SEARCH_MAX_MS, times, report, search).await?;
    }
    let search = |dice: &mut Dice| {
        let room = &rooms[dice.below(rooms.len())];
        let asked = json!({"q": dice.word(), "room_id": room, "limit": 20});
        ("POST", "/v1/search".to_owned(), asked)
    };
    measure(
        reader,
        "search, in one room",
        SEARCH_MAX_MS,
        times,
        report,
        search,
    )
    .await
}

type Phrase = fn(&mut Dice) -> String;

/// What people type.
const SEARCHES: &[(&str, Phrase)] = &[
    ("any word", |dice| dice.word()),
    ("the most common word", |_| word(0)),
    ("a rare word", |_| word(19_999)),
    ("two words", |dice| dice.sentence(2)),
    ("half a word", |dice| dice.word().chars().skip(2).collect()),
    ("a word that nobody says", |_| "xylophone".to_owned()),
    ("a word of the other one", |dice| {
        format!("from:@writer {}", dice.word())
    }),
];

async fn measure(
    person: &Person,
    name: &str,
    goal: f64,
    times: usize,
    report: &mut Report,
    question: impl Fn(&mut Dice) -> (&'static str, String, Value),
) -> anyhow::Result<()> {
    let mut wire = Wire::connect(&person.origin).await?;
    let mut took = Histogram::<u64>::new(3)?;
    for n in 0..times {
        let (method, path, body) = question(&mut Dice::new(n as u64));
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let token = Some(person.token.as_str());
        let request = wire::request(method, &path, &person.origin, token, body.as_bytes());
        let begun = Instant::now();
        let answer = wire.send(&request).await?;
        took.record(u64::try_from(begun.elapsed().as_micros())?)?;
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&answer.body);
            bail!("{method} {path}: {} {said}", answer.status);
        }
        if n == 0 {
            let json: Value = serde_json::from_slice(&answer.body)?;
            json.get("data").context("an answer without data")?;
        }
    }
    let at = |quantile| took.value_at_quantile(quantile);
    report.figure(&Figure::microseconds(&format!("{name}, p50"), at(0.5)));
    let slowest = Figure::microseconds(&format!("{name}, p99"), at(0.99));
    report.figure(&slowest.at_most(goal, goal));
    Ok(())
}
