//! What goes out to one peer: read from the log, from `pending` and from the outbox, settled by the
//! peer's answers (protocol section 7). The worker that sends it is the `federation` crate's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::limits::{SEND_ENTRIES_MAX, SEND_ITEMS_MAX};
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::wire::item::{StoredEntry, heads_item, write_entries, write_submit};
use scaiwave_protocol::{EventId, RoomId, ServerName, json};
use scaiwave_store::record::{EntryRow, FollowerRow, LagRow, OutboxRow, PendingRow};
use scaiwave_store::{Change, Commit, StoreError};

use super::cursors::Placement;
use super::deliveries::{self, Acked};
pub use super::reach::{failed, pausing};
pub use super::settle::settle;
use super::{checkpoints, past, stale, taken};
use crate::{Tenant, invitations, lane};

/// Rooms looked at for one batch. Those whose cursor is ahead of what is written down are among them.
const ROOMS_MAX: u32 = 1024;
/// Pending events of ours in one batch.
const SUBMITS_MAX: usize = SEND_ITEMS_MAX / 2;
/// Pending events read at once: what the last batch brought the host, and as many again.
const PENDING_PAGE: u32 = 2 * SUBMITS_MAX as u32;
/// The kind of a declining leave in the outbox.
const SUBMIT: &str = "submit";
const INVITE: &str = "invite";
const REMOVED: &str = "removed";
/// Bytes of entries put into one batch: well below the 1 MiB of a whole body.
const BYTES_MAX: usize = 700 * 1024;

/// One `send` body, and what its items are about.
#[derive(Debug)]
pub struct Batch {
    /// The body.
    pub body: Vec<u8>,
    /// How many items it holds.
    pub items: usize,
    pub(super) parts: Vec<Part>,
    pub(super) more: bool,
    /// Where the peer's cursors stood when it was made.
    pub(super) placement: Placement,
}

/// What an item is about, so that its result can be settled.
#[derive(Debug)]
pub(super) enum Part {
    Heads,
    Entries {
        room_id: RoomId,
        to: u64,
        /// What the follower is told of the others.
        acked: Acked,
    },
    Submit {
        room_id: RoomId,
        event_id: EventId,
        bytes: Vec<u8>,
        /// Whether somebody of ours leaves by it.
        leaves: bool,
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
    if tenant.peers.dropped(peer) {
        return Ok(None);
    }
    let mut draft = Draft {
        placement: tenant.cursors.placement(peer),
        ..Draft::default()
    };
    write_cursors(tenant, Some(tenant.world.now())).await?;
    if tenant.doorbells.take_greeting(peer) || greet {
        tenant.submitted.forget(peer);
        let heads = heads(tenant, peer).await?;
        if !heads.is_empty() {
            draft.add(Part::Heads, |out| heads_item(&heads).write_canonical(out));
        }
    }
    let one_off = tenant.store.outbox(peer, SEND_ITEMS_MAX as u32 / 2).await?;
    draft.entries(tenant, peer, &one_off).await?;
    draft.submits(tenant, peer, &one_off).await?;
    draft.one_off(tenant, one_off).await?;
    draft.fleeting(tenant, peer);
    Ok(draft.finish())
}

/// After how long there is something to tell the peer that nobody keeps; none when there is nothing.
pub fn fleeting_due(tenant: &Tenant, peer: &ServerName) -> Option<Duration> {
    let due = tenant.doorbells.fleeting_due(peer, tenant.world.now());
    due.map(Duration::from_millis)
}

/// Our heads of the rooms that both have.
pub(super) async fn heads(
    tenant: &Tenant,
    peer: &ServerName,
) -> Result<BTreeMap<RoomId, LogPoint>, StoreError> {
    let mut heads = BTreeMap::new();
    for room in tenant.store.rooms_with_server(peer).await? {
        let hosts = [peer, tenant.server_name()];
        // Two followers of one host compare what it tells them, as long as both are in the room.
        if hosts.contains(&&room.host) || both_present(tenant, peer, &room.room_id).await? {
            heads.insert(room.room_id, room.head);
        }
    }
    Ok(heads)
}

async fn both_present(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
) -> Result<bool, StoreError> {
    let servers = tenant.store.room_servers(room_id).await?;
    let present = |name: &ServerName| servers.iter().any(|row| row.present && &row.server == name);
    Ok(present(peer) && present(tenant.server_name()))
}

#[derive(Default)]
struct Draft {
    body: Vec<u8>,
    parts: Vec<Part>,
    entries: usize,
    more: bool,
    placement: Placement,
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

