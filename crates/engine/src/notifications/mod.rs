//! What people want to be told of, and what a message is to each of them.
//!
//! Decided at home: only for our own people, by what they have settled here. A mention, an answer or a
//! keyword stands in the inbox, written in the same commit as the message; whether it also makes a sound
//! depends on the room and on the hour.

mod decide;
mod keywords;
mod preferences;
mod quiet;
mod room_choice;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::RwLock;
use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_store::record::{NotificationMode, RoomChoiceRow};
use scaiwave_store::{StoreError, TenantStore};

pub(crate) use decide::{Occasion, Standing, decide};
pub use keywords::{KEYWORD_CHARS_MAX, KEYWORDS_MAX};
pub(crate) use keywords::{Keyword, Text};
pub use preferences::{
    CLIENT_BYTES_MAX, Preferences, PreferencesPatch, preferences, set_preferences,
};
pub use quiet::QuietHours;
pub use room_choice::{mute, set_mode};

/// What somebody wants to hear of one room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoomChoice {
    /// None: what they want to hear of rooms in general.
    pub mode: Option<NotificationMode>,
    /// Until then (ms) the room makes no sound.
    pub muted_until: Option<u64>,
}

impl RoomChoice {
    /// Without a mute that is over.
    fn at(self, now: u64) -> Self {
        RoomChoice {
            muted_until: self.muted_until.filter(|until| *until > now),
            ..self
        }
    }
}

/// What somebody wants to hear of all rooms.
#[derive(Debug)]
pub(crate) struct Wishes {
    mode: NotificationMode,
    keywords: Vec<Keyword>,
    quiet_hours: Option<QuietHours>,
}

/// Everybody's wishes, in memory: they are asked for at every message.
pub(crate) struct Wanted {
    known: RwLock<Known>,
    /// Held from the reading of somebody's wishes until the new ones are stored: two devices may change
    /// them at one time.
    changing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    people: HashMap<Fqid, Arc<Wishes>>,
    /// Those of them for whom a message may be something that is not said to them.
    attentive: BTreeSet<Fqid>,
    rooms: HashMap<RoomId, HashMap<Fqid, RoomChoice>>,
}

impl Known {
    fn settle(&mut self, participant: Fqid, wishes: Wishes) {
        if wishes.mode == NotificationMode::All || !wishes.keywords.is_empty() {
            self.attentive.insert(participant.clone());
        } else {
            self.attentive.remove(&participant);
        }
        self.people.insert(participant, Arc::new(wishes));
    }

    fn choose(&mut self, row: RoomChoiceRow) {
        let choice = RoomChoice {
            mode: row.mode,
            muted_until: row.muted_until,
        };
        let room = self.rooms.entry(row.room_id).or_default();
        room.insert(row.participant, choice);
    }
}

impl Wanted {
    pub(crate) async fn load(store: &dyn TenantStore) -> Result<Self, StoreError> {
        let mut known = Known::default();
        for (participant, document) in store.notify_preferences().await? {
            known.settle(participant, preferences::wishes(&document)?);
        }
        for row in store.room_choices().await? {
            known.choose(row);
        }
        Ok(Wanted {
            known: RwLock::new(known),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// What this participant wants to hear of this room, as it is now.
    pub(crate) fn choice(&self, participant: &Fqid, room_id: &RoomId, now: u64) -> RoomChoice {
        let known = self.known.read();
        let room = known.rooms.get(room_id);
        let choice = room.and_then(|room| room.get(participant)).copied();
        choice.unwrap_or_default().at(now)
    }

    /// Those of all rooms to whom a message in this room may matter although it is not said to them.
    pub(crate) fn listeners(&self, room_id: &RoomId) -> Vec<Fqid> {
        let known = self.known.read();
        let room = known.rooms.get(room_id).into_iter().flatten();
        let all = room.filter(|(_, choice)| choice.mode == Some(NotificationMode::All));
        let here = all.map(|(participant, _)| participant);
        here.chain(&known.attentive).cloned().collect()
    }

    /// Whether a text has one of this participant's keywords in it.
    pub(crate) fn alerts(&self, participant: &Fqid, text: &Text) -> bool {
        let wishes = self.wishes(participant);
        wishes.is_some_and(|wishes| wishes.keywords.iter().any(|keyword| text.has(keyword)))
    }

    /// How this participant stands to this room at this hour.
    pub(crate) fn standing(&self, participant: &Fqid, room_id: &RoomId, now: u64) -> Standing {
        let choice = self.choice(participant, room_id, now);
        let wishes = self.wishes(participant);
        Standing {
            chosen: choice.mode,
            in_general: wishes.map_or(NotificationMode::Mentions, |wishes| wishes.mode),
            muted: choice.muted_until.is_some(),
            quiet: self.is_quiet(participant, now),
        }
    }

    /// Whether this participant wants to hear no sound at this hour.
    pub(crate) fn is_quiet(&self, participant: &Fqid, now: u64) -> bool {
        let wishes = self.wishes(participant);
        let hours = wishes
            .as_ref()
            .and_then(|wishes| wishes.quiet_hours.as_ref());
        hours.is_some_and(|hours| hours.cover(now))
    }

    fn wishes(&self, participant: &Fqid) -> Option<Arc<Wishes>> {
        self.known.read().people.get(participant).cloned()
    }
}
