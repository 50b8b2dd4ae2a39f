use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::wire::{Ephemeral, ItemResult};
use scaiwave_protocol::{Code, Fqid, RoomId, ServerName};

use super::Answer;
use crate::{Tenant, live, peering};

/// Something fleeting about one of the peer's own people. Never stored. Above the rate of one peer it
/// is passed over: nobody misses it.
pub(super) async fn ephemeral(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    ephemeral: Ephemeral,
) -> Answer {
    if ephemeral.participant().server() != peer {
        return Err(Code::NotAuthorized.because("a server speaks only of its own people"));
    }
    let now = tenant.world.now();
    let within = tenant.peers.update(peer, now, |known| {
        peering::fleeting::is_within(&mut known.fleeting, now)
    });
    if within {
        show(tenant, ephemeral).await?;
    }
    Ok(ItemResult::Ok(Default::default()))
}

async fn show(tenant: &Tenant, ephemeral: Ephemeral) -> Result<(), scaiwave_protocol::Refusal> {
    match ephemeral {
        Ephemeral::Typing {
            room_id,
            participant,
            typing,
        } => {
            must_be_joined(tenant, &room_id, &participant).await?;
            live::show_typing(tenant, &room_id, &participant, typing);
        }
        Ephemeral::Presence {
            participant,
            presence,
        } => {
            let heard = live::heard_presence(tenant, &participant, presence).await;
            if !heard.is_ok_and(|shares_room| shares_room) {
                return Err(peering::room_unknown());
            }
        }
        // Calls are not shown yet; who may speak of them is the same.
        Ephemeral::Call {
            room_id,
            participant,
            ..
        } => must_be_joined(tenant, &room_id, &participant).await?,
    }
    Ok(())
}

async fn must_be_joined(
    tenant: &Tenant,
    room_id: &RoomId,
    participant: &Fqid,
) -> Result<(), scaiwave_protocol::Refusal> {
    let member = tenant.store.member(room_id, participant).await;
    let joined = member
        .is_ok_and(|member| member.is_some_and(|member| member.membership == Membership::Join));
    joined.then_some(()).ok_or_else(peering::room_unknown)
}
