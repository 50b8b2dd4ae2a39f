//! The rejection log: every refusal between servers, with its reason (protocol section 9).

mod counts;
mod explain;

use scaiwave_protocol::{Code, EventId, Refusal, ServerName};
use scaiwave_store::record::{RejectionDirection, RejectionRow};
use scaiwave_store::{Change, Commit, RejectionFilter, StoreError};

use crate::{ClientCode, Outcome, Tenant, Viewer};

pub use counts::RejectionCounts;
pub use explain::{Explanation, explain, of_step};

/// How much of what was refused is kept.
pub const SAMPLE_BYTES_MAX: usize = 8 * 1024;
/// Lines in one page.
const PAGE_MAX: u32 = 200;

/// What a line says of something, should it be refused.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Who refused.
    pub direction: RejectionDirection,
    /// The other side. Text: an unverified name may be anything.
    pub peer: String,
    /// The step that refused.
    pub step: &'static str,
    /// If known.
    pub room_id: Option<String>,
    /// If known.
    pub event_id: Option<String>,
    /// The event's type or the item's kind.
    pub kind: Option<String>,
    /// Bytes of what was refused.
    pub size: u64,
    /// The beginning of it.
    pub sample: Vec<u8>,
}

impl Subject {
    /// It was refused, with this code and sentence.
    pub fn refused(self, refusal: Refusal) -> Rejected {
        Rejected {
            subject: self,
            refusal,
        }
    }
}

/// Something that was refused.
#[derive(Clone, Debug)]
pub struct Rejected {
    subject: Subject,
    refusal: Refusal,
}

/// Writes a line. It never fails for the caller: a refusal stays a refusal when its record is lost,
/// and the log of this process says so.
pub async fn record(tenant: &Tenant, rejected: Rejected) {
    record_all(tenant, vec![rejected]).await;
}

/// Several lines in one commit. They are in no hurry: what came with them and was good must not pay for
/// them with a sync of the disk.
pub(crate) async fn record_all(tenant: &Tenant, rejected: Vec<Rejected>) {
    if rejected.is_empty() {
        return;
    }
    let changes = rejected.into_iter().map(|line| change(tenant, line));
    let commit = Commit::of(changes.collect()).unhurried();
    if let Err(error) = tenant.store.commit(commit).await {
        tracing::error!(%error, "rejections could not be recorded");
    }
}

/// The line as a change, for a commit that writes more than it.
pub(crate) fn change(tenant: &Tenant, rejected: Rejected) -> Change {
    Change::PutRejection(Box::new(row(tenant, rejected)))
}

/// With what words a peer's event was refused before, if it was and the line is still there.
pub(crate) async fn refused_before(
    tenant: &Tenant,
    peer: &ServerName,
    event_id: EventId,
) -> Result<Option<Refusal>, StoreError> {
    let filter = RejectionFilter {
        direction: Some(RejectionDirection::Inbound),
        peer: Some(peer.to_string()),
        event_id: Some(event_id.to_string()),
        limit: 1,
        ..RejectionFilter::default()
    };
    let line = tenant.store.rejections(filter).await?.pop();
    Ok(line.and_then(|line| Some(Code::parse(&line.code)?.because(line.message))))
}

fn row(tenant: &Tenant, rejected: Rejected) -> RejectionRow {
    let Rejected { subject, refusal } = rejected;
    let Subject {
        direction,
        peer,
        step,
        room_id,
        event_id,
        kind,
        size,
        mut sample,
    } = subject;
    sample.truncate(SAMPLE_BYTES_MAX);
    tenant.refused.add(direction, refusal.code);
    RejectionRow {
        id: tenant.world.event_id(),
        at: tenant.world.now(),
        direction,
        peer,
        step: step.to_owned(),
        room_id,
        event_id,
        kind,
        code: refusal.code.as_str().to_owned(),
        message: refusal.message.into_owned(),
        size,
        sample,
    }
}

/// One line of the log, and what it means, for admins.
pub async fn get(
    tenant: &Tenant,
    viewer: &Viewer,
    id: &EventId,
) -> Outcome<(RejectionRow, Explanation)> {
    viewer.must_be_admin()?;
    let row = tenant.store.rejection(id).await?;
    let row = row.ok_or_else(|| {
        ClientCode::NotFound.because("the rejection log has no such line, or no longer")
    })?;
    let explanation = explain(&row.code, &row.step, row.direction);
    Ok((row, explanation))
}

/// The log, newest first, for admins.
pub async fn list(
    tenant: &Tenant,
    viewer: &Viewer,
    mut filter: RejectionFilter,
) -> Outcome<Vec<RejectionRow>> {
    viewer.must_be_admin()?;
    filter.limit = filter.limit.clamp(1, PAGE_MAX);
    Ok(tenant.store.rejections(filter).await?)
}
