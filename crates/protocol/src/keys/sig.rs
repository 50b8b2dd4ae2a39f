use crate::binary;
use crate::json::{Fields, Json, Malformed};
use crate::keys::KeyId;

/// `{key_id, value}`: every signature in a body of this protocol (section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sig {
    /// Whose signature it claims to be.
    pub key_id: KeyId,
    /// R and S of RFC 8032.
    pub value: [u8; 64],
}

impl Sig {
    /// Reads `{key_id, value}` with nothing else in it.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("sig", json)?;
        let sig = Sig {
            key_id: fields.parsed("key_id", KeyId::parse)?,
            value: fields.parsed("value", binary::decode)?,
        };
        fields.nothing_else()?;
        Ok(sig)
    }

    /// As it stands on the wire.
    pub fn to_json(&self) -> Json {
        Json::object([
            ("key_id", (&self.key_id).into()),
            ("value", binary::encode(&self.value).into()),
        ])
    }
}
