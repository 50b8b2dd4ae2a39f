//! Words that somebody wants to hear of wherever they are said.

use std::collections::{HashMap, HashSet};

use scaiwave_protocol::Malformed;
use unicode_segmentation::UnicodeSegmentation as _;

/// Keywords of one participant: names, projects, places.
pub const KEYWORDS_MAX: usize = 50;
/// Characters of a keyword.
pub const KEYWORD_CHARS_MAX: usize = 64;

/// A word, or some in a row, as its owner spells it. Found in whatever case, and only where it stands as
/// a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keyword {
    spelt: String,
    folded: String,
    first_word: String,
}

impl Keyword {
    /// Reads a keyword; the spaces around it are no part of it.
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        let spelt = text.trim();
        if !(1..=KEYWORD_CHARS_MAX).contains(&spelt.chars().count()) {
            return Err(Malformed::new("a keyword must have 1–64 characters"));
        }
        if spelt.chars().any(char::is_control) {
            return Err(Malformed::new("a keyword has no control characters"));
        }
        let folded = spelt.to_lowercase();
        let first = folded.split_word_bounds().next().unwrap_or_default();
        Ok(Keyword {
            spelt: spelt.to_owned(),
            first_word: first.to_owned(),
            folded,
        })
    }

    /// Reads a list; what differs in nothing but its case is there once.
    pub(crate) fn list<'t>(
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<Vec<Self>, Malformed> {
        let mut keywords: Vec<Keyword> = Vec::new();
        for text in texts {
            if keywords.len() >= KEYWORDS_MAX {
                return Err(Malformed::new("there are at most 50 keywords"));
            }
            let keyword = Keyword::parse(text)?;
            if keywords.iter().all(|known| known.folded != keyword.folded) {
                keywords.push(keyword);
            }
        }
        Ok(keywords)
    }

    /// As its owner spells it.
    pub(crate) fn as_str(&self) -> &str {
        &self.spelt
    }
}

/// A message, taken apart once for everybody's keywords.
#[derive(Debug)]
pub(crate) struct Text {
    folded: String,
    /// Where words begin, by word.
    words: HashMap<String, Vec<usize>>,
    /// Where words end.
    ends: HashSet<usize>,
}

impl Text {
    pub(crate) fn of(text: &str) -> Self {
        let folded = text.to_lowercase();
        let mut words: HashMap<String, Vec<usize>> = HashMap::new();
        let mut ends = HashSet::new();
        for (at, word) in folded.split_word_bound_indices() {
            match words.get_mut(word) {
                Some(places) => places.push(at),
                None => drop(words.insert(word.to_owned(), vec![at])),
            }
            ends.insert(at + word.len());
        }
        Text {
            folded,
            words,
            ends,
        }
    }

    pub(crate) fn has(&self, keyword: &Keyword) -> bool {
        let places = self.words.get(&keyword.first_word).into_iter().flatten();
        places.copied().any(|at| {
            let rest = self.folded.get(at..).unwrap_or_default();
            rest.starts_with(&keyword.folded) && self.ends.contains(&(at + keyword.folded.len()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_found_where_it_stands_as_a_word() {
        let cases = [
            ("tea", "Tea, anyone?", true),
            ("Tea", "green tea", true),
            ("tea", "a team of two", false),
            ("tea", "steam", false),
            ("release train", "the Release Train leaves", true),
            ("release train", "the release trains", false),
            ("release train", "release the train", false),
            ("c++", "who speaks C++?", true),
            ("#4711", "see #4711.", true),
            ("#4711", "see #47112", false),
            ("über", "ÜBER uns", true),
            ("会議", "明日の会議です", true),
            ("a b", "a a b", true),
            ("tea", "", false),
        ];
        for (keyword, text, expected) in cases {
            let keyword = Keyword::parse(keyword).expect("a keyword");
            assert_eq!(
                Text::of(text).has(&keyword),
                expected,
                "{keyword:?}: {text}"
            );
        }
    }

    #[test]
    fn keywords_have_limits() {
        assert!(Keyword::parse("  ").is_err());
        assert!(Keyword::parse("a\nb").is_err());
        assert!(Keyword::parse(&"ä".repeat(KEYWORD_CHARS_MAX)).is_ok());
        assert!(Keyword::parse(&"ä".repeat(KEYWORD_CHARS_MAX + 1)).is_err());
        let words: Vec<String> = (0..=KEYWORDS_MAX).map(|n| format!("w{n}")).collect();
        let list = |count: usize| Keyword::list(words[..count].iter().map(String::as_str));
        assert_eq!(list(KEYWORDS_MAX).expect("as many").len(), KEYWORDS_MAX);
        assert!(list(KEYWORDS_MAX + 1).is_err());
        let twice = Keyword::list([" Tea", "tea", "tee"]).expect("a list");
        let spelt: Vec<&str> = twice.iter().map(Keyword::as_str).collect();
        assert_eq!(spelt, ["Tea", "tee"]);
    }
}
