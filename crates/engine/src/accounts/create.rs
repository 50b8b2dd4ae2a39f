use scaiwave_protocol::LocalId;
use scaiwave_store::record::{ParticipantRow, Role};
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::profile::checked_name;
use super::{Viewer, password, view};
use crate::audit::{self, Action, Actor, Happening};
use crate::view::ParticipantView;
use crate::{ClientCode, Outcome, Tenant, quota};

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Unique in the tenant, for good.
    pub local_id: LocalId,
    /// 1–100 characters.
    pub display_name: String,
    /// Admin or not.
    pub role: Role,
    /// Without one, the account logs in by other means.
    pub password: Option<String>,
    /// A program.
    pub bot: bool,
}

/// What is wrong with an account that is to be made, as far as it can be said without a tenant.
pub fn check(new: &NewAccount) -> Outcome<()> {
    checked_name(&new.display_name)?;
    match &new.password {
        Some(password) => password::check(password, "password"),
        None => Ok(()),
    }
}

/// Makes an account.
pub async fn create(tenant: &Tenant, new: NewAccount) -> Outcome<ParticipantView> {
    let row = new_row(tenant, new).await?;
    put(tenant, row, Vec::new()).await
}

pub(super) async fn new_row(tenant: &Tenant, new: NewAccount) -> Outcome<ParticipantRow> {
    let display_name = checked_name(&new.display_name)?;
    let password_hash = match new.password {
        Some(password) => {
            password::check(&password, "password")?;
            Some(password::hash(&tenant.world, password).await?)
        }
        None => None,
    };
    Ok(ParticipantRow {
        local_id: new.local_id,
        display_name,
        avatar: None,
        role: new.role,
        bot: new.bot,
        password_hash,
        created_at: tenant.world.now(),
        deactivated_at: None,
        last_seen_at: None,
        presence: None,
    })
}

/// `with` stands in the same commit.
pub(super) async fn put(
    tenant: &Tenant,
    row: ParticipantRow,
    with: Vec<Change>,
) -> Outcome<ParticipantView> {
    let mut commit = Commit::of(vec![Change::PutParticipant(Box::new(row.clone()))])
        .expecting(Expectation::NoParticipant(row.local_id.clone()));
    commit.changes.extend(with);
    let _place = quota::place_for_account(tenant).await?;
    match tenant.store.commit(commit).await {
        Ok(_) => view(tenant, row),
        Err(CommitError::Conflict(_)) => Err(ClientCode::Taken
            .because("an account of this name exists already")
            .at("local_id")),
        Err(error) => Err(error.into()),
    }
}

/// Makes an account without a password, unless there is one of this name, which stays as it is. Another
/// use of the same words changes nothing.
pub async fn register(
    tenant: &Tenant,
    viewer: &Viewer,
    local_id: LocalId,
    display_name: String,
) -> Outcome<ParticipantView> {
    viewer.must_be_admin()?;
    if let Some(row) = tenant.store.participant(&local_id).await? {
        return view(tenant, row);
    }
    let row = new_row(
        tenant,
        NewAccount {
            local_id,
            display_name,
            role: Role::Member,
            password: None,
            bot: false,
        },
    )
    .await?;
    let happening = Happening {
        actor: Actor::Person(viewer),
        action: Action::AccountMade,
        peer: None,
        room_id: None,
        message: format!("the account of {} was made", row.local_id),
    };
    let line = audit::note(tenant, happening);
    put(tenant, row, vec![line]).await
}
