use scaiwave_protocol::EventId;
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::ProviderWay;
use super::enter::{identity_of, must_be_of};
use super::identities::{line, must_have_room};
use crate::accounts::{Viewer, still_welcome};
use crate::audit::Action;
use crate::world::Vouched;
use crate::{ClientCode, Denial, Outcome, Tenant};

fn another_s() -> Denial {
    ClientCode::Taken.because("this login is linked to another account here")
}

/// Links the account of somebody who has shown that it is theirs, and is logged in to it still.
pub(super) async fn link(
    tenant: &Tenant,
    way: &ProviderWay,
    viewer: &Viewer,
    vouched: Vouched,
) -> Outcome<EventId> {
    must_be_of(way, &vouched)?;
    still_welcome(tenant, viewer).await?;
    let local_id = &viewer.local_id;
    let found = tenant.store.identity(&vouched.issuer, &vouched.subject);
    match found.await? {
        Some(known) if known.local_id == *local_id => return Ok(known.id),
        Some(_) => return Err(another_s()),
        None => must_have_room(tenant, local_id).await?,
    }
    let account = crate::accounts::open_account(tenant, local_id).await?;
    let identity = identity_of(tenant, local_id.clone(), &vouched);
    let id = identity.id;
    let message = format!("{local_id} has linked their account to one at the identity provider");
    let commit = Commit::of(vec![
        Change::PutIdentity(Box::new(identity)),
        line(tenant, viewer, Action::AccountLinked, message),
    ])
    .expecting(Expectation::Account {
        local_id: local_id.clone(),
        password_hash: account.password_hash,
    });
    match tenant.store.commit(commit).await {
        Ok(_) => Ok(id),
        Err(CommitError::Conflict(_)) => Err(another_s()),
        Err(error) => Err(error.into()),
    }
}
