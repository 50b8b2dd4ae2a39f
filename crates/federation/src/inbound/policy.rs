//! Step 4. Before any key is fetched: a server that we do not talk to makes us do nothing.

use scaiwave_engine::{Tenant, peering};
use scaiwave_protocol::request::Claim;

use super::turned_away::{Step, TurnedAway};

pub(super) async fn admit(tenant: &Tenant, claim: &Claim) -> Result<(), TurnedAway> {
    peering::admit(tenant, &claim.origin)
        .await
        .map_err(|refusal| TurnedAway::new(Step::Policy, refusal))
}
