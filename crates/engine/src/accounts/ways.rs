use std::sync::Arc;

use crate::world::IdentityProvider;

/// Who vouches for the people of a tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// They do, with names and passwords that this server keeps.
    #[default]
    Local,
    /// An identity provider.
    Oidc,
    /// Both.
    Hybrid,
    /// Nobody: whoever says a name is let in. For development.
    Mock,
}

impl Mode {
    /// As the configuration and clients spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Local => "local",
            Mode::Oidc => "oidc",
            Mode::Hybrid => "hybrid",
            Mode::Mock => "mock",
        }
    }

    /// Whether a password lets in.
    pub fn takes_passwords(self) -> bool {
        matches!(self, Mode::Local | Mode::Hybrid)
    }
}

/// How the people of a tenant log in.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// Who vouches for them.
    pub mode: Mode,
    /// The provider of the modes `oidc` and `hybrid`.
    pub provider: Option<ProviderWay>,
}

/// A tenant's identity provider, and what its word is good for.
#[derive(Clone)]
pub struct ProviderWay {
    /// The provider itself.
    pub provider: Arc<dyn IdentityProvider>,
    /// For people, on a button.
    pub name: String,
    /// What the claim of the tenant must say; none where the host alone says which tenant it is.
    pub tenant: Option<String>,
    /// Whether somebody who has no account here gets one.
    pub makes_accounts: bool,
}

impl std::fmt::Debug for ProviderWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderWay")
            .field("issuer", &self.provider.issuer())
            .finish_non_exhaustive()
    }
}
