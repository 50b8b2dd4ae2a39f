use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::{Fqid, Json, ServerName, Sign, json};
use scaiwave_store::record::{EntryRow, MemberRow, RoomRow, RoomServerRow};
use scaiwave_store::{StoreError, TenantStore};

use crate::world::SharedChance;

/// What the cheat knows of a room: what lies on its own disk.
pub(super) struct Glimpse {
    pub(super) row: RoomRow,
    pub(super) entries: Vec<EntryRow>,
    pub(super) members: Vec<MemberRow>,
    pub(super) servers: Vec<RoomServerRow>,
    /// What the victim has acknowledged, if it follows.
    pub(super) acked: Option<u64>,
}

impl Glimpse {
    /// All rooms of a disk that the victim takes part in.
    pub(super) async fn all(
        store: &dyn TenantStore,
        victim: &ServerName,
    ) -> Result<Vec<Self>, StoreError> {
        let mut all = Vec::new();
        for row in store.rooms().await? {
            let servers = store.room_servers(&row.room_id).await?;
            if servers.iter().any(|server| &server.server == victim) {
                let followers = store.followers(&row.room_id).await?;
                let follower = followers.iter().find(|row| &row.server == victim);
                all.push(Glimpse {
                    entries: store
                        .entries_after(&row.room_id, 0, 10_000, 1 << 26)
                        .await?,
                    members: store.members(&row.room_id).await?,
                    acked: follower.map(|row| row.acked_seq),
                    servers,
                    row,
                });
            }
        }
        Ok(all)
    }

    /// Somebody who is in the room, of this server or of any other.
    pub(super) fn member(
        &self,
        chance: &SharedChance,
        us: &ServerName,
        ours: bool,
    ) -> Option<Fqid> {
        let joined = self.members.iter().filter(|row| {
            row.membership == Membership::Join && (row.participant.server() == us) == ours
        });
        let joined: Vec<&MemberRow> = joined.collect();
        chance.pick(&joined).map(|row| row.participant.clone())
    }

    /// A number that no event of this server has yet, declining leaves included, which a clock numbers.
    pub(super) fn next_number(&self, server: &ServerName, now: u64) -> u64 {
        let row = self.servers.iter().find(|row| &row.server == server);
        row.map_or(0, |row| row.last_origin_seq).max(now) + 1_000_000
    }

    /// The entries that the victim has not acknowledged; the last ones, if it has them all.
    pub(super) fn news(&self) -> &[EntryRow] {
        let acked = self.acked.unwrap_or(0);
        let news = self.entries.partition_point(|entry| entry.seq <= acked);
        &self.entries[news.min(self.entries.len().saturating_sub(3))..]
    }

    /// A true checkpoint of this entry.
    pub(super) fn checkpoint(&self, at: LogPoint, ts: u64, signer: &dyn Sign) -> Checkpoint {
        Checkpoint::sign(self.row.room_id.clone(), at, ts, signer)
    }

    /// An `entries` item.
    pub(super) fn item(&self, entries: Vec<Json>, checkpoint: &Checkpoint) -> Json {
        Json::object([
            ("kind", "entries".into()),
            ("room_id", (&self.row.room_id).into()),
            ("entries", Json::Arr(entries)),
            ("checkpoint", checkpoint.to_json()),
        ])
    }
}

/// An entry as it crosses the wire.
pub(super) fn line(entry: &EntryRow) -> Json {
    let event = json::parse(&entry.event).unwrap_or(Json::Null);
    line_of(entry.term, entry.seq, entry.ts, event)
}

pub(super) fn line_of(term: u64, seq: u64, ts: u64, event: Json) -> Json {
    Json::object([
        ("term", term.into()),
        ("seq", seq.into()),
        ("ts", ts.into()),
        ("event", event),
    ])
}

/// The point of the log that an entry is.
pub(super) fn point(entry: &EntryRow) -> LogPoint {
    LogPoint {
        term: entry.term,
        seq: entry.seq,
        chain: entry.chain,
    }
}

/// The same value with one member of an object in it changed.
pub(super) fn with(mut json: Json, path: &[&str], value: Json) -> Json {
    let mut at = &mut json;
    for name in path {
        let Json::Obj(object) = at else { return json };
        at = object.fill_in(name, || Json::Null);
    }
    *at = value;
    json
}
