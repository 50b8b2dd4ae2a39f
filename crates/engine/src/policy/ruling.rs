//! Every decision of the policy, as a function of the policy and of what it is asked about. Whoever
//! decides and whoever explains (`simulate.rs`) asks here, so that they cannot say different things.

use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::{Refusal, ServerName};

use super::{AutoAccept, Mode, Policy};
use crate::peering;

/// What decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A line of `blocked_peers`.
    Blocked(PeerPattern),
    /// `default_mode` is `closed`.
    Closed,
    /// A line of `allowed_peers`.
    Allowed(PeerPattern),
    /// `default_mode` is `invite_only` and no line of `allowed_peers` fits.
    NotAllowed,
    /// `default_mode` is `open`.
    Open,
    /// The peer is not admitted by the mode, but has a record in a room of ours or is invited to one.
    SharedRoom,
    /// The peer is refused, and what ends the rooms shared with it may still come.
    Farewell,
    /// `max_backfill_events_per_request`.
    BackfillLimit,
    /// `invites_per_peer_per_hour`.
    InviteBudget,
    /// The room's own setting, or an admin here, keeps it from other servers.
    RoomNotFederated,
    /// The room's `denied_servers`.
    RoomDenied,
    /// The room is archived or closed.
    RoomNotOpen,
    /// The room has as many foreign participants as it may have.
    RoomFull,
}

/// Whether something is allowed, and what decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Yes or no.
    pub allowed: bool,
    /// Why.
    pub rule: Rule,
}

/// What a peer has to do with us, beside the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// It has a record in a room of ours, or somebody of it is invited to one.
    pub shares_room: bool,
    /// We have left it a moment ago, and what ends our rooms may still come.
    pub farewell: bool,
}

impl Rule {
    /// The word in answers.
    pub fn as_str(&self) -> &'static str {
        match self {
            Rule::Blocked(_) => "blocked_peers",
            Rule::Closed => "default_mode closed",
            Rule::Allowed(_) => "allowed_peers",
            Rule::NotAllowed => "default_mode invite_only",
            Rule::Open => "default_mode open",
            Rule::SharedRoom => "shared_room",
            Rule::Farewell => "farewell",
            Rule::BackfillLimit => "max_backfill_events_per_request",
            Rule::InviteBudget => "invites_per_peer_per_hour",
            Rule::RoomNotFederated => "room federate",
            Rule::RoomDenied => "room denied_servers",
            Rule::RoomNotOpen => "room state",
            Rule::RoomFull => "max_foreign_participants",
        }
    }

    /// The line of a list that decided.
    pub fn pattern(&self) -> Option<&PeerPattern> {
        match self {
            Rule::Blocked(pattern) | Rule::Allowed(pattern) => Some(pattern),
            Rule::Closed
            | Rule::NotAllowed
            | Rule::Open
            | Rule::SharedRoom
            | Rule::Farewell
            | Rule::BackfillLimit
            | Rule::InviteBudget
            | Rule::RoomNotFederated
            | Rule::RoomDenied
            | Rule::RoomNotOpen
            | Rule::RoomFull => None,
        }
    }
}

impl Ruling {
    /// Yes, because of this.
    pub fn allow(rule: Rule) -> Self {
        Ruling {
            allowed: true,
            rule,
        }
    }

    /// No, because of this.
    pub fn deny(rule: Rule) -> Self {
        Ruling {
            allowed: false,
            rule,
        }
    }
}

impl Policy {
    /// What lists and mode say of a server: an outbound invitation, a foreign join, a consult.
    pub fn of_server(&self, server: &ServerName) -> Ruling {
        if let Some(pattern) = line(&self.blocked_peers, server) {
            return Ruling::deny(Rule::Blocked(pattern.clone()));
        }
        match self.default_mode {
            Mode::Open => Ruling::allow(Rule::Open),
            Mode::Closed => Ruling::deny(Rule::Closed),
            Mode::InviteOnly => match line(&self.allowed_peers, server) {
                Some(pattern) => Ruling::allow(Rule::Allowed(pattern.clone())),
                None => Ruling::deny(Rule::NotAllowed),
            },
        }
    }

