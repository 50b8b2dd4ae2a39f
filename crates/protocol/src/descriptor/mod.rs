//! What a server publishes about itself, and which of its keys are to be believed (protocol section 6).

mod key_record;
mod known_keys;
mod pattern;
mod trust;

use std::collections::BTreeMap;

pub use key_record::KeyRecord;
pub use known_keys::{KNOWN_KEYS_MAX, KnownKeys, Learnt, NotBelieved};
pub use pattern::PeerPattern;
pub use trust::{Pins, Trust};

use crate::ids::ServerName;
use crate::json::{Fields, Json, Malformed};
use crate::keys::{KeyId, PublicKey, Sig, Sign, Signable};
use crate::limits::DESCRIPTOR_KEYS_MAX;

/// Where the descriptor is found.
pub const WELL_KNOWN_PATH: &str = "/.well-known/scaiwave/server";
/// The only protocol version there is.
pub const VERSION: &str = "v1";

const DOMAIN: &str = "swp-descriptor-v1\n";

/// A server's signed description of itself. Its signature verified with one of the keys in it, which
/// proves that it is whole, not that the keys are that server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    json: Json,
    server_name: ServerName,
    public_key: PublicKey,
    protocol_versions: Vec<String>,
    endpoints: BTreeMap<String, String>,
    keys: Vec<KeyRecord>,
    recovery_key: Option<PublicKey>,
    updated_at: u64,
    signed_with: KeyId,
}

/// What goes into a descriptor of ours.
#[derive(Clone, Debug)]
pub struct DescriptorDraft {
    /// Our name.
    pub server_name: ServerName,
    /// Name of an endpoint → path.
    pub endpoints: BTreeMap<String, String>,
    /// Every key we ever had, newest last.
    pub keys: Vec<KeyRecord>,
    /// The public half of the key that is kept offline.
    pub recovery_key: Option<PublicKey>,
    /// Our software's version.
    pub software_version: String,
    /// ms since the Unix epoch; rises with every change.
    pub updated_at: u64,
}

impl Descriptor {
    /// Reads a descriptor and checks its signature. Unknown members are covered by the signature and
    /// otherwise ignored.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("descriptor", json.clone())?;
        let listed = fields.array("keys")?;
        if listed.len() > DESCRIPTOR_KEYS_MAX {
            return Err(fields.wrong("keys", "lists more than 128 keys"));
        }
        let keys: Vec<KeyRecord> = listed
            .into_iter()
            .map(KeyRecord::parse)
            .collect::<Result<_, _>>()?;
        let mut ids: Vec<KeyId> = keys.iter().map(KeyRecord::key_id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() != keys.len() {
            return Err(fields.wrong("keys", "lists a key twice"));
        }
        let sig = Sig::parse(fields.any("sig")?)?;
        let mut software = fields.fields("software")?;
        software.string("name")?;
        software.string("version")?;
        let descriptor = Descriptor {
            server_name: fields.parsed("server_name", ServerName::parse)?,
            public_key: fields.parsed("public_key", PublicKey::parse)?,
            protocol_versions: texts(fields.array("protocol_versions")?)?,
            endpoints: endpoints(fields.object("endpoints")?)?,
            recovery_key: fields.optional_parsed("recovery_key", PublicKey::parse)?,
            updated_at: fields.count("updated_at")?,
            keys,
            signed_with: sig.key_id,
            json,
        };
        if descriptor.key(descriptor.public_key.id()).is_none() {
            return Err(fields.wrong("public_key", "is not among `keys`"));
        }
        let signer = descriptor
            .key(sig.key_id)
            .ok_or_else(|| fields.wrong("sig", "names a key that is not among `keys`"))?;
        if !descriptor.signable().verifies(signer.public_key(), &sig) {
            return Err(fields.wrong("sig", "does not verify"));
        }
        Ok(descriptor)
    }

    fn signable(&self) -> Signable {
        Signable::canonical(DOMAIN, &without_sig(&self.json))
    }

    /// Whose descriptor it is.
    pub fn server_name(&self) -> &ServerName {
        &self.server_name
    }

