use scaiwave_protocol::{Hash, PublicKey};

/// A key's fingerprint as pronounceable words: 16-bit proquints (Wilkerson, 2009) of the first 16
/// bytes of its SHA-256, so that two admins can compare it over the telephone.
pub fn fingerprint_words(key: &PublicKey) -> String {
    let hash = Hash::of(&[key.as_bytes()]).0;
    let words: Vec<String> = hash[..16]
        .chunks(2)
        .map(|pair| proquint(pair[0], pair[1]))
        .collect();
    words.join("-")
}

fn proquint(high: u8, low: u8) -> String {
    const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
    const VOWELS: &[u8; 4] = b"aiou";
    let bits = u16::from_be_bytes([high, low]);
    let consonant = |shift: u16| char::from(CONSONANTS[usize::from(bits >> shift & 15)]);
    let vowel = |shift: u16| char::from(VOWELS[usize::from(bits >> shift & 3)]);
    [
        consonant(12),
        vowel(10),
        consonant(6),
        vowel(4),
        consonant(0),
    ]
    .iter()
    .collect()
}
