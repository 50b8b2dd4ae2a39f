use scaiwave_protocol::{Content, EventId, EventType, Json, RoomId};
use scaiwave_room::{Accepted, KnownEvent, KnownEvents, Target};
use scaiwave_store::{StoreError, TenantStore};

/// Fetches what the rules may ask of older events: those with the given ids, in one read.
pub(super) async fn fetch(
    store: &dyn TenantStore,
    room_id: &RoomId,
    whole_log: bool,
    ids: Vec<EventId>,
) -> Result<KnownEvents, StoreError> {
    fetch_up_to(store, room_id, whole_log, ids, u64::MAX).await
}

/// The same as things stood at this seq.
pub(super) async fn fetch_up_to(
    store: &dyn TenantStore,
    room_id: &RoomId,
    whole_log: bool,
    mut ids: Vec<EventId>,
    seq: u64,
) -> Result<KnownEvents, StoreError> {
    let mut known = KnownEvents::new(!whole_log);
    if ids.is_empty() {
        return Ok(known);
    }
    ids.sort_unstable();
    ids.dedup();
    let heads = store.entry_heads(room_id, &ids).await?;
    for (id, head) in heads.into_iter().filter(|(_, head)| head.seq <= seq) {
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

/// What the rules may ask of this entry later.
pub(super) fn of(entry: &Accepted) -> KnownEvent {
    let event = entry.event();
    KnownEvent {
        seq: entry.point().seq,
        ts: entry.ts(),
        hash: event.hash(),
        kind: event.kind().to_string(),
        sender: event.sender().clone(),
        redacted: false,
    }
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
