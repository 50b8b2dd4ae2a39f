//! Rooms hosted elsewhere: what the host has sequenced.

use std::collections::VecDeque;
use std::sync::Arc;

use scaiwave_protocol::event::content::TRANSFER;
use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::{Code, Refusal, ServerName};
use scaiwave_room::{Accepted, KeyHints, Verdict, follow};
use scaiwave_store::record::{CheckpointRow, RejectionDirection};
use scaiwave_store::{Change, StoreError};

use super::command::{Command, EntriesAnswer, EntriesBatch};
use super::run::Undecided;
use super::state::LaneState;
use super::work::{Reply, Work};
use super::{known, overtaken, project, verify, watch};
use crate::audit::{self, Action, Actor, Happening};
use crate::peering::Compared;
use crate::rejections::{self, Subject};
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
            peering::follow_leads(tenant, std::mem::take(&mut work.leads));
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

/// Why a batch was not taken.
pub(super) enum Untaken {
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
    let head = lane.room.head();
    if entries
        .first()
        .is_some_and(|first| first.seq > head.seq + 1)
    {
        // Who is no host of ours does not learn where we stand.
        return match sent_by(lane, &peer, &entries) {
            Sender::Host | Sender::NewHost => Ok(EntriesAnswer::Gap { have_seq: head.seq }),
            Sender::FormerHost | Sender::Nobody => Err(no_host().into()),
        };
    }
    let sender = sent_by(lane, &peer, &entries);
    let (old, new): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.seq <= head.seq);
    match sender {
        Sender::Nobody => return Err(no_host().into()),
        Sender::FormerHost if !new.is_empty() => {
            return Err(Code::StaleTerm
                .because("this server has handed the room over: its term has ended")
                .into());
        }
        Sender::FormerHost | Sender::Host | Sender::NewHost => {}
    }
    if let Err(refusal) = compare(tenant, lane, &old).await {
        work.leads.extend(watch::contradiction(lane, &peer, &old));
        return Err(refusal);
    }
    if new.is_empty() {
        return Ok(EntriesAnswer::Have { seq: head.seq });
    }
    fold_in(tenant, lane, work, &peer, new, checkpoint).await?;
    if sender == Sender::NewHost && lane.room.host() != &peer {
        // The hand-over that was to lead to it does not stand.
        return Err(no_host().into());
    }
    if !lane.pending.is_empty() {
        if !lane.room.has_joined(tenant.server_name()) {
            // What the host took after the last of us had left will not come here: submitted once
            // more, it is answered as a duplicate.
            tenant.submitted.forget(lane.room.host());
        }
        // Entries that came back make room for pending events that were held back, and a new host has
        // not heard of any.
        work.rings.insert(lane.room.host().clone());
    }
    let head = lane.room.head();
    let compared = Compared {
        seq: head.seq,
        same: true,
        at: tenant.world.now(),
    };
    tenant.histories.note(lane.room.room_id(), &peer, compared);
    Ok(EntriesAnswer::Have { seq: head.seq })
}

/// What the sender of entries is to the room.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    Host,
    /// The one that these very entries lead to.
    NewHost,
    /// It has handed the room over.
    FormerHost,
    Nobody,
}

fn sent_by(lane: &LaneState, peer: &ServerName, entries: &[Entry]) -> Sender {
    if peer == lane.room.host() {
        return Sender::Host;
    }
    let leads_to_it = |entry: &Entry| {
        entry.event.kind().as_str() == TRANSFER
            && entry
                .event
                .content()
                .and_then(|content| content.get("host")?.as_str())
                == Some(peer.as_str())
    };
    if entries.iter().any(leads_to_it) {
        Sender::NewHost
    } else if lane.room.reigns().has_handed_over(peer) {
        Sender::FormerHost
    } else {
        Sender::Nobody
    }
}

fn no_host() -> Refusal {
    peering::not_host("entries are taken from the room's host only")
}

/// Folds entries that follow our head, and says what they change.
pub(super) async fn fold_in(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    peer: &ServerName,
    new: Vec<Entry>,
    checkpoint: Checkpoint,
) -> Result<(), Untaken> {
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
            work.changes
                .extend(alarm(tenant, lane, "fold", entry, why.into()));
        }
    }
    watch::entries(tenant, lane, work, peer).await?;
    let overtaken = overtaken::by_entries_not_ours(tenant, lane, &work.accepted);
    project::project(tenant, lane, work).await?;
    if let Some(number) = overtaken.filter(|_| lane.room.host() != tenant.server_name()) {
        overtaken::renumber(tenant, lane, work, number).await?;
    }
    Ok(())
}

/// Entries that we have must be the ones that we have: another chain at one seq is another history.
pub(super) async fn compare(
    tenant: &Tenant,
    lane: &LaneState,
    old: &[Entry],
) -> Result<(), Untaken> {
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

/// A void entry is the fault of who was host when it was made, whoever brings it: admins are told, and find
/// the event in the rejection log.
pub(super) fn alarm(
    tenant: &Tenant,
    lane: &LaneState,
    step: &'static str,
    entry: &Accepted,
    refusal: Refusal,
) -> [Change; 2] {
    let reigns = lane.room.reigns();
    let host = reigns.host_of(entry.point().term);
    let event = entry.event();
    let sample = event.canonical();
    let room_id = event.room_id();
    let message = format!(
        "The host {host} has sequenced an entry that the room's rules do not allow (seq {}): {refusal}. \
         It is void here, and the room goes on",
        entry.point().seq
    );
    let told = audit::alarm(
        tenant,
        Happening {
            actor: Actor::Server,
            action: Action::HostVoidEntry,
            peer: Some(host),
            room_id: Some(&room_id),
            message,
        },
    );
    let subject = Subject {
        direction: RejectionDirection::Inbound,
        peer: host.to_string(),
        step,
        room_id: Some(room_id.to_string()),
        event_id: Some(event.id().to_string()),
        kind: Some(event.kind().to_string()),
        size: sample.len() as u64,
        sample,
    };
    let kept = rejections::change(tenant, subject.refused(refusal));
    [told, kept]
}
