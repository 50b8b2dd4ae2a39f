use std::sync::Arc;

use scaiwave_protocol::event::Received;
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{Code, ServerName};

use super::{Answer, RETRY_AFTER_MS};
use crate::lane::{self, Submission, SubmitAnswer};
use crate::{Tenant, peering};

/// A peer submits an event of its people to a room of ours.
pub(super) async fn submit(tenant: &Arc<Tenant>, peer: &ServerName, event: Received) -> Answer {
    if event.origin() != peer {
        return Err(Code::NotAuthorized.because("a server submits only events of its own people"));
    }
    if event.header().room_id.is_none() {
        return Err(peering::room_unknown());
    }
    if event.is_erased() {
        return Err(Code::EventInvalid.because("an erased event cannot be submitted"));
    }
    let key = peering::key_of(tenant, peer, event.sig().key_id).await?;
    let room_id = event.room_id();
    Ok(match lane::submit(tenant, &room_id, Submission { event, key }).await {
        Ok(SubmitAnswer::Sequenced { seq }) => ItemResult::ok_with("seq", seq),
        Ok(SubmitAnswer::Duplicate { seq }) => ItemResult::Duplicate { seq },
        Ok(SubmitAnswer::Refused(refusal)) => return Err(refusal),
        Ok(SubmitAnswer::Retry) | Err(_) => ItemResult::Retry { after_ms: RETRY_AFTER_MS },
    })
}
