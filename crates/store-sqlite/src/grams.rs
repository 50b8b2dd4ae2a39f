//! The pieces by which a message is found.
//!
//! A word is cut at every character into pieces of three; a character of Chinese, Japanese or Korean, or a
//! picture, makes a piece alone and one with its neighbour. So any part of a word is found that has three
//! letters, or one such character. Shorter terms are found where a word begins, so each beginning makes a piece of
//! two, and a word of one character a piece alone. What a piece is must be the same for the writer and for the reader.
//!
//! The index is FTS5 with its simplest tokenizer, which cuts at everything in ASCII that is no letter or
//! digit. Such characters are moved out of its sight, so nothing that somebody types can be its syntax.

use std::collections::BTreeSet;

use scaiwave_protocol::Fqid;
use scaiwave_store::search::{Mark, Searchable, fold, is_dense, is_edge, is_short};

/// A piece: up to three characters, filled up with zeros, which no text keeps.
type Gram = [char; 3];

/// What the index is given for a message, separated by spaces.
pub(crate) fn of_message(room: i64, sender: &Fqid, searchable: &Searchable) -> String {
    let folded = fold(&searchable.text).chars;
    let mut grams = Vec::with_capacity(folded.len());
    for word in words(&folded) {
        for at in 0..word.len() {
            let dense = is_dense(word[at]);
            if dense {
                grams.push([word[at], NONE, NONE]);
            }
            grams.extend(piece(word, at, dense));
            if is_edge(word, at) && !dense {
                grams.extend(beginning(word, at));
                grams.extend(is_edge(word, at + 1).then_some([word[at], NONE, NONE]));
            }
        }
    }
    grams.sort_unstable();
    grams.dedup();
    let mut tokens = String::with_capacity(grams.len() * 5 + 64);
    tokens.push_str(&of_room(room));
    tokens.push(' ');
    push_sender(&mut tokens, sender);
    for mark in &searchable.marks {
        tokens.push(' ');
        tokens.push_str(word_of(*mark));
    }
    for gram in grams {
        tokens.push(' ');
        push_gram(&mut tokens, gram);
    }
    tokens
}

/// The pieces that a message must have, at most `max`, in groups of which each is about one thing: a word, a mark,
/// a sender. No groups when there is nothing to ask for.
pub(crate) fn of_query(
    terms: &[Vec<char>],
    sender: Option<&Fqid>,
    marks: &BTreeSet<Mark>,
    max: usize,
) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = marks
        .iter()
        .map(|mark| vec![word_of(*mark).to_owned()])
        .collect();
    groups.extend(sender.map(|sender| {
        let mut token = String::new();
        push_sender(&mut token, sender);
        vec![token]
    }));
    groups.extend(terms.iter().flat_map(|term| of_term(term)));
    let mut left = max;
    let mut seen = BTreeSet::new();
    for group in &mut groups {
        group.retain(|token| seen.insert(token.clone()));
        group.truncate(left);
        left -= group.len();
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// The pieces of a term, each word's in a group.
fn of_term(term: &[char]) -> Vec<Vec<String>> {
    let count = words(term).count();
    let of_word = |(at, word): (usize, &[char])| -> Vec<String> {
        if !is_short(word) {
            return tokens(pieces_within(word));
        }
        // The first word of several may be the end of a longer one in a message, and the last the beginning of one.
        let begins = at > 0 || count == 1;
        let ends = at + 1 < count || count == 1;
        let whole = [word[0], NONE, NONE];
        let piece = beginning(word, 0).or_else(|| ends.then_some(whole));
        tokens(piece.filter(|_| begins))
    };
    words(term).enumerate().map(of_word).collect()
}

/// The pieces of a word, in order.
fn pieces_within(word: &[char]) -> impl Iterator<Item = Gram> {
    (0..word.len()).filter_map(|at| {
        let dense = is_dense(word[at]);
        let alone = dense.then_some([word[at], NONE, NONE]);
        piece(word, at, dense).or(alone)
    })
}

fn tokens(pieces: impl IntoIterator<Item = Gram>) -> Vec<String> {
    let token = |gram| {
        let mut token = String::new();
        push_gram(&mut token, gram);
        token
    };
    pieces.into_iter().map(token).collect()
}

/// How the index is asked for messages with every one of these pieces in one of the rooms; in any room when none are
/// named. `None` when there is nothing to ask for.
pub(crate) fn question<'t>(
    tokens: impl IntoIterator<Item = &'t str>,
    rooms: &[i64],
) -> Option<String> {
    let tokens = tokens.into_iter();
    let mut asked: Vec<String> = tokens.map(|token| format!("\"{token}\"")).collect();
    if !rooms.is_empty() {
        let rooms: Vec<String> = rooms.iter().map(|room| of_room(*room)).collect();
        asked.push(format!("({})", rooms.join(" OR ")));
    }
    (!asked.is_empty()).then(|| asked.join(" AND "))
}

const NONE: char = '\0';

fn words(folded: &[char]) -> impl Iterator<Item = &[char]> {
    folded.split(|c| *c == ' ').filter(|word| !word.is_empty())
}

/// The piece that begins here, if the word is long enough.
fn piece(word: &[char], at: usize, dense: bool) -> Option<Gram> {
    match (dense, &word[at..]) {
        (true, [a, b, ..]) => Some([*a, *b, NONE]),
        (false, [a, b, c, ..]) => Some([*a, *b, *c]),
        _ => None,
    }
}

