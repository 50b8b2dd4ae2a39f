//! What admins can do about a peer: try now, give up, block, allow, and settle what it rejected.

mod allow;
mod dead_letters;
mod give_up;
mod refresh_profile;
mod retry;
mod rotate_key;

pub use allow::{allow, block};
pub use dead_letters::{DeadLetter, dead_letters, drop_dead_letter, retry_dead_letter};
pub(super) use dead_letters::{entries_letter, letter, settle_entries};
pub use give_up::{GivenUp, give_up};
pub use refresh_profile::refresh_profile;
pub use retry::retry;
pub use rotate_key::rotate_key;

use scaiwave_protocol::ServerName;

use crate::audit::{self, Action, Actor, Happening};
use crate::{Tenant, Viewer};

/// Writes down what an admin did about a peer.
async fn note(
    tenant: &Tenant,
    viewer: &Viewer,
    action: Action,
    peer: &ServerName,
    message: String,
) {
    let happening = Happening {
        actor: Actor::Person(viewer),
        action,
        peer: Some(peer),
        room_id: None,
        message,
    };
    let line = audit::note(tenant, happening);
    audit::record(tenant, vec![line]).await;
}
