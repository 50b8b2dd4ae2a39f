//! The doors to a room. "Not found" and "not yours" are the same answer.

use scaiwave_protocol::RoomId;
use scaiwave_protocol::event::content::Membership;
use scaiwave_store::record::MemberRow;

use crate::{ClientCode, Denial, Outcome, Tenant, Viewer};

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
    match member.membership {
        Membership::Join => Ok(member),
        // Those who were something to the room know that it exists.
        Membership::Invite | Membership::Leave | Membership::Ban | Membership::Knock => {
            Err(ClientCode::NotMember.because("you are not in this room"))
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
    match member.membership {
        Membership::Join | Membership::Invite => Ok(member),
        Membership::Leave | Membership::Ban | Membership::Knock => {
            Err(ClientCode::NotMember.because("you are not in this room"))
        }
    }
}
