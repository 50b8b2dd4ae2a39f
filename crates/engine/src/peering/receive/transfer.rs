use std::sync::Arc;

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::log::TransferConsent;
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{Code, Refusal, RoomId, ServerName};
use scaiwave_store::StoreError;
use scaiwave_store::record::RoomRow;

use super::{Answer, RETRY_AFTER_MS};
use crate::peering::{self, Place, checkpoints, place_of};
use crate::{Tenant, rooms};

/// A room's host asks us to take it over. We sign only if an admin of ours has agreed.
pub(super) async fn transfer(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: RoomId,
    term: u64,
    seen: LogPoint,
) -> Answer {
    let retry = ItemResult::Retry {
        after_ms: RETRY_AFTER_MS,
    };
    let answer = match consider(tenant, peer, &room_id, term, seen).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "storage failed");
            return Ok(retry);
        }
    };
    answer.map(|consent| consent.unwrap_or(retry))
}

/// None while our log does not reach as far as the host's.
async fn consider(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    term: u64,
    seen: LogPoint,
) -> Result<Result<Option<ItemResult>, Refusal>, StoreError> {
    let Some(room) = tenant.store.room(room_id).await? else {
        return Ok(Err(peering::room_unknown()));
    };
    if checkpoints::reigns(&room)?.has_handed_over(peer) {
        // It has given the room to somebody meanwhile, and will see that when it asks again.
        return Ok(Ok(None));
    }
    if &room.host != peer {
        return Ok(Err(peering::not_host("only a room's host hands it over")));
    }
    if tenant.store.take_over(room_id).await?.is_none() {
        return Ok(Err(peering::policy(
            "no admin of this server has agreed to take this room over",
        )));
    }
    if let Some(why) = rooms::cannot_host(&room) {
        return Ok(Err(Code::PolicyViolation.because(why)));
    }
    match place_of(tenant, &room, &seen).await? {
        Place::Same if term > room.head.term => sign(tenant, &room, term, seen)
            .await
            .map(|done| Ok(Some(done))),
        Place::Ahead => Ok(Ok(None)),
        Place::Same | Place::Differs | Place::Unknown => Ok(Err(Code::ChainBroken
            .because("`term` or `seen` does not follow this server's log of the room"))),
    }
}

/// With a key that the room's log knows to be ours.
async fn sign(
    tenant: &Tenant,
    room: &RoomRow,
    term: u64,
    seen: LogPoint,
) -> Result<ItemResult, StoreError> {
    let in_log = checkpoints::own_descriptor_in(tenant, &room.room_id).await?;
    let now = tenant.world.now().max(room.head_ts);
    let signer = in_log
        .and_then(|in_log| tenant.keyring.signer_listed_in(&in_log, now))
        .unwrap_or_else(|| tenant.keyring.signer());
    let consent = TransferConsent {
        room_id: room.room_id.clone(),
        term,
        seen,
    };
    Ok(ItemResult::ok_with("sig", consent.sign(&*signer).to_json()))
}
