//! Which of our keys signs in a room: one that stands in its log, because its readers know no other.

use std::sync::Arc;

use scaiwave_protocol::SigningKey;
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_room::RoomState;

use super::Keyring;

impl Keyring {
    /// The key to sign the next entry of a room of ours with: the present one, unless it does not stand
    /// in the room's log yet and an older one that does is still valid there.
    pub fn signer_in(&self, room: &RoomState) -> Arc<SigningKey> {
        // An entry's time follows the one before it, also when the clock was set back.
        let ts = self.world.now().max(room.head_ts() + 1);
        let us = room.servers().get(&self.server_name);
        us.and_then(|us| self.signer_listed_in(&us.descriptor, ts))
            .unwrap_or_else(|| self.signer())
    }

    /// The key of ours that a log with this record of us knows as valid at this time; the present one if
    /// it can be.
    pub(crate) fn signer_listed_in(&self, in_log: &Descriptor, ts: u64) -> Option<Arc<SigningKey>> {
        let ring = self.ring.read();
        let listed = |key: &&super::OwnKey| {
            in_log
                .key(key.id())
                .is_some_and(|record| record.valid_at(ts))
        };
        let present = Some(ring.signer(self.world.now())).filter(listed);
        let key = present.or_else(|| ring.keys.iter().rfind(listed))?;
        Some(key.signing.clone())
    }

    /// The same for an older place of the log, of which only the newest record is known: the oldest key
    /// that was valid then stood in every record before it.
    pub(crate) fn oldest_signer_listed_in(
        &self,
        in_log: &Descriptor,
        ts: u64,
    ) -> Option<Arc<SigningKey>> {
        let ring = self.ring.read();
        let listed = |key: &&super::OwnKey| {
            in_log
                .key(key.id())
                .is_some_and(|record| record.valid_at(ts))
        };
        ring.keys.iter().find(listed).map(|key| key.signing.clone())
    }
}
