//! Whether a host tells two histories (protocol section 4, "Equivocation").
//!
//! A suspicion freezes nothing. It makes us ask for the other history; what convicts is that the same
//! host has signed both.

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::limits::BACKFILL_ENTRIES_MAX;
use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::wire::Backfill;
use scaiwave_protocol::{Hash, Json, Object, RoomId, ServerName, json};
use scaiwave_room::{RoomState, attested};
use scaiwave_store::record::{EntryRow, EvidenceRow, RoomRow};
use scaiwave_store::{Change, StoreError};

use super::checkpoints;
use super::histories::{self, Compared};
use crate::audit::{self, Action, Actor, Happening};
use crate::world::BackfillFrom;
use crate::{Tenant, lane};

/// Bytes of our own side of a proof.
const OUR_SIDE_BYTES_MAX: usize = 4 << 20;

/// Inquiries that are under way, and rooms of which admins know that something is suspected.
#[derive(Default)]
pub(crate) struct Inquiries(Mutex<State>);

#[derive(Default)]
struct State {
    under_way: BTreeSet<RoomId>,
    told: BTreeSet<(RoomId, ServerName)>,
}

/// Asks what a server holds of a room at and above this seq, where it may differ from what we hold.
pub(super) fn begin(tenant: &Arc<Tenant>, server: &ServerName, room_id: &RoomId, seq: u64) {
    if !tenant.inquiries.0.lock().under_way.insert(room_id.clone()) {
        return;
    }
    let (tenant, server, room_id) = (tenant.clone(), server.clone(), room_id.clone());
    tokio::spawn(async move {
        if let Err(error) = inquire(&tenant, &server, &room_id, seq).await {
            tracing::error!(%error, %room_id, "an inquiry failed");
        }
        tenant.inquiries.0.lock().under_way.remove(&room_id);
    });
}

async fn inquire(
    tenant: &Arc<Tenant>,
    server: &ServerName,
    room_id: &RoomId,
    seq: u64,
) -> Result<(), StoreError> {
    let Some(room) = tenant.store.room(room_id).await? else {
        return Ok(());
    };
    let state = lane::load_state(tenant, room_id).await?;
    let (None, Some(state), true) = (&room.frozen, state, seq >= room.first_seq) else {
        return Ok(());
    };
    tell_of_suspicion(tenant, server, room_id, seq).await;
    let Some(ours) = our_side(tenant, &room, seq).await? else {
        return Ok(());
    };
    // Whoever showed it first; then the host itself, which may say today what it denies tomorrow.
    let mut asked = vec![server.clone()];
    asked.push(room.host.clone());
    asked.dedup();
    asked.retain(|server| server != tenant.server_name());
    for server in asked {
        let from = BackfillFrom::After(seq - 1);
        let page = tenant
            .remote
            .backfill(&server, room_id, from, BACKFILL_ENTRIES_MAX);
        let page = match page.await {
            Ok(page) => page,
            Err(error) => {
                tracing::info!(%room_id, %server, %error, "it does not say what it holds");
                continue;
            }
        };
        let reigns = state.reigns();
        let held = reigns.host_of(page.checkpoint.at.term);
        let held = tenant.peers.descriptor(held);
        match weigh(&state, held.as_deref(), &ours, &page, seq) {
            Finding::Proof(other) if histories::is_settled(tenant, room_id, &other).await? => {}
            Finding::Proof(_) => {
                convict(tenant, &room, &ours, &server, &page, seq).await;
                return Ok(());
            }
            Finding::Same(point) => {
                let compared = Compared {
                    seq: point.seq,
                    same: true,
                    at: tenant.world.now(),
                };
                tenant.histories.note(room_id, &server, compared);
            }
            Finding::Nothing => {}
        }
    }
    Ok(())
}

/// What a server's page comes to.
enum Finding {
    /// The host has signed another history than ours; its point at the seq.
    Proof(LogPoint),
    /// There is no difference.
    Same(LogPoint),
    /// It proves nothing: the host has not signed it, or it does not reach the seq.
    Nothing,
}

fn weigh(
    state: &RoomState,
    held: Option<&Descriptor>,
    ours: &Side,
    theirs: &Backfill,
    seq: u64,
) -> Finding {
    let Backfill {
        entries,
        chain_before,
        checkpoint,
        ..
    } = theirs;
    let Ok(points) = attested(state, held, chain_before, entries, checkpoint) else {
        return Finding::Nothing;
    };
    let at = |point: &&LogPoint| point.seq == seq;
    match (
        points.iter().find(at),
        ours.points().find(|point| point.seq == seq),
    ) {
        (Some(theirs), Some(ours)) if theirs.chain == ours.chain => Finding::Same(*theirs),
        (Some(theirs), Some(_)) => Finding::Proof(*theirs),
        _ => Finding::Nothing,
    }
}

