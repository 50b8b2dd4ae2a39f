use std::sync::Arc;

use scaiwave_store::{Change, Commit};

use super::{Policy, SETTING, document};
use crate::{Outcome, Tenant, Viewer};

/// Replaces the policy. It is in force as soon as it is on disk.
pub async fn put(tenant: &Tenant, viewer: &Viewer, policy: Policy) -> Outcome<()> {
    viewer.must_be_admin()?;
    let change = Change::PutSetting(SETTING, document::write(&policy));
    tenant.store.commit(Commit::of(vec![change])).await?;
    *tenant.policy.0.write() = Arc::new(policy);
    Ok(())
}
