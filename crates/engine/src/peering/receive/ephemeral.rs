use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::wire::{Ephemeral, ItemResult};
use scaiwave_protocol::{Code, ServerName};

use super::Answer;
use crate::{Tenant, live, peering};

/// Something fleeting about one of the peer's own people. Never stored.
pub(super) async fn ephemeral(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    ephemeral: Ephemeral,
) -> Answer {
    if ephemeral.participant().server() != peer {
        return Err(Code::NotAuthorized.because("a server speaks only of its own people"));
    }
    if let Ephemeral::Typing {
        room_id,
        participant,
        typing,
    } = ephemeral
    {
        let member = tenant.store.member(&room_id, &participant).await;
        let joined = member
            .is_ok_and(|member| member.is_some_and(|member| member.membership == Membership::Join));
        if !joined {
            return Err(peering::room_unknown());
        }
        live::show_typing(tenant, &room_id, &participant, typing);
    }
    Ok(ItemResult::Ok(Default::default()))
}
