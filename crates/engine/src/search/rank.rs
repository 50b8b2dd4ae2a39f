use scaiwave_store::search::{Folded, is_edge};

/// How well a message answers: of each word whether it stands there whole, begins a word, or is a part of
/// one, and then how often, up to four times. It depends on this message and the query alone, so it stays
/// the same while people page, and says nothing about rooms that they are not in.
pub(super) fn score(folded: &Folded, terms: &[Vec<char>]) -> u32 {
    let of_term = |term: &Vec<char>| {
        let (mut best, mut count) = (0, 0);
        for at in folded.find(term) {
            best = best.max(fit(folded, at, term.len()));
            count += 1;
        }
        4 * best + count.min(4)
    };
    terms.iter().map(of_term).sum()
}

/// 3 for whole words, 2 for the beginning of one, 1 for the inside.
fn fit(folded: &Folded, at: usize, length: usize) -> u32 {
    let begins = is_edge(&folded.chars, at);
    let ends = is_edge(&folded.chars, at + length);
    match (begins, ends) {
        (true, true) => 3,
        (true, false) => 2,
        (false, _) => 1,
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_store::search::fold;

    use super::*;

    #[test]
    fn whole_words_come_before_their_parts() {
        let of = |text: &str, terms: &[&str]| {
            let terms: Vec<_> = terms.iter().map(|term| fold(term).chars).collect();
            score(&fold(text), &terms)
        };
        // From best to worst.
        let texts = [
            ("art, art and art", 15),
            ("an art", 13),
            ("(art)", 13),
            ("artists", 9),
            ("parts and carts", 6),
            ("party", 5),
        ];
        for (text, expected) in texts {
            assert_eq!(of(text, &["art"]), expected, "{text}");
        }
        assert_eq!(of(&"art ".repeat(9), &["art"]), 16);
        assert_eq!(of("明日の会議です", &["会議"]), 13);
        assert_eq!(of("an art party", &["art", "party"]), 14 + 13);
        assert_eq!(of("anything", &[]), 0);
    }
}
