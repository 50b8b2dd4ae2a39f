//! What stands on a message: its latest edit, its reactions, and whether it is gone. Worked out from the
//! entries that refer to it, so that it does not matter in which order they came: a redaction may be
//! known long before the page of history that holds its target.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::{Content, Event, EventId, Fqid, RoomId};
use scaiwave_room::{Accepted, Verdict};
use scaiwave_store::record::{
    EntryRow, Erasure, ReactionRow, Verdict as StoredVerdict, VerdictRow,
};
use scaiwave_store::{Change, StoreError, TenantStore};

use super::known;
use super::project::put_edit;
use crate::live::FrameBody;
use crate::stored;

/// What is to be written, and what sessions that see the event (the first member) are to be told.
#[derive(Default)]
pub(super) struct Reworked {
    pub(super) changes: Vec<Change>,
    pub(super) frames: Vec<(EventId, FrameBody)>,
}

/// An entry as far as it matters here.
#[derive(Clone)]
struct Said {
    seq: u64,
    ts: u64,
    event: Event,
    accepted: bool,
}

/// What is to be taken into account although it is not on disk yet.
#[derive(Clone, Copy, Default)]
pub(super) struct Unwritten<'a> {
    /// Entries.
    pub(super) fresh: &'a [Accepted],
    /// Verdicts that take the place of those that are stored.
    pub(super) judged: &'a [VerdictRow],
}

/// Works out anew what stands on these events.
pub(super) async fn rework(
    store: &dyn TenantStore,
    room_id: &RoomId,
    Unwritten { fresh, judged }: Unwritten<'_>,
    ids: BTreeSet<EventId>,
) -> Result<Reworked, StoreError> {
    let judged = judged.iter().map(|row| (row.seq, row.verdict));
    let mut view = View {
        room_id,
        judged: judged.collect(),
        said: HashMap::new(),
        referrers: BTreeMap::new(),
        gone: fresh.iter().filter_map(redacted_by).collect(),
    };
    view.read(store, fresh, &ids).await?;
    // Where an edit or a reaction goes, its message changes too.
    let messages: BTreeSet<EventId> = ids
        .iter()
        .filter(|id| view.redaction_of(id).is_some())
        .filter_map(|id| view.said.get(id))
        .filter_map(|said| known::target_of(said.event.kind(), said.event.content()))
        .filter(|message| !ids.contains(message))
        .collect();
    view.read(store, fresh, &messages).await?;
    let redacted = ids.iter().filter(|id| view.redaction_of(id).is_some());
    view.gone.extend(redacted.copied().collect::<Vec<_>>());
    let mut reworked = Reworked::default();
    for id in ids.iter().chain(&messages) {
        view.event(id, &mut reworked);
    }
    Ok(reworked)
}

/// The event that this entry takes away.
fn redacted_by(entry: &Accepted) -> Option<EventId> {
    match entry.content() {
        Some(Content::Redaction(redaction)) if entry.verdict() == Verdict::Accepted => {
            Some(redaction.event_id)
        }
        _ => None,
    }
}

struct View<'a> {
    room_id: &'a RoomId,
    /// By seq: not what is stored.
    judged: BTreeMap<u64, StoredVerdict>,
    said: HashMap<EventId, Said>,
    /// Event → what refers to it, in log order.
    referrers: BTreeMap<EventId, Vec<Said>>,
    /// Edits and reactions that count no more.
    gone: BTreeSet<EventId>,
}

