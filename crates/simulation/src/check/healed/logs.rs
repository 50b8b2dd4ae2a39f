//! Every member server has the same log, the same state, the same timeline.

use scaiwave_protocol::Event;
use scaiwave_store::record::{EntryRow, RoomRow, TimelineRow, Verdict};
use scaiwave_store::{Direction, TenantStore, TimelineQuery};

use super::super::log;
use super::{Hosted, Town};
use crate::world::Server;

pub(super) async fn check(town: &Town<'_>, wrong: &mut Vec<String>) -> anyhow::Result<()> {
    for server in town.servers {
        for row in server.store.rooms().await? {
            match town.rooms.get(&row.room_id) {
                None => wrong.push(format!(
                    "{} has {}, its host does not",
                    server.name(),
                    row.room_id
                )),
                Some(hosted) if &row.host != server.name() => {
                    follower(town, server, &row, hosted, wrong).await?;
                }
                Some(_) => {}
            }
        }
    }
    for (room, hosted) in &town.rooms {
        for name in hosted.state.present_servers() {
            let server = town.index(name).map(|index| &town.servers[index]);
            let has = match server {
                Some(server) => server.store.room(room).await?.is_some(),
                None => false,
            };
            if !has {
                wrong.push(format!("{room}: {name} is present and has no such room"));
            }
        }
    }
    Ok(())
}

async fn follower(
    town: &Town<'_>,
    server: &Server,
    row: &RoomRow,
    hosted: &Hosted,
    wrong: &mut Vec<String>,
) -> anyhow::Result<()> {
    let (name, room) = (server.name(), &row.room_id);
    // What a cheat holds of other people's rooms is its own affair.
    if town.is_liar(name.as_str()) {
        return Ok(());
    }
    let present = hosted
        .state
        .servers()
        .get(name)
        .is_some_and(|record| record.present);
    if town.is_forked(name, room) {
        // Who has left can suspect it, and is given no proof any more.
        if present && row.frozen.is_none() && town.contradicts(name, room, &hosted.state).await? {
            wrong.push(format!(
                "{name} {room}: was told another history than the others and has not noticed"
            ));
        }
        return Ok(());
    }
    let (ours, theirs) = (row.head.seq, hosted.row.head.seq);
    let state = log::state(&*server.store, row).await?;
    if present && ours != theirs {
        wrong.push(format!(
            "{name} {room}: head {ours}, the host's is {theirs}"
        ));
    }
    if !present
        && state
            .servers()
            .get(name)
            .is_some_and(|record| record.present)
    {
        wrong.push(format!(
            "{name} {room}: was removed and was never told (head {ours}, the host's is {theirs})"
        ));
    }
    if ours == theirs {
        let (ours, theirs) = (
            state.to_snapshot_state().canonical(),
            hosted.state.to_snapshot_state().canonical(),
        );
        if ours != theirs {
            wrong.push(format!(
                "{name} {room}: another state at the same head\n  here {}\n  host {}",
                String::from_utf8_lossy(&ours),
                String::from_utf8_lossy(&theirs)
            ));
        }
    }
    let erased_below = hosted.state.erased_below(name);
    for entry in log::entries(&*server.store, room, 0).await? {
        let at = usize::try_from(entry.seq - 1)?;
        let there = hosted.entries.get(at);
        // What it may not read came without words.
        let unread = erased_below.is_some_and(|seq| entry.seq < seq)
            && there.is_some_and(|there| is_erased(&entry.event) && there.hash == entry.hash);
        // A new host has no words either of what lies below its own first join.
        let host = town.servers[hosted.host].name();
        let wordless = hosted
            .state
            .erased_below(host)
            .is_some_and(|seq| entry.seq < seq)
            && there.is_some_and(|there| is_erased(&there.event) && there.hash == entry.hash);
        let same_words =
            unread || wordless || there.is_some_and(|there| there.event == entry.event);
        // Who is gone is not told of later redactions.
        if !same_words && present {
            let words =
                |event: &[u8]| String::from_utf8_lossy(&event[..event.len().min(400)]).into_owned();
            let place = if entry.seq <= row.base_seq {
                "below its base"
            } else {
                "above its base"
            };
            wrong.push(format!(
                "{name} {room} seq {} ({}), {place}: other bytes than the host's\n  here {}\n  host {}",
                entry.seq,
                entry.kind,
                words(&entry.event),
                there.map(|there| words(&there.event)).unwrap_or_default()
            ));
        }
        // A cheat's own copy of its log has no verdict against itself.
        let crooked = town.is_liar(hosted.row.host.as_str());
        if !crooked && there.is_some_and(|there| there.verdict != entry.verdict) {
            wrong.push(format!(
                "{name} {room} seq {}: another verdict: {:?}",
                entry.seq, entry.verdict
            ));
        }
    }
    if present {
        let host = &town.servers[hosted.host];
        timelines(server, row, host, hosted, wrong).await?;
    }
    Ok(())
}

async fn timelines(
    server: &Server,
    row: &RoomRow,
    host: &Server,
    hosted: &Hosted,
    wrong: &mut Vec<String>,
) -> anyhow::Result<()> {
    let words_from = hosted.state.erased_below(host.name()).unwrap_or(0);
    let theirs = timeline(&*host.store, row).await?;
    let lines = timeline(&*server.store, row).await?;
    for line in lines.iter().filter(|line| line.entry.seq >= words_from) {
        let there = theirs
            .iter()
            .find(|there| there.entry.seq == line.entry.seq);
        // Answers below a follower's base are not there to be counted.
        let there = there.map(|there| TimelineRow {
            reply_count: line.reply_count,
            ..there.clone()
        });
        let mut here = line.clone();
        if let Some(there) = &there {
            here.entry.event.clone_from(&there.entry.event);
        }
        let repeated = there.is_none() && is_repeated(hosted, &line.entry, row.base_seq);
        if there.as_ref() != Some(&here) && line.entry.seq > row.base_seq && !repeated {
            let short = |line: &TimelineRow| {
                format!(
                    "edit {:?} redacted {:?} reactions {:?}",
                    line.edit
                        .as_ref()
                        .map(|edit| String::from_utf8_lossy(&edit.content).into_owned()),
                    line.redacted,
                    line.reactions
                )
            };
            wrong.push(format!(
                "{} {} seq {}: shown otherwise than at the host\n  here {}\n  host {}",
                server.name(),
                row.room_id,
                line.entry.seq,
                short(&here),
                there.as_ref().map(short).unwrap_or_default()
            ));
        }
    }
    Ok(())
}

/// Whether this entry is void at the host, under an id that stands below a base too. Its host has cheated
/// and got its own entry back from others; who has not folded what lies below cannot know yet.
fn is_repeated(hosted: &Hosted, entry: &EntryRow, base_seq: u64) -> bool {
    let same_id = hosted.entries.iter();
    let mut same_id = same_id.filter(|one| one.event_id == entry.event_id);
    let is_void = |one: &EntryRow| one.seq == entry.seq && one.verdict == Verdict::Void;
    same_id.clone().any(is_void) && same_id.any(|one| one.seq <= base_seq)
}

async fn timeline(store: &dyn TenantStore, row: &RoomRow) -> anyhow::Result<Vec<TimelineRow>> {
    let query = TimelineQuery {
        room_id: row.room_id.clone(),
        from_seq: None,
        direction: Direction::Back,
        limit: 100_000,
        bytes: usize::MAX,
        thread: None,
    };
    Ok(store.timeline(query).await?)
}

pub(super) fn is_erased(event: &[u8]) -> bool {
    Event::from_stored(event).is_ok_and(|event| event.is_erased())
}
