use std::fmt;

use ed25519_dalek::Signer as _;

use crate::json::Json;
use crate::keys::{PublicKey, Sig};

/// Bytes that may be signed: only this crate makes them, each kind under a domain tag of its own, so
/// that a key never signs what somebody else composed.
#[derive(Debug)]
pub struct Signable(Vec<u8>);

impl Signable {
    /// `domain` ‖ what `write` appends; the domain ends in a line feed.
    pub(crate) fn tagged(domain: &'static str, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut tagged = Vec::with_capacity(640);
        tagged.extend_from_slice(domain.as_bytes());
        write(&mut tagged);
        Signable(tagged)
    }

    /// `domain` ‖ canonical(`json`).
    pub(crate) fn canonical(domain: &'static str, json: &Json) -> Self {
        Self::tagged(domain, |out| json.write_canonical(out))
    }

    /// The signature base of an HTTP request, which RFC 9421 tags by its own form.
    pub(crate) fn signature_base(base: String) -> Self {
        Signable(base.into_bytes())
    }

    /// What is signed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether `sig` is the signature of `key` over this.
    pub fn verifies(&self, key: &PublicKey, sig: &Sig) -> bool {
        sig.key_id == key.id() && key.verifies(&self.0, &sig.value)
    }
}

/// Something that holds a private key.
pub trait Sign: Send + Sync {
    /// The public half.
    fn public_key(&self) -> PublicKey;

    /// Signs. Only bytes that this crate built can be given.
    fn sign(&self, what: &Signable) -> Sig;
}

/// A private key in memory.
#[derive(Clone)]
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    /// Kept, since making it costs as much as a tenth of a verification.
    public: PublicKey,
}

impl SigningKey {
    /// From the 32 private bytes of RFC 8032.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        // A key derived from a clamped scalar is never weak and always canonical.
        #[expect(
            clippy::expect_used,
            reason = "holds for every seed: RFC 8032 section 5.1.5"
        )]
        let public = PublicKey::from_bytes(key.verifying_key().as_bytes()).expect("a sound key");
        SigningKey { key, public }
    }

    /// The 32 private bytes, to be kept in the store of this tenant and nowhere else.
    pub fn seed(&self) -> [u8; 32] {
        self.key.to_bytes()
    }
}

impl Sign for SigningKey {
    fn public_key(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, what: &Signable) -> Sig {
        Sig {
            key_id: self.public.id(),
            value: self.key.sign(what.bytes()).to_bytes(),
        }
    }
}

impl fmt::Debug for SigningKey {
    /// Never prints the private half.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.public.id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    //! Only this crate can make something signable, so the two published signatures are made here.

    use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};

    use super::{Sign, Signable, SigningKey};
    use crate::json;

    fn sign(seed: &[u8], message: &[u8]) -> (SigningKey, [u8; 64]) {
        let key = SigningKey::from_seed(&seed.try_into().unwrap());
        let sig = key.sign(&Signable::tagged("", |out| out.extend_from_slice(message)));
        (key, sig.value)
    }

    // Our signatures are those of RFC 8032 section 7.1.
    #[test]
    fn rfc_8032_signatures() {
        let file = json::parse(include_bytes!("../../tests/data/rfc8032.json")).unwrap();
        for vector in file.get("vectors").and_then(json::Json::as_array).unwrap() {
            let hex = |name| {
                let text = vector.get(name).and_then(json::Json::as_str).unwrap();
                HEXLOWER.decode(text.as_bytes()).unwrap()
            };
            let (key, signature) = sign(&hex("secret"), &hex("message"));
            assert_eq!(key.public_key().as_bytes().as_slice(), hex("public"));
            assert_eq!(signature.as_slice(), hex("signature"));
            assert!(key.public_key().verifies(&hex("message"), &signature));
        }
    }

    // A signature base signed with the test key gives the signature that RFC 9421 section B.2.6 prints.
    #[test]
    fn rfc_9421_signature() {
        let base = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\
            \"@method\": POST\n\
            \"@path\": /foo\n\
            \"@authority\": example.com\n\
            \"content-type\": application/json\n\
            \"content-length\": 18\n\
            \"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \
            \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
        let seed = BASE64URL_NOPAD
            .decode(b"n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU")
            .unwrap();
        let key = SigningKey::from_seed(&seed.try_into().unwrap());
        let sig = key.sign(&Signable::signature_base(base.to_owned()));
        let printed = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
        assert_eq!(BASE64.encode(&sig.value), printed);
    }
}
