use std::sync::Arc;

use scaiwave_store::{Change, Commit};

use super::affected::{AffectedRoom, affected};
use super::{Policy, SETTING, depart, document, words};
use crate::audit::{self, Action, Actor, Happening};
use crate::{Outcome, Tenant, Viewer};

/// Replaces the policy. It is in force as soon as it is on disk.
///
/// Answers the rooms that we share with a server that it does not admit. Those of a server that is blocked
/// now, or of anybody when federation is closed, are left; the others are the admin's to keep or to leave
/// (protocol section 8).
pub async fn put(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    policy: Policy,
) -> Outcome<Vec<AffectedRoom>> {
    viewer.must_be_admin()?;
    let rooms = affected(tenant, &policy).await?;
    let leaving = rooms.iter().any(|room| room.left) || depart::turns_away(tenant, &policy).await?;
    let mut changes = vec![Change::PutSetting(SETTING, document::write(&policy))];
    let difference = words::difference(&tenant.policy.get(), &policy);
    if !difference.is_empty() {
        let happening = Happening {
            actor: Actor::Person(viewer),
            action: Action::PolicyChanged,
            peer: None,
            room_id: None,
            message: format!(
                "The federation policy: {}.{}",
                difference.join("; "),
                told(&rooms)
            ),
        };
        changes.push(audit::note(tenant, happening));
    }
    let mut until = None;
    if leaving {
        let farewell = depart::Farewell::begin(tenant.world.now());
        until = Some(farewell.until);
        changes.push(Change::PutSetting(depart::SETTING, farewell.write()));
    }
    tenant.store.commit(Commit::of(changes)).await?;
    tenant.policy.set(policy, until);
    if leaving {
        depart::from_refused(tenant).await?;
    }
    Ok(rooms)
}

/// What it means to rooms that are shared already.
fn told(rooms: &[AffectedRoom]) -> String {
    let left = rooms.iter().filter(|room| room.left).count();
    let kept = rooms.len() - left;
    match (left, kept) {
        (0, 0) => String::new(),
        (left, 0) => format!(" Rooms that are left because of it: {left}."),
        (left, kept) => format!(
            " Rooms that are left because of it: {left}; that stay shared with servers which it does not \
             admit: {kept}."
        ),
    }
}
