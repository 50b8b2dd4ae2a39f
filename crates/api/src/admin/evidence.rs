use scaiwave_engine::rooms;
use scaiwave_engine::store::record::EvidenceRow;
use scaiwave_protocol::EventId;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::{Admin, RoomPath};
use crate::failure::AdministeringRoom;
use crate::shape::Time;

/// Proof that a room's host is at fault.
#[derive(Serialize, ToSchema)]
#[schema(as = Evidence)]
struct EvidenceJson<'a> {
    /// Opaque.
    #[schema(value_type = String)]
    id: EventId,
    /// When it was found.
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// What it proves.
    reason: &'a str,
    /// Both sides: entries with the chain below them and the host's checkpoint.
    #[schema(value_type = Object)]
    document: &'a RawValue,
}

impl<'a> EvidenceJson<'a> {
    fn of(row: &'a EvidenceRow) -> Self {
        EvidenceJson {
            id: row.id,
            at: row.at.into(),
            reason: &row.reason,
            document: serde_json::from_slice(&row.document).unwrap_or(RawValue::NULL),
        }
    }
}

/// Proof against the hosts of a room, oldest first.
#[utoipa::path(
    get,
    path = "/v1/admin/federation/rooms/{room_id}/evidence",
    tag = "admin",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<List<EvidenceJson<'static>>>)), AdministeringRoom)
)]
pub(crate) async fn list_evidence(Admin(caller): Admin, RoomPath(room_id): RoomPath) -> Answer {
    let rows = rooms::evidence(&caller.tenant, &caller.viewer, &room_id).await?;
    let lines: List<_> = rows.iter().map(EvidenceJson::of).collect();
    data(lines)
}
