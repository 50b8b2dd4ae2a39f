//! Step 8. Kept only once the signature has verified: nobody else can use up a peer's nonces.

use scaiwave_protocol::Code;
use scaiwave_protocol::request::Claim;

use super::Inbound;
use super::nonces::Nonce;
use super::turned_away::{Step, TurnedAway};

pub(super) fn remember(inbound: &Inbound, claim: &Claim) -> Result<(), TurnedAway> {
    let now = inbound.world.now() / 1000;
    match inbound.nonces.remember(&claim.origin, claim.nonce, now) {
        Nonce::Fresh => Ok(()),
        Nonce::Seen => {
            let sentence = "this nonce was used within the last two minutes; sign the request anew";
            Err(TurnedAway::new(Step::Nonce, Code::Replay.because(sentence)))
        }
        Nonce::Full => Err(TurnedAway::too_fast(
            Step::Nonce,
            "too many requests in two minutes",
        )),
    }
}
