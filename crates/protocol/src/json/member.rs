//! One member of an object, for those who need no other.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::strict::{Seed, sentence};
use super::{Json, Malformed};
use crate::limits::EVENT_DEPTH_MAX;

/// Reads one member of an object; the others are passed over, which takes a quarter of the time. Only for what was read
/// as a whole before: of the others nothing is checked. `None` when there is no such member.
pub fn parse_member(bytes: &[u8], name: &str) -> Result<Option<Json>, Malformed> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let found = deserializer
        .deserialize_map(Member(name))
        .map_err(|error| sentence(&error))?;
    deserializer.end().map_err(|error| sentence(&error))?;
    Ok(found)
}

struct Member<'n>(&'n str);

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<Json>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(is_it) = map.next_key_seed(IsNamed(self.0))? {
            if is_it {
                let inner = Seed {
                    depth_left: EVENT_DEPTH_MAX - 1,
                };
                found = Some(map.next_value_seed(inner)?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Whether the name of a member is this one.
struct IsNamed<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for IsNamed<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsNamed<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn a_member_is_what_the_whole_has() {
        for text in [
            r#"{"a":1,"b":{"a":[{"b":2}]},"c":"x"}"#,
            r#"{"\u0062":"by another spelling"}"#,
            r#"{"a":{"b":1}}"#,
            "{}",
        ] {
            let whole = json::parse(text.as_bytes()).expect("JSON");
            let member = parse_member(text.as_bytes(), "b").expect("an object");
            assert_eq!(member.as_ref(), whole.get("b"), "{text}");
        }
    }

    #[test]
    fn what_is_no_object_has_no_member() {
        for text in [
            "",
            "[]",
            "7",
            "padding",
            r#"{"b":1.5}"#,
            r#"{"b":1} x"#,
            r#"{"b":1"#,
        ] {
            assert!(parse_member(text.as_bytes(), "b").is_err(), "{text}");
        }
    }
}
