use scaiwave_protocol::RoomId;
use scaiwave_protocol::event::content::{Membership, RoomLife, RoomType};
use scaiwave_store::record::RoomRow;

use super::document;
use crate::{Outcome, Tenant, Viewer};

/// Rooms in one page.
const PAGE_MAX: u32 = 200;

/// A room that everybody of the tenant may enter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicRoomView {
    /// Which.
    pub id: RoomId,
    /// What it is called.
    pub name: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// How many are in it.
    pub member_count: u64,
    /// Whether the viewer is one of them.
    pub joined: bool,
}

/// Open public rooms of this tenant whose name or topic contains `query` in whatever case, by name.
///
/// Reads all rooms, as the directory of people reads all people.
pub async fn directory(
    tenant: &Tenant,
    viewer: &Viewer,
    query: &str,
    limit: u32,
    offset: u32,
) -> Outcome<Vec<PublicRoomView>> {
    let query = query.to_lowercase();
    let mut found = Vec::new();
    for row in tenant.store.rooms().await? {
        if let Some(room) = public(tenant, &row)?
            && (contains(room.name.as_deref(), &query) || contains(room.topic.as_deref(), &query))
        {
            found.push(room);
        }
    }
    let key = |room: &PublicRoomView| room.name.as_deref().unwrap_or_default().to_lowercase();
    found.sort_by_cached_key(|room| (key(room), room.id.clone()));
    let limit = limit.clamp(1, PAGE_MAX) as usize;
    let mut page: Vec<_> = found
        .into_iter()
        .skip(offset as usize)
        .take(limit)
        .collect();
    for room in &mut page {
        let members = tenant.store.members(&room.id).await?;
        let joined = members
            .iter()
            .filter(|member| member.membership == Membership::Join);
        room.member_count = joined.clone().count() as u64;
        room.joined = joined
            .clone()
            .any(|member| member.participant == viewer.fqid);
    }
    Ok(page)
}

/// The room, if it can be entered by whoever finds it. Who is in it is not known yet.
fn public(tenant: &Tenant, row: &RoomRow) -> Outcome<Option<PublicRoomView>> {
    if &row.host != tenant.server_name() || row.frozen.is_some() {
        return Ok(None);
    }
    let state = document::core(row)?;
    let open = state.room_type() == RoomType::Public && state.life() == RoomLife::Open;
    Ok(open.then(|| PublicRoomView {
        id: row.room_id.clone(),
        name: state.name().map(str::to_owned),
        topic: state.topic().map(str::to_owned),
        member_count: 0,
        joined: false,
    }))
}

/// Nothing is contained in everything.
fn contains(text: Option<&str>, query: &str) -> bool {
    query.is_empty() || text.is_some_and(|text| text.to_lowercase().contains(query))
}
