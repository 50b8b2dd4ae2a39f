use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use scaiwave_protocol::wire::Ephemeral;
use scaiwave_protocol::{EventId, Fqid, LocalId, ServerName};
use scaiwave_store::record::TenantRow;
use scaiwave_store::{StoreError, TenantStore};

use crate::accounts::{Attempts, Closed, Tokens, Ways};
use crate::blocks::Blocks;
use crate::damage::Damages;
use crate::history::History;
use crate::keyed::Running;
use crate::keyring::Keyring;
use crate::lane::{Lanes, RecentStates};
use crate::live::{Hub, Presences, Writing};
use crate::notifications::Wanted;
use crate::peering::{
    self, Asking, Consults, Cursors, Deliveries, Doorbells, Doubts, Histories, HostProofs,
    Inquiries, Peers, Recoveries, Submitted,
};
use crate::policy::PolicyCell;
use crate::quota::Quota;
use crate::rejections::RejectionCounts;
use crate::rooms::RoomLists;
use crate::upkeep::Records;
use crate::world::{Remote, World};
use crate::{ClientCode, Outcome, spelling};

/// Characters of a name for people.
const NAME_CHARS_MAX: usize = 128;

/// What a tenant is made of.
pub struct TenantParts {
    /// Slug, name, server name.
    pub row: TenantRow,
    /// Its data.
    pub store: Arc<dyn TenantStore>,
    /// Clock and randomness.
    pub world: World,
    /// Its keys.
    pub keyring: Arc<Keyring>,
    /// The way to other servers.
    pub remote: Arc<dyn Remote>,
    /// How people log in.
    pub ways: Ways,
}

/// One tenant at work: its store, its keys, its rooms' lanes, its live sessions.
///
/// Everything that an edge does, it does with one of these in hand: there is no call without a tenant.
pub struct Tenant {
    row: TenantRow,
    /// For people; in `row` stands what it was at the start.
    name: RwLock<String>,
    pub(crate) store: Arc<dyn TenantStore>,
    pub(crate) world: World,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) remote: Arc<dyn Remote>,
    pub(crate) history: History,
    pub(crate) lanes: Lanes,
    pub(crate) recent_states: RecentStates,
    pub(crate) room_lists: RoomLists,
    pub(crate) hub: Hub,
    pub(crate) writing: Writing,
    pub(crate) presences: Presences,
    pub(crate) doorbells: Doorbells,
    pub(crate) peers: Peers,
    pub(crate) asking: Arc<Asking>,
    pub(crate) host_proofs: HostProofs,
    pub(crate) cursors: Cursors,
    pub(crate) deliveries: Deliveries,
    pub(crate) submitted: Submitted,
    pub(crate) damages: Damages,
    pub(crate) consults: Consults,
    pub(crate) blocks: Blocks,
    pub(crate) wanted: Wanted,
    pub(crate) doubts: Doubts,
    pub(crate) recoveries: Recoveries,
    pub(crate) histories: Histories,
    pub(crate) inquiries: Inquiries,
    pub(crate) records: Records,
    pub(crate) policy: PolicyCell,
    pub(crate) refused: RejectionCounts,
    pub(crate) tokens: Tokens,
    pub(crate) ways: Ways,
    pub(crate) attempts: Attempts,
    pub(crate) closed: Closed,
    pub(crate) quota: Quota,
    pub(crate) running: Running,
    /// Pairs of ours and somebody else that have just met in a dm elsewhere, so that what was begun here
    /// gives way. Only added to and taken as a whole. A hint: opening the dm looks as well.
    pub(crate) doubled_dms: Mutex<BTreeSet<(Fqid, Fqid)>>,
    /// The last id given out to the outbox, also by the process before this one: its clock may have been ahead.
    /// Held while one is made.
    pub(crate) last_outbox_id: Mutex<u128>,
    /// Serialises the making of one DM per pair: pair → lock. Held across the look-up and the creation.
    pub(crate) dm_locks: Mutex<HashMap<Fqid, Arc<tokio::sync::Mutex<()>>>>,
}