    /// What our people wrote in rooms that the peer hosts, and their declining leaves, by number: a
    /// number that does not rise would be refused for good.
    async fn submits(
        &mut self,
        tenant: &Arc<Tenant>,
        peer: &ServerName,
        one_off: &[OutboxRow],
    ) -> Result<(), StoreError> {
        let mut submits: Vec<(u64, Part, Vec<u8>)> = Vec::new();
        for row in one_off.iter().filter(|row| row.kind == SUBMIT) {
            if is_ours(tenant, &row.room_id).await? {
                invitations::declined_here(tenant, row).await;
                continue;
            }
            let number = origin_seq_of(row);
            if waits_for_another(tenant, peer, &row.room_id, number).await? {
                continue;
            }
            let item = row.item.clone();
            submits.push((number, Part::OneOff(Box::new(row.clone())), item));
        }
        let unsent = unsent(tenant, peer).await?;
        let next = &unsent.rows[..unsent.rows.len().min(SUBMITS_MAX)];
        let unsent = match stale::sign_anew(tenant, next).await? {
            true => self::unsent(tenant, peer).await?,
            false => unsent,
        };
        self.more |= unsent.more || unsent.rows.len() > SUBMITS_MAX;
        for row in unsent.rows.into_iter().take(SUBMITS_MAX) {
            let mut item = Vec::with_capacity(row.event.len() + 32);
            write_submit(&mut item, &row.event);
            let part = Part::Submit {
                leaves: taken::is_leave(&row.kind, &row.event),
                room_id: row.room_id,
                event_id: row.event_id,
                bytes: row.event,
            };
            submits.push((row.origin_seq, part, item));
        }
        submits.sort_by_key(|(origin_seq, ..)| *origin_seq);
        for (_, part, item) in submits {
            self.add(part, |out| out.extend_from_slice(&item));
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
            let Some(checkpoint) = self.cover(tenant, peer, &lag, &mut rows).await? else {
                continue;
            };
            self.entries_item(tenant, peer, &checkpoint, rows).await?;
        }
        self.news_of_others(tenant, peer).await
    }

    async fn entries_item(
        &mut self,
        tenant: &Tenant,
        peer: &ServerName,
        checkpoint: &Checkpoint,
        mut rows: Vec<EntryRow>,
    ) -> Result<(), StoreError> {
        let room_id = &checkpoint.room_id;
        self.withhold(tenant, peer, room_id, &mut rows).await?;
        let acked = deliveries::acked(tenant, room_id).await?;
        let acked = deliveries::about_others(&acked, peer);
        self.entries += rows.len();
        let part = Part::Entries {
            room_id: room_id.clone(),
            to: checkpoint.at.seq,
            acked: acked.clone(),
        };
        self.add(part, |out| {
            let lines = rows.iter().map(|row| StoredEntry {
                term: row.term,
                seq: row.seq,
                ts: row.ts,
                event: &row.event,
            });
            write_entries(out, room_id, lines, checkpoint, &acked);
        });
        Ok(())
    }

    /// Where the peer has everything and somebody else has got further: the last entry once more, which
    /// it skips, with `acked`.
    async fn news_of_others(
        &mut self,
        tenant: &Tenant,
        peer: &ServerName,
    ) -> Result<(), StoreError> {
        for room_id in tenant.deliveries.owed_to(peer) {
            let told =
                |part: &Part| matches!(part, Part::Entries { room_id: of, .. } if of == &room_id);
            let followers = tenant.store.followers(&room_id).await?;
            let follows = |row: &FollowerRow| &row.server == peer && row.stopped.is_none();
            let room = tenant.store.room(&room_id).await?;
            // Only the host speaks for others, also when it has become another one meanwhile.
            let room = room.filter(|room| &room.host == tenant.server_name());
            let Some(room) = room.filter(|_| followers.iter().any(follows)) else {
                continue;
            };
            if self.parts.iter().any(told) {
                continue;
            }
            let mut last = tenant.store.entries_before(&room_id, u64::MAX, 1).await?;
            if let Some(checkpoint) = checkpoints::covering(tenant, &room, &mut last).await? {
                self.entries_item(tenant, peer, &checkpoint, last).await?;
            }
        }
        Ok(())
    }

