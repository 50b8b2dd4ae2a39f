//! Which of our people a message is for. Rows and frames go into the commit of the message.

use std::collections::BTreeMap;

use scaiwave_protocol::event::content::{Edit, Mention, Message, RoomType};
use scaiwave_protocol::{Content, EventId, Fqid, RoomId};
use scaiwave_room::{Accepted, RoomState, Verdict};
use scaiwave_store::record::{InboxRow, Verdict as StoredVerdict};
use scaiwave_store::{Change, StoreError};

use super::state::LaneState;
use super::work::Work;
use crate::Tenant;
use crate::live::{FrameBody, Outgoing};
use crate::notifications::{Occasion, Text, decide};
use crate::stored;

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
    let line = Line {
        room,
        event_id: event.id(),
        seq: entry.point().seq,
        sender: event.sender(),
        snippet: snippet(room.room_type(), message),
        created_at: entry.ts(),
    };
    let mut text = None;
    for (who, mut occasion) in concerned(tenant, lane, batch, message).await? {
        if !line.reaches(tenant, &who) {
            continue;
        }
        let text = text.get_or_insert_with(|| Text::of(&message.body));
        occasion.keyword = tenant.wanted.alerts(&who, text);
        line.tell(tenant, &who, occasion, work);
    }
    Ok(())
}

/// Tells those whom an edit names and whom neither the message nor an earlier edit of it has named: so
/// nobody hears of a message again because it was put right.
pub(super) async fn notify_of_edit(
    tenant: &Tenant,
    lane: &LaneState,
    batch: &[Accepted],
    entry: &Accepted,
    edit: &Edit,
    work: &mut Work,
) -> Result<(), StoreError> {
    if edit.message.mentions.is_empty() {
        return Ok(());
    }
    let room = &lane.room;
    let (_, earlier) = batch.split_last().unwrap_or((entry, &[]));
    let versions = versions(tenant, room.room_id(), earlier, edit.event_id).await?;
    // What it says of a message that is not here is not known to be new.
    let Some(seq) = versions.seq else {
        return Ok(());
    };
    let fresh = |mention: &&Mention| !versions.mentions.contains(mention);
    let mut people: BTreeMap<Fqid, Occasion> = BTreeMap::new();
    for mention in edit.message.mentions.iter().filter(fresh) {
        address(room, &mut people, mention);
    }
    let line = Line {
        room,
        event_id: edit.event_id,
        seq,
        sender: entry.event().sender(),
        snippet: snippet(room.room_type(), &edit.message),
        created_at: entry.ts(),
    };
    for (who, occasion) in people {
        if line.reaches(tenant, &who) {
            line.tell(tenant, &who, occasion, work);
        }
    }
    Ok(())
}

/// A message as somebody may be told of it.
struct Line<'a> {
    room: &'a RoomState,
    event_id: EventId,
    seq: u64,
    sender: &'a Fqid,
    snippet: String,
    created_at: u64,
}

impl Line<'_> {
    /// Whether this person may be told by us: at home here, in the room, and with an account that is open.
    fn reaches(&self, tenant: &Tenant, who: &Fqid) -> bool {
        tenant.is_local(who) && self.room.is_joined(who) && !tenant.closed.has(who)
    }

    fn tell(&self, tenant: &Tenant, who: &Fqid, mut occasion: Occasion, work: &mut Work) {
        let room_id = self.room.room_id();
        occasion.own = who == self.sender;
        occasion.blocked = tenant.blocks.hide(who, self.sender);
        let standing = tenant.wanted.standing(who, room_id, tenant.world.now());
        let Some(told) = decide(occasion, standing) else {
            return;
        };
        if told.inbox {
            work.changes.push(Change::PutInbox(InboxRow {
                participant: who.clone(),
                event_id: self.event_id,
                room_id: room_id.clone(),
                sender: self.sender.clone(),
                reason: told.reason.to_owned(),
                snippet: self.snippet.clone(),
                created_at: self.created_at,
                seq: self.seq,
            }));
        }
        let body = FrameBody::Notification {
            reason: told.reason.to_owned(),
            event_id: self.event_id,
            sender: self.sender.clone(),
            snippet: self.snippet.clone(),
            silent: told.silent,
        };
        work.frames.push(Outgoing::only(who, room_id, body));
    }
}

/// What was said of a message before: where it stands, and whom it has named in any of its versions.
#[derive(Default)]
struct Versions {
    /// None when the message is not here.
    seq: Option<u64>,
    mentions: Vec<Mention>,
}

impl Versions {
    fn add(&mut self, target: EventId, event_id: EventId, seq: u64, content: &Content) {
        match content {
            Content::Message(message) if event_id == target => {
                self.seq = Some(seq);
                self.mentions.extend(message.mentions.iter().cloned());
            }
            Content::Edit(edit) if edit.event_id == target => {
                self.mentions.extend(edit.message.mentions.iter().cloned());
            }
            _ => {}
        }
    }
}

async fn versions(
    tenant: &Tenant,
    room_id: &RoomId,
    earlier: &[Accepted],
    target: EventId,
) -> Result<Versions, StoreError> {
    let mut versions = Versions::default();
    let stands = |entry: &&Accepted| entry.verdict() == Verdict::Accepted;
    for entry in earlier.iter().filter(stands) {
        if let Some(content) = entry.content() {
            versions.add(target, entry.event().id(), entry.point().seq, content);
        }
    }
    let mut rows = tenant.store.referrers(room_id, &[target]).await?;
    rows.extend(tenant.store.entry(room_id, &target).await?);
    for row in rows {
        if row.verdict != StoredVerdict::Accepted {
            continue;
        }
        let event = stored::event_of(&row)?;
        let content = event
            .content()
            .map(|json| Content::parse(event.kind(), json));
        if let Some(Ok(content)) = content {
            versions.add(target, row.event_id, row.seq, &content);
        }
    }
    Ok(versions)
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
    for mention in &message.mentions {
        address(room, &mut people, mention);
    }
    let mut of = |who: &Fqid, note: fn(&mut Occasion)| {
        note(people.entry(who.clone()).or_default());
    };
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

/// Notes whom a mention speaks to.
fn address(room: &RoomState, people: &mut BTreeMap<Fqid, Occasion>, mention: &Mention) {
    match mention {
        Mention::Participant(who) => people.entry(who.clone()).or_default().mentions = true,
        Mention::Room => {
            for who in room.joined() {
                people.entry(who.clone()).or_default().mentions_room = true;
            }
        }
    }
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
