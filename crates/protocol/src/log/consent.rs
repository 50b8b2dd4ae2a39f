use crate::event::LogPoint;
use crate::ids::RoomId;
use crate::json::Json;
use crate::keys::Signable;

const DOMAIN: &str = "swp-transfer-v1\n";

/// What a new host signs when it agrees to take a room over (protocol section 3, `swp.room.transfer`).
///
/// `term` is the new one; `seen` is that of the transfer event.
pub fn transfer_consent(room_id: &RoomId, term: u64, seen: &LogPoint) -> Signable {
    let consent = Json::object([
        ("room_id", room_id.into()),
        ("term", term.into()),
        ("seen", seen.to_json()),
    ]);
    Signable::canonical(DOMAIN, &consent)
}
