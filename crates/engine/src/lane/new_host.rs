//! What a server owes a room that it has just become the host of.

use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::wire::{Card, item};
use scaiwave_protocol::{Event, Fqid};
use scaiwave_room::{Accepted, RoomState};
use scaiwave_store::record::{FollowerRow, OutboxRow};
use scaiwave_store::{Change, StoreError};

use super::state::LaneState;
use super::work::Work;
use crate::Tenant;
use crate::audit::{self, Action, Actor, Happening};
use crate::peering::Lead;
use crate::stored;

/// Everybody else in the room follows us from the hand-over on; invitations that are not answered yet are
/// delivered anew, from us; and what our people wrote meanwhile gets its place.
pub(super) async fn begin(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    batch: &[Accepted],
    work: &mut Work,
) -> Result<(), StoreError> {
    let room_id = lane.room.room_id().clone();
    let us = tenant.server_name();
    let others = lane.room.present_servers().filter(|server| *server != us);
    lane.followers = others.cloned().collect();
    // Who is further behind answers so, and is sent the rest.
    let acked_seq = lane.room.head().seq.saturating_sub(batch.len() as u64);
    for server in &lane.followers {
        tenant.cursors.forget(&room_id, server);
        work.changes.push(Change::PutFollower(FollowerRow {
            room_id: room_id.clone(),
            server: server.clone(),
            acked_seq,
            stopped: None,
        }));
    }
    work.rings.extend(lane.followers.iter().cloned());
    for (invitee, event) in open_invitations(tenant, &lane.room, batch).await? {
        let item = item::invite(&event.to_json(), &card(&lane.room)).canonical();
        work.changes.push(Change::PutOutbox(OutboxRow {
            id: tenant.world.event_id(),
            peer: invitee.server().clone(),
            kind: "invite".to_owned(),
            room_id: room_id.clone(),
            participant: Some(invitee.clone()),
            item,
            created_at: tenant.world.now(),
        }));
        work.rings.insert(invitee.server().clone());
    }
    work.changes.push(Change::DropTakeOver(room_id.clone()));
    work.changes.push(taken_over(tenant, &lane.room));
    work.leads.push(Lead::TookOver { room_id });
    Ok(())
}

fn card(room: &RoomState) -> Card {
    Card {
        room_id: room.room_id().clone(),
        host: room.host().clone(),
        at: room.head(),
        room_type: room.room_type(),
        servers: room.present_servers().cloned().collect(),
        name: room.name().map(str::to_owned),
        topic: room.topic().map(str::to_owned),
    }
}

/// Foreign people who are invited, each with the event that invited them.
async fn open_invitations(
    tenant: &Tenant,
    room: &RoomState,
    batch: &[Accepted],
) -> Result<Vec<(Fqid, Event)>, StoreError> {
    let mut open = Vec::new();
    for (invitee, member) in room.members() {
        if member.membership != Membership::Invite || tenant.is_local(invitee) {
            continue;
        }
        let here = batch.iter().find(|entry| entry.point().seq == member.seq);
        if let Some(entry) = here {
            open.push((invitee.clone(), entry.event().clone()));
            continue;
        }
        let rows = tenant
            .store
            .entries_after(room.room_id(), member.seq - 1, 1, usize::MAX);
        for row in rows.await?.iter().filter(|row| row.seq == member.seq) {
            open.push((invitee.clone(), stored::event_of(row)?));
        }
    }
    Ok(open)
}

fn taken_over(tenant: &Tenant, room: &RoomState) -> Change {
    audit::note(
        tenant,
        Happening {
            actor: Actor::Server,
            action: Action::RoomTakenOver,
            peer: None,
            room_id: Some(room.room_id()),
            message: "This server is the room's host now".to_owned(),
        },
    )
}