    /// Whether a request of this server is heard.
    pub fn of_request(&self, server: &ServerName, standing: Standing) -> Ruling {
        let ruling = self.of_server(server);
        match ruling.rule {
            Rule::NotAllowed | Rule::Closed if standing.shares_room => {
                Ruling::allow(Rule::SharedRoom)
            }
            Rule::Blocked(_) if standing.farewell => Ruling::allow(Rule::Farewell),
            _ => ruling,
        }
    }

    /// Whether an invitation with these servers on it is taken: the host, the inviter's, and those of
    /// the card. The first one that is not admitted decides.
    pub fn of_invitation<'a>(
        &self,
        servers: impl IntoIterator<Item = &'a ServerName>,
    ) -> Result<(), (ServerName, Ruling)> {
        for server in servers {
            let ruling = self.of_server(server);
            if !ruling.allowed {
                return Err((server.clone(), ruling));
            }
        }
        Ok(())
    }

    /// Whether one more new invitation of a host is taken, after so many within the hour.
    pub fn of_invite_budget(&self, within_the_hour: u64) -> Ruling {
        Ruling {
            allowed: within_the_hour < self.invites_per_peer_per_hour,
            rule: Rule::InviteBudget,
        }
    }

    /// Whether history is given out at all.
    pub fn of_backfill(&self) -> Ruling {
        Ruling {
            allowed: self.max_backfill_events_per_request > 0,
            rule: Rule::BackfillLimit,
        }
    }

    /// Whether an invitation is accepted without asking the person.
    pub fn accepts_by_itself(&self, host: &ServerName, inviter: &ServerName) -> bool {
        match self.auto_accept {
            AutoAccept::None => false,
            AutoAccept::All => true,
            AutoAccept::AllowedPeers => self.trusts(host, inviter),
        }
    }

    /// Whether an invitation's words (name and topic) are shown before it is accepted.
    pub fn trusts(&self, host: &ServerName, inviter: &ServerName) -> bool {
        self.allows(host) && self.allows(inviter)
    }

    /// Whether the lists and the mode admit this server.
    pub fn admits(&self, server: &ServerName) -> bool {
        self.of_server(server).allowed
    }

    /// Whether rooms shared with this server are left, and nothing of it is heard but how they end.
    pub fn refuses(&self, server: &ServerName) -> bool {
        matches!(self.of_server(server).rule, Rule::Blocked(_) | Rule::Closed)
    }

    /// Whether there is any server that it refuses.
    pub fn refuses_somebody(&self) -> bool {
        self.default_mode == Mode::Closed || !self.blocked_peers.is_empty()
    }

    /// Whether the server is in `blocked_peers`.
    pub fn blocks(&self, server: &ServerName) -> bool {
        line(&self.blocked_peers, server).is_some()
    }

    /// Whether the server is in `allowed_peers`.
    pub fn allows(&self, server: &ServerName) -> bool {
        line(&self.allowed_peers, server).is_some()
    }
}

fn line<'a>(list: &'a [PeerPattern], server: &ServerName) -> Option<&'a PeerPattern> {
    list.iter().find(|pattern| pattern.matches(server))
}

/// The refusal of an act by an admitted peer, naming the rule.
pub(crate) fn refusal(rule: &Rule) -> Refusal {
    peering::policy(match rule {
        Rule::Blocked(_) | Rule::Closed | Rule::NotAllowed => {
            "this tenant's federation policy does not admit that server"
        }
        Rule::InviteBudget => "too many new invitations from this server within an hour",
        Rule::BackfillLimit => "this server's policy gives out no history",
        Rule::RoomNotFederated => "this room takes part with no other server",
        Rule::RoomDenied => "this room denies that server",
        Rule::RoomNotOpen => "this room is not open",
        Rule::RoomFull => "this room has as many participants of other servers as it may have",
        Rule::Allowed(_) | Rule::Open | Rule::SharedRoom | Rule::Farewell => {
            "this is not part of what is still taken from that server"
        }
    })
}
