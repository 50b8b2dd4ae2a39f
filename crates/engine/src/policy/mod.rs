//! Who may federate with this tenant (protocol section 8).

mod document;
mod put;
mod words;

use std::sync::Arc;

use parking_lot::RwLock;
use scaiwave_protocol::ServerName;
use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_store::{StoreError, TenantStore};

use crate::Tenant;

pub use put::put;

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

impl Policy {
    /// Whether the lists and the mode admit this server.
    pub fn admits(&self, server: &ServerName) -> bool {
        !self.blocks(server)
            && match self.default_mode {
                Mode::Open => true,
                Mode::InviteOnly => self.allows(server),
                Mode::Closed => false,
            }
    }

    /// Whether the server is in `blocked_peers`.
    pub fn blocks(&self, server: &ServerName) -> bool {
        self.blocked_peers
            .iter()
            .any(|pattern| pattern.matches(server))
    }

    /// Whether the server is in `allowed_peers`.
    pub fn allows(&self, server: &ServerName) -> bool {
        self.allowed_peers
            .iter()
            .any(|pattern| pattern.matches(server))
    }
}

/// The policy in force, read at every request.
pub(crate) struct PolicyCell(RwLock<Arc<Policy>>);

impl PolicyCell {
    pub(crate) async fn load(store: &dyn TenantStore) -> Result<Self, StoreError> {
        let policy = match store.setting(SETTING).await? {
            None => Policy::default(),
            Some(bytes) => {
                document::read(&bytes).map_err(|error| StoreError::Damaged(error.to_string()))?
            }
        };
        Ok(PolicyCell(RwLock::new(Arc::new(policy))))
    }

    pub(crate) fn get(&self) -> Arc<Policy> {
        self.0.read().clone()
    }
}

/// The policy in force.
pub fn get(tenant: &Tenant) -> Arc<Policy> {
    tenant.policy.get()
}
