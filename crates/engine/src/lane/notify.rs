//! Which of our people a message is for. Rows and frames go into the commit of the message.

use std::collections::BTreeMap;

use scaiwave_protocol::event::content::{Mention, Message, RoomType};
use scaiwave_protocol::{EventId, Fqid};
use scaiwave_room::{Accepted, Verdict};
use scaiwave_store::record::{InboxRow, Verdict as StoredVerdict};
use scaiwave_store::{Change, StoreError};

use super::state::LaneState;
use super::work::Work;
use crate::Tenant;
use crate::live::{FrameBody, Outgoing};
use crate::notifications::{Occasion, Text, decide};

/// Characters of a message that an inbox shows.
const SNIPPET_CHARS: usize = 140;

/// Tells those of our people whom a message concerns and who are in the room. Whoever is at home elsewhere
/// is told by their own server.
pub(super) async fn notify(
    tenant: &Tenant,
    lane: &LaneState,
    batch: &[Accepted],
    entry: &Accepted,
    message: &Message,
    work: &mut Work,
) -> Result<(), StoreError> {
    let (room, event) = (&lane.room, entry.event());
    let (room_id, now) = (room.room_id(), tenant.world.now());
    let snippet = snippet(room.room_type(), message);
    let mut text = None;
    for (who, mut occasion) in concerned(tenant, lane, batch, message).await? {
        if !tenant.is_local(&who) || !room.is_joined(&who) {
            continue;
        }
        let text = text.get_or_insert_with(|| Text::of(&message.body));
        occasion.own = &who == event.sender();
        occasion.blocked = tenant.blocks.hide(&who, event.sender());
        occasion.keyword = tenant.wanted.alerts(&who, text);
        let Some(told) = decide(occasion, tenant.wanted.standing(&who, room_id, now)) else {
            continue;
        };
        if told.inbox {
            work.changes.push(Change::PutInbox(InboxRow {
                participant: who.clone(),
                event_id: event.id(),
                room_id: room_id.clone(),
                sender: event.sender().clone(),
                reason: told.reason.to_owned(),
                snippet: snippet.clone(),
                created_at: entry.ts(),
                seq: entry.point().seq,
            }));
        }
        let body = FrameBody::Notification {
            reason: told.reason.to_owned(),
            event_id: event.id(),
            sender: event.sender().clone(),
            snippet: snippet.clone(),
            silent: told.silent,
        };
        work.frames.push(Outgoing::only(&who, room_id, body));
    }
    Ok(())
}

/// The beginning of a message, for inboxes and notifications. The words of an incognito room are read in
/// that room and nowhere else.
fn snippet(room_type: RoomType, message: &Message) -> String {
    match room_type {
        RoomType::Incognito => String::new(),
        RoomType::Group | RoomType::Dm | RoomType::Public => {
            message.body.chars().take(SNIPPET_CHARS).collect()
        }
    }
}

/// Everybody to whom the message may be something, and what. Whoever hears only what is said to them, and
/// to whom nothing is said, is not looked at: a room may have thousands of them.
async fn concerned(
    tenant: &Tenant,
    lane: &LaneState,
    batch: &[Accepted],
    message: &Message,
) -> Result<BTreeMap<Fqid, Occasion>, StoreError> {
    let room = &lane.room;
    let listeners = tenant.wanted.listeners(room.room_id()).into_iter();
    let mut people: BTreeMap<Fqid, Occasion> =
        listeners.map(|who| (who, Occasion::default())).collect();
    let mut of = |who: &Fqid, note: fn(&mut Occasion)| {
        note(people.entry(who.clone()).or_default());
    };
    for mention in &message.mentions {
        match mention {
            Mention::Participant(who) => of(who, |occasion| occasion.mentions = true),
            Mention::Room => room
                .joined()
                .for_each(|who| of(who, |occasion| occasion.mentions_room = true)),
        }
    }
    if let Some(target) = message.reply_to_event_id
        && let Some(author) = author(tenant, lane, batch, target).await?
    {
        of(&author, |occasion| occasion.answers = true);
    }
    if room.room_type() == RoomType::Dm {
        room.joined()
            .for_each(|who| of(who, |occasion| occasion.dm = true));
    }
    Ok(people)
}

/// Who wrote a message of this room, if it is known here.
async fn author(
    tenant: &Tenant,
    lane: &LaneState,
    batch: &[Accepted],
    target: EventId,
) -> Result<Option<Fqid>, StoreError> {
    let stands = |entry: &&Accepted| {
        entry.event().id() == target && !matches!(entry.verdict(), Verdict::Void(_))
    };
    if let Some(entry) = batch.iter().find(stands) {
        return Ok(Some(entry.event().sender().clone()));
    }
    let heads = tenant
        .store
        .entry_heads(lane.room.room_id(), &[target])
        .await?;
    let stands = heads
        .into_iter()
        .find(|(_, head)| head.verdict != StoredVerdict::Void);
    Ok(stands.map(|(_, head)| head.sender))
}
