//! Whether a snapshot's transfers lead from the room's creator to its host (protocol section 4).
//!
//! Whoever sends a snapshot chooses everything in it but the room id, and the room id fixes the genesis
//! event with its signature. So each hand-over must be signed by a key that the genesis, the hand-over
//! before it, or the server's own descriptor vouches for; keys that stand only in the snapshot prove
//! nothing.

use std::collections::BTreeMap;

use scaiwave_protocol::descriptor::{Descriptor, Pins};
use scaiwave_protocol::event::content::{self as kind, Transfer};
use scaiwave_protocol::event::{LogPoint, Received};
use scaiwave_protocol::keys::Sig;
use scaiwave_protocol::log::TransferConsent;
use scaiwave_protocol::{Code, Fqid, Json, Malformed, PublicKey, Refusal, ServerName};

use crate::RoomState;
use crate::keys::is_signed_by;

/// Keys that servers list in their own descriptors, pinned or fetched.
pub type OwnKeys = BTreeMap<ServerName, Vec<PublicKey>>;

/// Why a lineage does not hold, or not yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineageFault {
    /// Nothing vouches for the key of this former host: its own descriptor may, and must be asked.
    #[error("nothing vouches for the key with which {0} handed the room over")]
    KeyUnproven(ServerName),
    /// The chain of hand-overs does not hold, whatever anybody lists.
    #[error("{0}")]
    Broken(&'static str),
}

impl From<Malformed> for LineageFault {
    fn from(_: Malformed) -> Self {
        LineageFault::Broken("a hand-over in the snapshot is not one")
    }
}

impl From<LineageFault> for Refusal {
    fn from(fault: LineageFault) -> Self {
        Code::NotHost.because(format!(
            "the snapshot does not lead from the room's creator to this host: {fault}"
        ))
    }
}

/// Checks that the transfers lead, each signed by the host before it, from the server of the creator to
/// the host.
pub fn check_lineage(state: &RoomState, own_keys: &OwnKeys) -> Result<(), LineageFault> {
    let mut host = state.creator().server().clone();
    let mut term = 1;
    let mut anchor: Option<Anchor> = None;
    for transfer in state.transfers() {
        let step = Step::read(state, transfer.clone())?;
        if step.event.sender() != &Fqid::of_server(&host) {
            return Err(LineageFault::Broken("it was not the host that handed over"));
        }
        if step.content.term <= term {
            return Err(LineageFault::Broken("the terms do not rise"));
        }
        if !is_vouched_for(state, &host, &step.event, anchor.as_ref(), own_keys) {
            return Err(LineageFault::KeyUnproven(host));
        }
        host = step.content.host.clone();
        term = step.content.term;
        anchor = Some(Anchor::of(state, &step));
    }
    if term > state.head().term + 1 {
        return Err(LineageFault::Broken(
            "the last hand-over lies above the head",
        ));
    }
    if &host != state.host() {
        return Err(LineageFault::Broken("it ends at another server"));
    }
    Ok(())
}

/// One hand-over.
struct Step {
    event: Received,
    content: Transfer,
    seen: LogPoint,
}

impl Step {
    fn read(state: &RoomState, json: Json) -> Result<Self, LineageFault> {
        let event = Received::parse(json)?;
        let fits = event.kind().as_str() == kind::TRANSFER
            && event.header().room_id.as_ref() == Some(state.room_id());
        let (true, Some(content), Some(seen)) = (fits, event.content(), event.header().seen) else {
            return Err(LineageFault::Broken(
                "a hand-over in the snapshot is not one of this room",
            ));
        };
        let content = Transfer::parse(content.clone())?;
        Ok(Step {
            content,
            seen,
            event,
        })
    }
}

/// What the next host signed when it agreed to take over.
struct Anchor {
    consent: TransferConsent,
    sig: Sig,
}

impl Anchor {
    fn of(state: &RoomState, step: &Step) -> Self {
        Anchor {
            consent: TransferConsent {
                room_id: state.room_id().clone(),
                term: step.content.term,
                seen: step.seen,
            },
            sig: step.content.sig,
        }
    }
}

/// Whether a hand-over verifies with a key that is believed to be its host's.
fn is_vouched_for(
    state: &RoomState,
    host: &ServerName,
    event: &Received,
    anchor: Option<&Anchor>,
    own_keys: &OwnKeys,
) -> bool {
    let record = state.servers().get(host).map(|server| &server.descriptor);
    let listed = record.into_iter().flat_map(Descriptor::keys);
    // The one key that the genesis, or the hand-over to this host, was signed with.
    let anchored = listed
        .map(|key| *key.public_key())
        .find(|key| match anchor {
            None => key.id() == state.genesis().sig().key_id && is_signed_by(state.genesis(), key),
            Some(Anchor { consent, sig }) => {
                key.id() == sig.key_id && consent.is_signed_by(key, sig)
            }
        });
    let mut believed: Vec<PublicKey> = own_keys.get(host).into_iter().flatten().copied().collect();
    if let (Some(key), Some(descriptor)) = (anchored, record) {
        let pins = Pins {
            keys: vec![key],
            ..Pins::default()
        };
        let trusted = pins.judge(descriptor).trusted;
        believed.extend(trusted.iter().map(|record| *record.public_key()));
    }
    believed
        .iter()
        .any(|key| key.id() == event.sig().key_id && is_signed_by(event, key))
}
