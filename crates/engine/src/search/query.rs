use std::collections::BTreeSet;

use scaiwave_protocol::{Fqid, ServerName};
use scaiwave_store::search::{Mark, fold};

use crate::calendar::{DAY_MS, civil, day_of};
use crate::{ClientCode, Denial, Outcome};

/// Bytes of a query: a long sentence in any script.
pub const QUERY_BYTES_MAX: usize = 1_000;
/// Words and phrases of a query. Each is looked for in every message that may match.
pub const TERMS_MAX: usize = 16;

/// What was typed, read. Everything must hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// Words and phrases, folded.
    pub(super) terms: Vec<Vec<char>>,
    /// `from:`; a message has one sender, so two of them find nothing.
    pub(super) senders: BTreeSet<Fqid>,
    /// `in:`, an id or a name, as typed.
    pub(super) rooms: Vec<String>,
    /// `has:`
    pub(super) marks: BTreeSet<Mark>,
    /// `after:`, inclusive ms.
    pub(super) since: Option<u64>,
    /// `before:`, exclusive ms.
    pub(super) before: Option<u64>,
}

/// Reads a query. Nothing that can be typed is wrong: what is no filter, or one that does not fit, is a word.
pub(super) fn read(q: &str, home: &ServerName) -> Outcome<Typed> {
    let bad = |sentence: &'static str| ClientCode::BadRequest.because(sentence).at("q");
    if q.len() > QUERY_BYTES_MAX {
        return Err(bad("is longer than 1,000 bytes"));
    }
    let mut typed = Typed::default();
    for piece in pieces(q) {
        if !typed.filter(&piece, home) {
            typed.word(piece.text, &bad)?;
        }
    }
    Ok(typed)
}

impl Typed {
    /// Whether it says anything at all.
    pub(super) fn is_empty(&self) -> bool {
        *self == Typed::default()
    }

    /// The same word twice is one; what folds to nothing is none.
    fn word(&mut self, text: &str, bad: &dyn Fn(&'static str) -> Denial) -> Outcome<()> {
        let term = fold(text).chars;
        if term.is_empty() || self.terms.contains(&term) {
            return Ok(());
        }
        if self.terms.len() == TERMS_MAX {
            return Err(bad("has more than 16 words and phrases"));
        }
        self.terms.push(term);
        Ok(())
    }

    /// Whether a piece is a filter that fits.
    fn filter(&mut self, piece: &Piece<'_>, home: &ServerName) -> bool {
        let Some((name, value)) = piece.filter else {
            return false;
        };
        match name.to_ascii_lowercase().as_str() {
            "from" => sender(value, home).is_some_and(|sender| {
                self.senders.insert(sender);
                true
            }),
            "in" => {
                self.rooms.push(value.to_owned());
                true
            }
            "has" => mark(value).is_some_and(|mark| {
                self.marks.insert(mark);
                true
            }),
            "before" => day(value).is_some_and(|day| {
                self.before = Some(self.before.map_or(day, |before| before.min(day)));
                true
            }),
            "after" => day(value).is_some_and(|day| {
                let since = day + DAY_MS.unsigned_abs();
                self.since = Some(self.since.map_or(since, |other| other.max(since)));
                true
            }),
            _ => false,
        }
    }
}

/// One word, phrase or filter.
struct Piece<'q> {
    /// As typed; a phrase without its quotes.
    text: &'q str,
    /// What stands before and after its first colon, if something stands on both sides.
    filter: Option<(&'q str, &'q str)>,
}

/// Cuts a query at white space that stands outside of quotes. A quote opens a phrase at the beginning of a
/// piece and after the colon of a filter; one that nothing closes goes on to the end.
fn pieces(q: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = q.trim_start();
    while !rest.is_empty() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        if let Some(quoted) = rest.strip_prefix('"') {
            let (text, after) = phrase(quoted);
            pieces.push(Piece { text, filter: None });
            rest = after.trim_start();
            continue;
        }
        if let Some((name, value)) = rest[..end].split_once(':')
            && value.starts_with('"')
            && is_filter(name)
        {
            let (value, after) = phrase(&rest[name.len() + 2..]);
            let text = &rest[..rest.len() - after.len()];
            pieces.push(Piece {
                text,
                filter: (!value.is_empty()).then_some((name, value)),
            });
            rest = after.trim_start();
            continue;
        }
        let text = &rest[..end];
        let filter = text
            .split_once(':')
            .filter(|(name, value)| is_filter(name) && !value.is_empty());
        pieces.push(Piece { text, filter });
        rest = rest[end..].trim_start();
    }
    pieces
}

/// Up to the closing quote, and what follows it.
fn phrase(quoted: &str) -> (&str, &str) {
    quoted.split_once('"').unwrap_or((quoted, ""))
}

