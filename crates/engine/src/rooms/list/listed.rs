use std::ops::Deref;
use std::sync::OnceLock;

use crate::view::RoomListView;

/// A line of somebody's list. It is shown far more often than it changes, so that its text is kept with it.
#[derive(Debug)]
pub struct ListedRoom {
    view: RoomListView,
    encoded: OnceLock<Box<[u8]>>,
}

impl ListedRoom {
    pub(super) fn new(view: RoomListView) -> Self {
        ListedRoom {
            view,
            encoded: OnceLock::new(),
        }
    }

    /// The line's text, encoded by whoever asks for it first. `encode` must depend on the line alone.
    pub fn encoded(&self, encode: impl FnOnce(&RoomListView) -> Vec<u8>) -> &[u8] {
        self.encoded
            .get_or_init(|| encode(&self.view).into_boxed_slice())
    }
}

impl Deref for ListedRoom {
    type Target = RoomListView;

    fn deref(&self) -> &RoomListView {
        &self.view
    }
}
