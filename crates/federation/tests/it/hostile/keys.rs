//! A peer whose keys change, or whose descriptor does.

use scaiwave_protocol::descriptor::{DescriptorDraft, KeyRecord};
use scaiwave_protocol::wire::path;
use scaiwave_protocol::{Code, Sign as _, SigningKey};

use super::refused;
use super::scene::Scene;
use crate::peer::{Signed as _, Unsigned};

const YEAR_MS: u64 = 365 * 24 * 3_600_000;

impl Scene {
    async fn asked_with(&self, key: &SigningKey) -> (u16, Option<Code>) {
        let send = self.evil.send(&self.acme_name(), &[]);
        let key = key.clone();
        let request = Unsigned { key, ..send }.signed();
        let response = self.town.inbound.handle(request).await;
        (response.status.as_u16(), refused(&response))
    }

    fn publish(&self, descriptor: Vec<u8>) {
        let name = self.evil.name.clone();
        self.town.street.descriptors.lock().insert(name, descriptor);
        // A descriptor is asked for at most once a minute.
        self.town.clock.pass(61);
    }

    /// A descriptor of evil's with these keys, signed with the first.
    fn descriptor(&self, keys: Vec<KeyRecord>, signer: &SigningKey) -> Vec<u8> {
        let draft = DescriptorDraft {
            server_name: self.evil.name.clone(),
            endpoints: path::endpoints(),
            keys,
            recovery_key: None,
            software_version: "0".to_owned(),
            updated_at: self.town.world.now() + 1,
        };
        let descriptor = draft.sign(&signer.public_key(), signer).unwrap();
        descriptor.as_json().canonical()
    }

    fn record(&self, key: &SigningKey) -> KeyRecord {
        let now = self.town.world.now();
        KeyRecord::first(key.public_key(), now - 1000, now + YEAR_MS)
    }
}

// T019: a key that is known stays in use, whatever stands where its descriptor stood; what is new there is not
// believed.
#[tokio::test]
async fn a_known_key_outlives_a_broken_descriptor() {
    let scene = Scene::set().await;
    let (known, other) = (scene.evil.key.clone(), SigningKey::from_seed(&[77; 32]));
    let replaced = scene.descriptor(vec![scene.record(&other)], &other);
    for broken in [Vec::new(), b"{}".to_vec(), b"<html>".to_vec(), replaced] {
        scene.publish(broken);
        let (status, code) = scene.asked_with(&other).await;
        let untrusted = [Some(Code::KeyUntrusted), Some(Code::PeerUnknown)];
        assert!(
            status != 200 && untrusted.contains(&code),
            "{status} {code:?}"
        );
        assert_eq!(scene.asked_with(&known).await, (200, None));
    }
}

// T020: an endorsed successor is believed beside the old key; one that nobody vouches for is not.
#[tokio::test]
async fn a_successor_is_believed_when_endorsed() {
    let scene = Scene::set().await;
    let old = scene.evil.key.clone();
    let (endorsed, alone) = (
        SigningKey::from_seed(&[78; 32]),
        SigningKey::from_seed(&[79; 32]),
    );
    let successor = scene.record(&endorsed).endorsed(&scene.evil.name, &old);
    let keys = vec![scene.record(&old), successor, scene.record(&alone)];
    scene.publish(scene.descriptor(keys, &old));
    assert_eq!(scene.asked_with(&endorsed).await, (200, None));
    assert_eq!(scene.asked_with(&old).await, (200, None));
    assert_eq!(
        scene.asked_with(&alone).await,
        (401, Some(Code::KeyUntrusted))
    );
}
