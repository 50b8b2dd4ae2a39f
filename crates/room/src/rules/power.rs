use scaiwave_protocol::Fqid;
use scaiwave_protocol::event::content::{Power, RoomLife, RoomType, State};

use crate::{Rejection, RoomState};

/// The level for settings, power and state.
const OWNER: u8 = 100;

/// Whether the sender is a joined participant with this level.
pub(super) fn at_least(state: &RoomState, sender: &Fqid, level: u8) -> Result<(), Rejection> {
    if sender.is_server() {
        return Err(Rejection::NotForServers);
    }
    if !state.is_joined(sender) {
        return Err(Rejection::SenderNotJoined);
    }
    if state.power(sender) < level {
        return Err(Rejection::PowerTooLow);
    }
    Ok(())
}

/// Nobody grants above, or changes somebody at or above, their own level, except themselves downwards.
pub(super) fn allow_change(
    state: &RoomState,
    sender: &Fqid,
    change: &Power,
) -> Result<(), Rejection> {
    let own = state.power(sender);
    if change.level > own {
        return Err(Rejection::GrantTooHigh);
    }
    if &change.participant != sender && state.power(&change.participant) >= own {
        return Err(Rejection::TargetTooPowerful);
    }
    Ok(())
}

/// Opening, archiving, closing. The host's server closes its half of a doubled dm by itself.
pub(super) fn allow_state(
    state: &RoomState,
    sender: &Fqid,
    change: &State,
) -> Result<(), Rejection> {
    if state.life == RoomLife::Closed {
        return Err(Rejection::RoomClosed);
    }
    if state.is_host_server(sender) {
        let replaced_dm = state.room_type == RoomType::Dm
            && change.life == RoomLife::Closed
            && change.replaced_by.is_some();
        return if replaced_dm {
            Ok(())
        } else {
            Err(Rejection::NotForServers)
        };
    }
    at_least(state, sender, OWNER)
}
