use scaiwave_engine::reports;

use super::ReportJson;
use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, ReportPath};
use crate::failure::ActingInRoom;

/// Says that a report is settled.
#[utoipa::path(
    post,
    path = "/v1/rooms/{room_id}/reports/{report_id}/resolve",
    tag = "rooms",
    params(("room_id" = String, Path), ("report_id" = String, Path)),
    responses((status = 200, body = inline(Success<ReportJson<'static>>)), ActingInRoom)
)]
pub(crate) async fn resolve_report(
    caller: Caller,
    ReportPath(room_id, report_id): ReportPath,
) -> Answer {
    let row = reports::resolve(&caller.tenant, &caller.viewer, &room_id, report_id).await?;
    data(ReportJson::of(&row))
}
