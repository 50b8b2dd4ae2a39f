use std::collections::BTreeMap;

use scaiwave_protocol::{EventId, Hash, RoomId};
use scaiwave_store::record::{EntryRow, RoomRow, Verdict};

use super::log;
use crate::world::Server;

/// What anybody has ever seen of any log. Whatever somebody sees later must be the same.
#[derive(Default)]
pub(crate) struct Ledger {
    rooms: BTreeMap<RoomId, Known>,
    /// (server, room) → the highest seq looked at.
    looked_at: BTreeMap<(usize, RoomId), u64>,
    /// The last position of each server's stream.
    positions: BTreeMap<usize, u64>,
    pub(crate) violations: Vec<String>,
}

#[derive(Default)]
struct Known {
    lines: BTreeMap<u64, (EventId, Hash, Hash)>,
    places: BTreeMap<EventId, u64>,
}

impl Ledger {
    /// Looks at what is new on a disk since the last time.
    pub(crate) async fn look(&mut self, index: usize, server: &Server) -> anyhow::Result<()> {
        for room in server.store.rooms().await? {
            self.room(index, server, &room).await?;
        }
        let last = self.positions.entry(index).or_default();
        for entry in server.store.stream_after(*last, 100_000).await? {
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

    async fn room(&mut self, index: usize, server: &Server, room: &RoomRow) -> anyhow::Result<()> {
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
            self.entry(name.as_str(), room, &entry);
        }
        let known = self.rooms.entry(room.room_id.clone()).or_default();
        if let Some((_, _, chain)) = known
            .lines
            .get(&room.head.seq)
            .filter(|line| line.2 != room.head.chain)
        {
            let what = format!(
                "{name} {}: chain {:?} at head {}, elsewhere {chain:?}",
                room.room_id, room.head.chain, room.head.seq
            );
            self.say(what);
        }
        if let Some(why) = &room.frozen {
            self.say(format!("{name} {}: frozen: {why}", room.room_id));
        }
        self.looked_at.insert(key, room.head.seq);
        Ok(())
    }

    fn entry(&mut self, name: &str, room: &RoomRow, entry: &EntryRow) {
        let known = self.rooms.entry(room.room_id.clone()).or_default();
        let line = (entry.event_id, entry.hash, entry.chain);
        let first = *known.lines.entry(entry.seq).or_insert(line);
        let place = *known.places.entry(entry.event_id).or_insert(entry.seq);
        let at = format!("{name} {} seq {}", room.room_id, entry.seq);
        if first != line {
            self.say(format!("{at}: {line:?}, elsewhere {first:?}"));
        }
        if place != entry.seq {
            self.say(format!(
                "{at}: event {} stands at {place} too",
                entry.event_id
            ));
        }
        if entry.verdict == Verdict::Void {
            self.say(format!("{at}: void {} of {}", entry.kind, entry.sender));
        }
    }

    fn say(&mut self, what: String) {
        self.violations.push(what);
    }
}
