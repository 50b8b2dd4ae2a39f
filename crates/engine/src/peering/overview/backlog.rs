use std::collections::BTreeSet;

use scaiwave_protocol::ServerName;
use scaiwave_store::StoreError;

use super::list::Waiting;
use crate::Tenant;

/// What waits for another server, for whoever watches over this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Which.
    pub server: ServerName,
    /// Whether the last attempt to reach it succeeded.
    pub reachable: bool,
    /// Entries of our rooms that it has not acknowledged.
    pub events: u64,
    /// Our people's events for rooms that it hosts.
    pub pending: u64,
    /// Invitations and other one-off items.
    pub outbox: u64,
    /// The oldest of all that, ms since the Unix epoch.
    pub since: Option<u64>,
}

/// Every server that this tenant knows or has something for, by name. Only those with something waiting cost
/// more than a look at memory.
pub async fn backlogs(tenant: &Tenant) -> Result<Vec<Backlog>, StoreError> {
    let mut waited_for: BTreeSet<ServerName> =
        tenant.store.waiting_peers().await?.into_iter().collect();
    let mut backlogs = Vec::new();
    for peer in tenant.peers.all() {
        let waits = waited_for.remove(&peer.row.server);
        backlogs.push(of(tenant, peer.row.server, peer.reachable, waits).await?);
    }
    // What was left for somebody who has never been spoken to.
    for server in waited_for {
        backlogs.push(of(tenant, server, false, true).await?);
    }
    backlogs.sort_by(|one, other| one.server.cmp(&other.server));
    Ok(backlogs)
}

async fn of(
    tenant: &Tenant,
    server: ServerName,
    reachable: bool,
    waits: bool,
) -> Result<Backlog, StoreError> {
    let waiting = match waits {
        true => Waiting::of(tenant, &server).await?,
        false => Waiting::default(),
    };
    Ok(Backlog {
        server,
        reachable,
        events: waiting.events,
        pending: waiting.pending,
        outbox: waiting.outbox,
        since: waiting.since,
    })
}
