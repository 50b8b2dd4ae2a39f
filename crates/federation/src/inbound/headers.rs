//! Step 2.

use scaiwave_protocol::request::Claim;

use super::Request;
use super::turned_away::{Step, TurnedAway};

pub(super) fn read(request: &Request) -> Result<Claim, TurnedAway> {
    Claim::read(|name| request.header_values(name))
        .map_err(|refusal| TurnedAway::new(Step::Headers, refusal))
}
