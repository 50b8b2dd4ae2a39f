//! Who may federate with this tenant (protocol section 8).

mod affected;
mod depart;
mod document;
mod federate;
mod leave;
mod put;
mod ruling;
mod simulate;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::RwLock;
use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::{Malformed, RoomId};
use scaiwave_room::HostLimits;
use scaiwave_store::{StoreError, TenantStore};

use crate::Tenant;

pub use affected::AffectedRoom;
pub(crate) use depart::finish_departures;
pub use federate::federate;
pub use leave::leave;
pub use put::put;
pub(crate) use ruling::refusal;
pub use ruling::{Rule, Ruling, Standing};
pub(crate) use simulate::HOUR_MS;
pub use simulate::{Act, Question, Simulated, simulate};

const SETTING: &str = "federation_policy";

/// Whom we talk to when no list says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Any peer.
    Open,
    /// Only `allowed_peers`.
    InviteOnly,
    /// Nobody.
    Closed,
}

/// Which invitations are accepted without asking the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoAccept {
    /// None.
    None,
    /// Those whose host and inviter's server are both in `allowed_peers`.
    AllowedPeers,
    /// All.
    All,
}

/// A tenant's federation policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whom we talk to when no list says otherwise.
    pub default_mode: Mode,
    /// Admitted in `invite_only`; trusted with names and topics.
    pub allowed_peers: Vec<PeerPattern>,
    /// Never admitted: blocked wins.
    pub blocked_peers: Vec<PeerPattern>,
    /// Which invitations are accepted without asking the person.
    pub auto_accept: AutoAccept,
    /// In rooms that we host.
    pub max_foreign_participants_per_room: u64,
    /// 0 closes backfill.
    pub max_backfill_events_per_request: u64,
    /// New ones; above it a peer is told to try later.
    pub invites_per_peer_per_hour: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            default_mode: Mode::InviteOnly,
            allowed_peers: Vec::new(),
            blocked_peers: Vec::new(),
            auto_accept: AutoAccept::None,
            max_foreign_participants_per_room: 50,
            max_backfill_events_per_request: 1000,
            invites_per_peer_per_hour: 60,
        }
    }
}

/// The policy in force, read at every request.
pub(crate) struct PolicyCell {
    policy: RwLock<Arc<Policy>>,
    /// Until when a refused peer may still say how the rooms end that we shared, ms.
    farewell_until: AtomicU64,
    /// Rooms of ours that an admin keeps from other servers, whatever their own settings say.
    barred: RwLock<Arc<BTreeSet<RoomId>>>,
}

impl PolicyCell {
    pub(crate) async fn load(store: &dyn TenantStore) -> Result<Self, StoreError> {
        let damaged = |error: Malformed| StoreError::Damaged(error.to_string());
        let policy = match store.setting(SETTING).await? {
            None => Policy::default(),
            Some(bytes) => document::read(&bytes).map_err(damaged)?,
        };
        let farewell = match store.setting(depart::SETTING).await? {
            None => depart::Farewell::default(),
            Some(bytes) => depart::Farewell::read(&bytes).map_err(damaged)?,
        };
        let barred = match store.setting(federate::SETTING).await? {
            None => BTreeSet::new(),
            Some(bytes) => federate::read(&bytes).map_err(damaged)?,
        };
        Ok(PolicyCell {
            policy: RwLock::new(Arc::new(policy)),
            barred: RwLock::new(Arc::new(barred)),
            farewell_until: AtomicU64::new(farewell.until),
        })
    }

    pub(crate) fn get(&self) -> Arc<Policy> {
        self.policy.read().clone()
    }

    /// Until when a refused peer may still say how shared rooms end, ms since the Unix epoch.
    pub(crate) fn farewell_until(&self) -> u64 {
        self.farewell_until.load(Ordering::Relaxed)
    }

    /// Whether an admin keeps this room from other servers.
    pub(crate) fn bars(&self, room_id: &RoomId) -> bool {
        self.barred.read().contains(room_id)
    }

    fn set(&self, policy: Policy, farewell_until: Option<u64>) {
        *self.policy.write() = Arc::new(policy);
        if let Some(until) = farewell_until {
            self.farewell_until.store(until, Ordering::Relaxed);
        }
    }
}

/// What the policy asks of a room that we host, before it sequences.
pub(crate) fn host_limits(policy: &Policy) -> HostLimits {
    HostLimits {
        max_foreign_participants: policy.max_foreign_participants_per_room,
        ..HostLimits::default()
    }
}

/// The policy in force.
pub fn get(tenant: &Tenant) -> Arc<Policy> {
    tenant.policy.get()
}
