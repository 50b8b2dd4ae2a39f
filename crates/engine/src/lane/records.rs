//! Rooms of ours: the records that are due because keys are not what the log says.

use scaiwave_protocol::{Refusal, ServerName};
use scaiwave_room::{is_behind, revokes_more};

use super::host::Host;

impl Host<'_> {
    /// After a rotation or a revocation the room learns of it before anything else stands in its log.
    pub(super) fn announce_our_keys(&mut self) -> Result<(), Refusal> {
        let us = self.tenant.server_name();
        let own = self.tenant.keyring.descriptor();
        let in_log = self.lane.room.servers().get(us);
        if in_log.is_some_and(|server| is_behind(&server.descriptor, &own)) {
            let record = self.record(us, &own, true)?;
            self.take_control(record)?;
        }
        Ok(())
    }

    /// The `present` of the record that is due because we hold a revocation that the log does not know.
    pub(super) fn revocation_of(&self, server: &ServerName) -> Option<bool> {
        let in_log = self.lane.room.servers().get(server)?;
        let held = self.tenant.peers.descriptor(server)?;
        revokes_more(&held, &in_log.descriptor).then_some(in_log.present)
    }

    /// Sequences the records that are due by themselves: of our keys, and of others' revocations.
    pub(super) fn keep_records(&mut self) -> Result<(), Refusal> {
        self.announce_our_keys()?;
        let servers: Vec<ServerName> = self.lane.room.servers().keys().cloned().collect();
        for server in servers {
            let (Some(present), Some(held)) = (
                self.revocation_of(&server),
                self.tenant.peers.descriptor(&server),
            ) else {
                continue;
            };
            let record = self.record(&server, &held, present)?;
            self.take_control(record)?;
        }
        Ok(())
    }
}
