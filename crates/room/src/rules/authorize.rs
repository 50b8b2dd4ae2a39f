use scaiwave_protocol::event::content::RoomLife;
use scaiwave_protocol::{Content, Event};

use super::table::{self, Needs};
use super::{membership, power, targets, transfer};
use crate::{Rejection, RoomState, Target};

/// Whether the room's rules allow this event right after its head (protocol section 3).
///
/// `content` is `None` when it is erased; only messages, edits and reactions can be, and an erased one
/// is judged by its sender alone. `ts` is the entry's.
pub fn authorize(
    state: &RoomState,
    event: &Event,
    content: Option<&Content>,
    target: Target<'_>,
    ts: u64,
) -> Result<(), Rejection> {
    let sender = event.sender();
    let line = table::of(event.kind().as_str());
    if state.life != RoomLife::Open && !line.when_not_open {
        return Err(Rejection::RoomNotOpen);
    }
    match line.needs {
        Needs::Own => {}
        Needs::Power(level) => power::at_least(state, sender, level)?,
        Needs::PowerSettable(level) => {
            power::at_least(state, sender, state.level_for(line.kind, level))?;
        }
    }
    match content {
        Some(Content::Create(_)) => Err(Rejection::SecondGenesis),
        Some(Content::Server(_)) if state.is_host_server(sender) => Ok(()),
        Some(Content::Server(_)) => Err(Rejection::HostOnly),
        Some(Content::Member(change)) => membership::allow(state, sender, change),
        Some(Content::Power(change)) => power::allow_change(state, sender, change),
        Some(Content::State(change)) => power::allow_state(state, sender, change),
        Some(Content::Edit(_)) => targets::allow_edit(sender, target),
        Some(Content::Reaction(_)) => targets::allow_reaction(target),
        Some(Content::Redaction(_)) => targets::allow_redaction(state, sender, target),
        Some(Content::CallEnd(call)) => targets::allow_call_end(state, sender, call),
        Some(Content::Transfer(change)) => transfer::allow(state, event, change, ts),
        Some(Content::Settings(change))
            if change.federate == Some(true) && !state.room_type.may_federate() =>
        {
            Err(Rejection::NotFederated)
        }
        Some(
            Content::Name(_)
            | Content::Topic(_)
            | Content::Settings(_)
            | Content::Message(_)
            | Content::Pin(_)
            | Content::CallStart(_)
            | Content::Unknown,
        )
        | None => Ok(()),
    }
}
