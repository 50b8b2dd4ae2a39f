use scaiwave_protocol::LocalId;
use scaiwave_protocol::limits::DISPLAY_NAME_CHARS_MAX;
use scaiwave_store::record::{ParticipantRow, Role};
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::{password, view};
use crate::view::ParticipantView;
use crate::{ClientCode, Outcome, Tenant};

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

/// Makes an account.
pub async fn create(tenant: &Tenant, new: NewAccount) -> Outcome<ParticipantView> {
    let display_name = new.display_name.trim().to_owned();
    if !(1..=DISPLAY_NAME_CHARS_MAX).contains(&display_name.chars().count()) {
        let sentence = "a display name must have 1–100 characters";
        return Err(ClientCode::BadRequest.because(sentence).at("display_name"));
    }
    let password_hash = match new.password {
        Some(password) => {
            password::check(&password, "password")?;
            Some(password::hash(&tenant.world, password).await?)
        }
        None => None,
    };
    let row = ParticipantRow {
        local_id: new.local_id.clone(),
        display_name,
        avatar: None,
        role: new.role,
        bot: new.bot,
        password_hash,
        created_at: tenant.world.now(),
        deactivated_at: None,
        last_seen_at: None,
        presence: None,
    };
    let commit = Commit::of(vec![Change::PutParticipant(Box::new(row.clone()))])
        .expecting(Expectation::NoParticipant(new.local_id));
    match tenant.store.commit(commit).await {
        Ok(_) => view(tenant, row),
        Err(CommitError::Conflict(_)) => Err(ClientCode::Taken
            .because("an account of this name exists already")
            .at("local_id")),
        Err(error) => Err(error.into()),
    }
}
