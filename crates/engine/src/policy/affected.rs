use std::collections::BTreeSet;
use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_room::RoomState;
use scaiwave_store::StoreError;

use super::Policy;
use crate::{Tenant, lane, rooms};

/// A room in which somebody of ours is together with a server that the policy does not admit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffectedRoom {
    /// Which room.
    pub room_id: RoomId,
    /// What it is called.
    pub name: Option<String>,
    /// Who hosts it.
    pub host: ServerName,
    /// The servers in it that the policy does not admit, by name.
    pub servers: Vec<ServerName>,
    /// Whether it is left by itself; otherwise it is kept until an admin leaves it.
    pub left: bool,
}

/// The rooms that a policy turns against.
pub(super) async fn affected(
    tenant: &Arc<Tenant>,
    policy: &Policy,
) -> Result<Vec<AffectedRoom>, StoreError> {
    let mut found = Vec::new();
    for row in tenant.store.rooms().await? {
        // Most rooms of a tenant are nobody else's matter: their members need not be read.
        if &row.host == tenant.server_name() && !rooms::core(&row)?.federates() {
            continue;
        }
        let Some(room) = lane::load_state(tenant, &row.room_id).await? else {
            continue;
        };
        let servers = unwanted(tenant, policy, &room);
        if servers.is_empty() {
            continue;
        }
        found.push(AffectedRoom {
            room_id: row.room_id,
            name: room.name().map(str::to_owned),
            host: room.host().clone(),
            left: servers.iter().any(|server| policy.refuses(server)),
            servers,
        });
    }
    Ok(found)
}

/// Servers with somebody in the room that the policy does not admit; none when nobody of ours is in it.
///
/// In a room of ours the invited ones count, because it is ours to take them out. Elsewhere they do not:
/// before they join, we are asked.
pub(super) fn unwanted(tenant: &Tenant, policy: &Policy, room: &RoomState) -> Vec<ServerName> {
    let us = tenant.server_name();
    let ours = room.host() == us;
    if !ours && !room.concerns(us) {
        return Vec::new();
    }
    let here = room
        .members()
        .iter()
        .filter(|(_, member)| match member.membership {
            Membership::Join => true,
            Membership::Invite => ours,
            Membership::Leave | Membership::Ban | Membership::Knock => false,
        })
        .map(|(participant, _)| participant.server());
    let servers: BTreeSet<&ServerName> = here.chain([room.host()]).collect();
    servers
        .into_iter()
        .filter(|server| *server != us && !policy.admits(server))
        .cloned()
        .collect()
}
