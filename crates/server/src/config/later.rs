//! Settings whose names are promised and whose parts are not built yet. They are accepted, so that
//! one file can serve several versions, and named at the start, so that nobody believes in them.

use super::keys::KEYS;
use super::reader::Reader;

const SECTIONS: [&str; 3] = ["nats.", "livekit.", "s3."];

/// The settings that are given and have no effect. Names only: some of the values are secrets.
pub(super) fn without_effect(reader: &Reader) -> Vec<&'static str> {
    KEYS.iter()
        .map(|key| key.path)
        .filter(|path| SECTIONS.iter().any(|section| path.starts_with(section)))
        .filter(|path| reader.is_set(path))
        .collect()
}
