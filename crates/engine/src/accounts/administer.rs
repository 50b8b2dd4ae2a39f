use scaiwave_protocol::LocalId;
use scaiwave_store::record::{AccountPatch, ParticipantRow, Role};
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::{Viewer, view};
use crate::audit::{self, Action, Actor, Happening};
use crate::view::ParticipantView;
use crate::{ClientCode, Outcome, Tenant, quota};

/// Accounts in one page.
const PAGE_MAX: u32 = 200;

/// An account, as admins see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountView {
    /// Who.
    pub participant: ParticipantView,
    /// Admin or not.
    pub role: Role,
    /// When it was made (ms).
    pub created_at: u64,
    /// When one of its logins was last used (ms), to within a few minutes.
    pub last_seen_at: Option<u64>,
    /// Since when it is closed (ms).
    pub deactivated_at: Option<u64>,
}

impl AccountView {
    fn of(tenant: &Tenant, row: ParticipantRow) -> Outcome<Self> {
        Ok(AccountView {
            role: row.role,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            deactivated_at: row.deactivated_at,
            participant: view(tenant, row)?,
        })
    }
}

/// Every account whose id or name contains `query`, closed ones too, by id.
pub async fn list(
    tenant: &Tenant,
    viewer: &Viewer,
    query: &str,
    limit: u32,
    offset: u32,
) -> Outcome<Vec<AccountView>> {
    viewer.must_be_admin()?;
    let limit = limit.min(PAGE_MAX);
    let rows = tenant.store.participants(query, true, None, limit, offset);
    let rows = rows.await?.into_iter();
    rows.map(|row| AccountView::of(tenant, row)).collect()
}

/// Closes an account: its sessions, its tokens for programs and its link for a new password end, and nobody logs in to it. What
/// it has said stays, and its name is never given to another.
pub async fn deactivate(
    tenant: &Tenant,
    viewer: &Viewer,
    local_id: &LocalId,
) -> Outcome<AccountView> {
    viewer.must_be_admin()?;
    let account = super::account(tenant, local_id).await?;
    if account.deactivated_at.is_some() {
        return AccountView::of(tenant, account);
    }
    let patch = AccountPatch {
        deactivated_at: Some(Some(tenant.world.now())),
        ..AccountPatch::default()
    };
    let act = Act {
        action: Action::AccountClosed,
        message: format!("the account of {local_id} was closed"),
        also: vec![
            Change::DropSessions(local_id.clone(), None),
            Change::DropApiTokens(local_id.clone()),
            Change::DropResetLink(local_id.clone()),
        ],
        // An admin of whom there is another, or no admin.
        needs_admin: account.role == Role::Admin,
    };
    change(tenant, viewer, local_id, patch, act).await
}

/// Opens a closed account again, with the password that it had.
pub async fn reactivate(
    tenant: &Tenant,
    viewer: &Viewer,
    local_id: &LocalId,
) -> Outcome<AccountView> {
    viewer.must_be_admin()?;
    let account = super::account(tenant, local_id).await?;
    if account.deactivated_at.is_none() {
        return AccountView::of(tenant, account);
    }
    let patch = AccountPatch {
        deactivated_at: Some(None),
        ..AccountPatch::default()
    };
    let act = Act {
        action: Action::AccountOpened,
        message: format!("the account of {local_id} was opened again"),
        also: Vec::new(),
        needs_admin: false,
    };
    let _place = quota::place_for_account(tenant).await?;
    change(tenant, viewer, local_id, patch, act).await
}

/// Makes somebody an admin, or an ordinary participant.
pub async fn set_role(
    tenant: &Tenant,
    viewer: &Viewer,
    local_id: &LocalId,
    role: Role,
) -> Outcome<AccountView> {
    viewer.must_be_admin()?;
    let account = super::account(tenant, local_id).await?;
    if account.role == role {
        return AccountView::of(tenant, account);
    }
    let patch = AccountPatch {
        role: Some(role),
        ..AccountPatch::default()
    };
    let act = Act {
        action: Action::AccountRole,
        message: match role {
            Role::Admin => format!("{local_id} was made an admin"),
            Role::Member => format!("{local_id} is no admin any more"),
        },
        also: Vec::new(),
        needs_admin: role == Role::Member && account.deactivated_at.is_none(),
    };
    change(tenant, viewer, local_id, patch, act).await
}

/// What goes with a change of an account.
struct Act {
    action: Action,
    message: String,
    also: Vec<Change>,
    /// Whether another admin must be left.
    needs_admin: bool,
}

async fn change(
    tenant: &Tenant,
    viewer: &Viewer,
    local_id: &LocalId,
    patch: AccountPatch,
    act: Act,
) -> Outcome<AccountView> {
    let happening = Happening {
        actor: Actor::Person(viewer),
        action: act.action,
        peer: None,
        room_id: None,
        message: act.message,
    };
    let mut commit = Commit::of(vec![
        Change::PatchParticipant(local_id.clone(), patch),
        audit::note(tenant, happening),
    ]);
    commit.changes.extend(act.also);
    if act.needs_admin {
        commit = commit.expecting(Expectation::AnotherAdmin(local_id.clone()));
    }
    match tenant.store.commit(commit).await {
        Ok(_) => {}
        Err(CommitError::Conflict(_)) => {
            return Err(ClientCode::LastAdmin
                .because("this is the tenant's only admin; make another one first"));
        }
        Err(error) => return Err(error.into()),
    }
    tenant.tokens.end(local_id);
    let account = super::account(tenant, local_id).await?;
    tenant
        .closed
        .note(local_id, account.deactivated_at.is_some());
    AccountView::of(tenant, account)
}
