//! What is different between two policies, in words for the audit log.

use scaiwave_protocol::descriptor::PeerPattern;

use super::Policy;

/// One phrase for each member that changed; none when nothing did.
pub(super) fn difference(before: &Policy, after: &Policy) -> Vec<String> {
    let mut phrases = Vec::new();
    let mut word = |member: &str, before: &str, after: &str| {
        if before != after {
            phrases.push(format!("{member} from {before} to {after}"));
        }
    };
    word(
        "default_mode",
        before.default_mode.as_str(),
        after.default_mode.as_str(),
    );
    word(
        "auto_accept",
        before.auto_accept.as_str(),
        after.auto_accept.as_str(),
    );
    let numbers = [
        (
            "max_foreign_participants_per_room",
            before.max_foreign_participants_per_room,
            after.max_foreign_participants_per_room,
        ),
        (
            "max_backfill_events_per_request",
            before.max_backfill_events_per_request,
            after.max_backfill_events_per_request,
        ),
        (
            "invites_per_peer_per_hour",
            before.invites_per_peer_per_hour,
            after.invites_per_peer_per_hour,
        ),
    ];
    for (member, before, after) in numbers {
        word(member, &before.to_string(), &after.to_string());
    }
    phrases.extend(list(
        "allowed_peers",
        &before.allowed_peers,
        &after.allowed_peers,
    ));
    phrases.extend(list(
        "blocked_peers",
        &before.blocked_peers,
        &after.blocked_peers,
    ));
    phrases
}

fn list(member: &str, before: &[PeerPattern], after: &[PeerPattern]) -> Option<String> {
    let names = |of: &[PeerPattern], without: &[PeerPattern]| {
        let names = of.iter().filter(|name| !without.contains(name));
        names
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (added, removed) = (names(after, before), names(before, after));
    match (added.is_empty(), removed.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("{member} with {added}")),
        (true, false) => Some(format!("{member} without {removed}")),
        (false, false) => Some(format!("{member} with {added} and without {removed}")),
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::Malformed;
    use scaiwave_protocol::descriptor::PeerPattern;

    use super::difference;
    use crate::policy::{Mode, Policy};

    fn patterns(names: &[&str]) -> Result<Vec<PeerPattern>, Malformed> {
        names.iter().map(|name| PeerPattern::parse(name)).collect()
    }

    // An admin reads later what a colleague changed, without comparing documents.
    #[test]
    fn what_changed_is_named_and_nothing_else() -> Result<(), Malformed> {
        let before = Policy {
            allowed_peers: patterns(&["a.example", "b.example"])?,
            ..Policy::default()
        };
        assert!(difference(&before, &before).is_empty());
        let after = Policy {
            default_mode: Mode::Open,
            allowed_peers: patterns(&["b.example", "*.c.example"])?,
            blocked_peers: patterns(&["d.example"])?,
            invites_per_peer_per_hour: 5,
            ..Policy::default()
        };
        let expected = [
            "default_mode from invite_only to open",
            "invites_per_peer_per_hour from 60 to 5",
            "allowed_peers with *.c.example and without a.example",
            "blocked_peers with d.example",
        ];
        assert_eq!(difference(&before, &after), expected);
        let back = difference(&after, &before);
        assert!(
            back.contains(&"blocked_peers without d.example".to_owned()),
            "{back:?}"
        );
        Ok(())
    }
}
