use sfv::{BareItem, Dictionary, FieldType as _, InnerList, ListEntry, Parser};

use super::sign::{Target, signature_base};
use super::{COMPONENTS, LABEL, content_digest, header};
use crate::binary;
use crate::code::{Code, Refusal};
use crate::ids::ServerName;
use crate::keys::{KeyId, PublicKey, Sig, Signable};
use crate::limits::CLOCK_SKEW_S_MAX;

/// What the signature headers of a request claim. Nothing in it is proven before [`Claim::verify`].
#[derive(Clone, Debug)]
pub struct Claim {
    /// Who says it asks.
    pub origin: ServerName,
    /// Whom it asks.
    pub destination: ServerName,
    /// Seconds since the Unix epoch.
    pub created: u64,
    /// The key that the signature claims.
    pub key_id: KeyId,
    /// 16 bytes, used once.
    pub nonce: [u8; 16],
    digest: String,
    /// The inner list with its parameters in the order received, as RFC 9421 section 2.3 wants it.
    params: String,
    signature: [u8; 64],
}

fn malformed(sentence: &'static str) -> Refusal {
    Code::SignatureMismatch.because(sentence)
}

impl Claim {
    /// Reads the five headers. `get` gives every value of a header, by its lower-case name.
    pub fn read<'h>(get: impl Fn(&str) -> Vec<&'h str>) -> Result<Self, Refusal> {
        let one = |name| match get(name).as_slice() {
            [value] => Ok(*value),
            _ => Err(malformed(
                "each of the five signature headers must stand there exactly once",
            )),
        };
        let name = |text| {
            ServerName::parse(text)
                .map_err(|_| malformed("Swp-Origin and Swp-Destination must be server names"))
        };
        let origin = name(one(header::ORIGIN)?)?;
        let destination = name(one(header::DESTINATION)?)?;
        let digest = one(header::CONTENT_DIGEST)?.to_owned();
        let input = dictionary(one(header::SIGNATURE_INPUT)?)?;
        let Some(ListEntry::InnerList(list)) = input.get(LABEL) else {
            return Err(malformed(
                "Signature-Input must hold a list under the label swp",
            ));
        };
        check_components(list)?;
        let (created, key_id, nonce) = parameters(list)?;
        let serialized = input.serialize().unwrap_or_default();
        let params = serialized
            .strip_prefix("swp=")
            .unwrap_or_default()
            .to_owned();
        let signature = signature(&dictionary(one(header::SIGNATURE)?)?)?;
        Ok(Claim {
            origin,
            destination,
            created,
            key_id,
            nonce,
            digest,
            params,
            signature,
        })
    }

    /// Whether `created` lies within ±60 s of our clock (seconds); 60 is inside.
    pub fn check_created(&self, now: u64) -> Result<(), Refusal> {
        let apart = self.created.abs_diff(now);
        if apart <= CLOCK_SKEW_S_MAX {
            return Ok(());
        }
        let which = if self.created > now {
            "ahead of"
        } else {
            "behind"
        };
        Err(Code::ClockSkew.because(format!(
            "the request was made {apart} s {which} our clock; at most 60 s are accepted"
        )))
    }

    /// Whether the body is the one that was signed.
    pub fn check_digest(&self, body: &[u8]) -> Result<(), Refusal> {
        if self.digest == content_digest(body) {
            return Ok(());
        }
        Err(malformed("Content-Digest is not the SHA-256 of the body"))
    }

    /// The bytes that the signature must cover (RFC 9421 section 2.5).
    pub fn signature_base(&self, target: Target<'_>) -> Signable {
        signature_base(
            target,
            &self.digest,
            self.origin.as_str(),
            self.destination.as_str(),
            &self.params,
        )
    }

    /// Checks the signature with the key that `key_id` names.
    pub fn verify(&self, target: Target<'_>, key: &PublicKey) -> Result<(), Refusal> {
        let sig = Sig {
            key_id: self.key_id,
            value: self.signature,
        };
        if self.signature_base(target).verifies(key, &sig) {
            return Ok(());
        }
        Err(malformed("the request's signature does not verify"))
    }
}

/// One member, under our label. A dictionary keeps only the last of two members of one name, so what
/// it kept is compared with what was sent, apart from optional white space.
fn dictionary(text: &str) -> Result<Dictionary, Refusal> {
    let parsed: Dictionary = Parser::new(text)
        .parse()
        .map_err(|_| malformed("a signature header is not a structured field"))?;
    if parsed.len() != 1 || !parsed.contains_key(LABEL) {
        return Err(malformed("exactly one signature is wanted, labelled swp"));
    }
    let squeeze = |text: &str| text.replace([' ', '\t'], "");
    if parsed
        .serialize()
        .is_none_or(|kept| squeeze(&kept) != squeeze(text))
    {
        return Err(malformed(
            "a signature header repeats itself or is not in its usual form",
        ));
    }
    Ok(parsed)
}

fn check_components(list: &InnerList) -> Result<(), Refusal> {
    let named = list.items.iter().map(|item| match &item.bare_item {
        BareItem::String(text) if item.params.is_empty() => text.as_str(),
        _ => "",
    });
    if named.eq(COMPONENTS) {
        return Ok(());
    }
    Err(malformed(
        "the signature must cover exactly the six components, in their order",
    ))
}

fn parameters(list: &InnerList) -> Result<(u64, KeyId, [u8; 16]), Refusal> {
    let wrong = || {
        malformed("the signature must have exactly the parameters created, keyid, alg and nonce")
    };
    let params = &list.params;
    if params.len() != 4 || text(params.get("alg")) != Some("ed25519") {
        return Err(wrong());
    }
    let created = match params.get("created") {
        Some(BareItem::Integer(seconds)) => {
            u64::try_from(i64::from(*seconds)).map_err(|_| wrong())?
        }
        _ => return Err(wrong()),
    };
    let key_id = text(params.get("keyid"))
        .and_then(|id| KeyId::parse(id).ok())
        .ok_or_else(wrong)?;
    let nonce = text(params.get("nonce"))
        .and_then(|id| binary::decode(id).ok())
        .ok_or_else(wrong)?;
    Ok((created, key_id, nonce))
}

fn text(item: Option<&BareItem>) -> Option<&str> {
    match item {
        Some(BareItem::String(text)) => Some(text.as_str()),
        _ => None,
    }
}

fn signature(dictionary: &Dictionary) -> Result<[u8; 64], Refusal> {
    let bytes = match dictionary.get(LABEL) {
        Some(ListEntry::Item(item)) if item.params.is_empty() => match &item.bare_item {
            BareItem::ByteSequence(bytes) => <[u8; 64]>::try_from(bytes.as_slice()).ok(),
            _ => None,
        },
        _ => None,
    };
    bytes.ok_or_else(|| malformed("the signature must be 64 bytes"))
}
