//! What must hold once everything works again and everybody has been told everything.

mod logs;
mod peering;
mod people;
mod sends;

use std::collections::BTreeMap;

use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_room::RoomState;
use scaiwave_store::record::{EntryRow, RoomRow};

use super::log;
use crate::actors::History;
use crate::world::Server;

/// A room as its host has it: the truth.
pub(super) struct Hosted {
    pub(super) host: usize,
    pub(super) row: RoomRow,
    pub(super) state: RoomState,
    pub(super) entries: Vec<EntryRow>,
}

pub(super) struct Town<'a> {
    pub(super) servers: &'a [Server],
    pub(super) rooms: BTreeMap<RoomId, Hosted>,
}

impl Town<'_> {
    pub(super) fn index(&self, name: &ServerName) -> Option<usize> {
        self.servers.iter().position(|server| server.name() == name)
    }
}

/// Everything that does not hold.
pub(crate) async fn check(servers: &[Server], history: &History) -> anyhow::Result<Vec<String>> {
    let mut town = Town {
        servers,
        rooms: BTreeMap::new(),
    };
    for (host, server) in servers.iter().enumerate() {
        for row in server.store.rooms().await? {
            if &row.host == server.name() {
                let state = log::state(&*server.store, &row).await?;
                let entries = log::entries(&*server.store, &row.room_id, 0).await?;
                town.rooms.insert(
                    row.room_id.clone(),
                    Hosted {
                        host,
                        row,
                        state,
                        entries,
                    },
                );
            }
        }
    }
    let mut wrong = Vec::new();
    logs::check(&town, &mut wrong).await?;
    peering::check(&town, &mut wrong).await?;
    people::check(&town, &mut wrong).await?;
    sends::check(&town, history, &mut wrong).await?;
    Ok(wrong)
}
