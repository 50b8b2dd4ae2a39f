use rusqlite::params;
use scaiwave_protocol::{EventId, Fqid, RoomId, ServerName};
use scaiwave_store::record::{
    FollowerRow, InvitationRow, OutboxRow, OwnKeyRow, PeerKeysRow, PeerRow, ProfileRow,
    RejectionRow,
};

use super::{Applied, Write};
use crate::columns::{direction_number, int, maybe_int};
use crate::limits::REJECTIONS_KEPT;

impl Write<'_> {
    pub(super) fn put_follower(&mut self, row: &FollowerRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO followers (server, room, acked_seq, stopped) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (server, room) DO UPDATE SET
                 acked_seq = excluded.acked_seq, stopped = excluded.stopped",
            params![row.server.as_str(), room, int(row.acked_seq), row.stopped],
        )?;
        Ok(())
    }

    /// Of a follower only; one that left meanwhile does not come back.
    pub(super) fn set_acked(&mut self, room_id: &RoomId, server: &ServerName, seq: u64) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.run(
            "UPDATE followers SET acked_seq = ?3 WHERE server = ?1 AND room = ?2",
            params![server.as_str(), room, int(seq)],
        )?;
        Ok(())
    }

    pub(super) fn drop_follower(&mut self, room_id: &RoomId, server: &ServerName) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.run(
            "DELETE FROM followers WHERE server = ?1 AND room = ?2",
            params![server.as_str(), room],
        )?;
        Ok(())
    }

    pub(super) fn put_outbox(&mut self, row: &OutboxRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO outbox (id, peer, kind, room, participant, created_at, item)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET
                 peer = excluded.peer, kind = excluded.kind, room = excluded.room,
                 participant = excluded.participant, created_at = excluded.created_at,
                 item = excluded.item",
            params![
                row.id.to_bytes(),
                row.peer.as_str(),
                row.kind,
                room,
                row.participant.as_ref().map(Fqid::as_str),
                int(row.created_at),
                row.item
            ],
        )?;
        Ok(())
    }

    pub(super) fn drop_outbox(&mut self, id: EventId) -> Applied {
        self.run("DELETE FROM outbox WHERE id = ?1", [id.to_bytes()])?;
        Ok(())
    }

    pub(super) fn put_peer(&mut self, row: &PeerRow) -> Applied {
        let keys = serde_json::to_string(&row.pinned_keys)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        self.run(
            "INSERT INTO peers (server, descriptor, descriptor_at, pinned_keys, pinned_recovery,
                 first_contact_at, last_seen_at, last_error, last_error_at, last_heard_at,
                 unreachable_since, dropped_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (server) DO UPDATE SET
                 descriptor = excluded.descriptor, descriptor_at = excluded.descriptor_at,
                 pinned_keys = excluded.pinned_keys, pinned_recovery = excluded.pinned_recovery,
                 first_contact_at = excluded.first_contact_at,
                 last_seen_at = excluded.last_seen_at, last_error = excluded.last_error,
                 last_error_at = excluded.last_error_at,
                 last_heard_at = excluded.last_heard_at,
                 unreachable_since = excluded.unreachable_since,
                 dropped_at = excluded.dropped_at",
            params![
                row.server.as_str(),
                row.descriptor,
                maybe_int(row.descriptor_at),
                keys,
                row.pinned_recovery,
                int(row.first_contact_at),
                maybe_int(row.last_seen_at),
                row.last_error,
                maybe_int(row.last_error_at),
                maybe_int(row.last_heard_at),
                maybe_int(row.unreachable_since),
                maybe_int(row.dropped_at)
            ],
        )?;
        Ok(())
    }

    pub(super) fn put_peer_keys(&mut self, row: &PeerKeysRow) -> Applied {
        self.run(
            "INSERT INTO peer_keys (server, known, candidate, candidate_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (server) DO UPDATE SET
                 known = excluded.known, candidate = excluded.candidate,
                 candidate_at = excluded.candidate_at",
            params![
                row.server.as_str(),
                row.known,
                row.candidate,
                maybe_int(row.candidate_at)
            ],
        )?;
        Ok(())
    }

    pub(super) fn put_profile(&mut self, row: &ProfileRow) -> Applied {
        self.run(
            "INSERT INTO profiles (participant, display_name, avatar, bot, fetched_at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (participant) DO UPDATE SET
                 display_name = excluded.display_name, avatar = excluded.avatar,
                 bot = excluded.bot, fetched_at = excluded.fetched_at",
            params![
                row.participant.as_str(),
                row.display_name,
                row.avatar,
                row.bot,
                int(row.fetched_at)
            ],
        )?;
        Ok(())
    }

    /// Appends, and drops the oldest line once there are too many. A line that is there already (the
    /// same refusal, written again) stays as it is.
    pub(super) fn put_rejection(&mut self, row: &RejectionRow) -> Applied {
        let added = self.run(
            "INSERT INTO rejections (id, at, direction, peer, step, room_id, event_id, kind, code,
                 message, size, sample)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (id) DO NOTHING",
            params![
                row.id.to_bytes(),
                int(row.at),
                direction_number(row.direction),
                row.peer,
                row.step,
                row.room_id,
                row.event_id,
                row.kind,
                row.code,
                row.message,
                int(row.size),
                row.sample
            ],
        )?;
        if added > 0 {
            let oldest = self.connection.last_insert_rowid() - REJECTIONS_KEPT;
            self.run("DELETE FROM rejections WHERE line <= ?1", [oldest])?;
        }
        Ok(())
    }

    pub(super) fn put_invitation(&mut self, row: &InvitationRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO invitations
                 (participant, room, inviter, host, event_id, at, event, card, first_contact)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (participant, room) DO UPDATE SET
                 inviter = excluded.inviter, host = excluded.host,
                 event_id = excluded.event_id, at = excluded.at, event = excluded.event,
                 card = excluded.card, first_contact = excluded.first_contact",
            params![
                row.participant.as_str(),
                room,
                row.inviter.as_str(),
                row.host.as_str(),
                row.event_id.to_bytes(),
                int(row.at),
                row.event,
                row.card,
                row.first_contact
            ],
        )?;
        self.remember_invite(row)
    }

    pub(super) fn drop_invitation(&mut self, room_id: &RoomId, participant: &Fqid) -> Applied {
        let Some(room) = self.room_if_known(room_id)? else {
            return Ok(());
        };
        self.run(
            "DELETE FROM invitations WHERE participant = ?1 AND room = ?2",
            params![participant.as_str(), room],
        )?;
        Ok(())
    }

    pub(super) fn put_own_key(&mut self, row: &OwnKeyRow) -> Applied {
        self.run(
            "INSERT INTO own_keys (key_id, record, seed, sign_from) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (key_id) DO UPDATE SET
                 record = excluded.record, seed = excluded.seed, sign_from = excluded.sign_from",
            params![row.key_id, row.record, row.seed, int(row.sign_from)],
        )?;
        Ok(())
    }

    pub(super) fn put_setting(&mut self, name: &str, value: &[u8]) -> Applied {
        self.run(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![name, value],
        )?;
        Ok(())
    }
}
