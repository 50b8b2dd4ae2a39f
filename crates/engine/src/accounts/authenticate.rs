use scaiwave_protocol::{EventId, LocalId};
use scaiwave_store::record::{Role, Scopes};
use scaiwave_store::{Change, Commit};
use tokio::sync::broadcast::{self, error::RecvError};

use super::{API_TOKEN, Viewer, tokens};
use crate::{ClientCode, Denial, Outcome, Tenant};

/// How exactly it is known when a token was last used.
const LAST_USED_STEP_MS: u64 = 5 * 60 * 1000;

/// Who asks, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Who. Not an admin where the token does not allow it.
    pub viewer: Viewer,
    /// What the token allows; none for a login, which may do all that the person may.
    pub scopes: Option<Scopes>,
}

/// What the store says of a token, whichever kind it is.
struct Found {
    local_id: LocalId,
    /// The session, or the token itself: what stands for the login in the viewer.
    id: EventId,
    scopes: Option<Scopes>,
    /// When it ends (ms).
    until: u64,
    last_used_at: u64,
}

fn unknown() -> Denial {
    ClientCode::InvalidToken.because("the access token is not valid; log in again")
}

/// Who bears this access token, of a login or for a program.
pub async fn authenticate(tenant: &Tenant, access_token: &str) -> Outcome<Bearer> {
    let over = || ClientCode::ExpiredToken.because("the access token has ended; refresh it");
    let now = tenant.world.now();
    let hash = tokens::hash(access_token);
    if let Some((bearer, until)) = tenant.tokens.get(&hash) {
        return if now < until { Ok(bearer) } else { Err(over()) };
    }
    let endings = tenant.tokens.endings();
    let found = find(tenant, access_token, &hash).await?;
    let found = found.ok_or_else(unknown)?;
    if found.until <= now {
        return Err(over());
    }
    let account = tenant.store.participant(&found.local_id).await?;
    let account = account.filter(|account| account.deactivated_at.is_none());
    let account = account.ok_or_else(unknown)?;
    saw(tenant, &found, now).await;
    let is_admin = found.scopes.is_none_or(|scopes| scopes.admin);
    let viewer = Viewer {
        fqid: tenant.fqid(&account.local_id)?,
        local_id: account.local_id,
        role: if is_admin { account.role } else { Role::Member },
        session: found.id,
    };
    let bearer = Bearer {
        viewer,
        scopes: found.scopes,
    };
    tenant
        .tokens
        .believe(endings, hash, bearer.clone(), found.until);
    Ok(bearer)
}

/// Looks where a token of this kind is kept.
async fn find(tenant: &Tenant, token: &str, hash: &[u8; 32]) -> Outcome<Option<Found>> {
    if is_api_token(token) {
        let row = tenant.store.api_token(hash).await?;
        return Ok(row.map(|row| Found {
            local_id: row.local_id,
            id: row.id,
            scopes: Some(row.scopes),
            until: row.expires_at.unwrap_or(u64::MAX),
            last_used_at: row.last_used_at.unwrap_or(0),
        }));
    }
    let row = tenant.store.session_by_access(hash).await?;
    Ok(row.map(|row| Found {
        local_id: row.local_id,
        id: row.id,
        scopes: None,
        until: row.access_expires_at,
        last_used_at: row.last_used_at,
    }))
}

fn is_api_token(token: &str) -> bool {
    let rest = token.strip_prefix(API_TOKEN);
    rest.is_some_and(|rest| rest.starts_with('_'))
}

/// A request is worth more than the note of when it came: this never fails for the caller.
async fn saw(tenant: &Tenant, found: &Found, now: u64) {
    if now < found.last_used_at + LAST_USED_STEP_MS {
        return;
    }
    let change = match found.scopes {
        None => Change::SawSession(found.id, now),
        Some(_) => Change::SawApiToken(found.id, now),
    };
    if let Err(error) = tenant.store.commit(Commit::of(vec![change])).await {
        tracing::warn!(%error, "when a token was last used could not be noted");
    }
}

/// Whether a viewer who was let in earlier is still welcome: logged in, not deactivated, and of a tenant that
/// is not suspended. A refreshed
/// token does not end what the login began.
pub async fn still_welcome(tenant: &Tenant, viewer: &Viewer) -> Outcome<()> {
    tenant.must_not_be_suspended()?;
    let over = || ClientCode::InvalidToken.because("this login has ended; log in again");
    let account = tenant
        .store
        .participant(&viewer.local_id)
        .await?
        .ok_or_else(over)?;
    let now = tenant.world.now();
    let logged_in =
        has_session(tenant, viewer, now).await? || has_token(tenant, viewer, now).await?;
    if logged_in && account.deactivated_at.is_none() {
        Ok(())
    } else {
        Err(over())
    }
}

async fn has_session(tenant: &Tenant, viewer: &Viewer, now: u64) -> Outcome<bool> {
    let sessions = tenant.store.sessions(&viewer.local_id).await?;
    Ok(sessions
        .iter()
        .any(|session| session.id == viewer.session && session.refresh_expires_at > now))
}

async fn has_token(tenant: &Tenant, viewer: &Viewer, now: u64) -> Outcome<bool> {
    let tokens = tenant.store.api_tokens(&viewer.local_id).await?;
    let lives = |until: Option<u64>| until.is_none_or(|until| until > now);
    Ok(tokens
        .iter()
        .any(|token| token.id == viewer.session && lives(token.expires_at)))
}

/// Hears when logins of one person end.
#[derive(Debug)]
pub struct Endings {
    of: LocalId,
    ended: broadcast::Receiver<LocalId>,
}

impl Endings {
    /// Of the viewer's, from now on.
    pub fn of(tenant: &Tenant, viewer: &Viewer) -> Self {
        Endings {
            of: viewer.local_id.clone(),
            ended: tenant.tokens.listen(),
        }
    }

    /// Returns when something may have ended: the moment to ask [`still_welcome`].
    pub async fn next(&mut self) {
        loop {
            match self.ended.recv().await {
                Ok(local_id) if local_id == self.of => return,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return,
                // The tenant is gone, and with it everything that could end.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
