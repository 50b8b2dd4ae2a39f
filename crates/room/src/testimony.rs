use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::{Code, Hash, Refusal};

use crate::{Rejection, RoomState};

/// The points of the log that a host has signed for with this checkpoint: entries in their order, the
/// chain below the first, and the checkpoint of the last (protocol section 4, equivocation).
///
/// `state` says whose keys count; nothing of the entries needs to be in its log.
pub fn attested(
    state: &RoomState,
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
    let host = state.servers.get(reigns.host_of(checkpoint.at.term));
    let key = host.and_then(|host| host.descriptor.key(checkpoint.sig.key_id));
    match key.filter(|key| key.valid_at(checkpoint.ts)) {
        Some(key) => checkpoint.verify(key.public_key()).map(|()| points),
        None => {
            Err(Code::KeyUntrusted.because("the checkpoint's key is not the host's in this log"))
        }
    }
}
