use std::sync::Arc;

use scaiwave_protocol::event::content::MESSAGE;
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{Code, EventId, Refusal, RoomId, ServerName};

use super::{Answer, RETRY_AFTER_MS};
use crate::reports::{NotTaken, TEXT_CHARS_MAX, stand};
use crate::{Tenant, lane, peering};

/// Characters of a category.
pub(super) const CATEGORY_CHARS_MAX: usize = 32;
/// When a server whose reports fill a room's list may send the next one.
const FULL_RETRY_MS: u64 = 60_000;

/// Somebody of a member server reports a message of a room of ours to its moderators.
pub(super) async fn report(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: RoomId,
    event_id: EventId,
    category: String,
    text: Option<String>,
) -> Answer {
    check_words(&category, text.as_deref())?;
    let later = |after_ms| Ok(ItemResult::Retry { after_ms });
    match lane::load_state(tenant, &room_id).await {
        Ok(room) => {
            let room = room.filter(|room| room.has_joined(peer));
            let room = room.ok_or_else(peering::room_unknown)?;
            if room.host() != tenant.server_name() {
                return Err(peering::not_host("reports go to the room's host"));
            }
        }
        Err(error) => {
            tracing::error!(%error, "storage failed");
            return later(RETRY_AFTER_MS);
        }
    }
    match tenant.store.entry_heads(&room_id, &[event_id]).await {
        Ok(heads) if heads.iter().any(|(_, head)| head.kind == MESSAGE) => {}
        Ok(_) => return Err(Code::EventInvalid.because("there is no such message in this room")),
        Err(error) => {
            tracing::error!(%error, "storage failed");
            return later(RETRY_AFTER_MS);
        }
    }
    match stand(tenant, &room_id, event_id, peer.clone(), category, text).await {
        Ok(()) => Ok(ItemResult::Ok(Default::default())),
        Err(NotTaken::TooMany) => later(FULL_RETRY_MS),
        Err(NotTaken::Denied(_)) => later(RETRY_AFTER_MS),
    }
}

fn check_words(category: &str, text: Option<&str>) -> Result<(), Refusal> {
    let unfit = |sentence: &'static str| Err(Code::EventInvalid.because(sentence));
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !(1..=CATEGORY_CHARS_MAX).contains(&category.len()) || !category.bytes().all(plain) {
        return unfit("a report's category is a word of 1–32 lower-case letters, digits and _");
    }
    if text.is_some_and(|text| text.chars().count() > TEXT_CHARS_MAX) {
        return unfit("a report's text has at most 1000 characters");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_two_sides() {
        let (long, longer) = (
            "x".repeat(CATEGORY_CHARS_MAX),
            "x".repeat(CATEGORY_CHARS_MAX + 1),
        );
        let (text, more) = ("é".repeat(TEXT_CHARS_MAX), "é".repeat(TEXT_CHARS_MAX + 1));
        for (category, text, fits) in [
            ("spam", None, true),
            ("hate_2", Some(""), true),
            (long.as_str(), Some(text.as_str()), true),
            (longer.as_str(), None, false),
            ("spam", Some(more.as_str()), false),
            ("", None, false),
            ("Spam", None, false),
            ("a b", None, false),
        ] {
            assert_eq!(check_words(category, text).is_ok(), fits, "{category}");
        }
    }
}
