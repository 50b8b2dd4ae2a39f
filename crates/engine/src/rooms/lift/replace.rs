//! The host's history takes the place of ours, above the point where they part.

use std::collections::BTreeSet;
use std::sync::Arc;

use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::{Code, EventId, Json, json};
use scaiwave_room::RoomState;
use scaiwave_store::record::{
    BaseRow, EntryRow, EvidenceRow, HeldRow, PendingRow, Refused, RoomRow, Verdict,
};
use scaiwave_store::{Change, Commit, Expectation};

use crate::{Denial, Outcome, Tenant, lane, peering, stored};

/// Entries, and bytes of them, in one document of evidence.
const PAGE_ENTRIES: u32 = 500;
const PAGE_BYTES_MAX: usize = 4 << 20;
/// What an event says that is about to be sent once more, should that never happen.
const REASON: &str = "it stood in a history of the room that its host has given up";

/// What was set aside.
pub(super) struct Replaced {
    pub(super) set_aside: u64,
    /// What our people had said in it, in order.
    pub(super) words: Vec<EventId>,
}

/// One commit, after which the room is as a newcomer has it, and still read-only.
pub(super) async fn replace(
    tenant: &Arc<Tenant>,
    room: &RoomRow,
    snapshot: Snapshot,
    mut state: RoomState,
    kept_seq: u64,
) -> Outcome<Replaced> {
    let room_id = &room.room_id;
    let held = held(tenant, room, kept_seq).await?;
    let mut aside = Aside::default();
    let mut after = kept_seq;
    loop {
        let page = tenant
            .store
            .entries_after(room_id, after, PAGE_ENTRIES, PAGE_BYTES_MAX)
            .await?;
        let Some(last) = page.last() else {
            break;
        };
        after = last.seq;
        aside.take(tenant, room, page)?;
    }
    let words: Vec<EventId> = aside.words.iter().map(|row| row.event_id).collect();
    let mut changes = aside.evidence;
    changes.push(Change::SetAside(room_id.clone(), kept_seq));
    let unconfirmed = peering::unconfirmed_keys(tenant, &state)?;
    changes.extend(begin_at(&mut state, &snapshot, room));
    changes.extend(unconfirmed);
    let base = BaseRow {
        seq: snapshot.at.seq,
        state: snapshot.state.canonical(),
        held,
    };
    changes.push(Change::PutBase(room_id.clone(), Box::new(base)));
    let words_waiting = aside
        .words
        .into_iter()
        .map(Box::new)
        .map(Change::PutPending);
    changes.extend(words_waiting);
    let commit = Commit::of(changes).expecting(Expectation::RoomHead {
        room_id: room_id.clone(),
        seq: room.head.seq,
    });
    tenant.store.commit(commit).await?;
    lane::reload(tenant, room_id).await.map_err(Denial::from)?;
    // Edits, reactions and redactions that were set aside count no more on what is kept.
    lane::rework(tenant, room_id, aside.targets).await?;
    Ok(Replaced {
        set_aside: aside.count,
        words,
    })
}

/// The rows of a newcomer's room, read-only as it was.
fn begin_at(state: &mut RoomState, snapshot: &Snapshot, room: &RoomRow) -> Vec<Change> {
    let mut changes = lane::adopt(state, &[], Some(snapshot.at));
    for change in &mut changes {
        if let Change::PutRoom(row) = change {
            row.frozen.clone_from(&room.frozen);
        }
    }
    changes
}

/// What is kept of our log; between it and the base lies a hole that is filled when somebody looks.
async fn held(tenant: &Tenant, room: &RoomRow, kept_seq: u64) -> Outcome<Option<HeldRow>> {
    if kept_seq < room.first_seq {
        return Ok(None);
    }
    let last = tenant.store.chain_at(&room.room_id, kept_seq).await?;
    Ok(last.map(|(_, _, last_chain)| HeldRow {
        first_seq: room.first_seq,
        chain_before: room.chain_before,
        last_seq: kept_seq,
        last_chain,
    }))
}

#[derive(Default)]
struct Aside {
    count: u64,
    evidence: Vec<Change>,
    words: Vec<PendingRow>,
    /// Events that entries set aside refer to.
    targets: BTreeSet<EventId>,
}

impl Aside {
    fn take(&mut self, tenant: &Tenant, room: &RoomRow, page: Vec<EntryRow>) -> Outcome<()> {
        self.evidence.push(evidence(tenant, room, &page));
        for row in page {
            self.count += 1;
            self.targets.extend(row.target);
            if is_said_here(tenant, &row) {
                self.words.extend(waiting(tenant, room, row)?);
            }
        }
        Ok(())
    }
}

fn evidence(tenant: &Tenant, room: &RoomRow, page: &[EntryRow]) -> Change {
    let line = |row: &EntryRow| {
        Json::object([
            ("term", row.term.into()),
            ("seq", row.seq.into()),
            ("ts", row.ts.into()),
            ("chain", row.chain.to_string().into()),
            ("event", json::parse(&row.event).unwrap_or(Json::Null)),
        ])
    };
    let document = Json::object([
        ("room_id", (&room.room_id).into()),
        ("set_aside", Json::Arr(page.iter().map(line).collect())),
    ]);
    Change::PutEvidence(Box::new(EvidenceRow {
        id: tenant.world.event_id(),
        room_id: room.room_id.clone(),
        at: tenant.world.now(),
        reason:
            "these entries were set aside when an admin let the room go on with its host's history"
                .to_owned(),
        document: document.canonical(),
    }))
}

/// Words of our people. What they did to the room and to others in it was decided by a history that does
/// not count.
fn is_said_here(tenant: &Tenant, row: &EntryRow) -> bool {
    let kind = row.kind.as_str();
    row.verdict == Verdict::Accepted
        && tenant.is_local(&row.sender)
        && (kinds::is_erasable(kind) || kind == kinds::REDACTION)
}

/// It waits as refused until it is signed anew: a crash in between leaves nothing unsaid.
fn waiting(tenant: &Tenant, room: &RoomRow, row: EntryRow) -> Outcome<Option<PendingRow>> {
    let event = stored::event_of(&row)?;
    if event.is_erased() {
        return Ok(None);
    }
    Ok(Some(PendingRow {
        room_id: room.room_id.clone(),
        event_id: row.event_id,
        origin_seq: event.header().origin_seq,
        sender: row.sender,
        kind: row.kind,
        event: row.event,
        created_at: tenant.world.now(),
        signed_anew: false,
        refused: Some(Refused {
            code: Code::ChainBroken.as_str().to_owned(),
            message: REASON.to_owned(),
        }),
    }))
}
