use scaiwave_store::record::AccountPatch;
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::{Viewer, password};
use crate::{ClientCode, Denial, Outcome, Tenant};

fn wrong() -> Denial {
    ClientCode::WrongPassword
        .because("this is not your password")
        .at("current")
}

/// Gives the viewer another password, and ends all their sessions but the one that asks.
pub async fn change_password(
    tenant: &Tenant,
    viewer: &Viewer,
    current: String,
    new: String,
) -> Outcome<()> {
    password::check(&new, "new")?;
    let account = tenant.store.participant(&viewer.local_id).await?;
    let before = account.and_then(|account| account.password_hash);
    if !password::verify(before.clone(), current).await {
        return Err(wrong());
    }
    let patch = AccountPatch {
        password_hash: Some(password::hash(&tenant.world, new).await?),
        ..AccountPatch::default()
    };
    let local_id = &viewer.local_id;
    let commit = Commit::of(vec![
        Change::PatchParticipant(local_id.clone(), patch),
        Change::DropSessions(local_id.clone(), Some(viewer.session)),
        // Whoever knows the password needs no link, and whoever has the link should not need one more.
        Change::DropResetLink(local_id.clone()),
    ])
    .expecting(Expectation::Account {
        local_id: local_id.clone(),
        password_hash: before,
    });
    match tenant.store.commit(commit).await {
        Ok(_) => {}
        // It was changed elsewhere at that moment.
        Err(CommitError::Conflict(_)) => return Err(wrong()),
        Err(error) => return Err(error.into()),
    }
    tenant.tokens.end(local_id);
    Ok(())
}
