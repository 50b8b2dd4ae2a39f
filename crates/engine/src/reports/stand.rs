use std::sync::Arc;

use scaiwave_protocol::{EventId, Fqid, RoomId, ServerName};
use scaiwave_store::record::{InboxRow, ReportRow};
use scaiwave_store::{Change, Commit};

use super::{MODERATOR_LEVEL, OPEN_MAX, OPEN_PER_SERVER_MAX};
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::{Denial, Tenant, lane};

/// Why a report does not stand.
pub(crate) enum NotTaken {
    /// Too many wait already.
    TooMany,
    /// It could not be written.
    Denied(Denial),
}

impl<E: Into<Denial>> From<E> for NotTaken {
    fn from(error: E) -> Self {
        NotTaken::Denied(error.into())
    }
}

/// Puts a report about a room of ours before its moderators. The same report again changes nothing while
/// the first one is open.
pub(crate) async fn stand(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    event_id: EventId,
    from: ServerName,
    category: String,
    text: Option<String>,
) -> Result<(), NotTaken> {
    let limit = u32::try_from(OPEN_MAX).unwrap_or(u32::MAX);
    let open = tenant.store.reports(room_id, false, limit).await?;
    let same = |row: &ReportRow| {
        row.event_id == event_id && row.from == from && row.category == category && row.text == text
    };
    if open.iter().any(same) {
        return Ok(());
    }
    let from_them = open.iter().filter(|row| row.from == from).count();
    if open.len() >= OPEN_MAX || from_them >= OPEN_PER_SERVER_MAX {
        return Err(NotTaken::TooMany);
    }
    let row = ReportRow {
        id: tenant.world.event_id(),
        room_id: room_id.clone(),
        event_id,
        from,
        category,
        text,
        at: tenant.world.now(),
        resolved: None,
    };
    let mut changes = vec![Change::PutReport(Box::new(row.clone()))];
    let mut frames = Vec::new();
    for moderator in moderators(tenant, room_id).await? {
        changes.push(Change::PutInbox(line(&row, &moderator)));
        let body = FrameBody::Notification {
            reason: "report".to_owned(),
            event_id: row.id,
            sender: Fqid::of_server(&row.from),
            snippet: row.category.clone(),
            silent: tenant.wanted.is_quiet(&moderator, row.at),
        };
        frames.push(Outgoing::only(&moderator, room_id, body));
    }
    commit_and_publish(tenant, Commit::of(changes), frames).await?;
    Ok(())
}

/// Our own people who moderate the room.
async fn moderators(tenant: &Tenant, room_id: &RoomId) -> Result<Vec<Fqid>, Denial> {
    let room = lane::load_state(tenant, room_id).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    let moderate = |who: &&Fqid| tenant.is_local(who) && room.power(who) >= MODERATOR_LEVEL;
    Ok(room.joined().filter(moderate).cloned().collect())
}

/// By the report's own id: the message may stand in the same inbox for another reason.
fn line(row: &ReportRow, moderator: &Fqid) -> InboxRow {
    InboxRow {
        participant: moderator.clone(),
        event_id: row.id,
        room_id: row.room_id.clone(),
        sender: Fqid::of_server(&row.from),
        reason: "report".to_owned(),
        snippet: row.category.clone(),
        created_at: row.at,
        seq: 0,
    }
}
