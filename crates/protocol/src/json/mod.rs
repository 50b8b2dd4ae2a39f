//! Canonical JSON: RFC 8785 over a deliberately small JSON (protocol section 2).
//!
//! A [`Json`] value that was parsed holds only what the wire may hold, so encoding cannot fail and
//! everything that was accepted can be sent again. What we build ourselves passes [`check`] before it
//! is signed.

mod canonical;
mod fields;
mod member;
mod object;
mod strict;

use std::borrow::Cow;

pub(crate) use canonical::{write_count, write_int};
pub use fields::Fields;
pub use member::parse_member;
pub use object::Object;
pub use strict::{check, parse, parse_body, parse_item, parse_with_depth, split_items};

/// A JSON value of the wire: integers only, no duplicate names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer within ±(2^53 − 1).
    Int(i64),
    /// A string of Unicode scalar values.
    Str(String),
    /// An array.
    Arr(Vec<Json>),
    /// An object.
    Obj(Object),
}

/// Input that is not of the form that the protocol demands. The sentence never repeats the input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub Cow<'static, str>);

impl Malformed {
    /// A sentence for people.
    pub fn new(sentence: impl Into<Cow<'static, str>>) -> Self {
        Malformed(sentence.into())
    }
}

impl Json {
    /// The members of an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Json::Obj(object) => Some(object),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The value of an integer.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Json::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements of an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Arr(elements) => Some(elements),
            _ => None,
        }
    }

    /// The member of an object.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.as_object()?.get(name)
    }

    /// Levels of objects and arrays; a scalar has none.
    pub fn depth(&self) -> usize {
        match self {
            Json::Arr(elements) => 1 + elements.iter().map(Json::depth).max().unwrap_or(0),
            Json::Obj(object) => 1 + object.values().map(Json::depth).max().unwrap_or(0),
            Json::Null | Json::Bool(_) | Json::Int(_) | Json::Str(_) => 0,
        }
    }

    /// About how many bytes of memory it takes: a list of small numbers a dozen times as many as its text has.
    pub fn memory(&self) -> usize {
        let inside = match self {
            Json::Null | Json::Bool(_) | Json::Int(_) => 0,
            Json::Str(text) => text.len(),
            Json::Arr(elements) => elements.iter().map(Json::memory).sum(),
            Json::Obj(object) => object
                .iter()
                .map(|(name, value)| size_of::<String>() + name.len() + value.memory())
                .sum(),
        };
        size_of::<Json>() + inside
    }

    /// An object from its members.
    pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
        Json::Obj(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Str(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::Str(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<u8> for Json {
    fn from(value: u8) -> Self {
        Json::Int(i64::from(value))
    }
}

impl From<u64> for Json {
    /// Counters and times of the protocol stay far below 2^53; a larger one is a bug that must not
    /// become different bytes, so it saturates at the largest integer that the wire can hold.
    fn from(value: u64) -> Self {
        Json::Int(
            i64::try_from(value)
                .unwrap_or(i64::MAX)
                .min(crate::limits::INTEGER_MAX),
        )
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(values: Vec<T>) -> Self {
        Json::Arr(values.into_iter().map(Into::into).collect())
    }
}
