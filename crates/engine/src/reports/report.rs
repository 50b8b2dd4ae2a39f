use std::sync::Arc;

use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::wire::item;
use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::record::OutboxRow;
use scaiwave_store::{Change, Commit};

use super::{NotTaken, TEXT_CHARS_MAX, stand};
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer, rooms};

/// What our own people may call it. From other servers any word is taken.
pub const CATEGORIES: [&str; 5] = ["spam", "abuse", "illegal", "impersonation", "other"];

/// Reports a message to the moderators of its room, wherever that is hosted. The viewer's name stays here.
pub async fn report(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: EventId,
    category: &str,
    text: Option<String>,
) -> Outcome<()> {
    rooms::access::readable(tenant, viewer, room_id).await?;
    if !CATEGORIES.contains(&category) {
        return Err(ClientCode::BadRequest
            .because("must be spam, abuse, illegal, impersonation or other")
            .at("category"));
    }
    let fits = |text: &String| (1..=TEXT_CHARS_MAX).contains(&text.chars().count());
    if text.as_ref().is_some_and(|text| !fits(text)) {
        return Err(ClientCode::BadRequest
            .because("must have 1–1000 characters")
            .at("text"));
    }
    let heads = tenant.store.entry_heads(room_id, &[event_id]).await?;
    if !heads.iter().any(|(_, head)| head.kind == kinds::MESSAGE) {
        return Err(Denial::no_such_event());
    }
    let row = tenant.store.room(room_id).await?;
    let host = row.ok_or_else(Denial::no_such_room)?.host;
    if &host != tenant.server_name() {
        let item = item::report(room_id, &event_id, category, text.as_deref()).canonical();
        let row = OutboxRow {
            id: tenant.outbox_id(),
            peer: host.clone(),
            kind: "report".to_owned(),
            room_id: room_id.clone(),
            participant: None,
            item,
            created_at: tenant.world.now(),
        };
        tenant
            .store
            .commit(Commit::of(vec![Change::PutOutbox(row)]))
            .await?;
        tenant.doorbells.ring(&host);
        return Ok(());
    }
    let us = tenant.server_name().clone();
    match stand(tenant, room_id, event_id, us, category.to_owned(), text).await {
        Ok(()) => Ok(()),
        Err(NotTaken::TooMany) => Err(ClientCode::RateLimited
            .because("too many reports about this room wait for its moderators")),
        Err(NotTaken::Denied(denial)) => Err(denial),
    }
}
