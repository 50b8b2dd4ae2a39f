//! What must hold once everything works again and everybody has been told everything.

mod logs;
mod peering;
mod people;
mod sends;

use std::collections::{BTreeMap, BTreeSet};

use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_room::RoomState;
use scaiwave_store::record::{EntryRow, RoomRow, Verdict};

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

impl Hosted {
    /// The entries that count. A cheat that told a follower something void has it in its own log, too,
    /// once it has fetched back what that follower has and it has not. In rooms of honest hosts nothing is
    /// void: the ledger sees to that.
    pub(super) fn standing(&self) -> impl Iterator<Item = &EntryRow> {
        let entries = self.entries.iter();
        entries.filter(|entry| entry.verdict != Verdict::Void)
    }
}

/// All servers and rooms, and what is known of a cheat among them.
pub(crate) struct Town<'a> {
    pub(super) servers: &'a [Server],
    pub(super) rooms: BTreeMap<RoomId, Hosted>,
    liar: Option<ServerName>,
    forks: BTreeSet<(ServerName, RoomId)>,
}

impl<'a> Town<'a> {
    pub(crate) async fn of(
        servers: &'a [Server],
        liar: Option<ServerName>,
        forks: BTreeSet<(ServerName, RoomId)>,
    ) -> anyhow::Result<Self> {
        let mut rooms = BTreeMap::new();
        for (host, server) in servers.iter().enumerate() {
            for row in server.store.rooms().await? {
                if &row.host == server.name() {
                    let state = log::state(&*server.store, &row).await?;
                    let entries = log::entries(&*server.store, &row.room_id, 0).await?;
                    let room_id = row.room_id.clone();
                    let hosted = Hosted {
                        host,
                        row,
                        state,
                        entries,
                    };
                    rooms.insert(room_id, hosted);
                }
            }
        }
        let mut town = Town {
            servers,
            rooms,
            liar,
            forks,
        };
        town.forget_vain_forks().await?;
        Ok(town)
    }

    /// Everything that does not hold.
    pub(crate) async fn check(&self, history: &History) -> anyhow::Result<Vec<String>> {
        let mut wrong = Vec::new();
        logs::check(self, &mut wrong).await?;
        peering::check(self, &mut wrong).await?;
        people::check(self, &mut wrong).await?;
        sends::check(self, history, &mut wrong).await?;
        Ok(wrong)
    }

    pub(super) fn index(&self, name: &ServerName) -> Option<usize> {
        self.servers.iter().position(|server| server.name() == name)
    }

    /// Whether this server was told another history of this room than the one that its host tells now, or
    /// knows that somebody was: then the room stands still there.
    pub(super) fn is_forked(&self, server: &ServerName, room: &RoomId) -> bool {
        self.forks.contains(&(server.clone(), room.clone()))
    }

    /// Whether anybody was told another history of this room. Its host then hears of entries in its name
    /// that it does not have, and takes no more: like one that was restored from a backup, it waits.
    pub(super) fn is_split(&self, room: &RoomId) -> bool {
        self.forks.iter().any(|(_, forked)| forked == room)
    }

    /// Whether some other honest server holds another history of a room than this one. A cheat that tells
    /// a lie to its only follower, and waits since for the entry that it never had, contradicts nobody.
    pub(super) async fn contradicts(
        &self,
        server: &ServerName,
        room: &RoomId,
        state: &RoomState,
    ) -> anyhow::Result<bool> {
        let Some(ours) = self.index(server) else {
            return Ok(false);
        };
        let store = &*self.servers[ours].store;
        // A lie below a base that came later shows when the history between is fetched: no page that is
        // true fits. It is refused then, and nothing is proven.
        let base = store.room(room).await?.map_or(0, |row| row.base_seq);
        let entries = log::entries(store, room, base).await?;
        for other in self.servers {
            // Who is out of the room is not told about it any more, and not asked.
            let present = state.servers().get(other.name());
            let present = present.is_some_and(|record| record.present);
            if other.name() == server || self.is_liar(other.name().as_str()) || !present {
                continue;
            }
            for entry in log::entries(&*other.store, room, 0).await? {
                let same_seq = entries.iter().find(|one| one.seq == entry.seq);
                if same_seq.is_some_and(|one| one.chain != entry.chain) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether this is the name of the cheat.
    pub(super) fn is_liar(&self, name: &str) -> bool {
        self.liar.as_ref().is_some_and(|liar| liar.as_str() == name)
    }

    /// Most followers refuse what is told to them alone, or never get it. One that found out tells the
    /// others, where the room then stands still as well.
    async fn forget_vain_forks(&mut self) -> anyhow::Result<()> {
        let told = std::mem::take(&mut self.forks);
        for server in self.servers {
            for row in server.store.rooms().await? {
                let blamed = told.iter().any(|(_, room)| room == &row.room_id);
                if blamed && row.frozen.is_some() {
                    self.forks.insert((server.name().clone(), row.room_id));
                }
            }
        }
        for (name, room) in told {
            let (Some(index), Some(hosted)) = (self.index(&name), self.rooms.get(&room)) else {
                continue;
            };
            let Some(row) = self.servers[index].store.room(&room).await? else {
                continue;
            };
            let at_host = |seq: u64, chain| {
                let mut entries = hosted.entries.iter();
                entries.any(|entry| entry.seq == seq && entry.chain == chain)
            };
            // What it was told long ago may lie below a base that it has got since.
            let held = log::entries(&*self.servers[index].store, &room, 0).await?;
            let same = held.iter().all(|entry| at_host(entry.seq, entry.chain));
            if !same || !at_host(row.head.seq, row.head.chain) {
                self.forks.insert((name, room));
            }
        }
        Ok(())
    }
}
