use std::sync::Arc;

use scaiwave_protocol::event::Received;
use scaiwave_protocol::wire::{Item, ItemResult};
use scaiwave_protocol::{Code, Refusal, RoomId, ServerName};

use super::{About, RETRY_AFTER_MS};
use crate::lane::{self, Submission, SubmitAnswer};
use crate::{Tenant, peering, rejections};

/// A peer submits events of its people to one room of ours, in order, each with the beginning of its
/// item for the rejection log. They are decided on together: when one has to be tried again, so have all
/// that follow it (protocol section 5).
pub async fn receive_submits(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    events: Vec<(Received, Vec<u8>)>,
) -> Vec<ItemResult> {
    let total = events.len();
    let mut abouts = Vec::with_capacity(total);
    let mut fit = Vec::with_capacity(total);
    let mut answers: Vec<Option<Refusal>> = Vec::with_capacity(total);
    for (event, sample) in events {
        abouts.push((
            About::of(&Item::Submit {
                event: Box::new(event.clone()),
            }),
            sample,
        ));
        match check(tenant, peer, room_id, event).await {
            Ok(submission) => {
                fit.push(submission);
                answers.push(None);
            }
            // Its descriptor cannot be had just now: that may pass, and nothing may be overtaken.
            Err(refusal) if refusal.code == Code::PeerUnknown => break,
            Err(refusal) => answers.push(Some(refusal)),
        }
    }
    let count = fit.len();
    let sequenced = lane::submit(tenant, room_id, fit).await;
    let mut sequenced = sequenced
        .unwrap_or_else(|_| vec![SubmitAnswer::Retry; count])
        .into_iter();
    let mut results = Vec::with_capacity(total);
    for (refusal, (about, sample)) in answers.into_iter().zip(abouts) {
        let answer = match refusal {
            Some(refusal) => SubmitAnswer::Refused(refusal),
            None => sequenced.next().unwrap_or(SubmitAnswer::Retry),
        };
        results.push(match answer {
            SubmitAnswer::Sequenced { seq } => ItemResult::ok_with("seq", seq),
            SubmitAnswer::Duplicate { seq } => ItemResult::Duplicate { seq },
            SubmitAnswer::Retry => ItemResult::Retry {
                after_ms: RETRY_AFTER_MS,
            },
            SubmitAnswer::Refused(refusal) => {
                rejections::record(tenant, about.rejected(peer, refusal.clone(), &sample)).await;
                ItemResult::Rejected(refusal)
            }
        });
    }
    results.resize(
        total,
        ItemResult::Retry {
            after_ms: RETRY_AFTER_MS,
        },
    );
    results
}

async fn check(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    event: Received,
) -> Result<Submission, Refusal> {
    if event.origin() != peer {
        return Err(Code::NotAuthorized.because("a server submits only events of its own people"));
    }
    if event.header().room_id.as_ref() != Some(room_id) {
        return Err(peering::room_unknown());
    }
    if event.is_erased() {
        return Err(Code::EventInvalid.because("an erased event cannot be submitted"));
    }
    let key = peering::key_of(tenant, peer, event.sig().key_id).await?;
    Ok(Submission { event, key })
}
