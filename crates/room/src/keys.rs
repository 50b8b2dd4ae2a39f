use std::collections::BTreeMap;

use scaiwave_protocol::descriptor::{Descriptor, KeyRecord, Pins};
use scaiwave_protocol::event::Received;
use scaiwave_protocol::{Content, Event, KeyId, PublicKey, ServerName};

use crate::follow::Candidate;
use crate::{Rejection, RoomState};

/// The key with which this entry's event must have been signed (protocol section 6): it stands in the
/// log below the entry and was valid and not revoked at the entry's `ts`.
pub(crate) fn key_for(
    state: &RoomState,
    event: &Event,
    content: Option<&Content>,
    ts: u64,
) -> Result<PublicKey, Rejection> {
    let key_id = event.sig().key_id;
    if let Some(server) = state.servers.get(event.origin()) {
        let key = server.descriptor.key(key_id).filter(|key| key.valid_at(ts));
        if let Some(key) = key {
            return Ok(*key.public_key());
        }
    }
    own_record_key(state, event, content, ts).ok_or(Rejection::KeyNotInLog)
}

/// A record of the host about itself may bring the key that signs it: at seq 2, where no key can stand
/// below, and when no key of the log can sign any more.
fn own_record_key(
    state: &RoomState,
    event: &Event,
    content: Option<&Content>,
    ts: u64,
) -> Option<PublicKey> {
    let Some(Content::Server(record)) = content else {
        return None;
    };
    if event.origin() != &state.host || record.server != state.host {
        return None;
    }
    let new = record
        .descriptor
        .key(event.sig().key_id)
        .filter(|key| key.valid_at(ts))?;
    let allowed = match state.servers.get(&state.host) {
        None => begins_the_room(state, &record.descriptor),
        Some(host) => succeeds(&host.descriptor, &record.descriptor, new, ts),
    };
    allowed.then_some(*new.public_key())
}

/// Whether the log vouches for a key that the host brings itself (decision 0011): through a chain of
/// endorsements in the record, from a key of the log once all of those have expired, or from the
/// recovery key of the log once all of those have expired or are lost.
fn succeeds(in_log: &Descriptor, record: &Descriptor, new: &KeyRecord, ts: u64) -> bool {
    let alive: Vec<&KeyRecord> = in_log
        .keys()
        .iter()
        .filter(|key| key.valid_at(ts))
        .collect();
    // Lost is what the record itself revokes, or does not know any more.
    let lost = alive
        .iter()
        .all(|key| !record.key(key.key_id()).is_some_and(|key| key.valid_at(ts)));
    if !lost {
        return false;
    }
    let unrevoked = in_log.keys().iter().filter(|key| key.revoked_at.is_none());
    let revoked = in_log
        .keys()
        .iter()
        .filter_map(|key| Some((key.key_id(), key.revoked_at?)));
    let pins = Pins {
        // An old key may be in wrong hands: it replaces none that is still good.
        keys: match alive.is_empty() {
            true => unrevoked.map(|key| *key.public_key()).collect(),
            false => Vec::new(),
        },
        recovery_key: in_log.recovery_key().copied(),
        revoked: revoked.collect(),
    };
    let trusted = pins.judge(record).trusted;
    trusted
        .iter()
        .any(|key| key.public_key() == new.public_key() && key.revoked_at.is_none())
}

/// Whether this is the record at seq 2. Its keys are those that seq 1 is verified with, too.
fn begins_the_room(state: &RoomState, descriptor: &Descriptor) -> bool {
    let genesis = &state.genesis;
    let key = descriptor.key(genesis.sig().key_id);
    state.head.seq == 1
        && key
            .filter(|key| key.valid_at(state.head_ts))
            .is_some_and(|key| is_signed_by(genesis, key.public_key()))
}

/// Whether an event bears this key's signature.
pub(crate) fn is_signed_by(event: &Event, key: &PublicKey) -> bool {
    event.header().signable().verifies(key, event.sig())
}

/// Keys of a room at one moment, for verifying a batch on other threads before it is folded. A hint
/// decides nothing: the fold compares the key used with the one that the log demands.
#[derive(Clone, Debug, Default)]
pub struct KeyHints(BTreeMap<(ServerName, KeyId), PublicKey>);

impl KeyHints {
    /// Every key in the log.
    pub fn of(state: &RoomState) -> Self {
        let pair =
            |name: &ServerName, key: &KeyRecord| ((name.clone(), key.key_id()), *key.public_key());
        let servers = state.servers.iter();
        KeyHints(
            servers
                .flat_map(|(name, server)| {
                    server
                        .descriptor
                        .keys()
                        .iter()
                        .map(move |key| pair(name, key))
                })
                .collect(),
        )
    }

    /// Verifies an event if its key is at hand.
    pub fn prove(&self, event: Received) -> Candidate {
        let key = self.0.get(&(event.origin().clone(), event.sig().key_id));
        match key {
            None => Candidate::Unproven(event),
            // What does not verify here is verified again, and refused, where it is folded.
            Some(key) => match event.clone().verify(key) {
                Ok(authentic) => Candidate::Proven(authentic),
                Err(_) => Candidate::Unproven(event),
            },
        }
    }
}
