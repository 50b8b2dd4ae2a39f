//! What a refusal means to somebody who did not write this software: one entry for each code of the
//! protocol (section 9), and a sentence for each step that may have said it.

use scaiwave_protocol::Code;
use scaiwave_store::record::RejectionDirection;

/// A refusal in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What the code says.
    pub meaning: &'static str,
    /// Where in the check it was said.
    pub step: &'static str,
    /// Why that happens, the likeliest first.
    pub causes: &'static [&'static str],
    /// What can be done, and by whom.
    pub remedies: &'static [&'static str],
}

/// What an admin should know of a line of the rejection log. A code or step of a later version gets a
/// general answer.
pub fn explain(code: &str, step: &str, direction: RejectionDirection) -> Explanation {
    let entry = Code::parse(code).map_or(UNKNOWN, of_code);
    let remedies = match direction {
        RejectionDirection::Inbound => entry.when_we_refused,
        RejectionDirection::Outbound => entry.when_they_refused,
    };
    Explanation {
        meaning: entry.meaning,
        step: of_step(step),
        causes: entry.causes,
        remedies,
    }
}

/// Where in the check a refusal was said; see the steps of `scaiwave-federation`'s inbound pipeline.
pub fn of_step(step: &str) -> &'static str {
    match step {
        "size_and_rate" => "The request was larger or more frequent than one peer may send.",
        "headers" => "The headers that name and sign a request were missing or malformed.",
        "destination" => "The request was for a server name that does not live here.",
        "policy" => "The federation policy was asked whether that server is heard at all.",
        "version" => "The request was for a version of the protocol that is not spoken here.",
        "key" => "The key that signed the request was looked up.",
        "created" => "The time in the signature was compared with this server's clock.",
        "digest" => "The digest in the headers was compared with the body.",
        "signature" => "The signature of the whole request was verified.",
        "nonce" => "The request was compared with those that came before: each is taken once.",
        "parse" => "The body was split into its items; who sent it was proven by then.",
        "item" => "One item of a proven request was judged by itself; the others went on.",
        "fold" => {
            "A host's entry was judged by the room's rules once more. The host should not have \
             sequenced it; it is void here, is shown to nobody, and the room goes on."
        }
        "backfill" => {
            "Older entries of a room were asked for, and what came is not the room's history. Nothing of it \
             is stored; another server is asked next time."
        }
        _ => "This step has no description in this version.",
    }
}

struct Entry {
    meaning: &'static str,
    causes: &'static [&'static str],
    when_we_refused: &'static [&'static str],
    when_they_refused: &'static [&'static str],
}

const UNKNOWN: Entry = Entry {
    meaning: "A code that this version does not know.",
    causes: &["The other server runs a newer version."],
    when_we_refused: &["Read the message of the line; it was written by this server."],
    when_they_refused: &[
        "Read the message of the line; it was written by the other server.",
        "Look for an upgrade of this server.",
    ],
};

