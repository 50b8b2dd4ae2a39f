use scaiwave_protocol::{Content, EventId, EventType, Json, RoomId};
use scaiwave_room::{KnownEvent, KnownEvents, Target};
use scaiwave_store::{StoreError, TenantStore};

/// Fetches what the rules may ask of older events: those with the given ids, in one read.
pub(super) async fn fetch(
    store: &dyn TenantStore,
    room_id: &RoomId,
    whole_log: bool,
    mut ids: Vec<EventId>,
) -> Result<KnownEvents, StoreError> {
    let mut known = KnownEvents::new(!whole_log);
    if ids.is_empty() {
        return Ok(known);
    }
    ids.sort_unstable();
    ids.dedup();
    for (id, head) in store.entry_heads(room_id, &ids).await? {
        known.insert(
            id,
            KnownEvent {
                seq: head.seq,
                ts: head.ts,
                hash: head.hash,
                kind: head.kind,
                sender: head.sender,
                redacted: head.redacted,
            },
        );
    }
    Ok(known)
}

/// The event that this content refers to, if its type refers to one.
pub(super) fn target_of(kind: &EventType, content: Option<&Json>) -> Option<EventId> {
    // Only these types refer to something; parsing a message's content to learn that it does not would
    // be done again a moment later.
    use scaiwave_protocol::event::content as kinds;
    if !matches!(
        kind.as_str(),
        kinds::EDIT | kinds::REACTION | kinds::REDACTION | kinds::PIN
    ) {
        return None;
    }
    let content = Content::parse(kind, content?).ok()?;
    Target::id_in(&content)
}
