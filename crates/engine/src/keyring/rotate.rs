use super::{KeyView, Keyring, KeyringError, SUCCESSOR_WAITS_MS, fresh, put};

impl Keyring {
    /// Makes a successor of the present key, endorsed by it, and publishes it. It signs from a day
    /// later on; `force` skips the wait between two rotations.
    pub async fn rotate(&self, force: bool) -> Result<KeyView, KeyringError> {
        self.reload().await?;
        let now = self.world.now();
        let newest = self
            .keys()
            .into_iter()
            .next_back()
            .ok_or(KeyringError::NoValidKey)?;
        if !force && now < newest.valid_from + SUCCESSOR_WAITS_MS {
            return Err(KeyringError::TooSoon);
        }
        let (record, key) = fresh(&self.world, now);
        let record = record.endorsed(&self.server_name, &*self.signer());
        put(&*self.store, &record, &key, now + SUCCESSOR_WAITS_MS).await?;
        self.reload().await?;
        self.keys()
            .into_iter()
            .next_back()
            .ok_or(KeyringError::NoValidKey)
    }
}
