use std::sync::Arc;

use scaiwave_protocol::RoomId;

use super::affected::unwanted;
use super::depart;
use crate::audit::{self, Action, Actor, Happening};
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer, lane};

/// The admin's choice about a room that the policy has turned against: everybody of ours leaves a room
/// hosted elsewhere; from a room of ours the people of the servers go that the policy does not admit.
pub async fn leave(tenant: &Arc<Tenant>, viewer: &Viewer, room_id: &RoomId) -> Outcome<()> {
    viewer.must_be_admin()?;
    let room = lane::load_state(tenant, room_id).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    let policy = tenant.policy.get();
    let servers = unwanted(tenant, &policy, &room);
    if room.host() == tenant.server_name() && servers.is_empty() {
        return Err(ClientCode::RoomForbidden.because(
            "this room is hosted here and the policy admits every server in it; to keep all of them out, \
             turn its federation off",
        ));
    }
    let line = audit::note(
        tenant,
        Happening {
            actor: Actor::Person(viewer),
            action: Action::RoomLeft,
            peer: None,
            room_id: Some(room_id),
            message: "everybody leaves this room who must, because of the federation policy"
                .to_owned(),
        },
    );
    audit::record(tenant, vec![line]).await;
    let whole = depart::from_room(tenant, &room, |server| servers.contains(server)).await;
    if whole {
        Ok(())
    } else {
        Err(ClientCode::Internal
            .because("not everybody could be taken out of this room; the log says why, try again"))
    }
}
