//! People of this tenant: who they are, how they log in.

mod administer;
mod api_tokens;
mod authenticate;
mod change_password;
mod closed;
mod create;
mod directory;
mod first_admin;
mod login;
mod mock;
mod password;
mod profile;
mod proof;
mod provider;
mod reset;
mod second_factor;
mod sessions;
mod tokens;
mod totp;
mod ways;

use scaiwave_protocol::{EventId, Fqid, LocalId};
use scaiwave_store::record::{ParticipantRow, Role};

use crate::tenant::Tenant;
use crate::view::ParticipantView;
use crate::{ClientCode, Outcome};

pub use administer::{AccountView, deactivate, list, reactivate, set_role};
pub use api_tokens::{ApiTokenView, NewApiToken, api_tokens, create_api_token, revoke_api_token};
pub use authenticate::{Bearer, Endings, authenticate, still_welcome};
pub use change_password::change_password;
pub(crate) use closed::Closed;
pub use create::{NewAccount, check, create, register};
pub use directory::{Among, DirectoryQuery, directory, me};
pub use first_admin::{create_first, has_accounts};
pub use login::{Credentials, Device, TokenPair, login, logout, refresh};
pub use mock::has_people;
pub use profile::set_display_name;
pub(crate) use provider::Attempts;
pub use provider::{
    Begun, Came, Ended, IdentityView, Returned, begin_link, begin_login, come_back, finish_login,
    identities, unlink_identity,
};
pub use reset::{ResetLink, reset_link, reset_password};
pub use second_factor::{
    Enrolment, begin_second_factor, confirm_second_factor, end_second_factor, remove_second_factor,
    second_factor,
};
pub use sessions::{SessionView, end_other_sessions, end_session, sessions};
pub(crate) use tokens::Tokens;
pub use ways::{Mode, ProviderWay, Ways};

/// With what the tokens begin that people make for their programs.
const API_TOKEN: &str = "swp";

/// Who asks, as proven by an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Full name.
    pub fqid: Fqid,
    /// Name in the tenant.
    pub local_id: LocalId,
    /// Admin or not.
    pub role: Role,
    /// The login, or the token for programs that stands for one.
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
        closed: row.deactivated_at.is_some(),
    })
}

/// An account of this tenant, whether it is closed or not.
async fn account(tenant: &Tenant, local_id: &LocalId) -> Outcome<ParticipantRow> {
    let row = tenant.store.participant(local_id).await?;
    row.ok_or_else(|| ClientCode::NotFound.because("there is nobody of this name"))
}

/// The same, if it is not closed.
async fn open_account(tenant: &Tenant, local_id: &LocalId) -> Outcome<ParticipantRow> {
    let account = account(tenant, local_id).await?;
    if account.deactivated_at.is_some() {
        let sentence = "this account is closed; open it again first";
        return Err(ClientCode::AccountClosed.because(sentence));
    }
    Ok(account)
}
