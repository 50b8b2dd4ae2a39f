//! The provider's keys (RFC 7517), and when they are looked for again.

use std::sync::Arc;

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use scaiwave_engine::World;
use scaiwave_engine::world::ProviderError;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::http::Http;
use crate::limits::{BELIEVED_MS, KEYS_BYTES_MAX, KEYS_MAX, LOOKS_MAX, LOOKS_WITHIN_MS};
use crate::settings::Setup;

/// Signatures that are believed. No `none`, and no shared secrets: with those whoever can check a token can make
/// one.
pub(crate) const ALGORITHMS: [(Algorithm, &str); 9] = [
    (Algorithm::RS256, "RS256"),
    (Algorithm::RS384, "RS384"),
    (Algorithm::RS512, "RS512"),
    (Algorithm::PS256, "PS256"),
    (Algorithm::PS384, "PS384"),
    (Algorithm::PS512, "PS512"),
    (Algorithm::ES256, "ES256"),
    (Algorithm::ES384, "ES384"),
    (Algorithm::EdDSA, "EdDSA"),
];

/// A public key that signs.
pub(crate) struct Key {
    kid: Option<String>,
    /// The one algorithm that it is for, if it says so.
    algorithm: Option<String>,
    decoding: DecodingKey,
}

#[derive(Default)]
struct Known {
    keys: Arc<Vec<Key>>,
    /// When they were read (ms); none: never.
    at: Option<u64>,
    /// When they were looked for because one was not known (ms), the latest ones.
    looks: Vec<u64>,
}

/// The keys as last read. Held while they are read, so that they are read once for all who wait.
#[derive(Default)]
pub(crate) struct Keys(Mutex<Known>);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// With what a token says that it was signed. Nothing in it leads to a request.
#[derive(Clone, Copy)]
pub(crate) struct Sought<'a> {
    pub(crate) kid: Option<&'a str>,
    pub(crate) algorithm: Algorithm,
}

impl Keys {
    /// The key of a token. One that is not known is looked for: the provider may have a new one.
    pub(crate) async fn find(
        &self,
        (setup, http, world): (&Setup, &Http, &World),
        url: &Url,
        sought: Sought<'_>,
    ) -> Result<DecodingKey, ProviderError> {
        let mut known = self.0.lock().await;
        let now = world.now();
        let is_fresh = known.at.is_some_and(|at| now.abs_diff(at) < BELIEVED_MS);
        if !is_fresh {
            known.read((setup, http), url, now).await?;
        } else if pick(&known.keys, sought).is_none() && known.may_look(now) {
            known.looks.push(now);
            known.read((setup, http), url, now).await?;
        }
        pick(&known.keys, sought).ok_or_else(|| {
            let sentence = "the ID token is signed with a key that the provider does not publish";
            ProviderError::NotBelieved(sentence.to_owned())
        })
    }
}

impl Known {
    fn may_look(&mut self, now: u64) -> bool {
        self.looks.retain(|at| now.abs_diff(*at) < LOOKS_WITHIN_MS);
        self.looks.len() < LOOKS_MAX
    }

    async fn read(
        &mut self,
        (setup, http): (&Setup, &Http),
        url: &Url,
        now: u64,
    ) -> Result<(), ProviderError> {
        let answer = http.get(setup, url.clone(), None, KEYS_BYTES_MAX).await?;
        if !answer.status.is_success() {
            let sentence = format!("its keys answer {}", answer.status);
            return Err(ProviderError::Unreachable(sentence));
        }
        self.keys = Arc::new(parse(&answer.body)?);
        self.at = Some(now);
        Ok(())
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// One by one: a kind of key that we do not know must not hide the others.
fn parse(body: &[u8]) -> Result<Vec<Key>, ProviderError> {
    let set: KeySet = serde_json::from_slice(body)
        .map_err(|_| ProviderError::NotBelieved("its key set has another form".to_owned()))?;
    let keys = set.keys.into_iter().take(KEYS_MAX);
    Ok(keys.filter_map(key).collect())
}

fn key(value: Value) -> Option<Key> {
    let algorithm = value.get("alg").and_then(Value::as_str).map(str::to_owned);
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    let signs = match &jwk.common.public_key_use {
        None | Some(PublicKeyUse::Signature) => true,
        Some(_) => false,
    };
    let is_public = matches!(
        jwk.algorithm,
        AlgorithmParameters::RSA(_)
            | AlgorithmParameters::EllipticCurve(_)
            | AlgorithmParameters::OctetKeyPair(_)
    );
    if !signs || !is_public {
        return None;
    }
    Some(Key {
        decoding: DecodingKey::from_jwk(&jwk).ok()?,
        kid: jwk.common.key_id,
        algorithm,
    })
}

/// The one key that fits. A token that names none is believed only where there is no choice (OpenID Connect Core
/// section 10.1).
fn pick(keys: &[Key], sought: Sought<'_>) -> Option<DecodingKey> {
    let name = ALGORITHMS
        .iter()
        .find(|(algorithm, _)| *algorithm == sought.algorithm)
        .map(|(_, name)| *name)?;
    let mut fitting = keys.iter().filter(|key| {
        let is_for = key.algorithm.as_deref().is_none_or(|only| only == name);
        let is_named = sought.kid.is_none_or(|kid| key.kid.as_deref() == Some(kid));
        is_for && is_named && key.decoding.family() == sought.algorithm.family()
    });
    let first = fitting.next()?;
    (sought.kid.is_some() || fitting.next().is_none()).then(|| first.decoding.clone())
}
