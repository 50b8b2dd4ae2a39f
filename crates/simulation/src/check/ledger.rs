use std::collections::{BTreeMap, BTreeSet};

use scaiwave_protocol::{EventId, Hash, RoomId, ServerName};
use scaiwave_store::record::{EntryRow, RoomRow, Verdict};

use super::log;
use crate::world::{Made, Server};

/// What is known of who cheats, and of what honest servers have made.
pub(crate) struct Known<'a> {
    pub(crate) made: &'a Made,
    pub(crate) liar: Option<&'a ServerName>,
    /// Which followers of which rooms were told a history of their own.
    pub(crate) forks: &'a BTreeSet<(ServerName, RoomId)>,
}

impl Known<'_> {
    fn is_forked(&self, server: &ServerName, room: &RoomId) -> bool {
        self.forks.contains(&(server.clone(), room.clone()))
    }

    /// Whether anything about this room is the doing of a cheat.
    fn is_crooked(&self, room: &RoomRow) -> bool {
        self.liar == Some(&room.host)
    }
}

/// What anybody has ever seen of any log. Whatever somebody sees later must be the same.
#[derive(Default)]
pub(crate) struct Ledger {
    rooms: BTreeMap<RoomId, Told>,
    /// (server, room) → the highest seq looked at.
    looked_at: BTreeMap<(usize, RoomId), u64>,
    /// The last position of each server's stream.
    positions: BTreeMap<usize, u64>,
    pub(crate) violations: Vec<String>,
}

#[derive(Default)]
struct Told {
    lines: BTreeMap<u64, (EventId, Hash, Hash)>,
    places: BTreeMap<EventId, u64>,
}

impl Ledger {
    /// Looks at what is new on a disk since the last time.
    pub(crate) async fn look(
        &mut self,
        index: usize,
        server: &Server,
        known: &Known<'_>,
    ) -> anyhow::Result<()> {
        for room in server.store.rooms().await? {
            self.room(index, server, &room, known).await?;
        }
        let last = self.positions.entry(index).or_default();
        for entry in server
            .store
            .stream_after(*last, 100_000, usize::MAX)
            .await?
        {
            if entry.position <= *last {
                self.violations.push(format!(
                    "{}: stream position {} after {last}",
                    server.name(),
                    entry.position
                ));
            }
            *last = entry.position;
        }
        Ok(())
    }

    async fn room(
        &mut self,
        index: usize,
        server: &Server,
        room: &RoomRow,
        known: &Known<'_>,
    ) -> anyhow::Result<()> {
        let key = (index, room.room_id.clone());
        let after = self.looked_at.get(&key).copied().unwrap_or(0);
        let name = server.name();
        if room.head.seq < after {
            self.say(format!(
                "{name} {}: the head fell from {after} to {}",
                room.room_id, room.head.seq
            ));
        }
        if room.head.seq == after {
            return Ok(());
        }
        for entry in log::entries(&*server.store, &room.room_id, after).await? {
            self.entry(name, room, &entry, known);
        }
        let forked = known.is_forked(name, &room.room_id);
        let told = self.rooms.entry(room.room_id.clone()).or_default();
        if let Some((_, _, chain)) = told
            .lines
            .get(&room.head.seq)
            .filter(|line| line.2 != room.head.chain && !forked)
        {
            let what = format!(
                "{name} {}: chain {:?} at head {}, elsewhere {chain:?}",
                room.room_id, room.head.chain, room.head.seq
            );
            self.say(what);
        }
        let blamed = known.forks.iter().any(|(_, id)| id == &room.room_id);
        if let Some(why) = room.frozen.as_ref().filter(|_| !blamed) {
            self.say(format!("{name} {}: frozen: {why}", room.room_id));
        }
        self.looked_at.insert(key, room.head.seq);
        Ok(())
    }

    fn entry(&mut self, name: &ServerName, room: &RoomRow, entry: &EntryRow, known: &Known<'_>) {
        let at = format!("{name} {} seq {}", room.room_id, entry.seq);
        let origin = entry.sender.server();
        let void = entry.verdict == Verdict::Void;
        if !void && known.liar != Some(origin) && !known.made.contains(origin, entry.hash) {
            self.say(format!(
                "{at}: {} of {} was never made by {origin}",
                entry.kind, entry.sender
            ));
        }
        if void && !known.is_crooked(room) {
            self.say(format!("{at}: void {} of {}", entry.kind, entry.sender));
        }
        // What a cheat told this server alone is looked at when all has healed.
        if known.is_forked(name, &room.room_id) {
            return;
        }
        let crooked = known.is_crooked(room);
        let known = self.rooms.entry(room.room_id.clone()).or_default();
        let line = (entry.event_id, entry.hash, entry.chain);
        let first = *known.lines.entry(entry.seq).or_insert(line);
        let place = *known.places.entry(entry.event_id).or_insert(entry.seq);
        if first != line {
            self.say(format!("{at}: {line:?}, elsewhere {first:?}"));
        }
        // A cheating host may use an id twice. Whoever folds the log from the first use on finds the second
        // one void; whose base lies between them cannot know.
        let second_alone = crooked && (entry.seq < place || place <= room.base_seq);
        if place != entry.seq && !void && !second_alone {
            self.say(format!(
                "{at}: event {} stands at {place} too",
                entry.event_id
            ));
        }
    }

    fn say(&mut self, what: String) {
        self.violations.push(what);
    }
}
