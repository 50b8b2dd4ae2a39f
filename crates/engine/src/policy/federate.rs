use std::collections::BTreeSet;
use std::sync::Arc;

use scaiwave_protocol::limits::POWER_MAX;
use scaiwave_protocol::{Json, Malformed, RoomId, json};
use scaiwave_room::RoomState;
use scaiwave_store::{Change, Commit};

use super::depart;
use crate::audit::{self, Action, Actor, Happening};
use crate::rooms::{self, RoomSettings};
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer, lane};

/// The name of the document that lists the rooms which an admin keeps from other servers.
pub(super) const SETTING: &str = "barred_rooms";

pub(super) fn read(bytes: &[u8]) -> Result<BTreeSet<RoomId>, Malformed> {
    let json = json::parse(bytes)?;
    let rooms = json.as_array().unwrap_or_default();
    rooms
        .iter()
        .map(|room| RoomId::parse(room.as_str().unwrap_or_default()))
        .collect()
}

fn write(rooms: &BTreeSet<RoomId>) -> Vec<u8> {
    Json::Arr(rooms.iter().map(Into::into).collect()).canonical()
}

/// Keeps a room of ours from other servers, or lets them in again.
///
/// An admin who owns the room changes its own settings. One who does not may still bar it: that is this
/// server's own judgement before it sequences, stands in no log, and takes everybody foreign out. Nobody
/// but an owner can open a room that its settings close.
pub async fn federate(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    enabled: bool,
) -> Outcome<()> {
    viewer.must_be_admin()?;
    let room = lane::load_state(tenant, room_id).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    if room.host() != tenant.server_name() {
        return Err(ClientCode::RoomForbidden.because(
            "this room is hosted elsewhere: only its host can keep servers from it; this tenant can leave it",
        ));
    }
    if enabled && !room.room_type().may_federate() {
        return Err(rooms::never_federates().at("enabled"));
    }
    let owns = room.is_joined(&viewer.fqid) && room.power(&viewer.fqid) == POWER_MAX;
    bar(tenant, viewer, room_id, !enabled && !owns).await?;
    if room.federates() != enabled && owns {
        let settings = RoomSettings {
            federate: Some(enabled),
            ..RoomSettings::default()
        };
        rooms::set_settings(tenant, viewer, room_id, settings).await?;
    } else if enabled && !room.federates() {
        return Err(ClientCode::InsufficientPermission.because(
            "the room's own settings keep it from other servers; an owner of the room can change them",
        ));
    }
    if enabled {
        return Ok(());
    }
    empty(tenant, &room).await
}

async fn bar(tenant: &Tenant, viewer: &Viewer, room_id: &RoomId, barred: bool) -> Outcome<()> {
    if tenant.policy.bars(room_id) == barred {
        return Ok(());
    }
    let mut rooms = BTreeSet::clone(&tenant.policy.barred.read());
    if barred {
        rooms.insert(room_id.clone());
    } else {
        rooms.remove(room_id);
    }
    let message = if barred {
        "this room is kept from other servers, whatever its own settings say"
    } else {
        "this room is kept from other servers no more, unless its own settings say so"
    };
    let line = audit::note(
        tenant,
        Happening {
            actor: Actor::Person(viewer),
            action: Action::RoomFederation,
            peer: None,
            room_id: Some(room_id),
            message: message.to_owned(),
        },
    );
    let change = Change::PutSetting(SETTING, write(&rooms));
    tenant.store.commit(Commit::of(vec![change, line])).await?;
    *tenant.policy.barred.write() = Arc::new(rooms);
    Ok(())
}

/// Takes everybody of other servers out.
async fn empty(tenant: &Arc<Tenant>, before: &RoomState) -> Outcome<()> {
    let room = lane::load_state(tenant, before.room_id()).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    if depart::from_room(tenant, &room, |_| true).await {
        return Ok(());
    }
    Err(ClientCode::Internal
        .because("not everybody could be taken out of this room; the log says why, try again"))
}
