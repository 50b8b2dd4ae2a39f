use std::sync::Arc;

use crate::view::InboxView;
use crate::{Outcome, Tenant, Viewer, rooms};

/// Lines in one page.
const PAGE_MAX: u32 = 200;

/// What waits for the viewer's attention, newest first.
pub async fn inbox(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    limit: u32,
    offset: u32,
) -> Outcome<Vec<InboxView>> {
    let rows = tenant
        .store
        .inbox(&viewer.fqid, limit.clamp(1, PAGE_MAX), offset)
        .await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let sender_name = match tenant.store.member(&row.room_id, &row.sender).await? {
            Some(member) => member.display_name,
            None => None,
        };
        views.push(InboxView {
            room_name: rooms::name_of(tenant, &row.room_id).await?,
            event_id: row.event_id,
            room_id: row.room_id,
            sender: row.sender,
            sender_name,
            snippet: row.snippet,
            reason: row.reason,
            created_at: row.created_at,
        });
    }
    Ok(views)
}
