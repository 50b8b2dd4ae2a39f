//! The fold of a whole log, after history has been filled down to seq 1 (protocol section 4): it must give
//! the state of every snapshot that the log began with, and it judges again what was taken on trust.
//!
//! It runs beside the lane, in steps: a log may be long, and its room goes on meanwhile. The lane folds
//! what has come since, and then lets the new state take the place of the old one.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use scaiwave_protocol::event::Received;
use scaiwave_protocol::log::Entry;
use scaiwave_protocol::{Code, EventId, Hash, Malformed, Refusal, RoomId, json};
use scaiwave_room::{Accepted, Candidate, KnownEvents, Line, RoomState, Verdict, follow_again};
use scaiwave_store::record::{BaseRow, EntryRow, Verdict as StoredVerdict, VerdictRow};
use scaiwave_store::{Change, StoreError, TenantStore};

use super::annotations::{self, Unwritten};
use super::state::LaneState;
use super::work::Work;
use super::{alone, follow, known, persist, project, verify};
use crate::Tenant;
use crate::audit::{self, Action, Actor, Happening};
use crate::live::{FrameBody, Outgoing};

/// Entries folded in one step: about 20 ms of work.
const STEP_ENTRIES: u32 = 256;
/// Bytes of entries read for one step.
const STEP_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Steps that a lane does itself to catch up with its head; with more to do it hands the fold back.
const LANE_STEPS_MAX: usize = 2;

/// A log that is being folded from seq 1.
pub(crate) struct Refold {
    room_id: RoomId,
    /// The newest snapshot that the log began with when this was begun.
    base_seq: u64,
    /// None before the first entry.
    state: Option<RoomState>,
    /// Snapshots that lie ahead.
    bases: VecDeque<BaseRow>,
    judged: Vec<VerdictRow>,
    /// Events whose verdict is not the one that was stored.
    changed: BTreeSet<EventId>,
    voided: Vec<Accepted>,
    fault: Option<Refusal>,
}

/// What became of it.
pub(crate) enum RefoldAnswer {
    /// The log is whole, or its host is at fault: nothing more is to be done.
    Done,
    /// Much has come since: it is to be gone on with.
    Behind(Box<Refold>),
    /// The room began anew meanwhile.
    Moved,
    /// Our own disk failed.
    Retry,
}

impl Refold {
    /// Begins the fold of a log that is held from seq 1; none when there is nothing to be judged again.
    pub(crate) async fn begin(
        store: &dyn TenantStore,
        room_id: &RoomId,
    ) -> Result<Option<Self>, StoreError> {
        let room = store.room(room_id).await?;
        let Some(room) = room.filter(|room| room.first_seq == 1 && room.base_seq > 0) else {
            return Ok(None);
        };
        if room.frozen.is_some() {
            return Ok(None);
        }
        let bases = store.bases(room_id).await?;
        Ok(Some(Refold {
            room_id: room_id.clone(),
            base_seq: room.base_seq,
            state: None,
            bases: bases.into(),
            judged: Vec::new(),
            changed: BTreeSet::new(),
            voided: Vec::new(),
            fault: None,
        }))
    }

    /// Folds what comes next; says whether there was anything.
    pub(crate) async fn step(&mut self, store: &dyn TenantStore) -> Result<bool, StoreError> {
        let at = self.state.as_ref().map_or(0, |state| state.head().seq);
        let rows = self.next_rows(store, at).await?;
        if rows.is_empty() || self.fault.is_some() {
            return Ok(false);
        }
        let lines = rows.iter().map(read).collect::<Result<Vec<_>, _>>();
        let lines = lines.map_err(|error| damaged(&self.room_id, &error))?;
        let known = known_below(store, &self.room_id, at, &lines).await?;
        let state = self.state.take();
        let folded = verify::off_thread(lines.len(), move || fold(state, lines, known)).await;
        match folded {
            Ok((state, folded)) => {
                self.compare(&rows, folded);
                self.check_base(&state);
                self.state = Some(state);
            }
            Err(refusal) => self.fault = Some(refusal),
        }
        Ok(true)
    }

    /// The next entries, up to the next snapshot that the fold must give.
    async fn next_rows(
        &self,
        store: &dyn TenantStore,
        at: u64,
    ) -> Result<Vec<EntryRow>, StoreError> {
        let mut rows = store
            .entries_after(&self.room_id, at, STEP_ENTRIES, STEP_BYTES_MAX)
            .await?;
        if let Some(base) = self.bases.front() {
            rows.retain(|row| row.seq <= base.seq);
        }
        Ok(rows)
    }

    /// Notes every entry of which the fold says something else than what is stored.
    fn compare(&mut self, rows: &[EntryRow], folded: Vec<Accepted>) {
        for (row, entry) in rows.iter().zip(folded) {
            let verdict = persist::stored_verdict(&entry);
            let shown = verdict == StoredVerdict::Accepted
                && project::is_shown(&row.kind)
                // A redacted message is a line; one that came erased and for no reason told is none.
                && (!entry.event().is_erased() || row.shown);
            if (row.verdict, row.shown) == (verdict, shown) {
                continue;
            }
            let seq = row.seq;
            self.judged.push(VerdictRow {
                seq,
                verdict,
                shown,
            });
            self.changed.insert(row.event_id);
            self.changed.extend(row.target);
            if matches!(entry.verdict(), Verdict::Void(_)) {
                self.voided.push(entry);
            }
        }
    }

