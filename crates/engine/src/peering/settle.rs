//! What a peer's answers come to.

use std::sync::Arc;

use scaiwave_protocol::wire::{ItemResult, item};
use scaiwave_protocol::{EventId, Fqid, Json, Refusal, RoomId, ServerName, json};
use scaiwave_store::record::{FollowerRow, OutboxRow, RejectionDirection};
use scaiwave_store::{Change, Commit, StoreError};

use super::admin;
use super::compare;
use super::cursors::Placement;
use super::histories::Compared;
use super::outbound::{Batch, Part, Settled, is_removed_again, removal_seq};
use super::reach;
use super::receive::RETRY_AFTER_MS;
use super::stale;
use super::taken::{self, Taken};
use crate::rejections::{self, Subject};
use crate::{Tenant, invitations, lane};

/// Takes the peer's answers, one for each item.
pub async fn settle(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    batch: Batch,
    results: Vec<ItemResult>,
) -> Result<Settled, StoreError> {
    reach::answered(tenant, peer).await;
    let mut settled = Settled {
        more: batch.more,
        ..Settled::default()
    };
    let placement = batch.placement;
    let mut changes = Vec::new();
    let mut taken = Vec::new();
    for (part, result) in batch.parts.into_iter().zip(results) {
        if let ItemResult::Retry { after_ms } = result {
            settled.retry_after_ms = settled.retry_after_ms.max(Some(after_ms));
            continue;
        }
        // Nobody rings for what it turned out to lack. It is sent after a pause: a peer that lacks
        // something whatever it is sent must not keep us busy.
        if let ItemResult::Gap { .. } = result {
            settled.retry_after_ms = settled.retry_after_ms.max(Some(0));
        } else {
            settled.progressed = true;
        }
        match part {
            Part::Heads => take_heads(tenant, peer, result).await?,
            Part::Entries { room_id, to, acked } => {
                tenant.deliveries.note_told(&room_id, peer, &acked);
                tenant.deliveries.moved(&room_id);
                if let ItemResult::Ok(extra) = &result
                    && !acknowledged(tenant, peer, &room_id, to, extra, placement).await?
                {
                    settled.more = true;
                }
                changes.extend(cursor(tenant, peer, room_id, to, result).await?);
            }
            Part::Submit {
                room_id,
                event_id,
                bytes,
                leaves,
            } => match result {
                ItemResult::Rejected(refusal)
                    if stale::is_not_final(
                        tenant,
                        peer,
                        &room_id,
                        (event_id, &bytes),
                        &refusal,
                    )
                    .await? => {}
                ItemResult::Rejected(refusal) => {
                    refused_submit(tenant, peer, &room_id, event_id, &bytes, refusal).await;
                }
                ItemResult::Duplicate { seq } => taken.push(Taken {
                    room_id,
                    event_id,
                    leaves,
                    seq: Some(seq),
                }),
                ItemResult::Ok(extra) => {
                    let seq = extra.get("seq").and_then(Json::as_int);
                    taken.push(Taken {
                        room_id,
                        event_id,
                        leaves,
                        seq: seq.and_then(|seq| u64::try_from(seq).ok()),
                    });
                }
                ItemResult::Gap { .. } | ItemResult::Retry { .. } => {}
            },
            Part::OneOff(row) => {
                let done = one_off(tenant, *row, result).await;
                if done.is_empty() {
                    // It could not be noted, and is answered again: not at once, as it may fail again.
                    settled.retry_after_ms = settled.retry_after_ms.max(Some(RETRY_AFTER_MS));
                }
                changes.extend(done);
            }
            Part::Ephemeral => {}
        }
    }
    taken::note(tenant, peer, taken).await?;
    if !changes.is_empty() {
        tenant
            .store
            .commit(Commit::of(changes))
            .await
            .map_err(|error| StoreError::Backend(error.to_string()))?;
    }
    Ok(settled)
}

