use std::sync::Arc;

use async_trait::async_trait;

use crate::record::{TenantRow, TenantStanding};
use crate::{CommitError, StoreError, TenantStore};

/// What belongs to no tenant: the list of them, and the door to each.
#[async_trait]
pub trait ServerStore: Send + Sync {
    /// Adds a tenant. A slug or server name that is taken is a conflict.
    async fn create_tenant(&self, tenant: TenantRow) -> Result<(), CommitError>;

    /// All tenants, by slug.
    async fn tenants(&self) -> Result<Vec<TenantRow>, StoreError>;

    /// Gives a tenant another name for people. A slug that nobody has is a conflict.
    async fn rename_tenant(&self, slug: &str, name: &str) -> Result<(), CommitError>;

    /// How tenants stand with the operator, by slug; those that were never limited nor suspended are left
    /// out.
    async fn standings(&self) -> Result<Vec<(String, TenantStanding)>, StoreError>;

    /// Replaces how a tenant stands. A slug that nobody has is a conflict.
    async fn put_standing(&self, slug: &str, standing: TenantStanding) -> Result<(), CommitError>;

    /// Opens the store of one tenant; the same one while somebody holds it.
    async fn open(&self, slug: &str) -> Result<Arc<dyn TenantStore>, StoreError>;
}
