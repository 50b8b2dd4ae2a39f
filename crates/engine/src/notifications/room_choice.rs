use std::sync::Arc;

use scaiwave_protocol::RoomId;
use scaiwave_store::record::{NotificationMode, RoomChoiceRow};
use scaiwave_store::{Change, Commit};

use super::RoomChoice;
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::{ClientCode, Outcome, Tenant, Viewer, rooms};

/// Says what the viewer wants to hear of a room; none: what they want to hear of rooms in general.
pub async fn set_mode(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    mode: Option<NotificationMode>,
) -> Outcome<()> {
    choose(tenant, viewer, room_id, |choice| choice.mode = mode).await
}

/// Takes the sound from a room until then (ms), or gives it back. The clock alone ends it.
pub async fn mute(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    until: Option<u64>,
) -> Outcome<()> {
    if until.is_some_and(|until| until <= tenant.world.now()) {
        return Err(ClientCode::BadRequest
            .because("must be a time that is still to come, or null")
            .at("until"));
    }
    choose(tenant, viewer, room_id, |choice| choice.muted_until = until).await
}

async fn choose(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    change: impl FnOnce(&mut RoomChoice),
) -> Outcome<()> {
    rooms::access::joined(tenant, viewer, room_id).await?;
    let _changing = tenant.wanted.changing.lock().await;
    let now = tenant.world.now();
    let before = tenant.wanted.choice(&viewer.fqid, room_id, now);
    let mut choice = before;
    change(&mut choice);
    if choice == before {
        return Ok(());
    }
    let RoomChoice { mode, muted_until } = choice;
    let row = RoomChoiceRow {
        participant: viewer.fqid.clone(),
        room_id: room_id.clone(),
        mode,
        muted_until,
    };
    let body = FrameBody::RoomChoice { mode, muted_until };
    let frame = Outgoing::only(&viewer.fqid, room_id, body);
    let commit = Commit::of(vec![Change::PutRoomChoice(row.clone())]);
    commit_and_publish(tenant, commit, vec![frame]).await?;
    tenant.wanted.known.write().choose(row);
    Ok(())
}
