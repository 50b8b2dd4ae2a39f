//! The records that rooms of ours owe: of our own new key soon after a rotation, and of other servers'
//! revocations (protocol sections 3 and 6). What is due follows from descriptors and logs, so that
//! nothing is lost when this list is.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::{RoomId, ServerName, json};
use scaiwave_room::{is_behind, revokes_more};
use scaiwave_store::StoreError;
use scaiwave_store::record::RoomServerRow;

use crate::{Tenant, lane};

/// Rooms looked at in one call, some milliseconds each where a record is due.
const ROOMS_AT_ONCE: usize = 200;

/// Which rooms have to be looked at.
#[derive(Default)]
pub(crate) struct Records(Mutex<ToLookAt>);

#[derive(Default)]
struct ToLookAt {
    /// Our descriptor when all rooms were put on the list; none after a start.
    by: Option<Arc<Descriptor>>,
    servers: BTreeSet<ServerName>,
    rooms: VecDeque<RoomId>,
}

impl Records {
    /// The keys of this server are not what they were.
    pub(crate) fn look_at(&self, server: &ServerName) {
        self.0.lock().servers.insert(server.clone());
    }
}

/// Sequences what is due in some of the rooms.
pub(super) async fn keep(tenant: &Arc<Tenant>) {
    if let Err(error) = list(tenant).await {
        tracing::error!(%error, "the rooms that need a record cannot be read");
        return;
    }
    for _ in 0..ROOMS_AT_ONCE {
        let Some(room_id) = tenant.records.0.lock().rooms.pop_front() else {
            return;
        };
        if let Err(error) = look_at(tenant, &room_id).await {
            tracing::error!(%error, %room_id, "the records of a room cannot be read");
        }
    }
}

/// Puts rooms on the list: all of ours after a start or a change of our keys, else those of servers whose
/// keys have changed.
async fn list(tenant: &Tenant) -> Result<(), StoreError> {
    let own = tenant.keyring.descriptor();
    let (all, servers) = {
        let mut to_do = tenant.records.0.lock();
        let same = |by: &Arc<Descriptor>| !is_behind(by, &own);
        let all = !to_do.by.as_ref().is_some_and(same);
        (all, std::mem::take(&mut to_do.servers))
    };
    let mut rooms = Vec::new();
    if all {
        rooms = tenant.store.rooms().await?;
    } else {
        for server in &servers {
            rooms.extend(tenant.store.rooms_with_server(server).await?);
        }
    }
    let ours = rooms
        .into_iter()
        .filter(|room| &room.host == tenant.server_name());
    let mut to_do = tenant.records.0.lock();
    for room in ours {
        if !to_do.rooms.contains(&room.room_id) {
            to_do.rooms.push_back(room.room_id);
        }
    }
    if all {
        to_do.by = Some(own);
    }
    Ok(())
}

async fn look_at(tenant: &Arc<Tenant>, room_id: &RoomId) -> Result<(), StoreError> {
    let servers = tenant.store.room_servers(room_id).await?;
    let others = servers
        .iter()
        .filter(|row| &row.server != tenant.server_name());
    // A room of our own people alone learns of a key when it is first used.
    if !others.clone().any(|row| row.present) {
        return Ok(());
    }
    if !servers.iter().any(|row| is_due(tenant, row)) {
        return Ok(());
    }
    if let Err(denial) = lane::keep_records(tenant, room_id).await {
        tracing::error!(%denial, %room_id, "a record could not be sequenced");
    }
    Ok(())
}

fn is_due(tenant: &Tenant, row: &RoomServerRow) -> bool {
    let in_log = json::parse(&row.descriptor).and_then(Descriptor::parse);
    let Ok(in_log) = in_log else { return false };
    if &row.server == tenant.server_name() {
        return is_behind(&in_log, &tenant.keyring.descriptor());
    }
    let held = tenant.peers.descriptor(&row.server);
    held.is_some_and(|held| revokes_more(&held, &in_log))
}