    /// The checkpoint of the batch, which is cut to what one covers.
    async fn cover(
        &mut self,
        tenant: &Tenant,
        peer: &ServerName,
        lag: &LagRow,
        rows: &mut Vec<EntryRow>,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let Some(room) = tenant.store.room(&lag.room_id).await? else {
            return Ok(None);
        };
        if &room.host != tenant.server_name() {
            // Handed over: followers get from us what we sequenced, and the rest from the new host.
            let reigns = checkpoints::reigns(&room)?;
            rows.retain(|row| reigns.host_of(row.term) == tenant.server_name());
            if rows.is_empty() {
                follows_another(tenant, &lag.room_id, peer).await?;
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let checkpoint = checkpoints::covering(tenant, &room, rows).await?;
        self.more |= rows.last().is_some_and(|end| end.seq < lag.head_seq);
        Ok(checkpoint)
    }

    /// What was said before somebody of the peer came in travels without its words, if the room says so.
    async fn withhold(
        &self,
        tenant: &Tenant,
        peer: &ServerName,
        room_id: &RoomId,
        rows: &mut [EntryRow],
    ) -> Result<(), StoreError> {
        let servers = tenant.store.room_servers(room_id).await?;
        let theirs = servers.iter().find(|row| &row.server == peer);
        let first_join = theirs.and_then(|row| row.first_join).unwrap_or(u64::MAX);
        // Nearly always: the peer follows what is said while it is there.
        if rows.first().is_none_or(|row| row.seq >= first_join) {
            return Ok(());
        }
        let state = lane::load_state(tenant, room_id).await?;
        past::erase_below(rows, state.and_then(|state| state.erased_below(peer)))
    }

    /// Invitations and removals. A removal waits until the entries up to it are there, and what follows
    /// it in the same room waits until it is answered: a newer invitation must not be removed, also when
    /// the removal has to be sent twice. An invitation that is over meanwhile is not sent any more.
    async fn one_off(&mut self, tenant: &Tenant, rows: Vec<OutboxRow>) -> Result<(), StoreError> {
        let mut held_back: BTreeSet<RoomId> = BTreeSet::new();
        let mut unanswered: BTreeSet<RoomId> = BTreeSet::new();
        let mut over = Vec::new();
        for row in rows.into_iter().filter(|row| row.kind != SUBMIT) {
            if held_back.contains(&row.room_id) {
                continue;
            }
            if unanswered.contains(&row.room_id) {
                self.more = true;
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
            if row.kind == INVITE && !is_invited(tenant, &row).await? {
                over.push(Change::DropOutbox(row.id));
                continue;
            }
            if row.kind == REMOVED {
                unanswered.insert(row.room_id.clone());
            }
            let item = row.item.clone();
            self.add(Part::OneOff(Box::new(row)), |out| {
                out.extend_from_slice(&item);
            });
        }
        if !over.is_empty()
            && let Err(error) = tenant.store.commit(Commit::of(over)).await
        {
            tracing::error!(%error, "invitations that are over could not be forgotten");
        }
        Ok(())
    }

    /// What nobody keeps comes last: what has to wait for the next batch lets it wait, or be forgotten.
    fn fleeting(&mut self, tenant: &Tenant, peer: &ServerName) {
        let room = match self.more || self.body.len() >= BYTES_MAX {
            true => 0,
            false => SEND_ITEMS_MAX.saturating_sub(self.parts.len()),
        };
        let now = tenant.world.now();
        for ephemeral in tenant.doorbells.take_fleeting(peer, room, now) {
            self.add(Part::Ephemeral, |out| ephemeral.write_canonical(out));
        }
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
            placement: self.placement,
        })
    }
}

/// A follower of a room that we have handed over has had all that it was to have from us.
async fn follows_another(
    tenant: &Tenant,
    room_id: &RoomId,
    peer: &ServerName,
) -> Result<(), StoreError> {
    tenant.cursors.forget(room_id, peer);
    let gone = Change::DropFollower(room_id.clone(), peer.clone());
    let done = tenant.store.commit(Commit::of(vec![gone])).await;
    done.map(drop)
        .map_err(|error| StoreError::Backend(error.to_string()))
}

/// Pending events that a host has not taken yet, in their order in each room.
struct Unsent {
    rows: Vec<PendingRow>,
    /// There may be more of them.
    more: bool,
}

/// The next of them. However many are on their way back: they lie below the cursors and are not read.
async fn unsent(tenant: &Tenant, peer: &ServerName) -> Result<Unsent, StoreError> {
    let mut above = tenant.submitted.up_to(peer);
    loop {
        let mut rows = tenant
            .store
            .pending_above(peer, &above, PENDING_PAGE)
            .await?;
        let more = rows.len() >= PENDING_PAGE as usize;
        for row in &rows {
            match above.get_mut(&row.room_id) {
                Some(number) => *number = row.origin_seq,
                None => drop(above.insert(row.room_id.clone(), row.origin_seq)),
            }
        }
        tenant.submitted.keep_unsent(peer, &mut rows);
        // A page of which all is taken, but for one event before it that has to be sent again.
        if !rows.is_empty() || !more {
            return Ok(Unsent { rows, more });
        }
    }
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

/// Whether this server hosts the room by now.
async fn is_ours(tenant: &Tenant, room_id: &RoomId) -> Result<bool, StoreError> {
    let room = tenant.store.room(room_id).await?;
    Ok(room.is_some_and(|room| &room.host == tenant.server_name()))
}

/// Whether events of ours with lower numbers wait for somebody else who is the room's host as far as our
/// copy of it says: the news of a hand-over is on its way, and makes them the peer's too.
async fn waits_for_another(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    number: u64,
) -> Result<bool, StoreError> {
    let room = tenant.store.room(room_id).await?;
    if room.is_none_or(|room| &room.host == peer) {
        return Ok(false);
    }
    let pending = tenant.store.pending(room_id).await?;
    Ok(pending
        .iter()
        .any(|row| row.refused.is_none() && row.origin_seq < number))
}

/// The number of a declining leave.
fn origin_seq_of(row: &OutboxRow) -> u64 {
    let item = json::parse_body(&row.item).ok();
    let number = item
        .as_ref()
        .and_then(|item| item.get("event")?.get("origin_seq")?.as_int());
    number
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(0)
}

/// Whether the invitation that a row delivers still stands, and is ours to deliver: after a hand-over the
/// new host does.
async fn is_invited(tenant: &Tenant, row: &OutboxRow) -> Result<bool, StoreError> {
    let Some(invitee) = &row.participant else {
        return Ok(true);
    };
    let room = tenant.store.room(&row.room_id).await?;
    if room.is_some_and(|room| &room.host != tenant.server_name()) {
        return Ok(false);
    }
    let member = tenant.store.member(&row.room_id, invitee).await?;
    Ok(member.is_some_and(|member| member.membership == Membership::Invite))
}

/// The last seq that a server which is being removed from a room may have. It may have come back and
/// been removed again before the first removal was delivered.
fn last_allowed(one_off: &[OutboxRow], room_id: &RoomId) -> Option<u64> {
    one_off
        .iter()
        .filter(|row| &row.room_id == room_id)
        .filter_map(removal_seq)
        .max()
}

/// Whether a later removal from the same room waits behind this one: then the server is owed the
/// entries up to that one, too.
pub(super) async fn is_removed_again(tenant: &Tenant, row: &OutboxRow) -> Result<bool, StoreError> {
    let waiting = tenant
        .store
        .outbox(&row.peer, SEND_ITEMS_MAX as u32 / 2)
        .await?;
    Ok(last_allowed(&waiting, &row.room_id) > removal_seq(row))
}

pub(super) fn removal_seq(row: &OutboxRow) -> Option<u64> {
    if row.kind != REMOVED {
        return None;
    }
    let item = json::parse_body(&row.item).ok()?;
    item.get("checkpoint")?
        .get("seq")?
        .as_int()
        .and_then(|seq| u64::try_from(seq).ok())
}
