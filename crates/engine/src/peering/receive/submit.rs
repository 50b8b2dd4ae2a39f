use std::sync::Arc;

use scaiwave_protocol::event::Received;
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{Code, PublicKey, Refusal, RoomId, ServerName};
use scaiwave_store::StoreError;

use super::{About, RETRY_AFTER_MS};
use crate::lane::{self, Submission, SubmitAnswer};
use crate::peering::consult::before_submit;
use crate::peering::ends_only;
use crate::policy::{self, Rule};
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
    let mut fit = Vec::with_capacity(total);
    let mut early = Vec::new();
    let mut answers = Vec::with_capacity(total);
    for (event, sample) in events {
        let subject = About::of_submit(&event).subject(peer, sample);
        answers.push(match check(tenant, peer, room_id, &event).await {
            Ok(key) => {
                fit.push(Submission {
                    event,
                    key,
                    subject,
                });
                None
            }
            // What may pass: nothing may be overtaken by what follows.
            Err(Unfit::Later) => break,
            Err(Unfit::Known { seq }) => Some(SubmitAnswer::Duplicate { seq }),
            Err(Unfit::Refused(refusal)) => {
                early.push(subject.refused(refusal.clone()));
                Some(SubmitAnswer::Refused(refusal))
            }
        });
    }
    let count = fit.len();
    // Side by side: the good ones do not wait until it is written why others were refused.
    let (sequenced, ()) = tokio::join!(
        lane::submit(tenant, room_id, fit),
        rejections::record_all(tenant, early)
    );
    let mut sequenced = sequenced
        .unwrap_or_else(|_| vec![SubmitAnswer::Retry; count])
        .into_iter();
    let mut next = || sequenced.next().unwrap_or(SubmitAnswer::Retry);
    let results = answers
        .into_iter()
        .map(|answer| result(answer.unwrap_or_else(&mut next)));
    let mut results: Vec<ItemResult> = results.collect();
    results.resize(total, result(SubmitAnswer::Retry));
    results
}

fn result(answer: SubmitAnswer) -> ItemResult {
    match answer {
        SubmitAnswer::Sequenced { seq } => ItemResult::ok_with("seq", seq),
        SubmitAnswer::Duplicate { seq } => ItemResult::Duplicate { seq },
        SubmitAnswer::Retry => ItemResult::Retry {
            after_ms: RETRY_AFTER_MS,
        },
        SubmitAnswer::Refused(refusal) => ItemResult::Rejected(refusal),
    }
}

/// Where this very event stands in our log. Its key may have ended since: the author, who had no answer,
/// submits it again and must be told so.
async fn stands_at(
    tenant: &Tenant,
    room_id: &RoomId,
    event: &Received,
) -> Result<Option<u64>, StoreError> {
    let heads = tenant.store.entry_heads(room_id, &[event.id()]).await?;
    let same = heads
        .into_iter()
        .find(|(_, head)| head.hash == event.hash());
    Ok(same.map(|(_, head)| head.seq))
}

/// What can be judged without the room's log; the key of the origin's that the event names.
async fn check(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    event: &Received,
) -> Result<PublicKey, Unfit> {
    if ends_only(tenant, peer) {
        return Err(policy::refusal(&Rule::Farewell).into());
    }
    if event.origin() != peer {
        let sentence = "a server submits only events of its own people";
        return Err(Code::NotAuthorized.because(sentence).into());
    }
    if event.header().room_id.as_ref() != Some(room_id) {
        return Err(peering::room_unknown().into());
    }
    if event.is_erased() {
        let sentence = "an erased event cannot be submitted";
        return Err(Code::EventInvalid.because(sentence).into());
    }
    let key = match peering::key_of(tenant, peer, event.sig().key_id).await {
        Ok(key) => key,
        // Its descriptor cannot be had just now.
        Err(refusal) if refusal.code == Code::PeerUnknown => return Err(Unfit::Later),
        Err(refusal) if refusal.code == Code::KeyUntrusted => {
            return Err(match stands_at(tenant, room_id, event).await {
                Ok(Some(seq)) => Unfit::Known { seq },
                Ok(None) => Unfit::Refused(refusal),
                Err(_) => Unfit::Later,
            });
        }
        Err(refusal) => return Err(refusal.into()),
    };
    match before_submit(tenant, room_id, event).await {
        Ok(agreed) => agreed?,
        Err(error) => {
            tracing::error!(%error, "storage failed");
            return Err(Unfit::Later);
        }
    }
    Ok(key)
}

/// Why an event does not go to the room's lane.
enum Unfit {
    Later,
    /// It stands in the log.
    Known {
        seq: u64,
    },
    Refused(Refusal),
}

impl From<Refusal> for Unfit {
    fn from(refusal: Refusal) -> Self {
        Unfit::Refused(refusal)
    }
}
