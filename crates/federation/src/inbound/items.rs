//! Step 9. One bad item costs only itself; what lies outside the items costs the whole body.

use std::num::NonZero;
use std::sync::LazyLock;

use bytes::Bytes;
use http::StatusCode;
use scaiwave_protocol::json::{parse_item, split_items};
use scaiwave_protocol::limits::SEND_ENTRIES_MAX;
use scaiwave_protocol::wire::Item;
use scaiwave_protocol::{EventId, Json, Refusal, RoomId};
use serde_json::value::RawValue;
use tokio::sync::Semaphore;

use super::turned_away::{Step, TurnedAway};
use crate::limits::PARSE_INLINE_BYTES_MAX;

/// An element of `items`.
pub(super) struct Element {
    /// As it came.
    pub(super) raw: Box<RawValue>,
    pub(super) parsed: Result<Item, Misshapen>,
}

/// An element that is not an item, with what could be read of it for the rejection log.
#[derive(Debug)]
pub(super) struct Misshapen {
    pub(super) refusal: Refusal,
    pub(super) room_id: Option<String>,
    pub(super) event_id: Option<String>,
    pub(super) kind: Option<String>,
}

/// Places for large bodies that are parsed at once: a core is left for everybody else, whatever is sent.
static LARGE_AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    Semaphore::new(cores.saturating_sub(1).max(1))
});

/// Splits and parses a body; large ones off the async threads.
pub(super) async fn parse(body: Bytes) -> Result<Vec<Element>, TurnedAway> {
    if body.len() <= PARSE_INLINE_BYTES_MAX {
        return parse_now(&body);
    }
    // Never closed, so that there is always a place in the end.
    let _place = LARGE_AT_ONCE.acquire().await.ok();
    tokio::task::spawn_blocking(move || parse_now(&body))
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "parsing a body ended in a panic");
            Err(invalid("the body could not be read"))
        })
}

fn parse_now(body: &[u8]) -> Result<Vec<Element>, TurnedAway> {
    let raw =
        split_items(body).map_err(|malformed| TurnedAway::new(Step::Parse, malformed.into()))?;
    let mut entries = 0;
    let mut elements = Vec::with_capacity(raw.len());
    for raw in raw {
        let parsed = match parse_item(&raw) {
            Ok(json) => {
                entries += entries_of(&json);
                item(json)
            }
            Err(malformed) => Err(Misshapen {
                refusal: malformed.into(),
                room_id: None,
                event_id: None,
                kind: None,
            }),
        };
        elements.push(Element { raw, parsed });
    }
    if entries > SEND_ENTRIES_MAX {
        return Err(invalid("a body must not hold more than 500 entries"));
    }
    Ok(elements)
}

fn item(json: Json) -> Result<Item, Misshapen> {
    let (room_id, event_id, kind) = named(&json);
    Item::parse(json).map_err(|refusal| Misshapen {
        refusal,
        room_id,
        event_id,
        kind,
    })
}

/// Only what has the form of a name: the rest of what a stranger wrote stays in the sample.
fn named(json: &Json) -> (Option<String>, Option<String>, Option<String>) {
    let event = json.get("event");
    let text = |name| {
        let inner = event.and_then(|event| event.get(name));
        json.get(name)
            .or(inner)
            .and_then(Json::as_str)
            .map(str::to_owned)
    };
    let short = |kind: &String| kind.len() <= 32 && kind.bytes().all(|b| b.is_ascii_lowercase());
    (
        text("room_id").filter(|id| RoomId::parse(id).is_ok()),
        text("event_id").filter(|id| EventId::parse(id).is_ok()),
        json.get("kind")
            .and_then(Json::as_str)
            .map(str::to_owned)
            .filter(short),
    )
}

fn entries_of(json: &Json) -> usize {
    match json.get("kind").and_then(Json::as_str) {
        Some("entries") => json
            .get("entries")
            .and_then(Json::as_array)
            .map_or(0, <[_]>::len),
        _ => 0,
    }
}

fn invalid(sentence: &'static str) -> TurnedAway {
    TurnedAway::invalid(Step::Parse, StatusCode::BAD_REQUEST, sentence)
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::Code;

    use super::{Element, parse_now};

    fn codes(body: &str) -> Result<Vec<Option<Code>>, Code> {
        let code = |element: Element| element.parsed.err().map(|misshapen| misshapen.refusal.code);
        match parse_now(body.as_bytes()) {
            Ok(elements) => Ok(elements.into_iter().map(code).collect()),
            Err(turned_away) => Err(turned_away.refusal.code),
        }
    }

    // One element that breaks the rules is refused alone; outside the elements the whole body is.
    #[test]
    fn one_bad_item_costs_itself() {
        const BAD: Option<Code> = Some(Code::EventInvalid);
        const HEADS: &str = r#"{"kind":"heads","rooms":{}}"#;
        let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
        let cases = [
            (format!(r#"{{"items":[{HEADS}]}}"#), Ok(vec![None])),
            (r#"{"items":[]}"#.to_owned(), Ok(vec![])),
            (
                format!(r#"{{"items":[{HEADS},{{"kind":"heads","rooms":1.0}},{HEADS}]}}"#),
                Ok(vec![None, BAD, None]),
            ),
            (
                format!(r#"{{"items":[{{"kind":"heads","kind":"heads","rooms":{{}}}},{HEADS}]}}"#),
                Ok(vec![BAD, None]),
            ),
            (
                format!(r#"{{"items":[{{"kind":"heads","rooms":{{}},"x":{deep}}},{HEADS}]}}"#),
                Ok(vec![BAD, None]),
            ),
            (
                format!(r#"{{"items":["\ud800",{HEADS}]}}"#),
                Ok(vec![BAD, None]),
            ),
            (
                format!(r#"{{"items":[{{"kind":"unheard"}},7,null,{HEADS}]}}"#),
                Ok(vec![BAD, BAD, BAD, None]),
            ),
            (r#"{"items":7}"#.to_owned(), Err(Code::EventInvalid)),
            (
                r#"{"items":[],"items":[]}"#.to_owned(),
                Err(Code::EventInvalid),
            ),
            ("{}".to_owned(), Err(Code::EventInvalid)),
            ("".to_owned(), Err(Code::EventInvalid)),
            (
                format!(r#"{{"items":[{HEADS}]}} x"#),
                Err(Code::EventInvalid),
            ),
            (format!(r#"{{"items":[{HEADS}"#), Err(Code::EventInvalid)),
        ];
        for (body, expected) in cases {
            assert_eq!(codes(&body), expected, "{body}");
        }
    }

    // 256 items and 500 entries are read, one more of either refuses the whole body.
    #[test]
    fn numbers_of_items_and_entries() {
        let body = |items: usize| {
            let items = vec![r#"{"kind":"heads","rooms":{}}"#; items];
            format!(r#"{{"items":[{}]}}"#, items.join(","))
        };
        assert_eq!(codes(&body(256)).map(|codes| codes.len()), Ok(256));
        assert_eq!(codes(&body(257)), Err(Code::EventInvalid));
        let entries = |one: usize, two: usize| {
            let item = |n| {
                format!(
                    r#"{{"kind":"entries","entries":[{}]}}"#,
                    vec!["0"; n].join(",")
                )
            };
            format!(r#"{{"items":[{},{}]}}"#, item(one), item(two))
        };
        assert_eq!(codes(&entries(250, 250)).map(|codes| codes.len()), Ok(2));
        assert_eq!(codes(&entries(250, 251)), Err(Code::EventInvalid));
    }
}