/// The table. The compiler sees to it that every code has an entry.
fn of_code(code: Code) -> Entry {
    match code {
        Code::SignatureMismatch => Entry {
            meaning: "A signature does not fit what it signs.",
            causes: &[
                "A proxy changes the body, the path or a header on the way.",
                "The other server signs with a key that it has published under another name.",
                "Somebody else speaks in that server's name.",
            ],
            when_we_refused: &[
                "If the peer is known to be honest, ask its admin whether a proxy rewrites requests \
                 to this server.",
                "If it goes on and nobody knows why, block the peer.",
            ],
            when_they_refused: &[
                "Let proxies in front of both servers pass bodies, paths and the headers `signature`, \
                 `signature-input`, `content-digest` and `swp-*` unchanged.",
                "Run the doctor for that peer: it names the step.",
            ],
        },
        Code::ClockSkew => Entry {
            meaning: "The two servers' clocks differ by more than a minute.",
            causes: &[
                "One of the machines does not keep its clock by NTP.",
                "A virtual machine was paused and went on with an old time.",
            ],
            when_we_refused: &[
                "Look at this server's own clock first (`scaiwave doctor`).",
                "If it is right, ask the other admin to set theirs.",
            ],
            when_they_refused: &[
                "Set this server's clock by NTP; the message says by how much it differs.",
                "If it is right, ask the other admin to set theirs.",
            ],
        },
        Code::Replay => Entry {
            meaning: "The same signed request came twice, or one from before the receiver started.",
            causes: &[
                "The receiver has just restarted: the sender signs anew by itself, nothing is lost.",
                "A proxy repeats requests that were not answered in time.",
                "Somebody records and repeats requests; they have no effect.",
            ],
            when_we_refused: &[
                "Nothing, unless there are many: then look for a proxy that repeats.",
            ],
            when_they_refused: &["Nothing: this server has signed anew and gone on."],
        },
        Code::KeyUntrusted => Entry {
            meaning: "The key that signed is not one that the receiver believes.",
            causes: &[
                "The peer was set up anew and has lost its old key.",
                "The key has expired or was revoked.",
                "Somebody else speaks in that server's name.",
            ],
            when_we_refused: &[
                "Call the other admin and compare the fingerprint words of both keys (`peers`).",
                "If they are the same, accept the new key; if not, leave it: the peer stays unheard.",
            ],
            when_they_refused: &[
                "Call the other admin, compare this server's fingerprint words (`identity`), and ask \
                 them to accept the key.",
                "If an older key of this server was lost, sign the new one with the recovery key.",
            ],
        },
        Code::PeerUnknown => Entry {
            meaning: "The policy does not admit that server, or its descriptor cannot be had.",
            causes: &[
                "The mode is `invite_only` and the server is not in `allowed_peers`.",
                "The server is in `blocked_peers`, or federation is closed.",
                "The descriptor cannot be fetched under the server's own name.",
            ],
            when_we_refused: &[
                "If the peer is welcome, allow it.",
                "If the message speaks of the descriptor, run the doctor for that peer.",
            ],
            when_they_refused: &[
                "Ask the other admin to add this server's name to their `allowed_peers`.",
                "If the message speaks of the descriptor, run `scaiwave doctor` here: other servers \
                 must reach this one under its own name.",
            ],
        },
        Code::PolicyViolation => Entry {
            meaning: "The server is heard, but a rule of the receiver forbids this act.",
            causes: &[
                "A limit of the receiver, such as foreign people in one room.",
                "A server that is in the room, or would be, is refused by another one.",
                "The receiver does not take invitations from there.",
            ],
            when_we_refused: &["Read the message: it names the rule. The policy can be changed."],
            when_they_refused: &[
                "Read the message: it names the rule. Only the other admin can change it.",
            ],
        },
        Code::ProtocolVersion => Entry {
            meaning: "The two servers have no version of the protocol in common.",
            causes: &["One of them is much older than the other."],
            when_we_refused: &["One of the two servers needs an upgrade; ask the other admin."],
            when_they_refused: &["One of the two servers needs an upgrade; ask the other admin."],
        },
        Code::WrongDestination => Entry {
            meaning: "The request arrived at a machine on which that server name does not live.",
            causes: &[
                "DNS or a proxy leads the name to the wrong machine.",
                "The tenant was moved or deleted.",
            ],
            when_we_refused: &[
                "If the name should be served here, look at the list of tenants.",
                "If not, whoever owns the name has DNS that leads to this machine.",
            ],
            when_they_refused: &["Tell the other admin: their name leads to the wrong machine."],
        },
        Code::EventInvalid => Entry {
            meaning: "What was sent is not in the form that the protocol demands.",
            causes: &[
                "An error in the sender's software, or a version that is too new.",
                "Something that is larger than the protocol allows.",
                "A request that was not meant for a chat server at all.",
            ],
            when_we_refused: &[
                "Only the sender can mend it; the sample of the line is what their developers need.",
            ],
            when_they_refused: &[
                "An error of this server, if the other one is right: please report it with the sample \
                 of this line.",
            ],
        },
        Code::EventConflict => Entry {
            meaning: "The id of an event was used a second time for something else.",
            causes: &[
                "A client or server makes ids that are not unique.",
                "A server was restored from a backup and used numbers again.",
            ],
            when_we_refused: &["Only the sender can mend it. The first event stands."],
            when_they_refused: &["The first event stands; let the author write it again."],
        },
        Code::NotAuthorized => Entry {
            meaning: "The room's own rules forbid it to that person.",
            causes: &[
                "The person left, was removed, or lost power before their event reached the host.",
                "Only moderators may do this in that room.",
                "A server sent events of people who are not its own.",
            ],
            when_we_refused: &["Nothing: the rules of the room did their work."],
            when_they_refused: &[
                "The author sees that it was not delivered, and why. A moderator of the room can give \
                 the power that is missing.",
            ],
        },
        Code::NotHost => Entry {
            meaning: "Only the host of the room may send this, or be sent it, and it is another one.",
            causes: &[
                "The room was handed over, and one server does not know yet.",
                "A server claims a room that is not its own.",
            ],
            when_we_refused: &["If it goes on for more than an hour, ask the other admin."],
            when_they_refused: &["If it goes on for more than an hour, ask the other admin."],
        },
        Code::ChainBroken => Entry {
            meaning: "Two servers hold different histories of a room, or numbers came out of order.",
            causes: &[
                "A server was restored from a backup that lacks the newest entries.",
                "A host told two histories: then an alarm stands in the audit log.",
                "Events of a server arrived out of order; it sends them anew.",
            ],
            when_we_refused: &[
                "Look for alarms in the audit log. Without one it heals by itself.",
                "With one, ask the host's admin what happened to their data; then lift the room (`rooms lift`).",
            ],
            when_they_refused: &[
                "If this server was restored from a backup, let it run: it asks for what it lacks.",
                "If a room is stopped for that peer, retry its dead letter: both compare their heads.",
            ],
        },
        Code::StaleTerm => Entry {
            meaning: "The sender speaks for a time that has ended: the room has a newer host or term.",
            causes: &[
                "The room was handed over, and the old host does not know yet.",
                "A host was restored from a backup made before the hand-over.",
            ],
            when_we_refused: &["Nothing: the new host's entries count."],
            when_they_refused: &["Nothing: this server learns of the new host from its entries."],
        },
        Code::RoomUnknown => Entry {
            meaning: "For that server there is no such room. It never tells why.",
            causes: &[
                "The room does not federate any more, or that server was removed from it.",
                "The room was deleted, or never was there.",
            ],
            when_we_refused: &[
                "Nothing, unless the server should be in the room: then invite anew.",
            ],
            when_they_refused: &["Ask a moderator of the room for a new invitation."],
        },
        Code::ParticipantUnknown => Entry {
            meaning: "For that server there is no such person.",
            causes: &[
                "The name was mistyped.",
                "The person's account was deactivated.",
            ],
            when_we_refused: &[
                "Nothing, unless the person should be there: then make the account.",
            ],
            when_they_refused: &[
                "Compare the name with how the person writes it, and invite again.",
            ],
        },
        Code::BackfillRefused => Entry {
            meaning: "The receiver does not give out that part of a room's history.",
            causes: &[
                "The policy allows no history (`max_backfill_events_per_request` is 0).",
                "The room shows its history only from each server's first join on.",
            ],
            when_we_refused: &["If history should be shared, raise the number in the policy."],
            when_they_refused: &["Ask the other admin; new messages arrive all the same."],
        },
        Code::RateLimited => Entry {
            meaning: "Too much came in too short a time. Nothing is lost: the sender tries later.",
            causes: &[
                "A peer catches up after a long outage.",
                "A peer or whoever is behind it sends far too much.",
            ],
            when_we_refused: &[
                "If it goes on for more than an hour, ask the other admin, or block.",
            ],
            when_they_refused: &["Nothing: this server slows down and tries again by itself."],
        },
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use scaiwave_protocol::Code;
    use scaiwave_store::record::RejectionDirection::{Inbound, Outbound};

    use super::{UNKNOWN, explain, of_step};

    // Every code tells both admins what it means and what they can do; nobody reads "unknown".
    #[test]
    fn every_code_has_words() {
        for code in Code::ALL {
            for direction in [Inbound, Outbound] {
                let said = explain(code.as_str(), "item", direction);
                assert_ne!(said.meaning, UNKNOWN.meaning, "{code}");
                assert!(!said.causes.is_empty(), "{code}");
                assert!(!said.remedies.is_empty(), "{code} {direction:?}");
                let texts = said.causes.iter().chain(said.remedies);
                for text in texts.chain([&said.meaning, &said.step]) {
                    assert!(text.ends_with('.'), "{code}: {text}");
                    assert!(!text.contains("  "), "{code}: {text}");
                }
            }
        }
        assert_eq!(explain("SW_FED_NEW", "x", Inbound).meaning, UNKNOWN.meaning);
        assert!(of_step("x").contains("no description"));
    }

    // Every step that this crate writes into the log, found in its own text, says where that was. Those of
    // the inbound pipeline are tested where they are.
    #[test]
    fn every_step_has_words() {
        let mut steps = std::collections::BTreeSet::new();
        for text in source(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
            let after = |mark: &str| -> Vec<String> {
                let parts = text.split(mark).skip(1);
                let word = |part: &str| part.split('"').next().map(str::to_owned);
                parts.filter_map(word).collect()
            };
            steps.extend(after("step: \""));
            steps.extend(after("alarm(tenant, lane, \""));
        }
        steps.retain(|step| step.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        let found: Vec<&str> = steps.iter().map(String::as_str).collect();
        assert_eq!(found, ["backfill", "fold", "item"]);
        for step in found {
            assert!(!of_step(step).contains("no description"), "{step}");
        }
    }

    fn source(directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).expect("it is there");
        let paths = entries.map(|entry| entry.expect("it is there").path());
        paths
            .flat_map(|path| match path.is_dir() {
                true => source(&path),
                false => vec![std::fs::read_to_string(path).expect("text")],
            })
            .collect()
    }

    // Who has to act depends on who refused.
    #[test]
    fn remedies_are_for_the_side_that_reads_them() {
        let [ours, theirs] = [Inbound, Outbound]
            .map(|direction| explain(Code::PeerUnknown.as_str(), "policy", direction).remedies);
        assert!(ours[0].contains("allow it"), "{ours:?}");
        assert!(theirs[0].contains("Ask the other admin"), "{theirs:?}");
    }
}
