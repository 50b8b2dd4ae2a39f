//! Step 6. Nonces are remembered in memory only, so what was signed before we listened is refused:
//! it may have been answered by the process before this one.

use scaiwave_protocol::Code;
use scaiwave_protocol::request::Claim;

use super::Inbound;
use super::turned_away::{Step, TurnedAway};

pub(super) fn check(inbound: &Inbound, claim: &Claim) -> Result<(), TurnedAway> {
    let turned_away = |refusal| TurnedAway::new(Step::Created, refusal);
    claim
        .check_created(inbound.world.now() / 1000)
        .map_err(turned_away)?;
    if claim.created < inbound.listening_since_s() {
        let sentence = "the request was signed before this process began to listen; sign it anew";
        return Err(turned_away(Code::Replay.because(sentence)));
    }
    Ok(())
}
