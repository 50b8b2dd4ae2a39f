use scaiwave_protocol::Sign;

use super::{
    FIRST_KEY_BACKDATED_MS, KeyView, Keyring, KeyringError, OwnKey, RecoveryKey,
    SUCCESSOR_WAITS_MS, said_by,
};
use crate::audit::{Action, Actor};
use crate::keyring::ring::has_room;

/// When a new key begins to sign.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// A day after everybody could have seen it.
    Tomorrow,
    /// Because there is no other.
    AtOnce,
}

impl Keyring {
    /// Makes a successor of the present key, endorsed by it, and publishes it. It signs from a day
    /// later on; `force` skips the wait between two rotations. Endorsed by the recovery key instead, it
    /// signs at once.
    pub async fn rotate(
        &self,
        actor: Actor<'_>,
        force: bool,
        recovery: Option<&RecoveryKey>,
    ) -> Result<KeyView, KeyringError> {
        let _turn = self.changing.lock().await;
        self.read_again().await?;
        let now = self.world.now();
        let newest = {
            let ring = self.ring.read();
            ring.keys.iter().map(|key| key.record.valid_from).max()
        };
        let waits = newest.is_some_and(|from| now < from + SUCCESSOR_WAITS_MS);
        if !force && recovery.is_none() && waits {
            return Err(KeyringError::TooSoon);
        }
        let new = match recovery {
            Some(key) => {
                self.check_recovery(key)?;
                self.successor(key.signing(), Begins::AtOnce)?
            }
            None => self.successor_of_present()?,
        };
        let message = match recovery {
            Some(_) => format!(
                "The key {} was made, endorsed by the recovery key.",
                new.id()
            ),
            None => format!("The key {} was made to succeed the present one.", new.id()),
        };
        let recovery_key = match recovery {
            Some(key) => Some(key.signing().public_key()),
            None => self.descriptor().recovery_key().copied(),
        };
        let (id, line) = (
            new.id(),
            said_by(&self.world, actor, Action::KeyRotated, message),
        );
        let mut keys = self.ring.read().keys.clone();
        let changes = vec![new.put(), line];
        keys.push(new);
        self.change(keys, recovery_key, changes).await?;
        self.view(id).ok_or(KeyringError::Unknown)
    }

    /// The next key, endorsed by the one that signs now, or by the last one that did.
    pub(super) fn successor_of_present(&self) -> Result<OwnKey, KeyringError> {
        let now = self.world.now();
        let (signer, lasts) = {
            let ring = self.ring.read();
            let signer = ring.signer(now);
            (
                signer.signing.clone(),
                signer.record.valid_at(now + SUCCESSOR_WAITS_MS),
            )
        };
        let begins = if lasts {
            Begins::Tomorrow
        } else {
            Begins::AtOnce
        };
        self.successor(&*signer, begins)
    }

    /// A new key of ours that `endorser` vouches for.
    pub(super) fn successor(
        &self,
        endorser: &dyn Sign,
        begins: Begins,
    ) -> Result<OwnKey, KeyringError> {
        let now = self.world.now();
        if !has_room(&self.ring.read().keys, now) {
            return Err(KeyringError::TooManyKeys);
        }
        let (valid_from, sign_from) = match begins {
            Begins::Tomorrow => (now, now + SUCCESSOR_WAITS_MS),
            Begins::AtOnce => (now.saturating_sub(FIRST_KEY_BACKDATED_MS), now),
        };
        let fresh = OwnKey::fresh(&self.world, valid_from, sign_from);
        Ok(fresh.endorsed(&self.server_name, endorser))
    }
}
