use std::sync::Arc;

use async_trait::async_trait;

use crate::record::TenantRow;
use crate::{CommitError, StoreError, TenantStore};

/// What belongs to no tenant: the list of them, and the door to each.
#[async_trait]
pub trait ServerStore: Send + Sync {
    /// Adds a tenant. A slug or server name that is taken is a conflict.
    async fn create_tenant(&self, tenant: TenantRow) -> Result<(), CommitError>;

    /// All tenants, by slug.
    async fn tenants(&self) -> Result<Vec<TenantRow>, StoreError>;

    /// Opens the store of one tenant; the same one while somebody holds it.
    async fn open(&self, slug: &str) -> Result<Arc<dyn TenantStore>, StoreError>;
}
