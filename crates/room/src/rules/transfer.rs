use scaiwave_protocol::Event;
use scaiwave_protocol::event::content::Transfer;
use scaiwave_protocol::log::TransferConsent;

use crate::{Rejection, RoomState};

/// A planned hand-over: the host's server says so, and the new host has signed that it agrees.
pub(super) fn allow(
    state: &RoomState,
    event: &Event,
    change: &Transfer,
    ts: u64,
) -> Result<(), Rejection> {
    if !state.is_host_server(event.sender()) {
        return Err(Rejection::HostOnly);
    }
    let new_host = state
        .servers
        .get(&change.host)
        .filter(|server| server.present);
    let new_host = new_host.ok_or(Rejection::TransferUnfit)?;
    let key = new_host
        .descriptor
        .key(change.sig.key_id)
        .filter(|key| key.valid_at(ts));
    let (Some(key), Some(seen)) = (key, event.header().seen) else {
        return Err(Rejection::TransferUnfit);
    };
    let consent = TransferConsent {
        room_id: state.room_id.clone(),
        term: change.term,
        seen,
    };
    if change.term != state.entry_term() + 1 || !consent.is_signed_by(key.public_key(), &change.sig)
    {
        return Err(Rejection::TransferUnfit);
    }
    Ok(())
}
