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
        let mut untrusted: Vec<KeyRecord> = descriptor.keys().to_vec();
        let mut trusted: Vec<KeyRecord> = Vec::new();
        let mut vouching: Vec<PublicKey> = self.recovery_key.into_iter().collect();
        loop {
            let (believed, rest): (Vec<_>, Vec<_>) = untrusted.into_iter().partition(|key| {
                self.keys.contains(key.public_key())
                    || vouching
                        .iter()
                        .any(|by| key.is_endorsed_by(descriptor.server_name(), by))
            });
            untrusted = rest;
            if believed.is_empty() {
                return Trust { trusted, untrusted };
            }
            let unrevoked = believed.iter().filter(|key| key.revoked_at.is_none());
            vouching.extend(unrevoked.map(|key| *key.public_key()));
            trusted.extend(believed);
        }
    }
}
