use scaiwave_protocol::{EventId, LocalId};
use scaiwave_store::record::IdentityRow;
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use crate::accounts::Viewer;
use crate::accounts::proof::must_know;
use crate::audit::{self, Action, Actor, Happening};
use crate::{ClientCode, Denial, Outcome, Tenant};

/// Identities of one account: more accounts at a provider than anybody has.
const IDENTITIES_MAX: usize = 10;

/// An account at an identity provider that is linked to the viewer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityView {
    /// Its name in the list.
    pub id: EventId,
    /// The provider.
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
    /// What the provider says is their address.
    pub email: Option<String>,
    /// When it was linked (ms).
    pub created_at: u64,
    /// When they last came in by it (ms).
    pub last_used_at: Option<u64>,
}

impl From<IdentityRow> for IdentityView {
    fn from(row: IdentityRow) -> Self {
        IdentityView {
            id: row.id,
            issuer: row.issuer,
            subject: row.subject,
            email: row.email,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// The viewer's identities, newest first.
pub async fn identities(tenant: &Tenant, viewer: &Viewer) -> Outcome<Vec<IdentityView>> {
    let rows = tenant.store.identities(&viewer.local_id).await?;
    Ok(rows.into_iter().map(IdentityView::from).collect())
}

pub(super) async fn must_have_room(tenant: &Tenant, local_id: &LocalId) -> Outcome<()> {
    if tenant.store.identities(local_id).await?.len() < IDENTITIES_MAX {
        return Ok(());
    }
    let sentence = "you have linked as many logins as one may; take one away first";
    Err(ClientCode::RateLimited.because(sentence))
}

/// Nobody comes in by this identity any more; all sessions of the viewer end but the one that asks, for
/// nobody knows which came by it.
pub async fn unlink_identity(
    tenant: &Tenant,
    viewer: &Viewer,
    id: EventId,
    password: String,
) -> Outcome<()> {
    must_know(tenant, viewer, password).await?;
    let local_id = &viewer.local_id;
    let linked = tenant.store.identities(local_id).await?;
    let (gone, left): (Vec<_>, Vec<_>) = linked.into_iter().partition(|row| row.id == id);
    if gone.is_empty() {
        return Err(ClientCode::NotFound.because("there is no such identity"));
    }
    let message = format!("{local_id} has taken the link to an identity provider away");
    let mut commit = Commit::of(vec![
        Change::DropIdentity(id),
        Change::DropSessions(local_id.clone(), Some(viewer.session)),
        line(tenant, viewer, Action::AccountUnlinked, message),
    ]);
    if !tenant.ways.mode.takes_passwords() {
        let other = left.first().ok_or_else(last)?;
        commit = commit.expecting(Expectation::Identity {
            id: other.id,
            local_id: local_id.clone(),
        });
    }
    match tenant.store.commit(commit).await {
        Ok(_) => {}
        // The other one was taken away at that moment.
        Err(CommitError::Conflict(_)) => return Err(last()),
        Err(error) => return Err(error.into()),
    }
    tenant.tokens.end(local_id);
    Ok(())
}

fn last() -> Denial {
    ClientCode::LastIdentity.because("without it you could not log in any more")
}

/// The line of the audit log of what somebody does with their own identities.
pub(super) fn line(tenant: &Tenant, viewer: &Viewer, action: Action, message: String) -> Change {
    let happening = Happening {
        actor: Actor::Person(viewer),
        action,
        peer: None,
        room_id: None,
        message,
    };
    audit::note(tenant, happening)
}
