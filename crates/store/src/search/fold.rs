use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A text as it is compared: compatibility forms, case, accents and invisible characters are evened out,
/// white space is one space. Each character knows where in the text it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// What is compared.
    pub chars: Vec<char>,
    /// For each of them the characters of the text that it stands for: from, and up to but without.
    pub spans: Vec<(u32, u32)>,
}

impl Folded {
    /// Where a folded term stands, one occurrence after the other; they do not overlap. A [short](is_short) one is
    /// found where a word begins, one of a single character where it is the whole word.
    pub fn find<'a>(&'a self, term: &'a [char]) -> impl Iterator<Item = usize> + 'a {
        let short = is_short(term);
        let mut from = 0;
        std::iter::from_fn(move || {
            let rest = self.chars.get(from..).filter(|_| !term.is_empty())?;
            let mut windows = rest.windows(term.len()).zip(from..);
            let stands = |(part, at): &(&[char], usize)| {
                *part == term && (!short || self.is_found_short(*at, term.len()))
            };
            let (_, at) = windows.find(stands)?;
            from = at + term.len();
            Some(at)
        })
    }

    fn is_found_short(&self, at: usize, length: usize) -> bool {
        is_edge(&self.chars, at) && (length > 1 || is_edge(&self.chars, at + length))
    }

    fn push(&mut self, c: char, from: u32, to: u32) {
        let c = match c {
            'ς' => 'σ',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if c == ' ' && matches!(self.chars.last(), None | Some(' ')) {
            return;
        }
        self.chars.push(c);
        self.spans.push((from, to));
    }

    /// A character with the marks that belong to it, from one place of the text to another.
    fn push_cluster(&mut self, cluster: &str, from: u32, to: u32) {
        if let [byte] = cluster.as_bytes() {
            self.push(char::from(byte.to_ascii_lowercase()), from, to);
            return;
        }
        let even = cluster.nfkd().flat_map(char::to_lowercase);
        for c in even.filter(|c| !is_left_out(*c)).nfc() {
            self.push(c, from, to);
        }
    }
}

/// Folds a text.
pub fn fold(text: &str) -> Folded {
    let mut folded = Folded {
        chars: Vec::with_capacity(text.len()),
        spans: Vec::with_capacity(text.len()),
    };
    let (mut from, mut from_byte, mut at) = (0, 0, 0);
    for (byte, c) in text.char_indices() {
        if at > from && !belongs_to_the_one_before(c) {
            folded.push_cluster(&text[from_byte..byte], from, at);
            (from, from_byte) = (at, byte);
        }
        at += 1;
    }
    folded.push_cluster(&text[from_byte..], from, at);
    if folded.chars.last() == Some(&' ') {
        folded.chars.pop();
        folded.spans.pop();
    }
    folded
}

/// Characters that mean so much alone that two of them make a word: Chinese, Japanese, Korean, and pictures.
pub fn is_dense(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{10000}'..)
}

/// The longest term that is a part of so many words that it is found at their beginnings only.
const SHORT_TERM_CHARS_MAX: usize = 2;

/// One or two characters that mean little alone. `pr` is looked for as a word or its beginning: as a part of `April`
/// and `improve` it would be found everywhere, and nothing with it.
pub fn is_short(term: &[char]) -> bool {
    term.len() <= SHORT_TERM_CHARS_MAX && !term.iter().copied().any(is_dense)
}

/// Whether a word begins or ends before this character: not between two letters or digits.
pub fn is_edge(chars: &[char], at: usize) -> bool {
    let of_a_word = |c: &char| c.is_alphanumeric() && !is_dense(*c);
    let before = at.checked_sub(1).and_then(|before| chars.get(before));
    !(before.is_some_and(of_a_word) && chars.get(at).is_some_and(of_a_word))
}

/// Marks on a letter, also those of narrow Japanese, and the later parts of a Korean syllable that is written
/// in parts.
fn belongs_to_the_one_before(c: char) -> bool {
    !c.is_ascii()
        && (is_combining_mark(c) || matches!(c, '\u{1160}'..='\u{11ff}' | '\u{ff9e}'..='\u{ff9f}'))
}

/// What people leave out when they look for something: accents of Latin, Greek and Cyrillic, points of
/// Hebrew and Arabic, and what cannot be seen. Marks of other scripts are letters of their own.
fn is_left_out(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        fold(text).chars.into_iter().collect()
    }

    #[test]
    fn equal_looking_texts_are_equal() {
        let cases = [
            ("", ""),
            ("  Hello,\n\tWORLD ", "hello, world"),
            ("Crème Brûlée", "creme brulee"),
            ("Cre\u{300}me", "creme"),
            ("ＡＢＣ１２", "abc12"),
            ("ﬁne", "fine"),
            ("İstanbul", "istanbul"),
            ("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"),
            ("Ёлка", "елка"),
            ("が", "が"),
            ("か\u{3099}", "が"),
            ("ｶﾞ", "ガ"),
            ("\u{1112}\u{1161}\u{11ab}글", "한글"),
            ("שָׁלוֹם", "שלום"),
            ("مَرْحَبًا", "مرحبا"),
            ("\u{2067}abc\u{2069}", "abc"),
            ("❤\u{fe0f}", "❤"),
            ("कि", "कि"),
            ("a\u{a0}\u{2003}b", "a b"),
            ("\u{0}x", "\u{0}x"),
        ];
        for (text, expected) in cases {
            assert_eq!(folded(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_character_knows_where_it_comes_from() {
        let folded = fold("e\u{301}ﬁ  x");
        assert_eq!(folded.chars, ['e', 'f', 'i', ' ', 'x']);
        assert_eq!(folded.spans, [(0, 2), (2, 3), (2, 3), (3, 4), (5, 6)]);
    }

    #[test]
    fn terms_are_found_one_after_the_other() {
        let term = |text: &str| fold(text).chars;
        let at = |text: &str, needle: &str| fold(text).find(&term(needle)).collect::<Vec<_>>();
        assert_eq!(at("banana", "ana"), [1]);
        assert_eq!(at("aaaaaa", "aaa"), [0, 3]);
        assert_eq!(at("abc", ""), [0; 0]);
        assert_eq!(at("ab", "abc"), [0; 0]);
    }

    #[test]
    fn short_terms_are_words_or_their_beginnings() {
        let cases: [(&str, &str, &[usize]); 14] = [
            ("april pr, (pr) prove", "pr", &[6, 11, 15]),
            ("spr", "pr", &[]),
            ("pr2 2pr", "pr", &[0]),
            ("plan b: beta, c++ and c", "b", &[5]),
            ("plan b: beta, c++ and c", "c", &[14, 22]),
            ("c++", "++", &[1]),
            ("it costs $5", "$5", &[9]),
            ("it costs $50", "5", &[]),
            ("東京pr会", "pr", &[2]),
            ("会議室", "議", &[1]),
            ("会議室", "議室", &[1]),
            ("a会a", "a会", &[0]),
            ("👩\u{200d}💻", "💻", &[1]),
            ("été", "te", &[]),
        ];
        for (text, term, expected) in cases {
            let term = fold(term).chars;
            let found: Vec<_> = fold(text).find(&term).collect();
            assert_eq!(found, expected, "{term:?} in {text}");
        }
    }

    #[test]
    fn a_short_term_has_at_most_two_characters() {
        for (term, expected) in [
            ("a", true),
            ("ab", true),
            ("abc", false),
            ("会", false),
            ("a会", false),
        ] {
            assert_eq!(is_short(&fold(term).chars), expected, "{term}");
        }
    }
}
