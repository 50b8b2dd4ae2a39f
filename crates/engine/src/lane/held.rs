//! Rooms in which nothing may go on: nothing is sequenced, stored as pending, or taken from the host.

use std::collections::VecDeque;

use scaiwave_protocol::Code;
use scaiwave_room::RoomState;

use super::command::{Command, EntriesAnswer, SubmitAnswer};
use super::denials::is_hidden_from;
use super::state::LaneState;
use super::work::told;
use crate::{ClientCode, Denial, Tenant, peering};

/// Why a room stands still, if it does.
pub(super) fn reason(tenant: &Tenant, lane: &LaneState, hosted: bool) -> Option<Denial> {
    if let Some(why) = &lane.frozen {
        return Some(ClientCode::RoomFrozen.because(why.clone()));
    }
    if hosted && tenant.doubts.concern(lane.room.room_id()) {
        let unheard = tenant.doubts.unheard(lane.room.room_id());
        return Some(ClientCode::RoomWaiting.because(format!(
            "this server has just started and first asks who else has this room what they hold of it; \
             not heard yet: {}. Try again",
            peering::named(&unheard)
        )));
    }
    None
}

/// Answers what waits, up to a command that stands alone. What peers submit they will submit again.
pub(super) fn turn_away(
    batch: &mut VecDeque<Command>,
    room: &RoomState,
    hosted: bool,
    denial: &Denial,
) {
    let goes_on = |front: &Command| front.stands_alone() || front.brings_the_past();
    while batch.front().is_some_and(|front| !goes_on(front)) {
        match batch.pop_front() {
            Some(Command::Post { post, reply }) => {
                let hidden = is_hidden_from(room, &post.sender);
                let told = if hidden {
                    Denial::no_such_room()
                } else {
                    denial.clone()
                };
                drop(reply.send(Err(told)));
            }
            Some(Command::Submit { submissions, reply }) => {
                drop(reply.send(vec![SubmitAnswer::Retry; submissions.len()]));
            }
            Some(
                Command::Control { reply, .. }
                | Command::Await { reply, .. }
                | Command::Resubmit { reply, .. },
            ) => {
                drop(reply.send(Err(denial.clone())));
            }
            Some(Command::Entries { reply, .. }) => {
                let refusal = if hosted {
                    peering::not_host("this room is hosted here: its entries are made here")
                } else {
                    Code::ChainBroken
                        .because("this room stands still here: its host was found at fault")
                };
                drop(reply.send(EntriesAnswer::Refused(refusal)));
            }
            // Unanswered: there is no number to give.
            Some(Command::Number { reply }) => drop(reply),
            // Told again when the room goes on, or of no account any more.
            Some(Command::Taken { reply, .. }) => drop(reply.send(Vec::new())),
            Some(Command::Refused { reply, .. } | Command::Reload { reply }) => told(reply),
            Some(_) | None => {}
        }
    }
}
