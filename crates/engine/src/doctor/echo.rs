use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::wire::item::heads_item;
use scaiwave_protocol::{Refusal, ServerName};
use scaiwave_store::record::RejectionDirection;

use super::report::{Finding, Step};
use crate::{RemoteError, Tenant, rejections};

/// How long an admin waits for the echo.
const ECHO_TIME: Duration = Duration::from_secs(8);

/// Sends a signed request that changes nothing: heads of no room.
pub(super) async fn check(tenant: &Arc<Tenant>, server: &ServerName) -> Finding {
    let mut body = b"{\"items\":[".to_vec();
    heads_item(&BTreeMap::new()).write_canonical(&mut body);
    body.extend_from_slice(b"]}");
    let sent = tokio::time::timeout(ECHO_TIME, tenant.remote.send(server, body, 1)).await;
    let late = || Err(RemoteError::Unreachable("no answer within 8 s".to_owned()));
    match sent.unwrap_or_else(|_| late()).as_deref() {
        Ok([ItemResult::Rejected(refusal)]) | Err(RemoteError::Refused(refusal)) => {
            refused(refusal)
        }
        Ok(_) => Finding::ok(Step::EchoThere, "It verified our signature and answered."),
        Err(RemoteError::Unreachable(why)) => Finding::failed(
            Step::EchoThere,
            format!("The request got no answer: {why}."),
            "A proxy in front of it lets descriptors through, but not requests, or it was cut off a \
             moment ago.",
            "Let the proxy pass everything under `/_scaiwave/` to the server.",
        ),
        Err(RemoteError::Nonsense(why)) => Finding::failed(
            Step::EchoThere,
            format!("The answer was none of this protocol: {why}."),
            "A proxy in front of it answers in its place.",
            "Let the proxy pass everything under `/_scaiwave/` to the server.",
        ),
    }
}

/// It was heard and turned away: the code says why, in the words of the rejection log.
fn refused(refusal: &Refusal) -> Finding {
    let code = refusal.code.as_str();
    let said = rejections::explain(code, "item", RejectionDirection::Outbound);
    Finding::failed(
        Step::EchoThere,
        format!("It refused: {refusal}."),
        format!("{} {}", said.meaning, said.causes.join(" ")),
        said.remedies.join(" "),
    )
}
