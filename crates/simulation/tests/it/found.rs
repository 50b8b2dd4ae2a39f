/// Seeds beyond the first two hundred that found something once, and what it was. What was found by one of
/// the first two hundred needs no line here.
pub(crate) const FOUND: &[(u64, &str)] = &[
    (
        236,
        "a host that had told two histories took nothing more from its followers",
    ),
    (
        270,
        "an event that was refused was refused for another reason when it came again",
    ),
    (
        273,
        "an invitation that a new host sent was declined before what waited for the former one had come",
    ),
    (
        301,
        "an invitation was on its way when the room changed hands, and came from the former host",
    ),
    (
        308,
        "who lay behind the others was told nothing when their histories differed",
    ),
    (
        404,
        "a message came without its words, and its redaction later",
    ),
    (
        580,
        "a cheat said that it had taken what it had not, and its followers believed it",
    ),
    (
        626,
        "an invitation that was sent while the last entries were on their way went when they had arrived",
    ),
    (
        641,
        "who had left with another history was thought to be heard of by those who stayed",
    ),
    (
        679,
        "an event that was refused came again when nothing but its number stood against it",
    ),
    (
        712,
        "a new host's own record took the number of what its people wrote before",
    ),
    (
        1151,
        "who was out of the room when it changed hands was told to come again for ever",
    ),
    (
        1395,
        "a cheat fetched its own void entry back, and a checker took it for one that counts",
    ),
    (
        1465,
        "a cheat fetched back an entry with an id that was used, and a checker took it for one that counts",
    ),
    (
        1474,
        "a cheat got its own void entry back, under an id that stood below a follower's base",
    ),
    (
        1557,
        "an agreement to take a room over outlived the stay in it",
    ),
    (
        2092,
        "what was edited went to a new host that has no words of it, and was said once more",
    ),
    (
        2122,
        "history that came with the last look told of a redaction, and a checker did not read on",
    ),
    (2155, "the same, in a room that was given away long after"),
    (
        1692,
        "the run ended before heads were exchanged once more, which is how the other history shows",
    ),
    (
        2317,
        "two snapshots in a row left an empty stretch, below which nothing was fetched any more",
    ),
    (
        2324,
        "a removal was on its way when the room changed hands, and came from the former host",
    ),
    (
        2982,
        "the last leave of a server, under a new key, stood above the record that ended what it gets",
    ),
    (
        3540,
        "the other history was signed with a key that the log of who had been lied to did not know",
    ),
    (
        3731,
        "words that came back erased were thought to be unchanged",
    ),
    (
        5116,
        "a descriptor that could not be had while the clock was ahead was not asked for until it came so far again",
    ),
    (
        5163,
        "the second use of an id was thought to be known to who holds the first one below its base",
    ),
    (
        8204,
        "who was invited, and declined when the room had changed hands, told the former host",
    ),
    (
        8623,
        "who was invited, and accepted when the room had changed hands, waited for the former host for ever",
    ),
    (
        7341,
        "who was invited before the new host came into the room, and declined, told the former host for ever",
    ),
    (
        7805,
        "a cheat withdrew an invitation to a room that had split, and a checker wanted it",
    ),
    (
        8856,
        "a cheat withdrew an invitation, and a checker wanted it",
    ),
    (
        9933,
        "what was redacted while nobody of a server was in the room stayed there until somebody scrolled up",
    ),
    (
        9980,
        "who hosted a room that stood still told a server that it was removed again and again without a pause",
    ),
    (
        10778,
        "who accepted when the room had changed hands was told that the invitation was withdrawn",
    ),
    (
        11097,
        "what a former host had refused was sent again, and stood twice",
    ),
    (
        12876,
        "an invitation from a host that had got its room back was taken for one from before",
    ),
    (
        13006,
        "of two requests to take a room over the second was refused, and a checker took it for a cheat's",
    ),
    (
        13789,
        "a member server that lay behind itself was taken for a liar when it stood in for the host",
    ),
    (
        16867,
        "after a restart with the clock set back what was to be sent overtook what had waited longer",
    ),
    (
        17595,
        "a cheat forgot an invitation of its own people, and a checker wanted it",
    ),
    (
        19398,
        "a key was not trusted because the descriptor that had it could not be had a moment before",
    ),
    (
        19572,
        "a decline waited for the former host at the server to which it had given the room",
    ),
];
