use std::sync::Arc;

use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{Fqid, RoomId, ServerName};
use scaiwave_store::record::InvitationRow;
use scaiwave_store::{Change, Commit};

use super::{Answer, RETRY_AFTER_MS};
use crate::peering::{self, Lead, Place, checkpoints};
use crate::{Denial, Tenant, invitations};

/// Nobody of ours is in that room any more. What we have of it stays; invitations to it disappear, except
/// those that its log has above this: they were sent while our last entries were on their way.
pub(super) async fn removed(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: RoomId,
    checkpoint: Option<Checkpoint>,
) -> Answer {
    if let Some(checkpoint) = &checkpoint {
        compare(tenant, peer, &room_id, checkpoint).await;
    }
    let over = |row: &InvitationRow| {
        let end = checkpoint.as_ref().map(|checkpoint| checkpoint.at.seq);
        end.is_none_or(|end| !invitations::invited_at(row).is_ok_and(|at| at > end))
    };
    answer(&forget_invitations(tenant, peer, &room_id, over).await)
}

/// One of ours is no longer invited, and others of ours still are.
pub(super) async fn withdrawn(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    participant: &Fqid,
) -> Answer {
    let theirs = |row: &InvitationRow| &row.participant == participant;
    answer(&forget_invitations(tenant, peer, room_id, theirs).await)
}

fn answer(done: &Result<bool, Denial>) -> Answer {
    match done {
        Ok(true) => Ok(ItemResult::Ok(Default::default())),
        Ok(false) => Err(peering::not_host(
            "only a room's host removes servers from it",
        )),
        Err(_) => Ok(ItemResult::Retry {
            after_ms: RETRY_AFTER_MS,
        }),
    }
}

/// The last word of the host about our part of the log: it must be the log that we hold.
async fn compare(tenant: &Arc<Tenant>, peer: &ServerName, room_id: &RoomId, last: &Checkpoint) {
    let Ok(Some(room)) = tenant.store.room(room_id).await else {
        return;
    };
    if let Ok(Place::Differs) = peering::place_of(tenant, &room, &last.at).await {
        let lead = Lead::OtherHistory {
            room_id: room_id.clone(),
            server: peer.clone(),
            seq: last.at.seq,
        };
        peering::follow_leads(tenant, vec![lead]);
    }
}

async fn forget_invitations(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    which: impl Fn(&InvitationRow) -> bool,
) -> Result<bool, Denial> {
    let room = tenant.store.room(room_id).await?;
    let invitations = tenant.store.invitations_to(room_id).await?;
    let (its, others): (Vec<_>, Vec<_>) =
        invitations.into_iter().partition(|row| &row.host == peer);
    // What somebody else says of this room does not stand in the way of its host.
    let wrong_host = match room {
        // Of a former host it was on its way when the room changed hands.
        Some(room) => &room.host != peer && !checkpoints::reigns(&room)?.has_handed_over(peer),
        None => its.is_empty() && !others.is_empty(),
    };
    if wrong_host {
        return Ok(false);
    }
    let gone = its.into_iter().filter(which).flat_map(|row| {
        [
            Change::DropInvitation(row.room_id, row.participant),
            Change::DropInbox(row.event_id),
        ]
    });
    tenant.store.commit(Commit::of(gone.collect())).await?;
    Ok(true)
}
