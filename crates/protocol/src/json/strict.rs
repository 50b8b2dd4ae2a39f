//! The strict reader. `serde_json` reads the grammar; this visitor refuses what our profile leaves out.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Json, Malformed, Object};
use crate::limits::{
    BODY_DEPTH_MAX, EVENT_DEPTH_MAX, INTEGER_MAX, MEMBER_NAME_CHARS_MAX, SEND_ITEMS_MAX,
};

/// Parses an event or anything that may stand inside one.
pub fn parse(bytes: &[u8]) -> Result<Json, Malformed> {
    parse_with_depth(bytes, EVENT_DEPTH_MAX)
}

/// Parses a request or answer body.
pub fn parse_body(bytes: &[u8]) -> Result<Json, Malformed> {
    parse_with_depth(bytes, BODY_DEPTH_MAX)
}

/// Parses with a limit on nesting.
pub fn parse_with_depth(bytes: &[u8], depth_max: usize) -> Result<Json, Malformed> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Seed {
        depth_left: depth_max,
    }
    .deserialize(&mut deserializer)
    .map_err(|error| sentence(&error))?;
    deserializer.end().map_err(|error| sentence(&error))?;
    Ok(value)
}

/// Splits a `send` body into its items without judging them, so that one bad item costs only itself.
///
/// What is not JSON, or lies outside `items`, or more than 256 of them, fails the whole body
/// (protocol section 5). The bytes are the caller's to count before it reads them.
pub fn split_items(bytes: &[u8]) -> Result<Vec<Box<RawValue>>, Malformed> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let items = deserializer
        .deserialize_map(ItemsVisitor)
        .map_err(|error| sentence(&error))?;
    deserializer.end().map_err(|error| sentence(&error))?;
    Ok(items)
}

/// Parses one element of a split `send` body: the body and its `items` are two of the levels.
pub fn parse_item(item: &RawValue) -> Result<Json, Malformed> {
    parse_with_depth(item.get().as_bytes(), BODY_DEPTH_MAX - 2)
}

/// The same rules for a value that was built and not parsed, so that we never emit what we would
/// refuse (protocol section 2).
pub fn check(json: &Json, depth_max: usize) -> Result<(), Malformed> {
    let deeper = || {
        depth_max
            .checked_sub(1)
            .ok_or_else(|| Malformed::new(DEPTH))
    };
    match json {
        Json::Null | Json::Bool(_) | Json::Str(_) => Ok(()),
        Json::Int(value) if value.unsigned_abs() <= INTEGER_MAX.unsigned_abs() => Ok(()),
        Json::Int(_) => Err(Malformed::new(NUMBER)),
        Json::Arr(elements) => {
            let depth_max = deeper()?;
            elements.iter().try_for_each(|json| check(json, depth_max))
        }
        Json::Obj(object) => {
            let depth_max = deeper()?;
            object.iter().try_for_each(|(name, json)| {
                if !is_name(name) {
                    return Err(Malformed::new(NAME));
                }
                check(json, depth_max)
            })
        }
    }
}

/// `serde_json` names line and column, which is position and not input, but its message may quote
/// the offending character; our own sentences come through `Error::custom` and are kept.
pub(super) fn sentence(error: &serde_json::Error) -> Malformed {
    let text = error.to_string();
    for ours in SENTENCES {
        if text.starts_with(ours) {
            return Malformed::new(*ours);
        }
    }
    // The one place where the reader wants a type: `split_items`.
    if error.is_data() {
        return Malformed::new(OUTSIDE);
    }
    Malformed::new("not valid JSON in UTF-8")
}

const NUMBER: &str = "a number is not an integer within ±(2^53−1)";
const DEPTH: &str = "JSON is nested too deeply";
const NAME: &str = "a member name is not 0–128 characters of U+0020–U+007E";
pub(super) const DUPLICATE: &str = "an object has two members of one name";
const OUTSIDE: &str = "the body must be an object with one array `items`";
const ITEMS: &str = "the body holds more than 256 items";
const SENTENCES: &[&str] = &[NUMBER, DEPTH, NAME, DUPLICATE, OUTSIDE, ITEMS];

#[derive(Clone, Copy)]
pub(super) struct Seed {
    pub(super) depth_left: usize,
}

impl Seed {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let depth_left = self
            .depth_left
            .checked_sub(1)
            .ok_or_else(|| E::custom(DEPTH))?;
        Ok(Seed { depth_left })
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        if value < -INTEGER_MAX {
            return Err(E::custom(NUMBER));
        }
        Ok(Json::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        match i64::try_from(value) {
            Ok(value) if value <= INTEGER_MAX => Ok(Json::Int(value)),
            _ => Err(E::custom(NUMBER)),
        }
    }

    /// Fractions, exponents, `-0` and integers beyond 64 bits all arrive here.
    fn visit_f64<E: Error>(self, _value: f64) -> Result<Json, E> {
        Err(E::custom(NUMBER))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Str(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Json, E> {
        Ok(Json::Str(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let inner = self.deeper()?;
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element_seed(inner)? {
            elements.push(element);
        }
        elements.shrink_to_fit();
        Ok(Json::Arr(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let inner = self.deeper()?;
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            check_name(&name)?;
            members.push((name, map.next_value_seed(inner)?));
        }
        let object = Object::from_members(members).map_err(A::Error::custom)?;
        Ok(Json::Obj(object))
    }
}

fn check_name<E: Error>(name: &str) -> Result<(), E> {
    if is_name(name) {
        Ok(())
    } else {
        Err(E::custom(NAME))
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= MEMBER_NAME_CHARS_MAX && name.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

struct ItemsVisitor;

impl<'de> Visitor<'de> for ItemsVisitor {
    type Value = Vec<Box<RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(OUTSIDE)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut items = None;
        let mut others = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            check_name(&name)?;
            if name == "items" {
                if items.replace(map.next_value_seed(Items)?).is_some() {
                    return Err(A::Error::custom(DUPLICATE));
                }
            } else {
                map.next_value_seed(Seed {
                    depth_left: BODY_DEPTH_MAX - 1,
                })?;
                if !others.insert(name) {
                    return Err(A::Error::custom(DUPLICATE));
                }
            }
        }
        items.ok_or_else(|| A::Error::custom(OUTSIDE))
    }
}

/// The array itself, which stops growing at its limit and not at the end of the body.
struct Items;

impl<'de> DeserializeSeed<'de> for Items {
    type Value = Vec<Box<RawValue>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items {
    type Value = Vec<Box<RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(OUTSIDE)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            if items.len() == SEND_ITEMS_MAX {
                return Err(A::Error::custom(ITEMS));
            }
            items.push(item);
        }
        Ok(items)
    }
}

impl<'de> serde::Deserialize<'de> for Json {
    /// The same strict reader, for bodies whose other members are plain structs.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Seed {
            depth_left: EVENT_DEPTH_MAX,
        }
        .deserialize(deserializer)
    }
}
