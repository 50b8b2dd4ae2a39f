//! Step 5. Version and key come with the origin's descriptor, which is fetched at most once a minute.

use std::sync::Arc;

use scaiwave_engine::{Tenant, peering};
use scaiwave_protocol::request::Claim;
use scaiwave_protocol::{Code, PublicKey};

use super::route::Endpoint;
use super::turned_away::{Step, TurnedAway};

pub(super) async fn find(
    tenant: &Arc<Tenant>,
    claim: &Claim,
    endpoint: &Endpoint,
) -> Result<PublicKey, TurnedAway> {
    if *endpoint == Endpoint::OtherVersion {
        let refusal = Code::ProtocolVersion.because("this server speaks v1 only");
        return Err(TurnedAway::new(Step::Version, refusal));
    }
    peering::key_of(tenant, &claim.origin, claim.key_id)
        .await
        .map_err(|refusal| {
            let step = match refusal.code {
                Code::ProtocolVersion => Step::Version,
                _ => Step::Key,
            };
            TurnedAway::new(step, refusal)
        })
}
