use crate::descriptor::{Descriptor, KeyRecord, Pins, Trust};
use crate::keys::KeyId;
use crate::limits::{CLOCK_SKEW_S_MAX, DESCRIPTOR_KEYS_MAX};

/// Keys that are remembered of one peer, those included that it no longer lists.
pub const KNOWN_KEYS_MAX: usize = 4 * DESCRIPTOR_KEYS_MAX;

/// Every key of a peer that was ever believed, and what is pinned of it.
///
/// It only grows: a key that the peer no longer lists still verifies what it signed, a key whose
/// endorser was revoked later stays believed while the peer lists it, and a revocation stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownKeys {
    pins: Pins,
    keys: Vec<KeyRecord>,
}

/// What a descriptor has told us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    /// Keys that are believed from now on.
    pub new: Vec<KeyId>,
    /// Keys that are revoked from now on.
    pub revoked: Vec<KeyId>,
}

/// The key that signed a descriptor is not believed, has expired, or is revoked: an admin has to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the descriptor is signed with a key that no known key vouches for")]
pub struct NotBelieved;

impl KnownKeys {
    /// First contact, over verified TLS, or an admin's word: every key that is valid at `now` is pinned,
    /// and the recovery key.
    pub fn first_contact(descriptor: &Descriptor, now: u64) -> Self {
        let pins = Pins::first_contact(descriptor, now);
        let mut known = KnownKeys {
            pins,
            keys: Vec::new(),
        };
        known.keys = known.judge(descriptor).trusted;
        known
    }

    /// From what was stored: what was pinned, and every key believed since.
    pub fn from_stored(pins: Pins, keys: Vec<KeyRecord>) -> Self {
        KnownKeys { pins, keys }
    }

    /// What is pinned.
    pub fn pins(&self) -> &Pins {
        &self.pins
    }

    /// Every key that was ever believed, with the earliest revocation seen.
    pub fn keys(&self) -> &[KeyRecord] {
        &self.keys
    }

    /// The believed key of this id, whenever it was valid.
    pub fn key(&self, id: KeyId) -> Option<&KeyRecord> {
        self.keys.iter().find(|key| key.key_id() == id)
    }

    /// Sorts a descriptor's keys into those that are believed and those that are not.
    pub fn judge(&self, descriptor: &Descriptor) -> Trust {
        let known = self.keys.iter().map(|key| *key.public_key());
        let revoked = self
            .keys
            .iter()
            .filter_map(|key| Some((key.key_id(), key.revoked_at?)));
        let pins = Pins {
            keys: known.chain(self.pins.keys.iter().copied()).collect(),
            recovery_key: self.pins.recovery_key,
            revoked: revoked.collect(),
        };
        pins.judge(descriptor)
    }

    /// Takes a newer descriptor of the peer, if a believed key of the present signed it. `now` is our
    /// clock in ms since the Unix epoch.
    pub fn learn(&mut self, descriptor: &Descriptor, now: u64) -> Result<Learnt, NotBelieved> {
        let trusted = self.judge(descriptor).trusted;
        let signer = trusted
            .iter()
            .find(|key| key.key_id() == descriptor.signed_with())
            .ok_or(NotBelieved)?;
        if !is_of_the_present(signer, now) {
            return Err(NotBelieved);
        }
        let mut learnt = Learnt::default();
        for key in trusted {
            self.remember(key, &mut learnt);
        }
        self.revoke_what_only_revoked_keys_vouch_for(descriptor, &mut learnt);
        self.forget_what_is_too_much(descriptor);
        Ok(learnt)
    }

    /// An admin's word for another identity of the same server: what it lists is pinned as at a first
    /// contact, and what it does not list is revoked here, for it may be what made the new one needed.
    pub fn replaced_by(&self, descriptor: &Descriptor, now: u64) -> Self {
        let mut new = KnownKeys::first_contact(descriptor, now);
        for mut old in self.keys.iter().cloned() {
            match new.keys.iter_mut().find(|key| key.key_id() == old.key_id()) {
                Some(key) => {
                    key.revoked_at = key.revoked_at.into_iter().chain(old.revoked_at).min();
                }
                None => {
                    old.revoked_at = old.revoked_at.or(Some(now));
                    new.keys.push(old);
                }
            }
        }
        new
    }

    fn remember(&mut self, key: KeyRecord, learnt: &mut Learnt) {
        let known = self
            .keys
            .iter_mut()
            .find(|known| known.public_key() == key.public_key());
        let was_revoked = known
            .as_ref()
            .is_some_and(|known| known.revoked_at.is_some());
        if key.revoked_at.is_some() && !was_revoked {
            learnt.revoked.push(key.key_id());
        }
        match known {
            Some(known) => *known = key,
            None => {
                learnt.new.push(key.key_id());
                self.keys.push(key);
            }
        }
    }

    /// A key that the peer does not list and that hangs on a revoked one may be the thief's.
    fn revoke_what_only_revoked_keys_vouch_for(
        &mut self,
        descriptor: &Descriptor,
        learnt: &mut Learnt,
    ) {
        loop {
            let hanging = self.keys.iter().position(|key| {
                key.revoked_at.is_none()
                    && descriptor.key(key.key_id()).is_none()
                    && !self.pins.keys.contains(key.public_key())
                    && self.endorser_revoked_at(key).is_some()
            });
            let Some(n) = hanging else { return };
            self.keys[n].revoked_at = self.endorser_revoked_at(&self.keys[n]);
            learnt.revoked.push(self.keys[n].key_id());
        }
    }

    fn endorser_revoked_at(&self, key: &KeyRecord) -> Option<u64> {
        self.key(key.endorsement?.key_id)?.revoked_at
    }

    /// Nobody can make us keep ever more: what is neither listed nor pinned goes, the longest expired first.
    fn forget_what_is_too_much(&mut self, descriptor: &Descriptor) {
        while self.keys.len() > KNOWN_KEYS_MAX {
            let droppable = self.keys.iter().enumerate().filter(|(_, key)| {
                descriptor.key(key.key_id()).is_none() && !self.pins.keys.contains(key.public_key())
            });
            match droppable.min_by_key(|(_, key)| key.valid_until) {
                Some((n, _)) => drop(self.keys.remove(n)),
                None => return,
            }
        }
    }
}

/// Valid now, by a clock that may be a little off, and not revoked.
fn is_of_the_present(key: &KeyRecord, now: u64) -> bool {
    let skew = CLOCK_SKEW_S_MAX * 1000;
    let begun = key.valid_from <= now.saturating_add(skew);
    let over = now >= key.valid_until.saturating_add(skew);
    begun && !over && key.revoked_at.is_none_or(|at| now < at)
}
