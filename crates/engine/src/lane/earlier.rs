//! Rooms hosted elsewhere: older entries are put below those that are stored, and the fold of the whole
//! log takes the place of one that began at a base (protocol section 4).

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use scaiwave_protocol::event::content::is_erasable;
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::{Code, EventId, Hash, Refusal, RoomId};
use scaiwave_room::{Accepted, Rejection, Seam, Verdict, void_repeated};
use scaiwave_store::record::{CheckpointRow, HeldRow, Verdict as StoredVerdict};
use scaiwave_store::{Change, StoreError};

use super::annotations::{self, Unwritten};
use super::command::Command;
use super::run::Undecided;
use super::state::LaneState;
use super::work::{Reply, Work};
use super::{follow, known, persist, refold};
use crate::live::Outgoing;
use crate::{Denial, Tenant};

/// Older entries, checked against the seam below what is stored.
pub(crate) struct Older {
    pub(crate) seam: Seam,
    /// Up to the seam, ascending.
    pub(crate) entries: Vec<Accepted>,
    pub(crate) chain_before: Hash,
    pub(crate) checkpoint: Checkpoint,
}

/// What became of them.
#[derive(Clone, Debug)]
pub(crate) enum OlderAnswer {
    /// So many of them are stored; the log is held from this seq on.
    Stored { first_seq: u64, stored: u64 },
    /// What is stored begins elsewhere by now, or is ours to sequence.
    Moved,
    /// They cannot stand below what we hold.
    Refused(Refusal),
    /// Our own disk failed.
    Retry,
}

/// Takes one page of older entries, or the fold of the whole log.
pub(super) async fn decide(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    queue: &mut VecDeque<Command>,
) -> Result<Work, Undecided> {
    let mut work = Work::default();
    let failed = |work, error: StoreError| Undecided {
        work,
        denial: Denial::from(error),
    };
    match queue.pop_front() {
        Some(Command::Older { older, reply }) => {
            match store(tenant, lane, &mut work, *older).await {
                Ok(answer) => work.replies.push(Reply::Older(reply, answer)),
                Err(error) => {
                    work.replies.push(Reply::Older(reply, OlderAnswer::Retry));
                    return Err(failed(work, error));
                }
            }
        }
        Some(Command::Refolded { refold, reply }) => {
            match refold::take(tenant, lane, &mut work, *refold).await {
                Ok(answer) => work.replies.push(Reply::Refolded(reply, answer)),
                Err(error) => {
                    work.replies
                        .push(Reply::Refolded(reply, refold::RefoldAnswer::Retry));
                    return Err(failed(work, error));
                }
            }
        }
        Some(other) => queue.push_front(other),
        None => {}
    }
    Ok(work)
}

async fn store(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    older: Older,
) -> Result<OlderAnswer, StoreError> {
    let Older {
        seam,
        mut entries,
        chain_before,
        checkpoint,
    } = older;
    let first = entries.first().map(|entry| entry.point().seq);
    let Some(first) =
        first.filter(|_| (lane.first_seq, lane.chain_before) == (seam.seq + 1, seam.chain))
    else {
        return Ok(OlderAnswer::Moved);
    };
    let begins = match meet(tenant, lane, &mut entries, first, chain_before).await? {
        Ok(begins) => begins,
        Err(refusal) => return Ok(OlderAnswer::Refused(refusal)),
    };
    let room_id = lane.room.room_id().clone();
    let used = count_already(tenant, &room_id, &entries).await?;
    void_repeated(&mut entries, used);
    (lane.first_seq, lane.chain_before) = begins;
    let rows = entries.iter().map(persist::entry_row).collect();
    work.changes
        .push(Change::AppendEntries(room_id.clone(), rows));
    work.changes
        .push(Change::PutRoom(Box::new(persist::room_row(lane))));
    if checkpoint.at.seq == seam.seq {
        let checkpoint = CheckpointRow {
            seq: checkpoint.at.seq,
            checkpoint: checkpoint.to_json().canonical(),
        };
        work.changes
            .push(Change::PutCheckpoint(room_id, checkpoint));
    }
    for entry in &entries {
        if let Verdict::Void(why) = entry.verdict() {
            work.changes
                .extend(follow::alarm(tenant, lane, "backfill", entry, why.into()));
        }
    }
    annotate(tenant, lane, work, &entries).await?;
    Ok(OlderAnswer::Stored {
        first_seq: lane.first_seq,
        stored: entries.len() as u64,
    })
}

