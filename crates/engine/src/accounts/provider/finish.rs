use scaiwave_protocol::binary;
use scaiwave_store::record::IdentityRow;
use scaiwave_store::{Change, Expectation};

use super::attempts::Entry;
use crate::accounts::login::{Device, Shown, TokenPair, begin};
use crate::accounts::tokens;
use crate::{ClientCode, Denial, Outcome, Tenant};

fn over() -> Denial {
    let sentence =
        "this login was begun in another browser, was finished or took too long; begin again";
    ClientCode::OidcFailed.because(sentence)
}

/// How an entry is found by the hash of its code.
pub(super) fn key(hash: &[u8; 32]) -> String {
    binary::encode(hash)
}

/// Gives the session of somebody who is back from the provider, to the browser that began, once.
pub async fn finish_login(
    tenant: &Tenant,
    browser: &str,
    code: &str,
    device: Device,
) -> Outcome<TokenPair> {
    let browser = tokens::hash(browser);
    let key = key(&tokens::hash(code));
    let now = tenant.world.now();
    let own = |entry: &Entry| entry.browser == browser;
    let entry = tenant.attempts.entries.take(&key, now, own);
    let entry = entry.ok_or_else(over)?;
    let account = tenant.store.participant(&entry.local_id).await?;
    let account = account.filter(|account| account.deactivated_at.is_none());
    let account = account.ok_or_else(over)?;
    let identity = IdentityRow {
        last_used_at: Some(now),
        ..entry.identity
    };
    let shown = Shown {
        expectation: Some(Expectation::Identity {
            id: identity.id,
            local_id: identity.local_id.clone(),
        }),
        change: Some(Change::PutIdentity(Box::new(identity))),
        // The account was closed, or the link taken away, at that moment.
        lost: over,
    };
    begin(tenant, account, shown, device).await
}
