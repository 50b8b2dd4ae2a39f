//! A page of a room's log for a peer (protocol section 5, `backfill`).

use std::sync::Arc;

use scaiwave_protocol::limits::{BACKFILL_BYTES_MAX, BACKFILL_ENTRIES_MAX};
use scaiwave_protocol::wire::Backfill;
use scaiwave_protocol::wire::item::StoredEntry;
use scaiwave_protocol::{Code, Hash, Refusal, RoomId, ServerName};
use scaiwave_store::StoreError;
use scaiwave_store::record::{EntryRow, RoomRow};

use super::serve::{failed, room_for};
use super::{checkpoints, past, room_unknown};
use crate::world::BackfillFrom;
use crate::{Tenant, stored};

/// A page of a room's log, for servers with a joined participant. Followers answer too.
pub async fn serve_backfill(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    from: BackfillFrom,
    limit: u64,
) -> Result<Vec<u8>, Refusal> {
    let state = room_for(tenant, peer, room_id, |state| state.has_joined(peer)).await?;
    let policy = tenant.policy.get();
    if !policy.of_backfill().allowed {
        return Err(refuse("this server's policy gives out no history"));
    }
    let limit = limit
        .min(BACKFILL_ENTRIES_MAX)
        .min(policy.max_backfill_events_per_request);
    let room = tenant.store.room(room_id).await.map_err(failed)?;
    let room = room.ok_or_else(room_unknown)?;
    let mut entries = read(tenant, room_id, from, limit).await.map_err(failed)?;
    if !reaches(&entries, from, room.head.seq) {
        return Err(refuse(
            "this server does not hold that part of the room's log",
        ));
    }
    let checkpoint = match from {
        BackfillFrom::After(_) => checkpoints::covering(tenant, &room, &mut entries).await,
        BackfillFrom::Before(_) => checkpoints::reaching(tenant, &room, &mut entries).await,
    };
    let checkpoint = checkpoint.map_err(failed)?;
    if let BackfillFrom::Before(seq) = from {
        shorten(&mut entries, seq);
    }
    let whole = dense(entries.iter().map(|row| row.seq)) == entries.len();
    let checkpoint = checkpoint
        .filter(|_| whole)
        .ok_or_else(|| refuse("this follower holds no checkpoint for that page"))?;
    let before = chain_before(tenant, &room, entries.first()).await?;
    stored::check(&entries).map_err(failed)?;
    past::erase_below(&mut entries, state.erased_below(peer)).map_err(failed)?;
    let has_more = match from {
        BackfillFrom::After(_) => entries.last().is_some_and(|last| last.seq < room.head.seq),
        BackfillFrom::Before(_) => entries
            .first()
            .is_some_and(|first| first.seq > room.first_seq),
    };
    let lines = entries.iter().map(|row| StoredEntry {
        term: row.term,
        seq: row.seq,
        ts: row.ts,
        event: &row.event,
    });
    Ok(Backfill::write(lines, &before, &checkpoint, has_more))
}

fn refuse(sentence: &'static str) -> Refusal {
    Code::BackfillRefused.because(sentence)
}

async fn read(
    tenant: &Tenant,
    room_id: &RoomId,
    from: BackfillFrom,
    limit: u64,
) -> Result<Vec<EntryRow>, StoreError> {
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    match from {
        BackfillFrom::After(seq) => {
            let mut rows = tenant
                .store
                .entries_after(room_id, seq, limit, BACKFILL_BYTES_MAX)
                .await?;
            rows.truncate(dense(rows.iter().map(|row| row.seq)));
            Ok(rows)
        }
        BackfillFrom::Before(seq) => {
            let mut rows = tenant.store.entries_before(room_id, seq, limit).await?;
            let mut bytes = 0;
            let kept = rows.iter().rev().take_while(|row| {
                bytes += row.event.len();
                bytes <= BACKFILL_BYTES_MAX
            });
            let kept = kept.count().max(1).min(rows.len());
            let mut rows = rows.split_off(rows.len() - kept);
            let dense = dense(rows.iter().rev().map(|row| row.seq));
            Ok(rows.split_off(rows.len() - dense))
        }
    }
}

/// Whether a page downwards ends right below where it was asked to begin: there may be a hole in our log.
fn reaches(page: &[EntryRow], from: BackfillFrom, head: u64) -> bool {
    match (page.last(), from) {
        (Some(last), BackfillFrom::Before(seq)) => last.seq + 1 == seq.min(head + 1),
        (None, _) | (_, BackfillFrom::After(_)) => true,
    }
}

/// A page downwards that was stretched upwards gives way below, but keeps what lies right below `before`.
fn shorten(page: &mut Vec<EntryRow>, before: u64) {
    let asked_for = page.iter().filter(|row| row.seq < before).count();
    let excess = page.len().saturating_sub(BACKFILL_ENTRIES_MAX as usize);
    page.drain(..excess.min(asked_for.saturating_sub(1)));
}

/// How many rows follow each other: our own log may have a hole that is not filled yet, and a page has
/// none.
fn dense(seqs: impl Iterator<Item = u64>) -> usize {
    let mut before: Option<u64> = None;
    seqs.take_while(|seq| before.replace(*seq).is_none_or(|it| it.abs_diff(*seq) == 1))
        .count()
}

/// The chain below the page's first entry; of an empty page, that of the head.
async fn chain_before(
    tenant: &Tenant,
    room: &RoomRow,
    first: Option<&EntryRow>,
) -> Result<Hash, Refusal> {
    let Some(first) = first else {
        return Ok(room.head.chain);
    };
    if first.seq == room.first_seq {
        return Ok(room.chain_before);
    }
    let (store, room_id) = (&tenant.store, &room.room_id);
    let stored = store
        .chain_at(room_id, first.seq - 1)
        .await
        .map_err(failed)?;
    if let Some((_, _, chain)) = stored {
        return Ok(chain);
    }
    let bases = store.bases(room_id).await.map_err(failed)?;
    let held = bases.into_iter().filter_map(|base| base.held);
    held.into_iter()
        .find(|held| held.first_seq == first.seq)
        .map(|held| held.chain_before)
        .ok_or_else(|| refuse("this server does not hold the chain below that page"))
}
