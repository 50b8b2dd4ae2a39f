use scaiwave_engine::policy::{self, Question, Simulated};
use scaiwave_protocol::{Fqid, RoomId, ServerName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::{Admin, Body};
use crate::failure::{Administering, Failure};

/// Whom and what a simulation is about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyQuestion {
    /// The other server.
    #[schema(example = "globex.example")]
    peer: String,
    /// A person of it; without one, somebody who has nothing to do with the room yet.
    #[schema(example = "@bob:globex.example")]
    fqid: Option<String>,
    /// A room of this tenant.
    room_id: Option<String>,
}

/// What would happen to one act.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicyRuling)]
struct RulingJson {
    /// `request`, `invite_in`, `invite_out`, `join`, `consult` or `backfill`.
    #[schema(value_type = String, example = "invite_in")]
    act: &'static str,
    /// Yes or no.
    allowed: bool,
    /// The rule that decides.
    #[schema(value_type = String, example = "blocked_peers")]
    rule: &'static str,
    /// The line of the list that decides.
    #[schema(required = true)]
    pattern: Option<String>,
}

impl RulingJson {
    fn of(simulated: &Simulated) -> Self {
        let Simulated { act, ruling } = simulated;
        RulingJson {
            act: act.as_str(),
            allowed: ruling.allowed,
            rule: ruling.rule.as_str(),
            pattern: ruling.rule.pattern().map(ToString::to_string),
        }
    }
}

/// What the policy in force says to everything that a server may want, and which rule decides. Nothing is
/// done.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/policy/simulate",
    tag = "admin",
    request_body = PolicyQuestion,
    responses((status = 200, body = inline(Success<List<RulingJson>>)), Administering)
)]
pub(crate) async fn simulate_policy(
    Admin(caller): Admin,
    Body(question): Body<PolicyQuestion>,
) -> Answer {
    let at = |field| move |malformed: scaiwave_protocol::Malformed| Failure::at(field, malformed.0);
    let fqid = question.fqid.as_deref().map(Fqid::parse_participant);
    let room_id = question.room_id.as_deref().map(RoomId::parse);
    let question = Question {
        peer: ServerName::parse(&question.peer).map_err(at("peer"))?,
        fqid: fqid.transpose().map_err(at("fqid"))?,
        room_id: room_id.transpose().map_err(at("room_id"))?,
    };
    let rulings = policy::simulate(&caller.tenant, &caller.viewer, question).await?;
    let lines: List<_> = rulings.iter().map(RulingJson::of).collect();
    data(lines)
}
