use std::net::IpAddr;

use scaiwave_protocol::EventId;
use scaiwave_store::{Change, Commit};

use super::Viewer;
use crate::{ClientCode, Outcome, Tenant};

/// One login, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Its name in the list.
    pub id: EventId,
    /// When (ms).
    pub created_at: u64,
    /// When last used (ms), to within a few minutes.
    pub last_used_at: u64,
    /// The client's own name for itself.
    pub user_agent: Option<String>,
    /// From where they logged in, as this server saw it.
    pub address: Option<IpAddr>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// The viewer's sessions that have not ended, newest first.
pub async fn sessions(tenant: &Tenant, viewer: &Viewer) -> Outcome<Vec<SessionView>> {
    let now = tenant.world.now();
    let rows = tenant.store.sessions(&viewer.local_id).await?;
    let rows = rows.into_iter().filter(|row| row.refresh_expires_at > now);
    let views = rows.map(|row| SessionView {
        current: row.id == viewer.session,
        id: row.id,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        user_agent: row.user_agent,
        address: row.address,
    });
    Ok(views.collect())
}

/// Ends one of the viewer's sessions: its tokens, and its sockets.
pub async fn end_session(tenant: &Tenant, viewer: &Viewer, id: EventId) -> Outcome<()> {
    let sessions = tenant.store.sessions(&viewer.local_id).await?;
    if !sessions.iter().any(|session| session.id == id) {
        return Err(ClientCode::NotFound.because("there is no such session"));
    }
    let drop = Commit::of(vec![Change::DropSession(id)]);
    tenant.store.commit(drop).await?;
    tenant.tokens.end(&viewer.local_id);
    Ok(())
}

/// Ends all sessions of the viewer but the one that asks.
pub async fn end_other_sessions(tenant: &Tenant, viewer: &Viewer) -> Outcome<()> {
    let drop = Change::DropSessions(viewer.local_id.clone(), Some(viewer.session));
    tenant.store.commit(Commit::of(vec![drop])).await?;
    tenant.tokens.end(&viewer.local_id);
    Ok(())
}
