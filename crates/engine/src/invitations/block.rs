use std::sync::Arc;

use scaiwave_protocol::RoomId;
use scaiwave_store::record::Blocked;

use super::list;
use crate::{ClientCode, Outcome, Tenant, Viewer, blocks};

/// How much of where an invitation comes from is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockedPart {
    /// The one who invites.
    Inviter,
    /// Everybody of their server.
    Server,
}

/// Blocks the one from whom an invitation comes. They and their server learn nothing of it: the
/// invitation stays unanswered, and is listed no more.
pub async fn block(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    part: BlockedPart,
) -> Outcome<()> {
    let waiting = list(tenant, viewer).await?;
    let invitation = waiting.into_iter().find(|view| &view.room_id == room_id);
    let invitation =
        invitation.ok_or_else(|| ClientCode::NotFound.because("there is no such invitation"))?;
    let whom = match part {
        BlockedPart::Inviter => Blocked::Person(invitation.inviter),
        BlockedPart::Server => Blocked::Server(invitation.inviter.server().clone()),
    };
    blocks::block(tenant, viewer, whom).await
}
