//! Whose keys are believed (protocol section 6). What is believed, and why, is decided in
//! `scaiwave_protocol::descriptor`; here descriptors are asked for, kept and told about.

use std::sync::Arc;

use scaiwave_protocol::descriptor::{Descriptor, KnownKeys, Learnt, NotBelieved};
use scaiwave_protocol::{Code, Event, KeyId, PublicKey, Refusal, ServerName};
use scaiwave_store::{Change, Commit};

use super::asking::Turn;
use super::peers::Peer;
use super::{nonsense, to_client};
use crate::audit::{self, Action, Actor, Happening};
use crate::keyring::fingerprint_words;
use crate::{ClientCode, Outcome, RemoteError, Tenant};

/// The believed key of this id, if it is valid now. Fetches the descriptor when the key is not known.
pub async fn key_of(
    tenant: &Arc<Tenant>,
    origin: &ServerName,
    key_id: KeyId,
) -> Result<PublicKey, Refusal> {
    find(tenant, origin, |tenant| {
        let now = tenant.world.now();
        tenant.peers.trusted_key(origin, key_id, now)
    })
    .await
    .or_else(|refusal| own(tenant, origin, key_id).ok_or(refusal))
}

/// The key of an event that may have been long on its way: it is valid now, or was when the event says
/// that it was made. One that was revoked since counts only if its own server delivers the event.
pub(crate) async fn key_of_old(
    tenant: &Arc<Tenant>,
    event: &Event,
    delivered_by: &ServerName,
) -> Result<PublicKey, Refusal> {
    let (origin, key_id) = (event.origin(), event.sig().key_id);
    let made = u64::try_from(event.header().origin_ts).unwrap_or(0);
    find(tenant, origin, |tenant| {
        let now = tenant.world.now();
        let peers = &tenant.peers;
        let old = || match origin == delivered_by {
            true => peers.trusted_key(origin, key_id, made.min(now)),
            false => peers.unrevoked_key(origin, key_id, made.min(now)),
        };
        peers.trusted_key(origin, key_id, now).or_else(old)
    })
    .await
    .or_else(|refusal| own(tenant, origin, key_id).ok_or(refusal))
}

fn own(tenant: &Tenant, origin: &ServerName, key_id: KeyId) -> Option<PublicKey> {
    let ours = origin == tenant.server_name();
    ours.then(|| tenant.keyring.public_key(key_id)).flatten()
}

async fn find(
    tenant: &Arc<Tenant>,
    origin: &ServerName,
    look_up: impl Fn(&Tenant) -> Option<PublicKey>,
) -> Result<PublicKey, Refusal> {
    if origin == tenant.server_name() {
        return Err(untrusted());
    }
    if let Some(key) = look_up(tenant) {
        return Ok(key);
    }
    refetch(tenant, origin).await?;
    look_up(tenant).ok_or_else(untrusted)
}

fn untrusted() -> Refusal {
    Code::KeyUntrusted
        .because("that key is unknown here, not endorsed by a known one, expired or revoked")
}

/// Makes sure that we know a server's keys before we deal with it.
pub(crate) async fn introduce(tenant: &Arc<Tenant>, server: &ServerName) -> Outcome<()> {
    if tenant.peers.descriptor(server).is_some() {
        return Ok(());
    }
    let descriptor = tenant
        .remote
        .descriptor(server)
        .await
        .map_err(|error| to_client(server, error))?;
    if descriptor.server_name() != server {
        return Err(nonsense(server));
    }
    if !descriptor.speaks_v1() {
        let sentence =
            format!("{server} speaks no version of the protocol that this server speaks");
        return Err(ClientCode::Federation(Code::ProtocolVersion).because(sentence));
    }
    learn(tenant, descriptor).await.map_err(Into::into)
}

async fn refetch(tenant: &Arc<Tenant>, origin: &ServerName) -> Result<(), Refusal> {
    let ask = match tenant.asking.turn(origin, tenant.world.now()) {
        Turn::Ask(ask) => ask,
        Turn::Wait(mut running) => {
            // It says nothing; its end does.
            running.changed().await.ok();
            return match tenant.asking.was_answered(origin) {
                true => Ok(()),
                false => Err(not_had()),
            };
        }
        // Had, but without that key, is an answer.
        Turn::Lately { answered: true } => return Err(untrusted()),
        Turn::Lately { answered: false } => return Err(not_had()),
        Turn::TooMany => {
            let sentence = "too many descriptors are being asked for; try again in a moment";
            return Err(Code::RateLimited.because(sentence));
        }
    };
    fetch(tenant, origin).await?;
    ask.note_answer();
    Ok(())
}

/// What could not be had a moment ago may be had in the next one, and may hold the key: an older one that we
/// have says nothing against it.
fn not_had() -> Refusal {
    Code::PeerUnknown.because("your descriptor could not be had a moment ago")
}

/// Asks a server for its descriptor and takes it, if it is to be believed.
pub(super) async fn fetch(tenant: &Arc<Tenant>, origin: &ServerName) -> Result<(), Refusal> {
    let fetched = tenant.remote.descriptor(origin).await;
    learn(tenant, usable(origin, fetched)?).await
}

fn usable(
    origin: &ServerName,
    fetched: Result<Descriptor, RemoteError>,
) -> Result<Descriptor, Refusal> {
    let unreachable = |sentence: String| Code::PeerUnknown.because(sentence);
    match fetched {
        Err(error) => Err(unreachable(format!(
            "your descriptor cannot be had: {error}"
        ))),
        Ok(descriptor) if descriptor.server_name() != origin => Err(unreachable(
            "your descriptor is of another server".to_owned(),
        )),
        Ok(descriptor) if !descriptor.speaks_v1() => {
            Err(Code::ProtocolVersion.because("this server speaks v1 only"))
        }
        Ok(descriptor) => Ok(descriptor),
    }
}