    /// The newest valid key, as the server says.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The key that signed this descriptor.
    pub fn signed_with(&self) -> KeyId {
        self.signed_with
    }

    /// Every key listed.
    pub fn keys(&self) -> &[KeyRecord] {
        &self.keys
    }

    /// The key of this id.
    pub fn key(&self, id: KeyId) -> Option<&KeyRecord> {
        self.keys.iter().find(|key| key.key_id() == id)
    }

    /// The key that a lost one can be replaced with.
    pub fn recovery_key(&self) -> Option<&PublicKey> {
        self.recovery_key.as_ref()
    }

    /// Whether the server speaks a version that we speak.
    pub fn speaks_v1(&self) -> bool {
        self.protocol_versions
            .iter()
            .any(|version| version == VERSION)
    }

    /// Path or URL of an endpoint; one that is neither counts as not announced.
    pub fn endpoint(&self, name: &str) -> Option<&str> {
        let template = self.endpoints.get(name).map(String::as_str)?;
        is_endpoint(template).then_some(template)
    }

    /// ms since the Unix epoch; one below the cached descriptor's is ignored.
    pub fn updated_at(&self) -> u64 {
        self.updated_at
    }

    /// The whole, as it was signed.
    pub fn as_json(&self) -> &Json {
        &self.json
    }
}

impl DescriptorDraft {
    /// Signs with the current key, which must be among `keys`.
    pub fn sign(self, public_key: &PublicKey, signer: &dyn Sign) -> Result<Descriptor, Malformed> {
        let endpoints = self
            .endpoints
            .iter()
            .map(|(name, path)| (name.clone(), path.as_str().into()))
            .collect();
        let Json::Obj(mut object) = Json::object([
            ("server_name", (&self.server_name).into()),
            ("public_key", public_key.into()),
            ("protocol_versions", vec![VERSION].into()),
            ("endpoints", Json::Obj(endpoints)),
            (
                "keys",
                Json::Arr(self.keys.iter().map(KeyRecord::to_json).collect()),
            ),
            (
                "software",
                Json::object([
                    ("name", "scaiwave".into()),
                    ("version", self.software_version.into()),
                ]),
            ),
            ("updated_at", self.updated_at.into()),
        ]) else {
            return Err(Malformed::new("a descriptor is an object"));
        };
        if let Some(recovery) = &self.recovery_key {
            object.insert("recovery_key".to_owned(), recovery.into());
        }
        let sig = signer.sign(&Signable::canonical(DOMAIN, &Json::Obj(object.clone())));
        object.insert("sig".to_owned(), sig.to_json());
        Descriptor::parse(Json::Obj(object))
    }
}

/// Whether this is a path or an absolute https URL. A peer writes it and we ask and sign for it, so
/// nothing may stand in it that ends a line, names another host, or begins a query.
fn is_endpoint(template: &str) -> bool {
    let plain = |b: u8| b.is_ascii_graphic() && !b"?#\\\"<>".contains(&b);
    let path = template.starts_with('/') && !template.starts_with("//");
    (path || template.starts_with("https://")) && template.bytes().all(plain)
}

/// A copy of an object without its signature: what was signed.
pub(crate) fn without_sig(json: &Json) -> Json {
    match json {
        Json::Obj(object) => {
            let mut object = object.clone();
            object.remove("sig");
            Json::Obj(object)
        }
        other => other.clone(),
    }
}

fn texts(elements: Vec<Json>) -> Result<Vec<String>, Malformed> {
    let text = |json| match json {
        Json::Str(text) => Ok(text),
        _ => Err(Malformed::new(
            "descriptor: `protocol_versions` must hold strings",
        )),
    };
    elements.into_iter().map(text).collect()
}

fn endpoints(object: crate::json::Object) -> Result<BTreeMap<String, String>, Malformed> {
    let text = |(name, json)| match json {
        Json::Str(text) => Ok((name, text)),
        _ => Err(Malformed::new("descriptor: `endpoints` must hold strings")),
    };
    object.into_iter().map(text).collect()
}