/// What we hold from a seq on, up to a checkpoint.
struct Side {
    chain_before: Hash,
    rows: Vec<EntryRow>,
    checkpoint: Checkpoint,
}

impl Side {
    fn points(&self) -> impl Iterator<Item = LogPoint> {
        self.rows.iter().map(|row| LogPoint {
            term: row.term,
            seq: row.seq,
            chain: row.chain,
        })
    }
}

async fn our_side(tenant: &Tenant, room: &RoomRow, seq: u64) -> Result<Option<Side>, StoreError> {
    let limit = u32::try_from(BACKFILL_ENTRIES_MAX).unwrap_or(u32::MAX);
    let rows = tenant
        .store
        .entries_after(&room.room_id, seq - 1, limit, OUR_SIDE_BYTES_MAX);
    let mut rows = rows.await?;
    if rows.first().is_none_or(|row| row.seq != seq) {
        return Ok(None);
    }
    let chain_before = if seq == room.first_seq {
        room.chain_before
    } else {
        match tenant.store.chain_at(&room.room_id, seq - 1).await? {
            Some((_, _, chain)) => chain,
            None => return Ok(None),
        }
    };
    let checkpoint = checkpoints::covering(tenant, room, &mut rows).await?;
    Ok(checkpoint.map(|checkpoint| Side {
        chain_before,
        rows,
        checkpoint,
    }))
}

async fn convict(
    tenant: &Arc<Tenant>,
    room: &RoomRow,
    ours: &Side,
    from: &ServerName,
    theirs: &Backfill,
    seq: u64,
) {
    let room_id = &room.room_id;
    let reason = format!(
        "the room's host has signed two different histories of it, which part at or before entry {seq}"
    );
    let evidence = EvidenceRow {
        id: tenant.world.event_id(),
        room_id: room_id.clone(),
        at: tenant.world.now(),
        reason: reason.clone(),
        document: document(room_id, ours, from, theirs, seq).canonical(),
    };
    let message = format!(
        "This room is read-only here from now on: {reason}. Both sides are kept as evidence; the other \
         one was shown by {from}"
    );
    let alarm = audit::alarm(
        tenant,
        Happening {
            actor: Actor::Server,
            action: Action::HostTwoHistories,
            peer: Some(&room.host),
            room_id: Some(room_id),
            message,
        },
    );
    let changes = vec![Change::PutEvidence(Box::new(evidence)), alarm];
    if let Err(denial) = lane::freeze(tenant, room_id, reason, changes).await {
        tracing::error!(%denial, %room_id, "a room could not be frozen; it will be tried again");
    }
}

fn document(room_id: &RoomId, ours: &Side, from: &ServerName, theirs: &Backfill, seq: u64) -> Json {
    let line = |term: u64, seq: u64, ts: u64, event: Json| {
        Json::object([
            ("term", term.into()),
            ("seq", seq.into()),
            ("ts", ts.into()),
            ("event", event),
        ])
    };
    let stored = |row: &EntryRow| {
        let event = json::parse(&row.event).unwrap_or(Json::Null);
        line(row.term, row.seq, row.ts, event)
    };
    let received = |entry: &Entry| line(entry.term, entry.seq, entry.ts, entry.event.to_json());
    let side = |chain: &Hash, entries: Vec<Json>, checkpoint: &Checkpoint| {
        Object::from([
            ("chain_before".to_owned(), chain.to_string().into()),
            ("entries".to_owned(), Json::Arr(entries)),
            ("checkpoint".to_owned(), checkpoint.to_json()),
        ])
    };
    let our_entries = ours.rows.iter().map(stored).collect();
    let their_entries = theirs.entries.iter().map(received).collect();
    let mut other = side(&theirs.chain_before, their_entries, &theirs.checkpoint);
    other.insert("from".to_owned(), from.into());
    Json::object([
        ("room_id", room_id.into()),
        ("seq", seq.into()),
        (
            "ours",
            Json::Obj(side(&ours.chain_before, our_entries, &ours.checkpoint)),
        ),
        ("theirs", Json::Obj(other)),
    ])
}

/// Admins see what is suspected, once for each room and server in the life of a process.
async fn tell_of_suspicion(tenant: &Tenant, server: &ServerName, room_id: &RoomId, seq: u64) {
    let new = {
        let mut state = tenant.inquiries.0.lock();
        state.told.insert((room_id.clone(), server.clone()))
    };
    if !new {
        return;
    }
    let message = format!(
        "{server} seems to hold another history of this room than this server, at entry {seq}. Nothing \
         is proven yet: both are being compared"
    );
    let line = audit::note(
        tenant,
        Happening {
            actor: Actor::Server,
            action: Action::HistorySuspected,
            peer: Some(server),
            room_id: Some(room_id),
            message,
        },
    );
    audit::record(tenant, vec![line]).await;
}
