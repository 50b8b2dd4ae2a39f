//! The doctor: walks the way to a peer step by step, and names cause and cure at the first step that
//! fails (GLOSSARY). What a network says is found out by [`crate::Remote::examine`]; what is judged here
//! is whose key it is, whether policy admits the peer, and whether both hear each other.

mod back;
mod clock;
mod echo;
mod key;
mod policy;
mod report;

use std::sync::Arc;

use scaiwave_protocol::ServerName;
use scaiwave_protocol::descriptor::Descriptor;

use crate::{Outcome, Tenant, Viewer};

pub use report::{Finding, Report, Status, Step};

/// What the outbound client found on the way to a server.
#[derive(Clone, Debug, Default)]
pub struct Examination {
    /// The steps from [`Step::Name`] to [`Step::Descriptor`], as far as it came.
    pub findings: Vec<Finding>,
    /// What the server says about itself, when all of them went well.
    pub descriptor: Option<Descriptor>,
    /// The server's clock and ours at the moment of its answer, both in ms; none when the answer bore
    /// no date, or came from next door.
    pub clocks: Option<(u64, u64)>,
}

/// Walks the way to a server and back. Nothing is changed by it, here or there, except that the peer
/// learns that we are here.
pub async fn check(tenant: &Arc<Tenant>, viewer: &Viewer, server: &ServerName) -> Outcome<Report> {
    viewer.must_be_admin()?;
    let Examination {
        findings,
        descriptor,
        clocks,
    } = tenant.remote.examine(server).await;
    let mut report = Report::begin(server.clone(), findings);
    let Some(descriptor) = descriptor else {
        return Ok(report.finish());
    };
    if server == tenant.server_name() {
        report.add(key::of_ourselves(tenant, &descriptor));
        return Ok(report.finish());
    }
    report.add(key::check(tenant, &descriptor));
    report.add(clock::check(clocks));
    report.add(policy::check(tenant, server));
    if report.went_well() {
        report.add(echo::check(tenant, server).await);
    }
    if report.went_well() {
        report.add(back::check(tenant, server).await);
    }
    Ok(report.finish())
}
