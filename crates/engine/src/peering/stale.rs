//! Pending events that their host would refuse as they are signed (protocol section 7).

use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::{Code, Event, EventId, Refusal, RoomId, ServerName};
use scaiwave_store::StoreError;
use scaiwave_store::record::PendingRow;

use super::taken::{self, Taken};
use crate::{Tenant, lane};

/// Lets those be signed anew whose key has had its day. Whether there were any.
pub(super) async fn sign_anew(
    tenant: &Arc<Tenant>,
    waiting: &[PendingRow],
) -> Result<bool, StoreError> {
    let mut stale: BTreeMap<&RoomId, Vec<EventId>> = BTreeMap::new();
    for row in waiting {
        let event = Event::from_stored(&row.event);
        let good = event.is_ok_and(|event| tenant.keyring.is_good(event.sig().key_id));
        if !good {
            stale.entry(&row.room_id).or_default().push(row.event_id);
        }
    }
    let any = !stale.is_empty();
    for (room_id, event_ids) in stale {
        if lane::sign_anew(tenant, room_id, event_ids).await.is_err() {
            tracing::error!(%room_id, "pending events could not be signed anew");
        }
    }
    Ok(any)
}

/// Whether the host's refusal of a pending event is not its last word, and then what follows from it.
///
/// An event that was signed anew after it had been sent goes again. It may stand in the log by its first signature: its
/// entry comes, or is here. One whose `seen` the host no longer has is signed anew, once.
pub(super) async fn is_not_final(
    tenant: &Arc<Tenant>,
    host: &ServerName,
    room_id: &RoomId,
    (event_id, sent): (EventId, &[u8]),
    refusal: &Refusal,
) -> Result<bool, StoreError> {
    let Some(row) = tenant.store.pending_event(room_id, &event_id).await? else {
        return Ok(false);
    };
    if row.event != sent {
        return Ok(true);
    }
    match refusal.code {
        Code::EventConflict if row.signed_anew => first_signature(tenant, host, row).await,
        Code::ChainBroken if !row.signed_anew => has_older_seen(tenant, &row).await,
        _ => Ok(false),
    }
}

async fn first_signature(
    tenant: &Arc<Tenant>,
    host: &ServerName,
    row: PendingRow,
) -> Result<bool, StoreError> {
    let entry = tenant.store.entry(&row.room_id, &row.event_id).await?;
    // Somebody else's event of the same id is a conflict indeed.
    if entry
        .as_ref()
        .is_some_and(|entry| entry.sender != row.sender)
    {
        return Ok(false);
    }
    let taken = Taken {
        leaves: taken::is_leave(&row.kind, &row.event),
        room_id: row.room_id,
        event_id: row.event_id,
        seq: entry.map(|entry| entry.seq),
    };
    taken::note(tenant, host, vec![taken]).await?;
    Ok(true)
}

async fn has_older_seen(tenant: &Arc<Tenant>, row: &PendingRow) -> Result<bool, StoreError> {
    let room = tenant.store.room(&row.room_id).await?;
    let seen = Event::from_stored(&row.event).ok();
    let seen = seen.and_then(|event| event.header().seen);
    if room.is_none_or(|room| Some(room.head) == seen) {
        return Ok(false);
    }
    let signed = lane::sign_anew(tenant, &row.room_id, vec![row.event_id]).await;
    Ok(signed.is_ok())
}
