//! What a tenant does by the calendar and not because somebody asks. The server calls [`run`] about once
//! a minute; a simulation calls it whenever it likes, so nothing in here may keep a timer of its own.

mod records;

use std::sync::Arc;

use crate::{Tenant, audit, history, keyed, live, peering, policy, rooms};

pub(crate) use records::Records;

/// Does everything that is due. A part that fails is logged and tried again at the next call; it does
/// not keep the others from being done.
pub async fn run(tenant: &Arc<Tenant>) {
    if let Err(error) = tenant.keyring.keep_calendar().await {
        tracing::error!(%error, tenant = tenant.slug(), "the keys cannot be looked after");
    }
    peering::refresh_descriptors(tenant).await;
    records::keep(tenant).await;
    if let Err(error) = history::refold_waiting(tenant).await {
        tracing::error!(%error, tenant = tenant.slug(), "rooms to be folded cannot be read");
    }
    history::fill_holes(tenant);
    if let Err(error) = peering::tell(tenant).await {
        tracing::error!(%error, tenant = tenant.slug(), "followers cannot be told how far others are");
    }
    if let Err(denial) = audit::announce(tenant).await {
        tracing::error!(%denial, tenant = tenant.slug(), "admins cannot be told of alarms");
    }
    if let Err(denial) = rooms::close_all_doubled(tenant).await {
        tracing::error!(%denial, tenant = tenant.slug(), "a doubled dm cannot be closed");
    }
    if let Err(denial) = policy::finish_departures(tenant).await {
        tracing::error!(%denial, tenant = tenant.slug(), "rooms of refused servers cannot be left");
    }
    if let Err(error) = live::keep_presence(tenant).await {
        tracing::error!(%error, tenant = tenant.slug(), "presence cannot be told");
    }
    if let Err(error) = keyed::sweep(tenant).await {
        tracing::error!(%error, tenant = tenant.slug(), "old answers cannot be dropped");
    }
    peering::report_doubts(tenant).await;
    peering::confirm_keys(tenant).await;
    if let Err(error) = peering::wake(tenant).await {
        tracing::error!(%error, tenant = tenant.slug(), "what waits for peers cannot be read");
    }
}
