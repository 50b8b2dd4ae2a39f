//! What goes out to one peer: read from the log, from `pending` and from the outbox, settled by the
//! peer's answers (protocol section 7). The worker that sends it is the `federation` crate's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::limits::{SEND_ENTRIES_MAX, SEND_ITEMS_MAX};
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::wire::item::{StoredEntry, heads_item, write_entries, write_submit};
use scaiwave_protocol::wire::{ItemResult, item};
use scaiwave_protocol::{
    EventId, Fqid, Json, Malformed, Refusal, RoomId, ServerName, SigningKey, json,
};
use scaiwave_store::record::{FollowerRow, OutboxRow, RejectionDirection};
use scaiwave_store::{Change, Commit, StoreError};

use super::receive::place_cursor;
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::rejections::{self, Rejected};
use crate::{RemoteError, Tenant, lane};

/// Rooms looked at for one batch. Those whose cursor is ahead of what is written down are among them.
const ROOMS_MAX: u32 = 1024;
/// Pending events looked at for one batch. Those that the host has taken already are among them: when
/// this many are on their way back, we wait for them.
const PENDING_MAX: u32 = 1024;
/// Bytes of entries put into one batch: well below the 1 MiB of a whole body.
const BYTES_MAX: usize = 700 * 1024;

/// One `send` body, and what its items are about.
#[derive(Debug)]
pub struct Batch {
    /// The body.
    pub body: Vec<u8>,
    /// How many items it holds.
    pub items: usize,
    parts: Vec<Part>,
    more: bool,
}

/// What an item is about, so that its result can be settled.
#[derive(Debug)]
enum Part {
    Heads,
    Entries {
        room_id: RoomId,
        to: u64,
    },
    Submit {
        room_id: RoomId,
        event_id: EventId,
        bytes: Vec<u8>,
    },
    OneOff(Box<OutboxRow>),
    Ephemeral,
}

/// What the answers came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The peer asks not to be sent the rest before this time.
    pub retry_after_ms: Option<u64>,
    /// Something was acknowledged.
    pub progressed: bool,
    /// There is more to send at once.
    pub more: bool,
}

