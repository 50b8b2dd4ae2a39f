use scaiwave_protocol::PublicKey;
use scaiwave_protocol::descriptor::Descriptor;

use super::report::{Finding, Step};
use crate::Tenant;
use crate::keyring::fingerprint_words;
use crate::peering::{Acquaintance, acquaintance};

/// Whether the key that a descriptor is signed with is believed here (protocol section 6).
pub(super) fn check(tenant: &Tenant, descriptor: &Descriptor) -> Finding {
    let key = descriptor.public_key();
    let words = fingerprint_words(key);
    match acquaintance(tenant, descriptor) {
        Acquaintance::New => Finding::ok(
            Step::Key,
            format!("Not met before: at first contact this key will be pinned: {words}."),
        ),
        Acquaintance::Known => Finding::ok(Step::Key, format!("Known and believed: {words}.")),
        Acquaintance::Untrusted { pinned } => untrusted(&words, &pinned),
    }
}

fn untrusted(words: &str, pinned: &[PublicKey]) -> Finding {
    let known: Vec<String> = pinned.iter().map(fingerprint_words).collect();
    Finding::failed(
        Step::Key,
        format!(
            "It signs with a key that no known one vouches for: {words}. Pinned here: {}.",
            known.join(", ")
        ),
        "The other server was set up anew and lost its key, or somebody else answers in its name.",
        "Call the other admin and compare the words. If they are the same, accept the key; if not, \
         leave it.",
    )
}

/// Our own name must lead to our own key.
pub(super) fn of_ourselves(tenant: &Tenant, descriptor: &Descriptor) -> Finding {
    let theirs = descriptor.public_key();
    let words = fingerprint_words(theirs);
    if tenant.keyring.public_key(theirs.id()).as_ref() == Some(theirs) {
        return Finding::ok(Step::Key, format!("It is this server's own key: {words}."));
    }
    Finding::failed(
        Step::Key,
        format!("Under this server's name another key is published: {words}."),
        "The name leads to another machine, or to an older copy of this server.",
        "Let DNS and proxies lead the name to this machine, and run one server only under it.",
    )
}
