//! One DM per pair, also when both sides create one at once (protocol section 7).
//!
//! The room with the smaller id stays. The host of the other one accepts the invitation to it by itself,
//! and closes its own. The host of the room that stays forgets the invitation to the other one as soon as
//! its own room is joined.

use std::sync::Arc;

use scaiwave_protocol::event::content::{Membership, RoomLife, RoomType};
use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_room::RoomState;
use scaiwave_store::StoreError;

use crate::{Outcome, Tenant, lane};

/// What an invitation to a DM means to the one that its invitee has begun with the inviter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubled {
    /// There is no other.
    No,
    /// Ours gives way: the invitation is accepted at once.
    OursGivesWay,
    /// Ours stays and the inviter is to come into it; until then the invitation waits.
    OursStays,
    /// Ours stays and the inviter is in it: the invitation is of the past.
    OursIsUsed,
}

/// Compares a DM elsewhere with the one that the invitee has begun with the inviter in a room of ours.
pub(crate) async fn doubled(
    tenant: &Arc<Tenant>,
    invitee: &Fqid,
    inviter: &Fqid,
    elsewhere: &RoomId,
) -> Result<Doubled, StoreError> {
    let Some(ours) = tenant.store.dm(invitee, inviter).await? else {
        return Ok(Doubled::No);
    };
    let room = lane::load_state(tenant, &ours).await?;
    let Some(room) = room.filter(|room| begun_here(tenant, room)) else {
        return Ok(Doubled::No);
    };
    Ok(match room.membership(inviter) {
        Some(Membership::Join) => Doubled::OursIsUsed,
        Some(Membership::Invite) if elsewhere < &ours => Doubled::OursGivesWay,
        Some(Membership::Invite) => Doubled::OursStays,
        Some(Membership::Leave | Membership::Ban | Membership::Knock) | None => Doubled::No,
    })
}

fn begun_here(tenant: &Tenant, room: &RoomState) -> bool {
    room.host() == tenant.server_name()
        && room.room_type() == RoomType::Dm
        && room.life() == RoomLife::Open
}

/// Closes what one of ours has begun with somebody who is now talking with them in another room.
pub(crate) async fn close_doubled(
    tenant: &Arc<Tenant>,
    participant: &Fqid,
    other: &Fqid,
) -> Outcome<()> {
    let Some(stays) = tenant.store.dm(participant, other).await? else {
        return Ok(());
    };
    let member = tenant.store.member(&stays, participant).await?;
    if member.is_none_or(|member| member.membership != Membership::Join) {
        return Ok(());
    }
    for room_id in tenant.store.joined_rooms(participant).await? {
        if room_id <= stays {
            continue;
        }
        let room = lane::load_state(tenant, &room_id).await?;
        let Some(room) = room.filter(|room| begun_here(tenant, room)) else {
            continue;
        };
        if room.membership(other) == Some(Membership::Invite) {
            lane::replace(tenant, &room_id, &stays).await?;
        }
    }
    Ok(())
}

/// Closes what has been replaced since the last call.
pub(crate) async fn close_all_doubled(tenant: &Arc<Tenant>) -> Outcome<()> {
    let pairs = std::mem::take(&mut *tenant.doubled_dms.lock());
    for (participant, other) in pairs {
        close_doubled(tenant, &participant, &other).await?;
    }
    Ok(())
}
