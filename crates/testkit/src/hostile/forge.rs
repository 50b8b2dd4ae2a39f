//! Signatures over anything. Our own code signs only what it has built; here that is the point.

use ed25519_dalek::Signer as _;
use scaiwave_protocol::{Hash, Json, Sign as _, SigningKey, binary};

/// `{key_id, value}` over these bytes.
pub fn sig(bytes: &[u8], key: &SigningKey) -> Json {
    let raw = ed25519_dalek::SigningKey::from_bytes(&key.seed());
    Json::object([
        ("key_id", (&key.public_key().id()).into()),
        ("value", binary::encode(&raw.sign(bytes).to_bytes()).into()),
    ])
}

/// An object with a fresh `sig` under a tag: `checkpoint`, `snapshot`, `descriptor`, …
pub fn signed(tag: &str, json: Json, key: &SigningKey) -> Json {
    let Json::Obj(mut object) = json else {
        panic!("only an object bears a signature")
    };
    object.remove("sig");
    let bytes = tagged(tag, &Json::Obj(object.clone()));
    object.insert("sig".to_owned(), sig(&bytes, key));
    Json::Obj(object)
}

/// An event with a fresh `sig` over whatever header it has.
pub fn event(json: Json, key: &SigningKey) -> Json {
    let Json::Obj(mut object) = json else {
        panic!("an event is an object")
    };
    object.remove("sig");
    let mut header = object.clone();
    let content = header.remove("content");
    let salt = header.remove("salt");
    if let Some(content) = content {
        let salt = salt.as_ref().and_then(Json::as_str).unwrap_or_default();
        let salt = binary::decode::<16>(salt).unwrap_or_default();
        let hash = Hash::of(&[&salt, &content.canonical()]);
        header.insert("content_hash".to_owned(), hash.to_string().into());
    }
    let bytes = tagged("event", &Json::Obj(header));
    object.insert("sig".to_owned(), sig(&bytes, key));
    Json::Obj(object)
}

fn tagged(tag: &str, json: &Json) -> Vec<u8> {
    [format!("swp-{tag}-v1\n").into_bytes(), json.canonical()].concat()
}
