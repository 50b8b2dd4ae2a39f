use std::collections::HashMap;
use std::sync::Arc;

use moka::sync::Cache;
use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_store::{LineSpot, LineStamp, RoomsStamp, StoreError};

use super::read::{self, Line};
use crate::{Tenant, Viewer};

/// Lines that are kept, over all people; one takes about 2 KiB.
const LINES_MAX: u64 = 20_000;
/// When more than one of so many lines has to be read, all are: one question is cheaper than many.
const READ_ALL_ABOVE_ONE_IN: usize = 4;

/// The lists that were asked for lately. A line is kept with the stamp that its room had before it was read.
pub(crate) struct RoomLists {
    of: Cache<Fqid, Arc<Kept>>,
}

/// Somebody's lines, newest activity first.
struct Kept {
    rooms: RoomsStamp,
    lines: Vec<KeptLine>,
}

#[derive(Clone)]
struct KeptLine {
    room_id: RoomId,
    spot: LineSpot,
    stamp: LineStamp,
    /// None for a room that the person has left since their rooms were looked up.
    line: Option<Line>,
}

impl Default for RoomLists {
    fn default() -> Self {
        let weight = |_: &Fqid, kept: &Arc<Kept>| kept.lines.len().try_into().unwrap_or(u32::MAX);
        let of = Cache::builder()
            .max_capacity(LINES_MAX)
            .weigher(weight)
            .build();
        RoomLists { of }
    }
}

impl std::fmt::Debug for RoomLists {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RoomLists").finish_non_exhaustive()
    }
}

/// The viewer's lines, newest activity first: what is kept, and what has changed read again.
pub(super) async fn lines(tenant: &Tenant, viewer: &Viewer) -> Result<Vec<Line>, StoreError> {
    let before = tenant.room_lists.of.get(&viewer.fqid);
    let kept = match before {
        Some(kept) if is_fresh(tenant, viewer, &kept) => kept,
        before => {
            let kept = Arc::new(renew(tenant, viewer, before.as_deref()).await?);
            let lists = &tenant.room_lists.of;
            lists.insert(viewer.fqid.clone(), Arc::clone(&kept));
            kept
        }
    };
    Ok(kept
        .lines
        .iter()
        .filter_map(|kept| kept.line.clone())
        .collect())
}

fn is_fresh(tenant: &Tenant, viewer: &Viewer, kept: &Kept) -> bool {
    let stamps = tenant.store.stamps();
    kept.rooms == stamps.rooms_of(&viewer.fqid)
        && kept
            .lines
            .iter()
            .all(|line| line.stamp == stamps.line(line.spot))
}

async fn renew(
    tenant: &Tenant,
    viewer: &Viewer,
    before: Option<&Kept>,
) -> Result<Kept, StoreError> {
    // First the stamps, then what they stand for: what is written in between is read again next time.
    let rooms = tenant.store.stamps().rooms_of(&viewer.fqid);
    let mut lines = match before {
        Some(before) if before.rooms == rooms => before.lines.clone(),
        before => places(tenant, viewer, before).await?,
    };
    let stale = stale(tenant, &mut lines);
    if stale.len() > lines.len() / READ_ALL_ABOVE_ONE_IN {
        let mut read: HashMap<_, _> = read::lines(tenant, viewer).await?.into_iter().collect();
        for at in stale {
            lines[at].line = read.remove(&lines[at].room_id);
        }
    } else {
        for at in stale {
            lines[at].line = read::line(tenant, viewer, &lines[at].room_id).await?;
        }
    }
    lines.sort_by_cached_key(|kept| std::cmp::Reverse(kept.line.as_ref().map(rank)));
    Ok(Kept { rooms, lines })
}

/// Where the lines of the viewer's rooms are; those that are kept already with what was read.
async fn places(
    tenant: &Tenant,
    viewer: &Viewer,
    before: Option<&Kept>,
) -> Result<Vec<KeptLine>, StoreError> {
    let stamps = tenant.store.stamps();
    let lines = before.map_or(&[][..], |before| &before.lines);
    let known: HashMap<_, _> = lines.iter().map(|line| (&line.room_id, line)).collect();
    let place = |room_id: RoomId| {
        let spot = stamps.spot(&viewer.fqid, &room_id);
        known.get(&room_id).map_or_else(
            || KeptLine {
                stamp: stamps.line(spot),
                room_id,
                spot,
                line: None,
            },
            |line| KeptLine::clone(line),
        )
    };
    let rooms = tenant.store.joined_rooms(&viewer.fqid).await?;
    Ok(rooms.into_iter().map(place).collect())
}

/// Stamps the lines anew; says which of them have to be read.
fn stale(tenant: &Tenant, lines: &mut [KeptLine]) -> Vec<usize> {
    let stamps = tenant.store.stamps();
    let mut stale = Vec::new();
    for (at, kept) in lines.iter_mut().enumerate() {
        let stamp = stamps.line(kept.spot);
        if kept.line.is_none() || kept.stamp != stamp {
            kept.stamp = stamp;
            stale.push(at);
        }
    }
    stale
}

/// Of two rooms in which something happened at the same moment, the younger comes first.
fn rank(line: &Line) -> (u64, i64, RoomId) {
    let room = &line.view.room;
    (line.active_at, room.created_at, room.id.clone())
}
