use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::descriptor::{Descriptor, DescriptorDraft, KeyRecord};
use scaiwave_protocol::limits::DESCRIPTOR_KEYS_MAX;
use scaiwave_protocol::wire::path;
use scaiwave_protocol::{Malformed, PublicKey, ServerName, Sign, SigningKey, json};
use scaiwave_store::record::OwnKeyRow;
use scaiwave_store::{Change, TenantStore};

use super::{KEY_LIFE_MS, KeyringError};
use crate::World;

/// What we published last, as it was signed: `updated_at` must not move when nothing else does.
const PUBLISHED: &str = "federation.descriptor";

/// One key pair of ours.
#[derive(Clone)]
pub(super) struct OwnKey {
    pub(super) record: KeyRecord,
    pub(super) signing: Arc<SigningKey>,
    /// ms since the Unix epoch.
    pub(super) sign_from: u64,
}

impl OwnKey {
    /// A key that nobody vouches for yet.
    pub(super) fn fresh(world: &World, valid_from: u64, sign_from: u64) -> Self {
        let key = SigningKey::from_seed(&world.random());
        OwnKey {
            record: KeyRecord::first(key.public_key(), valid_from, valid_from + KEY_LIFE_MS),
            signing: Arc::new(key),
            sign_from,
        }
    }

    pub(super) fn endorsed(mut self, server_name: &ServerName, endorser: &dyn Sign) -> Self {
        self.record = self.record.endorsed(server_name, endorser);
        self
    }

    pub(super) fn put(&self) -> Change {
        Change::PutOwnKey(OwnKeyRow {
            record: self.record.to_json().canonical(),
            key_id: self.record.key_id().to_string(),
            seed: self.signing.seed(),
            sign_from: self.sign_from,
        })
    }

    fn is_unrevoked(&self) -> bool {
        self.record.revoked_at.is_none()
    }
}

/// All of them, and what is published.
pub(super) struct Ring {
    /// By `valid_from`.
    pub(super) keys: Vec<OwnKey>,
    pub(super) descriptor: Arc<Descriptor>,
}

/// What the store holds.
pub(super) struct Stored {
    pub(super) keys: Vec<OwnKey>,
    pub(super) published: Option<Descriptor>,
}

/// What this process has read of the store before: every key ever made is read once a minute, and a row
/// that is as it was need not be parsed and derived again.
#[derive(Default)]
pub(super) struct Read {
    /// By the bytes of the record.
    keys: HashMap<Vec<u8>, OwnKey>,
    published: Option<(Vec<u8>, Descriptor)>,
}

pub(super) async fn read(
    store: &dyn TenantStore,
    before: &Mutex<Read>,
) -> Result<Stored, KeyringError> {
    let (rows, published) = (store.own_keys().await?, store.setting(PUBLISHED).await?);
    let mut before = before.lock();
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        keys.push(before.key(row)?);
    }
    let published = published.map(|bytes| before.published(bytes)).transpose()?;
    Ok(Stored { keys, published })
}

impl Read {
    fn key(&mut self, row: OwnKeyRow) -> Result<OwnKey, KeyringError> {
        if let Some(known) = self.keys.get(&row.record) {
            return Ok(OwnKey {
                sign_from: row.sign_from,
                ..known.clone()
            });
        }
        let key = OwnKey {
            record: KeyRecord::parse(json::parse(&row.record)?)?,
            signing: Arc::new(SigningKey::from_seed(&row.seed)),
            sign_from: row.sign_from,
        };
        // A record that has changed since leaves its former self behind: it is revoked once.
        self.keys.insert(row.record, key.clone());
        Ok(key)
    }

    fn published(&mut self, bytes: Vec<u8>) -> Result<Descriptor, KeyringError> {
        if let Some((_, known)) = self.published.as_ref().filter(|(seen, _)| seen == &bytes) {
            return Ok(known.clone());
        }
        let descriptor = Descriptor::parse(json::parse(&bytes)?)?;
        self.published = Some((bytes, descriptor.clone()));
        Ok(descriptor)
    }
}

