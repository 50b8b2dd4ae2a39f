//! What the messages say: made-up words, some common and most of them rare, the same in every run.

const SYLLABLES: [&str; 16] = [
    "ka", "lo", "min", "ter", "su", "re", "ga", "ton", "vi", "en", "shi", "po", "ur", "da", "ne",
    "q",
];
/// The language has so many words.
const WORDS: usize = 4_096;

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

    /// A word; the square makes some common.
    pub(crate) fn word(&mut self) -> String {
        let share = self.share();
        word((share * share * WORDS as f64) as usize)
    }

    pub(crate) fn sentence(&mut self, words: usize) -> String {
        let words: Vec<String> = (0..words).map(|_| self.word()).collect();
        words.join(" ")
    }
}

/// The words by how common they are, the most common one first.
pub(crate) fn word(rank: usize) -> String {
    [rank & 15, (rank >> 4) & 15, (rank >> 8) & 15]
        .map(|digit| SYLLABLES[digit])
        .concat()
}
