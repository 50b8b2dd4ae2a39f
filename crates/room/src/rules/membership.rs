//! Membership transitions, as a table (protocol section 3). Whatever is not in it is refused.

use scaiwave_protocol::event::content::{Member as Change, Membership, RoomLife, RoomType};
use scaiwave_protocol::{Fqid, ServerName};

use crate::{Rejection, RoomState};

/// In what capacity somebody changes a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A joined member with `invite_level`.
    Inviter,
    /// The participant, who is one of the host's own, in a public room.
    OwnInPublic,
    /// The participant, who is one of the host's own.
    OwnOfHost,
    /// The participant.
    Own,
    /// The one who invited, and is still joined.
    TheirInviter,
    /// A joined member with 50.
    Moderator,
    /// A joined member with 50 and a level above the target's.
    AboveTarget,
    /// The host's own server.
    HostServer,
    /// The host's own server, about a participant of another server.
    HostServerForeign,
}

use Actor::{
    AboveTarget, HostServer, HostServerForeign, Inviter, Moderator, Own, OwnInPublic, OwnOfHost,
    TheirInviter,
};
use Membership::{Ban, Invite, Join, Knock, Leave};

/// (from, to, by whom). `None` is somebody who never was anything to the room.
pub const TRANSITIONS: &[(Option<Membership>, Membership, &[Actor])] = &[
    (None, Invite, &[Inviter]),
    (None, Join, &[OwnInPublic]),
    (None, Knock, &[OwnOfHost]),
    (None, Ban, &[AboveTarget]),
    (Some(Leave), Invite, &[Inviter]),
    (Some(Leave), Join, &[OwnInPublic]),
    (Some(Leave), Knock, &[OwnOfHost]),
    (Some(Leave), Ban, &[AboveTarget]),
    (Some(Knock), Invite, &[Inviter]),
    (Some(Knock), Leave, &[Own, Moderator]),
    (Some(Knock), Ban, &[AboveTarget]),
    // An invitation on top of an invitation is allowed and changes nothing.
    (Some(Invite), Invite, &[Inviter]),
    (Some(Invite), Join, &[Own]),
    (
        Some(Invite),
        Leave,
        &[Own, TheirInviter, Moderator, HostServer],
    ),
    (Some(Invite), Ban, &[AboveTarget]),
    (Some(Join), Join, &[Own]),
    (Some(Join), Leave, &[Own, AboveTarget, HostServerForeign]),
    (Some(Join), Ban, &[AboveTarget]),
    (Some(Ban), Ban, &[AboveTarget]),
    (Some(Ban), Leave, &[AboveTarget]),
];

const MODERATOR_LEVEL: u8 = 50;

/// Whether `sender` may make this change.
pub(super) fn allow(state: &RoomState, sender: &Fqid, change: &Change) -> Result<(), Rejection> {
    let from = state.membership(&change.participant);
    let to = change.membership;
    if state.life != RoomLife::Open && !matches!(to, Leave | Ban) {
        return Err(Rejection::RoomNotOpen);
    }
    if creator_enters(state, sender, change) {
        return Ok(());
    }
    let line = TRANSITIONS.iter().find(|(f, t, _)| *f == from && *t == to);
    let (_, _, actors) = line.ok_or(Rejection::MembershipForbidden)?;
    let mut reason = Rejection::MembershipForbidden;
    for actor in *actors {
        match is(state, sender, change, *actor) {
            Ok(()) => return admits(state, change),
            Err(Some(why)) => reason = why,
            Err(None) => {}
        }
    }
    Err(reason)
}

/// Seq 3 is the creator's own join, which needs no invite.
fn creator_enters(state: &RoomState, sender: &Fqid, change: &Change) -> bool {
    state.head.seq == 2
        && change.membership == Join
        && sender == state.creator()
        && &change.participant == sender
}

/// Whether the sender acts in this capacity; if not, the reason, when it says more than "no".
fn is(
    state: &RoomState,
    sender: &Fqid,
    change: &Change,
    actor: Actor,
) -> Result<(), Option<Rejection>> {
    let participant = &change.participant;
    let own = sender == participant;
    let of_host = participant.server() == &state.host;
    let joined = || {
        if state.is_joined(sender) {
            Ok(())
        } else {
            Err(Some(Rejection::SenderNotJoined))
        }
    };
    let level = |level| {
        if state.power(sender) >= level {
            Ok(())
        } else {
            Err(Some(Rejection::PowerTooLow))
        }
    };
    let only_if = |holds: bool| if holds { Ok(()) } else { Err(None) };
    match actor {
        Inviter => joined().and_then(|()| level(state.invite_level())),
        OwnInPublic => only_if(own && of_host && state.room_type == RoomType::Public),
        OwnOfHost => only_if(own && of_host),
        Own => only_if(own),
        TheirInviter => {
            let by = state
                .members
                .get(participant)
                .and_then(|member| member.by.as_ref());
            only_if(by == Some(sender))?;
            joined()
        }
        Moderator => joined().and_then(|()| level(MODERATOR_LEVEL)),
        AboveTarget => {
            joined().and_then(|()| level(MODERATOR_LEVEL))?;
            if state.power(sender) > state.power(participant) {
                Ok(())
            } else {
                Err(Some(Rejection::TargetTooPowerful))
            }
        }
        HostServer => only_if(state.is_host_server(sender)),
        HostServerForeign => only_if(state.is_host_server(sender) && !of_host),
    }
}

/// Whether the room is open to the participant's server, and to this participant at all.
fn admits(state: &RoomState, change: &Change) -> Result<(), Rejection> {
    admits_person(state, change)?;
    if !matches!(change.membership, Invite | Join | Knock) {
        return Ok(());
    }
    admits_server(state, change.participant.server())
}

/// Whether people of this server may be in the room, as far as its settings say.
pub fn admits_server(state: &RoomState, server: &ServerName) -> Result<(), Rejection> {
    if server != &state.host && !state.federates() {
        return Err(Rejection::NotFederated);
    }
    if state.denies(server) {
        return Err(Rejection::ServerDenied);
    }
    Ok(())
}

/// A dm is its creator's and the first invited one's, for good.
///
/// Nobody else ever becomes anything to it, not even banned: so its members tell who the pair is, also
/// to those who start from a snapshot.
fn admits_person(state: &RoomState, change: &Change) -> Result<(), Rejection> {
    let participant = &change.participant;
    let of_the_pair = match state.dm_partner() {
        _ if participant == state.creator() => true,
        Some(partner) => partner == participant,
        None => change.membership == Invite,
    };
    if state.room_type == RoomType::Dm && !of_the_pair {
        return Err(Rejection::DmIsForTwo);
    }
    Ok(())
}
