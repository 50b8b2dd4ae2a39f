//! Events as the store gives them back: believed only when they still have the hash that is stored with them.

use scaiwave_protocol::{Event, EventId, Json, json};
use scaiwave_store::StoreError;
use scaiwave_store::record::{EditRow, EntryRow};

const LOOK: &str = "`scaiwave doctor --data` looks through everything";

/// The event of an entry. The hash is made of every byte of it, while it is read.
pub(crate) fn event_of(row: &EntryRow) -> Result<Event, StoreError> {
    let damaged = |why: &str| {
        StoreError::Damaged(format!(
            "the event {} at seq {}: {why}; {LOOK}",
            row.event_id, row.seq
        ))
    };
    let event = Event::from_stored(&row.event).map_err(|why| damaged(&why.to_string()))?;
    let is_it = event.hash() == row.hash && event.id() == row.event_id;
    if !is_it || event.sender() != &row.sender || event.kind().as_str() != row.kind {
        return Err(damaged("it is not what was stored"));
    }
    Ok(event)
}

/// What an edit makes of a message; of the entry that says so, if that is stored.
pub(crate) fn edited(target: EventId, edit: &EditRow) -> Result<Json, StoreError> {
    let damaged = |why: &str| StoreError::Damaged(format!("the edit of {target}: {why}; {LOOK}"));
    let content = json::parse(&edit.content).map_err(|why| damaged(&why.to_string()))?;
    if let Some((hash, event)) = &edit.said {
        let event = Event::from_stored(event).map_err(|why| damaged(&why.to_string()))?;
        let says_so = |said: &Json| said.get("content") == Some(&content);
        if event.hash() != *hash || !event.content().is_none_or(says_so) {
            return Err(damaged("it is not what was stored"));
        }
    }
    Ok(content)
}

/// Looks at all of a page, before any of it goes to somebody else.
pub(crate) fn check(rows: &[EntryRow]) -> Result<(), StoreError> {
    rows.iter().try_for_each(|row| event_of(row).map(drop))
}
