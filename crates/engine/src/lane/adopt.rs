//! Rooms that have become ours: what our people wrote while it waited for the former host is sequenced
//! here now.

use std::sync::Arc;

use scaiwave_protocol::{Received, Refusal, json};
use scaiwave_room::KnownEvents;
use scaiwave_store::Change;
use scaiwave_store::StoreError;
use scaiwave_store::record::PendingRow;

use super::command::SubmitAnswer;
use super::host::Host;
use super::run::Undecided;
use super::state::LaneState;
use super::work::{Reply, Work};
use super::{known, pending};
use crate::Tenant;

/// Events adopted at once: one commit. The rest follows with the next command.
const ADOPTED_MAX: usize = 256;

/// Sequences what waits, in its order; what is refused is marked as not delivered.
pub(super) async fn decide(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    replies: Vec<Reply>,
) -> Result<Work, Undecided> {
    let (rows, known) = match waiting(tenant, lane).await {
        Ok(waiting) => waiting,
        Err(error) => {
            let work = Work {
                replies,
                ..Work::default()
            };
            let denial = error.into();
            return Err(Undecided { work, denial });
        }
    };
    let mut host = Host::new(tenant, lane, known);
    for row in &rows {
        let refusal = match authentic(tenant, row) {
            Ok(event) => match host.take_over(event).await {
                SubmitAnswer::Sequenced { .. } => continue,
                SubmitAnswer::Duplicate { .. } => {
                    let done = Change::DropPending(row.room_id.clone(), row.event_id);
                    host.work.changes.push(done);
                    host.lane.pending.remove(&row.event_id);
                    continue;
                }
                SubmitAnswer::Refused(refusal) => refusal,
                SubmitAnswer::Retry => break,
            },
            Err(refusal) => refusal,
        };
        if let Err(error) = pending::refuse(host.lane, &mut host.work, row.clone(), refusal) {
            tracing::error!(%error, event_id = %row.event_id, "a refusal could not be shown");
        }
    }
    host.work.replies.extend(replies);
    host.finish().await
}

async fn waiting(
    tenant: &Tenant,
    lane: &LaneState,
) -> Result<(Vec<PendingRow>, KnownEvents), StoreError> {
    let room_id = lane.room.room_id();
    let mut rows = tenant.store.pending(room_id).await?;
    rows.retain(|row| row.refused.is_none());
    rows.truncate(ADOPTED_MAX);
    let mut ids = Vec::new();
    for row in &rows {
        ids.push(row.event_id);
        let event = scaiwave_protocol::Event::from_stored(&row.event)
            .map_err(|error| StoreError::Damaged(error.to_string()))?;
        ids.extend(known::target_of(event.kind(), event.content()));
    }
    let known = known::fetch(&*tenant.store, room_id, true, ids).await?;
    Ok((rows, known))
}

/// Our own signature, checked like anybody's.
fn authentic(tenant: &Tenant, row: &PendingRow) -> Result<scaiwave_protocol::Authentic, Refusal> {
    let event = Received::parse(json::parse(&row.event)?)?;
    let key = tenant.keyring.public_key(event.sig().key_id);
    let key = key.ok_or(scaiwave_room::Rejection::KeyNotInLog)?;
    event.verify(&key)
}
