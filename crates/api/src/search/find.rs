use axum::extract::State;
use scaiwave_engine::calendar::DAY_MS;
use scaiwave_engine::search::{self, SearchHit, SearchRequest};
use scaiwave_engine::{Denial, search::day};
use scaiwave_protocol::{Fqid, RoomId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data_with};
use crate::extract::{Body, Caller, page_limit};
use crate::failure::{Failure, Searching};
use crate::limits::{SEARCH_DEFAULT, SEARCH_MAX};
use crate::pace::Rate;
use crate::shape::{EventJson, time};
use crate::state::ApiState;

/// What is looked for. Everything must hold, what stands in `q` too.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SearchRequest)]
pub(crate) struct Looked {
    /// Words, `"phrases"` and filters, at most 1,000 bytes with 16 words and phrases. A message must contain
    /// all of them; parts of words count, case and accents do not. Filters are `from:@id` (or a full name),
    /// `in:` (a room's id or name, in quotes if it has spaces), `before:2026-01-31` and `after:2026-01-31`
    /// (whole days in UTC, without the one that is named), and `has:link`, `has:mention`, `has:reply`,
    /// `has:file`. Whatever else is typed is a word, also a filter that does not fit. May be empty when
    /// another field says what to look for.
    #[schema(example = "\"release plan\" from:@bob has:link")]
    q: String,
    /// Only this room.
    room_id: Option<String>,
    /// Only this sender, by full name.
    #[schema(example = "@bob:globex.example")]
    sender: Option<String>,
    /// Only what was said before this time (`2026-11-22T13:43:32Z`) or day (`2026-11-22`, UTC).
    before: Option<String>,
    /// Only what was said after this time or day.
    after: Option<String>,
    /// At most this many, 1–50; 20 when it is left out.
    limit: Option<u32>,
    /// The `next_cursor` of the page before, with everything else as it was.
    cursor: Option<String>,
}

/// A message that was found.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchHit)]
struct HitJson<'a> {
    /// The message, as in a timeline.
    event: EventJson<'a>,
    /// Where.
    room_id: &'a str,
    /// What the room is called.
    #[schema(required = true)]
    room_name: Option<&'a str>,
    /// A part of the message's text, and of the names of its files, around the first match: plain text, never
    /// markup. `…` stands where something was left out.
    snippet: &'a str,
    /// Where the words stand in `snippet`: pairs of a start and an end (exclusive), ascending and apart. They
    /// count Unicode code points, not bytes and not UTF-16 units: in JavaScript, of `Array.from(snippet)`.
    #[schema(value_type = Vec<Vec<u32>>, example = json!([[4, 10]]))]
    highlights: Vec<[u32; 2]>,
}

/// Where the hits go on.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchMeta)]
struct SearchMeta {
    /// Whether there may be more.
    has_more: bool,
    /// Give it as the next `cursor`.
    #[schema(required = true)]
    next_cursor: Option<String>,
    /// True when older messages were not looked at: of those that may match, 5,000 are, the newest ones.
    partial: bool,
}

impl<'a> HitJson<'a> {
    fn of(hit: &'a SearchHit, viewer: &Fqid) -> Self {
        HitJson {
            event: EventJson::of(&hit.event, Some(viewer)),
            room_id: hit.event.room_id.as_str(),
            room_name: hit.room_name.as_deref(),
            snippet: &hit.snippet,
            highlights: hit
                .highlights
                .iter()
                .map(|(from, to)| [*from, *to])
                .collect(),
        }
    }
}

/// Messages in the caller's rooms that say this, best first: whole words before beginnings of words before
/// parts of words, then more of them before fewer, then newer before older. Five hundred matches at a time
/// are put in this order, the newest first; what is said while somebody pages does not move the pages.
/// Messages of other servers are found as far as they are stored here; no other server is asked. A message
/// that waits for its room's host is found once it has been sequenced. Of a longer message the
/// first 8,192 characters are searched.
#[utoipa::path(
    post,
    path = "/v1/search",
    tag = "search",
    request_body = Looked,
    responses((status = 200, body = inline(Success<List<HitJson<'static>>, SearchMeta>)), Searching)
)]
pub(crate) async fn search(
    State(state): State<ApiState>,
    caller: Caller,
    Body(looked): Body<Looked>,
) -> Answer {
    let begun = state
        .searches
        .begin(&caller.viewer.fqid, Rate::SEARCH, state.world.now());
    begun.map_err(|wait_s| Failure::too_fast("too many searches; wait a moment", wait_s))?;
    let request = SearchRequest {
        q: looked.q,
        room_id: looked.room_id.as_deref().map(room).transpose()?,
        sender: looked.sender.as_deref().map(sender).transpose()?,
        before: moment("before", looked.before.as_deref(), 0, 0)?,
        since: moment("after", looked.after.as_deref(), 1, DAY_MS.unsigned_abs())?,
        limit: page_limit(looked.limit, SEARCH_DEFAULT, SEARCH_MAX)?,
        cursor: looked.cursor,
    };
    let page = search::search(&caller.tenant, &caller.viewer, request).await?;
    let viewer = &caller.viewer.fqid;
    let hits: Vec<_> = page
        .hits
        .iter()
        .map(|hit| HitJson::of(hit, viewer))
        .collect();
    let meta = SearchMeta {
        has_more: page.next_cursor.is_some(),
        next_cursor: page.next_cursor,
        partial: page.partial,
    };
    data_with(hits, meta)
}

/// Ids are opaque to clients: one in a wrong form names nothing that exists.
fn room(text: &str) -> Result<RoomId, Failure> {
    RoomId::parse(text).map_err(|_| Denial::no_such_room().into())
}

fn sender(text: &str) -> Result<Fqid, Failure> {
    Fqid::parse_participant(text).map_err(|malformed| Failure::at("sender", malformed.0))
}

/// A time or a day, moved by what its own length is here.
fn moment(
    field: &'static str,
    text: Option<&str>,
    after_time: u64,
    after_day: u64,
) -> Result<Option<u64>, Failure> {
    let Some(text) = text else {
        return Ok(None);
    };
    if let Some(day) = day(text) {
        return Ok(Some(day + after_day));
    }
    let wrong = "must be a time such as 2026-11-22T13:43:32Z or a day such as 2026-11-22";
    let ms = time::parse(text).map_err(|_| Failure::at(field, wrong))?;
    Ok(Some(ms + after_time))
}
