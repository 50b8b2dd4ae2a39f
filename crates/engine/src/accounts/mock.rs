//! The mode in which nobody vouches for anybody: for development, on one's own machine.

use scaiwave_protocol::LocalId;
use scaiwave_store::record::Role;

use super::create::{NewAccount, create};
use super::login::{Device, Shown, TokenPair, begin, wrong};
use crate::{ClientCode, Outcome, Tenant};

/// Accounts that are looked at in one go.
const PAGE: u32 = 200;

/// Lets in whoever says a name, and makes the account where there is none. The first one of a tenant is an
/// admin.
pub(super) async fn login(tenant: &Tenant, username: &str, device: Device) -> Outcome<TokenPair> {
    let local_id = LocalId::parse(username).map_err(|_| wrong())?;
    if tenant.store.participant(&local_id).await?.is_none() {
        make(tenant, local_id.clone()).await?;
    }
    let account = tenant.store.participant(&local_id).await?;
    let account = account.filter(|account| account.deactivated_at.is_none());
    let shown = Shown {
        expectation: None,
        change: None,
        lost: wrong,
    };
    begin(tenant, account.ok_or_else(wrong)?, shown, device).await
}

async fn make(tenant: &Tenant, local_id: LocalId) -> Outcome<()> {
    let is_first = tenant
        .store
        .participants("", true, None, 1, 0)
        .await?
        .is_empty();
    let new = NewAccount {
        display_name: local_id.to_string(),
        local_id,
        role: if is_first { Role::Admin } else { Role::Member },
        password: None,
        bot: false,
    };
    match create(tenant, new).await {
        Ok(_) => Ok(()),
        // Somebody else has said the same name at that moment.
        Err(denial) if denial.code == ClientCode::Taken => Ok(()),
        Err(denial) => Err(denial),
    }
}

/// Whether somebody has an account that is theirs by a password or an identity: in the mode `mock` anybody
/// could use it.
pub async fn has_people(tenant: &Tenant) -> Outcome<bool> {
    for page in 0.. {
        let rows = tenant.store.participants("", true, None, PAGE, page * PAGE);
        let rows = rows.await?;
        for row in &rows {
            let is_linked = !tenant.store.identities(&row.local_id).await?.is_empty();
            if row.password_hash.is_some() || is_linked {
                return Ok(true);
            }
        }
        if rows.len() < PAGE as usize {
            break;
        }
    }
    Ok(false)
}
