use crate::audit::Actor;
use crate::keyring::{KeyView, KeyringError};
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer};

/// Makes the next key of this tenant, endorsed by the present one; it signs from a day later on. `force` skips
/// the wait between two rotations.
pub async fn rotate_key(tenant: &Tenant, viewer: &Viewer, force: bool) -> Outcome<KeyView> {
    viewer.must_be_admin()?;
    let rotated = tenant.keyring.rotate(Actor::Person(viewer), force, None);
    rotated.await.map_err(denial)
}

fn denial(error: KeyringError) -> Denial {
    match error {
        KeyringError::TooSoon => ClientCode::KeyTooSoon.because(
            "the newest key is less than a day old, or the clock is behind it; rotate again tomorrow, or \
             with `force`",
        ),
        KeyringError::TooManyKeys => ClientCode::TooManyKeys.because(
            "this server has as many keys as it can publish; one must expire before the next is made",
        ),
        KeyringError::Store(error) => error.into(),
        error => {
            tracing::error!(%error, "the key could not be rotated");
            ClientCode::Internal.because("the key could not be rotated; nothing was changed")
        }
    }
}
