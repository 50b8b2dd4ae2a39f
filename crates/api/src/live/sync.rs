use std::time::Duration;

use axum::extract::State;
use scaiwave_engine::accounts::{self, Endings};
use scaiwave_engine::live::{self, SyncPage};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, Params, page_limit, position};
use crate::failure::{Failure, Waiting};
use crate::limits::{POLLS_PER_PERSON_MAX, SYNC_DEFAULT, SYNC_MAX, SYNC_WAIT_MAX};
use crate::shape::EventJson;
use crate::state::ApiState;

/// From where on.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// The `next_cursor` of the answer before; 0 when it is left out.
    since: Option<u64>,
    /// At most this many, 1–500; 100 when it is left out.
    limit: Option<u32>,
    /// For how long to wait for something new, ms; 0 when it is left out, 60000 at most.
    timeout: Option<u64>,
}

/// What changed.
#[derive(Serialize, ToSchema)]
#[schema(as = Sync)]
struct SyncJson<'a> {
    /// Events of the caller's rooms that are new or changed, each as it is now, by position.
    events: Vec<EventJson<'a>>,
    /// Give it as the next `since`.
    next_cursor: u64,
    /// Whether to ask again at once.
    has_more: bool,
}

/// Events of the caller's rooms that are new or changed since a position. Clients upsert by `id`.
#[utoipa::path(
    get,
    path = "/v1/sync",
    tag = "live",
    params(Since),
    responses((status = 200, body = inline(Success<SyncJson<'static>>)), Waiting)
)]
pub(crate) async fn sync(
    State(state): State<ApiState>,
    caller: Caller,
    Params(query): Params<Since>,
) -> Answer {
    let since = position("since", query.since.unwrap_or(0))?;
    let limit = page_limit(query.limit, SYNC_DEFAULT, SYNC_MAX)?;
    let wait = Duration::from_millis(query.timeout.unwrap_or(0)).min(SYNC_WAIT_MAX);
    let page = page(&state, &caller, since, limit, wait).await?;
    let viewer = Some(&caller.viewer.fqid);
    let event = |(position, view)| EventJson::of(view, viewer).at(Some(position));
    data(SyncJson {
        events: page
            .events
            .iter()
            .map(|(position, view)| event((*position, view)))
            .collect(),
        next_cursor: page.next_cursor,
        has_more: page.has_more,
    })
}

/// Looks, and if there is nothing waits and looks again.
async fn page(
    state: &ApiState,
    caller: &Caller,
    since: u64,
    limit: u32,
    wait: Duration,
) -> Result<SyncPage, Failure> {
    let Caller { tenant, viewer } = caller;
    let deadline = Instant::now() + wait;
    // A position that was not given out yet is read as the newest.
    let mut since = since.min(tenant.hub().position());
    let mut place = None;
    let mut endings = Endings::of(tenant, viewer);
    loop {
        let seen = tenant.hub().position();
        let page = live::sync(tenant, viewer, since, limit).await?;
        if !page.events.is_empty() || page.has_more || wait.is_zero() {
            return Ok(page);
        }
        if place.is_none() {
            place = Some(state.polls.take(&viewer.fqid, POLLS_PER_PERSON_MAX)?);
        }
        // What concerned others is not looked at again.
        since = page.next_cursor;
        tokio::select! {
            biased;
            () = endings.next() => accounts::still_welcome(tenant, viewer).await?,
            () = tenant.hub().changed(seen) => {}
            () = tokio::time::sleep_until(deadline) => return Ok(page),
            () = state.shutdown.cancelled() => return Ok(page),
        }
    }
}
