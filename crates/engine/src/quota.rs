//! What the operator grants a tenant, and what it uses of it.
//!
//! Asked where something is made: an account, a room, words. What comes from other servers is never
//! refused for it, because a room must not stop for everybody else when one of its tenants is full.

use parking_lot::RwLock;
use scaiwave_store::record::{TenantLimits, TenantStanding, TenantUsage};
use tokio::sync::{Mutex, MutexGuard};

use crate::{ClientCode, Denial, Outcome, Tenant, Viewer};

/// How the tenant stands with the operator, as this process has heard last.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    standing: RwLock<TenantStanding>,
    /// Held from the count to the commit, so that two do not take the last place. Taken before every
    /// other lock.
    making: Mutex<()>,
}

/// A place that is held until what takes it is stored.
pub(crate) type Place<'a> = Option<MutexGuard<'a, ()>>;

impl Tenant {
    /// How the tenant stands with the operator.
    pub fn standing(&self) -> TenantStanding {
        *self.quota.standing.read()
    }

    /// Takes over what the operator says from now on.
    pub fn set_standing(&self, standing: TenantStanding) {
        *self.quota.standing.write() = standing;
    }

    /// The people of a suspended tenant are shut out. Its rooms go on for others.
    pub fn must_not_be_suspended(&self) -> Outcome<()> {
        match self.standing().suspended_at {
            None => Ok(()),
            Some(_) => Err(ClientCode::TenantSuspended
                .because("this organisation is suspended; its people cannot use it for now")),
        }
    }
}

/// What the tenant uses, and what it may use, for its admins.
pub async fn usage(tenant: &Tenant, viewer: &Viewer) -> Outcome<(TenantUsage, TenantLimits)> {
    viewer.must_be_admin()?;
    let used = tenant.store.usage().await?;
    Ok((used, tenant.standing().limits))
}

/// The same for the operator.
pub async fn usage_for_operator(tenant: &Tenant) -> Outcome<TenantUsage> {
    Ok(tenant.store.usage().await?)
}

/// A place for an account that is to be made or opened.
pub(crate) async fn place_for_account(tenant: &Tenant) -> Outcome<Place<'_>> {
    let max = tenant.standing().limits.participants;
    place(tenant, max, |used| used.participants, "accounts").await
}

/// A place for a room that is to be made.
pub(crate) async fn place_for_room(tenant: &Tenant) -> Outcome<Place<'_>> {
    may_grow(tenant).await?;
    let max = tenant.standing().limits.rooms;
    place(tenant, max, |used| used.rooms, "rooms").await
}

async fn place<'t>(
    tenant: &'t Tenant,
    max: Option<u64>,
    count: impl Fn(TenantUsage) -> u64,
    what: &str,
) -> Outcome<Place<'t>> {
    let Some(max) = max else {
        return Ok(None);
    };
    let place = tenant.quota.making.lock().await;
    if count(tenant.store.usage().await?) >= max {
        return Err(full(&format!("as many {what} as it may have")));
    }
    Ok(Some(place))
}

/// Whether there is room for more words. What is said at this very moment elsewhere is not counted.
pub(crate) async fn may_grow(tenant: &Tenant) -> Outcome<()> {
    let Some(max) = tenant.standing().limits.storage_bytes else {
        return Ok(());
    };
    let used = tenant.store.usage().await?;
    if used.storage_bytes >= max {
        return Err(full("as much data as it may have"));
    }
    Ok(())
}

fn full(what: &str) -> Denial {
    let sentence = format!("this organisation has {what}; ask whoever runs the server for more");
    ClientCode::TenantCapacity.because(sentence)
}
