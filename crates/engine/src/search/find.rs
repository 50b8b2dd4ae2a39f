use std::cmp::Reverse;
use std::sync::Arc;

use scaiwave_protocol::{EventId, Fqid, RoomId};
use scaiwave_store::search::{Place, SearchFound, SearchQuery, SearchRooms, SearchRow, fold};

use super::cursor::{Cursor, Rest};
use super::query::{self, Typed};
use super::{rank, snippet};
use crate::view::EventView;
use crate::{ClientCode, Outcome, Tenant, Viewer, messages, rooms};

/// Hits in one page.
pub const PAGE_MAX: u32 = 50;
/// Matches that are ranked among each other; older ones come in windows after it. Looking at them takes
/// about 10 ms, and who has not found something among five hundred needs another word.
const WINDOW: usize = 500;

/// What somebody looks for. Everything must hold, what is in `q` too.
#[derive(Clone, Debug, Default)]
pub struct SearchRequest {
    /// Words, phrases and filters, as typed.
    pub q: String,
    /// Only this room.
    pub room_id: Option<RoomId>,
    /// Only this sender.
    pub sender: Option<Fqid>,
    /// The host's clock, exclusive ms.
    pub before: Option<u64>,
    /// The host's clock, inclusive ms.
    pub since: Option<u64>,
    /// At most 50.
    pub limit: u32,
    /// Where the page before has ended.
    pub cursor: Option<String>,
}

/// One message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    /// The message, as in a timeline.
    pub event: EventView,
    /// What its room is called.
    pub room_name: Option<String>,
    /// A part of its text.
    pub snippet: String,
    /// Where the words stand in the snippet: Unicode characters from, and up to but without.
    pub highlights: Vec<(u32, u32)>,
}

/// Some of the hits, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// Best first; of equally good ones the newest.
    pub hits: Vec<SearchHit>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// Not all messages that may match were looked at, only the newest of them.
    pub partial: bool,
}

/// Finds what was said in the viewer's rooms.
pub async fn search(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    request: SearchRequest,
) -> Outcome<SearchPage> {
    let cursor = request.cursor.as_deref().map(Cursor::parse).transpose()?;
    let typed = query::read(&request.q, tenant.server_name())?;
    let filtered = request.sender.is_some() || request.before.is_some() || request.since.is_some();
    if typed.is_empty() && !filtered && request.room_id.is_none() {
        let sentence = "say what to look for: a word, a phrase or a filter";
        return Err(ClientCode::BadRequest.because(sentence).at("q"));
    }
    let rooms = rooms_of(tenant, viewer, &request, &typed).await?;
    let Some(mut query) = query_of(&request, typed, rooms) else {
        return Ok(SearchPage::default());
    };
    query.newest = cursor.as_ref().map(|cursor| cursor.newest.clone());
    let terms = query.terms.clone();
    let found = tenant.store.search(query).await?;
    let limit = request.limit.clamp(1, PAGE_MAX) as usize;
    let rest = cursor.as_ref().and_then(|cursor| cursor.rest.as_ref());
    let page = page_of(found, &terms, rest, limit);
    let hits = hits(tenant, viewer, &page.rows, &terms).await?;
    Ok(SearchPage {
        hits,
        next_cursor: page.next.map(|cursor| cursor.to_string()),
        partial: page.partial,
    })
}

/// Where may be looked: in rooms that the viewer may read now, and of them those that are asked for. A
/// name that is typed and that no such room has leaves none.
async fn rooms_of(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    request: &SearchRequest,
    typed: &Typed,
) -> Outcome<SearchRooms> {
    let mut readable = Vec::new();
    if let Some(room_id) = &request.room_id {
        rooms::access::readable(tenant, viewer, room_id).await?;
        let row = tenant.store.room(room_id).await?;
        if row.is_some_and(|row| !row.searched) {
            let sentence = "what is said in an incognito room is found by no search";
            return Err(ClientCode::RoomTypeInvariant
                .because(sentence)
                .at("room_id"));
        }
        readable.push(room_id.clone());
    } else if typed.rooms.is_empty() && !rooms::access::may_have_parted(tenant) {
        return Ok(SearchRooms::JoinedBy(viewer.fqid.clone()));
    } else {
        for room_id in tenant.store.joined_rooms(&viewer.fqid).await? {
            if !rooms::access::has_parted(tenant, &viewer.fqid, &room_id).await? {
                readable.push(room_id);
            }
        }
    }
    for wanted in &typed.rooms {
        let name = fold(wanted).chars;
        let mut kept = Vec::new();
        for room_id in readable {
            let called = rooms::name_of(tenant, &room_id).await?;
            let is_called = called.is_some_and(|called| fold(&called).chars == name);
            if room_id.as_str() == wanted || is_called {
                kept.push(room_id);
            }
        }
        readable = kept;
    }
    Ok(SearchRooms::Named(readable))
}

