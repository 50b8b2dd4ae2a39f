//! Lies to a follower: logs that it must not follow.

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::{self as kinds, Membership};
use scaiwave_protocol::log::{Checkpoint, chain_link};
use scaiwave_protocol::{Event, Json, SigningKey};
use scaiwave_store::record::EntryRow;

use super::Lie;
use super::glimpse::{Glimpse, line, line_of, point, with};
use super::scene::{Scene, membership};

pub(super) fn make(lie: Lie, scene: &Scene) -> Option<Json> {
    if lie == Lie::EntriesNotHost {
        let room = scene.theirs.as_ref().or(scene.others.as_ref())?;
        return one_more(scene, room);
    }
    let room = scene.ours.as_ref()?;
    if lie == Lie::Fork {
        return one_more(scene, room);
    }
    let news = room.news();
    let last = news.last()?;
    let mut lines: Vec<Json> = news.iter().map(line).collect();
    let middle = scene.chance.below(lines.len());
    let end = lines.len() - 1;
    let mut at = point(last);
    let mut ts = last.ts.max(scene.now);
    let mut signer: SigningKey = (*scene.signer).clone();
    match lie {
        Lie::EntriesAltered => {
            let other = with(lines[middle].clone(), &["event", "origin_ts"], 1_u64.into());
            lines[middle] = other;
        }
        Lie::EntriesReordered if end > 0 => lines.swap(end - 1, end),
        Lie::EntriesSkipped if end > 1 => {
            lines.remove(end - 1);
        }
        Lie::EntriesRetimed => {
            lines[end] = with(lines[end].clone(), &["ts"], (last.ts + 7).into());
        }
        Lie::EntriesOtherTerm => {
            lines[end] = with(lines[end].clone(), &["term"], (last.term + 1).into());
        }
        Lie::EntriesForeignCheckpoint => signer = SigningKey::from_seed(&scene.bytes()),
        Lie::EntriesWrongCheckpoint => at.chain = scene.made_up_hash(),
        Lie::EntriesOldCheckpoint => ts = last.ts - 1,
        _ => return None,
    }
    let checkpoint = room.checkpoint(at, ts, &signer);
    Some(room.item(lines, &checkpoint))
}

/// One entry on top of the log that nobody else is told of: with a checkpoint that is as true as any.
fn one_more(scene: &Scene, room: &Glimpse) -> Option<Json> {
    let event = invented(scene, room)?;
    let (head, ts) = (room.row.head, room.row.head_ts + 1);
    let seq = head.seq + 1;
    let hash = received(&event)?.hash();
    let at = LogPoint {
        term: head.term,
        seq,
        chain: chain_link(&head.chain, head.term, seq, ts, &hash),
    };
    let checkpoint: Checkpoint = room.checkpoint(at, ts.max(scene.now), &*scene.signer);
    let lines = vec![line_of(head.term, seq, ts, event)];
    Some(room.item(lines, &checkpoint))
}

fn received(event: &Json) -> Option<Event> {
    Event::from_stored(&event.canonical()).ok()
}

/// What a host may invent: words of its own people, words of others, a ban that nobody meant, an entry
/// that stands in the log already, an id that is used for something else.
fn invented(scene: &Scene, room: &Glimpse) -> Option<Json> {
    let own = || room.member(&scene.chance, &scene.us, true);
    let other = || room.member(&scene.chance, &scene.us, false);
    let replayed: Option<&EntryRow> = scene.chance.pick(&room.entries);
    match scene.chance.below(6) {
        0 | 1 => scene.sign(scene.draft(room, own()?, kinds::MESSAGE, scene.words())?),
        2 => scene.sign(scene.draft(room, other()?, kinds::MESSAGE, scene.words())?),
        3 => {
            let (kind, content) = membership(&scene.ghost()?, Membership::Join);
            scene.sign(scene.draft(room, scene.ghost()?, kind, content)?)
        }
        4 => line(replayed.filter(|entry| entry.seq > 1)?)
            .get("event")
            .cloned(),
        _ => {
            let mut draft = scene.draft(room, own()?, kinds::MESSAGE, scene.words())?;
            draft.event_id = replayed?.event_id;
            scene.sign(draft)
        }
    }
}
