//! Large answers, counted until they are gone.

use bytes::Bytes;
use scaiwave_protocol::ServerName;

use super::in_flight::Place;
use super::turned_away::{Step, TurnedAway};
use super::{Inbound, Response};
use crate::limits::ANSWER_BYTES_COUNTED;

/// An answer with its peer's share of what may wait to be taken. Whoever sends it holds a slice of
/// these bytes until the peer has them, and with it the share.
struct Held {
    bytes: Bytes,
    _share: Place<ServerName>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Counts an answer against what the peer may leave lying here.
pub(super) fn until_taken(
    inbound: &Inbound,
    peer: &ServerName,
    response: Response,
) -> Result<Response, TurnedAway> {
    let bytes = response.body;
    if bytes.len() < ANSWER_BYTES_COUNTED {
        return Ok(Response {
            body: bytes,
            ..response
        });
    }
    let share = inbound.peers_answers.enter(peer.clone(), bytes.len());
    let share = share.ok_or_else(|| {
        TurnedAway::too_fast(
            Step::SizeAndRate,
            "this server has not taken the answers it asked for yet",
        )
    })?;
    Ok(Response {
        body: Bytes::from_owner(Held {
            bytes,
            _share: share,
        }),
        ..response
    })
}
