use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{EventId, Fqid, RoomId};
use scaiwave_store::record::MemberRow;

use super::CATCH_UP_BYTES_MAX;
use crate::view::EventView;
use crate::{Outcome, Tenant, Viewer, messages};

/// Events in one page.
const PAGE_MAX: u32 = 500;

/// What changed since a position. Each event stands in it once, as it is now.
#[derive(Clone, Debug)]
pub struct SyncPage {
    /// (position of its last change, the event), by position.
    pub events: Vec<(u64, EventView)>,
    /// To go on from.
    pub next_cursor: u64,
    /// Whether to go on at once.
    pub has_more: bool,
}

/// Events of the viewer's rooms that are new or changed since a position.
pub async fn sync(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    since: u64,
    limit: u32,
) -> Outcome<SyncPage> {
    let limit = limit.clamp(1, PAGE_MAX);
    // Only what the hub has released: above it, a lower position may still be on its way.
    let safe = tenant.hub.position();
    let rows = tenant.store.stream_after(since, limit, CATCH_UP_BYTES_MAX);
    let rows = rows.await?;
    let mut has_more = rows.last().is_some_and(|row| row.position < safe);
    let mut latest: BTreeMap<(RoomId, EventId), u64> = BTreeMap::new();
    let mut next_cursor = since;
    for entry in rows.into_iter().filter(|entry| entry.position <= safe) {
        next_cursor = entry.position;
        let is_event = matches!(
            entry.row.kind.as_str(),
            "event" | "edit" | "redaction" | "reaction"
        );
        if let (true, Some(room), Some(event)) = (is_event, entry.row.room_id, entry.row.event_id) {
            latest.insert((room, event), entry.position);
        }
    }
    let joined = joined_of(tenant, viewer, latest.keys().map(|(room, _)| room)).await?;
    latest.retain(|(room, _), _| joined.contains(room));
    let mut latest: Vec<((RoomId, EventId), u64)> = latest.into_iter().collect();
    latest.sort_unstable_by_key(|(_, position)| *position);
    let (lines, positions): (Vec<(RoomId, EventId)>, Vec<u64>) = latest.into_iter().unzip();
    let views = messages::current_views_within(tenant, &lines, CATCH_UP_BYTES_MAX).await?;
    if let Some(last) = positions[..views.len()].last()
        && views.len() < positions.len()
    {
        // What is left out changed last above this one.
        (next_cursor, has_more) = (*last, true);
    }
    let events: Vec<(u64, EventView)> = positions
        .into_iter()
        .zip(views)
        .filter_map(|(position, view)| Some((position, view?)))
        .map(|(position, view)| (position, messages::for_viewer(tenant, viewer, view)))
        .collect();
    Ok(SyncPage {
        events,
        next_cursor,
        has_more,
    })
}

/// Those of some rooms that the viewer is in. Only rooms in which something happened are asked about: most people are
/// in many more.
async fn joined_of(
    tenant: &Tenant,
    viewer: &Viewer,
    rooms: impl Iterator<Item = &RoomId>,
) -> Outcome<BTreeSet<RoomId>> {
    let rooms: BTreeSet<RoomId> = rooms.cloned().collect();
    let places: Vec<(RoomId, Fqid)> = rooms
        .into_iter()
        .map(|room| (room, viewer.fqid.clone()))
        .collect();
    let members = tenant.store.member_rows(&places).await?;
    let is_in = |member: Option<MemberRow>| {
        member.is_some_and(|member| member.membership == Membership::Join)
    };
    let places = places.into_iter().zip(members);
    Ok(places
        .filter_map(|((room, _), member)| is_in(member).then_some(room))
        .collect())
}
