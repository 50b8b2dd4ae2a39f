use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::FromRequestParts;
use http::request::Parts;
use scaiwave_engine::store::record::{TenantRow, TenantStanding, TenantUsage};
use scaiwave_engine::{ClientCode, Outcome, Tenant};
use scaiwave_protocol::{Hash, ServerName};

use crate::extract::bearer;
use crate::failure::Failure;
use crate::state::ApiState;

/// A tenant as the operator sees it.
#[derive(Clone, Debug)]
pub struct TenantState {
    /// Slug, name, server name.
    pub row: TenantRow,
    /// What it may use, and whether it is suspended.
    pub standing: TenantStanding,
    /// What it uses; none while it is not open.
    pub usage: Option<TenantUsage>,
}

/// What an operator does about the tenants of a process.
#[async_trait]
pub trait Tenancy: Send + Sync {
    /// Makes a tenant and opens it.
    async fn create(&self, slug: &str, name: &str, server_name: ServerName)
    -> Outcome<Arc<Tenant>>;

    /// All of them, by slug.
    async fn list(&self) -> Outcome<Vec<TenantState>>;

    /// The one of this slug.
    async fn find(&self, slug: &str) -> Outcome<Option<TenantState>>;

    /// Replaces how a tenant stands.
    async fn set_standing(&self, slug: &str, standing: TenantStanding) -> Outcome<()>;
}

/// Who may, and by what means.
pub struct Operator {
    /// Of the token: equal hashes tell nothing by the time they take to compare.
    token: Hash,
    tenancy: Box<dyn Tenancy>,
}

impl Operator {
    /// With the token of the configuration.
    pub fn new(token: &str, tenancy: impl Tenancy + 'static) -> Self {
        Operator {
            token: Hash::of(&[token.as_bytes()]),
            tenancy: Box::new(tenancy),
        }
    }
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operator")
    }
}

/// The operator has asked, proven by their token. On any host name: a tenant's or none.
pub(crate) struct Operating(Arc<Operator>);

impl Operating {
    pub(crate) fn tenancy(&self) -> &dyn Tenancy {
        &*self.0.tenancy
    }

    /// One tenant.
    pub(crate) async fn tenant(&self, slug: &str) -> Outcome<TenantState> {
        let found = self.tenancy().find(slug).await?;
        found.ok_or_else(|| ClientCode::TenantNotFound.because("there is no tenant of this slug"))
    }

    /// Lets a tenant stand so from now on, if it does not already.
    pub(crate) async fn set_standing(
        &self,
        tenant: &mut TenantState,
        standing: TenantStanding,
    ) -> Outcome<()> {
        if tenant.standing != standing {
            let slug = &tenant.row.slug;
            self.tenancy().set_standing(slug, standing).await?;
            tenant.standing = standing;
        }
        Ok(())
    }
}

impl FromRequestParts<ApiState> for Operating {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let token = bearer(&parts.headers).ok_or_else(|| {
            ClientCode::InvalidToken.because("this needs the operator's token as a bearer token")
        })?;
        let is_theirs = |operator: &&Arc<Operator>| operator.token == Hash::of(&[token.as_bytes()]);
        match state.operator.as_ref().filter(is_theirs) {
            Some(operator) => Ok(Operating(operator.clone())),
            None => Err(ClientCode::InsufficientPermission
                .because("this is for whoever runs the server, with the token of its configuration")
                .into()),
        }
    }
}