/// `None` when nothing can match: two senders, or a time that ends before it begins.
fn query_of(request: &SearchRequest, typed: Typed, rooms: SearchRooms) -> Option<SearchQuery> {
    let mut senders = typed.senders;
    senders.extend(request.sender.clone());
    let mut senders = senders.into_iter();
    let (sender, another) = (senders.next(), senders.next());
    let since = request.since.into_iter().chain(typed.since).max();
    let before = request.before.into_iter().chain(typed.before).min();
    let never = since
        .zip(before)
        .is_some_and(|(since, before)| since >= before);
    if another.is_some() || never || rooms == SearchRooms::default() {
        return None;
    }
    Some(SearchQuery {
        rooms,
        terms: typed.terms,
        sender,
        marks: typed.marks,
        since,
        before,
        newest: None,
        // One more tells where the next window begins.
        limit: WINDOW as u32 + 1,
    })
}

/// Rows of a page, and what follows.
struct Page {
    rows: Vec<SearchRow>,
    next: Option<Cursor>,
    partial: bool,
}

/// Ranks a window and takes the page out of it.
fn page_of(found: SearchFound, terms: &[Vec<char>], rest: Option<&Rest>, limit: usize) -> Page {
    let mut window = found.rows;
    let of_the_window = match rest {
        Some(rest) => window.partition_point(|row| row.place >= rest.oldest),
        None => WINDOW,
    };
    let older = window.split_off(of_the_window.min(window.len()));
    let ends = window.first().zip(window.last());
    let ends = ends.map(|(newest, oldest)| (newest.place.clone(), oldest.place.clone()));
    let mut ranked: Vec<(u32, SearchRow)> = window
        .into_iter()
        .map(|row| (rank::score(&row.folded, terms), row))
        .filter(|(score, row)| {
            let shown = |rest: &Rest| (*score, &row.place) >= (rest.score, &rest.last);
            !rest.is_some_and(shown)
        })
        .collect();
    ranked.sort_by(|(a_score, a), (b_score, b)| {
        Reverse((*a_score, &a.place)).cmp(&Reverse((*b_score, &b.place)))
    });
    let more = ranked.len() > limit;
    ranked.truncate(limit);
    let next = if more {
        within(ends, ranked.last())
    } else {
        older.into_iter().next().map(|row| Cursor {
            newest: row.place,
            rest: None,
        })
    };
    Page {
        rows: ranked.into_iter().map(|(_, row)| row).collect(),
        next,
        partial: found.cut,
    }
}

/// A place within the window, after this hit.
fn within(ends: Option<(Place, Place)>, last: Option<&(u32, SearchRow)>) -> Option<Cursor> {
    let ((newest, oldest), (score, last)) = ends.zip(last)?;
    Some(Cursor {
        newest,
        rest: Some(Rest {
            oldest,
            score: *score,
            last: last.place.clone(),
        }),
    })
}

/// Without those that were taken back just now.
async fn hits(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    rows: &[SearchRow],
    terms: &[Vec<char>],
) -> Outcome<Vec<SearchHit>> {
    let lines: Vec<(RoomId, EventId)> = rows
        .iter()
        .map(|row| (row.place.room_id.clone(), row.event_id))
        .collect();
    let events = messages::current_views(tenant, &lines).await?;
    let mut hits = Vec::with_capacity(rows.len());
    for (row, event) in rows.iter().zip(events) {
        let Some(event) = event.filter(|event| event.redacted_at.is_none()) else {
            continue;
        };
        let shown = snippet::snippet(&row.text, &row.folded, terms);
        hits.push(SearchHit {
            event: messages::for_viewer(tenant, viewer, event),
            room_name: rooms::name_of(tenant, &row.place.room_id).await?,
            snippet: shown.text,
            highlights: shown.highlights,
        });
    }
    Ok(hits)
}
