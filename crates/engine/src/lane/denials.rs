use scaiwave_protocol::Fqid;
use scaiwave_protocol::event::content::{self, RoomType};
use scaiwave_room::{Rejection, RoomState};

use crate::{ClientCode, Denial};

/// What a rejection by the room's rules means to one of our people.
pub(super) fn to_client(
    rejection: Rejection,
    room: &RoomState,
    sender: &Fqid,
    kind: &str,
) -> Denial {
    let code = match rejection {
        // Somebody who never was anything to the room does not learn that it exists.
        Rejection::SenderNotJoined if room.membership(sender).is_none() => {
            return Denial::no_such_room();
        }
        Rejection::SenderNotJoined => ClientCode::NotMember,
        Rejection::RoomNotOpen | Rejection::RoomClosed => ClientCode::RoomFrozen,
        Rejection::EditTooLate => ClientCode::TooOldToEdit,
        Rejection::NotOwn if kind == content::REDACTION => ClientCode::RedactForbidden,
        Rejection::PowerTooLow
        | Rejection::TargetTooPowerful
        | Rejection::GrantTooHigh
        | Rejection::RoomMentionForbidden => ClientCode::InsufficientPermission,
        Rejection::TargetUnfit | Rejection::TargetRedacted | Rejection::PinUnfit => {
            ClientCode::EventNotFound
        }
        Rejection::TooManyForeign => ClientCode::RoomCapacity,
        Rejection::EventIdReused => ClientCode::EventConflict,
        Rejection::DmIsForTwo | Rejection::NotFederated => ClientCode::RoomTypeInvariant,
        Rejection::ContentUnfit | Rejection::NotOneEmoji | Rejection::TooManyMentions => {
            ClientCode::BadRequest
        }
        _ => ClientCode::RoomForbidden,
    };
    code.because(rejection.to_string())
}

/// Whether somebody must not learn that the room exists, nor what is in it: they never were anything to it,
/// and it is in no directory. Asked before anything else that could tell them.
pub(super) fn is_hidden_from(room: &RoomState, participant: &Fqid) -> bool {
    room.membership(participant).is_none()
        && room.room_type() != RoomType::Public
        && !participant.is_server()
}
