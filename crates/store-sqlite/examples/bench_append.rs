//! How fast the log grows: `cargo run --release -p scaiwave-store-sqlite --example bench_append`.
//!
//! Each commit appends entries of 600 bytes with a stream row each, moves the room's head and one
//! `last_origin_seq`: what a batch of messages costs the store. Arguments, all optional: a directory, to
//! measure another disk; entries a commit and rooms, to measure one shape only; words a message, which
//! the search index gets (16; with 0 it gets nothing).

#![expect(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use scaiwave_protocol::ServerName;
use scaiwave_store::contract::fixture;
use scaiwave_store::record::{EntryRow, TenantRow};
use scaiwave_store::search::{SearchQuery, SearchRooms};
use scaiwave_store::{Change, Commit, ServerStore, TenantStore};
use scaiwave_store_sqlite::{Options, SqliteServerStore, SqliteTenant};
use tokio::task::JoinSet;

type Anything = Box<dyn std::error::Error + Send + Sync>;

const RUN: Duration = Duration::from_secs(2);
const EVENT_BYTES: usize = 600;

fn main() -> Result<(), Anything> {
    let directory = match std::env::args().nth(1) {
        Some(path) => PathBuf::from(path),
        None => std::env::temp_dir(),
    };
    let directory = tempfile::tempdir_in(directory)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()?;
    runtime.block_on(measure(directory.path()))
}

async fn measure(directory: &std::path::Path) -> Result<(), Anything> {
    let server = SqliteServerStore::open(directory, Options::default())?;
    println!("entries/commit  rooms   commits/s  entries/s  CPU µs/e  p50 ms  p99 ms  max ms");
    let mut number = 0;
    for (batch, rooms) in shapes() {
        number += 1;
        let slug = format!("bench-{number}");
        server.create_tenant(tenant(&slug)?).await?;
        let tenant = server.open_tenant(&slug).await?;
        run(&tenant, batch, rooms).await?;
    }
    if number < 4 {
        return Ok(());
    }
    let tenant = server.open_tenant("bench-4").await?;
    reads(&tenant).await
}

/// Entries of a commit and rooms at the same time: those of the command line, or the usual ones.
fn shapes() -> Vec<(u64, u8)> {
    let asked = |at| std::env::args().nth(at).and_then(|text| text.parse().ok());
    match (asked(2), asked(3)) {
        (Some(batch), Some(rooms)) => vec![(batch, u8::try_from(rooms).unwrap_or(u8::MAX))],
        _ => vec![
            (1, 1),
            (10, 1),
            (100, 1),
            (256, 1),
            (1, 10),
            (10, 10),
            (1, 100),
        ],
    }
}

fn tenant(slug: &str) -> Result<TenantRow, Anything> {
    Ok(TenantRow {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        server_name: ServerName::parse(&format!("{slug}.example.org"))?,
        created_at: 0,
    })
}

async fn run(tenant: &std::sync::Arc<SqliteTenant>, batch: u64, rooms: u8) -> Result<(), Anything> {
    let mut tasks = JoinSet::new();
    let (start, busy) = (Instant::now(), cpu_seconds());
    for room in 0..rooms {
        let tenant = std::sync::Arc::clone(tenant);
        tasks.spawn(async move { fill(&tenant, room, batch).await });
    }
    let mut waits = Vec::new();
    while let Some(done) = tasks.join_next().await {
        waits.extend(done??);
    }
    let (seconds, busy) = (start.elapsed().as_secs_f64(), cpu_seconds() - busy);
    waits.sort_unstable();
    let commits = waits.len() as f64;
    let entries = commits * batch as f64;
    let at = |part: f64| waits[((commits - 1.0) * part) as usize].as_secs_f64() * 1e3;
    println!(
        "{batch:14} {rooms:6} {:11.0} {:10.0} {:8.2} {:7.2} {:7.2} {:7.2}   {} transactions",
        commits / seconds,
        entries / seconds,
        busy * 1e6 / entries,
        at(0.5),
        at(0.99),
        at(1.0),
        tenant.transactions(),
    );
    Ok(())
}

/// Processor time of this process so far: steadier than the clock on a machine that others use. From
/// Linux's own accounts; 0 elsewhere.
fn cpu_seconds() -> f64 {
    let account = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = account.rsplit(')').next().unwrap_or_default();
    let ticks = |at| -> f64 {
        let field = after_name.split_ascii_whitespace().nth(at);
        field.and_then(|text| text.parse().ok()).unwrap_or(0.0)
    };
    // User and system time, in hundredths of a second.
    (ticks(11) + ticks(12)) / 100.0
}

