use std::collections::BTreeMap;

use crate::descriptor::{Descriptor, KeyRecord};
use crate::keys::{KeyId, PublicKey};

/// What we remember of a peer from earlier contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pins {
    /// Keys that are believed, whatever the peer says later.
    pub keys: Vec<PublicKey>,
    /// The peer's recovery key, as it was at first contact.
    pub recovery_key: Option<PublicKey>,
    /// Revocations seen, in ms since the Unix epoch: a descriptor that no longer speaks of one does not
    /// take it back.
    pub revoked: BTreeMap<KeyId, u64>,
}

/// Which keys of a descriptor are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Pinned, or endorsed through a chain that begins at a pin.
    pub trusted: Vec<KeyRecord>,
    /// For an admin to decide on.
    pub untrusted: Vec<KeyRecord>,
}

impl Pins {
    /// First contact, over verified TLS: every key that is valid at `now` is believed, and the
    /// recovery key (protocol section 6).
    pub fn first_contact(descriptor: &Descriptor, now: u64) -> Self {
        let valid = descriptor.keys().iter().filter(|key| key.valid_at(now));
        Pins {
            keys: valid.map(|key| *key.public_key()).collect(),
            recovery_key: descriptor.recovery_key().copied(),
            revoked: BTreeMap::new(),
        }
    }

    /// Sorts a descriptor's keys into believed and not, each with the earliest revocation seen.
    ///
    /// A revoked key vouches for nothing: whoever stole it could have made the endorsement.
    pub fn judge(&self, descriptor: &Descriptor) -> Trust {
        let keys = descriptor
            .keys()
            .iter()
            .map(|key| self.with_revocation(key));
        let (mut trusted, mut untrusted): (Vec<_>, Vec<_>) =
            keys.partition(|key| self.keys.contains(key.public_key()));
        let mut vouching: Vec<PublicKey> = self.recovery_key.into_iter().collect();
        // Also one that is listed no more.
        let pinned = self.keys.iter().filter(|key| {
            let listed = trusted.iter().find(|listed| listed.public_key() == *key);
            !self.revoked.contains_key(&key.id())
                && listed.is_none_or(|listed| listed.revoked_at.is_none())
        });
        vouching.extend(pinned);
        // Every voucher is asked once, so no endorsement is verified twice, however many keys a peer
        // lists and in whatever order.
        while let Some(by) = vouching.pop() {
            let (believed, rest): (Vec<_>, Vec<_>) = untrusted
                .into_iter()
                .partition(|key| key.is_endorsed_by(descriptor.server_name(), &by));
            untrusted = rest;
            vouching.extend(unrevoked(&believed));
            trusted.extend(believed);
        }
        Trust { trusted, untrusted }
    }

    fn with_revocation(&self, key: &KeyRecord) -> KeyRecord {
        let seen = self.revoked.get(&key.key_id()).copied();
        let mut key = key.clone();
        key.revoked_at = key.revoked_at.into_iter().chain(seen).min();
        key
    }
}

fn unrevoked(keys: &[KeyRecord]) -> impl Iterator<Item = PublicKey> {
    let unrevoked = keys.iter().filter(|key| key.revoked_at.is_none());
    unrevoked.map(|key| *key.public_key())
}