async fn take_heads(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    result: ItemResult,
) -> Result<(), StoreError> {
    let ItemResult::Ok(mut extra) = result else {
        return Ok(());
    };
    let Some(Json::Obj(rooms)) = extra.remove("rooms") else {
        return Ok(());
    };
    match item::heads(rooms) {
        Ok(theirs) => compare::heads(tenant, peer, &theirs).await,
        Err(_) => Ok(()),
    }
}

/// Moves the peer's cursor back, or stops a room whose entries it refuses.
async fn cursor(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: RoomId,
    to: u64,
    result: ItemResult,
) -> Result<Vec<Change>, StoreError> {
    Ok(match result {
        ItemResult::Gap { have_seq } => {
            tenant.cursors.forget(&room_id, peer);
            vec![Change::SetAcked(room_id, peer.clone(), have_seq.min(to))]
        }
        ItemResult::Rejected(refusal) => {
            record(
                tenant,
                peer,
                "entries",
                Some(room_id.to_string()),
                None,
                refusal.clone(),
                Vec::new(),
            )
            .await;
            let room = tenant.store.room(&room_id).await?;
            if room.is_some_and(|room| &room.host != tenant.server_name()) {
                // We have handed the room over: it follows the new host, who has all that we have.
                tenant.cursors.forget(&room_id, peer);
                return Ok(vec![Change::DropFollower(room_id, peer.clone())]);
            }
            let followers = tenant.store.followers(&room_id).await?;
            let follower = followers
                .into_iter()
                .find(|follower| &follower.server == peer);
            let letter = admin::entries_letter(tenant, peer, &room_id, &refusal);
            let stop = follower.map(|row| {
                let stopped = Some(refusal.to_string());
                Change::PutFollower(FollowerRow { stopped, ..row })
            });
            stop.map_or_else(Vec::new, |stop| vec![stop, letter])
        }
        ItemResult::Ok(_) | ItemResult::Duplicate { .. } | ItemResult::Retry { .. } => Vec::new(),
    })
}

/// Notes how far the peer says that it is. False when it has said otherwise since it was sent this.
async fn acknowledged(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    to: u64,
    extra: &json::Object,
    sent: Placement,
) -> Result<bool, StoreError> {
    let have = extra.get("have_seq").and_then(Json::as_int);
    let have = have.and_then(|seq| u64::try_from(seq).ok());
    // Never beyond what we have sent or it had: an inflated number must not skip entries.
    let room = tenant.store.room(room_id).await?;
    let head = room.map_or(to, |room| room.head.seq);
    let (have, now) = (have.unwrap_or(to).min(head), tenant.world.now());
    if !tenant.cursors.note(room_id, peer, have, sent, now) {
        return Ok(false);
    }
    // It has compared the chain of each entry that it took.
    let compared = Compared {
        seq: have,
        same: true,
        at: now,
    };
    tenant.histories.note(room_id, peer, compared);
    Ok(true)
}

async fn refused_submit(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    event_id: EventId,
    bytes: &[u8],
    refusal: Refusal,
) {
    put_letter(tenant, peer, room_id, event_id, bytes, &refusal).await;
    let (room, event) = (Some(room_id.to_string()), Some(event_id.to_string()));
    record(
        tenant,
        peer,
        "submit",
        room,
        event,
        refusal.clone(),
        bytes.to_vec(),
    )
    .await;
    if lane::refused(tenant, room_id, event_id, bytes.to_vec(), refusal)
        .await
        .is_err()
    {
        tracing::error!(%room_id, %event_id, "a refusal could not be noted; it will be asked again");
    }
}

