use std::collections::HashSet;
use std::sync::Arc;

use scaiwave_protocol::event::content;
use scaiwave_protocol::{EventId, Json, RoomId};

use crate::lane::{self, LocalPost};
use crate::{ClientCode, Outcome, Tenant, Viewer, rooms};

/// Different emoji on one message: whoever reads it gets all of them, and there are some four thousand.
const EMOJI_MAX: usize = 1_000;

/// Puts an emoji on a message, or takes it away. What is so already changes nothing.
pub async fn react(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: EventId,
    emoji: String,
    add: bool,
) -> Outcome<()> {
    if emoji.chars().any(char::is_control) {
        return Err(ClientCode::BadRequest.because("a reaction is one emoji"));
    }
    let row = tenant.store.timeline_row(room_id, &event_id).await?;
    let reactions = row.map(|row| row.reactions).unwrap_or_default();
    let there = reactions
        .iter()
        .any(|reaction| reaction.sender == viewer.fqid && reaction.emoji == emoji);
    let stand: HashSet<&str> = reactions.iter().map(|one| one.emoji.as_str()).collect();
    let full = add && stand.len() >= EMOJI_MAX && !stand.contains(emoji.as_str());
    if there == add || full {
        rooms::access::joined(tenant, viewer, room_id).await?;
        let sentence = "there are as many different reactions to this message as there may be";
        return match full {
            true => Err(ClientCode::RoomCapacity.because(sentence)),
            false => Ok(()),
        };
    }
    let content = Json::object([
        ("event_id", (&event_id).into()),
        ("emoji", emoji.into()),
        ("action", if add { "add" } else { "remove" }.into()),
    ]);
    let post = LocalPost {
        kind: content::REACTION,
        sender: viewer.fqid.clone(),
        content,
        event_id: None,
    };
    lane::post(tenant, room_id, post).await.map(drop)
}
