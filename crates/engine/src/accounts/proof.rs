use super::{Viewer, password};
use crate::{ClientCode, Outcome, Tenant};

/// Whoever asks knows the viewer's password. One who has none cannot show that it is them.
pub(super) async fn must_know(tenant: &Tenant, viewer: &Viewer, password: String) -> Outcome<()> {
    let account = tenant.store.participant(&viewer.local_id).await?;
    let hash = account.and_then(|account| account.password_hash);
    if password::verify(hash, password).await {
        return Ok(());
    }
    Err(ClientCode::WrongPassword
        .because("this is not your password")
        .at("password"))
}
