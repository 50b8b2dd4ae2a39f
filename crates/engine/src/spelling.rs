//! What a name may be spelt with. Names stand in lists beside others, where one that turns the line around
//! or cannot be seen passes for another.

use crate::{ClientCode, Outcome};

/// Refuses a name with characters that act on what stands around them, or that nobody sees. Joiners stay:
/// Persian, the scripts of India and many emoji are written with them.
pub(crate) fn check(field: &'static str, name: &str) -> Outcome<()> {
    if !name.chars().any(is_deceptive) {
        return Ok(());
    }
    let sentence = "a name has no control characters and none that are invisible";
    Err(ClientCode::BadRequest.because(sentence).at(field))
}

fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // A space of no width, a byte-order mark.
            '\u{200B}' | '\u{FEFF}'
            // Line and paragraph separators; embeddings and overrides of direction (UAX #9).
            | '\u{2028}'..='\u{202E}'
            // Word joiners, invisible operators, isolates, deprecated format characters.
            | '\u{2060}'..='\u{206F}'
            // Tags.
            | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen_as_they_are() {
        let cases = [
            ("Alice", true),
            ("Zoë O'Brien-李", true),
            ("می\u{200C}خواهم", true),
            ("👨\u{200D}👩\u{200D}👧", true),
            ("", true),
            ("ali\nce", false),
            ("ali\u{0}ce", false),
            ("ali\u{85}ce", false),
            ("\u{202E}ecila", false),
            ("\u{2066}alice\u{2069}", false),
            ("ali\u{200B}ce", false),
            ("ali\u{FEFF}ce", false),
            ("alice\u{E0041}", false),
        ];
        for (name, good) in cases {
            assert_eq!(check("name", name).is_ok(), good, "{name:?}");
        }
    }
}
