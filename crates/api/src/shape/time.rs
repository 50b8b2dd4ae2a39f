//! Times: ISO 8601 in UTC with milliseconds.

use std::fmt;

use scaiwave_engine::calendar::{DAY_MS, civil, day_of};
use scaiwave_protocol::Malformed;
use serde::{Serialize, Serializer};

/// 0000-01-01T00:00:00.000Z
const EARLIEST_MS: i64 = -62_167_219_200_000;
/// 9999-12-31T23:59:59.999Z
const LATEST_MS: i64 = 253_402_300_799_999;

/// A moment, ms since the Unix epoch, written as `2026-11-22T13:43:32.000Z`.
///
/// Other servers' clocks may say anything: what lies outside the years 0–9999 is shown at their edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Time(i64);

impl From<u64> for Time {
    fn from(ms: u64) -> Self {
        Time(i64::try_from(ms).unwrap_or(LATEST_MS))
    }
}

impl From<i64> for Time {
    fn from(ms: i64) -> Self {
        Time(ms)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.clamp(EARLIEST_MS, LATEST_MS);
        let (year, month, day) = civil(ms.div_euclid(DAY_MS));
        let ms = ms.rem_euclid(DAY_MS);
        let (hours, minutes) = (ms / 3_600_000, ms / 60_000 % 60);
        let (seconds, ms) = (ms / 1000 % 60, ms % 1000);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{ms:03}Z"
        )
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a moment as it is written here; the milliseconds may be left out.
pub(crate) fn parse(text: &str) -> Result<u64, Malformed> {
    let wrong = || Malformed::new("must be a time such as 2026-11-22T13:43:32.000Z");
    let number = |range: std::ops::Range<usize>| {
        let digits = text
            .get(range)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        digits
            .and_then(|digits| digits.parse::<i64>().ok())
            .ok_or_else(wrong)
    };
    let ms = match text.len() {
        20 => 0,
        24 => number(20..23)?,
        _ => return Err(wrong()),
    };
    let day = day_of(number(0..4)?, number(5..7)?, number(8..10)?);
    let of_day = (number(11..13)? * 60 + number(14..16)?) * 60 + number(17..19)?;
    let ms = day * DAY_MS + of_day * 1000 + ms;
    // Writing it again finds every wrong separator and every day that no calendar has.
    let written = Time(ms).to_string();
    if written[..19] == text[..19] && text.ends_with('Z') && (text.len() == 20 || written == text) {
        return u64::try_from(ms).map_err(|_| wrong());
    }
    Err(wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read() {
        let cases = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_355_012_007, "2026-11-22T13:43:32.007Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (LATEST_MS, "9999-12-31T23:59:59.999Z"),
        ];
        for (ms, text) in cases {
            assert_eq!(Time(ms).to_string(), text);
            assert_eq!(parse(text).expect(text), ms.unsigned_abs());
        }
        assert_eq!(
            parse("2026-11-22T13:43:32Z").expect("without ms"),
            1_795_355_012_000
        );
    }

    #[test]
    fn strange_clocks_stay_readable() {
        assert_eq!(Time(-1).to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Time(i64::MIN).to_string(), "0000-01-01T00:00:00.000Z");
        assert_eq!(Time(i64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Time::from(u64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let cases = [
            "",
            "now",
            "2026-11-22",
            "2026-11-22T13:43:32",
            "2026-11-22T13:43:32+01",
            "2026-11-22 13:43:32Z",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T13:43:32.000+",
            "2026-11-22T13:43:32,000Z",
            "1969-12-31T23:59:59Z",
            "+026-11-22T13:43:32Z",
            "2026-11-22T13:43:3éZ",
        ];
        for text in cases {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
