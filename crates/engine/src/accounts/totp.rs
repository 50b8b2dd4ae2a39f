//! Codes that an app shows (RFC 6238: SHA-1, 6 digits, 30 s, which is what the apps know), and codes for
//! whoever has lost it.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use scaiwave_store::record::TotpRow;
use sha1::Sha1;

use super::tokens;
use crate::World;

/// A code is shown for so long.
const STEP_MS: u64 = 30_000;
/// Codes before and after the one of this moment that are taken: clocks differ, and people type slowly
/// (RFC 6238 section 5.2).
const SKEW_STEPS: u64 = 1;
/// Recovery codes of one person.
const RECOVERY_CODES: usize = 10;
/// Random bytes of a recovery code: 80 bits, so that a plain hash keeps it.
const RECOVERY_BYTES: usize = 10;

/// What a code was good for.
pub(super) fn accept(row: &TotpRow, code: &str, now_ms: u64) -> Option<TotpRow> {
    let code: String = code.chars().filter(|c| *c != ' ' && *c != '-').collect();
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        let step = step_of(row, code.parse().ok()?, now_ms)?;
        return Some(TotpRow {
            last_step: step,
            ..row.clone()
        });
    }
    let hash = tokens::hash(&code.to_ascii_uppercase());
    let at = row.recovery.iter().position(|known| *known == hash)?;
    let mut left = row.clone();
    left.recovery.remove(at);
    Some(left)
}

/// The step of a code that is shown about now and was not used: one that somebody looked at over a
/// shoulder is worth nothing (RFC 6238 section 5.2).
fn step_of(row: &TotpRow, code: u32, now_ms: u64) -> Option<u64> {
    let now = now_ms / STEP_MS;
    let near = now.saturating_sub(SKEW_STEPS)..=now + SKEW_STEPS;
    near.filter(|step| *step > row.last_step)
        .find(|step| code_at(&row.secret, *step) == Some(code))
}

/// RFC 4226 section 5.3 over the number of the step.
fn code_at(secret: &[u8; 20], step: u64) -> Option<u32> {
    // A key of any length is taken.
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest.last()? & 15);
    let four = digest.get(at..at + 4)?.first_chunk::<4>()?;
    Some((u32::from_be_bytes(*four) & 0x7fff_ffff) % 1_000_000)
}

/// Ten fresh recovery codes and their hashes.
pub(super) fn recovery_codes(world: &World) -> (Vec<String>, Vec<[u8; 32]>) {
    let made = (0..RECOVERY_CODES).map(|_| {
        let code = base32(&world.random::<RECOVERY_BYTES>());
        let hash = tokens::hash(&code);
        let shown: Vec<&str> = (0..4).filter_map(|n| code.get(4 * n..4 * n + 4)).collect();
        (shown.join("-"), hash)
    });
    made.unzip()
}

/// As the apps want it (RFC 4648, without padding).
pub(super) fn base32(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::LocalId;

    use super::*;

    fn row(last_step: u64) -> TotpRow {
        TotpRow {
            local_id: LocalId::parse("ann").expect("an id"),
            secret: *b"12345678901234567890",
            confirmed: true,
            last_step,
            recovery: vec![tokens::hash("AAAABBBBCCCCDDDD")],
        }
    }

    // RFC 6238, appendix B, the last six digits.
    #[test]
    fn the_standard_s_own_codes() {
        let cases = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (second, code) in cases {
            let accepted = accept(&row(0), code, second * 1000).expect(code);
            assert_eq!(accepted.last_step, second / 30, "{code}");
        }
    }

    // The code of step 37037036 (1,111,111,080 to 1,111,111,110) is good for a step on both sides, and once.
    #[test]
    fn one_step_of_skew_and_no_replay() {
        let (start, step) = (1_111_111_080_000, 37_037_036);
        let code = "081804";
        let good = |row: &TotpRow, now| accept(row, code, now).is_some();
        for (now, expected) in [
            (start - STEP_MS - 1, false),
            (start - STEP_MS, true),
            (start + 2 * STEP_MS - 1, true),
            (start + 2 * STEP_MS, false),
        ] {
            assert_eq!(good(&row(0), now), expected, "{now}");
        }
        assert!(good(&row(step - 1), start));
        assert!(!good(&row(step), start), "it was used");
        assert!(!good(&row(step + 1), start), "a newer one was used");
    }

    #[test]
    fn a_recovery_code_works_once_however_it_is_typed() {
        for typed in [
            "AAAA-BBBB-CCCC-DDDD",
            "aaaabbbbccccdddd",
            " aaaa bbbb-ccccdddd ",
        ] {
            let left = accept(&row(5), typed, 0).expect(typed);
            assert_eq!((left.recovery.len(), left.last_step), (0, 5));
            assert!(accept(&left, typed, 0).is_none());
        }
        for typed in [
            "",
            "AAAA",
            "AAAA-BBBB-CCCC-DDDE",
            "12345",
            "1234567",
            "१२३४५६",
        ] {
            assert!(accept(&row(5), typed, 0).is_none(), "{typed}");
        }
    }
}
