//! Logins by an identity provider, and accounts that are linked to one.
//!
//! 1. Begin: an attempt is kept, and the browser gets the provider's address and a secret of its own.
//! 2. Come back: the browser shows state and secret, and the provider's code is redeemed. An attempt is used
//!    once, whatever comes of it.
//! 3. Finish: the same browser gets its session for a code of ours, which was in an address and so is worth
//!    nothing alone. A link needs no third step.
//!
//! Whose account it is follows from issuer and subject alone: names and addresses are the provider's to change.

mod attempts;
mod begin;
mod come_back;
mod enter;
mod finish;
mod identities;
mod link;
mod page;

pub(crate) use attempts::Attempts;
pub use begin::{Begun, begin_link, begin_login};
pub use come_back::{Came, Ended, Returned, come_back};
pub use finish::finish_login;
pub use identities::{IdentityView, identities, unlink_identity};

use super::ways::ProviderWay;
use crate::world::ProviderError;
use crate::{ClientCode, Denial, Outcome, Tenant};

/// The tenant's provider, if people log in by one.
fn provider(tenant: &Tenant) -> Outcome<&ProviderWay> {
    let none = || ClientCode::NotFound.because("nobody logs in by an identity provider here");
    tenant.ways.provider.as_ref().ok_or_else(none)
}

/// The log says what it was; a stranger learns what to do.
fn denied(tenant: &Tenant, error: &ProviderError) -> Denial {
    tracing::warn!(tenant = tenant.slug(), %error, "the identity provider has vouched for nobody");
    match error {
        ProviderError::Unreachable(_) => ClientCode::OidcUnreachable
            .because("the identity provider cannot be asked at this moment; try again later"),
        ProviderError::Refused(_) => ClientCode::OidcFailed
            .because("the identity provider does not take this login; begin again"),
        ProviderError::NotBelieved(_) => ClientCode::OidcFailed.because(
            "what the identity provider says is not valid; an admin finds the reason in the log",
        ),
        ProviderError::Busy => {
            ClientCode::RateLimited.because("too many people log in at this moment; begin again")
        }
    }
}