fn is_filter(name: &str) -> bool {
    let names = ["from", "in", "has", "before", "after"];
    names.iter().any(|filter| filter.eq_ignore_ascii_case(name))
}

/// `@bob:globex.example`, or `@bob` and `bob` for somebody of this tenant.
fn sender(value: &str, home: &ServerName) -> Option<Fqid> {
    if let Ok(fqid) = Fqid::parse_participant(value) {
        return Some(fqid);
    }
    let local = value.strip_prefix('@').unwrap_or(value);
    Fqid::parse_participant(&format!("@{local}:{home}")).ok()
}

fn mark(value: &str) -> Option<Mark> {
    match value.to_ascii_lowercase().as_str() {
        "link" => Some(Mark::Link),
        "mention" => Some(Mark::Mention),
        "reply" => Some(Mark::Reply),
        "file" => Some(Mark::File),
        _ => None,
    }
}

/// The first moment of a day such as `2026-01-31`, in UTC; ms since the Unix epoch.
pub fn day(text: &str) -> Option<u64> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        let all = digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<i64>().ok().filter(|_| all)
    };
    let shaped = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let date = (number(0..4)?, number(5..7)?, number(8..10)?);
    let day = day_of(date.0, date.1, date.2);
    // Reading it back finds every day that no calendar has.
    let real = shaped && civil(day) == date;
    u64::try_from(day * DAY_MS).ok().filter(|_| real)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> ServerName {
        ServerName::parse("acme.example").expect("a name")
    }

    fn typed(q: &str) -> Typed {
        read(q, &home()).expect("anything can be typed")
    }

    fn terms(q: &str) -> Vec<String> {
        let terms = typed(q).terms.into_iter();
        terms.map(|term| term.into_iter().collect()).collect()
    }

    #[test]
    fn words_and_phrases() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("  Hello  hello world ", &["hello", "world"]),
            ("\"big  Plan\" b", &["big plan", "b"]),
            ("\"never closed", &["never closed"]),
            ("\"a\"b\" c\"", &["a", "b\"", "c\""]),
            ("\"\" \u{200b}", &[]),
            (
                "a* OR NEAR(b c) -d ^e",
                &["a*", "or", "near(b", "c)", "-d", "^e"],
            ),
            (
                "body:x http://x.y rowid: :z",
                &["body:x", "http://x.y", "rowid:", ":z"],
            ),
            ("from: in: has:", &["from:", "in:", "has:"]),
            (
                "has:nothing before:2026-02-30 after:soon",
                &["has:nothing", "before:2026-02-30", "after:soon"],
            ),
            ("from:two:colons:é", &["from:two:colons:e"]),
            ("in:\"\"", &["in:\"\""]),
            (
                "'; DROP TABLE search; --",
                &["';", "drop", "table", "search;", "--"],
            ),
        ];
        for (q, expected) in cases {
            assert_eq!(terms(q), *expected, "{q}");
        }
    }

    #[test]
    fn filters() {
        let read = typed(
            "from:@bob FROM:@eve:globex.example in:\"Big Plan\" In:ops has:link has:REPLY has:mention \
             has:file before:1970-01-03 before:1970-01-05 after:1970-01-01 word",
        );
        let fqid = |text| Fqid::parse(text).expect("a name");
        let expected = Typed {
            terms: vec!["word".chars().collect()],
            senders: BTreeSet::from([fqid("@bob:acme.example"), fqid("@eve:globex.example")]),
            rooms: vec!["Big Plan".to_owned(), "ops".to_owned()],
            marks: BTreeSet::from([Mark::Link, Mark::Mention, Mark::Reply, Mark::File]),
            since: Some(DAY_MS.unsigned_abs()),
            before: Some(2 * DAY_MS.unsigned_abs()),
        };
        assert_eq!(read, expected);
        assert_eq!(typed("from:bob").senders, typed("from:@bob").senders);
    }

    #[test]
    fn a_query_has_two_limits() {
        let long = |bytes| read(&"x".repeat(bytes), &home()).map(drop);
        assert_eq!(long(1_000), Ok(()));
        assert_eq!(long(1_001).expect_err("too long").field, Some("q"));
        let many = |words: u32| {
            let q: Vec<String> = (0..words).map(|word| word.to_string()).collect();
            read(&q.join(" "), &home()).map(drop)
        };
        assert_eq!(many(16), Ok(()));
        assert_eq!(many(17).expect_err("too many").field, Some("q"));
    }

    #[test]
    fn days() {
        assert_eq!(day("1970-01-02"), Some(DAY_MS.unsigned_abs()));
        assert_eq!(day("2026-01-31"), Some(1_769_817_600_000));
        for wrong in [
            "",
            "2026-1-31",
            "2026-02-29",
            "2026-13-01",
            "+026-01-01",
            "1969-12-31",
            "2026/01/31",
            "2026-01-3é",
        ] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
