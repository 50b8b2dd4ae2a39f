use scaiwave_protocol::LocalId;
use scaiwave_store::record::{AccountPatch, ResetLinkRow};
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::{Viewer, password, tokens};
use crate::audit::{self, Action, Actor, Happening};
use crate::{ClientCode, Denial, Outcome, Tenant};

/// Life of a link for a new password: an admin hands it over, perhaps by post.
const LINK_MS: u64 = 24 * 60 * 60 * 1000;

/// What an admin hands to somebody who has lost their password. Shown once; only its hash is kept.
#[derive(Clone, Debug)]
pub struct ResetLink {
    /// For [`reset_password`], once.
    pub token: String,
    /// When it ends (ms).
    pub expires_at: u64,
}

/// Makes a link with which somebody sets a new password. The one before it ends; their password and
/// their sessions stay until the link is used.
pub async fn reset_link(
    tenant: &Tenant,
    viewer: &Viewer,
    local_id: &LocalId,
) -> Outcome<ResetLink> {
    viewer.must_be_admin()?;
    let account = super::open_account(tenant, local_id).await?;
    let (token, hash) = tokens::fresh(&tenant.world, "swr");
    let expires_at = tenant.world.now() + LINK_MS;
    let message = format!("a link for a new password of {local_id} was made");
    let commit = Commit::of(vec![
        Change::PutResetLink(ResetLinkRow {
            local_id: local_id.clone(),
            hash,
            expires_at,
        }),
        line(
            tenant,
            Actor::Person(viewer),
            Action::AccountResetLink,
            message,
        ),
    ])
    .expecting(Expectation::Account {
        local_id: local_id.clone(),
        password_hash: account.password_hash,
    });
    tenant.store.commit(commit).await?;
    Ok(ResetLink { token, expires_at })
}

fn line(tenant: &Tenant, actor: Actor<'_>, action: Action, message: String) -> Change {
    let happening = Happening {
        actor,
        action,
        peer: None,
        room_id: None,
        message,
    };
    audit::note(tenant, happening)
}

fn over() -> Denial {
    ClientCode::InvalidToken
        .because("this link is not valid, was used or has ended; ask an admin for a new one")
}

/// Sets a new password by a link, and ends all sessions and tokens for programs: whoever had the old
/// password is out. Gives whose it is.
pub async fn reset_password(tenant: &Tenant, token: &str, new: String) -> Outcome<LocalId> {
    password::check(&new, "new_password")?;
    let hash = tokens::hash(token);
    let link = tenant.store.reset_link(&hash).await?.ok_or_else(over)?;
    if link.expires_at <= tenant.world.now() {
        return Err(over());
    }
    let local_id = link.local_id;
    let account = tenant.store.participant(&local_id).await?;
    let account = account.filter(|account| account.deactivated_at.is_none());
    let account = account.ok_or_else(over)?;
    let patch = AccountPatch {
        password_hash: Some(password::hash(&tenant.world, new).await?),
        ..AccountPatch::default()
    };
    let message = format!("{local_id} has set a new password by a link");
    let commit = Commit::of(vec![
        Change::PatchParticipant(local_id.clone(), patch),
        Change::DropSessions(local_id.clone(), None),
        Change::DropApiTokens(local_id.clone()),
        Change::DropResetLink(local_id.clone()),
        line(tenant, Actor::Server, Action::AccountPasswordReset, message),
    ])
    .expecting(Expectation::ResetLink {
        local_id: local_id.clone(),
        hash,
    })
    .expecting(Expectation::Account {
        local_id: local_id.clone(),
        password_hash: account.password_hash,
    });
    match tenant.store.commit(commit).await {
        Ok(_) => {}
        // Used, replaced or closed at that moment.
        Err(CommitError::Conflict(_)) => return Err(over()),
        Err(error) => return Err(error.into()),
    }
    tenant.tokens.end(&local_id);
    Ok(local_id)
}