impl View<'_> {
    /// Reads events and what refers to them, from the disk and from what is not there yet.
    async fn read(
        &mut self,
        store: &dyn TenantStore,
        fresh: &[Accepted],
        ids: &BTreeSet<EventId>,
    ) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        for entry in fresh {
            let said = Said::of_fresh(entry);
            // What is void may bear the id of another that counts.
            if ids.contains(&said.event.id()) && !matches!(entry.verdict(), Verdict::Void(_)) {
                self.said.insert(said.event.id(), said.clone());
            }
            let target = known::target_of(said.event.kind(), said.event.content());
            if let Some(target) = target.filter(|target| ids.contains(target)) {
                self.referrers.entry(target).or_default().push(said);
            }
        }
        let asked: Vec<EventId> = ids.iter().copied().collect();
        for row in store.referrers(self.room_id, &asked).await? {
            if let Some(target) = row.target {
                let said = self.said_in(&row)?;
                self.referrers.entry(target).or_default().push(said);
            }
        }
        for id in ids {
            if let Some(referrers) = self.referrers.get_mut(id) {
                referrers.sort_by_key(|said| said.seq);
            }
        }
        let elsewhere: Vec<EventId> = asked
            .into_iter()
            // Without anything that refers to it there is nothing to work out.
            .filter(|id| !self.said.contains_key(id) && self.referrers.contains_key(id))
            .collect();
        for (id, seq) in self.places(store, &elsewhere).await? {
            let rows = store.entries_after(self.room_id, seq - 1, 1, usize::MAX);
            for row in rows.await?.iter().filter(|row| row.seq == seq) {
                let said = self.said_in(row)?;
                self.said.insert(id, said);
            }
        }
        for entry in fresh
            .iter()
            .filter(|entry| ids.contains(&entry.event().id()))
        {
            let said = Said::of_fresh(entry);
            self.said.entry(said.event.id()).or_insert(said);
        }
        Ok(())
    }

    /// Where these events stand: of several entries under one id, the one that is not void, or else the
    /// first.
    async fn places(
        &self,
        store: &dyn TenantStore,
        ids: &[EventId],
    ) -> Result<BTreeMap<EventId, u64>, StoreError> {
        let mut places: BTreeMap<EventId, (bool, u64)> = BTreeMap::new();
        for (id, head) in store.entry_heads(self.room_id, ids).await? {
            let verdict = self.judged.get(&head.seq).unwrap_or(&head.verdict);
            let place = (verdict == &StoredVerdict::Void, head.seq);
            let known = places.entry(id).or_insert(place);
            *known = place.min(*known);
        }
        let places = places.into_iter();
        Ok(places.map(|(id, (_, seq))| (id, seq)).collect())
    }

    fn said_in(&self, row: &EntryRow) -> Result<Said, StoreError> {
        let verdict = self.judged.get(&row.seq).unwrap_or(&row.verdict);
        Ok(Said {
            accepted: verdict == &StoredVerdict::Accepted,
            ..Said::of_row(row)?
        })
    }

    /// The redaction that stands last on this event.
    fn redaction_of(&self, id: &EventId) -> Option<(&Said, kinds::Redaction)> {
        let target = self.said.get(id);
        let fits = target.is_none_or(|said| kinds::is_erasable(said.event.kind().as_str()));
        let referrers = self.referrers.get(id).filter(|_| fits)?;
        referrers
            .iter()
            .rev()
            .find_map(|said| match said.content() {
                Some(Content::Redaction(redaction)) if said.accepted => Some((said, redaction)),
                _ => None,
            })
    }

    fn event(&self, id: &EventId, to: &mut Reworked) {
        let Some(referrers) = self.referrers.get(id) else {
            return;
        };
        let message = self.said.get(id);
        let is_message = message.is_none_or(|said| said.event.kind().as_str() == kinds::MESSAGE);
        if let Some((by, redaction)) = self.redaction_of(id) {
            self.redacted(id, by, &redaction, is_message, to);
        } else if let Some(message) = message.filter(|_| is_message) {
            self.edited(message, referrers, to);
            self.reacted(message, referrers, to);
        } else if message.is_some() {
            // Edits of, and reactions to, what is no message were taken on trust.
            to.changes
                .push(Change::DropEdits(self.room_id.clone(), *id));
            to.changes
                .push(Change::DropReactions(self.room_id.clone(), *id));
        }
    }

    /// Takes away content and salt of an event and, if it may be a message, of its edits, and its
    /// reactions (protocol section 3). The event itself may lie below our base.
    fn redacted(
        &self,
        id: &EventId,
        by: &Said,
        redaction: &kinds::Redaction,
        is_message: bool,
        to: &mut Reworked,
    ) {
        let erase = |event: &Event| {
            let reason = redaction.reason.clone();
            let erasure = erasure(event, by.event.sender(), by.ts, reason);
            Change::Erase(self.room_id.clone(), event.id(), Box::new(erasure))
        };
        to.changes
            .extend(self.said.get(id).map(|said| erase(&said.event)));
        if !is_message {
            return;
        }
        // Whatever the rules said of them: an edit holds the message's words.
        let edits = self.referrers.get(id).into_iter().flatten();
        let edits = edits.filter(|said| said.event.kind().as_str() == kinds::EDIT);
        to.changes.extend(edits.map(|edit| erase(&edit.event)));
        to.changes
            .push(Change::DropEdits(self.room_id.clone(), *id));
        to.changes
            .push(Change::DropReactions(self.room_id.clone(), *id));
        let frame = FrameBody::Redaction {
            event_id: *id,
            redacted_by: by.event.sender().clone(),
            reason: redaction.reason.clone(),
            redacted_at: by.ts,
        };
        to.frames.push((*id, frame));
    }

    /// The last edit of the author's that has its words is what is shown; without one, the message.
    fn edited(&self, message: &Said, referrers: &[Said], to: &mut Reworked) {
        let id = message.event.id();
        let edits = referrers
            .iter()
            .filter(|said| said.event.kind().as_str() == kinds::EDIT);
        if edits.clone().next().is_none() {
            return;
        }
        to.changes.push(Change::DropEdits(self.room_id.clone(), id));
        let standing = |said: &&Said| {
            let own = said.event.sender() == message.event.sender();
            said.accepted && own && !self.gone.contains(&said.event.id())
        };
        let latest = edits
            .rev()
            .filter(standing)
            .find_map(|said| match said.content() {
                Some(Content::Edit(edit)) => Some((said, edit)),
                _ => None,
            });
        let (content, edited_at) = match latest {
            Some((said, edit)) => {
                let put = put_edit(self.room_id, &edit, said.event.id(), said.seq, said.ts);
                to.changes.push(put);
                (Some(edit.content), said.ts)
            }
            None => (message.event.content().cloned(), message.ts),
        };
        if let Some(content) = content {
            let frame = FrameBody::Edit {
                event_id: id,
                content: Arc::new(content),
                edited_at,
            };
            to.frames.push((id, frame));
        }
    }

    /// Of each participant and emoji the last word counts.
    fn reacted(&self, message: &Said, referrers: &[Said], to: &mut Reworked) {
        let id = message.event.id();
        let mut standing: BTreeMap<(String, Fqid), Option<ReactionRow>> = BTreeMap::new();
        for said in referrers.iter().filter(|said| said.accepted) {
            let Some(Content::Reaction(reaction)) = said.content() else {
                continue;
            };
            let sender = said.event.sender().clone();
            let key = (reaction.emoji.clone(), sender.clone());
            if self.gone.contains(&said.event.id()) {
                standing.entry(key).or_default();
                continue;
            }
            let row = reaction.add.then(|| ReactionRow {
                target: id,
                emoji: reaction.emoji,
                sender,
                event_id: said.event.id(),
                seq: said.seq,
            });
            standing.insert(key, row);
        }
        if standing.is_empty() {
            return;
        }
        to.changes
            .push(Change::DropReactions(self.room_id.clone(), id));
        for ((emoji, sender), row) in standing {
            let added = row.is_some();
            to.changes
                .extend(row.map(|row| Change::PutReaction(self.room_id.clone(), row)));
            let frame = FrameBody::Reaction {
                event_id: id,
                sender,
                emoji,
                added,
            };
            to.frames.push((id, frame));
        }
    }
}

impl Said {
    fn of_fresh(entry: &Accepted) -> Self {
        Said {
            seq: entry.point().seq,
            ts: entry.ts(),
            event: entry.event().clone(),
            accepted: entry.verdict() == Verdict::Accepted,
        }
    }

    fn of_row(row: &EntryRow) -> Result<Self, StoreError> {
        let event = stored::event_of(row)?;
        Ok(Said {
            seq: row.seq,
            ts: row.ts,
            event,
            accepted: row.verdict == StoredVerdict::Accepted,
        })
    }

    fn content(&self) -> Option<Content> {
        Content::parse(self.event.kind(), self.event.content()?).ok()
    }
}

/// What is left of an event, and who took the rest.
pub(super) fn erasure(event: &Event, by: &Fqid, at: u64, reason: Option<String>) -> Erasure {
    Erasure {
        hash: event.hash(),
        event: event.erased().canonical(),
        by: by.clone(),
        at,
        reason,
    }
}
