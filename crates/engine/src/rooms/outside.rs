use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::event::content::{History, Membership};
use scaiwave_protocol::{Fqid, Json, RoomId, ServerName};
use scaiwave_store::StoreError;
use scaiwave_store::record::{EntryRow, RoomRow, RoomServerRow, Verdict};

use super::{access, document};
use crate::{Denial, Outcome, Tenant, Viewer, peering, stored};

/// A server that can see a room, or could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideServer {
    /// Which.
    pub server: ServerName,
    /// Whether somebody of it is in the room now.
    pub present: bool,
    /// Since when it is there, or was (ms); none when that lies before what this server holds.
    pub since: Option<u64>,
    /// When it left (ms). It keeps what it had.
    pub left_at: Option<u64>,
    /// From which seq on it may have what was said; none when that is not known here.
    pub history_from_seq: Option<u64>,
    /// How far its copy reaches, as it told the host; the host itself has everything.
    pub acked_seq: Option<u64>,
    /// Since when this server cannot reach it (ms).
    pub unreachable_since: Option<u64>,
}

/// Somebody of another server in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsidePerson {
    /// Who.
    pub participant: Fqid,
    /// Joined or invited.
    pub membership: Membership,
    /// What they are called.
    pub display_name: Option<String>,
    /// Since when (ms); none when that lies before what this server holds.
    pub since: Option<u64>,
}

/// Who outside this tenant can see a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// Which.
    pub room_id: RoomId,
    /// What it is called.
    pub name: Option<String>,
    /// Who sequences.
    pub host: ServerName,
    /// Whether other servers may take part.
    pub federate: bool,
    /// Whether newcomers' servers get what was said before them.
    pub history: History,
    /// Our head.
    pub head_seq: u64,
    /// Other servers, by name.
    pub servers: Vec<OutsideServer>,
    /// Their people, joined or invited, by name.
    pub people: Vec<OutsidePerson>,
}

/// Who outside can see a room, for those who are in it.
pub async fn outside(tenant: &Arc<Tenant>, viewer: &Viewer, room_id: &RoomId) -> Outcome<Outside> {
    access::joined(tenant, viewer, room_id).await?;
    look(tenant, room_id).await
}

/// The same for admins, who need not be in it.
pub async fn outside_for_admin(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<Outside> {
    viewer.must_be_admin()?;
    look(tenant, room_id).await
}

async fn look(tenant: &Tenant, room_id: &RoomId) -> Outcome<Outside> {
    let row = tenant.store.room(room_id).await?;
    let row = row.ok_or_else(Denial::no_such_room)?;
    let core = document::core(&row)?;
    Ok(Outside {
        room_id: room_id.clone(),
        name: core.name().map(str::to_owned),
        host: row.host.clone(),
        federate: core.federates(),
        history: core.history(),
        head_seq: row.head.seq,
        servers: servers(tenant, &row, core.history()).await?,
        people: people(tenant, room_id).await?,
    })
}

/// What the log says about one server's coming and going.
#[derive(Clone, Copy, Default)]
struct Stay {
    since: Option<u64>,
    left_at: Option<u64>,
}

impl Stay {
    fn follow(&mut self, present: bool, entry: &EntryRow) {
        match (present, self.since, self.left_at) {
            // A record may also bring a new key while the server stays.
            (true, Some(_), None) => {}
            (true, ..) => {
                *self = Stay {
                    since: Some(entry.ts),
                    left_at: None,
                };
            }
            (false, Some(_), None) => self.left_at = Some(entry.ts),
            (false, ..) => {}
        }
    }
}

async fn servers(
    tenant: &Tenant,
    room: &RoomRow,
    history: History,
) -> Result<Vec<OutsideServer>, StoreError> {
    let mut stays: BTreeMap<ServerName, Stay> = BTreeMap::new();
    for entry in tenant.store.server_entries(&room.room_id).await? {
        // A void record is no record.
        if entry.verdict == Verdict::Void {
            continue;
        }
        if let Some((server, present)) = record(&entry) {
            stays.entry(server).or_default().follow(present, &entry);
        }
    }
    let acked = if &room.host == tenant.server_name() {
        peering::acked(tenant, &room.room_id).await?
    } else {
        let heard = tenant.deliveries.heard(&room.room_id);
        heard.map(|(acked, _)| acked).unwrap_or_default()
    };
    let rows = tenant.store.room_servers(&room.room_id).await?;
    let others = rows
        .into_iter()
        .filter(|row| &row.server != tenant.server_name());
    let view = |row: RoomServerRow| {
        let stay = stays.get(&row.server).copied().unwrap_or_default();
        let host = row.server == room.host;
        OutsideServer {
            present: row.present,
            since: stay.since,
            left_at: stay.left_at,
            history_from_seq: match history {
                History::Shared => Some(1),
                History::Joined if host => Some(1),
                History::Joined => row.first_join,
            },
            acked_seq: if host {
                Some(room.head.seq)
            } else {
                acked.get(&row.server).copied()
            },
            unreachable_since: tenant.peers.unreachable_since(&row.server),
            server: row.server,
        }
    };
    Ok(others.map(view).collect())
}

/// Which server a record speaks of, and whether it is there.
fn record(entry: &EntryRow) -> Option<(ServerName, bool)> {
    let event = stored::event_of(entry).ok()?;
    let content = event.content()?;
    let server = content.get("server").and_then(Json::as_str)?;
    let present = content.get("present")?;
    let server = ServerName::parse(server).ok()?;
    Some((server, present == &Json::Bool(true)))
}

async fn people(tenant: &Tenant, room_id: &RoomId) -> Result<Vec<OutsidePerson>, StoreError> {
    let mut people = Vec::new();
    for member in tenant.store.members(room_id).await? {
        let here = matches!(member.membership, Membership::Join | Membership::Invite);
        if !here || tenant.is_local(&member.participant) {
            continue;
        }
        let at = tenant.store.chain_at(room_id, member.seq).await?;
        people.push(OutsidePerson {
            participant: member.participant,
            membership: member.membership,
            display_name: member.display_name,
            since: at.map(|(_, ts, _)| ts),
        });
    }
    Ok(people)
}
