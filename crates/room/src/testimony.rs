use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::{Code, Hash, Refusal};

use crate::{Rejection, RoomState};

/// The points of the log that a host has signed for with this checkpoint: entries in their order, the
/// chain below the first, and the checkpoint of the last (protocol section 4, equivocation).
///
/// `state` says who was host, and which keys it had; nothing of the entries needs to be in its log. A key
/// that this log does not know yet counts if the host's descriptor that is trusted today, `held`, has it.
pub fn attested(
    state: &RoomState,
    held: Option<&Descriptor>,
    chain_before: &Hash,
    entries: &[Entry],
    checkpoint: &Checkpoint,
) -> Result<Vec<LogPoint>, Refusal> {
    let mut points: Vec<LogPoint> = Vec::with_capacity(entries.len());
    let mut chain = *chain_before;
    for entry in entries {
        if entry.event.room_id() != state.room_id {
            return Err(Rejection::OtherRoom.into());
        }
        let follows = points
            .last()
            .is_none_or(|last| entry.seq == last.seq + 1 && entry.term >= last.term);
        if !follows {
            return Err(Code::ChainBroken.because("the entries do not follow each other"));
        }
        chain = entry.chain(&chain);
        points.push(LogPoint {
            term: entry.term,
            seq: entry.seq,
            chain,
        });
    }
    if checkpoint.room_id != state.room_id || points.last() != Some(&checkpoint.at) {
        return Err(Code::ChainBroken.because("the checkpoint is not that of the last entry"));
    }
    let reigns = state.reigns();
    let host = reigns.host_of(checkpoint.at.term);
    let in_log = state.servers.get(host).map(|host| &host.descriptor);
    let held = held.filter(|held| held.server_name() == host);
    let mut known = in_log.into_iter().chain(held);
    let key = known.find_map(|descriptor| descriptor.key(checkpoint.sig.key_id));
    match key.filter(|key| key.valid_at(checkpoint.ts)) {
        Some(key) => checkpoint.verify(key.public_key()).map(|()| points),
        None => Err(Code::KeyUntrusted.because("the checkpoint's key is not known as the host's")),
    }
}
