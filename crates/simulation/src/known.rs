/// Violations that are understood and not mended yet: what they look like, and what is behind them.
///
/// The test suite passes over them, the command line prints them like all others. A line goes when its
/// cause does; what is not in here fails the test.
pub const KNOWN: &[(&str, &str)] = &[
    (
        "origin_seq is not above the last one from that server",
        "declining an unseen room takes the clock for its origin_seq: a colleague's join, signed with \
         the snapshot's number, is then below it",
    ),
    (
        "still holds an invitation and is",
        "an invite item that is sent again after it was accepted or declined is kept as a new one",
    ),
    (
        "is pending for ever",
        "a declining leave in a room with a base but without a join never comes back; and entries \
         after a quick return are held back by the older removal",
    ),
    (
        "is invited and their server does not know it",
        "a removal waits for its entries, a newer invite does not, and the removal then drops it",
    ),
    (
        "was removed and was never told",
        "a server that returns before its removal was answered is dropped as a follower",
    ),
    ("is present and no follower", "the same, when it stays"),
    (", the host's is ", "the same: its head stands still"),
    (
        "shown otherwise than at the host",
        "an entry that arrives erased has no reply target; its host keeps the one it had",
    ),
    (
        "(swp.room.message): other bytes than the host's",
        "a redaction in the hole under a newer base is never seen: history is not backfilled yet",
    ),
    (
        "that key is unknown here",
        "a descriptor that could not be fetched a moment ago counts as an untrusted key, and the \
         invitation is refused instead of tried again",
    ),
];
