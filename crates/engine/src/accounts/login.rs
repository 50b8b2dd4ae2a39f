use scaiwave_protocol::LocalId;
use scaiwave_store::record::SessionRow;
use scaiwave_store::{Change, Commit};

use super::{Viewer, password, tokens};
use crate::{ClientCode, Denial, Outcome, Tenant};

/// Life of an access token.
const ACCESS_MS: u64 = 60 * 60 * 1000;
/// Life of a refresh token; each use gives a new one.
const REFRESH_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// What a login gives. The tokens are shown once; only their hashes are kept.
#[derive(Clone, Debug)]
pub struct TokenPair {
    /// For every request.
    pub access_token: String,
    /// For the next pair.
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in_s: u64,
}

/// Logs in with name and password. The answer does not tell which of the two was wrong.
pub async fn login(
    tenant: &Tenant,
    username: &str,
    password: &str,
    user_agent: Option<String>,
) -> Outcome<TokenPair> {
    let account = match LocalId::parse(username) {
        Ok(local_id) => tenant.store.participant(&local_id).await?,
        Err(_) => None,
    };
    let account = account.filter(|account| account.deactivated_at.is_none());
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    let right = password::verify(hash, password.to_owned()).await;
    let (true, Some(account)) = (right, account) else {
        return Err(ClientCode::InvalidToken.because("user name or password is wrong"));
    };
    let now = tenant.world.now();
    let (pair, access_hash, refresh_hash) = pair(tenant);
    let session = SessionRow {
        id: tenant.world.event_id(),
        local_id: account.local_id,
        access_hash,
        access_expires_at: now + ACCESS_MS,
        refresh_hash,
        refresh_expires_at: now + REFRESH_MS,
        previous_refresh_hash: None,
        created_at: now,
        last_used_at: now,
        user_agent,
    };
    tenant
        .store
        .commit(Commit::of(vec![Change::PutSession(Box::new(session))]))
        .await?;
    Ok(pair)
}

fn pair(tenant: &Tenant) -> (TokenPair, [u8; 32], [u8; 32]) {
    let (access_token, access_hash) = tokens::fresh(&tenant.world);
    let (refresh_token, refresh_hash) = tokens::fresh(&tenant.world);
    let expires_in_s = ACCESS_MS / 1000;
    (
        TokenPair {
            access_token,
            refresh_token,
            expires_in_s,
        },
        access_hash,
        refresh_hash,
    )
}

/// Gives a new pair for a refresh token, once.
///
/// A refresh token that was used before has been stolen, or its thief was faster: the whole session
/// ends (RFC 9700 section 4.14.2).
pub async fn refresh(tenant: &Tenant, refresh_token: &str) -> Outcome<TokenPair> {
    let wrong = || ClientCode::InvalidToken.because("the refresh token is not valid; log in again");
    let hash = tokens::hash(refresh_token);
    let session = tenant
        .store
        .session_by_refresh(&hash)
        .await?
        .ok_or_else(wrong)?;
    let now = tenant.world.now();
    tenant.tokens.forget(&session.access_hash);
    if session.refresh_hash != hash || session.refresh_expires_at <= now {
        tenant
            .store
            .commit(Commit::of(vec![Change::DropSession(session.id)]))
            .await?;
        return Err(wrong());
    }
    let account = tenant.store.participant(&session.local_id).await?;
    if account.is_none_or(|account| account.deactivated_at.is_some()) {
        return Err(wrong());
    }
    let (pair, access_hash, refresh_hash) = pair(tenant);
    let renewed = SessionRow {
        access_hash,
        access_expires_at: now + ACCESS_MS,
        refresh_hash,
        refresh_expires_at: now + REFRESH_MS,
        previous_refresh_hash: Some(hash),
        last_used_at: now,
        ..session
    };
    tenant
        .store
        .commit(Commit::of(vec![Change::PutSession(Box::new(renewed))]))
        .await?;
    Ok(pair)
}

/// Ends the viewer's session.
pub async fn logout(tenant: &Tenant, viewer: &Viewer) -> Result<(), Denial> {
    let sessions = tenant.store.sessions(&viewer.local_id).await?;
    for session in sessions
        .iter()
        .filter(|session| session.id == viewer.session)
    {
        tenant.tokens.forget(&session.access_hash);
    }
    tenant
        .store
        .commit(Commit::of(vec![Change::DropSession(viewer.session)]))
        .await?;
    Ok(())
}
