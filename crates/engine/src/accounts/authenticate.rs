use super::{Viewer, tokens};
use crate::{ClientCode, Outcome, Tenant};

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
    let viewer = Viewer {
        fqid: tenant.fqid(&account.local_id)?,
        local_id: account.local_id,
        role: account.role,
        session: session.id,
    };
    tenant
        .tokens
        .believe(hash, viewer.clone(), session.access_expires_at);
    Ok(viewer)
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
    let logged_in = sessions.iter().any(|session| session.id == viewer.session);
    if logged_in && account.deactivated_at.is_none() {
        Ok(())
    } else {
        Err(over())
    }
}