impl Ring {
    /// Puts the keys in order and signs what is to be published; what stands there already is kept.
    pub(super) fn new(
        mut keys: Vec<OwnKey>,
        recovery_key: Option<PublicKey>,
        published: Option<&Descriptor>,
        server_name: &ServerName,
        now: u64,
    ) -> Result<Self, KeyringError> {
        keys.sort_by_key(|key| key.record.valid_from);
        let signs = signer(&keys, now).ok_or_else(no_key)?;
        let newest = keys.iter().rfind(|key| key.record.valid_at(now));
        let draft = |updated_at| DescriptorDraft {
            server_name: server_name.clone(),
            endpoints: path::endpoints(),
            keys: listed(&keys, now),
            recovery_key,
            software_version: env!("CARGO_PKG_VERSION").to_owned(),
            updated_at,
        };
        let public = *newest.unwrap_or(signs).record.public_key();
        let before = published.map_or(now, Descriptor::updated_at);
        let mut descriptor = draft(before).sign(&public, &*signs.signing)?;
        if published.is_some_and(|known| known != &descriptor) {
            // Above the last one, also when the clock was set back.
            descriptor = draft(now.max(before + 1)).sign(&public, &*signs.signing)?;
        }
        Ok(Ring {
            descriptor: Arc::new(descriptor),
            keys,
        })
    }

    /// What has to be stored because it is not what was published.
    pub(super) fn put_if_new(
        &self,
        published: Option<&Descriptor>,
    ) -> impl Iterator<Item = Change> + use<> {
        let new = published != Some(&*self.descriptor);
        let bytes = self.descriptor.as_json().canonical();
        new.then_some(Change::PutSetting(PUBLISHED, bytes))
            .into_iter()
    }

    /// The key that signs at this time. A ring is never empty.
    pub(super) fn signer(&self, now: u64) -> &OwnKey {
        signer(&self.keys, now).unwrap_or(&self.keys[0])
    }

    pub(super) fn has_valid(&self, now: u64) -> bool {
        self.keys.iter().any(|key| key.record.valid_at(now))
    }
}

/// Until a successor's day has come the old key signs; if there is no old one, the newest must. When no
/// key is valid at all (the clock is wrong, or the server was down for long), the nearest in time.
fn signer(keys: &[OwnKey], now: u64) -> Option<&OwnKey> {
    let valid = || keys.iter().filter(|key| key.record.valid_at(now));
    let distance = |key: &&OwnKey| {
        let record = &key.record;
        record.valid_from.saturating_sub(now) + now.saturating_sub(record.valid_until)
    };
    valid()
        .rfind(|key| key.sign_from <= now)
        .or_else(|| valid().next_back())
        .or_else(|| {
            keys.iter()
                .filter(|key| key.is_unrevoked())
                .min_by_key(distance)
        })
        .or_else(|| keys.last())
}

/// As many as a descriptor holds: beyond that, the longest expired are left out. A key that has not expired
/// never is; `has_room` keeps them from being too many.
fn listed(keys: &[OwnKey], now: u64) -> Vec<KeyRecord> {
    let keys = keys.iter().map(|key| &key.record).enumerate();
    let expired = keys.clone().filter(|(_, key)| key.valid_until <= now);
    let mut left_out: Vec<(u64, usize)> = expired.map(|(n, key)| (key.valid_until, n)).collect();
    left_out.sort_unstable();
    left_out.truncate(keys.len().saturating_sub(DESCRIPTOR_KEYS_MAX));
    let left_out: BTreeSet<usize> = left_out.into_iter().map(|(_, n)| n).collect();
    let listed = keys.filter(|(n, _)| !left_out.contains(n));
    listed.map(|(_, key)| key.clone()).collect()
}

/// Whether a descriptor could list one key more.
pub(super) fn has_room(keys: &[OwnKey], now: u64) -> bool {
    let alive = keys.iter().filter(|key| now < key.record.valid_until);
    alive.count() < DESCRIPTOR_KEYS_MAX
}

fn no_key() -> Malformed {
    Malformed::new("there is no key")
}
