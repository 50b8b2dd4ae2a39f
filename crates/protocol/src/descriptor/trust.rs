use crate::descriptor::{Descriptor, KeyRecord};
use crate::keys::PublicKey;

/// What we remember of a peer from earlier contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pins {
    /// Keys that are believed, whatever the peer says later.
    pub keys: Vec<PublicKey>,
    /// The peer's recovery key, as it was at first contact.
    pub recovery_key: Option<PublicKey>,
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
        }
    }

    /// Sorts a descriptor's keys into believed and not.
    ///
    /// A revoked key vouches for nothing: whoever stole it could have made the endorsement.
    pub fn judge(&self, descriptor: &Descriptor) -> Trust {
        let keys = descriptor.keys().iter().cloned();
        let (mut trusted, mut untrusted): (Vec<_>, Vec<_>) =
            keys.partition(|key| self.keys.contains(key.public_key()));
        let mut vouching: Vec<PublicKey> = self.recovery_key.into_iter().collect();
        vouching.extend(unrevoked(&trusted));
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
}

fn unrevoked(keys: &[KeyRecord]) -> impl Iterator<Item = PublicKey> {
    let unrevoked = keys.iter().filter(|key| key.revoked_at.is_none());
    unrevoked.map(|key| *key.public_key())
}
