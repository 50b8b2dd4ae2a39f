use super::{Viewer, view};
use crate::view::ParticipantView;
use crate::{Denial, Outcome, Tenant};

/// Names in one page of the directory.
const PAGE_MAX: u32 = 200;

/// The viewer's own profile.
pub async fn me(tenant: &Tenant, viewer: &Viewer) -> Outcome<ParticipantView> {
    let row = tenant.store.participant(&viewer.local_id).await?;
    view(
        tenant,
        row.ok_or_else(|| crate::ClientCode::NotFound.because("this account is gone"))?,
    )
}

/// People of this tenant whose id or name contains `query`.
pub async fn directory(
    tenant: &Tenant,
    _viewer: &Viewer,
    query: &str,
    limit: u32,
    offset: u32,
) -> Result<Vec<ParticipantView>, Denial> {
    let rows = tenant
        .store
        .participants(query, false, limit.min(PAGE_MAX), offset)
        .await?;
    rows.into_iter().map(|row| view(tenant, row)).collect()
}