/// Keeps a descriptor: pins its keys at first contact, judges them by what is known later on. One that
/// nothing known vouches for waits for an admin.
async fn learn(tenant: &Arc<Tenant>, descriptor: Descriptor) -> Result<(), Refusal> {
    let server = descriptor.server_name().clone();
    let now = tenant.world.now();
    let taken = tenant.peers.update(&server, now, |peer| {
        let older = |known: &Arc<Descriptor>| descriptor.updated_at() < known.updated_at();
        if peer.descriptor.as_ref().is_some_and(older) {
            return Taken::Older;
        }
        take(peer, descriptor, now)
    });
    let lines = match &taken {
        Taken::Older | Taken::Again | Taken::Unusable => Vec::new(),
        Taken::FirstContact => first_contact_line(tenant, &server).into_iter().collect(),
        Taken::Believed(learnt) => lines_of(tenant, &server, learnt),
        Taken::Candidate => vec![candidate_line(tenant, &server)],
    };
    if !matches!(taken, Taken::Older) {
        keep(tenant, &server, lines).await;
    }
    match taken {
        Taken::Older | Taken::FirstContact => Ok(()),
        Taken::Believed(learnt) => {
            if !learnt.revoked.is_empty() {
                tenant.records.look_at(&server);
            }
            Ok(())
        }
        Taken::Again | Taken::Candidate | Taken::Unusable => Err(untrusted()),
    }
}

/// What a descriptor came to.
enum Taken {
    /// The server is met for the first time: its keys are pinned.
    FirstContact,
    Believed(Learnt),
    /// Below the one that we hold: ignored.
    Older,
    /// For an admin to decide on, since this moment.
    Candidate,
    /// The same that waits for the admin already.
    Again,
    /// Of a server that we have never met, and without a key that is valid.
    Unusable,
}

fn take(peer: &mut Peer, descriptor: Descriptor, now: u64) -> Taken {
    let first = peer.known.pins().keys.is_empty();
    let mut known = match first {
        true => KnownKeys::first_contact(&descriptor, now),
        false => peer.known.clone(),
    };
    match known.learn(&descriptor, now) {
        Ok(learnt) => {
            peer.known = known;
            if first {
                peer.write_pins();
            }
            peer.row.descriptor = Some(descriptor.as_json().canonical());
            peer.row.descriptor_at = Some(now);
            peer.descriptor = Some(Arc::new(descriptor));
            peer.candidate = None;
            match first {
                true => Taken::FirstContact,
                false => Taken::Believed(learnt),
            }
        }
        Err(NotBelieved) if first => Taken::Unusable,
        Err(NotBelieved) => {
            let waits = |(known, _): &(Arc<Descriptor>, u64)| **known == descriptor;
            if peer.candidate.as_ref().is_some_and(waits) {
                return Taken::Again;
            }
            peer.candidate = Some((Arc::new(descriptor), now));
            Taken::Candidate
        }
    }
}

/// Writes down what is known of a peer, with what is to be said about it.
pub(super) async fn keep(tenant: &Tenant, server: &ServerName, lines: Vec<Change>) {
    let Some(peer) = tenant.peers.get(server) else {
        return;
    };
    let mut changes = vec![
        Change::PutPeer(Box::new(peer.row.clone())),
        Change::PutPeerKeys(Box::new(peer.keys_row())),
    ];
    changes.extend(lines);
    if let Err(error) = tenant.store.commit(Commit::of(changes)).await {
        tracing::error!(%error, "a descriptor could not be kept");
    }
}

/// The words are those that its admin can read to ours: later on nobody remembers what was seen first.
fn first_contact_line(tenant: &Tenant, server: &ServerName) -> Option<Change> {
    let descriptor = tenant.peers.descriptor(server)?;
    let words = descriptor
        .key(descriptor.signed_with())
        .map(|key| fingerprint_words(key.public_key()));
    let happening = Happening {
        actor: Actor::Server,
        action: Action::PeerFirstSeen,
        peer: Some(server),
        room_id: None,
        message: format!(
            "{server} was met for the first time and its keys are pinned. The words of its fingerprint: {}.",
            words?
        ),
    };
    Some(audit::note(tenant, happening))
}

fn lines_of(tenant: &Tenant, server: &ServerName, learnt: &Learnt) -> Vec<Change> {
    let said = |action, message| {
        let happening = Happening {
            actor: Actor::Server,
            action,
            peer: Some(server),
            room_id: None,
            message,
        };
        audit::note(tenant, happening)
    };
    let new = learnt.new.iter().map(|id| {
        said(
            Action::PeerKeyLearnt,
            format!("{server} has a new key, {id}."),
        )
    });
    let revoked = learnt.revoked.iter().map(|id| {
        said(
            Action::PeerKeyRevoked,
            format!("The key {id} of {server} is revoked."),
        )
    });
    new.chain(revoked).collect()
}

fn candidate_line(tenant: &Tenant, server: &ServerName) -> Change {
    let message = format!(
        "{server} shows keys that none of its known keys vouches for. Compare the words of its \
         fingerprint with its admin before you accept them."
    );
    let happening = Happening {
        actor: Actor::Server,
        action: Action::PeerKeyUntrusted,
        peer: Some(server),
        room_id: None,
        message,
    };
    audit::alarm(tenant, happening)
}
