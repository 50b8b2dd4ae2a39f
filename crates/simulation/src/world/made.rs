use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::event::content::TRANSFER;
use scaiwave_protocol::{Event, Hash, ServerName, json};
use scaiwave_store::{Change, Commit};

/// What each server has made and signed itself, as it went to its disk: whatever else bears its name is
/// forged. Clones are the same record.
#[derive(Clone, Default)]
pub(crate) struct Made(Arc<Mutex<BTreeSet<(ServerName, Hash)>>>);

impl Made {
    /// Notes what a server is about to write: events that wait for a host, and entries of its own rooms.
    pub(super) fn note(&self, server: &ServerName, commit: &Commit) {
        let hosts = commit.changes.iter().any(|change| match change {
            Change::PutRoom(row) => &row.host == server,
            // Its maker's last entry: the room is another's from there on.
            Change::AppendEntries(_, rows) => rows
                .iter()
                .any(|row| row.kind == TRANSFER && row.sender.server() == server),
            _ => false,
        });
        for change in &commit.changes {
            match change {
                Change::PutPending(row) => self.event(server, Event::from_stored(&row.event).ok()),
                Change::PutOutbox(row) if row.kind == "submit" => {
                    let item = json::parse_body(&row.item).ok();
                    let event = item.as_ref().and_then(|item| item.get("event"));
                    let event = event.and_then(|event| Event::from_stored(&event.canonical()).ok());
                    self.event(server, event);
                }
                Change::AppendEntries(_, rows) if hosts => {
                    let own = rows.iter().filter(|row| row.sender.server() == server);
                    let own = own.map(|row| (server.clone(), row.hash));
                    self.0.lock().extend(own);
                }
                _ => {}
            }
        }
    }

    fn event(&self, server: &ServerName, event: Option<Event>) {
        if let Some(event) = event {
            self.0.lock().insert((server.clone(), event.hash()));
        }
    }

    /// Whether a server has made this.
    pub(crate) fn contains(&self, server: &ServerName, hash: Hash) -> bool {
        self.0.lock().contains(&(server.clone(), hash))
    }
}
