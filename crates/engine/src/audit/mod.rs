//! The audit log: who changed what about the tenant and its federation, and what admins must know.
//!
//! What a peer was refused, or refused us, has a log of its own (`rejections`).

mod action;
mod announce;

use scaiwave_protocol::{RoomId, ServerName};
use scaiwave_store::record::{AuditRow, AuditSeverity};
use scaiwave_store::{AuditFilter, Change, Commit};

use crate::{Outcome, Tenant, Viewer, World};

pub use action::Action;
pub(crate) use announce::announce;

/// Lines in one page.
const PAGE_MAX: u32 = 200;

/// Who did it.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// One of our people.
    Person(&'a Viewer),
    /// Whoever runs the server, on the command line.
    Operator,
    /// This server, by itself.
    Server,
}

impl Actor<'_> {
    /// Whoever runs the server may do what an admin may.
    pub fn must_be_admin(&self) -> Outcome<()> {
        match self {
            Actor::Person(viewer) => viewer.must_be_admin(),
            Actor::Operator | Actor::Server => Ok(()),
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happening<'a> {
    /// Who did it.
    pub actor: Actor<'a>,
    /// What.
    pub action: Action,
    /// The other server that it is about.
    pub peer: Option<&'a ServerName>,
    /// The room that it is about.
    pub room_id: Option<&'a RoomId>,
    /// A sentence. It may name servers and rooms, and never quotes what a peer sent.
    pub message: String,
}

/// The line of a change, to stand in the same commit as the change itself.
pub fn note(tenant: &Tenant, happening: Happening<'_>) -> Change {
    note_in(&tenant.world, happening)
}

/// The same for a part of a tenant that is there before the tenant is.
pub(crate) fn note_in(world: &World, happening: Happening<'_>) -> Change {
    line(world, AuditSeverity::Change, happening)
}

/// The line of something that an admin must know.
pub fn alarm(tenant: &Tenant, happening: Happening<'_>) -> Change {
    tracing::warn!(
        tenant = tenant.slug(),
        action = happening.action.as_str(),
        "{}",
        happening.message
    );
    line(&tenant.world, AuditSeverity::Alarm, happening)
}

/// Writes lines that belong to no other commit. It never fails for the caller: what happened has
/// happened, and the log of this process says that its record is lost.
pub async fn record(tenant: &Tenant, lines: Vec<Change>) {
    if let Err(error) = tenant.store.commit(Commit::of(lines)).await {
        tracing::error!(%error, "a line of the audit log could not be written");
    }
}

fn line(world: &World, severity: AuditSeverity, happening: Happening<'_>) -> Change {
    let actor = match happening.actor {
        Actor::Person(viewer) if viewer.is_operator() => "operator".to_owned(),
        Actor::Person(viewer) => viewer.fqid.to_string(),
        Actor::Operator => "operator".to_owned(),
        Actor::Server => "server".to_owned(),
    };
    Change::PutAudit(Box::new(AuditRow {
        id: world.event_id(),
        at: world.now(),
        severity,
        actor,
        action: happening.action.as_str().to_owned(),
        peer: happening.peer.map(ToString::to_string),
        room_id: happening.room_id.map(ToString::to_string),
        message: happening.message,
    }))
}

/// The log, newest first, for admins.
pub async fn list(
    tenant: &Tenant,
    viewer: &Viewer,
    mut filter: AuditFilter,
) -> Outcome<Vec<AuditRow>> {
    viewer.must_be_admin()?;
    filter.limit = filter.limit.clamp(1, PAGE_MAX);
    Ok(tenant.store.audit(filter).await?)
}