    /// The fold must give what the snapshot said, byte for byte.
    fn check_base(&mut self, state: &RoomState) {
        let here = |base: &mut BaseRow| base.seq == state.head().seq;
        let Some(base) = self.bases.pop_front_if(here) else {
            return;
        };
        if state.to_snapshot_state().canonical() != base.state {
            let sentence = format!(
                "the room's log does not lead to the state that its host gave at seq {}",
                base.seq
            );
            self.fault = Some(Code::ChainBroken.because(sentence));
        }
    }
}

fn damaged(room_id: &RoomId, error: &Malformed) -> StoreError {
    StoreError::Damaged(format!("room {room_id}: {error}"))
}

fn read(row: &EntryRow) -> Result<Entry, Malformed> {
    Ok(Entry {
        term: row.term,
        seq: row.seq,
        ts: row.ts,
        event: Received::parse(json::parse(&row.event)?)?,
    })
}

/// What the rules may ask of events below these.
async fn known_below(
    store: &dyn TenantStore,
    room_id: &RoomId,
    at: u64,
    entries: &[Entry],
) -> Result<KnownEvents, StoreError> {
    let ids = entries.iter().flat_map(|entry| {
        let event = &entry.event;
        let target = known::target_of(event.kind(), event.content());
        // An id that was used further down, too.
        target.into_iter().chain([event.id()])
    });
    known::fetch_up_to(store, room_id, true, ids.collect(), at).await
}

fn fold(
    state: Option<RoomState>,
    entries: Vec<Entry>,
    mut known: KnownEvents,
) -> Result<(RoomState, Vec<Accepted>), Refusal> {
    let mut entries = entries.into_iter();
    let mut folded = Vec::with_capacity(entries.len());
    let mut state = match (state, entries.len()) {
        (Some(state), _) => state,
        (None, _) => {
            let first = entries.next();
            let first = first.ok_or_else(|| Code::ChainBroken.because("the log is empty"))?;
            let (state, accepted) = RoomState::begin_again(first)?;
            known.insert(accepted.event().id(), known::of(&accepted));
            folded.push(accepted);
            state
        }
    };
    let line = |entry: Entry| -> Line {
        let event = Candidate::Unproven(entry.event);
        (entry.term, entry.seq, entry.ts, event)
    };
    folded.extend(follow_again(
        &mut state,
        entries.map(line).collect(),
        &mut known,
    )?);
    Ok((state, folded))
}

/// Lets the fold of the whole log take the place of the lane's state.
pub(super) async fn take(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    mut refold: Refold,
) -> Result<RefoldAnswer, StoreError> {
    if (lane.first_seq, lane.room.base_seq()) != (1, refold.base_seq) || lane.frozen.is_some() {
        return Ok(RefoldAnswer::Moved);
    }
    let mut steps = 0;
    while refold.step(&*tenant.store).await? {
        steps += 1;
        if steps > LANE_STEPS_MAX {
            return Ok(RefoldAnswer::Behind(Box::new(refold)));
        }
    }
    if let Some(fault) = refold.fault {
        freeze(tenant, lane, work, &fault);
        return Ok(RefoldAnswer::Done);
    }
    let Some(room) = refold.state.filter(|room| room.head() == lane.room.head()) else {
        let sentence = format!("room {}: its log does not lead to its head", refold.room_id);
        return Err(StoreError::Damaged(sentence));
    };
    replace(lane, work, room);
    let room_id = refold.room_id;
    let unwritten = Unwritten {
        judged: &refold.judged,
        ..Unwritten::default()
    };
    work.changes.push(Change::DropBases(room_id.clone()));
    for entry in &refold.voided {
        if let Verdict::Void(why) = entry.verdict() {
            work.changes
                .extend(follow::alarm(tenant, lane, "fold", entry, why.into()));
        }
    }
    let reworked = annotations::rework(&*tenant.store, &room_id, unwritten, refold.changed).await?;
    work.changes
        .push(Change::JudgeEntries(room_id.clone(), refold.judged));
    work.changes.extend(reworked.changes);
    let frames = reworked.frames.into_iter();
    work.frames
        .extend(frames.map(|(_, body)| Outgoing::room(&room_id, body)));
    Ok(RefoldAnswer::Done)
}

/// Writes what differs between the state that began at a base and that of the whole log.
fn replace(lane: &mut LaneState, work: &mut Work, mut room: RoomState) {
    room.take_delta();
    let room_id = room.room_id().clone();
    for (who, member) in room.members() {
        if lane.room.members().get(who) != Some(member) {
            let row = persist::member_row(who, member);
            work.changes.push(Change::PutMember(room_id.clone(), row));
        }
    }
    for (name, server) in room.servers() {
        if lane.room.servers().get(name) != Some(server) {
            let row = Box::new(persist::server_row(name, server));
            work.changes
                .push(Change::PutRoomServer(room_id.clone(), row));
        }
    }
    let core = room.to_core_document();
    if core != lane.core {
        work.frames
            .push(Outgoing::room(&room_id, FrameBody::Settings));
    }
    lane.core = core;
    lane.room = room;
    (lane.base_chain, lane.chain_before) = (Hash::ZERO, Hash::ZERO);
    work.changes
        .push(Change::PutRoom(Box::new(persist::room_row(lane))));
}

/// The host is at fault: the room is read-only here from now on, and admins are told.
fn freeze(tenant: &Tenant, lane: &mut LaneState, work: &mut Work, fault: &Refusal) {
    let host = lane.room.host().clone();
    let message = format!("{host} is at fault: {}", fault.message);
    let told = audit::alarm(
        tenant,
        Happening {
            actor: Actor::Server,
            action: Action::RoomFrozen,
            peer: Some(&host),
            room_id: Some(lane.room.room_id()),
            message: message.clone(),
        },
    );
    alone::freeze(lane, work, message, vec![told]);
}
