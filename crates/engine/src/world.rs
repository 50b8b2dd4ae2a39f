//! Everything that the engine asks from outside. Tests and simulations pass their own.

use std::sync::Arc;

use async_trait::async_trait;
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::wire::{Backfill, ItemResult, Profile};
use scaiwave_protocol::{EventId, Fqid, Refusal, RoomId, ServerName};
use scaiwave_store::record::Role;

use crate::doctor::Examination;

/// Wall time.
pub trait Clock: Send + Sync {
    /// ms since the Unix epoch.
    fn now_ms(&self) -> u64;
}

/// Whether something happened less than `within` ms ago. A clock that was ahead may have been set right since:
/// what lies far ahead of it is as old as what lies far behind.
pub(crate) fn is_recent(at: u64, now: u64, within: u64) -> bool {
    now.abs_diff(at) < within
}

/// Randomness fit for keys, nonces and tokens.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// Why another server did not do what we asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RemoteError {
    /// It could not be reached, or did not answer in time; the sentence says at which step.
    #[error("{0}")]
    Unreachable(String),
    /// It answered with a refusal of this protocol.
    #[error(transparent)]
    Refused(Refusal),
    /// It answered something that is not this protocol.
    #[error("{0}")]
    Nonsense(String),
}

/// Which way a backfill goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackfillFrom {
    /// Newer than this seq.
    After(u64),
    /// Older than this seq.
    Before(u64),
}

/// Other servers, as the outbound client reaches them. It signs with this tenant's key.
#[async_trait]
pub trait Remote: Send + Sync {
    /// Fetches a descriptor. Its own signature holds; whether its keys are believed is `peering`'s to say.
    async fn descriptor(&self, server: &ServerName) -> Result<Descriptor, RemoteError>;
    /// The newest snapshot of a room.
    async fn snapshot(&self, host: &ServerName, room_id: &RoomId) -> Result<Snapshot, RemoteError>;
    /// A page of a room's log.
    async fn backfill(
        &self,
        server: &ServerName,
        room_id: &RoomId,
        from: BackfillFrom,
        limit: u64,
    ) -> Result<Backfill, RemoteError>;
    /// Walks the way to a server step by step and says what is found, for the doctor. Our own name is
    /// reached from outside, as others do.
    async fn examine(&self, server: &ServerName) -> Examination;
    /// What somebody is called now, as their home says; never an answer about somebody else.
    async fn profile(&self, participant: &Fqid) -> Result<Profile, RemoteError>;
    /// Posts a `send` body with this many items; answers one result for each.
    async fn send(
        &self,
        server: &ServerName,
        body: Vec<u8>,
        items: usize,
    ) -> Result<Vec<ItemResult>, RemoteError>;
}

/// What an attempt to log in by an identity provider is recognised by, made anew for each.
#[derive(Clone)]
pub struct Challenge {
    /// Comes back with the answer, in an address.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Shows that whoever redeems the code has asked for it (PKCE, RFC 7636).
    pub verifier: String,
}

impl std::fmt::Debug for Challenge {
    /// Never prints the secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenge")
    }
}

/// Who somebody is, by an ID token that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// The provider, as its tokens name it.
    pub issuer: String,
    /// Who they are there, for good.
    pub subject: String,
    /// What the claim of the tenant says, where one is asked for.
    pub tenant: Option<String>,
    /// What they are called there, in any form.
    pub local_id: Option<String>,
    /// Their name for people.
    pub name: Option<String>,
    /// Their address, which proves nothing here.
    pub email: Option<String>,
    /// What they may do in the tenant, where that is the provider's to say.
    pub role: Option<Role>,
}

/// Why an identity provider has vouched for nobody. The sentences are for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It could not be reached, did not answer in time, or failed.
    #[error("{0}")]
    Unreachable(String),
    /// It does not take the code.
    #[error("{0}")]
    Refused(String),
    /// What it says cannot be believed: a token that is not valid, or another provider's.
    #[error("{0}")]
    NotBelieved(String),
    /// Too many logins wait for its answer.
    #[error("too many logins wait for its answer")]
    Busy,
}

/// A server that vouches for people (OpenID Connect), as one client of it sees it.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// As its tokens name it.
    fn issuer(&self) -> &str;
    /// Where it sends people back to.
    fn redirect_uri(&self) -> &str;
    /// Where somebody has to go to be asked who they are.
    async fn address(&self, challenge: &Challenge) -> Result<String, ProviderError>;
    /// Redeems the code that somebody has come back with.
    async fn redeem(&self, code: &str, challenge: &Challenge) -> Result<Vouched, ProviderError>;
}

/// Clock and randomness together, with what is made of them.
#[derive(Clone)]
pub struct World {
    /// Wall time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

impl World {
    /// ms since the Unix epoch.
    pub fn now(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Fresh random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A fresh time-ordered id.
    pub fn event_id(&self) -> EventId {
        EventId::v7(self.now(), self.random())
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}
