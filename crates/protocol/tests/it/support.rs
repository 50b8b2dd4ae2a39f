//! What several tests need.

use std::path::{Path, PathBuf};

use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::{
    Authentic, EventId, EventType, Fqid, Hash, Json, RoomId, Sign, SigningKey, json,
};

pub(crate) fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

pub(crate) fn vectors(name: &str) -> Json {
    let bytes = std::fs::read(docs().join("vectors").join(name)).unwrap();
    json::parse_with_depth(&bytes, 64).unwrap()
}

pub(crate) fn value(text: &str) -> Json {
    json::parse_body(text.as_bytes()).unwrap()
}

/// The member at `a/b/0`.
pub(crate) fn at<'j>(json: &'j Json, path: &str) -> &'j Json {
    path.split('/')
        .filter(|name| !name.is_empty())
        .fold(json, |json, name| match json {
            Json::Arr(elements) => &elements[name.parse::<usize>().unwrap()],
            _ => json
                .get(name)
                .unwrap_or_else(|| panic!("{path}: no {name}")),
        })
}

pub(crate) fn at_mut<'j>(json: &'j mut Json, path: &str) -> &'j mut Json {
    path.split('/')
        .filter(|name| !name.is_empty())
        .fold(json, |json, name| match json {
            Json::Arr(elements) => &mut elements[name.parse::<usize>().unwrap()],
            Json::Obj(object) => object.get_mut(name).unwrap(),
            _ => panic!("nothing at {path}"),
        })
}

pub(crate) fn set(json: &mut Json, path: &str, value: impl Into<Json>) {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    match at_mut(json, parent) {
        Json::Obj(object) => {
            object.insert(name.to_owned(), value.into());
        }
        Json::Arr(elements) => elements[name.parse::<usize>().unwrap()] = value.into(),
        _ => panic!("nothing at {path}"),
    }
}

pub(crate) fn remove(json: &mut Json, path: &str) {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    match at_mut(json, parent) {
        Json::Obj(object) => assert!(object.remove(name).is_some(), "no {path}"),
        _ => panic!("nothing at {path}"),
    }
}

pub(crate) fn text<'j>(json: &'j Json, path: &str) -> &'j str {
    at(json, path).as_str().unwrap()
}

pub(crate) fn count(json: &Json, path: &str) -> u64 {
    u64::try_from(at(json, path).as_int().unwrap()).unwrap()
}

pub(crate) fn list<'j>(json: &'j Json, path: &str) -> &'j [Json] {
    at(json, path).as_array().unwrap()
}

pub(crate) fn hex(json: &Json, path: &str) -> Vec<u8> {
    data_encoding::HEXLOWER
        .decode(text(json, path).as_bytes())
        .unwrap()
}

pub(crate) fn seed(json: &Json, path: &str) -> SigningKey {
    SigningKey::from_seed(&hex(json, path).try_into().unwrap())
}

/// The signed bytes of an object that bears its own signature.
pub(crate) fn tagged(domain: &str, json: &Json) -> Vec<u8> {
    let mut json = json.clone();
    remove(&mut json, "sig");
    [domain.as_bytes(), &json.canonical()].concat()
}

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

pub(crate) fn room_id() -> RoomId {
    RoomId::of_genesis(&Hash::ZERO)
}

pub(crate) fn point() -> LogPoint {
    LogPoint {
        term: 1,
        seq: 1,
        chain: Hash::ZERO,
    }
}

pub(crate) fn draft(kind: &str, content: Json) -> Draft {
    let genesis = kind == "swp.room.create";
    Draft {
        event_id: EventId::from_bytes([1; 16]),
        room_id: (!genesis).then(room_id),
        kind: EventType::parse(kind).unwrap(),
        sender: Fqid::parse("@alice:acme.example").unwrap(),
        origin_ts: 1_790_000_000_000,
        origin_seq: 1,
        seen: (!genesis).then(point),
        content,
        salt: [9; 16],
    }
}

pub(crate) fn message(body: &str) -> Authentic {
    let content = Json::object([("msgtype", "swp.text".into()), ("body", body.into())]);
    draft("swp.room.message", content).sign(&key()).unwrap()
}

/// Nested arrays, so many levels deep.
pub(crate) fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

pub(crate) fn public(key: &SigningKey) -> scaiwave_protocol::PublicKey {
    key.public_key()
}
