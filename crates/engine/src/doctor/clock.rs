use scaiwave_protocol::limits::CLOCK_SKEW_S_MAX;

use super::report::{Finding, Step};

/// Whether requests signed by one clock are taken by the other (protocol section 5).
pub(super) fn check(clocks: Option<(u64, u64)>) -> Finding {
    let Some((theirs, ours)) = clocks else {
        return Finding::skipped(Step::Clock, "The answer bore no date to compare.");
    };
    // A Date header counts whole seconds.
    let seconds = (theirs / 1000).abs_diff(ours / 1000);
    let which = match theirs.cmp(&ours) {
        std::cmp::Ordering::Less => "behind ours",
        _ => "ahead of ours",
    };
    if seconds <= CLOCK_SKEW_S_MAX {
        let found = match seconds {
            0 | 1 => "They do.".to_owned(),
            _ => {
                format!("Its clock is {seconds} s {which}; up to {CLOCK_SKEW_S_MAX} s do no harm.")
            }
        };
        return Finding::ok(Step::Clock, found);
    }
    Finding::failed(
        Step::Clock,
        format!(
            "Its clock is {seconds} s {which}; {CLOCK_SKEW_S_MAX} s is the most that is allowed."
        ),
        "One of the two machines does not keep its clock by NTP.",
        "Compare both with a known clock, and set the wrong one by NTP.",
    )
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::doctor::Status;

    // Sixty seconds are inside, one more is not, whichever of the two is late.
    #[test]
    fn both_sides_of_the_edge() {
        let ours = 1_000_000_000;
        let cases = [
            (ours, Status::Ok),
            (ours + 60_000, Status::Ok),
            (ours - 60_000, Status::Ok),
            (ours + 61_000, Status::Failed),
            (ours - 61_000, Status::Failed),
        ];
        for (theirs, expected) in cases {
            let finding = check(Some((theirs, ours)));
            assert_eq!(finding.status, expected, "{}", finding.found);
        }
        assert!(
            check(Some((ours + 61_000, ours)))
                .found
                .contains("61 s ahead")
        );
        assert!(
            check(Some((ours - 61_000, ours)))
                .found
                .contains("61 s behind")
        );
        assert_eq!(check(None).status, Status::Skipped);
    }
}
