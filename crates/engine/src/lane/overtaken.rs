//! Entries in our name that this process did not make: of a twin that runs from a copy of its data, or of the time before
//! a restore. Their numbers overtake those that our waiting events have, and the host takes no lower ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::{Code, EventId, Malformed};
use scaiwave_room::Accepted;
use scaiwave_store::record::PendingRow;
use scaiwave_store::{Change, StoreError};

use super::state::LaneState;
use super::work::Work;
use super::{pending, project, sign_anew};
use crate::live::{FrameBody, Outgoing};
use crate::{Tenant, messages};

/// The highest number of an entry in our name that none of our events has become. To be asked before these leave the
/// pending ones.
pub(super) fn by_entries_not_ours(
    tenant: &Tenant,
    lane: &LaneState,
    entries: &[Accepted],
) -> Option<u64> {
    let ours = |id: &EventId| lane.pending.contains(id) || lane.refused.contains(id);
    let events = entries.iter().map(Accepted::event);
    events
        .filter(|event| event.origin() == tenant.server_name() && !ours(&event.id()))
        .map(|event| event.header().origin_seq)
        .max()
}

/// Signs those of our events anew, under their ids, in their order and above all numbers that are used, which that number
/// has overtaken: the host would refuse them, or has done so for nothing else before we knew.
pub(super) async fn renumber(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    number: u64,
) -> Result<(), StoreError> {
    let room_id = lane.room.room_id().clone();
    let in_log: BTreeSet<EventId> = work.accepted.iter().map(|one| one.event().id()).collect();
    let mut rows = tenant.store.pending(&room_id).await?;
    rows.retain(|row| {
        row.origin_seq <= number && is_to_be_sent(lane, row) && !in_log.contains(&row.event_id)
    });
    rows.sort_by_key(|row| row.origin_seq);
    for row in rows {
        let event_id = row.event_id;
        let was_refused = row.refused.is_some();
        let origin_seq = pending::next_number(tenant, lane);
        let damaged = |error: Malformed| StoreError::Damaged(format!("event {event_id}: {error}"));
        let again = sign_anew::again(tenant, lane, row, origin_seq);
        let (row, proof) = again.map_err(damaged)?;
        lane.pending_seq = origin_seq;
        lane.proofs.insert(event_id, proof);
        lane.pending.insert(event_id);
        if was_refused {
            lane.refused.remove(&event_id);
            work.changes.push(Change::DropDeadLetter(event_id));
            tell(lane, work, &row)?;
        }
        work.changes.push(Change::PutPending(Box::new(row)));
        work.rings.insert(lane.room.host().clone());
    }
    Ok(())
}

/// Whether an event waits, or was refused for its number.
fn is_to_be_sent(lane: &LaneState, row: &PendingRow) -> bool {
    match &row.refused {
        None => lane.pending.contains(&row.event_id),
        Some(refused) => refused.code == Code::ChainBroken.as_str(),
    }
}

/// Its author sees it waiting again.
fn tell(lane: &LaneState, work: &mut Work, row: &PendingRow) -> Result<(), StoreError> {
    if row.kind != kinds::MESSAGE {
        return Ok(());
    }
    let mut view = messages::view::of_pending(row.clone())?;
    view.sender_name = project::name_of(&lane.room, &view.sender);
    let frame = FrameBody::Event(Box::new(view));
    work.frames.push(Outgoing::room(&row.room_id, frame));
    Ok(())
}
