use std::sync::Arc;

use scaiwave_protocol::RoomId;
use scaiwave_store::record::{ReportRow, Role};

use super::MODERATOR_LEVEL;
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer, lane};

/// Lines in one answer.
const PAGE_MAX: u32 = 500;

/// Reports about a room of ours, newest first, for its moderators and for admins; only open ones, or all.
pub async fn list(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    all: bool,
    limit: u32,
) -> Outcome<Vec<ReportRow>> {
    must_moderate(tenant, viewer, room_id).await?;
    let limit = limit.clamp(1, PAGE_MAX);
    Ok(tenant.store.reports(room_id, all, limit).await?)
}

pub(super) async fn must_moderate(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<()> {
    let room = lane::load_state(tenant, room_id).await?;
    let admin = viewer.role == Role::Admin;
    // Whoever is nothing to the room does not learn that it exists.
    let room = room
        .filter(|room| admin || room.membership(&viewer.fqid).is_some())
        .ok_or_else(Denial::no_such_room)?;
    let moderates = room.is_joined(&viewer.fqid) && room.power(&viewer.fqid) >= MODERATOR_LEVEL;
    if !admin && !moderates {
        return Err(ClientCode::InsufficientPermission
            .because("reports are for those who moderate the room (power 50)"));
    }
    if room.host() != tenant.server_name() {
        return Err(ClientCode::RoomForbidden
            .because("reports about this room stand at its host, before the moderators there"));
    }
    Ok(())
}
