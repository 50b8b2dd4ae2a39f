//! Rooms hosted elsewhere: what the host has sequenced.

use std::collections::VecDeque;
use std::sync::Arc;

use scaiwave_protocol::log::Entry;
use scaiwave_protocol::{Code, Refusal};
use scaiwave_room::{Accepted, KeyHints, Verdict, follow};
use scaiwave_store::record::{CheckpointRow, RejectionDirection};
use scaiwave_store::{Change, StoreError};

use super::command::{Command, EntriesAnswer, EntriesBatch};
use super::run::Undecided;
use super::state::LaneState;
use super::work::{Reply, Work};
use super::{known, project, verify};
use crate::rejections::{self, Rejected};
use crate::{Denial, Tenant, peering};

/// Takes one batch of the host.
pub(super) async fn decide(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    queue: &mut VecDeque<Command>,
) -> Result<Work, Undecided> {
    let Some(Command::Entries { batch, reply }) = queue.pop_front() else {
        return Ok(Work::default());
    };
    let mut work = Work::default();
    let answer = match take(tenant, lane, &mut work, batch).await {
        Ok(answer) => answer,
        Err(Untaken::Refused(refusal)) => {
            // The fold may have moved before it failed: the state is read anew.
            drop(reply.send(EntriesAnswer::Refused(refusal)));
            return Err(Undecided {
                work: Work::default(),
                denial: Denial::no_such_room(),
            });
        }
        Err(Untaken::Store(error)) => {
            work.replies
                .push(Reply::Entries(reply, EntriesAnswer::Retry));
            return Err(Undecided {
                work,
                denial: error.into(),
            });
        }
    };
    work.replies.push(Reply::Entries(reply, answer));
    Ok(work)
}

enum Untaken {
    Refused(Refusal),
    Store(StoreError),
}

impl From<Refusal> for Untaken {
    fn from(refusal: Refusal) -> Self {
        Untaken::Refused(refusal)
    }
}

impl From<StoreError> for Untaken {
    fn from(error: StoreError) -> Self {
        Untaken::Store(error)
    }
}

async fn take(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    batch: EntriesBatch,
) -> Result<EntriesAnswer, Untaken> {
    let EntriesBatch {
        peer,
        entries,
        checkpoint,
    } = batch;
    if &peer != lane.room.host() {
        return Err(peering::not_host("entries are taken from the room's host only").into());
    }
    let head = lane.room.head();
    if entries
        .first()
        .is_some_and(|first| first.seq > head.seq + 1)
    {
        return Ok(EntriesAnswer::Gap { have_seq: head.seq });
    }
    let (old, new): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.seq <= head.seq);
    compare(tenant, lane, &old).await?;
    if new.is_empty() {
        return Ok(EntriesAnswer::Have { seq: head.seq });
    }
    let ids = new.iter().flat_map(|entry| {
        let event = &entry.event;
        [
            Some(event.id()),
            known::target_of(event.kind(), event.content()),
        ]
        .into_iter()
        .flatten()
    });
    let ids = ids.collect();
    let mut known = known::fetch(
        &*tenant.store,
        lane.room.room_id(),
        lane.first_seq == 1,
        ids,
    )
    .await?;
    let proofs = new
        .iter()
        .map(|entry| lane.proofs.get(&entry.event.id()).copied())
        .collect();
    let lines = verify::entries(KeyHints::of(&lane.room), new, proofs).await;
    work.accepted = follow(&mut lane.room, lines, &checkpoint, &mut known)?;
    let checkpoint = CheckpointRow {
        seq: checkpoint.at.seq,
        checkpoint: checkpoint.to_json().canonical(),
    };
    work.changes.push(Change::PutCheckpoint(
        lane.room.room_id().clone(),
        checkpoint,
    ));
    for entry in &work.accepted {
        if let Verdict::Void(why) = entry.verdict() {
            work.changes.push(alarm(tenant, &peer, entry, why.into()));
        }
    }
    project::project(tenant, lane, work).await?;
    if !lane.pending.is_empty() {
        if !lane.room.has_joined(tenant.server_name()) {
            // What the host took after the last of us had left will not come here: submitted once
            // more, it is answered as a duplicate.
            tenant.submitted.forget(&peer);
        }
        // Entries that came back make room for pending events that were held back.
        work.rings.insert(peer);
    }
    Ok(EntriesAnswer::Have {
        seq: lane.room.head().seq,
    })
}

/// Entries that we have must be the ones that we have: another chain at one seq is another history.
async fn compare(tenant: &Tenant, lane: &LaneState, old: &[Entry]) -> Result<(), Untaken> {
    let room_id = lane.room.room_id();
    for entry in old {
        if entry.seq <= lane.room.base_seq() {
            continue;
        }
        let ours = tenant.store.chain_at(room_id, entry.seq).await?;
        let before = if entry.seq == lane.room.base_seq() + 1 {
            Some(lane.base_chain)
        } else {
            tenant
                .store
                .chain_at(room_id, entry.seq - 1)
                .await?
                .map(|(_, _, chain)| chain)
        };
        let theirs = before.map(|before| entry.chain(&before));
        if let (Some((_, _, ours)), Some(theirs)) = (ours, theirs)
            && ours != theirs
        {
            return Err(Code::ChainBroken
                .because("an entry differs from the one that we hold at its seq")
                .into());
        }
    }
    Ok(())
}

/// A void entry is the host's fault: admins are told.
fn alarm(
    tenant: &Tenant,
    host: &scaiwave_protocol::ServerName,
    entry: &Accepted,
    refusal: Refusal,
) -> Change {
    let event = entry.event();
    let sample = event.canonical();
    Change::PutRejection(Box::new(rejections::row(
        tenant,
        Rejected {
            direction: RejectionDirection::Inbound,
            peer: host.to_string(),
            step: "fold",
            room_id: Some(event.room_id().to_string()),
            event_id: Some(event.id().to_string()),
            kind: Some(event.kind().to_string()),
            refusal,
            size: sample.len() as u64,
            sample,
        },
    )))
}
