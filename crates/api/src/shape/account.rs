use scaiwave_engine::accounts::AccountView;
use scaiwave_engine::store::record::Role;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ParticipantJson, Time};

/// An account, for admins.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountJson<'a> {
    #[serde(flatten)]
    participant: ParticipantJson<'a>,
    /// `member` or `admin`.
    #[schema(value_type = String, example = "member")]
    role: &'static str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When they were last seen, to within a few minutes.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_seen_at: Option<Time>,
    /// Since when the account is closed.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    deactivated_at: Option<Time>,
}

impl<'a> AccountJson<'a> {
    pub(crate) fn of(view: &'a AccountView) -> Self {
        AccountJson {
            participant: ParticipantJson::of(&view.participant),
            role: role_word(view.role),
            created_at: view.created_at.into(),
            last_seen_at: view.last_seen_at.map(Time::from),
            deactivated_at: view.deactivated_at.map(Time::from),
        }
    }
}

/// As clients spell it.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Admin => "admin",
    }
}
