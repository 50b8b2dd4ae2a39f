//! What each item of a `send` does (protocol section 5). The request that bore it has been verified.

mod consult;
mod entries;
mod ephemeral;
mod heads;
mod invite;
mod removed;
mod report;
mod submit;
mod transfer;

use std::sync::Arc;

use scaiwave_protocol::event::Received;
use scaiwave_protocol::wire::{Item, ItemResult};
use scaiwave_protocol::{Refusal, ServerName};
use scaiwave_store::record::RejectionDirection;

pub use submit::receive_submits;

use super::ends_only;
use crate::Tenant;
use crate::lane::EntriesBatch;
use crate::policy::{self, Rule};
use crate::rejections::{self, Rejected, Subject};

/// Asked of a peer when our own disk failed.
pub(super) const RETRY_AFTER_MS: u64 = 1_000;

/// What an item comes to, before it is put into words.
type Answer = Result<ItemResult, Refusal>;

/// Takes one item. A refusal is recorded, with the beginning of the item, before it is answered.
pub async fn receive(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    item: Item,
    sample: &[u8],
) -> ItemResult {
    let about = About::of(&item);
    let ends_rooms = matches!(
        item,
        Item::Entries { .. } | Item::Heads { .. } | Item::Removed { .. }
    );
    let answer = match item {
        _ if !ends_rooms && ends_only(tenant, peer) => Err(policy::refusal(&Rule::Farewell)),
        Item::Invite { event, card } => invite::invite(tenant, peer, *event, *card).await,
        Item::Entries {
            room_id,
            entries,
            checkpoint,
            acked,
        } => {
            let batch = EntriesBatch {
                peer: peer.clone(),
                entries,
                checkpoint: *checkpoint,
            };
            entries::entries(tenant, room_id, batch, acked).await
        }
        Item::Submit { event } => {
            let room_id = event.room_id();
            let mut results =
                receive_submits(tenant, peer, &room_id, vec![(*event, sample.to_vec())]).await;
            return results.pop().unwrap_or(ItemResult::Retry {
                after_ms: RETRY_AFTER_MS,
            });
        }
        Item::Heads { rooms } => heads::heads(tenant, peer, rooms).await,
        Item::Removed {
            room_id,
            participant: Some(participant),
            ..
        } => removed::withdrawn(tenant, peer, &room_id, &participant).await,
        Item::Removed {
            room_id,
            participant: None,
            checkpoint,
        } => {
            removed::removed(
                tenant,
                peer,
                room_id,
                checkpoint.map(|checkpoint| *checkpoint),
            )
            .await
        }
        Item::Ephemeral(ephemeral) => ephemeral::ephemeral(tenant, peer, ephemeral).await,
        Item::Consult { room_id, server } => consult::consult(tenant, peer, room_id, server).await,
        Item::Report {
            room_id,
            event_id,
            category,
            text,
        } => report::report(tenant, peer, room_id, event_id, category, text).await,
        Item::Transfer {
            room_id,
            term,
            seen,
        } => transfer::transfer(tenant, peer, room_id, term, seen).await,
    };
    match answer {
        Ok(result) => result,
        Err(refusal) => {
            rejections::record(tenant, about.rejected(peer, refusal.clone(), sample)).await;
            ItemResult::Rejected(refusal)
        }
    }
}

/// What a line of the rejection log says about an item.
#[derive(Clone)]
struct About {
    kind: &'static str,
    room_id: Option<String>,
    event_id: Option<String>,
}

impl About {
    fn of(item: &Item) -> Self {
        let (room_id, event_id) = match item {
            Item::Submit { event } => return Self::of_submit(event),
            Item::Invite { event, .. } => (
                Some(event.room_id().to_string()),
                Some(event.id().to_string()),
            ),
            Item::Consult { room_id, .. }
            | Item::Entries { room_id, .. }
            | Item::Transfer { room_id, .. }
            | Item::Removed { room_id, .. } => (Some(room_id.to_string()), None),
            Item::Report {
                room_id, event_id, ..
            } => (Some(room_id.to_string()), Some(event_id.to_string())),
            Item::Heads { .. } | Item::Ephemeral(_) => (None, None),
        };
        About {
            kind: item.kind(),
            room_id,
            event_id,
        }
    }

    fn of_submit(event: &Received) -> Self {
        About {
            kind: "submit",
            room_id: Some(event.room_id().to_string()),
            event_id: Some(event.id().to_string()),
        }
    }

    fn rejected(self, peer: &ServerName, refusal: Refusal, sample: &[u8]) -> Rejected {
        self.subject(peer, sample.to_vec()).refused(refusal)
    }

    fn subject(self, peer: &ServerName, sample: Vec<u8>) -> Subject {
        Subject {
            direction: RejectionDirection::Inbound,
            peer: peer.to_string(),
            step: "item",
            room_id: self.room_id,
            event_id: self.event_id,
            kind: Some(self.kind.to_owned()),
            size: sample.len() as u64,
            sample,
        }
    }
}
