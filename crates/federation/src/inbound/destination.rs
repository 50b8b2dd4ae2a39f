//! Step 3. The destination selects the tenant; nothing else in a request does.

use std::sync::Arc;

use scaiwave_engine::Tenant;
use scaiwave_protocol::Code;
use scaiwave_protocol::request::Claim;

use super::Inbound;
use super::turned_away::{Step, TurnedAway};

pub(super) fn find(inbound: &Inbound, claim: &Claim) -> Result<Arc<Tenant>, TurnedAway> {
    inbound.tenant(&claim.destination).ok_or_else(|| {
        let refusal = Code::WrongDestination.because("the server in Swp-Destination is not here");
        TurnedAway::new(Step::Destination, refusal)
    })
}
