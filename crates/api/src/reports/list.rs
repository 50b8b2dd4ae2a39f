use scaiwave_engine::reports;
use serde::Deserialize;

use super::ReportJson;
use crate::answer::{Answer, List, Success, data};
use crate::extract::{Caller, Params, RoomPath, page_limit};
use crate::failure::{Failure, InRoom};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};

/// Which reports.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// `open`, which is meant when it is left out, or `all`.
    state: Option<String>,
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
}

/// Reports about a room that is hosted here, newest first: for its moderators (power 50) and for admins.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/reports",
    tag = "rooms",
    params(("room_id" = String, Path), Which),
    responses((status = 200, body = inline(Success<List<ReportJson<'static>>>)), InRoom)
)]
pub(crate) async fn list_reports(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Params(which): Params<Which>,
) -> Answer {
    let all = match which.state.as_deref() {
        None | Some("open") => false,
        Some("all") => true,
        Some(_) => return Err(Failure::at("state", "must be `open` or `all`")),
    };
    let limit = page_limit(which.limit, PAGE_DEFAULT, PAGE_MAX)?;
    let rows = reports::list(&caller.tenant, &caller.viewer, &room_id, all, limit).await?;
    let lines: List<_> = rows.iter().map(ReportJson::of).collect();
    data(lines)
}
