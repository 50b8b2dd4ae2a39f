//! A peer's state in one or two sentences: what an admin reads first.

use crate::view::PeerView;

/// Says how a peer is doing, why, and what happens next. Times are told as ages: nobody has to know
/// which clock is meant.
pub(super) fn summary(peer: &PeerView, now: u64) -> String {
    let mut sentences = vec![state(peer, now)];
    if let Some(waiting) = waiting(peer, now) {
        sentences.push(waiting);
    }
    if peer.stopped_rooms > 0 {
        sentences.push(format!(
            "It refused our entries in {}; nothing more is sent there until that is settled (see the dead letters).",
            counted(peer.stopped_rooms, "room", "rooms")
        ));
    } else if peer.dead_letters > 0 {
        sentences.push(format!(
            "It has rejected {} for good (see the dead letters).",
            counted(peer.dead_letters, "item", "items")
        ));
    }
    sentences.join(" ")
}

fn state(peer: &PeerView, now: u64) -> String {
    let seen = peer.last_seen_at.map(|at| age(now, at));
    match (peer.state, seen) {
        ("blocked", _) => "Blocked by this tenant's policy: nothing is sent or taken.".to_owned(),
        ("dropped", _) => {
            "Given up by an admin: nothing is sent until it speaks again, or until somebody retries."
                .to_owned()
        }
        ("unreachable", _) => unreachable(peer, now),
        ("reachable", Some(seen)) => format!("Reachable; last seen {seen} ago."),
        _ => "Not contacted yet.".to_owned(),
    }
}

fn unreachable(peer: &PeerView, now: u64) -> String {
    let since = peer.unreachable_since.or(peer.last_error_at);
    let mut sentence = match since {
        Some(since) => format!("Cannot be reached for {}", age(now, since)),
        None => "Cannot be reached".to_owned(),
    };
    if let Some(error) = &peer.last_error {
        sentence.push_str(": ");
        sentence.push_str(error.trim_end_matches('.'));
    }
    sentence.push('.');
    if let Some(at) = peer.next_try_at {
        let wait = if at > now {
            format!(" The next try is in {}.", age(at, now))
        } else {
            " It is being tried now.".to_owned()
        };
        sentence.push_str(&wait);
    }
    sentence
}

fn waiting(peer: &PeerView, now: u64) -> Option<String> {
    let count = peer.lag_events + peer.pending;
    if count == 0 {
        return None;
    }
    let what = counted(count, "event waits", "events wait");
    Some(match peer.waiting_since {
        Some(since) => format!("{what} for it, the oldest for {}.", age(now, since)),
        None => format!("{what} for it."),
    })
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A span in its largest unit that is not too coarse.
fn age(now: u64, then: u64) -> String {
    let s = now.saturating_sub(then) / 1000;
    match s {
        0..120 => format!("{s} s"),
        120..7_200 => format!("{} min", s / 60),
        7_200..172_800 => format!("{} h", s / 3_600),
        _ => format!("{} days", s / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::ServerName;

    use super::{age, summary};
    use crate::view::PeerView;

    const NOW: u64 = 10_000_000;

    fn peer(state: &'static str) -> PeerView {
        PeerView {
            server: ServerName::parse("globex.example").unwrap_or_else(|_| unreachable!()),
            state,
            summary: String::new(),
            first_contact_at: 0,
            last_seen_at: Some(NOW - 3_000),
            last_heard_at: None,
            unreachable_since: None,
            dropped_at: None,
            last_error: None,
            last_error_at: None,
            next_try_at: None,
            lag_events: 0,
            pending: 0,
            waiting_since: None,
            stopped_rooms: 0,
            dead_letters: 0,
            shared_rooms: 0,
            key_id: None,
            fingerprint_words: None,
            software: None,
            protocol_versions: Vec::new(),
        }
    }

    // What an admin reads within the first minute of looking.
    #[test]
    fn states_in_words() {
        let away = PeerView {
            unreachable_since: Some(NOW - 300_000),
            last_error: Some("no connection: Connection refused.".to_owned()),
            next_try_at: Some(NOW + 23_000),
            lag_events: 2,
            pending: 1,
            waiting_since: Some(NOW - 90_000),
            ..peer("unreachable")
        };
        let stopped = PeerView {
            stopped_rooms: 1,
            dead_letters: 4,
            ..peer("reachable")
        };
        let rejected = PeerView {
            dead_letters: 1,
            ..peer("reachable")
        };
        let cases = [
            (peer("reachable"), "Reachable; last seen 3 s ago."),
            (
                away,
                "Cannot be reached for 5 min: no connection: Connection refused. The next try is in \
                 23 s. 3 events wait for it, the oldest for 90 s.",
            ),
            (
                stopped,
                "Reachable; last seen 3 s ago. It refused our entries in 1 room; nothing more is sent \
                 there until that is settled (see the dead letters).",
            ),
            (
                rejected,
                "Reachable; last seen 3 s ago. It has rejected 1 item for good (see the dead letters).",
            ),
            (
                peer("blocked"),
                "Blocked by this tenant's policy: nothing is sent or taken.",
            ),
            (peer("not contacted yet"), "Not contacted yet."),
        ];
        for (view, expected) in cases {
            assert_eq!(summary(&view, NOW), expected);
        }
    }

    #[test]
    fn ages_change_unit() {
        let cases = [
            (0, "0 s"),
            (119, "119 s"),
            (120, "2 min"),
            (7_199, "119 min"),
            (7_200, "2 h"),
            (172_799, "47 h"),
            (172_800, "2 days"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(age(seconds * 1000, 0), expected);
        }
        assert_eq!(age(0, 5_000), "0 s", "a clock that ran backwards");
    }
}
