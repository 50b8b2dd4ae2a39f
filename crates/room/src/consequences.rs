//! Control events that the host owes the room because of other events (protocol section 3).

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Content, Event, Fqid, ServerName};

use crate::RoomState;

/// Whether a `swp.room.server` record must stand right before this event, and with which `present`.
///
/// `trusted_key` says that the event's key is one that we believe to be the origin's.
pub fn presence_before(
    state: &RoomState,
    event: &Event,
    content: &Content,
    trusted_key: bool,
) -> Option<bool> {
    let origin = event.origin();
    let server = state.servers().get(origin);
    let joins = matches!(content, Content::Member(change)
        if change.membership == Membership::Join && &change.participant == event.sender());
    match server {
        None => Some(joins),
        Some(server) if joins && !server.present => Some(true),
        Some(server) => {
            let in_log = server.descriptor.key(event.sig().key_id).is_some();
            (trusted_key && !in_log).then_some(server.present || joins)
        }
    }
}

/// Servers whose last participant is gone: each needs a record with `present` false.
pub fn lost_servers(state: &RoomState) -> Vec<ServerName> {
    let gone = state
        .present_servers()
        .filter(|server| *server != state.host() && !state.has_joined(server));
    gone.cloned().collect()
}

/// Participants who must leave because `federate` is off or their server is denied.
pub fn evictions(state: &RoomState) -> Vec<Fqid> {
    let must_go = state.members().iter().filter(|(participant, member)| {
        let foreign = participant.server() != state.host();
        let here = matches!(member.membership, Membership::Join | Membership::Invite);
        here && foreign && (!state.federates() || state.denies(participant.server()))
    });
    must_go
        .map(|(participant, _)| participant.clone())
        .collect()
}
