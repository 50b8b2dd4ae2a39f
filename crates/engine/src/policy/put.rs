use std::sync::Arc;

use scaiwave_store::{Change, Commit};

use super::{Policy, SETTING, document, words};
use crate::audit::{self, Actor, Happening};
use crate::{Outcome, Tenant, Viewer};

/// Replaces the policy. It is in force as soon as it is on disk.
pub async fn put(tenant: &Tenant, viewer: &Viewer, policy: Policy) -> Outcome<()> {
    viewer.must_be_admin()?;
    let mut changes = vec![Change::PutSetting(SETTING, document::write(&policy))];
    let difference = words::difference(&tenant.policy.get(), &policy);
    if !difference.is_empty() {
        let happening = Happening {
            actor: Actor::Person(viewer),
            action: "policy.changed",
            peer: None,
            room_id: None,
            message: format!("The federation policy: {}.", difference.join("; ")),
        };
        changes.push(audit::note(tenant, happening));
    }
    tenant.store.commit(Commit::of(changes)).await?;
    *tenant.policy.0.write() = Arc::new(policy);
    Ok(())
}