impl Tenant {
    /// Opens a tenant. Lanes start when their room is first needed.
    pub async fn open(parts: TenantParts) -> Result<Arc<Self>, StoreError> {
        let position = parts.store.stream_position().await?;
        let policy = PolicyCell::load(&*parts.store).await?;
        let blocks = Blocks::load(&*parts.store).await?;
        let wanted = Wanted::load(&*parts.store).await?;
        let closed = Closed::load(&*parts.store).await?;
        let peers = Peers::load(&*parts.store).await?;
        let last_outbox_id = parts.store.last_outbox_id().await?;
        Ok(Arc::new(Tenant {
            name: RwLock::new(parts.row.name.clone()),
            row: parts.row,
            store: parts.store,
            world: parts.world,
            keyring: parts.keyring,
            remote: parts.remote,
            history: History::default(),
            lanes: Lanes::default(),
            recent_states: RecentStates::default(),
            room_lists: RoomLists::default(),
            hub: Hub::new(position),
            writing: Writing::default(),
            presences: Presences::default(),
            doorbells: Doorbells::default(),
            peers,
            asking: Arc::default(),
            host_proofs: HostProofs::default(),
            cursors: Cursors::default(),
            deliveries: Deliveries::default(),
            submitted: Submitted::default(),
            damages: Damages::default(),
            consults: Consults::default(),
            blocks,
            wanted,
            doubts: Doubts::default(),
            recoveries: Recoveries::default(),
            histories: Histories::default(),
            inquiries: Inquiries::default(),
            records: Records::default(),
            policy,
            refused: RejectionCounts::default(),
            tokens: Tokens::default(),
            ways: parts.ways,
            attempts: Attempts::default(),
            closed,
            quota: Quota::default(),
            running: Running::default(),
            doubled_dms: Mutex::default(),
            last_outbox_id: Mutex::new(last_outbox_id.map_or(0, number)),
            dm_locks: Mutex::new(HashMap::new()),
        }))
    }

    /// What a tenant may be called, without the spaces around it; `field` is where it came from.
    pub fn checked_name(field: &'static str, name: &str) -> Outcome<String> {
        let name = name.trim();
        spelling::check(field, name)?;
        if (1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
            return Ok(name.to_owned());
        }
        let sentence = "the name of an organisation must have 1–128 characters";
        Err(ClientCode::BadRequest.because(sentence).at(field))
    }

    /// Slug, name, server name.
    pub fn row(&self) -> TenantRow {
        TenantRow {
            name: self.name(),
            ..self.row.clone()
        }
    }

    /// The tenant's id, as clients see it.
    pub fn slug(&self) -> &str {
        &self.row.slug
    }

    /// For people.
    pub fn name(&self) -> String {
        self.name.read().clone()
    }

    /// Is called otherwise from now on.
    pub fn set_name(&self, name: String) {
        *self.name.write() = name;
    }

    /// For the world.
    pub fn server_name(&self) -> &ServerName {
        &self.row.server_name
    }

    /// How its people log in.
    pub fn ways(&self) -> &Ways {
        &self.ways
    }

    /// Clock and randomness.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The tenant's keys.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Live frames.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// How often something was refused between this tenant and others.
    pub fn rejection_counts(&self) -> &RejectionCounts {
        &self.refused
    }

    /// Who has something for which peer.
    pub fn doorbells(&self) -> &Doorbells {
        &self.doorbells
    }

    /// Leaves a thing for a peer that is not worth keeping.
    pub(crate) fn drop_in(&self, peer: &ServerName, ephemeral: &Ephemeral) {
        self.doorbells.drop_in(peer, ephemeral, self.world.now());
    }

    /// The way to other servers.
    pub fn remote(&self) -> &Arc<dyn Remote> {
        &self.remote
    }

    /// Whether somebody is of this tenant.
    pub fn is_local(&self, participant: &Fqid) -> bool {
        participant.server() == self.server_name()
    }

    /// Lets every lane finish what it has, and ends it. Nothing may be asked of the tenant afterwards.
    pub async fn close(&self) {
        self.history.close().await;
        self.lanes.close().await;
        if let Err(error) = peering::outbound::write_cursors(self, None).await {
            tracing::warn!(%error, "followers will be sent again what they have");
        }
    }

    /// A rising id for the outbox, which is sent in the order of ids: an invitation and its withdrawal may
    /// happen within one millisecond, and the random part of a version 7 UUID knows no order.
    pub(crate) fn outbox_id(&self) -> EventId {
        let mut last = self.last_outbox_id.lock();
        let fresh = number(self.world.event_id());
        *last = fresh.max(*last + 1);
        EventId::from_bytes(last.to_be_bytes())
    }

    /// Reads something small, to see that its data can be read.
    pub async fn check_store(&self) -> Result<(), StoreError> {
        self.store.stream_position().await.map(drop)
    }

    /// The full name of a local participant.
    pub(crate) fn fqid(&self, local_id: &LocalId) -> Result<Fqid, scaiwave_protocol::Malformed> {
        Fqid::new(local_id, self.server_name())
    }
}

fn number(id: EventId) -> u128 {
    u128::from_be_bytes(id.to_bytes())
}

impl std::fmt::Debug for TenantParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TenantParts")
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Tenant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tenant")
            .field("slug", &self.row.slug)
            .finish_non_exhaustive()
    }
}
