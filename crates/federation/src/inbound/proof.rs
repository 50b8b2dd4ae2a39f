//! Step 7. The body's digest, then the signature over it and over what is asked of whom.

use scaiwave_protocol::PublicKey;
use scaiwave_protocol::request::{Claim, Target};

use super::Request;
use super::turned_away::{Step, TurnedAway};

pub(super) fn digest(claim: &Claim, request: &Request) -> Result<(), TurnedAway> {
    claim
        .check_digest(&request.body)
        .map_err(|refusal| TurnedAway::new(Step::Digest, refusal))
}

pub(super) fn signature(
    claim: &Claim,
    request: &Request,
    key: &PublicKey,
) -> Result<(), TurnedAway> {
    let target = Target {
        method: request.method.as_str(),
        path: &request.path,
        query: request.query.as_deref().unwrap_or_default(),
    };
    claim
        .verify(target, key)
        .map_err(|refusal| TurnedAway::new(Step::Signature, refusal))
}
