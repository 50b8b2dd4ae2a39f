use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::{Event, EventId, Fqid, Json, RoomId};
use scaiwave_store::StoreError;
use scaiwave_store::record::{PendingRow, ReactionRow, TimelineRow};

use crate::view::{EventState, EventView, ReactionView};
use crate::{Tenant, Viewer, damage, stored};

/// A line of a timeline as it is now, sequenced or pending.
pub(crate) async fn current_view(
    tenant: &Tenant,
    room_id: &RoomId,
    event_id: &EventId,
) -> Result<Option<EventView>, StoreError> {
    let mut view = match tenant.store.timeline_row(room_id, event_id).await? {
        Some(row) => of_row(room_id, row)?,
        None => match tenant.store.pending_event(room_id, event_id).await? {
            Some(row) => of_pending(row)?,
            None => return Ok(None),
        },
    };
    view.sender_name = name_in_room(tenant, room_id, &view.sender).await?;
    Ok(Some(view))
}

/// Lines of any rooms as they are now, in the order asked.
pub(crate) async fn current_views(
    tenant: &Tenant,
    lines: &[(RoomId, EventId)],
) -> Result<Vec<Option<EventView>>, StoreError> {
    current_views_within(tenant, lines, usize::MAX).await
}

/// The same of the first of them, about as many as have so many bytes, and of one at least.
pub(crate) async fn current_views_within(
    tenant: &Tenant,
    lines: &[(RoomId, EventId)],
    bytes_max: usize,
) -> Result<Vec<Option<EventView>>, StoreError> {
    let mut views = Vec::with_capacity(lines.len());
    let rows = tenant.store.timeline_rows(lines, bytes_max).await?;
    let mut waiting_bytes = 0;
    for ((room_id, event_id), row) in lines.iter().zip(rows) {
        if waiting_bytes > bytes_max {
            break;
        }
        views.push(match row {
            Some(row) => {
                let line = of_row(room_id, row);
                damage::left_out(tenant, room_id, *event_id, line).await?
            }
            None => {
                let pending = tenant.store.pending_event(room_id, event_id).await?;
                waiting_bytes += pending.as_ref().map_or(0, |row| row.event.len());
                pending.map(of_pending).transpose()?
            }
        });
    }
    let senders: Vec<(RoomId, Fqid)> = views
        .iter()
        .flatten()
        .map(|view| (view.room_id.clone(), view.sender.clone()))
        .collect();
    let members = tenant.store.member_rows(&senders).await?;
    for (view, member) in views.iter_mut().flatten().zip(members) {
        view.sender_name = member.and_then(|member| member.display_name);
    }
    Ok(views)
}

/// A line as one viewer sees it: what they have blocked is marked, past and future.
pub(crate) fn for_viewer(tenant: &Tenant, viewer: &Viewer, mut view: EventView) -> EventView {
    view.hidden_by_you = is_hidden(tenant, viewer, &view);
    view
}

/// Whether the viewer has blocked who said this.
pub(crate) fn is_hidden(tenant: &Tenant, viewer: &Viewer, view: &EventView) -> bool {
    view.kind == content::MESSAGE && tenant.blocks.hide(&viewer.fqid, &view.sender)
}

/// What somebody is called in a room.
pub(crate) async fn name_in_room(
    tenant: &Tenant,
    room_id: &RoomId,
    participant: &Fqid,
) -> Result<Option<String>, StoreError> {
    let member = tenant.store.member(room_id, participant).await?;
    Ok(member.and_then(|member| member.display_name))
}

/// Without the sender's name, which the caller adds.
pub(crate) fn of_row(room_id: &RoomId, row: TimelineRow) -> Result<EventView, StoreError> {
    let event = stored::event_of(&row.entry)?;
    let (content, edited_at) = match &row.edit {
        Some(edit) if row.redacted.is_none() => (stored::edited(event.id(), edit)?, Some(edit.ts)),
        _ => (
            event
                .content()
                .cloned()
                .unwrap_or_else(|| Json::Obj(Default::default())),
            None,
        ),
    };
    Ok(EventView {
        id: event.id(),
        room_id: room_id.clone(),
        sender: event.sender().clone(),
        sender_name: None,
        kind: row.entry.kind,
        content: Arc::new(content),
        seq: Some(row.entry.seq),
        state: EventState::Sequenced,
        origin_ts: event.header().origin_ts,
        created_at: row.entry.ts,
        edited_at,
        redacted_at: row.redacted.as_ref().map(|(_, at, _)| *at),
        redacted_by: row.redacted.map(|(by, _, _)| by),
        reactions: reactions(row.reactions),
        reply_count: row.reply_count,
        hidden_by_you: false,
    })
}

/// An event of ours that waits for the room's host.
pub(crate) fn of_pending(row: PendingRow) -> Result<EventView, StoreError> {
    let event =
        Event::from_stored(&row.event).map_err(|error| StoreError::Damaged(error.to_string()))?;
    let state = match row.refused {
        None => EventState::Pending,
        Some(refused) => EventState::Refused {
            code: refused.code,
            message: refused.message,
        },
    };
    Ok(EventView {
        state,
        created_at: row.created_at,
        ..of_new(&event, row.created_at)
    })
}

/// An event that nobody has reacted to yet.
pub(crate) fn of_new(event: &Event, created_at: u64) -> EventView {
    EventView {
        id: event.id(),
        room_id: event.room_id(),
        sender: event.sender().clone(),
        sender_name: None,
        kind: event.kind().to_string(),
        content: Arc::new(
            event
                .content()
                .cloned()
                .unwrap_or_else(|| Json::Obj(Default::default())),
        ),
        seq: None,
        state: EventState::Pending,
        origin_ts: event.header().origin_ts,
        created_at,
        edited_at: None,
        redacted_at: None,
        redacted_by: None,
        reactions: Vec::new(),
        reply_count: 0,
        hidden_by_you: false,
    }
}

fn reactions(rows: Vec<ReactionRow>) -> Vec<ReactionView> {
    let mut views: Vec<ReactionView> = Vec::new();
    for row in rows {
        match views.iter_mut().find(|view| view.emoji == row.emoji) {
            Some(view) => view.participants.push(row.sender),
            None => views.push(ReactionView {
                emoji: row.emoji,
                participants: vec![row.sender],
            }),
        }
    }
    views
}
