//! Whoever runs a town: makes, limits and shuts its tenants.

use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use scaiwave_api::{Operator, Tenancy, TenantState};
use scaiwave_engine::store::record::TenantStanding;
use scaiwave_engine::{ClientCode, Outcome, Tenant, quota};
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
                row: tenant.row().clone(),
                standing: tenant.standing(),
                usage: Some(quota::usage_for_operator(&tenant).await?),
            });
        }
        Ok(all)
    }

    async fn set_standing(&self, slug: &str, standing: TenantStanding) -> Outcome<()> {
        let tenants = self.tenants.lock();
        let tenant = tenants.iter().find(|tenant| tenant.slug() == slug);
        let nowhere = || ClientCode::TenantNotFound.because("there is no such tenant");
        tenant.ok_or_else(nowhere)?.set_standing(standing);
        Ok(())
    }
}
