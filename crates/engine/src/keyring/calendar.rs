use crate::audit::Action;

use super::{Keyring, KeyringError, OVERLAP_MS, said};

impl Keyring {
    /// Does what is due: takes what another process changed, lets a successor whose day has come sign,
    /// and makes a successor when the last key has 30 days left or fewer. Called about once a minute.
    pub async fn keep_calendar(&self) -> Result<(), KeyringError> {
        let _turn = self.changing.lock().await;
        self.read_again().await?;
        if !self.is_successor_due() {
            return Ok(());
        }
        let new = self.successor_of_present()?;
        let line = said(
            &self.world,
            Action::KeyRotated,
            format!(
                "The key {} was made because the last one ends within 30 days.",
                new.id()
            ),
        );
        let recovery_key = self.descriptor().recovery_key().copied();
        let mut keys = self.ring.read().keys.clone();
        let changes = vec![new.put(), line];
        keys.push(new);
        self.change(keys, recovery_key, changes).await
    }

    /// Keys that begin in the future do not count: they were made while the clock was ahead. If all do,
    /// the clock is behind, and nothing is made by it.
    fn is_successor_due(&self) -> bool {
        let now = self.world.now();
        let ring = self.ring.read();
        let begun = ring.keys.iter().filter(|key| key.record.valid_from <= now);
        let unrevoked = begun.clone().filter(|key| key.record.revoked_at.is_none());
        let last_end = unrevoked
            .map(|key| key.record.valid_until)
            .max()
            .unwrap_or(0);
        begun.count() > 0 && now + OVERLAP_MS >= last_end
    }
}
