//! The doors to a room. "Not found" and "not yours" are the same answer.

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_store::StoreError;
use scaiwave_store::record::MemberRow;

use crate::{ClientCode, Denial, Outcome, Tenant, Viewer, peering};

/// The viewer is in the room.
pub(crate) async fn joined(
    tenant: &Tenant,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<MemberRow> {
    let member = tenant
        .store
        .member(room_id, &viewer.fqid)
        .await?
        .ok_or_else(Denial::no_such_room)?;
    if has_parted(tenant, &viewer.fqid, room_id).await? {
        return Err(not_in());
    }
    match member.membership {
        Membership::Join => Ok(member),
        // Those who were something to the room know that it exists.
        Membership::Invite | Membership::Leave | Membership::Ban | Membership::Knock => {
            Err(not_in())
        }
    }
}

/// The viewer may read what is said in the room.
pub(crate) async fn readable(
    tenant: &Tenant,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<MemberRow> {
    joined(tenant, viewer, room_id).await
}

/// The viewer may see that the room is there and what it is called: in it, or invited.
pub(crate) async fn visible(
    tenant: &Tenant,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<MemberRow> {
    let member = tenant
        .store
        .member(room_id, &viewer.fqid)
        .await?
        .ok_or_else(Denial::no_such_room)?;
    if has_parted(tenant, &viewer.fqid, room_id).await? {
        return Err(not_in());
    }
    match member.membership {
        Membership::Join | Membership::Invite => Ok(member),
        Membership::Leave | Membership::Ban | Membership::Knock => Err(not_in()),
    }
}

fn not_in() -> Denial {
    ClientCode::NotMember.because("you are not in this room")
}

/// Whether anybody can be out of a room by [`has_parted`] alone: only while a host may be refused.
pub(crate) fn may_have_parted(tenant: &Tenant) -> bool {
    tenant.policy.get().refuses_somebody()
}

/// Whether one of our people is out of a room as far as this side shows: the leave that they signed waits
/// for a host that this tenant refuses, and may never be in the log. If that host is heard again it is
/// told, and until it has answered the room is there once more.
pub(crate) async fn has_parted(
    tenant: &Tenant,
    participant: &Fqid,
    room_id: &RoomId,
) -> Result<bool, StoreError> {
    if !may_have_parted(tenant) {
        return Ok(false);
    }
    let policy = tenant.policy.get();
    let room = tenant.store.room(room_id).await?;
    let elsewhere = room.filter(|room| &room.host != tenant.server_name());
    if elsewhere.is_none_or(|room| !policy.refuses(&room.host)) {
        return Ok(false);
    }
    let pending = tenant.store.pending(room_id).await?;
    Ok(pending.iter().any(|row| {
        row.refused.is_none()
            && &row.sender == participant
            && peering::is_leave(&row.kind, &row.event)
    }))
}
