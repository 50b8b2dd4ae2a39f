//! The hours in which nothing makes a sound, in somebody's own time.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use scaiwave_protocol::Malformed;

const MINUTES_OF_A_DAY: u16 = 24 * 60;

/// From one time of the day to another, every day; over midnight when the second is the earlier one.
#[derive(Clone, Debug, PartialEq)]
pub struct QuietHours {
    from: u16,
    to: u16,
    zone: TimeZone,
    zone_name: String,
}

impl QuietHours {
    /// Reads times such as `22:00` and a name such as `Europe/Berlin`.
    pub fn parse(from: &str, to: &str, time_zone: &str) -> Result<Self, Malformed> {
        let hours = QuietHours::stored(from, to, time_zone)?;
        if hours.zone.is_unknown() {
            return Err(Malformed::new(
                "time_zone must be a name of the time zone database, such as Europe/Berlin",
            ));
        }
        Ok(hours)
    }

    /// The same of what was stored: a zone that has been struck from the database since is that of
    /// Greenwich.
    pub(crate) fn stored(from: &str, to: &str, time_zone: &str) -> Result<Self, Malformed> {
        let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::unknown());
        let hours = QuietHours {
            from: minutes(from)?,
            to: minutes(to)?,
            zone_name: zone.iana_name().unwrap_or(time_zone).to_owned(),
            zone,
        };
        if hours.from == hours.to {
            return Err(Malformed::new(
                "quiet hours must end at another time than they begin",
            ));
        }
        Ok(hours)
    }

    /// When they begin, such as `22:00`.
    pub fn from(&self) -> String {
        clock(self.from)
    }

    /// When they end.
    pub fn to(&self) -> String {
        clock(self.to)
    }

    /// In whose time.
    pub fn time_zone(&self) -> &str {
        &self.zone_name
    }

    /// Whether this moment (ms) is one of them. They begin with their first minute and end before their last.
    pub(crate) fn cover(&self, at_ms: u64) -> bool {
        let at = i64::try_from(at_ms).map(Timestamp::from_millisecond);
        let Ok(Ok(at)) = at else {
            return false;
        };
        let local = self.zone.to_datetime(at);
        let minute =
            u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

fn minutes(text: &str) -> Result<u16, Malformed> {
    let wrong = || Malformed::new("must be a time of the day such as 22:00");
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    if !digits(hours) || !digits(minutes) {
        return Err(wrong());
    }
    let number = |text: &str| text.parse::<u16>().map_err(|_| wrong());
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if minutes >= 60 || hours * 60 + minutes >= MINUTES_OF_A_DAY {
        return Err(wrong());
    }
    Ok(hours * 60 + minutes)
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> u64 {
        let at: Timestamp = text.parse().expect(text);
        u64::try_from(at.as_millisecond()).expect(text)
    }

    #[test]
    fn hours_are_those_of_their_owner() {
        let cases = [
            // Berlin is two hours ahead in summer, one in winter.
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-07-01T19:59:59Z",
                false,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-07-01T20:00:00Z",
                true,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-07-02T04:59:59Z",
                true,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-07-02T05:00:00Z",
                false,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-12-01T20:59:59Z",
                false,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-12-01T21:00:00Z",
                true,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-12-02T05:59:59Z",
                true,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-12-02T06:00:00Z",
                false,
            ),
            // The night in which the clocks go forward has no half past two.
            (
                "02:00",
                "03:00",
                "Europe/Berlin",
                "2026-03-29T00:59:59Z",
                false,
            ),
            (
                "02:00",
                "03:00",
                "Europe/Berlin",
                "2026-03-29T01:00:00Z",
                false,
            ),
            // Hours that begin, or end, at a time that the night does not have begin, or end, when it would have been.
            (
                "02:30",
                "06:00",
                "Europe/Berlin",
                "2026-03-29T00:59:59Z",
                false,
            ),
            (
                "02:30",
                "06:00",
                "Europe/Berlin",
                "2026-03-29T01:00:00Z",
                true,
            ),
            (
                "22:00",
                "02:30",
                "Europe/Berlin",
                "2026-03-29T00:59:59Z",
                true,
            ),
            (
                "22:00",
                "02:30",
                "Europe/Berlin",
                "2026-03-29T01:00:00Z",
                false,
            ),
            // A night over the change is an hour shorter; it ends by the clock of that morning.
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-03-28T21:00:00Z",
                true,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-03-29T04:59:59Z",
                true,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-03-29T05:00:00Z",
                false,
            ),
            // Or an hour longer.
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-10-24T20:00:00Z",
                true,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-10-25T05:59:59Z",
                true,
            ),
            (
                "22:00",
                "07:00",
                "Europe/Berlin",
                "2026-10-25T06:00:00Z",
                false,
            ),
            // By half an hour, at Lord Howe's, and over the end of a day, in Havana.
            (
                "01:30",
                "02:00",
                "Australia/Lord_Howe",
                "2026-04-04T14:45:00Z",
                true,
            ),
            (
                "01:30",
                "02:00",
                "Australia/Lord_Howe",
                "2026-04-04T15:15:00Z",
                true,
            ),
            (
                "23:00",
                "00:30",
                "America/Havana",
                "2026-03-08T04:59:59Z",
                true,
            ),
            (
                "23:00",
                "00:30",
                "America/Havana",
                "2026-03-08T05:00:00Z",
                false,
            ),
            // The second that was inserted, and is the one before or after.
            ("00:00", "00:01", "UTC", "2016-12-31T23:59:60Z", false),
            ("00:00", "00:01", "UTC", "2017-01-01T00:00:00Z", true),
            // The one in which they go back has it twice.
            (
                "02:00",
                "03:00",
                "Europe/Berlin",
                "2026-10-25T00:30:00Z",
                true,
            ),
            (
                "02:00",
                "03:00",
                "Europe/Berlin",
                "2026-10-25T01:30:00Z",
                true,
            ),
            // Within one day, and half an hour off.
            (
                "12:00",
                "13:00",
                "Asia/Kolkata",
                "2026-07-01T06:29:00Z",
                false,
            ),
            (
                "12:00",
                "13:00",
                "Asia/Kolkata",
                "2026-07-01T06:30:00Z",
                true,
            ),
            (
                "12:00",
                "13:00",
                "Asia/Kolkata",
                "2026-07-01T07:30:00Z",
                false,
            ),
            ("00:00", "23:59", "UTC", "2026-07-01T23:58:59Z", true),
            ("00:00", "23:59", "UTC", "2026-07-01T23:59:00Z", false),
        ];
        for (from, to, zone, moment, expected) in cases {
            let hours = QuietHours::parse(from, to, zone).expect(zone);
            assert_eq!(
                hours.cover(at(moment)),
                expected,
                "{from}–{to} {zone} {moment}"
            );
        }
    }

    #[test]
    fn only_times_of_the_day_and_known_zones() {
        for time in [
            "24:00", "7:00", "07:60", "0700", "07:0", "-1:00", "+7:00", "", "07:00:00",
        ] {
            assert!(QuietHours::parse(time, "07:01", "UTC").is_err(), "{time}");
            assert!(QuietHours::parse("07:01", time, "UTC").is_err(), "{time}");
        }
        for zone in [
            "",
            "Berlin",
            "Europe/Atlantis",
            "../../etc/passwd",
            "+02:00",
        ] {
            assert!(QuietHours::parse("22:00", "07:00", zone).is_err(), "{zone}");
        }
        assert!(QuietHours::parse("22:00", "22:00", "UTC").is_err());
        let hours = QuietHours::parse("22:00", "07:05", "europe/berlin").expect("any case");
        assert_eq!(hours.time_zone(), "Europe/Berlin");
        assert_eq!((hours.from(), hours.to()), ("22:00".into(), "07:05".into()));
        // A zone that is not known any more does not keep a tenant from opening.
        assert!(QuietHours::stored("22:00", "07:00", "Europe/Atlantis").is_ok());
    }
}
