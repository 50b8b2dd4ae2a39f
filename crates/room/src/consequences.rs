//! Control events that the host owes the room because of other events (protocol section 3).

use scaiwave_protocol::descriptor::Descriptor;
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
    let joins = matches!(content, Content::Member(change)
        if change.membership == Membership::Join && &change.participant == event.sender());
    let Some(server) = state.servers().get(event.origin()) else {
        return Some(joins);
    };
    let in_log = server.descriptor.key(event.sig().key_id).is_some();
    // Before the last one's own leave it is still true: what says that a server is gone follows that, for it
    // is the last entry which that server gets.
    let due = (joins && !server.present) || (trusted_key && !in_log);
    due.then_some(joins || server.present)
}

/// Whether a descriptor that the host holds revokes a key that the record in the log does not: then the
/// room must hear of it (protocol section 3).
pub fn revokes_more(held: &Descriptor, in_log: &Descriptor) -> bool {
    held.keys().iter().any(|key| {
        let known = in_log.key(key.key_id());
        known.is_some_and(|known| {
            // An earlier time ends more of what the key can sign.
            key.revoked_at
                .is_some_and(|at| known.revoked_at.is_none_or(|before| at < before))
        })
    })
}

/// Whether the host's own descriptor says something of its keys that the record in the log does not: a
/// new key, a revocation, another recovery key.
pub fn is_behind(in_log: &Descriptor, own: &Descriptor) -> bool {
    own.keys()
        .iter()
        .any(|key| in_log.key(key.key_id()).is_none())
        || revokes_more(own, in_log)
        || own.recovery_key() != in_log.recovery_key()
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
