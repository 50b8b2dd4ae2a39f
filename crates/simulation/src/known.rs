/// Violations that are understood and not mended yet: what they look like, and what is behind them.
///
/// The test suite passes over them, the command line prints them like all others. A line goes when its
/// cause does; what is not in here fails the test.
pub const KNOWN: &[(&str, &str)] = &[
    (
        "still holds an invitation and is",
        "a second invitation that crosses the answer to the first is kept until it is answered",
    ),
    (
        "origin_seq is not above the last one from that server",
        "a leave that declines an invitation of which nothing is stored here crosses a join that was \
         numbered before it by a server that has lost its counter",
    ),
    (
        "is invited and their server does not know it",
        "an invitation that is sequenced in the moment in which the answer to a removal is settled",
    ),
    (
        "was told another history than the others and has not noticed",
        "a lie told to one follower alone is found when heads cross; not every way of telling it makes \
         them cross before all is quiet",
    ),
];

/// Seeds of the test suite with a violation that is not understood yet, and what is seen. They are
/// played like all others and print what they find, but do not fail the suite: each of them is a bug.
pub const OPEN: &[(u64, &str)] = &[
    (
        26,
        "a page of history from an honest member ends at its checkpoint, below what is missing",
    ),
    (53, "the same"),
    (
        64,
        "a follower stays behind, and what its people wrote is pending for ever",
    ),
    (106, "the same as 26"),
    (114, "a removal is never answered"),
    (166, "the same as 64"),
    (199, "a message is pending for ever"),
];
