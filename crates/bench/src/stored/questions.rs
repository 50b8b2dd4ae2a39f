use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::fill::{FEW, Stock, send_to};
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

/// Searches of each sort. Each person may search twice a second.
const SEARCHES_EACH: usize = 60;
const SEARCH_PAUSE: Duration = Duration::from_millis(500);

/// Asks each question often, and says how long the answers take.
pub(super) async fn ask(stock: &Stock, times: usize, report: &mut Report) -> anyhow::Result<()> {
    lists(stock, times, report).await?;
    let Stock { reader, rooms, .. } = stock;
    let page = |dice: &mut Dice| {
        let room = &rooms[dice.below(rooms.len())];
        get(format!("/v1/rooms/{room}/messages?limit=50"))
    };
    let took = measure(reader, times, page, quiet).await?;
    tell("first page of a room", &took, FIRST_PAGE_MAX_MS, report);
    let since = reader.position().await?.saturating_sub(MISSED);
    let sync = |_: &mut Dice| get(format!("/v1/sync?since={since}"));
    let took = measure(reader, times, sync, quiet).await?;
    let name = format!("sync, {MISSED} events missed");
    tell(&name, &took, SYNC_MAX_MS, report);
    searches(stock, times.min(SEARCHES_EACH), report).await
}

/// Lists, while somebody says something in one of the rooms before each of them.
async fn lists(stock: &Stock, times: usize, report: &mut Report) -> anyhow::Result<()> {
    let Stock {
        writer,
        reader,
        guest,
        rooms,
    } = stock;
    let said = Mutex::new((Wire::connect(&writer.origin).await?, Dice::new(0)));
    let list = |_: &mut Dice| get("/v1/rooms".to_owned());
    let first = measure(reader, 1, list, quiet).await?;
    let name = format!("room list, {} rooms, the first after a start", rooms.len());
    let slowest = Figure::microseconds(&name, first.max());
    report.figure(&slowest);
    let few = FEW.min(rooms.len());
    for (who, count) in [(reader, rooms.len()), (guest, few)] {
        let say = async || {
            let mut said = said.lock().await;
            let (wire, dice) = &mut *said;
            let room = &rooms[dice.below(count)];
            send_to(writer, wire, room, dice).await
        };
        let took = measure(who, times, list, say).await?;
        let name = format!("room list, {count} rooms");
        tell(&name, &took, ROOM_LIST_MAX_MS, report);
    }
    Ok(())
}

async fn searches(stock: &Stock, times: usize, report: &mut Report) -> anyhow::Result<()> {
    let Stock { reader, rooms, .. } = stock;
    let pause = async || {
        tokio::time::sleep(SEARCH_PAUSE).await;
        Ok(())
    };
    let search = |asked: Value| ("POST", "/v1/search".to_owned(), asked);
    for (name, phrase) in SEARCHES {
        let ask = |dice: &mut Dice| search(json!({"q": phrase(dice), "limit": 20}));
        let took = measure(reader, times, ask, pause).await?;
        tell(&format!("search, {name}"), &took, SEARCH_MAX_MS, report);
    }
    let ask = |dice: &mut Dice| {
        let room = &rooms[dice.below(rooms.len())];
        search(json!({"q": dice.word(), "room_id": room, "limit": 20}))
    };
    let took = measure(reader, times, ask, pause).await?;
    tell("search, in one room", &took, SEARCH_MAX_MS, report);
    Ok(())
}

async fn quiet() -> anyhow::Result<()> {
    Ok(())
}

type Question = (&'static str, String, Value);

fn get(path: String) -> Question {
    ("GET", path, Value::Null)
}

fn tell(name: &str, took: &Histogram<u64>, goal: f64, report: &mut Report) {
    let at = |quantile| took.value_at_quantile(quantile);
    report.figure(&Figure::microseconds(&format!("{name}, p50"), at(0.5)));
    let slowest = Figure::microseconds(&format!("{name}, p99"), at(0.99));
    report.figure(&slowest.at_most(goal, goal));
}

type Phrase = fn(&mut Dice) -> String;

/// What people type.
const SEARCHES: &[(&str, Phrase)] = &[
    ("any word", |dice| dice.word()),
    ("the most common word", |_| word(0)),
    ("a rare word", |_| word(19_999)),
    ("two words", |dice| dice.sentence(2)),
    ("half a word", half_a_word),
    ("a word that nobody says", |_| "xylophone".to_owned()),
    ("a word of the other one", |dice| {
        format!("from:@writer {}", dice.word())
    }),
];

/// The end of a word; one of two letters would have none.
fn half_a_word(dice: &mut Dice) -> String {
    loop {
        let word = dice.word();
        if word.len() > 4 {
            return word.chars().skip(2).collect();
        }
    }
}

/// Asks so many times, each time after something else has happened, which does not count.
async fn measure(
    person: &Person,
    times: usize,
    question: impl Fn(&mut Dice) -> Question,
    first: impl AsyncFn() -> anyhow::Result<()>,
) -> anyhow::Result<Histogram<u64>> {
    let mut wire = Wire::connect(&person.origin).await?;
    let mut took = Histogram::<u64>::new(3)?;
    for n in 0..times {
        first().await?;
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
    Ok(took)
}
