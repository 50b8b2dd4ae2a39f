use scaiwave_protocol::LocalId;
use scaiwave_store::record::SessionRow;
use scaiwave_store::{Change, Commit};
use tokio::sync::broadcast::{self, error::RecvError};

use super::{Viewer, tokens};
use crate::{ClientCode, Outcome, Tenant};

/// How exactly it is known when a session was last used.
const LAST_USED_STEP_MS: u64 = 5 * 60 * 1000;

/// Who bears this access token.
pub async fn authenticate(tenant: &Tenant, access_token: &str) -> Outcome<Viewer> {
    let unknown =
        || ClientCode::InvalidToken.because("the access token is not valid; log in again");
    let over = || ClientCode::ExpiredToken.because("the access token has ended; refresh it");
    let now = tenant.world.now();
    let hash = tokens::hash(access_token);
    if let Some((viewer, until)) = tenant.tokens.get(&hash) {
        return if now < until { Ok(viewer) } else { Err(over()) };
    }
    let endings = tenant.tokens.endings();
    let session = tenant
        .store
        .session_by_access(&hash)
        .await?
        .ok_or_else(unknown)?;
    if session.access_expires_at <= now {
        return Err(over());
    }
    let account = tenant
        .store
        .participant(&session.local_id)
        .await?
        .ok_or_else(unknown)?;
    if account.deactivated_at.is_some() {
        return Err(unknown());
    }
    saw(tenant, &session, now).await;
    let viewer = Viewer {
        fqid: tenant.fqid(&account.local_id)?,
        local_id: account.local_id,
        role: account.role,
        session: session.id,
    };
    let until = session.access_expires_at;
    tenant.tokens.believe(endings, hash, viewer.clone(), until);
    Ok(viewer)
}

/// A request is worth more than the note of when it came: this never fails for the caller.
async fn saw(tenant: &Tenant, session: &SessionRow, now: u64) {
    if now < session.last_used_at + LAST_USED_STEP_MS {
        return;
    }
    let change = Change::SawSession(session.id, now);
    if let Err(error) = tenant.store.commit(Commit::of(vec![change])).await {
        tracing::warn!(%error, "when a session was last used could not be noted");
    }
}

/// Whether a viewer who was let in earlier is still welcome: logged in, and not deactivated. A refreshed
/// token does not end what the login began.
pub async fn still_welcome(tenant: &Tenant, viewer: &Viewer) -> Outcome<()> {
    let over = || ClientCode::InvalidToken.because("this login has ended; log in again");
    let account = tenant
        .store
        .participant(&viewer.local_id)
        .await?
        .ok_or_else(over)?;
    let sessions = tenant.store.sessions(&viewer.local_id).await?;
    let now = tenant.world.now();
    let logged_in = sessions
        .iter()
        .any(|session| session.id == viewer.session && session.refresh_expires_at > now);
    if logged_in && account.deactivated_at.is_none() {
        Ok(())
    } else {
        Err(over())
    }
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
