use scaiwave_protocol::event::content::{self as kind, Membership, Mention, Message};
use scaiwave_protocol::{Content, Event};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::{Rejection, RoomState, Target};

/// What the host judges by its own lights before it sequences. Followers never ask for these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostLimits {
    /// From the tenant's policy; the room's own setting can only lower it.
    pub max_foreign_participants: u64,
    /// For rooms that do not say.
    pub edit_window_s: u64,
    /// In one message.
    pub mentions_max: usize,
    /// An admin of the host may keep a room to its own people, whatever its settings say.
    pub federates: bool,
}

impl Default for HostLimits {
    fn default() -> Self {
        HostLimits {
            max_foreign_participants: 50,
            edit_window_s: 24 * 60 * 60,
            mentions_max: 100,
            federates: true,
        }
    }
}

/// The level from which `@room` may be said.
const ROOM_MENTION_LEVEL: u8 = 50;

/// The host's own judgement (protocol section 0, rule 1). `now` is the host's clock in ms.
pub fn check_as_host(
    state: &RoomState,
    event: &Event,
    content: &Content,
    target: Target<'_>,
    limits: &HostLimits,
    now: u64,
) -> Result<(), Rejection> {
    match content {
        Content::Message(message) => check_message(state, event, message, limits),
        Content::Edit(edit) => {
            check_not_redacted(target)?;
            check_edit_window(state, target, limits, now)?;
            check_message(state, event, &edit.message, limits)
        }
        Content::Reaction(reaction) => {
            check_not_redacted(target)?;
            if reaction.emoji.graphemes(true).count() != 1 {
                return Err(Rejection::NotOneEmoji);
            }
            Ok(())
        }
        Content::Pin(pin) if pin.pinned => match target {
            Target::Known(known) if known.kind == kind::MESSAGE && !known.redacted => Ok(()),
            Target::Known(_) | Target::BelowBase | Target::Unknown | Target::None => {
                Err(Rejection::PinUnfit)
            }
        },
        Content::Member(change) => {
            let comes = matches!(change.membership, Membership::Invite | Membership::Join);
            let is_in = matches!(
                state.membership(&change.participant),
                Some(Membership::Invite | Membership::Join)
            );
            if comes && !is_in && change.participant.server() != state.host() {
                if !limits.federates {
                    return Err(Rejection::NotFederated);
                }
                return check_foreign_capacity(state, limits);
            }
            Ok(())
        }
        Content::CallStart(call) if state.calls.contains_key(&call.call_id) => {
            Err(Rejection::CallRunning)
        }
        Content::Create(_)
        | Content::Server(_)
        | Content::Name(_)
        | Content::Topic(_)
        | Content::Power(_)
        | Content::Settings(_)
        | Content::State(_)
        | Content::Redaction(_)
        | Content::Pin(_)
        | Content::CallStart(_)
        | Content::CallEnd(_)
        | Content::Transfer(_)
        | Content::Unknown => Ok(()),
    }
}

fn check_message(
    state: &RoomState,
    event: &Event,
    message: &Message,
    limits: &HostLimits,
) -> Result<(), Rejection> {
    if message.mentions.len() > limits.mentions_max {
        return Err(Rejection::TooManyMentions);
    }
    let everybody = message.mentions.contains(&Mention::Room);
    if everybody && state.power(event.sender()) < ROOM_MENTION_LEVEL {
        return Err(Rejection::RoomMentionForbidden);
    }
    Ok(())
}

fn check_not_redacted(target: Target<'_>) -> Result<(), Rejection> {
    match target {
        Target::Known(known) if known.redacted => Err(Rejection::TargetRedacted),
        Target::Known(_) | Target::BelowBase | Target::Unknown | Target::None => Ok(()),
    }
}

fn check_edit_window(
    state: &RoomState,
    target: Target<'_>,
    limits: &HostLimits,
    now: u64,
) -> Result<(), Rejection> {
    let window_s = state
        .settings()
        .edit_window_s
        .unwrap_or(limits.edit_window_s);
    match target {
        Target::Known(known) if now > known.ts.saturating_add(window_s.saturating_mul(1000)) => {
            Err(Rejection::EditTooLate)
        }
        Target::Known(_) | Target::BelowBase | Target::Unknown | Target::None => Ok(()),
    }
}

/// Whether one more participant of another server fits in.
///
/// Invited people count: an invitation that could not be accepted would be a lie.
pub fn check_foreign_capacity(state: &RoomState, limits: &HostLimits) -> Result<(), Rejection> {
    let room = state
        .settings()
        .max_foreign_participants
        .unwrap_or(u64::MAX);
    let max = room.min(limits.max_foreign_participants);
    let foreign = state.members().iter().filter(|(participant, member)| {
        participant.server() != state.host()
            && matches!(member.membership, Membership::Invite | Membership::Join)
    });
    if foreign.count() as u64 >= max {
        Err(Rejection::TooManyForeign)
    } else {
        Ok(())
    }
}
