//! What a message is to one of our people: the one place that decides it.

use scaiwave_store::record::NotificationMode;

/// What a message has to do with somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Occasion {
    /// They wrote it.
    pub(crate) own: bool,
    /// They have blocked who wrote it.
    pub(crate) blocked: bool,
    /// It names them.
    pub(crate) mentions: bool,
    /// It answers a message of theirs.
    pub(crate) answers: bool,
    /// One of their keywords is in it.
    pub(crate) keyword: bool,
    /// It names everybody in the room.
    pub(crate) mentions_room: bool,
    /// It is said to them alone.
    pub(crate) dm: bool,
}

/// How somebody stands to the room at this hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// What they want to hear of this room, if they have said so.
    pub(crate) chosen: Option<NotificationMode>,
    /// What they want to hear of rooms in general.
    pub(crate) in_general: NotificationMode,
    /// The room makes no sound now.
    pub(crate) muted: bool,
    /// Nothing makes a sound now.
    pub(crate) quiet: bool,
}

/// What somebody is told, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// The strongest one, as clients read it.
    pub(crate) reason: &'static str,
    /// It stands in the inbox until it is read.
    pub(crate) inbox: bool,
    /// It makes no sound.
    pub(crate) silent: bool,
}

/// Whether somebody is told of a message. A mute and quiet hours take the sound and nothing else: what is
/// said to somebody waits in the inbox. Keywords are heard in every mode.
pub(crate) fn decide(occasion: Occasion, standing: Standing) -> Option<Told> {
    if occasion.own || occasion.blocked {
        return None;
    }
    let mode = mode(occasion, standing);
    let reason = reason(occasion, mode)?;
    let silent = standing.muted || standing.quiet;
    // A message like all others leaves nothing behind but its sound.
    let inbox = reason != MESSAGE;
    (inbox || !silent).then_some(Told {
        reason,
        inbox,
        silent,
    })
}

const MESSAGE: &str = "message";

/// A dm is said to its reader: who wants to hear what is said to them hears all of it, unless they have
/// chosen otherwise for this one.
fn mode(occasion: Occasion, standing: Standing) -> NotificationMode {
    match (standing.chosen, standing.in_general) {
        (Some(mode), _) => mode,
        (None, NotificationMode::Mentions) if occasion.dm => NotificationMode::All,
        (None, mode) => mode,
    }
}

fn reason(occasion: Occasion, mode: NotificationMode) -> Option<&'static str> {
    let addressed = mode != NotificationMode::None;
    let everything = mode == NotificationMode::All;
    let reasons = [
        (occasion.mentions && addressed, "direct_mention"),
        (occasion.answers && addressed, "reply"),
        (occasion.keyword, "keyword_alert"),
        (occasion.mentions_room && addressed, "room_mention"),
        (occasion.dm && everything, "dm"),
        (everything, MESSAGE),
    ];
    let first = reasons.into_iter().find(|(holds, _)| *holds);
    first.map(|(_, reason)| reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use NotificationMode::{All, Mentions, None as Nothing};

    const NONE: Occasion = Occasion {
        own: false,
        blocked: false,
        mentions: false,
        answers: false,
        keyword: false,
        mentions_room: false,
        dm: false,
    };

    /// What happens, by its letters: `m`ention, `a`nswer, `k`eyword, `r`oom mention, `d`m, `o`wn, `b`locked.
    fn occasion(letters: &str) -> Occasion {
        letters.chars().fold(NONE, |occasion, letter| match letter {
            'm' => Occasion {
                mentions: true,
                ..occasion
            },
            'a' => Occasion {
                answers: true,
                ..occasion
            },
            'k' => Occasion {
                keyword: true,
                ..occasion
            },
            'r' => Occasion {
                mentions_room: true,
                ..occasion
            },
            'd' => Occasion {
                dm: true,
                ..occasion
            },
            'o' => Occasion {
                own: true,
                ..occasion
            },
            'b' => Occasion {
                blocked: true,
                ..occasion
            },
            other => panic!("no such letter: {other}"),
        })
    }

    #[test]
    fn the_table() {
        // What happens; what is chosen for the room and in general; the reason, if somebody is told.
        let cases = [
            ("", None, Mentions, None),
            ("m", None, Mentions, Some("direct_mention")),
            ("a", None, Mentions, Some("reply")),
            ("k", None, Mentions, Some("keyword_alert")),
            ("r", None, Mentions, Some("room_mention")),
            ("d", None, Mentions, Some("dm")),
            // The strongest reason is named.
            ("makrd", None, Mentions, Some("direct_mention")),
            ("akrd", None, Mentions, Some("reply")),
            ("krd", None, Mentions, Some("keyword_alert")),
            ("rd", None, Mentions, Some("room_mention")),
            ("", None, All, Some("message")),
            ("m", None, All, Some("direct_mention")),
            ("d", None, All, Some("dm")),
            // Only keywords are heard where nothing is wanted.
            ("mard", None, Nothing, None),
            ("mardk", None, Nothing, Some("keyword_alert")),
            // What is chosen for the room counts more than what is chosen in general.
            ("", Some(All), Nothing, Some("message")),
            ("m", Some(All), Nothing, Some("direct_mention")),
            ("mard", Some(Nothing), All, None),
            ("k", Some(Nothing), All, Some("keyword_alert")),
            ("", Some(Mentions), All, None),
            ("m", Some(Mentions), Nothing, Some("direct_mention")),
            // Also in a dm.
            ("d", Some(Mentions), All, None),
            ("dm", Some(Mentions), All, Some("direct_mention")),
            ("d", Some(All), Nothing, Some("dm")),
            ("d", Some(Nothing), All, None),
            // Own messages and those of somebody blocked never.
            ("omakrd", Some(All), All, None),
            ("bmakrd", Some(All), All, None),
        ];
        for (letters, chosen, in_general, expected) in cases {
            for (muted, quiet) in [(false, false), (true, false), (false, true), (true, true)] {
                let standing = Standing {
                    chosen,
                    in_general,
                    muted,
                    quiet,
                };
                let told = decide(occasion(letters), standing);
                let silent = muted || quiet;
                let what = format!("{letters:?} {standing:?}");
                let expected = match expected {
                    // A message like all others is only a sound.
                    Some("message") if silent => None,
                    expected => expected,
                };
                assert_eq!(told.map(|told| told.reason), expected, "{what}");
                if let Some(told) = told {
                    assert_eq!(told.silent, silent, "{what}");
                    assert_eq!(told.inbox, told.reason != "message", "{what}");
                }
            }
        }
    }
}
