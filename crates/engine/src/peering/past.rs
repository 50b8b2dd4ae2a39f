//! What of a room's log a peer may read (protocol section 5, "History").

use scaiwave_protocol::event::content::is_erasable;
use scaiwave_store::StoreError;
use scaiwave_store::record::EntryRow;

use crate::stored;

/// Takes the words out of messages, edits and reactions below this seq: the peer gets the whole chain, and
/// of what was said before it came in nothing but that something was said.
pub(super) fn erase_below(rows: &mut [EntryRow], below: Option<u64>) -> Result<(), StoreError> {
    let below = below.unwrap_or(0);
    let hidden = |row: &&mut EntryRow| row.seq < below && is_erasable(&row.kind);
    for row in rows.iter_mut().filter(hidden) {
        row.event = stored::event_of(row)?.erased().canonical();
    }
    Ok(())
}
