//! The first account of a tenant, made by whoever sets the server up.

use super::create::{NewAccount, new_row, put};
use crate::audit::{self, Action, Actor, Happening};
use crate::view::ParticipantView;
use crate::{Outcome, Tenant};

/// Whether the tenant has an account, open or closed.
pub async fn has_accounts(tenant: &Tenant) -> Outcome<bool> {
    let used = tenant.store.usage().await?;
    Ok(used.participants + used.closed_participants > 0)
}

/// Makes the first account, for whoever the operator has shown the code of the set-up.
pub async fn create_first(tenant: &Tenant, new: NewAccount) -> Outcome<ParticipantView> {
    let row = new_row(tenant, new).await?;
    let happening = Happening {
        actor: Actor::Operator,
        action: Action::AccountMade,
        peer: None,
        room_id: None,
        message: format!(
            "the account of {} was made: the first one, by the set-up",
            row.local_id
        ),
    };
    let line = audit::note(tenant, happening);
    put(tenant, row, vec![line]).await
}
