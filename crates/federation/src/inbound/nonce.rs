//! Step 8. Kept only once the signature has verified: nobody else can use up a peer's nonces.

use scaiwave_engine::{Tenant, peering};
use scaiwave_protocol::Code;
use scaiwave_protocol::request::Claim;

use super::nonces::Nonce;
use super::turned_away::{Step, TurnedAway};
use super::{Inbound, Request, Source, rate};

pub(super) async fn remember(
    inbound: &Inbound,
    tenant: &Tenant,
    claim: &Claim,
    request: &Request,
) -> Result<(), TurnedAway> {
    let now = rate::now();
    let source = request.remote.and_then(Source::of);
    let remember = || {
        let (peer, nonce) = (&claim.origin, claim.nonce);
        inbound.nonces.remember(peer, source, nonce, now)
    };
    let mut nonce = remember();
    // Asked only when it matters: it is a question to the disk.
    if nonce == Nonce::FullForStrangers && peering::is_acquainted(tenant, &claim.origin).await {
        inbound.nonces.acquaint(&claim.origin);
        nonce = remember();
    }
    match nonce {
        Nonce::Fresh => Ok(()),
        Nonce::Seen => {
            let sentence = "this nonce was used within the last two minutes; sign the request anew";
            Err(TurnedAway::new(Step::Nonce, Code::Replay.because(sentence)))
        }
        Nonce::Full | Nonce::FullForStrangers => Err(TurnedAway::too_fast(
            Step::Nonce,
            "too many requests in two minutes",
        )),
    }
}
