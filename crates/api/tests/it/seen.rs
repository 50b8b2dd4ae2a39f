//! What somebody sees of a server.

/// All that a write can change and a refused one must leave as it is, as who asks sees it: paths, with `<room>` for
/// a room of theirs.
pub(crate) const STATE: &[&str] = &[
    "/v1/setup",
    "/v1/me",
    "/v1/me/preferences",
    "/v1/me/tokens",
    "/v1/me/blocks",
    "/v1/me/sessions",
    "/v1/rooms",
    "/v1/rooms/<room>/members",
    "/v1/rooms/<room>/messages",
    "/v1/rooms/<room>/pins",
    "/v1/rooms/<room>/settings",
    "/v1/rooms/<room>/state",
    "/v1/rooms/<room>/reports",
    "/v1/directory/participants",
    "/v1/sync?since=9007199254740991",
];
