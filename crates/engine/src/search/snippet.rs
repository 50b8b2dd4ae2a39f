use scaiwave_store::search::Folded;
use unicode_segmentation::UnicodeSegmentation as _;

/// Characters of a message that a hit shows: three lines.
const SNIPPET_CHARS_MAX: u32 = 200;
/// Of them before the first match, so that one sees what it belongs to.
const LEAD_CHARS: u32 = 40;
/// Stands where the message goes on.
const CUT: char = '…';

/// A part of a message with its matches: ranges of Unicode characters (code points) of the part, ascending,
/// from and up to but without. They neither touch nor overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snippet {
    pub(super) text: String,
    pub(super) highlights: Vec<(u32, u32)>,
}

/// What a hit shows of a message.
pub(super) fn snippet(text: &str, folded: &Folded, terms: &[Vec<char>]) -> Snippet {
    let matches = matches(folded, terms);
    let edges = edges(text);
    let length = edges.last().map_or(0, |(chars, _)| *chars);
    let (from, to) = window(matches.first().map_or(0, |first| first.0), length);
    // Characters that people see as one are not torn apart.
    let from = edges.iter().find(|(chars, _)| *chars >= from);
    let to = edges.iter().rev().find(|(chars, _)| *chars <= to);
    let ((from, from_byte), (to, to_byte)) = match (from, to) {
        (Some(from), Some(to)) if from.0 <= to.0 => (*from, *to),
        _ => ((0, 0), (0, 0)),
    };
    let mut shown = String::with_capacity(to_byte - from_byte + 2 * CUT.len_utf8());
    if from > 0 {
        shown.push(CUT);
    }
    let offset = u32::from(from > 0);
    shown.push_str(&text[from_byte..to_byte]);
    if to < length {
        shown.push(CUT);
    }
    let inside = |(start, end): (u32, u32)| {
        let (start, end) = (start.clamp(from, to), end.clamp(from, to));
        (start < end).then(|| (start - from + offset, end - from + offset))
    };
    Snippet {
        text: shown,
        highlights: matches.into_iter().filter_map(inside).collect(),
    }
}

/// From which character to which.
fn window(first_match: u32, length: u32) -> (u32, u32) {
    if length <= SNIPPET_CHARS_MAX {
        return (0, length);
    }
    let from = first_match.saturating_sub(LEAD_CHARS);
    let to = length.min(from + SNIPPET_CHARS_MAX);
    (to - SNIPPET_CHARS_MAX, to)
}

/// Where the text may be cut: (characters, bytes), from 0 to its end.
fn edges(text: &str) -> Vec<(u32, usize)> {
    let (mut chars, mut bytes) = (0, 0);
    let mut edges = vec![(0, 0)];
    for cluster in text.graphemes(true) {
        chars += u32::try_from(cluster.chars().count()).unwrap_or(u32::MAX);
        bytes += cluster.len();
        edges.push((chars, bytes));
    }
    edges
}

/// Where the terms stand in the text, joined where they touch.
fn matches(folded: &Folded, terms: &[Vec<char>]) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    for term in terms {
        for at in folded.find(term) {
            let spans = &folded.spans[at..at + term.len()];
            if let (Some(first), Some(last)) = (spans.first(), spans.last()) {
                found.push((first.0, last.1));
            }
        }
    }
    found.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (start, end) in found {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use scaiwave_store::search::fold;

    use super::*;

    fn of(text: &str, terms: &[&str]) -> Snippet {
        let terms: Vec<_> = terms.iter().map(|term| fold(term).chars).collect();
        snippet(text, &fold(text), &terms)
    }

    /// The parts that are marked, as a client would take them out.
    fn marked(snippet: &Snippet) -> Vec<String> {
        let chars: Vec<char> = snippet.text.chars().collect();
        let part = |(from, to): &(u32, u32)| chars[*from as usize..*to as usize].iter().collect();
        snippet.highlights.iter().map(part).collect()
    }

    #[test]
    fn matches_are_marked_in_the_text_as_it_was_written() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("Crème brûlée and creme", &["creme"], &["Crème", "creme"]),
            ("Cre\u{300}me", &["creme"], &["Cre\u{300}me"]),
            ("the ﬁne print", &["fi"], &["ﬁ"]),
            ("abcdef", &["abc", "cde"], &["abcde"]),
            ("aaabbb", &["aaa", "bbb"], &["aaabbb"]),
            ("big\n  plan", &["big plan"], &["big\n  plan"]),
            ("明日の会議です", &["会議"], &["会議"]),
            ("we 🎉 now", &["🎉"], &["🎉"]),
            ("אמרתי שָׁלוֹם לכולם", &["שלום"], &["שָׁלוֹם"]),
            ("no match", &[], &[]),
            ("", &["x"], &[]),
        ];
        for (text, terms, expected) in cases {
            let snippet = of(text, terms);
            assert_eq!(snippet.text, *text);
            assert_eq!(marked(&snippet), *expected, "{text}");
        }
    }

    #[test]
    fn a_long_message_is_cut_around_its_first_match() {
        for (before, after, cut_left, cut_right) in [
            (0, 196, false, false),
            (0, 197, false, true),
            (100, 96, false, false),
            (100, 97, true, false),
            (100, 200, true, true),
            (500, 0, true, false),
            (30, 500, false, true),
        ] {
            let text = format!("{}word{}", "-".repeat(before), "-".repeat(after));
            let snippet = of(&text, &["word"]);
            assert_eq!(marked(&snippet), ["word"], "{before} {after}");
            let shown = snippet.text.chars().filter(|c| *c != CUT).count();
            assert_eq!(shown, (before + after + 4).min(200));
            assert_eq!(snippet.text.starts_with(CUT), cut_left, "{before} {after}");
            assert_eq!(snippet.text.ends_with(CUT), cut_right, "{before} {after}");
        }
    }

    #[test]
    fn what_is_seen_as_one_is_not_torn_apart() {
        let family = "👩\u{200d}👩\u{200d}👧";
        let snippet = of(&family.repeat(100), &[]);
        assert_eq!(snippet.text, format!("{}{CUT}", family.repeat(40)));
        let one = format!("a{}", "\u{301}".repeat(500));
        assert_eq!(of(&one, &["a"]).text, CUT.to_string());
    }

    #[test]
    fn a_match_longer_than_the_snippet_ends_with_it() {
        let word = "x".repeat(300);
        assert_eq!(of(&word, &[&word]).highlights, [(0, 200)]);
    }
}
