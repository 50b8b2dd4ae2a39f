//! What a follower looks for in a host's entries beside their verdict: signs that the host tells others
//! another history, or speaks in somebody's name. It is looked into when the batch is on disk.

use scaiwave_protocol::log::Entry;
use scaiwave_protocol::{Content, ServerName};
use scaiwave_room::{Accepted, Verdict};
use scaiwave_store::StoreError;

use super::state::LaneState;
use super::work::Work;
use crate::Tenant;
use crate::audit::{self, Action, Actor, Happening};
use crate::peering::{self, Lead, Word};

/// Looks at a batch that has been folded and not yet written.
pub(super) async fn entries(
    tenant: &Tenant,
    lane: &LaneState,
    work: &mut Work,
    host: &ServerName,
) -> Result<(), StoreError> {
    if lane.room.host() == tenant.server_name() {
        return Ok(());
    }
    let mut leads = Vec::new();
    let mut changes = Vec::new();
    for entry in &work.accepted {
        if matches!(entry.verdict(), Verdict::Void(_)) {
            continue;
        }
        leads.extend(other_history(tenant, lane, &work.accepted, entry).await?);
        if let Some(Content::Server(record)) = entry.content() {
            match peering::of_record(tenant, &record.descriptor) {
                Word::Known => {}
                Word::Unconfirmed(key) => {
                    let room_id = lane.room.room_id();
                    changes.push(peering::mark(tenant, room_id, &record.server, &key));
                    leads.push(Lead::UnknownKey);
                }
                Word::Forged => leads.push(Lead::Forgery {
                    room_id: lane.room.room_id().clone(),
                    server: record.server.clone(),
                }),
            }
        }
        if is_strange(tenant, lane, entry).await? {
            changes.push(words_not_ours(tenant, host, entry));
        }
    }
    leads.dedup();
    work.leads.extend(leads);
    work.changes.extend(changes);
    Ok(())
}

/// A batch that contradicts what we hold: its host is asked for the whole of it.
pub(super) fn contradiction(lane: &LaneState, peer: &ServerName, old: &[Entry]) -> Option<Lead> {
    old.last().map(|entry| Lead::OtherHistory {
        room_id: lane.room.room_id().clone(),
        server: peer.clone(),
        seq: entry.seq,
    })
}

/// An event whose server has seen another history than ours.
async fn other_history(
    tenant: &Tenant,
    lane: &LaneState,
    batch: &[Accepted],
    entry: &Accepted,
) -> Result<Option<Lead>, StoreError> {
    let event = entry.event();
    let us = event.origin() == tenant.server_name();
    let Some(seen) = event.header().seen.filter(|_| !us) else {
        return Ok(None);
    };
    let here = batch
        .iter()
        .map(Accepted::point)
        .find(|point| point.seq == seen.seq);
    let ours = match here {
        Some(point) => Some((point.term, point.chain)),
        None => {
            let held = tenant.store.chain_at(lane.room.room_id(), seen.seq);
            held.await?.map(|(term, _, chain)| (term, chain))
        }
    };
    let differs = ours.is_some_and(|ours| ours != (seen.term, seen.chain));
    Ok(differs.then(|| Lead::OtherHistory {
        room_id: lane.room.room_id().clone(),
        server: event.origin().clone(),
        seq: seen.seq,
    }))
}

/// Whether an event bears our name and we do not remember having made it.
async fn is_strange(
    tenant: &Tenant,
    lane: &LaneState,
    entry: &Accepted,
) -> Result<bool, StoreError> {
    let event = entry.event();
    // After a restore from a backup there is much that we do not remember.
    if event.origin() != tenant.server_name() || tenant.doubts.restored() {
        return Ok(false);
    }
    if lane.pending.contains(&event.id()) {
        return Ok(false);
    }
    let row = tenant
        .store
        .pending_event(lane.room.room_id(), &event.id())
        .await?;
    Ok(row.is_none())
}

fn words_not_ours(tenant: &Tenant, host: &ServerName, entry: &Accepted) -> scaiwave_store::Change {
    let event = entry.event();
    let room_id = event.room_id();
    let message = format!(
        "Entry {} of this room bears the name and a key of this server, which does not remember having \
         made it: somebody else may have the key, or this server has lost data",
        entry.point().seq
    );
    audit::alarm(
        tenant,
        Happening {
            actor: Actor::Server,
            action: Action::WordsNotOurs,
            peer: Some(host),
            room_id: Some(&room_id),
            message,
        },
    )
}
