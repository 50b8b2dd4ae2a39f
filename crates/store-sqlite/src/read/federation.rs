use rusqlite::{Result, params};
use scaiwave_protocol::{EventId, Fqid, RoomId, ServerName};
use scaiwave_store::record::{
    FollowerRow, InvitationRow, LagRow, OutboxRow, OwnKeyRow, PeerKeysRow, PeerRow,
};

use super::Reader;
use super::pending::with_waiting_rooms;
use crate::columns::Columns;

macro_rules! select_peers {
    () => {
        "SELECT server, descriptor, descriptor_at, pinned_keys, pinned_recovery, first_contact_at,
             last_seen_at, last_error, last_error_at, last_heard_at, unreachable_since, dropped_at
         FROM peers "
    };
}

macro_rules! select_invitations {
    () => {
        "SELECT n.room_id, i.participant, i.inviter, i.host, i.event_id, i.event, i.card, i.at,
             i.first_contact
         FROM invitations i JOIN room_numbers n USING (room) WHERE "
    };
}

fn peer(columns: &mut Columns<'_, '_>) -> Result<PeerRow> {
    Ok(PeerRow {
        server: columns.parsed()?,
        descriptor: columns.value()?,
        descriptor_at: columns.maybe_count()?,
        pinned_keys: columns.one_of(|keys: String| serde_json::from_str(&keys).ok())?,
        pinned_recovery: columns.value()?,
        first_contact_at: columns.count()?,
        last_seen_at: columns.maybe_count()?,
        last_error: columns.value()?,
        last_error_at: columns.maybe_count()?,
        last_heard_at: columns.maybe_count()?,
        unreachable_since: columns.maybe_count()?,
        dropped_at: columns.maybe_count()?,
    })
}

fn outbox_item(columns: &mut Columns<'_, '_>) -> Result<OutboxRow> {
    Ok(OutboxRow {
        id: columns.event_id()?,
        peer: columns.parsed()?,
        kind: columns.value()?,
        room_id: columns.parsed()?,
        participant: columns.maybe_parsed()?,
        item: columns.value()?,
        created_at: columns.count()?,
    })
}

fn invitation(columns: &mut Columns<'_, '_>) -> Result<InvitationRow> {
    Ok(InvitationRow {
        room_id: columns.parsed()?,
        participant: columns.parsed()?,
        inviter: columns.parsed()?,
        host: columns.parsed()?,
        event_id: columns.event_id()?,
        event: columns.value()?,
        card: columns.value()?,
        at: columns.count()?,
        first_contact: columns.value()?,
    })
}

