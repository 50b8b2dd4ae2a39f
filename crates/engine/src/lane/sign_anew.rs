//! Pending events of ours that their host could not take as they are: signed anew under the same id and
//! number, with the present key and head (protocol section 7).

use std::sync::Arc;

use scaiwave_protocol::event::Draft;
use scaiwave_protocol::{Event, EventId, Malformed};
use scaiwave_store::record::PendingRow;
use scaiwave_store::{Change, StoreError};

use super::state::LaneState;
use super::work::Work;
use crate::Tenant;

/// Signs those anew that still wait.
pub(super) async fn sign_anew(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    event_ids: Vec<EventId>,
) -> Result<(), StoreError> {
    let room_id = lane.room.room_id().clone();
    for event_id in event_ids {
        if !lane.pending.contains(&event_id) {
            continue;
        }
        let Some(row) = tenant.store.pending_event(&room_id, &event_id).await? else {
            continue;
        };
        let damaged = |error: Malformed| StoreError::Damaged(format!("event {event_id}: {error}"));
        let number = row.origin_seq;
        let (row, proof) = again(tenant, lane, row, number).map_err(damaged)?;
        lane.proofs.insert(event_id, proof);
        work.changes.push(Change::PutPending(Box::new(row)));
    }
    work.rings.insert(lane.room.host().clone());
    Ok(())
}

/// The row of an event with another signature and this number. Refused or not, it waits again.
pub(super) fn again(
    tenant: &Tenant,
    lane: &LaneState,
    row: PendingRow,
    origin_seq: u64,
) -> Result<(PendingRow, scaiwave_protocol::event::Proof), Malformed> {
    let old = Event::from_stored(&row.event)?;
    let header = old.header();
    let content = old
        .content()
        .ok_or_else(|| Malformed::new("a pending event has no content"))?;
    let draft = Draft {
        event_id: old.id(),
        room_id: header.room_id.clone(),
        kind: old.kind().clone(),
        sender: old.sender().clone(),
        origin_ts: header.origin_ts,
        origin_seq,
        seen: Some(lane.room.head()),
        content: content.clone(),
        salt: tenant.world.random(),
    };
    let event = draft.sign(&*tenant.keyring.signer())?;
    let proof = event.proof();
    Ok((
        PendingRow {
            origin_seq,
            event: event.canonical(),
            signed_anew: true,
            refused: None,
            ..row
        },
        proof,
    ))
}
