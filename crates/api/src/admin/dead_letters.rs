use scaiwave_engine::peering::{self, DeadLetter};
use scaiwave_protocol::{EventId, Fqid, ServerName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rejection::ExplanationJson;
use crate::answer::{Answer, List, PageMeta, Success, data_with};
use crate::extract::{Admin, Params, page_limit};
use crate::failure::{Administering, Failure};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::shape::Time;

/// Which letters.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Letters {
    /// The other server.
    peer: Option<String>,
    /// The `next_cursor` of the page before.
    before: Option<String>,
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
}

/// Something that a peer has rejected for good.
#[derive(Serialize, ToSchema)]
#[schema(as = DeadLetter)]
struct LetterJson<'a> {
    /// Opaque.
    #[schema(value_type = String)]
    id: EventId,
    /// When it was rejected.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// By whom.
    peer: &'a str,
    /// `submit` (an event of ours for a room of theirs), `invite`, `removed`, or `entries`: then the
    /// whole room is stopped for that peer.
    #[schema(example = "submit")]
    kind: &'a str,
    /// About which room.
    room_id: &'a str,
    /// What it is called.
    #[schema(required = true)]
    room_name: Option<&'a str>,
    /// The event, if it was a single one.
    #[schema(required = true, value_type = Option<String>)]
    event_id: Option<EventId>,
    /// Whom an invitation was for.
    #[schema(required = true)]
    participant_id: Option<&'a str>,
    /// The code that the peer gave.
    code: &'a str,
    /// The sentence that goes with it.
    message: &'a str,
    /// In plain words.
    explanation: ExplanationJson,
}

impl<'a> LetterJson<'a> {
    fn of(letter: &'a DeadLetter) -> Self {
        let row = &letter.row;
        LetterJson {
            id: row.id,
            created_at: row.at.into(),
            peer: row.peer.as_str(),
            kind: &row.kind,
            room_id: row.room_id.as_str(),
            room_name: letter.room_name.as_deref(),
            event_id: row.event_id,
            participant_id: row.participant.as_ref().map(Fqid::as_str),
            code: &row.code,
            message: &row.message,
            explanation: ExplanationJson::of(letter.explanation),
        }
    }
}

/// What peers have rejected for good and nobody has retried or dropped yet, newest first.
#[utoipa::path(
    get,
    path = "/v1/admin/federation/dead-letters",
    tag = "admin",
    params(Letters),
    responses(
        (status = 200, body = inline(Success<List<LetterJson<'static>>, PageMeta>)),
        Administering,
    )
)]
pub(crate) async fn list_dead_letters(
    Admin(caller): Admin,
    Params(wanted): Params<Letters>,
) -> Answer {
    let peer = wanted.peer.as_deref().map(ServerName::parse).transpose();
    let peer = peer.map_err(|malformed| Failure::at("peer", malformed.0))?;
    let before = wanted.before.as_deref().map(EventId::parse).transpose();
    let before = before.map_err(|_| Failure::at("before", "is not a cursor of this server"))?;
    let limit = page_limit(wanted.limit, PAGE_DEFAULT, PAGE_MAX)?;
    let (tenant, viewer) = (&caller.tenant, &caller.viewer);
    let letters = peering::dead_letters(tenant, viewer, peer.as_ref(), before, limit).await?;
    let has_more = letters.len() >= limit as usize;
    let last = letters.last().filter(|_| has_more);
    let next_cursor = last.map(|letter| letter.row.id.to_string());
    let lines: List<_> = letters.iter().map(LetterJson::of).collect();
    data_with(
        lines,
        PageMeta {
            has_more,
            next_cursor,
        },
    )
}