/// Those ids of a page under which an entry counts that is held already. Its host was wrong to use one
/// twice; the fold from seq 1 says which of the two it is.
async fn count_already(
    tenant: &Tenant,
    room_id: &RoomId,
    page: &[Accepted],
) -> Result<BTreeSet<EventId>, StoreError> {
    let ids: Vec<EventId> = page.iter().map(|entry| entry.event().id()).collect();
    let held = tenant.store.entry_heads(room_id, &ids).await?;
    let held = held.into_iter();
    let counts = held.filter(|(_, head)| head.verdict != StoredVerdict::Void);
    Ok(counts.map(|(id, _)| id).collect())
}

/// Where the log begins with this page below it: at the page's first entry, or, when the page meets a
/// stretch that was held already, where that begins. What both have is cut off the page.
async fn meet(
    tenant: &Tenant,
    lane: &LaneState,
    entries: &mut Vec<Accepted>,
    first: u64,
    chain_before: Hash,
) -> Result<Result<(u64, Hash), Refusal>, StoreError> {
    let held = held_below(tenant, lane.room.room_id(), lane.first_seq).await?;
    let Some(held) = held else {
        return Ok(Ok((first, chain_before)));
    };
    if first > held.last_seq + 1 {
        return Ok(Ok((first, chain_before)));
    }
    let at_seam = entries
        .iter()
        .find(|entry| entry.point().seq == held.last_seq)
        .map_or(chain_before, |entry| entry.point().chain);
    if at_seam != held.last_chain {
        return Ok(Err(Code::ChainBroken.because(
            "the page leads to another history than the one that is stored here",
        )));
    }
    entries.retain(|entry| entry.point().seq > held.last_seq);
    Ok(Ok((held.first_seq, held.chain_before)))
}

/// The stretch of the log that lies next below the one that ends at the head and begins at `first_seq`.
pub(crate) async fn held_below(
    tenant: &Tenant,
    room_id: &RoomId,
    first_seq: u64,
) -> Result<Option<HeldRow>, StoreError> {
    let bases = tenant.store.bases(room_id).await?;
    let below = bases.into_iter().filter_map(|base| base.held);
    Ok(below
        .filter(|held| held.last_seq < first_seq)
        .max_by_key(|held| held.last_seq))
}

/// Works out what stands on the page's messages, and on older ones that the page refers to.
async fn annotate(
    tenant: &Tenant,
    lane: &LaneState,
    work: &mut Work,
    entries: &[Accepted],
) -> Result<(), StoreError> {
    let repeated = Verdict::Void(Rejection::EventIdReused);
    let words = entries
        .iter()
        .filter(|entry| is_erasable(entry.event().kind().as_str()) && entry.verdict() != repeated);
    let mut ids: BTreeSet<EventId> = words.map(|entry| entry.event().id()).collect();
    let inside = ids.clone();
    let targets = entries.iter().filter_map(|entry| {
        let event = entry.event();
        known::target_of(event.kind(), event.content())
    });
    ids.extend(targets);
    let room_id = lane.room.room_id();
    let unwritten = Unwritten {
        fresh: entries,
        ..Unwritten::default()
    };
    let reworked = annotations::rework(&*tenant.store, room_id, unwritten, ids).await?;
    work.changes.extend(reworked.changes);
    // The page itself is news to nobody: whoever asked for it reads it.
    let known = reworked
        .frames
        .into_iter()
        .filter(|(id, _)| !inside.contains(id));
    work.frames
        .extend(known.map(|(_, body)| Outgoing::room(room_id, body)));
    Ok(())
}
