use crate::binary;
use crate::ids::ServerName;
use crate::json::{Fields, Json, Malformed};
use crate::keys::{KeyId, PublicKey, Sig, Sign, Signable};

const DOMAIN: &str = "swp-key-v1\n";

/// One key of a server, with its time and with who vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    public_key: PublicKey,
    /// ms since the Unix epoch, inclusive.
    pub valid_from: u64,
    /// ms since the Unix epoch, exclusive.
    pub valid_until: u64,
    /// ms since the Unix epoch; once seen it stays.
    pub revoked_at: Option<u64>,
    /// The key that vouches for this one.
    pub endorsement: Option<Sig>,
}

impl KeyRecord {
    /// A key nobody vouches for: a server's first.
    pub fn first(public_key: PublicKey, valid_from: u64, valid_until: u64) -> Self {
        KeyRecord {
            public_key,
            valid_from,
            valid_until,
            revoked_at: None,
            endorsement: None,
        }
    }

    /// Adds the endorsement of an earlier key or of the recovery key.
    pub fn endorsed(mut self, server_name: &ServerName, endorser: &dyn Sign) -> Self {
        self.endorsement = Some(endorser.sign(&self.signable(server_name)));
        self
    }

    /// Reads a record of a descriptor's `keys`.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("key", json)?;
        let endorsed_by = fields.optional_parsed("endorsed_by", KeyId::parse)?;
        let value = fields.optional_parsed("endorsement", binary::decode)?;
        let endorsement = match (endorsed_by, value) {
            (Some(key_id), Some(value)) => Some(Sig { key_id, value }),
            (None, None) => None,
            _ => return Err(fields.wrong("endorsement", "and `endorsed_by` go together")),
        };
        let record = KeyRecord {
            public_key: fields.parsed("public_key", PublicKey::parse)?,
            valid_from: fields.count("valid_from")?,
            valid_until: fields.count("valid_until")?,
            revoked_at: fields.optional_count("revoked_at")?,
            endorsement,
        };
        if fields.parsed("key_id", KeyId::parse)? != record.key_id() {
            return Err(fields.wrong("key_id", "is not that of `public_key`"));
        }
        Ok(record)
    }

    /// As it stands in a descriptor.
    pub fn to_json(&self) -> Json {
        let mut json = self.endorsed_part();
        if let Json::Obj(object) = &mut json {
            if let Some(revoked_at) = self.revoked_at {
                object.insert("revoked_at".to_owned(), revoked_at.into());
            }
            if let Some(Sig { key_id, value }) = &self.endorsement {
                object.insert("endorsed_by".to_owned(), key_id.into());
                object.insert("endorsement".to_owned(), binary::encode(value).into());
            }
        }
        json
    }

    fn endorsed_part(&self) -> Json {
        Json::object([
            ("key_id", (&self.key_id()).into()),
            ("public_key", (&self.public_key).into()),
            ("valid_from", self.valid_from.into()),
            ("valid_until", self.valid_until.into()),
        ])
    }

    fn signable(&self, server_name: &ServerName) -> Signable {
        let mut json = self.endorsed_part();
        if let Json::Obj(object) = &mut json {
            object.insert("server_name".to_owned(), server_name.into());
        }
        Signable::canonical(DOMAIN, &json)
    }

    /// Whether `endorser` vouches for this key of `server_name`.
    pub fn is_endorsed_by(&self, server_name: &ServerName, endorser: &PublicKey) -> bool {
        self.endorsement
            .as_ref()
            // The name is compared first: building what was signed for every pair would cost much.
            .filter(|sig| sig.key_id == endorser.id())
            .is_some_and(|sig| self.signable(server_name).verifies(endorser, sig))
    }

    /// The key's id.
    pub fn key_id(&self) -> KeyId {
        self.public_key.id()
    }

    /// The key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Whether the key may have signed something at this time (ms since the Unix epoch).
    pub fn valid_at(&self, ts: u64) -> bool {
        self.valid_from <= ts && ts < self.valid_until && self.revoked_at.is_none_or(|at| ts < at)
    }
}