/// An admin can find it among the dead letters. Named by the event: asked again because of a failure of
/// ours, it is the same letter.
async fn put_letter(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    event_id: EventId,
    bytes: &[u8],
    refusal: &Refusal,
) {
    let item = OutboxRow {
        id: event_id,
        peer: peer.clone(),
        kind: "submit".to_owned(),
        room_id: room_id.clone(),
        participant: None,
        item: bytes.to_vec(),
        created_at: tenant.world.now(),
    };
    let letter = admin::letter(tenant, event_id, &item, Some(event_id), refusal);
    if let Err(error) = tenant.store.commit(Commit::of(vec![letter])).await {
        tracing::error!(%error, %room_id, %event_id, "a dead letter could not be kept");
    }
}

/// What follows from the answer to an invitation, a removal or a declining leave.
async fn one_off(tenant: &Arc<Tenant>, row: OutboxRow, result: ItemResult) -> Vec<Change> {
    let mut changes = vec![Change::DropOutbox(row.id)];
    if let ItemResult::Rejected(refusal) = &result {
        changes.push(admin::letter(tenant, row.id, &row, None, refusal));
        let room = Some(row.room_id.to_string());
        record(
            tenant,
            &row.peer,
            one_off_kind(&row),
            room,
            None,
            refusal.clone(),
            row.item.clone(),
        )
        .await;
    }
    match (row.kind.as_str(), result, &row.participant) {
        ("invite", ItemResult::Rejected(refusal), Some(invitee)) => {
            take_back(tenant, &row.room_id, invitee.clone(), &refusal).await;
        }
        ("submit", ItemResult::Duplicate { seq }, Some(participant)) => {
            declined(tenant, &row.room_id, participant, seq).await;
        }
        ("submit", ItemResult::Ok(extra), Some(participant)) => {
            let seq = extra.get("seq").and_then(Json::as_int);
            if let Some(seq) = seq.and_then(|seq| u64::try_from(seq).ok()) {
                declined(tenant, &row.room_id, participant, seq).await;
            }
        }
        ("removed", _, _) if removal_seq(&row).is_some() && !departs(tenant, &row).await => {
            // The removal stays in the outbox and is answered again.
            changes.clear();
        }
        _ => {}
    }
    changes
}

/// The host has put a declining leave at this seq.
async fn declined(tenant: &Tenant, room_id: &RoomId, participant: &Fqid, seq: u64) {
    if let Err(error) = invitations::declined_at(tenant, room_id, participant, seq).await {
        tracing::error!(%error, %room_id, %participant, "a declined invitation could not be noted");
    }
}

/// Ends the following of a server that has had its last entry. False when the store failed.
async fn departs(tenant: &Arc<Tenant>, row: &OutboxRow) -> bool {
    match is_removed_again(tenant, row).await {
        Ok(true) => true,
        Ok(false) => lane::departed(tenant, &row.room_id, row.peer.clone())
            .await
            .is_ok(),
        Err(error) => {
            tracing::error!(%error, "storage failed");
            false
        }
    }
}

fn one_off_kind(row: &OutboxRow) -> &'static str {
    match row.kind.as_str() {
        "invite" => "invite",
        "removed" => "removed",
        "report" => "report",
        _ => "submit",
    }
}

/// The invitee's server said no: the room's log says so, with the code as the reason.
async fn take_back(tenant: &Arc<Tenant>, room_id: &RoomId, invitee: Fqid, refusal: &Refusal) {
    if let Err(denial) = lane::evict(tenant, room_id, invitee, refusal.to_string()).await {
        tracing::warn!(%denial, %room_id, "a refused invitation could not be taken back");
    }
}

async fn record(
    tenant: &Tenant,
    peer: &ServerName,
    kind: &'static str,
    room_id: Option<String>,
    event_id: Option<String>,
    refusal: Refusal,
    sample: Vec<u8>,
) {
    let size = sample.len() as u64;
    let subject = Subject {
        direction: RejectionDirection::Outbound,
        peer: peer.to_string(),
        step: "item",
        room_id,
        event_id,
        kind: Some(kind.to_owned()),
        size,
        sample,
    };
    rejections::record(tenant, subject.refused(refusal)).await;
}
