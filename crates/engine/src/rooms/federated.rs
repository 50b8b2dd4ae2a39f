use std::sync::Arc;

use scaiwave_protocol::event::content::{Membership, RoomType};
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::StoreError;
use scaiwave_store::record::RoomRow;

use super::document;
use crate::{Outcome, Tenant, Viewer};

/// Rooms in one page.
const PAGE_MAX: u32 = 200;

/// A room that other servers have something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FederatedRoom {
    /// Which.
    pub room_id: RoomId,
    /// What it is called.
    pub name: Option<String>,
    /// Group, dm or public.
    pub room_type: RoomType,
    /// Who sequences.
    pub host: ServerName,
    /// Whether other servers may take part (still).
    pub federate: bool,
    /// Other servers with somebody in it.
    pub servers: Vec<ServerName>,
    /// Other servers that had somebody in it and keep what they had.
    pub left: Vec<ServerName>,
    /// People of this tenant in it.
    pub local_people: u64,
    /// People of others in it.
    pub foreign_people: u64,
    /// Our head.
    pub head_seq: u64,
    /// Why it is read-only here.
    pub frozen: Option<String>,
}

/// Rooms that other servers have something of, by id, for admins.
pub async fn federated(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    limit: u32,
    offset: u32,
) -> Outcome<Vec<FederatedRoom>> {
    viewer.must_be_admin()?;
    let mut rows = tenant.store.rooms().await?;
    rows.sort_by(|a, b| a.room_id.cmp(&b.room_id));
    let mut found = Vec::new();
    let mut skip = offset;
    for row in rows {
        if found.len() >= limit.clamp(1, PAGE_MAX) as usize {
            break;
        }
        let (servers, left) = others(tenant, &row.room_id).await?;
        if servers.is_empty() && left.is_empty() {
            continue;
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        found.push(view(tenant, row, servers, left).await?);
    }
    Ok(found)
}

/// Other servers that are in the room, and those that were.
async fn others(
    tenant: &Tenant,
    room_id: &RoomId,
) -> Result<(Vec<ServerName>, Vec<ServerName>), StoreError> {
    let rows = tenant.store.room_servers(room_id).await?;
    let others = rows
        .into_iter()
        .filter(|row| &row.server != tenant.server_name());
    let (present, left): (Vec<_>, Vec<_>) = others.partition(|row| row.present);
    let names = |rows: Vec<scaiwave_store::record::RoomServerRow>| {
        rows.into_iter().map(|row| row.server).collect()
    };
    Ok((names(present), names(left)))
}

async fn view(
    tenant: &Tenant,
    row: RoomRow,
    servers: Vec<ServerName>,
    left: Vec<ServerName>,
) -> Result<FederatedRoom, StoreError> {
    let core = document::core(&row)?;
    let members = tenant.store.members(&row.room_id).await?;
    let joined = members
        .iter()
        .filter(|member| member.membership == Membership::Join);
    let (local, foreign): (Vec<_>, Vec<_>) =
        joined.partition(|member| tenant.is_local(&member.participant));
    Ok(FederatedRoom {
        name: core.name().map(str::to_owned),
        room_type: core.room_type(),
        federate: core.federates(),
        servers,
        left,
        local_people: local.len() as u64,
        foreign_people: foreign.len() as u64,
        head_seq: row.head.seq,
        frozen: row.frozen,
        host: row.host,
        room_id: row.room_id,
    })
}
