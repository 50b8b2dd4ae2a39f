use scaiwave_engine::rooms::{self, PublicRoomView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, List, ListMeta, Success, data_with};
use crate::extract::{Caller, Params, page_limit};
use crate::failure::{Failure, Reading};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};

/// What to look for.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindRooms {
    /// Part of a name or a topic; every room when it is left out.
    q: Option<String>,
    /// Only `public`, which is also what is meant when it is left out: no other room can be found.
    room_type: Option<String>,
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
    /// Leave out the first.
    offset: Option<u32>,
}

/// A room that the caller may enter.
#[derive(Serialize, ToSchema)]
#[schema(as = PublicRoom)]
struct PublicRoomJson<'a> {
    /// Opaque.
    id: &'a str,
    /// Its name.
    #[schema(required = true)]
    name: Option<&'a str>,
    /// Its topic.
    #[schema(required = true)]
    topic: Option<&'a str>,
    /// `public`.
    #[schema(value_type = String, example = "public")]
    room_type: &'static str,
    /// How many are in it.
    member_count: u64,
    /// Whether the caller is one of them.
    joined: bool,
}

impl<'a> PublicRoomJson<'a> {
    fn of(view: &'a PublicRoomView) -> Self {
        PublicRoomJson {
            id: view.id.as_str(),
            name: view.name.as_deref(),
            topic: view.topic.as_deref(),
            room_type: PUBLIC,
            member_count: view.member_count,
            joined: view.joined,
        }
    }
}

const PUBLIC: &str = "public";

/// Open public rooms of this tenant, by name.
#[utoipa::path(
    get,
    path = "/v1/directory/rooms",
    tag = "directory",
    params(FindRooms),
    responses(
        (status = 200, body = inline(Success<List<PublicRoomJson<'static>>, ListMeta>)),
        Reading,
    )
)]
pub(crate) async fn find_rooms(caller: Caller, Params(find): Params<FindRooms>) -> Answer {
    if find.room_type.is_some_and(|wanted| wanted != PUBLIC) {
        return Err(Failure::at("room_type", "must be public"));
    }
    let limit = page_limit(find.limit, PAGE_DEFAULT, PAGE_MAX)?;
    let offset = find.offset.unwrap_or(0);
    let query = find.q.as_deref().unwrap_or_default();
    let found = rooms::directory(&caller.tenant, &caller.viewer, query, limit, offset).await?;
    let rooms: List<_> = found.iter().map(PublicRoomJson::of).collect();
    let meta = ListMeta::of(limit, offset, rooms.len());
    data_with(rooms, meta)
}
