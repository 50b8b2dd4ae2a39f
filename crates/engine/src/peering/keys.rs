use std::sync::Arc;

use scaiwave_protocol::descriptor::{Descriptor, Pins};
use scaiwave_protocol::{Code, KeyId, PublicKey, Refusal, ServerName};
use scaiwave_store::{Change, Commit};

use super::asking::Turn;
use super::peers::{Peer, pins};
use super::{nonsense, to_client};
use crate::{ClientCode, Outcome, Tenant};

/// The believed key of this id (protocol section 6). Fetches the descriptor when the key is not known.
pub async fn key_of(
    tenant: &Arc<Tenant>,
    origin: &ServerName,
    key_id: KeyId,
) -> Result<PublicKey, Refusal> {
    if origin == tenant.server_name() {
        return tenant.keyring.public_key(key_id).ok_or_else(untrusted);
    }
    let now = tenant.world.now();
    if let Some(key) = tenant.peers.trusted_key(origin, key_id, now) {
        return Ok(key);
    }
    refetch(tenant, origin).await?;
    tenant
        .peers
        .trusted_key(origin, key_id, tenant.world.now())
        .ok_or_else(untrusted)
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
    let _ask = match tenant.asking.turn(origin, tenant.world.now()) {
        Turn::Ask(ask) => ask,
        Turn::Wait(mut running) => {
            // It says nothing; its end does.
            running.changed().await.ok();
            return had(tenant, origin);
        }
        // Had, but without that key, is an answer.
        Turn::Lately => return had(tenant, origin).and_then(|()| Err(untrusted())),
        Turn::TooMany => {
            let sentence = "too many descriptors are being asked for; try again in a moment";
            return Err(Code::RateLimited.because(sentence));
        }
    };
    let fetched = tenant.remote.descriptor(origin).await;
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
        Ok(descriptor) => learn(tenant, descriptor).await,
    }
}

/// Not to be had a moment ago may pass.
fn had(tenant: &Tenant, origin: &ServerName) -> Result<(), Refusal> {
    match tenant.peers.descriptor(origin) {
        None => Err(Code::PeerUnknown.because("your descriptor could not be had a moment ago")),
        Some(_) => Ok(()),
    }
}

/// Keeps a descriptor: pins its keys at first contact, judges them by the pins later on.
async fn learn(tenant: &Tenant, descriptor: Descriptor) -> Result<(), Refusal> {
    let now = tenant.world.now();
    let server = descriptor.server_name().clone();
    let mut peer = tenant
        .peers
        .get(&server)
        .unwrap_or_else(|| Peer::unknown(&server, now));
    if peer
        .descriptor
        .as_ref()
        .is_some_and(|known| descriptor.updated_at() < known.updated_at())
    {
        return Ok(());
    }
    if peer.row.pinned_keys.is_empty() {
        let first = Pins::first_contact(&descriptor, now);
        peer.row.pinned_keys = first.keys.iter().map(PublicKey::to_string).collect();
        peer.row.pinned_recovery = first.recovery_key.map(|key| key.to_string());
    }
    peer.trust = pins(&peer.row)?.judge(&descriptor);
    let signer = descriptor.signed_with();
    if !peer.trust.trusted.iter().any(|key| key.key_id() == signer) {
        return Err(untrusted());
    }
    peer.row.descriptor = Some(descriptor.as_json().canonical());
    peer.row.descriptor_at = Some(now);
    peer.descriptor = Some(Arc::new(descriptor));
    let commit = Commit::of(vec![Change::PutPeer(Box::new(peer.row.clone()))]);
    if let Err(error) = tenant.store.commit(commit).await {
        tracing::error!(%error, "a descriptor could not be kept");
    }
    tenant.peers.update(&server, now, |known| *known = peer);
    Ok(())
}
