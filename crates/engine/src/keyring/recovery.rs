use scaiwave_protocol::{PublicKey, Sign as _, SigningKey, binary};

use super::{Keyring, KeyringError, said_by};
use crate::audit::{Action, Actor};

const PREFIX: &str = "scaiwave-recovery:";

/// The private half of a recovery key. It is shown once and kept offline; this server never stores it.
pub struct RecoveryKey(SigningKey);

impl RecoveryKey {
    /// Reads the line that was shown when it was made; empty lines and such that begin with `#` may
    /// stand around it.
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let mut lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Err(KeyringError::NoRecoveryKey);
        };
        let digits = line
            .strip_prefix(PREFIX)
            .ok_or(KeyringError::NoRecoveryKey)?;
        let seed = binary::decode(digits).map_err(|_| KeyringError::NoRecoveryKey)?;
        Ok(RecoveryKey(SigningKey::from_seed(&seed)))
    }

    /// The line to keep.
    pub fn line(&self) -> String {
        format!("{PREFIX}{}", binary::encode(&self.0.seed()))
    }

    /// The public half, which peers pin at first contact.
    pub fn public_key(&self) -> PublicKey {
        self.0.public_key()
    }

    pub(super) fn signing(&self) -> &SigningKey {
        &self.0
    }
}

impl std::fmt::Debug for RecoveryKey {
    /// Never prints the private half.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RecoveryKey")
            .field(&self.0.public_key())
            .finish()
    }
}

impl Keyring {
    /// Makes a recovery key and publishes its public half. The private half is in nobody's hands but
    /// the caller's.
    pub async fn make_recovery(
        &self,
        actor: Actor<'_>,
        force: bool,
    ) -> Result<RecoveryKey, KeyringError> {
        let _turn = self.changing.lock().await;
        self.read_again().await?;
        if self.descriptor().recovery_key().is_some() && !force {
            return Err(KeyringError::RecoveryExists);
        }
        let key = RecoveryKey(SigningKey::from_seed(&self.world.random()));
        let public = key.public_key();
        let line = said_by(
            &self.world,
            actor,
            Action::KeyRecoveryMade,
            format!("The recovery key {} was made.", public.id()),
        );
        let keys = self.ring.read().keys.clone();
        self.change(keys, Some(public), vec![line]).await?;
        Ok(key)
    }

    /// It must be the one that peers may have pinned; a server that lost all it had knows of none.
    pub(super) fn check_recovery(&self, key: &RecoveryKey) -> Result<(), KeyringError> {
        let descriptor = self.descriptor();
        match descriptor.recovery_key() {
            Some(published) if published != &key.public_key() => {
                Err(KeyringError::NotTheRecoveryKey)
            }
            Some(_) | None => Ok(()),
        }
    }
}
