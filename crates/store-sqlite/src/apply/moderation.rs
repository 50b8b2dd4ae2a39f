use rusqlite::params;
use scaiwave_protocol::Fqid;
use scaiwave_store::record::{BlockRow, Blocked, DeclineRow, InvitationRow, ReportRow};

use super::{Applied, Write};
use crate::columns::{int, maybe_int};
use crate::limits::{INVITES_KNOWN, REPORTS_KEPT};

impl Write<'_> {
    /// The event of an invitation, so that it is recognised when it comes again. The oldest one makes
    /// room once there are too many.
    pub(super) fn remember_invite(&mut self, row: &InvitationRow) -> Applied {
        let added = self.run(
            "INSERT INTO known_invites (event_id, host, at) VALUES (?1, ?2, ?3)
             ON CONFLICT (event_id) DO NOTHING",
            params![row.event_id.to_bytes(), row.host.as_str(), int(row.at)],
        )?;
        if added > 0 {
            let oldest = self.connection.last_insert_rowid() - INVITES_KNOWN;
            self.run("DELETE FROM known_invites WHERE line <= ?1", [oldest])?;
        }
        Ok(())
    }

    /// A number once given out is not given out again.
    pub(super) fn put_decline(&mut self, row: &DeclineRow) -> Applied {
        let room = self.room(&row.room_id)?;
        self.run(
            "INSERT INTO declines (participant, room, origin_seq, seq) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (participant, room) DO UPDATE SET
                 origin_seq = max(origin_seq, excluded.origin_seq), seq = excluded.seq",
            params![
                row.participant.as_str(),
                room,
                int(row.origin_seq),
                maybe_int(row.seq)
            ],
        )?;
        Ok(())
    }

    /// One that stands there already keeps its age.
    pub(super) fn put_block(&mut self, row: &BlockRow) -> Applied {
        let (whom, is_server) = named(&row.whom);
        self.run(
            "INSERT INTO blocks (participant, whom, is_server, at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (participant, whom) DO NOTHING",
            params![row.participant.as_str(), whom, is_server, int(row.at)],
        )?;
        Ok(())
    }

    pub(super) fn drop_block(&mut self, participant: &Fqid, whom: &Blocked) -> Applied {
        self.run(
            "DELETE FROM blocks WHERE participant = ?1 AND whom = ?2",
            params![participant.as_str(), named(whom).0],
        )?;
        Ok(())
    }

    /// A new one, or one whose state has changed.
    pub(super) fn put_report(&mut self, row: &ReportRow) -> Applied {
        let room = self.room(&row.room_id)?;
        let (by, at) = row.resolved.clone().unzip();
        self.run(
            "INSERT INTO reports (id, room, event_id, from_server, category, text, at,
                 resolved_by, resolved_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET
                 resolved_by = excluded.resolved_by, resolved_at = excluded.resolved_at",
            params![
                row.id.to_bytes(),
                room,
                row.event_id.to_bytes(),
                row.from.as_str(),
                row.category,
                row.text,
                int(row.at),
                by.as_ref().map(Fqid::as_str),
                maybe_int(at)
            ],
        )?;
        self.run(
            "DELETE FROM reports WHERE room = ?1 AND id < (
                 SELECT id FROM reports WHERE room = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            params![room, REPORTS_KEPT - 1],
        )?;
        Ok(())
    }
}

fn named(whom: &Blocked) -> (&str, bool) {
    match whom {
        Blocked::Person(person) => (person.as_str(), false),
        Blocked::Server(server) => (server.as_str(), true),
    }
}
