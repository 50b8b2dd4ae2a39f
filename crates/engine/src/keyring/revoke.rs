use scaiwave_protocol::{KeyId, PublicKey, Sign as _};

use super::rotate::Begins;
use super::{KeyView, Keyring, KeyringError, OwnKey, RecoveryKey, said_by};
use crate::audit::{Action, Actor};

impl Keyring {
    /// Revokes a key from this moment on: it was stolen, or may have been. Another signs at once; if
    /// there is none, one is made in the same step. Returns the key that signs then.
    ///
    /// A revoked key vouches for nobody, so the new one is endorsed by the recovery key, or by another
    /// key that is not revoked. `force` goes on although neither exists.
    pub async fn revoke(
        &self,
        actor: Actor<'_>,
        id: KeyId,
        recovery: Option<&RecoveryKey>,
        force: bool,
    ) -> Result<KeyView, KeyringError> {
        let _turn = self.changing.lock().await;
        self.read_again().await?;
        let now = self.world.now();
        let mut keys = self.ring.read().keys.clone();
        let stolen = keys
            .iter_mut()
            .find(|key| key.id() == id)
            .ok_or(KeyringError::Unknown)?;
        if stolen.record.revoked_at.is_some() {
            return Err(KeyringError::AlreadyRevoked);
        }
        stolen.record.revoked_at = Some(now);
        let mut changes = vec![stolen.put()];
        if let Some(key) = recovery {
            self.check_recovery(key)?;
        }
        let heir = match (recovery, heir(&mut keys, now)) {
            (Some(key), _) => self.successor(key.signing(), Begins::AtOnce)?,
            (None, Some(heir)) => heir,
            (None, None) => self.endorsed_by_another(&keys, id, force)?,
        };
        changes.push(heir.put());
        let heir_id = heir.id();
        keys.retain(|key| key.id() != heir_id);
        keys.push(heir);
        changes.push(said_by(
            &self.world,
            actor,
            Action::KeyRevoked,
            format!("The key {id} was revoked; {heir_id} signs from now on."),
        ));
        let recovery_key: Option<PublicKey> = match recovery {
            Some(key) => Some(key.signing().public_key()),
            None => self.descriptor().recovery_key().copied(),
        };
        self.change(keys, recovery_key, changes).await?;
        self.view(heir_id).ok_or(KeyringError::Unknown)
    }

    /// A new key that the newest unrevoked one vouches for, even if it has expired.
    fn endorsed_by_another(
        &self,
        keys: &[OwnKey],
        stolen: KeyId,
        force: bool,
    ) -> Result<OwnKey, KeyringError> {
        let unrevoked = |key: &&OwnKey| key.record.revoked_at.is_none();
        let endorser = keys.iter().rfind(unrevoked);
        let endorser = match (endorser, force) {
            (Some(other), _) => other,
            // An endorsement that counts nowhere, but a first key and a stray one look different.
            (None, true) => keys
                .iter()
                .find(|key| key.id() == stolen)
                .ok_or(KeyringError::Unknown)?,
            (None, false) => return Err(KeyringError::NobodyVouches),
        };
        self.successor(&*endorser.signing, Begins::AtOnce)
    }
}

/// A key that is valid now, made to sign at once.
fn heir(keys: &mut [OwnKey], now: u64) -> Option<OwnKey> {
    let heir = keys.iter_mut().rfind(|key| key.record.valid_at(now))?;
    heir.sign_from = heir.sign_from.min(now);
    Some(heir.clone())
}
