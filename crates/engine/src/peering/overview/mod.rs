//! What admins see of federation: who we are, whom we talk to, and how that goes.

mod backlog;
mod list;
mod one;
mod words;

use scaiwave_protocol::{PublicKey, ServerName};

use crate::keyring::{KeyView, fingerprint_words};
use crate::{Outcome, Tenant, Viewer};

pub use backlog::{Backlog, backlogs};
pub use list::peers;
pub(super) use one::no_such_peer;
pub use one::{KnownKey, PeerDetail, SharedRoom, peer};

/// What this server is to others.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Our name.
    pub server_name: ServerName,
    /// The newest valid key.
    pub public_key: String,
    /// Its id.
    pub key_id: String,
    /// To be read aloud to the other admin.
    pub fingerprint_words: String,
    /// Every key we ever had.
    pub keys: Vec<KeyView>,
}

/// Our keys, for admins.
pub fn identity(tenant: &Tenant, viewer: &Viewer) -> Outcome<Identity> {
    viewer.must_be_admin()?;
    let descriptor = tenant.keyring.descriptor();
    let key: &PublicKey = descriptor.public_key();
    Ok(Identity {
        server_name: tenant.server_name().clone(),
        public_key: key.to_string(),
        key_id: key.id().to_string(),
        fingerprint_words: fingerprint_words(key),
        keys: tenant.keyring.keys(),
    })
}
