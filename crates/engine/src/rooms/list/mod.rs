//! The viewer's rooms, as the first thing that a client shows.
//!
//! 1. `kept`: the lines as they were read, for as long as nothing was written that concerns them.
//! 2. `read`: a line from the store.
//! 3. `listed`: its text, encoded once.
//! 4. here: what changes without a commit (who can be reached, what is muted until when) as it is now.

mod kept;
mod listed;
mod read;

use std::sync::Arc;

use scaiwave_protocol::RoomId;
use scaiwave_protocol::event::content::RoomLife;
use scaiwave_store::StoreError;

use self::read::Line;
use super::{access, document};
use crate::view::RoomListView;
use crate::{Outcome, Tenant, Viewer, messages};

pub(crate) use kept::RoomLists;
pub use listed::ListedRoom;

/// Those of the viewer's rooms that are archived, newest activity first.
pub async fn archived(tenant: &Arc<Tenant>, viewer: &Viewer) -> Outcome<Vec<Arc<ListedRoom>>> {
    let mut rooms = list(tenant, viewer).await?;
    rooms.retain(|line| line.room.life == RoomLife::Archived);
    Ok(rooms)
}

/// The viewer's rooms, newest activity first.
pub async fn list(tenant: &Arc<Tenant>, viewer: &Viewer) -> Outcome<Vec<Arc<ListedRoom>>> {
    let lines = kept::lines(tenant, viewer).await?;
    let mut rooms = Vec::with_capacity(lines.len());
    for line in lines {
        rooms.extend(now(tenant, viewer, &line).await?);
    }
    Ok(rooms)
}

/// One room's line in the list; none for somebody who is not in it.
pub async fn line(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<Option<Arc<ListedRoom>>> {
    match read::line(tenant, viewer, room_id).await? {
        Some(line) => Ok(now(tenant, viewer, &line).await?),
        None => Ok(None),
    }
}

/// A line as it is at this moment; none when the viewer's leave waits for a host that is not heard.
async fn now(
    tenant: &Tenant,
    viewer: &Viewer,
    line: &Line,
) -> Result<Option<Arc<ListedRoom>>, StoreError> {
    let view = &line.view;
    let room = &view.room;
    if !room.hosted_here && access::has_parted(tenant, &viewer.fqid, &room.id).await? {
        return Ok(None);
    }
    let choice = tenant
        .wanted
        .choice(&viewer.fqid, &room.id, tenant.world.now());
    let federate = document::federates_now(tenant, &room.id, line.federates);
    let host_reachable = document::reaches_host(tenant, &room.host);
    let last = view.last_event.as_ref();
    let hidden = last.map(|last| messages::is_hidden(tenant, viewer, last));
    let as_it_was = choice == view.choice
        && federate == room.federate
        && host_reachable == room.host_reachable
        && hidden == last.map(|last| last.hidden_by_you);
    if as_it_was {
        return Ok(Some(view.clone()));
    }
    let mut view = RoomListView::clone(view);
    view.choice = choice;
    view.room.federate = federate;
    view.room.host_reachable = host_reachable;
    if let (Some(last), Some(hidden)) = (&mut view.last_event, hidden) {
        last.hidden_by_you = hidden;
    }
    Ok(Some(Arc::new(ListedRoom::new(view))))
}
