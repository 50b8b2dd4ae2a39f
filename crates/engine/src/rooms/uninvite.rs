use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Fqid, RoomId};

use super::{access, act};
use crate::{ClientCode, Outcome, Tenant, Viewer};

/// Takes an invitation back: the inviter's own, or anybody's for a moderator. At the invitee's server it
/// disappears; of several people invited there, with the last of them, or when it is accepted.
pub async fn uninvite(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    participant: &Fqid,
) -> Outcome<()> {
    access::joined(tenant, viewer, room_id).await?;
    let member = tenant.store.member(room_id, participant).await?;
    if member.is_none_or(|member| member.membership != Membership::Invite) {
        return Err(ClientCode::NotFound
            .because("nobody of this name is invited to this room")
            .at("participant_id"));
    }
    let leave = Membership::Leave;
    act::change_membership(tenant, viewer, room_id, participant, leave, None).await
}
