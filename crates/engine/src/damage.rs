//! Lines that are not on the disk as they were stored: left out of what people read, and told to admins.

use std::collections::BTreeSet;

use parking_lot::Mutex;
use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::StoreError;

use crate::Tenant;
use crate::audit::{self, Action, Actor, Happening};

/// Lines of which admins are told in the life of a process. With so many the file is beyond reading line by line.
const TOLD_MAX: usize = 1_000;

/// Of which lines admins have been told.
#[derive(Default)]
pub(crate) struct Damages(
    /// Held for an insertion. Bounded by [`TOLD_MAX`].
    Mutex<BTreeSet<EventId>>,
);

impl Damages {
    /// Whether this one is news.
    fn insert(&self, event_id: EventId) -> bool {
        let mut told = self.0.lock();
        told.len() < TOLD_MAX && told.insert(event_id)
    }
}

/// A line of a page, or none in its place when it is damaged: the others can be read.
pub(crate) async fn left_out<T>(
    tenant: &Tenant,
    room_id: &RoomId,
    event_id: EventId,
    line: Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let why = match line {
        Ok(line) => return Ok(Some(line)),
        Err(StoreError::Damaged(why)) => why,
        Err(error) => return Err(error),
    };
    tracing::error!(%room_id, %event_id, why, "a damaged event is left out");
    if tenant.damages.insert(event_id) {
        let happening = Happening {
            actor: Actor::Server,
            action: Action::EventDamaged,
            peer: None,
            room_id: Some(room_id),
            message: format!(
                "A message is left out of this room, because its data is damaged: {why}"
            ),
        };
        audit::record(tenant, vec![audit::alarm(tenant, happening)]).await;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_and_not_without_end() {
        let damages = Damages::default();
        for n in 0..TOLD_MAX {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&(n as u64).to_be_bytes());
            assert!(damages.insert(EventId::from_bytes(id)), "{n}");
            assert!(!damages.insert(EventId::from_bytes(id)), "{n} again");
        }
        assert!(!damages.insert(EventId::from_bytes([1; 16])), "one more");
    }
}
