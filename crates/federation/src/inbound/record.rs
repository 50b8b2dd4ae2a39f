//! What was turned away stands in the tenant's rejection log, with the step and the reason.

use std::sync::Arc;

use http::header::CONTENT_LENGTH;
use scaiwave_engine::Tenant;
use scaiwave_engine::rejections::{self, Subject};
use scaiwave_engine::store::record::RejectionDirection;
use scaiwave_protocol::ServerName;
use scaiwave_protocol::request::header;
use serde_json::value::RawValue;

use super::items::Misshapen;
use super::route::{Endpoint, Route};
use super::turned_away::{Step, TurnedAway};
use super::{Inbound, Request, rate};
use crate::limits::SAMPLE_BYTES_MAX;

/// A whole request. Only a `send` turns an event or invitation away, and only a peer that named itself
/// and one of our tenants has a log to stand in.
pub(super) async fn request(inbound: &Inbound, request: &Request, turned_away: &TurnedAway) {
    let TurnedAway { step, refusal, .. } = turned_away;
    tracing::debug!(step = step.as_str(), code = %refusal.code, path = request.path, "turned away");
    if Route::of(&request.method, &request.path) != Some(Route::Signed(Endpoint::Send)) {
        return;
    }
    let Some((tenant, peer)) = named(inbound, request) else {
        return;
    };
    if !step.is_proven()
        && !inbound
            .unproven_records
            .take(tenant.server_name(), rate::now())
    {
        return;
    }
    let declared = request
        .header(CONTENT_LENGTH)
        .and_then(|length| length.parse().ok());
    let sample = &request.body[..request.body.len().min(SAMPLE_BYTES_MAX)];
    let subject = Subject {
        direction: RejectionDirection::Inbound,
        peer: peer.to_string(),
        step: step.as_str(),
        room_id: None,
        event_id: None,
        kind: None,
        size: declared.unwrap_or(0).max(request.body.len() as u64),
        sample: sample.to_vec(),
    };
    rejections::record(&tenant, subject.refused(refusal.clone())).await;
}

/// One element of `items` that is no item.
pub(super) async fn item(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    misshapen: Misshapen,
    raw: Box<RawValue>,
) {
    let Misshapen {
        refusal,
        room_id,
        event_id,
        kind,
    } = misshapen;
    let bytes = raw.get().as_bytes();
    let subject = Subject {
        direction: RejectionDirection::Inbound,
        peer: peer.to_string(),
        step: Step::Parse.as_str(),
        room_id,
        event_id,
        kind,
        size: bytes.len() as u64,
        sample: bytes[..bytes.len().min(SAMPLE_BYTES_MAX)].to_vec(),
    };
    rejections::record(tenant, subject.refused(refusal)).await;
}

/// Whom a request names: the first of each header will do, for nothing is decided by it.
fn named(inbound: &Inbound, request: &Request) -> Option<(Arc<Tenant>, ServerName)> {
    let name = |header| ServerName::parse(request.header(header)?).ok();
    Some((
        inbound.tenant(&name(header::DESTINATION)?)?,
        name(header::ORIGIN)?,
    ))
}
