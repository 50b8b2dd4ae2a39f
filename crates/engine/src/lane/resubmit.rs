//! An event that the host refused goes to it once more.

use std::sync::Arc;

use scaiwave_protocol::event::{Draft, content as kinds};
use scaiwave_protocol::{Content, Event, EventId, Json, Malformed};
use scaiwave_room::{KnownEvents, authorize};
use scaiwave_store::record::PendingRow;
use scaiwave_store::{Change, StoreError};

use super::state::LaneState;
use super::work::Work;
use super::{denials, known, pending, project};
use crate::live::{FrameBody, Outgoing};
use crate::{ClientCode, Denial, Outcome, Tenant, messages};

/// Signs a refused event anew under its id: its old number may have been overtaken, and what it had
/// seen may be what the host refused. Its author then sees it pending again.
pub(super) async fn resubmit(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    event_id: EventId,
) -> Result<Outcome<()>, StoreError> {
    let room_id = lane.room.room_id().clone();
    let Some(row) = tenant.store.pending_event(&room_id, &event_id).await? else {
        return Ok(Err(Denial::no_such_event()));
    };
    if row.refused.is_none() {
        return Ok(Ok(()));
    }
    if let Some(why) = &lane.frozen {
        return Ok(Err(ClientCode::RoomFrozen.because(why.clone())));
    }
    let damaged = |error: Malformed| StoreError::Damaged(format!("pending {event_id}: {error}"));
    let event = Event::from_stored(&row.event).map_err(damaged)?;
    let ids = known::target_of(event.kind(), event.content());
    let known = known::fetch(
        &*tenant.store,
        &room_id,
        lane.first_seq == 1,
        ids.into_iter().collect(),
    )
    .await?;
    let anew = match sign_anew(tenant, lane, &event, &known) {
        Ok(anew) => anew,
        Err(denial) => return Ok(Err(denial)),
    };
    let origin_seq = anew.header().origin_seq;
    lane.pending_seq = origin_seq;
    lane.refused.remove(&event_id);
    lane.pending.insert(event_id);
    let row = PendingRow {
        origin_seq,
        event: anew.canonical(),
        signed_anew: true,
        refused: None,
        ..row
    };
    let mut view = messages::view::of_pending(row.clone())?;
    view.sender_name = project::name_of(&lane.room, &view.sender);
    if row.kind == kinds::MESSAGE {
        let frame = Outgoing::room(&room_id, FrameBody::Event(Box::new(view)));
        work.frames.push(frame);
    }
    work.changes.push(Change::PutPending(Box::new(row)));
    work.rings.insert(lane.room.host().clone());
    Ok(Ok(()))
}

fn sign_anew(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    event: &Event,
    known: &KnownEvents,
) -> Outcome<Event> {
    let content = event.content().cloned().ok_or_else(Denial::no_such_event)?;
    let anew = Draft {
        event_id: event.id(),
        room_id: Some(event.room_id()),
        kind: event.kind().clone(),
        sender: event.sender().clone(),
        origin_ts: event.header().origin_ts,
        origin_seq: pending::next_number(tenant, lane),
        seen: Some(lane.room.head()),
        content,
        salt: tenant.world.random(),
    }
    .sign(&*tenant.keyring.signer())?;
    let content = Content::parse(anew.kind(), anew.content().unwrap_or(&Json::Null))?;
    let target = known.target(Some(&content));
    authorize(
        &lane.room,
        &anew,
        Some(&content),
        target,
        tenant.world.now(),
    )
    .map_err(|rejection| {
        denials::to_client(rejection, &lane.room, anew.sender(), anew.kind().as_str())
    })?;
    lane.proofs.insert(anew.id(), anew.proof());
    Ok(anew.into_event())
}
