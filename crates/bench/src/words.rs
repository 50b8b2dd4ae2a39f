//! What the messages say: made-up words, a few common and most of them rare, the same in every run.

const ONSETS: [&str; 16] = [
    "b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v", "w",
];
const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ei", "ea", "ou"];
const CODAS: [&str; 8] = ["", "", "n", "r", "s", "t", "l", "ck"];
/// The language has so many words.
const WORDS: usize = 20_000;

/// A stream of numbers that look random.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1))
    }

    /// From 0 up to 1.
    fn share(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 40) as f64 / (1 << 24) as f64
    }

    /// One of so many.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        ((self.share() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// A word, each as often as its rank says (Zipf's law).
    pub(crate) fn word(&mut self) -> String {
        let rank = (WORDS as f64).powf(self.share()) - 1.0;
        word(rank as usize)
    }

    pub(crate) fn sentence(&mut self, words: usize) -> String {
        let words: Vec<String> = (0..words).map(|_| self.word()).collect();
        words.join(" ")
    }
}

/// The words by how common they are, the most common one first; the common ones are short.
pub(crate) fn word(rank: usize) -> String {
    let mut dice = Dice::new(rank as u64 + 7);
    let syllables = match rank {
        0..100 => 1,
        100..2_000 => 2,
        _ => 3,
    };
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(ONSETS[dice.below(ONSETS.len())]);
        word.push_str(VOWELS[dice.below(VOWELS.len())]);
        word.push_str(CODAS[dice.below(CODAS.len())]);
    }
    word
}
