use scaiwave_protocol::Fqid;
use scaiwave_protocol::event::content::{self as kind, Call};

use crate::{Rejection, RoomState, Target};

/// The level at which somebody else's words may be taken away, or somebody else's call ended.
const MODERATOR: u8 = 50;

/// Only one's own message can be edited, and an edit never.
pub(super) fn allow_edit(sender: &Fqid, target: Target<'_>) -> Result<(), Rejection> {
    match target {
        Target::Known(event) if event.kind != kind::MESSAGE => Err(Rejection::TargetUnfit),
        Target::Known(event) if &event.sender != sender => Err(Rejection::NotOwn),
        Target::Known(_) | Target::BelowBase | Target::None => Ok(()),
        Target::Unknown => Err(Rejection::TargetUnfit),
    }
}

/// A reaction is put on a message.
pub(super) fn allow_reaction(target: Target<'_>) -> Result<(), Rejection> {
    match target {
        Target::Known(event) if event.kind != kind::MESSAGE => Err(Rejection::TargetUnfit),
        Target::Known(_) | Target::BelowBase | Target::None => Ok(()),
        Target::Unknown => Err(Rejection::TargetUnfit),
    }
}

/// One's own message, edit or reaction, or anybody's with the level for it.
pub(super) fn allow_redaction(
    state: &RoomState,
    sender: &Fqid,
    target: Target<'_>,
) -> Result<(), Rejection> {
    match target {
        Target::Known(event) if !kind::is_erasable(&event.kind) => Err(Rejection::TargetUnfit),
        Target::Known(event) if &event.sender != sender && state.power(sender) < MODERATOR => {
            Err(Rejection::NotOwn)
        }
        Target::Known(_) | Target::BelowBase => Ok(()),
        Target::Unknown | Target::None => Err(Rejection::TargetUnfit),
    }
}

/// The starter, or a moderator. A call that began below our base cannot be judged here.
pub(super) fn allow_call_end(
    state: &RoomState,
    sender: &Fqid,
    call: &Call,
) -> Result<(), Rejection> {
    match state.calls.get(&call.call_id) {
        Some(starter) if starter == sender => Ok(()),
        _ if state.power(sender) >= MODERATOR => Ok(()),
        Some(_) => Err(Rejection::NotOwn),
        None if state.base_seq > 0 => Ok(()),
        None => Err(Rejection::TargetUnfit),
    }
}