/// Peers for whom something waits, to be served from the start.
pub async fn waiting(tenant: &Tenant) -> Result<Vec<ServerName>, StoreError> {
    let mut names = tenant.store.waiting_peers().await?;
    for peer in tenant.peers.all() {
        if tenant.store.shares_room(&peer.row.server).await? {
            names.push(peer.row.server);
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// The next batch for a peer, or none when there is nothing. `greet` begins it with our heads.
pub async fn next(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    greet: bool,
) -> Result<Option<Batch>, StoreError> {
    let mut draft = Draft::default();
    write_cursors(tenant, Some(tenant.world.now())).await?;
    if greet {
        tenant.submitted.forget(peer);
        let heads = heads(tenant, peer).await?;
        if !heads.is_empty() {
            draft.add(Part::Heads, |out| heads_item(&heads).write_canonical(out));
        }
    }
    for ephemeral in tenant.doorbells.take_ephemeral(peer) {
        draft.add(Part::Ephemeral, |out| ephemeral.write_canonical(out));
    }
    let one_off = tenant.store.outbox(peer, SEND_ITEMS_MAX as u32 / 2).await?;
    draft.entries(tenant, peer, &one_off).await?;
    // Declining leaves go before what somebody else of ours submits to the same room: the numbers rise.
    draft.one_off(tenant, one_off).await?;
    draft.submits(tenant, peer).await?;
    Ok(draft.finish())
}

/// Our heads of the rooms that both have.
pub(super) async fn heads(
    tenant: &Tenant,
    peer: &ServerName,
) -> Result<BTreeMap<RoomId, LogPoint>, StoreError> {
    let rooms = tenant.store.rooms_with_server(peer).await?;
    let ours = rooms
        .into_iter()
        .filter(|room| &room.host == peer || &room.host == tenant.server_name());
    Ok(ours.map(|room| (room.room_id, room.head)).collect())
}

#[derive(Default)]
struct Draft {
    body: Vec<u8>,
    parts: Vec<Part>,
    entries: usize,
    more: bool,
}

impl Draft {
    fn add(&mut self, part: Part, write: impl FnOnce(&mut Vec<u8>)) {
        if self.parts.len() >= SEND_ITEMS_MAX || self.body.len() >= BYTES_MAX {
            self.more = true;
            return;
        }
        self.body.extend_from_slice(if self.parts.is_empty() {
            b"{\"items\":["
        } else {
            b","
        });
        write(&mut self.body);
        self.parts.push(part);
    }

    /// What our people wrote in rooms that the peer hosts, in order.
    async fn submits(&mut self, tenant: &Tenant, peer: &ServerName) -> Result<(), StoreError> {
        let waiting = tenant.store.pending_for(peer, PENDING_MAX).await?;
        let unsent = waiting
            .into_iter()
            .filter(|row| !tenant.submitted.contains(peer, &row.event_id));
        for (n, row) in unsent.enumerate() {
            if n == SEND_ITEMS_MAX / 2 {
                self.more = true;
                break;
            }
            let bytes = row.event.clone();
            let part = Part::Submit {
                room_id: row.room_id,
                event_id: row.event_id,
                bytes: row.event,
            };
            self.add(part, |out| write_submit(out, &bytes));
        }
        Ok(())
    }

    /// The log of our rooms after what the peer has acknowledged.
    async fn entries(
        &mut self,
        tenant: &Arc<Tenant>,
        peer: &ServerName,
        one_off: &[OutboxRow],
    ) -> Result<(), StoreError> {
        for mut lag in tenant.store.lagging(peer, ROOMS_MAX).await? {
            lag.acked_seq = tenant.cursors.acked(&lag.room_id, peer, lag.acked_seq);
            if lag.acked_seq >= lag.head_seq {
                continue;
            }
            let left = SEND_ENTRIES_MAX.saturating_sub(self.entries);
            let bytes_left = BYTES_MAX.saturating_sub(self.body.len());
            if left == 0 || bytes_left == 0 {
                self.more = true;
                break;
            }
            let limit = u32::try_from(left).unwrap_or(u32::MAX);
            let mut rows = tenant
                .store
                .entries_after(&lag.room_id, lag.acked_seq, limit, bytes_left)
                .await?;
            if let Some(last) = last_allowed(one_off, &lag.room_id)
                && !is_present(tenant, &lag.room_id, peer).await?
            {
                rows.retain(|row| row.seq <= last);
            }
            let Some(end) = rows.last() else { continue };
            self.more |= end.seq < lag.head_seq;
            let at = LogPoint {
                term: end.term,
                seq: end.seq,
                chain: end.chain,
            };
            let ts = tenant.world.now().max(end.ts);
            let signer = signer(tenant, &lag.room_id).await?;
            let checkpoint = Checkpoint::sign(lag.room_id.clone(), at, ts, &*signer);
            self.entries += rows.len();
            self.add(
                Part::Entries {
                    room_id: lag.room_id.clone(),
                    to: at.seq,
                },
                |out| {
                    let lines = rows.iter().map(|row| StoredEntry {
                        term: row.term,
                        seq: row.seq,
                        ts: row.ts,
                        event: &row.event,
                    });
                    write_entries(out, &lag.room_id, lines, &checkpoint, &BTreeMap::new());
                },
            );
        }
        Ok(())
    }

    /// Invitations, removals, declining leaves. A removal waits until the entries up to it are there,
    /// and what follows it in the same room waits with it: a newer invitation must not be removed.
    async fn one_off(&mut self, tenant: &Tenant, rows: Vec<OutboxRow>) -> Result<(), StoreError> {
        let mut held_back: BTreeSet<RoomId> = BTreeSet::new();
        for row in rows {
            if held_back.contains(&row.room_id) {
                continue;
            }
            if let Some(seq) = removal_seq(&row) {
                let followers = tenant.store.followers(&row.room_id).await?;
                let acked = |follower: &FollowerRow| {
                    tenant
                        .cursors
                        .acked(&row.room_id, &row.peer, follower.acked_seq)
                };
                let behind = followers.iter().any(|follower| {
                    follower.server == row.peer
                        && acked(follower) < seq
                        && follower.stopped.is_none()
                });
                if behind {
                    held_back.insert(row.room_id);
                    continue;
                }
            }
            let item = row.item.clone();
            self.add(Part::OneOff(Box::new(row)), |out| {
                out.extend_from_slice(&item);
            });
        }
        Ok(())
    }

    fn finish(mut self) -> Option<Batch> {
        if self.parts.is_empty() {
            return None;
        }
        self.body.extend_from_slice(b"]}");
        Some(Batch {
            body: self.body,
            items: self.parts.len(),
            parts: self.parts,
            more: self.more,
        })
    }
}

/// A key of ours that stands in the room's log: the follower knows no other.
async fn signer(tenant: &Tenant, room_id: &RoomId) -> Result<Arc<SigningKey>, StoreError> {
    let servers = tenant.store.room_servers(room_id).await?;
    let us = servers
        .iter()
        .find(|row| &row.server == tenant.server_name());
    Ok(tenant
        .keyring
        .signer_listed_in(us.map_or(&[], |row| &row.descriptor)))
}

/// Writes down how far followers are: what has waited long enough, or all of it.
pub(crate) async fn write_cursors(tenant: &Tenant, now: Option<u64>) -> Result<(), StoreError> {
    let due = tenant.cursors.due(now);
    if due.is_empty() {
        return Ok(());
    }
    let changes = due
        .into_iter()
        .map(|(room_id, server, acked)| Change::SetAcked(room_id, server, acked));
    let commit = Commit::of(changes.collect());
    tenant
        .store
        .commit(commit)
        .await
        .map(drop)
        .map_err(|error| StoreError::Backend(error.to_string()))
}

/// Whether somebody of this server is in the room (again).
async fn is_present(
    tenant: &Tenant,
    room_id: &RoomId,
    server: &ServerName,
) -> Result<bool, StoreError> {
    let servers = tenant.store.room_servers(room_id).await?;
    Ok(servers
        .iter()
        .any(|row| row.present && &row.server == server))
}

/// The last seq that a server which is being removed from a room may have.
fn last_allowed(one_off: &[OutboxRow], room_id: &RoomId) -> Option<u64> {
    one_off
        .iter()
        .filter(|row| &row.room_id == room_id)
        .find_map(removal_seq)
}

fn removal_seq(row: &OutboxRow) -> Option<u64> {
    if row.kind != "removed" {
        return None;
    }
    let item = json::parse_body(&row.item).ok()?;
    item.get("checkpoint")?
        .get("seq")?
        .as_int()
        .and_then(|seq| u64::try_from(seq).ok())
}

/// Takes the peer's answers, one for each item.
pub async fn settle(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    batch: Batch,
    results: Vec<ItemResult>,
) -> Result<Settled, StoreError> {
    answered(tenant, peer).await;
    let mut settled = Settled {
        more: batch.more,
        ..Settled::default()
    };
    let mut changes = Vec::new();
    for (part, result) in batch.parts.into_iter().zip(results) {
        if let ItemResult::Retry { after_ms } = result {
            settled.retry_after_ms = Some(settled.retry_after_ms.unwrap_or(0).max(after_ms));
            continue;
        }
        settled.progressed = true;
        match part {
            Part::Heads => take_heads(tenant, peer, result).await?,
            Part::Entries { room_id, to } => {
                changes.extend(cursor(tenant, peer, room_id, to, result).await?);
            }
            Part::Submit {
                room_id,
                event_id,
                bytes,
            } => match result {
                ItemResult::Rejected(refusal) => {
                    refused_submit(tenant, peer, &room_id, event_id, &bytes, refusal).await;
                }
                ItemResult::Duplicate { seq } => {
                    taken(tenant, peer, &room_id, event_id, Some(seq)).await?;
                }
                ItemResult::Ok(extra) => {
                    let seq = extra.get("seq").and_then(Json::as_int);
                    let seq = seq.and_then(|seq| u64::try_from(seq).ok());
                    taken(tenant, peer, &room_id, event_id, seq).await?;
                }
                ItemResult::Gap { .. } | ItemResult::Retry { .. } => {}
            },
            Part::OneOff(row) => changes.extend(one_off(tenant, *row, result).await),
            Part::Ephemeral => {}
        }
    }
    if !changes.is_empty() {
        tenant
            .store
            .commit(Commit::of(changes))
            .await
            .map_err(|error| StoreError::Backend(error.to_string()))?;
    }
    Ok(settled)
}

async fn take_heads(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    result: ItemResult,
) -> Result<(), StoreError> {
    let ItemResult::Ok(mut extra) = result else {
        return Ok(());
    };
    let Some(Json::Obj(rooms)) = extra.remove("rooms") else {
        return Ok(());
    };
    let theirs: Result<_, Malformed> = item::heads(rooms);
    for (room_id, head) in theirs.unwrap_or_default() {
        place_cursor(tenant, peer, &room_id, &head).await?;
    }
    Ok(())
}

/// Moves the peer's cursor, or stops a room whose entries it refuses.
async fn cursor(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: RoomId,
    to: u64,
    result: ItemResult,
) -> Result<Option<Change>, StoreError> {
    Ok(match result {
        ItemResult::Ok(extra) => {
            let have = extra
                .get("have_seq")
                .and_then(Json::as_int)
                .and_then(|seq| u64::try_from(seq).ok());
            // Never beyond what we have sent or it had: an inflated number must not skip entries.
            let head = tenant
                .store
                .room(&room_id)
                .await?
                .map_or(to, |room| room.head.seq);
            tenant.cursors.note(
                &room_id,
                peer,
                have.unwrap_or(to).min(head),
                tenant.world.now(),
            );
            None
        }
        ItemResult::Gap { have_seq } => {
            tenant.cursors.forget(&room_id, peer);
            Some(Change::SetAcked(room_id, peer.clone(), have_seq.min(to)))
        }
        ItemResult::Rejected(refusal) => {
            record(
                tenant,
                peer,
                "entries",
                Some(room_id.to_string()),
                None,
                refusal.clone(),
                Vec::new(),
            )
            .await;
            let followers = tenant.store.followers(&room_id).await?;
            let follower = followers
                .into_iter()
                .find(|follower| &follower.server == peer);
            follower.map(|row| {
                Change::PutFollower(FollowerRow {
                    stopped: Some(refusal.to_string()),
                    ..row
                })
            })
        }
        ItemResult::Duplicate { .. } | ItemResult::Retry { .. } => None,
    })
}

/// The host has taken a pending event: not to be sent again while its entry is on its way. The entry
/// may have been faster than this answer.
async fn taken(
    tenant: &Arc<Tenant>,
    host: &ServerName,
    room_id: &RoomId,
    event_id: EventId,
    seq: Option<u64>,
) -> Result<(), StoreError> {
    tenant.submitted.add(host, event_id);
    let head = tenant
        .store
        .room(room_id)
        .await?
        .map_or(0, |row| row.head.seq);
    // Most of the time the entry is still on its way, and the lane need not be asked.
    if let Some(seq) = seq.filter(|seq| *seq <= head)
        && lane::taken(tenant, room_id, event_id, seq).await.is_err()
    {
        tracing::error!(%room_id, %event_id, "a taken event could not be noted");
    }
    if tenant
        .store
        .pending_event(room_id, &event_id)
        .await?
        .is_none()
    {
        tenant.submitted.remove(host, &event_id);
    }
    Ok(())
}

async fn refused_submit(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: &RoomId,
    event_id: EventId,
    bytes: &[u8],
    refusal: Refusal,
) {
    let (room, event) = (Some(room_id.to_string()), Some(event_id.to_string()));
    record(
        tenant,
        peer,
        "submit",
        room,
        event,
        refusal.clone(),
        bytes.to_vec(),
    )
    .await;
    if lane::refused(tenant, room_id, event_id, refusal)
        .await
        .is_err()
    {
        tracing::error!(%room_id, %event_id, "a refusal could not be noted; it will be asked again");
    }
}

/// What follows from the answer to an invitation, a removal or a declining leave.
async fn one_off(tenant: &Arc<Tenant>, row: OutboxRow, result: ItemResult) -> Vec<Change> {
    let mut changes = vec![Change::DropOutbox(row.id)];
    if let ItemResult::Rejected(refusal) = &result {
        let room = Some(row.room_id.to_string());
        record(
            tenant,
            &row.peer,
            one_off_kind(&row),
            room,
            None,
            refusal.clone(),
            row.item.clone(),
        )
        .await;
    }
    match (row.kind.as_str(), result, &row.participant) {
        ("invite", ItemResult::Rejected(refusal), Some(invitee)) => {
            take_back(tenant, &row.room_id, invitee.clone(), &refusal).await;
        }
        ("removed", _, _)
            if removal_seq(&row).is_some()
                && lane::departed(tenant, &row.room_id, row.peer.clone())
                    .await
                    .is_err() =>
        {
            // The removal stays in the outbox and is answered again.
            changes.clear();
        }
        _ => {}
    }
    changes
}

fn one_off_kind(row: &OutboxRow) -> &'static str {
    match row.kind.as_str() {
        "invite" => "invite",
        "removed" => "removed",
        _ => "submit",
    }
}

/// The invitee's server said no: the room's log says so, with the code as the reason.
async fn take_back(tenant: &Arc<Tenant>, room_id: &RoomId, invitee: Fqid, refusal: &Refusal) {
    if let Err(denial) = lane::evict(tenant, room_id, invitee, refusal.to_string()).await {
        tracing::warn!(%denial, %room_id, "a refused invitation could not be taken back");
    }
}

async fn record(
    tenant: &Tenant,
    peer: &ServerName,
    kind: &'static str,
    room_id: Option<String>,
    event_id: Option<String>,
    refusal: Refusal,
    sample: Vec<u8>,
) {
    let size = sample.len() as u64;
    let rejected = Rejected {
        direction: RejectionDirection::Outbound,
        peer: peer.to_string(),
        step: "item",
        room_id,
        event_id,
        kind: Some(kind.to_owned()),
        refusal,
        size,
        sample,
    };
    rejections::record(tenant, rejected).await;
}

async fn answered(tenant: &Arc<Tenant>, peer: &ServerName) {
    let now = tenant.world.now();
    let came_back = tenant.peers.update(peer, now, |peer| {
        peer.row.last_seen_at = Some(now);
        !std::mem::replace(&mut peer.reachable, true)
    });
    if came_back {
        note(tenant, peer).await;
        tell_rooms(tenant, peer, true).await;
    }
}

/// Notes that the peer could not be reached, for admins and for people in rooms that it hosts.
pub async fn failed(tenant: &Tenant, peer: &ServerName, error: &RemoteError) {
    tenant.submitted.forget(peer);
    let now = tenant.world.now();
    let lost = tenant.peers.update(peer, now, |peer| {
        peer.row.last_error = Some(error.to_string());
        peer.row.last_error_at = Some(now);
        std::mem::replace(&mut peer.reachable, false)
    });
    if lost {
        note(tenant, peer).await;
        tell_rooms(tenant, peer, false).await;
    }
}

async fn note(tenant: &Tenant, peer: &ServerName) {
    let Some(known) = tenant.peers.get(peer) else {
        return;
    };
    let commit = Commit::of(vec![Change::PutPeer(Box::new(known.row))]);
    if let Err(error) = tenant.store.commit(commit).await {
        tracing::error!(%error, "a peer's state could not be noted");
    }
}

/// Shows in the rooms that a peer hosts whether it can be reached.
pub(super) async fn tell_rooms(tenant: &Tenant, peer: &ServerName, host_reachable: bool) {
    let rooms = tenant
        .store
        .rooms_with_server(peer)
        .await
        .unwrap_or_default();
    let hosted = rooms.iter().filter(|room| &room.host == peer);
    let frames: Vec<Outgoing> = hosted
        .map(|room| Outgoing::room(&room.room_id, FrameBody::Federation { host_reachable }))
        .collect();
    if !frames.is_empty()
        && let Err(error) = commit_and_publish(tenant, Commit::default(), frames).await
    {
        tracing::error!(%error, "a host's state could not be told");
    }
}