/// A message of so many words of a language with four thousand of them, filled up to its size.
fn event(words: u32, seed: u64) -> Vec<u8> {
    const SYLLABLES: [&str; 16] = [
        "ka", "lo", "min", "ter", "su", "re", "ga", "ton", "vi", "en", "shi", "po", "ur", "da",
        "ne", "q",
    ];
    let mut dice = seed;
    let mut body = String::new();
    for _ in 0..words {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // The square makes some words common and most of them rare.
        let share = ((dice >> 40) as f64 / (1 << 24) as f64).powi(2);
        let word = (share * 4_096.0) as usize;
        for digit in [word & 15, (word >> 4) & 15, word >> 8] {
            body.push_str(SYLLABLES[digit]);
        }
        body.push(' ');
    }
    let mut event = format!(r#"{{"content":{{"body":"{body}","msgtype":"swp.text"}},"salt":""#);
    event.extend(std::iter::repeat_n(
        'x',
        EVENT_BYTES.saturating_sub(event.len() + 2),
    ));
    event.push_str("\"}");
    if words == 0 {
        event.insert(0, '-');
    }
    event.into_bytes()
}

/// One room's lane: the next commit when the one before is on disk.
async fn fill(tenant: &SqliteTenant, room: u8, batch: u64) -> Result<Vec<Duration>, Anything> {
    let room_id = fixture::room_id(room);
    let server = fixture::server("one.example.org");
    let words = std::env::args()
        .nth(4)
        .map_or(Ok(16), |text| text.parse())?;
    let mut waits = Vec::new();
    let (start, mut head) = (Instant::now(), 0);
    while start.elapsed() < RUN {
        let mut changes = vec![Change::PutRoom(Box::new(fixture::room(room, head + batch)))];
        let entries: Vec<_> = (head + 1..=head + batch)
            .map(|seq| fixture::message(room, seq))
            .map(|entry| EntryRow {
                event: event(words, entry.seq + u64::from(room) * 1_000_003),
                ..entry
            })
            .collect();
        let told: Vec<_> = entries
            .iter()
            .map(|entry| Change::Stream(fixture::stream_row(&room_id, entry.event_id)))
            .collect();
        changes.push(Change::AppendEntries(room_id.clone(), entries));
        changes.push(Change::SetLastOriginSeq(
            room_id.clone(),
            server.clone(),
            head + batch,
        ));
        changes.extend(told);
        let asked = Instant::now();
        tenant.commit(Commit::of(changes)).await?;
        waits.push(asked.elapsed());
        head += batch;
    }
    Ok(waits)
}

/// What the common reads take in a room of some hundred thousand messages.
async fn reads(tenant: &SqliteTenant) -> Result<(), Anything> {
    let room_id = fixture::room_id(0);
    let ann = fixture::fqid("ann", "one.example.org");
    tenant
        .commit(Commit::of(vec![fixture::joined(&room_id, &ann, 1)]))
        .await?;
    let head = tenant.room(&room_id).await?.map_or(0, |room| room.head.seq);
    println!("reads in a room of {head} messages:");
    let rounds = 200;
    for (name, read) in READS {
        let start = Instant::now();
        for round in 0..rounds {
            read(tenant, head / 2 + round).await?;
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / rounds as f64;
        println!("{name:>24} {each:8.1} µs");
    }
    Ok(())
}

/// A window of five hundred matches.
async fn search(store: &SqliteTenant, terms: &[&str]) -> Result<(), scaiwave_store::StoreError> {
    let query = SearchQuery {
        rooms: SearchRooms::Named(vec![fixture::room_id(0)]),
        terms: terms.iter().map(|term| term.chars().collect()).collect(),
        limit: 500,
        ..SearchQuery::default()
    };
    store.search(query).await.map(drop)
}

type Asked<'a> =
    std::pin::Pin<Box<dyn Future<Output = Result<(), scaiwave_store::StoreError>> + Send + 'a>>;
type Ask = for<'a> fn(&'a SqliteTenant, u64) -> Asked<'a>;

const READS: &[(&str, Ask)] = &[
    ("room", |store, _| {
        Box::pin(async move { store.room(&fixture::room_id(0)).await.map(drop) })
    }),
    ("entry", |store, seq| {
        Box::pin(async move {
            let id = fixture::event_id(0, seq);
            store.entry(&fixture::room_id(0), &id).await.map(drop)
        })
    }),
    ("entry_heads (1)", |store, seq| {
        Box::pin(async move {
            let ids = [fixture::event_id(0, seq)];
            store
                .entry_heads(&fixture::room_id(0), &ids)
                .await
                .map(drop)
        })
    }),
    ("entries_after (256)", |store, seq| {
        Box::pin(async move {
            let room_id = fixture::room_id(0);
            store
                .entries_after(&room_id, seq, 256, 1 << 20)
                .await
                .map(drop)
        })
    }),
    ("timeline (50)", |store, seq| {
        Box::pin(async move {
            let query = fixture::page(0, Some(seq), scaiwave_store::Direction::Back, 50);
            store.timeline(query).await.map(drop)
        })
    }),
    ("rooms_of (1, unread)", |store, _| {
        Box::pin(async move {
            let ann = fixture::fqid("ann", "one.example.org");
            store.rooms_of(&ann).await.map(drop)
        })
    }),
    ("search (2 words)", |store, _| {
        Box::pin(async move { search(store, &["kakaka", "terloka"]).await })
    }),
    ("search (a rare part)", |store, _| {
        Box::pin(async move { search(store, &["qqqpo"]).await })
    }),
    ("search (1 letter)", |store, _| {
        Box::pin(async move { search(store, &["k"]).await })
    }),
    ("stream_after (100)", |store, seq| {
        Box::pin(async move { store.stream_after(seq, 100, usize::MAX).await.map(drop) })
    }),
];
