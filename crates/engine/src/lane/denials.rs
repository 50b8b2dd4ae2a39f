use scaiwave_protocol::Fqid;
use scaiwave_protocol::event::content;
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
