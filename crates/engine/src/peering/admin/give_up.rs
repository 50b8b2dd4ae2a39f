use std::sync::Arc;

use scaiwave_protocol::{Code, Refusal, ServerName};
use scaiwave_store::record::{FollowerRow, OutboxRow};
use scaiwave_store::{Change, Commit};

use crate::audit::Action;
use crate::peering::outbound::removal_seq;
use crate::peering::overview::no_such_peer;
use crate::peering::reach;
use crate::{Outcome, Tenant, Viewer, lane};

/// Rooms, events or items taken in one step.
const STEP_MAX: u32 = 500;
/// What stands in a room's follower row, and in the log when an invitation is taken back.
const REASON: &str = "an admin of this server has given up that server";

/// How much was waiting for a peer when it was given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GivenUp {
    /// Rooms of ours in which nothing more is sent to it.
    pub rooms: u64,
    /// Entries in them that it has not acknowledged. They stay in the log: if it ever comes back, it
    /// gets them.
    pub entries: u64,
    /// Events of our people for rooms that it hosts. Their authors see that they were not delivered.
    pub pending: u64,
    /// Invitations, removals and declined invitations. Invitations are taken back.
    pub items: u64,
}

/// Forgets what waits for a peer and stops trying, until it speaks again or an admin retries.
pub async fn give_up(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    server: &ServerName,
) -> Outcome<GivenUp> {
    viewer.must_be_admin()?;
    tenant.peers.get(server).ok_or_else(no_such_peer)?;
    let now = tenant.world.now();
    // First of all: from here on its worker finds nothing to send.
    tenant.peers.update(server, now, |peer| {
        peer.row.dropped_at = Some(now);
        peer.next_try_at = None;
    });
    reach::note(tenant, server).await;
    let mut given_up = GivenUp::default();
    stop_rooms(tenant, server, &mut given_up).await?;
    refuse_pending(tenant, server, &mut given_up).await?;
    drop_items(tenant, server, &mut given_up).await?;
    let GivenUp {
        rooms,
        entries,
        pending,
        items,
    } = given_up;
    let message = format!(
        "Given up: {entries} entries in {rooms} rooms, {pending} events for rooms that it hosts and \
         {items} other items were waiting."
    );
    super::note(tenant, viewer, Action::PeerDropped, server, message).await;
    Ok(given_up)
}

async fn stop_rooms(tenant: &Tenant, server: &ServerName, given_up: &mut GivenUp) -> Outcome<()> {
    loop {
        let lagging = tenant.store.lagging(server, STEP_MAX).await?;
        if lagging.is_empty() {
            return Ok(());
        }
        let mut changes = Vec::with_capacity(lagging.len());
        for lag in lagging {
            let acked_seq = tenant.cursors.acked(&lag.room_id, server, lag.acked_seq);
            given_up.rooms += u64::from(acked_seq < lag.head_seq);
            given_up.entries += lag.head_seq.saturating_sub(acked_seq);
            tenant.cursors.forget(&lag.room_id, server);
            changes.push(Change::PutFollower(FollowerRow {
                stopped: (acked_seq < lag.head_seq).then(|| REASON.to_owned()),
                room_id: lag.room_id,
                server: server.clone(),
                acked_seq,
            }));
        }
        tenant.store.commit(Commit::of(changes)).await?;
    }
}

async fn refuse_pending(
    tenant: &Arc<Tenant>,
    server: &ServerName,
    given_up: &mut GivenUp,
) -> Outcome<()> {
    loop {
        let pending = tenant.store.pending_for(server, STEP_MAX).await?;
        if pending.is_empty() {
            return Ok(());
        }
        for row in pending {
            lane::refused(tenant, &row.room_id, row.event_id, row.event, refusal()).await?;
            given_up.pending += 1;
        }
    }
}

async fn drop_items(
    tenant: &Arc<Tenant>,
    server: &ServerName,
    given_up: &mut GivenUp,
) -> Outcome<()> {
    loop {
        let items = tenant.store.outbox(server, STEP_MAX).await?;
        if items.is_empty() {
            return Ok(());
        }
        for row in items {
            let id = row.id;
            conclude(tenant, row).await?;
            let gone = Commit::of(vec![Change::DropOutbox(id)]);
            tenant.store.commit(gone).await?;
            given_up.items += 1;
        }
    }
}

/// What follows when an item is never delivered: the room must not wait for an answer.
async fn conclude(tenant: &Arc<Tenant>, row: OutboxRow) -> Outcome<()> {
    match (row.kind.as_str(), row.participant.clone()) {
        ("invite", Some(invitee)) => {
            // Somebody may have taken the invitation back meanwhile; then there is nothing to do.
            if let Err(denial) = lane::evict(tenant, &row.room_id, invitee, REASON.to_owned()).await
            {
                tracing::info!(%denial, room_id = %row.room_id, "an invitation was gone already");
            }
        }
        ("removed", _) if removal_seq(&row).is_some() => {
            lane::departed(tenant, &row.room_id, row.peer).await?;
        }
        _ => {}
    }
    Ok(())
}

fn refusal() -> Refusal {
    Code::PolicyViolation.because(REASON)
}
