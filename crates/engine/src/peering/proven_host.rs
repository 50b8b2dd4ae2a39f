//! Whether a server hosts a room that it says it hosts: its snapshot proves it (protocol section 4).
//!
//! The receiver of an invitation asks for it only if another server had the room before, so that nobody can
//! take an invitation, or the answer to one, away from the room's host. Whoever makes us ask has proven
//! nothing yet, so that is bounded.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::{Code, RoomId, ServerName};

use super::proven_snapshot;
use crate::world::is_recent;
use crate::{ClientCode, Denial, Tenant};

/// What was found out holds for this time, and nobody is asked again within it, ms.
pub(super) const REMEMBERED_MS: u64 = 60_000;
/// Rooms of one server that are looked into within that time. A snapshot has up to 8 MiB.
const ROOMS_PER_SERVER_MAX: usize = 10;
/// The same over all servers.
const ROOMS_MAX: usize = 200;

/// What a server that says that it hosts a room has proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// It does.
    Host,
    /// What it shows does not lead from the room's creator to it.
    NotHost,
    /// Nothing yet: it could not be asked.
    Later,
}

/// What was found out lately; one for a tenant.
#[derive(Debug, Default)]
pub(crate) struct HostProofs {
    /// With the time of asking, ms. Held for a look-up only; never across an await.
    asked: Mutex<BTreeMap<(ServerName, RoomId), (u64, Proof)>>,
}

impl HostProofs {
    /// What is known; none leaves it to the caller to ask, and to note what it finds.
    fn turn(&self, server: &ServerName, room_id: &RoomId, now: u64) -> Option<Proof> {
        let mut asked = self.asked.lock();
        asked.retain(|_, (at, _)| is_recent(*at, now, REMEMBERED_MS));
        let key = (server.clone(), room_id.clone());
        if let Some((_, proof)) = asked.get(&key) {
            return Some(*proof);
        }
        let of_server = asked.keys().filter(|(name, _)| name == server).count();
        if of_server >= ROOMS_PER_SERVER_MAX || asked.len() >= ROOMS_MAX {
            return Some(Proof::Later);
        }
        asked.insert(key, (now, Proof::Later));
        None
    }

    fn note(&self, server: &ServerName, room_id: &RoomId, proof: Proof) {
        let key = (server.clone(), room_id.clone());
        if let Some((_, known)) = self.asked.lock().get_mut(&key) {
            *known = proof;
        }
    }
}

/// Asks a server to prove that it hosts a room, unless it has been asked a moment ago.
pub(super) async fn proves(tenant: &Arc<Tenant>, server: &ServerName, room_id: &RoomId) -> Proof {
    let now = tenant.world.now();
    if let Some(known) = tenant.host_proofs.turn(server, room_id, now) {
        return known;
    }
    let proof = match proven_snapshot(tenant, server, room_id).await {
        Ok(_) => Proof::Host,
        Err(denial) if is_a_lie(&denial) => Proof::NotHost,
        Err(_) => Proof::Later,
    };
    tenant.host_proofs.note(server, room_id, proof);
    proof
}

/// Whether a failure says that the server does not host the room, and not only that we could not know.
fn is_a_lie(denial: &Denial) -> bool {
    use Code::{
        ChainBroken, EventInvalid, KeyUntrusted, NotAuthorized, NotHost, RoomUnknown,
        SignatureMismatch,
    };
    let lies = [
        ChainBroken,
        EventInvalid,
        KeyUntrusted,
        NotAuthorized,
        NotHost,
        RoomUnknown,
        SignatureMismatch,
    ];
    matches!(denial.code, ClientCode::Federation(code) if lies.contains(&code))
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::{RoomId, ServerName};

    use super::{HostProofs, Proof, REMEMBERED_MS, ROOMS_MAX, ROOMS_PER_SERVER_MAX};

    fn server(n: usize) -> ServerName {
        ServerName::parse(&format!("s{n}.example")).unwrap()
    }

    fn room(n: usize) -> RoomId {
        let digits = "abcdefghijklmnopqrstuvwxyz234567".as_bytes();
        let letters = [digits[n / 32 % 32], digits[n % 32]];
        let end = std::str::from_utf8(&letters).unwrap();
        RoomId::parse(&format!("room-{}{end}", "a".repeat(30))).unwrap()
    }

    // Asked once, and again when what was found out is a minute old.
    #[test]
    fn once_a_minute() {
        let proofs = HostProofs::default();
        let turn = |now| proofs.turn(&server(1), &room(1), now);
        assert_eq!(turn(5), None);
        assert_eq!(turn(5), Some(Proof::Later), "being asked");
        proofs.note(&server(1), &room(1), Proof::Host);
        assert_eq!(turn(4 + REMEMBERED_MS), Some(Proof::Host));
        assert_eq!(turn(5 + REMEMBERED_MS), None);
    }

    // Both sides of both limits.
    #[test]
    fn no_more_than_so_many() {
        let proofs = HostProofs::default();
        for n in 0..ROOMS_PER_SERVER_MAX {
            assert_eq!(proofs.turn(&server(0), &room(n), 0), None);
        }
        let more = proofs.turn(&server(0), &room(ROOMS_PER_SERVER_MAX), 0);
        assert_eq!(more, Some(Proof::Later));
        for n in ROOMS_PER_SERVER_MAX..ROOMS_MAX {
            assert_eq!(proofs.turn(&server(n), &room(0), 0), None);
        }
        let more = proofs.turn(&server(ROOMS_MAX), &room(0), 0);
        assert_eq!(more, Some(Proof::Later));
        assert_eq!(
            proofs.turn(&server(ROOMS_MAX), &room(0), REMEMBERED_MS),
            None
        );
    }
}
