//! What the operator does about tenants over HTTP.

use std::sync::Arc;

use async_trait::async_trait;
use scaiwave_api::{Tenancy, TenantState};
use scaiwave_engine::{ClientCode, Denial, Outcome, Tenant, quota};
use scaiwave_protocol::ServerName;
use scaiwave_store::CommitError;
use scaiwave_store::record::{TenantRow, TenantStanding};

use crate::assembly::{Assembly, Standings};

/// The tenants of this process.
#[derive(Clone)]
pub(crate) struct OfThisProcess {
    pub(crate) assembly: Arc<Assembly>,
    /// Runs what a tenant needs beside requests.
    pub(crate) look_after: Arc<dyn Fn(Arc<Tenant>) + Send + Sync>,
}

impl OfThisProcess {
    /// The tenant of a slug, which another process may have made a moment ago.
    pub(crate) async fn opened(&self, slug: &str) -> Outcome<Arc<Tenant>> {
        let opened = self.assembly.open_tenants().await.map_err(failed)?;
        opened
            .into_iter()
            .for_each(|tenant| (self.look_after)(tenant));
        let tenant = self.assembly.directory().by_slug(slug);
        tenant.ok_or_else(|| ClientCode::Internal.because("the tenant is there and not open yet"))
    }

    async fn state(&self, row: TenantRow, standings: &Standings) -> Outcome<TenantState> {
        let usage = match self.assembly.directory().by_slug(&row.slug) {
            Some(tenant) => Some(quota::usage_for_operator(&tenant).await?),
            None => None,
        };
        Ok(TenantState {
            standing: standings.get(&row.slug).copied().unwrap_or_default(),
            usage,
            row,
        })
    }
}

#[async_trait]
impl Tenancy for OfThisProcess {
    async fn create(
        &self,
        slug: &str,
        name: &str,
        server_name: ServerName,
    ) -> Outcome<Arc<Tenant>> {
        match self.assembly.add_tenant(slug, name, server_name).await {
            Ok(_) => {}
            Err(CommitError::Conflict(_)) => {
                return Err(ClientCode::Taken
                    .because("a tenant with this slug or this server name exists already"));
            }
            Err(error) => return Err(error.into()),
        }
        self.opened(slug).await
    }

    async fn list(&self) -> Outcome<Vec<TenantState>> {
        let rows = self.assembly.tenants().await.map_err(failed)?;
        let standings = self.assembly.standings().await.map_err(failed)?;
        let mut tenants = Vec::with_capacity(rows.len());
        for row in rows {
            tenants.push(self.state(row, &standings).await?);
        }
        Ok(tenants)
    }

    async fn find(&self, slug: &str) -> Outcome<Option<TenantState>> {
        let rows = self.assembly.tenants().await.map_err(failed)?;
        let Some(row) = rows.into_iter().find(|row| row.slug == slug) else {
            return Ok(None);
        };
        let standings = self.assembly.standings().await.map_err(failed)?;
        Ok(Some(self.state(row, &standings).await?))
    }

    async fn set_standing(&self, slug: &str, standing: TenantStanding) -> Outcome<()> {
        match self.assembly.put_standing(slug, standing).await {
            Err(CommitError::Conflict(why)) => Err(ClientCode::TenantNotFound.because(why)),
            other => Ok(other?),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
pub(crate) fn failed(error: anyhow::Error) -> Denial {
    tracing::error!(error = format!("{error:#}"), "the operator was not served");
    ClientCode::Internal.because("the server could not do it; its log says why")
}
