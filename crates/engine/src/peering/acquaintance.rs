use scaiwave_protocol::PublicKey;
use scaiwave_protocol::descriptor::Descriptor;

use crate::Tenant;

/// How a descriptor stands to what is known of its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Acquaintance {
    /// Nothing is pinned yet.
    New,
    /// A key that is believed here signed it.
    Known,
    /// None did.
    Untrusted {
        /// What is pinned.
        pinned: Vec<PublicKey>,
    },
}

/// Judges a descriptor as if it had been fetched now, without keeping it.
pub(crate) fn acquaintance(tenant: &Tenant, descriptor: &Descriptor) -> Acquaintance {
    let peer = tenant.peers.get(descriptor.server_name());
    let known = peer.map(|peer| peer.known);
    let Some(mut known) = known.filter(|known| !known.pins().keys.is_empty()) else {
        return Acquaintance::New;
    };
    let pinned = known.pins().keys.clone();
    match known.learn(descriptor, tenant.world.now()) {
        Ok(_) => Acquaintance::Known,
        Err(_) => Acquaintance::Untrusted { pinned },
    }
}
