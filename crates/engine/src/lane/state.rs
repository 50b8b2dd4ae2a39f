use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::Proof;
use scaiwave_protocol::{EventId, Fqid, Hash, Malformed, RoomId, ServerName, json};
use scaiwave_room::{Member, RoomState, ServerInRoom};
use scaiwave_store::record::{MemberRow, PendingRow, RoomRow, RoomServerRow};
use scaiwave_store::{StoreError, TenantStore};
use tokio::sync::oneshot;

use crate::{Outcome, Tenant};

/// What a lane keeps in memory between batches. All of it can be read from the store again.
pub(super) struct LaneState {
    pub(super) room: RoomState,
    pub(super) base_chain: Hash,
    pub(super) first_seq: u64,
    pub(super) chain_before: Hash,
    pub(super) frozen: Option<String>,
    /// The core document as it was last written.
    pub(super) core: Vec<u8>,
    /// Servers that get our log; empty unless we host.
    pub(super) followers: BTreeSet<ServerName>,
    /// The highest `origin_seq` given out to our own pending events.
    pub(super) pending_seq: u64,
    /// Our events that wait for the host.
    pub(super) pending: BTreeSet<EventId>,
    /// Our events that the host refused: who sends one of them again is told so.
    pub(super) refused: BTreeSet<EventId>,
    /// Of those that wait, those that this process signed: they come back as entries and need no second look.
    pub(super) proofs: HashMap<EventId, Proof>,
    /// Points of the log just below the head, for `seen`: seq → (term, chain).
    pub(super) recent: BTreeMap<u64, (u64, Hash)>,
}

/// Those who wait for the fate of a pending event. Survives a reload of the state.
pub(super) type Waiters = HashMap<EventId, Vec<oneshot::Sender<Outcome<()>>>>;

/// Points kept in `recent`.
pub(super) const RECENT_MAX: usize = 4096;

impl LaneState {
    /// Reads a room, if there is one.
    pub(super) async fn load(
        tenant: &Tenant,
        room_id: &RoomId,
    ) -> Result<Option<Self>, StoreError> {
        let store = &*tenant.store;
        let Some(row) = store.room(room_id).await? else {
            return Ok(None);
        };
        let room = Arc::unwrap_or_clone(state_at(tenant, &row).await?);
        let pending = store.pending(room_id).await?;
        let declines = store.declines(room_id).await?;
        let numbers = declines.iter().map(|row| row.origin_seq);
        let numbers = numbers.chain(pending.iter().map(|row| row.origin_seq));
        // One that has left still has a cursor until it has had its last entry.
        let present = |server: &ServerName| room.servers().get(server).is_some_and(|s| s.present);
        let followers = store
            .followers(room_id)
            .await?
            .into_iter()
            .map(|row| row.server);
        let followers = followers.filter(present).collect();
        Ok(Some(LaneState {
            room,
            base_chain: row.base_chain,
            first_seq: row.first_seq,
            chain_before: row.chain_before,
            frozen: row.frozen,
            core: row.core,
            followers,
            pending_seq: numbers.max().unwrap_or(0),
            pending: ids_of(&pending, |row| row.refused.is_none()),
            refused: ids_of(&pending, |row| row.refused.is_some()),
            proofs: HashMap::new(),
            recent: BTreeMap::new(),
        }))
    }

    /// Notes the head for later `seen`s.
    pub(super) fn remember(&mut self, seq: u64, term: u64, chain: Hash) {
        self.recent.insert(seq, (term, chain));
        if self.recent.len() > RECENT_MAX {
            self.recent.pop_first();
        }
    }
}

fn ids_of(rows: &[PendingRow], which: impl Fn(&PendingRow) -> bool) -> BTreeSet<EventId> {
    let rows = rows.iter().filter(|row| which(row));
    rows.map(|row| row.event_id).collect()
}

/// The state of a room, from its rows; shared with others who ask while nothing happens in the room.
pub(crate) async fn load_state(
    tenant: &Tenant,
    room_id: &RoomId,
) -> Result<Option<Arc<RoomState>>, StoreError> {
    match tenant.store.room(room_id).await? {
        Some(row) => state_at(tenant, &row).await.map(Some),
        None => Ok(None),
    }
}

/// The state of a room at this row of it.
async fn state_at(tenant: &Tenant, row: &RoomRow) -> Result<Arc<RoomState>, StoreError> {
    if let Some(state) = tenant.recent_states.of(row) {
        return Ok(state);
    }
    let state = Arc::new(assemble(&*tenant.store, row).await?);
    tenant.recent_states.keep(row, &state);
    Ok(state)
}

async fn assemble(store: &dyn TenantStore, row: &RoomRow) -> Result<RoomState, StoreError> {
    let damaged = |error: Malformed| StoreError::Damaged(format!("room {}: {error}", row.room_id));
    let members = store
        .members(&row.room_id)
        .await?
        .into_iter()
        .map(member)
        .collect();
    let servers = store.room_servers(&row.room_id).await?;
    let servers = servers
        .into_iter()
        .map(server)
        .collect::<Result<_, _>>()
        .map_err(damaged)?;
    let (id, head) = (row.room_id.clone(), row.head);
    RoomState::from_stored(
        id,
        head,
        row.head_ts,
        row.base_seq,
        &row.core,
        servers,
        members,
    )
    .map_err(damaged)
}

fn member(row: MemberRow) -> (Fqid, Member) {
    let MemberRow {
        participant,
        membership,
        seq,
        by,
        display_name,
        avatar,
    } = row;
    (
        participant,
        Member {
            membership,
            seq,
            by,
            display_name,
            avatar,
        },
    )
}

fn server(row: RoomServerRow) -> Result<(ServerName, ServerInRoom), Malformed> {
    let descriptor = Descriptor::parse(json::parse(&row.descriptor)?)?;
    let RoomServerRow {
        server,
        present,
        last_origin_seq,
        first_join,
        ..
    } = row;
    Ok((
        server,
        ServerInRoom {
            descriptor,
            present,
            last_origin_seq,
            first_join,
        },
    ))
}

/// A handle that keeps the tenant alive while a lane works.
pub(super) type TenantRef = Arc<Tenant>;
