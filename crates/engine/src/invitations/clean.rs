use scaiwave_protocol::{Fqid, ServerName};
use scaiwave_store::record::InvitationRow;
use scaiwave_store::{Change, Commit};

use crate::audit::{self, Action, Actor, Happening};
use crate::{Outcome, Tenant, Viewer};

/// Whose invitations an admin throws away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spammer {
    /// All that this server hosts or its people have sent.
    Peer(ServerName),
    /// One person's.
    Inviter(Fqid),
}

impl Spammer {
    fn sent(&self, row: &InvitationRow) -> bool {
        match self {
            Spammer::Peer(server) => &row.host == server || row.inviter.server() == server,
            Spammer::Inviter(person) => &row.inviter == person,
        }
    }

    fn server(&self) -> &ServerName {
        match self {
            Spammer::Peer(server) => server,
            Spammer::Inviter(person) => person.server(),
        }
    }
}

/// Throws away, for everybody of the tenant, all waiting invitations of somebody; says how many. They are
/// told nothing, and what they send again is recognised.
pub async fn clean(tenant: &Tenant, viewer: &Viewer, spammer: &Spammer) -> Outcome<u64> {
    viewer.must_be_admin()?;
    let mut rows = tenant.store.all_invitations().await?;
    rows.retain(|row| spammer.sent(row));
    let mut changes: Vec<Change> = rows
        .iter()
        .flat_map(|row| {
            [
                Change::DropInvitation(row.room_id.clone(), row.participant.clone()),
                Change::DropInbox(row.event_id),
            ]
        })
        .collect();
    let count = rows.len() as u64;
    changes.push(audit::note(
        tenant,
        Happening {
            actor: Actor::Person(viewer),
            action: Action::InvitationsCleaned,
            peer: Some(spammer.server()),
            room_id: None,
            message: format!("{count} waiting invitations were thrown away"),
        },
    ));
    tenant.store.commit(Commit::of(changes)).await?;
    Ok(count)
}
