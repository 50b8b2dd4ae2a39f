//! People of this tenant: who they are, how they log in.

mod authenticate;
mod create;
mod directory;
mod login;
mod password;
mod tokens;

use scaiwave_protocol::{EventId, Fqid, LocalId};
use scaiwave_store::record::{ParticipantRow, Role};

use crate::tenant::Tenant;
use crate::view::ParticipantView;
use crate::{ClientCode, Outcome};

pub use authenticate::{authenticate, still_welcome};
pub use create::{NewAccount, create};
pub use directory::{directory, me};
pub use login::{TokenPair, login, logout, refresh};
pub(crate) use tokens::Tokens;

/// Who asks, as proven by an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Full name.
    pub fqid: Fqid,
    /// Name in the tenant.
    pub local_id: LocalId,
    /// Admin or not.
    pub role: Role,
    /// The login.
    pub session: EventId,
}

impl Viewer {
    /// Whoever runs the server, at its command line: may do what an admin may, and is nobody of the
    /// tenant.
    pub fn operator(tenant: &Tenant) -> Outcome<Self> {
        Ok(Viewer {
            fqid: Fqid::of_server(tenant.server_name()),
            local_id: LocalId::parse("operator")?,
            role: Role::Admin,
            session: EventId::from_bytes([0; 16]),
        })
    }

    /// Whether it is the command line that asks.
    pub fn is_operator(&self) -> bool {
        self.fqid.is_server()
    }

    /// One of our people, in whose name the server itself acts: as their policy or their answer to an
    /// earlier question demands. Never an admin, whoever it is.
    pub(crate) fn for_participant(tenant: &Tenant, participant: &Fqid) -> Outcome<Self> {
        Ok(Viewer {
            fqid: participant.clone(),
            local_id: LocalId::parse(participant.local())?,
            role: Role::Member,
            session: tenant.world.event_id(),
        })
    }

    /// Only admins go on.
    pub(crate) fn must_be_admin(&self) -> Outcome<()> {
        match self.role {
            Role::Admin => Ok(()),
            Role::Member => Err(ClientCode::InsufficientPermission
                .because("only an admin of this tenant may do this")),
        }
    }
}

fn view(tenant: &Tenant, row: ParticipantRow) -> Outcome<ParticipantView> {
    Ok(ParticipantView {
        fqid: tenant.fqid(&row.local_id)?,
        display_name: row.display_name,
        avatar: row.avatar,
        bot: row.bot,
        foreign: false,
    })
}
