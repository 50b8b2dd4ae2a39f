//! Whoever runs a town: makes, limits and shuts its tenants.

use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use scaiwave_api::{FirstRun, Operator, Setup, Stage, Tenancy, TenantState};
use scaiwave_engine::store::record::TenantStanding;
use scaiwave_engine::{ClientCode, Outcome, Tenant, accounts, quota};
use scaiwave_protocol::ServerName;

use crate::town::{House, Town};

/// What proves that it is they who ask.
pub(crate) const OPERATOR: &str = "0123456789abcdef0123456789abcdef";

struct Landlord {
    town: Arc<Town>,
    tenants: Mutex<Vec<Arc<Tenant>>>,
}

/// The operator of a town with these houses.
pub(crate) fn operator<const N: usize>(town: &Arc<Town>, houses: [&House; N]) -> Operator {
    let tenants = houses.map(|house| house.tenant.clone());
    let landlord = Landlord {
        town: town.clone(),
        tenants: Mutex::new(tenants.into()),
    };
    Operator::new(OPERATOR, landlord)
}

#[async_trait]
impl Tenancy for Landlord {
    /// The name for people is the slug, as in every house of a town.
    async fn create(
        &self,
        slug: &str,
        _name: &str,
        server_name: ServerName,
    ) -> Outcome<Arc<Tenant>> {
        let is_taken =
            |tenant: &Arc<Tenant>| tenant.slug() == slug || *tenant.server_name() == server_name;
        if self.tenants.lock().iter().any(is_taken) {
            return Err(ClientCode::Taken.because("it is taken"));
        }
        let house = self.town.tenant(slug, server_name.as_str()).await;
        self.tenants.lock().push(house.tenant.clone());
        Ok(house.tenant)
    }

    async fn list(&self) -> Outcome<Vec<TenantState>> {
        let mut tenants = self.tenants.lock().clone();
        tenants.sort_by(|one, other| one.slug().cmp(other.slug()));
        let mut all = Vec::new();
        for tenant in tenants {
            all.push(TenantState {
                row: tenant.row(),
                standing: tenant.standing(),
                usage: Some(quota::usage_for_operator(&tenant).await?),
            });
        }
        Ok(all)
    }

    async fn find(&self, slug: &str) -> Outcome<Option<TenantState>> {
        let all = self.list().await?;
        Ok(all.into_iter().find(|tenant| tenant.row.slug == slug))
    }

    async fn set_standing(&self, slug: &str, standing: TenantStanding) -> Outcome<()> {
        let tenants = self.tenants.lock();
        let tenant = tenants.iter().find(|tenant| tenant.slug() == slug);
        let nowhere = || ClientCode::TenantNotFound.because("there is no such tenant");
        tenant.ok_or_else(nowhere)?.set_standing(standing);
        Ok(())
    }
}

/// A server whose only tenant is this house, as far as setting it up goes; or which has none yet.
struct NewServer {
    town: Arc<Town>,
    tenant: Mutex<Option<Arc<Tenant>>>,
}

/// A set-up that waits, and its code.
pub(crate) fn setup(town: &Arc<Town>, house: Option<&House>) -> (Setup, String) {
    let server = NewServer {
        town: town.clone(),
        tenant: Mutex::new(house.map(|house| house.tenant.clone())),
    };
    Setup::new(&town.world, server)
}

#[async_trait]
impl FirstRun for NewServer {
    async fn stage(&self) -> Outcome<Stage> {
        let tenant = self.tenant.lock().clone();
        Ok(match tenant {
            None => Stage::Nameless,
            Some(tenant) if accounts::has_accounts(&tenant).await? => Stage::Done,
            Some(tenant) => Stage::Empty(tenant),
        })
    }

    async fn create(&self, name: &str, server_name: ServerName) -> Outcome<Arc<Tenant>> {
        let house = self.town.tenant("default", server_name.as_str()).await;
        house.tenant.set_name(name.to_owned());
        *self.tenant.lock() = Some(house.tenant.clone());
        Ok(house.tenant)
    }

    async fn rename(&self, tenant: &Tenant, name: &str) -> Outcome<()> {
        tenant.set_name(name.to_owned());
        Ok(())
    }
}
