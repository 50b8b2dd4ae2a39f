use std::sync::Arc;

use scaiwave_protocol::event::content::{Membership, RoomLife};
use scaiwave_protocol::{Fqid, RoomId, ServerName};
use scaiwave_room::{Rejection, RoomState, check_foreign_capacity, membership};

use super::{Policy, Rule, Ruling, host_limits};
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer, lane, peering};

/// An hour in ms.
pub(crate) const HOUR_MS: u64 = 60 * 60 * 1000;

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Any request of the peer.
    Request,
    /// The peer's host delivers an invitation.
    InviteIn,
    /// Somebody of ours invites somebody of the peer.
    InviteOut,
    /// Somebody of the peer joins a room of ours.
    Join,
    /// The peer is to come into a room elsewhere in which we are.
    Consult,
    /// The peer asks for history.
    Backfill,
}

impl Act {
    /// Every act, in the order of answers.
    pub const ALL: [Act; 6] = [
        Act::Request,
        Act::InviteIn,
        Act::InviteOut,
        Act::Join,
        Act::Consult,
        Act::Backfill,
    ];

    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Act::Request => "request",
            Act::InviteIn => "invite_in",
            Act::InviteOut => "invite_out",
            Act::Join => "join",
            Act::Consult => "consult",
            Act::Backfill => "backfill",
        }
    }
}

/// What would happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// To what.
    pub act: Act,
    /// Whether, and which rule decides.
    pub ruling: Ruling,
}

/// Whom and what a simulation is about.
#[derive(Clone, Debug)]
pub struct Question {
    /// The other server.
    pub peer: ServerName,
    /// A person of it; without one, somebody who has nothing to do with the room yet.
    pub fqid: Option<Fqid>,
    /// A room here.
    pub room_id: Option<RoomId>,
}

/// What the policy in force says to everything that a peer may want, without doing any of it. The rulings
/// come from the functions that decide.
pub async fn simulate(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    question: Question,
) -> Outcome<Vec<Simulated>> {
    viewer.must_be_admin()?;
    let Question {
        peer,
        fqid,
        room_id,
    } = question;
    if fqid.as_ref().is_some_and(|fqid| fqid.server() != &peer) {
        return Err(ClientCode::BadRequest
            .because("is of another server than the peer")
            .at("fqid"));
    }
    let room = match &room_id {
        Some(room_id) => Some(
            lane::load_state(tenant, room_id)
                .await?
                .ok_or_else(Denial::no_such_room)?,
        ),
        None => None,
    };
    let hour_ago = tenant.world.now().saturating_sub(HOUR_MS);
    let case = Case {
        policy: &tenant.policy.get(),
        us: tenant.server_name(),
        standing: peering::standing(tenant, &peer).await?,
        invites: tenant.store.invites_since(&peer, hour_ago).await?,
        barred: room_id.is_some_and(|room_id| tenant.policy.bars(&room_id)),
        peer,
        fqid,
        room,
    };
    let answer = |act| Simulated {
        act,
        ruling: case.of(act),
    };
    Ok(Act::ALL.into_iter().map(answer).collect())
}

struct Case<'a> {
    policy: &'a Policy,
    us: &'a ServerName,
    peer: ServerName,
    fqid: Option<Fqid>,
    room: Option<Arc<RoomState>>,
    standing: super::Standing,
    invites: u64,
    barred: bool,
}

impl Case<'_> {
    fn of(&self, act: Act) -> Ruling {
        let request = self.policy.of_request(&self.peer, self.standing);
        let server = self.policy.of_server(&self.peer);
        match act {
            Act::Request => request,
            Act::Consult => server,
            Act::InviteIn => self.invite_in(),
            Act::InviteOut | Act::Join if !server.allowed => server,
            Act::InviteOut | Act::Join => match self.room_refuses() {
                Some(rule) => Ruling::deny(rule),
                None => server,
            },
            Act::Backfill if !request.allowed => request,
            Act::Backfill if self.policy.refuses(&self.peer) => server,
            Act::Backfill => match self.policy.of_backfill() {
                ruling if ruling.allowed && self.closed_to_others() => {
                    Ruling::deny(Rule::RoomNotFederated)
                }
                ruling => ruling,
            },
        }
    }

    /// The peer as the host; the servers of a room that we know are those of its card.
    fn invite_in(&self) -> Ruling {
        let card = self.room.iter().flat_map(|room| room.present_servers());
        let others = card.filter(|server| *server != self.us);
        match self.policy.of_invitation(others.chain([&self.peer])) {
            Err((_, ruling)) => ruling,
            Ok(()) => match self.policy.of_invite_budget(self.invites) {
                ruling if ruling.allowed => self.policy.of_server(&self.peer),
                ruling => ruling,
            },
        }
    }

    fn closed_to_others(&self) -> bool {
        self.barred || self.room.as_ref().is_some_and(|room| !room.federates())
    }

    /// What the room itself has against somebody of the peer.
    fn room_refuses(&self) -> Option<Rule> {
        let room = self.room.as_ref()?;
        if self.barred {
            return Some(Rule::RoomNotFederated);
        }
        if room.life() != RoomLife::Open {
            return Some(Rule::RoomNotOpen);
        }
        match membership::admits_server(room, &self.peer) {
            Err(Rejection::ServerDenied) => return Some(Rule::RoomDenied),
            Err(_) => return Some(Rule::RoomNotFederated),
            Ok(()) => {}
        }
        let is_in = self.fqid.as_ref().is_some_and(|fqid| {
            matches!(
                room.membership(fqid),
                Some(Membership::Invite | Membership::Join)
            )
        });
        let limits = host_limits(self.policy);
        let full = room.host() == self.us && check_foreign_capacity(room, &limits).is_err();
        (full && !is_in).then_some(Rule::RoomFull)
    }
}
