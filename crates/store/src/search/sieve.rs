use memchr::memmem::Finder;

/// Sorts out messages that cannot have what is looked for, by their bytes, so that only others need be read: a
/// fiftieth of what reading one costs.
#[derive(Debug)]
pub struct Sieve {
    /// The parts of all terms between spaces, as long as they are ASCII.
    parts: Vec<Finder<'static>>,
    /// Whether a term has characters that no text of ASCII has.
    beyond_ascii: bool,
    lower: Vec<u8>,
}

impl Sieve {
    /// For these terms, folded.
    pub fn of(terms: &[Vec<char>]) -> Self {
        let (mut parts, mut beyond_ascii) = (Vec::new(), false);
        for part in terms.iter().flat_map(|term| term.split(|c| *c == ' ')) {
            let text: String = part.iter().collect();
            if text.is_ascii() {
                parts.push(Finder::new(&text).into_owned());
            } else {
                beyond_ascii = true;
            }
        }
        Sieve {
            parts,
            beyond_ascii,
            lower: Vec::new(),
        }
    }

    /// Whether a message with this JSON (of the event, or of what was made of its content) may hold all the terms.
    /// False is certain. Of ASCII without escapes the JSON has a text as it is, and folding only makes it small and
    /// its white space even; about anything else nothing is said.
    pub fn lets_through(&mut self, json: &[u8]) -> bool {
        if !json.is_ascii() || json.contains(&b'\\') {
            return true;
        }
        if self.beyond_ascii {
            return false;
        }
        self.lower.clear();
        self.lower.extend_from_slice(json);
        self.lower.make_ascii_lowercase();
        // A part that stands in an escape is none of these: `"` and `\\` are written with one.
        self.parts
            .iter()
            .all(|part| part.find(&self.lower).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{fold, searchable};
    use super::*;

    fn lets_through(terms: &[&str], json: &str) -> bool {
        let terms: Vec<_> = terms.iter().map(|term| fold(term).chars).collect();
        Sieve::of(&terms).lets_through(json.as_bytes())
    }

    #[test]
    fn what_cannot_match_is_sorted_out() {
        let json = r#"{"content":{"body":"Hello  World","msgtype":"swp.text"}}"#;
        for (terms, through) in [
            (&["hello"][..], true),
            (&["WORLD", "ell"], true),
            (&["hello world"], true),
            (&["hello", "moon"], false),
            (&["hello moon"], false),
            (&["h\u{e9}llo"], true),
            (&["会"], false),
            (&[], true),
        ] {
            assert_eq!(lets_through(terms, json), through, "{terms:?}");
        }
    }

    /// Whatever a message holds: what matches goes through.
    #[test]
    fn no_match_is_sorted_out() {
        let texts = [
            "Crème brûlée",
            "a \"quoted\" word",
            "back\\slash",
            "two\nlines",
            "ＦＵＬＬ width",
            "会议 in English",
            "tab\there",
            "plain",
            "\u{212a}elvin",
        ];
        for text in texts {
            let escaped = text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
                .replace('\t', "\\t");
            let json = format!(r#"{{"body":"{escaped}","msgtype":"swp.text"}}"#);
            let found = searchable(b"", Some(json.as_bytes())).expect("a message");
            let folded = fold(&found.text).chars;
            for from in 0..folded.len() {
                for to in from + 1..=folded.len() {
                    let mut sieve = Sieve::of(&[folded[from..to].to_vec()]);
                    assert!(sieve.lets_through(json.as_bytes()), "{text} {from}–{to}");
                }
            }
        }
    }
}
