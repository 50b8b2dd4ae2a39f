use std::sync::Arc;

use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::StoreError;

use super::{Answer, RETRY_AFTER_MS};
use crate::{Tenant, peering, policy};

/// The room's host asks whether we agree to a server that would come into a room in which we are.
pub(super) async fn consult(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: RoomId,
    server: ServerName,
) -> Answer {
    let host = match host_of(tenant, peer, &room_id).await {
        Ok(host) => host.ok_or_else(peering::room_unknown)?,
        Err(error) => {
            tracing::error!(%error, "storage failed");
            return Ok(ItemResult::Retry {
                after_ms: RETRY_AFTER_MS,
            });
        }
    };
    // Nobody else is told whom we admit.
    if &host != peer {
        return Err(peering::not_host("only the room's host consults"));
    }
    let ruling = tenant.policy.get().of_server(&server);
    if server == *tenant.server_name() || ruling.allowed {
        Ok(ItemResult::Ok(Default::default()))
    } else {
        Err(policy::refusal(&ruling.rule))
    }
}

/// The host of a room that the asker is in.
async fn host_of(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
) -> Result<Option<ServerName>, StoreError> {
    let Some(row) = tenant.store.room(room_id).await? else {
        return Ok(None);
    };
    let servers = tenant.store.room_servers(room_id).await?;
    let known = servers.iter().any(|row| &row.server == peer);
    Ok(known.then_some(row.host))
}
