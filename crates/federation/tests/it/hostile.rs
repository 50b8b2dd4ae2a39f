//! A peer that does what no honest one does, where one request is not enough to say it; single requests are rows
//! of `tests/bad_inputs`.

mod bodies;
mod budgets;
mod cheats;
mod follower;
mod forgery;
mod impostor;
mod keys;
mod past;
mod poison;
mod probing;
mod replay;
pub(crate) mod scene;
mod whole;

use scaiwave_federation::Response;
use scaiwave_protocol::wire::error;
use scaiwave_protocol::{Code, json};

fn refused(response: &Response) -> Option<Code> {
    error::parse(json::parse_body(&response.body).ok()?).map(|refusal| refusal.code)
}
