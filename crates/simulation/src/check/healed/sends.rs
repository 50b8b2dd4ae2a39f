//! What was acknowledged stands exactly once, in its sender's order, or was refused with a reason.

use std::collections::BTreeMap;

use scaiwave_engine::ClientCode;
use scaiwave_protocol::{EventId, Fqid, RoomId};
use scaiwave_store::record::EntryRow;

use super::logs::is_erased;
use super::{Hosted, Town};
use crate::actors::{History, Send};

/// When it was begun, when it was acknowledged, at which seq it stands, which it is.
type Said = (u64, Option<u64>, u64, EventId);

pub(super) async fn check(
    town: &Town<'_>,
    history: &History,
    wrong: &mut Vec<String>,
) -> anyhow::Result<()> {
    let mut in_order: BTreeMap<(RoomId, Fqid), Vec<Said>> = BTreeMap::new();
    for (id, send) in history.sends() {
        let Some(hosted) = town.rooms.get(&send.room) else {
            continue;
        };
        let found = hosted
            .standing()
            .filter(|entry| entry.event_id == id)
            .collect::<Vec<_>>();
        let at = found.first().map(|entry| entry.seq);
        if found.len() > 1 {
            wrong.push(format!("{} {id} stands {} times", send.room, found.len()));
        }
        if send.acknowledged.is_some() && send.seq.is_some() && send.seq != at {
            wrong.push(format!(
                "{} {id}: its sender was told {:?}, it stands at {at:?}",
                send.room, send.seq
            ));
        }
        contradicted(town, id, &send, wrong).await?;
        if let Some(entry) = found.first() {
            let key = (send.room.clone(), send.sender.clone());
            in_order
                .entry(key)
                .or_default()
                .push((send.begun, send.acknowledged, entry.seq, id));
            everywhere(town, hosted, entry, wrong).await?;
        } else if send.acknowledged.is_some() {
            lost_or_refused(town, hosted, id, &send, wrong).await?;
        }
    }
    for ((room, sender), mut said) in in_order {
        said.sort_by_key(|(begun, ..)| *begun);
        for (n, (_, acknowledged, seq, id)) in said.iter().enumerate() {
            for (begun, _, later, next) in &said[n + 1..] {
                if acknowledged.is_some_and(|at| at < *begun) && later < seq {
                    wrong.push(format!(
                        "{room} {sender}: {id} (seq {seq}) was said before {next} (seq {later})"
                    ));
                }
            }
        }
    }
    Ok(())
}

async fn everywhere(
    town: &Town<'_>,
    hosted: &Hosted,
    entry: &EntryRow,
    wrong: &mut Vec<String>,
) -> anyhow::Result<()> {
    for name in hosted.state.present_servers() {
        let Some(server) = town.index(name).map(|index| &town.servers[index]) else {
            continue;
        };
        let room = &hosted.row.room_id;
        let Some(row) = server.store.room(room).await? else {
            continue;
        };
        let forked = town.is_forked(name, room);
        if !forked
            && entry.seq > row.base_seq
            && server.store.entry(room, &entry.event_id).await?.is_none()
        {
            wrong.push(format!(
                "{room} seq {}: {name} does not have {}",
                entry.seq, entry.event_id
            ));
        }
    }
    Ok(())
}

/// An acknowledged send that is not in the log: its sender's server must say why, and the reason must
/// be that the sender was not in the room.
async fn lost_or_refused(
    town: &Town<'_>,
    hosted: &Hosted,
    id: EventId,
    send: &Send,
    wrong: &mut Vec<String>,
) -> anyhow::Result<()> {
    let Some(server) = town
        .index(send.sender.server())
        .map(|index| &town.servers[index])
    else {
        return Ok(());
    };
    // A cheat says of its own rooms that it has taken what it has not.
    if town.is_forked(server.name(), &send.room) || town.is_liar(hosted.row.host.as_str()) {
        return Ok(());
    }
    let pending = server.store.pending_event(&send.room, &id).await?;
    let Some(refused) = pending.and_then(|row| row.refused) else {
        wrong.push(format!(
            "{} {id} of {} was acknowledged and is lost",
            send.room, send.sender
        ));
        return Ok(());
    };
    let was_out = hosted.standing().any(|entry| {
        let event = String::from_utf8_lossy(&entry.event);
        entry.kind == "swp.room.member"
            && event.contains(&format!("\"participant\":\"{}\"", send.sender))
            && (event.contains("\"membership\":\"leave\"")
                || event.contains("\"membership\":\"ban\""))
    });
    if !was_out || refused.code != "SW_FED_NOT_AUTHORIZED" {
        wrong.push(format!(
            "{} {id} of {} was refused: {} {}",
            send.room, send.sender, refused.code, refused.message
        ));
    }
    Ok(())
}

/// "This id was used for something else" is said only of words that have changed since. Their sender's
/// server says it of what it holds: a room may have got a host since that has none of these words.
async fn contradicted(
    town: &Town<'_>,
    id: EventId,
    send: &Send,
    wrong: &mut Vec<String>,
) -> anyhow::Result<()> {
    let conflict = send
        .denials
        .iter()
        .any(|denial| denial.code == ClientCode::EventConflict);
    let Some(home) = town.index(send.sender.server()) else {
        return Ok(());
    };
    let store = &town.servers[home].store;
    let row = store.timeline_row(&send.room, &id).await?;
    // What came erased, because of a redaction that is not here yet, is no line.
    let entry = store.entry(&send.room, &id).await?;
    let erased = entry.is_some_and(|entry| is_erased(&entry.event));
    let changed = erased || row.is_some_and(|row| row.redacted.is_some() || row.edit.is_some());
    if conflict && !changed {
        wrong.push(format!(
            "{} {id} of {}: the same words again were a conflict",
            send.room, send.sender
        ));
    }
    Ok(())
}