/// The piece of two with which a word begins here, if it has two characters that are not dense.
fn beginning(word: &[char], at: usize) -> Option<Gram> {
    match &word[at..] {
        [a, b, ..] if !is_dense(*a) && !is_dense(*b) => Some([*a, *b, NONE]),
        _ => None,
    }
}

fn push_gram(token: &mut String, gram: Gram) {
    token.extend(gram.into_iter().filter(|c| *c != NONE).map(out_of_sight));
}

/// Longer than any piece.
pub(crate) fn of_room(room: i64) -> String {
    format!("room{room}")
}

/// A name is longer than any piece, and its `@` is no letter, so it cannot be taken for a mark.
fn push_sender(token: &mut String, sender: &Fqid) {
    token.extend(sender.as_str().chars().map(out_of_sight));
}

/// Longer than any piece.
fn word_of(mark: Mark) -> &'static str {
    match mark {
        Mark::Link => "link",
        Mark::Mention => "mention",
        Mark::Reply => "reply",
        Mark::File => "file",
    }
}

/// ASCII that is no letter or digit goes to the private characters from U+E000 on.
fn out_of_sight(c: char) -> char {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        char::from_u32(0xe000 + u32::from(c)).unwrap_or(c)
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(terms: &[&str], max: usize, rooms: &[i64]) -> Option<String> {
        let terms: Vec<_> = terms.iter().map(|term| fold(term).chars).collect();
        let groups = of_query(&terms, None, &BTreeSet::new(), max);
        question(groups.iter().flatten().map(String::as_str), rooms)
    }

    #[test]
    fn a_query_is_pieces_in_quotes() {
        let cases = [
            ("", None),
            ("ab", Some(r#""ab""#)),
            ("a", Some(r#""a""#)),
            ("ab cd", Some(r#""cd""#)),
            ("ab c d", Some(r#""c""#)),
            ("ab c", None),
            ("ab c def", Some(r#""c" AND "def""#)),
            ("abc", Some(r#""abc""#)),
            ("Abcd", Some(r#""abc" AND "bcd""#)),
            ("会", Some(r#""会""#)),
            ("会议", Some(r#""会议" AND "议""#)),
            ("a会", Some(r#""会""#)),
            ("🎉", Some(r#""🎉""#)),
            (r#"a"*"#, Some("\"a\u{e022}\u{e02a}\"")),
        ];
        for (term, expected) in cases {
            assert_eq!(asked(&[term], 9, &[]).as_deref(), expected, "{term}");
        }
    }

    #[test]
    fn each_word_is_a_group_and_a_piece_stands_in_one() {
        let terms = ["abcd ef", "bcde"].map(|term| fold(term).chars);
        let marks = BTreeSet::from([Mark::Link, Mark::File]);
        let groups = of_query(&terms, None, &marks, 9);
        let expected = [&["link"][..], &["file"], &["abc", "bcd"], &["ef"], &["cde"]];
        assert_eq!(groups, expected.map(<[&str]>::to_vec));
    }

    #[test]
    fn rooms_are_named_beside_the_pieces() {
        let one = r#""abc" AND (room7)"#;
        assert_eq!(asked(&["abc"], 9, &[7]).as_deref(), Some(one));
        let two = "(room7 OR room12)";
        assert_eq!(asked(&[], 9, &[7, 12]).as_deref(), Some(two));
    }

    #[test]
    fn every_piece_of_a_query_is_one_of_the_message() {
        let sender = Fqid::parse("@bob:globex.example").expect("a name");
        let text = "Die Straße nach 東京タワー, a会 c++ a b cd \"x\"* to be (or) 4 🎉👩\u{200d}💻";
        let marks = BTreeSet::from([Mark::Link]);
        let searchable = Searchable {
            text: text.to_owned(),
            marks: marks.clone(),
        };
        let message = of_message(12, &sender, &searchable);
        let tokens: BTreeSet<&str> = message.split(' ').collect();
        assert!(tokens.contains("room12"));
        let folded = fold(text);
        for from in 0..folded.chars.len() {
            for to in from + 1..=folded.chars.len() {
                let term: Vec<char> = folded.chars[from..to].to_vec();
                // A space at an end is none of a term's; and short ones are not found within words.
                let term = fold(&term.iter().collect::<String>()).chars;
                if folded.find(&term).next().is_none() {
                    continue;
                }
                let groups = of_query(&[term], Some(&sender), &marks, 99);
                assert!(groups.len() >= 2, "{from}–{to}");
                for token in groups.iter().flatten() {
                    assert!(tokens.contains(token.as_str()), "{token} of {from}–{to}");
                }
            }
        }
    }

    #[test]
    fn a_query_has_a_most_of_pieces() {
        for (length, pieces) in [(10, 8), (11, 9), (12, 9)] {
            let term: String = ('a'..).take(length).collect();
            let asked = asked(&[&term], 9, &[]).expect("pieces");
            assert_eq!(asked.split(" AND ").count(), pieces);
        }
        let asked = asked(&["abcdefgh", "ijklmnop"], 9, &[]).expect("pieces");
        assert_eq!(asked.split(" AND ").count(), 9);
    }
}