impl Reader<'_> {
    pub(crate) fn followers(&self, room_id: &RoomId) -> Result<Vec<FollowerRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        self.all(
            "SELECT server, acked_seq, stopped FROM followers WHERE room = ?1 ORDER BY server",
            [room],
            |columns| {
                Ok(FollowerRow {
                    room_id: room_id.clone(),
                    server: columns.parsed()?,
                    acked_seq: columns.count()?,
                    stopped: columns.value()?,
                })
            },
        )
    }

    pub(crate) fn lagging(&self, server: &ServerName, limit: u32) -> Result<Vec<LagRow>> {
        self.all(
            "SELECT n.room_id, f.acked_seq, h.seq
             FROM followers f CROSS JOIN heads h USING (room) CROSS JOIN room_numbers n USING (room)
             WHERE f.server = ?1 AND f.stopped IS NULL AND h.seq > f.acked_seq LIMIT ?2",
            params![server.as_str(), limit],
            |columns| {
                Ok(LagRow {
                    room_id: columns.parsed()?,
                    acked_seq: columns.count()?,
                    head_seq: columns.count()?,
                })
            },
        )
    }

    pub(crate) fn stopped(&self, server: &ServerName) -> Result<Vec<FollowerRow>> {
        self.all(
            "SELECT n.room_id, f.acked_seq, f.stopped
             FROM followers f JOIN room_numbers n USING (room)
             WHERE f.server = ?1 AND f.stopped IS NOT NULL ORDER BY f.room",
            [server.as_str()],
            |columns| {
                Ok(FollowerRow {
                    room_id: columns.parsed()?,
                    server: server.clone(),
                    acked_seq: columns.count()?,
                    stopped: columns.value()?,
                })
            },
        )
    }

    pub(crate) fn waiting_peers(&self) -> Result<Vec<ServerName>> {
        self.all(
            concat!(
                with_waiting_rooms!(),
                "SELECT f.server FROM followers f JOIN heads h USING (room)
                 WHERE f.stopped IS NULL AND h.seq > f.acked_seq
                 UNION SELECT peer FROM outbox
                 UNION SELECT r.host FROM waiting w CROSS JOIN rooms r ON r.room = w.room
                 WHERE r.frozen IS NULL AND EXISTS (
                     SELECT 1 FROM pending p WHERE p.room = w.room AND p.refused_code IS NULL)
                 ORDER BY 1"
            ),
            [],
            |columns| columns.parsed(),
        )
    }

    pub(crate) fn outbox(&self, peer: &ServerName, limit: u32) -> Result<Vec<OutboxRow>> {
        self.all(
            "SELECT o.id, o.peer, o.kind, n.room_id, o.participant, o.item, o.created_at
             FROM outbox o JOIN room_numbers n USING (room)
             WHERE o.peer = ?1 ORDER BY o.id LIMIT ?2",
            params![peer.as_str(), limit],
            outbox_item,
        )
    }

    pub(crate) fn last_outbox_id(&self) -> Result<Option<EventId>> {
        self.one(
            "SELECT id FROM outbox ORDER BY id DESC LIMIT 1",
            [],
            |columns| columns.event_id(),
        )
    }

    pub(crate) fn peer(&self, server: &ServerName) -> Result<Option<PeerRow>> {
        let sql = concat!(select_peers!(), "WHERE server = ?1");
        self.one(sql, [server.as_str()], peer)
    }

    pub(crate) fn peers(&self) -> Result<Vec<PeerRow>> {
        self.all(concat!(select_peers!(), "ORDER BY server"), [], peer)
    }

    pub(crate) fn peer_keys(&self) -> Result<Vec<PeerKeysRow>> {
        self.all(
            "SELECT server, known, candidate, candidate_at FROM peer_keys ORDER BY server",
            [],
            |columns| {
                Ok(PeerKeysRow {
                    server: columns.parsed()?,
                    known: columns.value()?,
                    candidate: columns.value()?,
                    candidate_at: columns.maybe_count()?,
                })
            },
        )
    }

    pub(crate) fn invitations(&self, participant: &Fqid) -> Result<Vec<InvitationRow>> {
        let sql = concat!(
            select_invitations!(),
            "i.participant = ?1 ORDER BY i.at DESC, i.event_id DESC"
        );
        self.all(sql, [participant.as_str()], invitation)
    }

    pub(crate) fn invitations_to(&self, room_id: &RoomId) -> Result<Vec<InvitationRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(Vec::new());
        };
        let sql = concat!(
            select_invitations!(),
            "i.room = ?1 ORDER BY i.at DESC, i.event_id DESC"
        );
        self.all(sql, [room], invitation)
    }

    pub(crate) fn all_invitations(&self) -> Result<Vec<InvitationRow>> {
        let sql = concat!(
            select_invitations!(),
            "TRUE ORDER BY i.at DESC, i.event_id DESC"
        );
        self.all(sql, [], invitation)
    }

    pub(crate) fn invitation(
        &self,
        room_id: &RoomId,
        participant: &Fqid,
    ) -> Result<Option<InvitationRow>> {
        let Some(room) = self.number(room_id)? else {
            return Ok(None);
        };
        let sql = concat!(select_invitations!(), "i.participant = ?1 AND i.room = ?2");
        self.one(sql, params![participant.as_str(), room], invitation)
    }

    pub(crate) fn own_keys(&self) -> Result<Vec<OwnKeyRow>> {
        self.all(
            "SELECT record, key_id, seed, sign_from FROM own_keys ORDER BY sign_from, key_id",
            [],
            |columns| {
                Ok(OwnKeyRow {
                    record: columns.value()?,
                    key_id: columns.value()?,
                    seed: columns.value()?,
                    sign_from: columns.count()?,
                })
            },
        )
    }

    pub(crate) fn setting(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.one(
            "SELECT value FROM settings WHERE name = ?1",
            [name],
            |columns| columns.value(),
        )
    }
}
