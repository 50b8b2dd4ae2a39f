//! When a certificate is due, and how long to wait after a failure.

use std::time::Duration;

use anyhow::Context as _;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Below this a certificate is short-lived: those of six days are renewed after half of their life, because
/// a third would leave little time to mend what is broken.
const SHORT_LIFE_MS: u64 = 10 * 24 * 3_600_000;

/// The wait after the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(120);
/// Where doubling ends. Let's Encrypt stops listening after 5 failures within an hour for one name; so there
/// are 5 within the first hour, and one in each hour after it.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// From when to when a certificate is good, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Life {
    pub(super) from: u64,
    pub(super) until: u64,
}

impl Life {
    /// As it stands in the certificate (RFC 5280, section 4.1.2.5).
    pub(super) fn of(der: &[u8]) -> anyhow::Result<Self> {
        let (_, certificate) =
            X509Certificate::from_der(der).context("the certificate cannot be read")?;
        let validity = certificate.validity();
        // What is before 1970 is long over.
        let ms = |seconds: i64| u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000);
        Ok(Self {
            from: ms(validity.not_before.timestamp()),
            until: ms(validity.not_after.timestamp()),
        })
    }

    /// Is it time for a new one, `now` in milliseconds since 1970? When a third of its life is left, or
    /// half of a short one.
    pub(super) fn is_due(self, now: u64) -> bool {
        let whole = self.until.saturating_sub(self.from);
        let enough = if whole < SHORT_LIFE_MS {
            whole / 2
        } else {
            whole / 3
        };
        self.until.saturating_sub(now) <= enough
    }
}

/// How long to wait after so many failures in a row.
pub(super) fn pause_after(failures: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
    FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 3_600_000;

    /// A certificate is renewed late enough to be used and early enough to mend what is broken.
    #[test]
    fn certificates_are_due() {
        let begin = 20_000 * DAY;
        // Days of life; the last moment at which there is time, and the first at which there is none.
        for (days, due_at) in [
            (90, 60 * DAY),
            (365, 365 * DAY * 2 / 3),
            (45, 30 * DAY),
            (6, 3 * DAY),
        ] {
            let life = Life {
                from: begin,
                until: begin + days * DAY,
            };
            assert!(!life.is_due(begin), "{days} days, fresh");
            assert!(!life.is_due(begin + due_at - 60_000), "{days} days, before");
            assert!(life.is_due(begin + due_at + 60_000), "{days} days, after");
            assert!(life.is_due(begin + (days + 1) * DAY), "{days} days, over");
        }
        // A clock behind the authority's is no reason to ask again and again.
        let ahead = Life {
            from: begin,
            until: begin + 90 * DAY,
        };
        assert!(!ahead.is_due(begin - DAY));
        let never = Life {
            from: begin,
            until: begin,
        };
        assert!(never.is_due(begin));
    }

    /// Five tries in the first hour, and then one an hour.
    #[test]
    fn failures_are_spread() {
        let seconds: Vec<u64> = (1..=8).map(|n| pause_after(n).as_secs()).collect();
        assert_eq!(seconds, [120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
        let tries = (1..=u32::MAX).scan(0, |at, failures| {
            *at += pause_after(failures).as_secs();
            Some(*at)
        });
        assert_eq!(tries.take_while(|at| *at < 3_600).count() + 1, 5);
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }

    /// What stands in a certificate, not what somebody says of it.
    #[test]
    fn lives_are_read() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let mut params = rcgen::CertificateParams::new(["a.test".to_owned()]).expect("a name");
        params.not_before = rcgen::date_time_ymd(2026, 11, 1);
        params.not_after = rcgen::date_time_ymd(2027, 1, 30);
        let certificate = params.self_signed(&key).expect("a certificate");
        let life = Life::of(certificate.der()).expect("a life");
        assert_eq!(life.from, 1_793_491_200_000);
        assert_eq!(life.until - life.from, 90 * DAY);
        Life::of(b"hello").expect_err("no certificate");
    }
}
