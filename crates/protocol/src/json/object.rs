use std::collections::BTreeMap;
use std::fmt;

use super::{Json, Malformed};

/// An object: its members in the bytewise order of their names, which **is** canonical order, since names
/// are ASCII.
///
/// One allocation that is no larger than its members. A map of nodes takes some 600 bytes for an object
/// of one short member, which a peer spells in seven: a megabyte of those would be a hundred here.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Object(Vec<(String, Json)>);

impl Object {
    /// Without members.
    pub fn new() -> Self {
        Object::default()
    }

    /// Members in any order, as they were read; two of one name are refused.
    pub(super) fn from_members(mut members: Vec<(String, Json)>) -> Result<Self, Malformed> {
        members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(Malformed::new(super::strict::DUPLICATE));
        }
        members.shrink_to_fit();
        Ok(Object(members))
    }

    /// How many members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A member's value.
    pub fn get(&self, name: &str) -> Option<&Json> {
        let at = self.find(name).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// The same to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        let at = self.find(name).ok()?;
        self.0.get_mut(at).map(|(_, value)| value)
    }

    /// Whether there is such a member.
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Adds or replaces a member; returns what was there. For the few members that are put by hand: the
    /// time grows with their number.
    pub fn insert(&mut self, name: String, value: Json) -> Option<Json> {
        match self.find(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// A member's value to be changed, which is added if there is none of this name.
    pub fn fill_in(&mut self, name: &str, value: impl FnOnce() -> Json) -> &mut Json {
        let at = match self.find(name) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (name.to_owned(), value()));
                at
            }
        };
        &mut self.0[at].1
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let at = self.find(name).ok()?;
        Some(self.0.remove(at).1)
    }

    /// Members in canonical order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&String, &Json)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Names in canonical order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &String> {
        self.0.iter().map(|(name, _)| name)
    }

    /// Values in the order of their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Json> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The same to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Json> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
    }
}

impl FromIterator<(String, Json)> for Object {
    /// Of two members of one name, the later one stays.
    fn from_iter<I: IntoIterator<Item = (String, Json)>>(members: I) -> Self {
        members.into_iter().collect::<BTreeMap<_, _>>().into()
    }
}

impl Extend<(String, Json)> for Object {
    fn extend<I: IntoIterator<Item = (String, Json)>>(&mut self, members: I) {
        for (name, value) in members {
            self.insert(name, value);
        }
    }
}

impl<const N: usize> From<[(String, Json); N]> for Object {
    fn from(members: [(String, Json); N]) -> Self {
        members.into_iter().collect()
    }
}

impl From<BTreeMap<String, Json>> for Object {
    fn from(members: BTreeMap<String, Json>) -> Self {
        Object(members.into_iter().collect())
    }
}

impl IntoIterator for Object {
    type Item = (String, Json);
    type IntoIter = std::vec::IntoIter<(String, Json)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = &'a (String, Json);
    type IntoIter = std::slice::Iter<'a, (String, Json)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // It behaves as a map does, whatever the order of what is done to it.
    #[test]
    fn like_a_map() {
        let (mut object, mut map) = (Object::new(), BTreeMap::new());
        // Names that meet each other again and again, in an order without order.
        for n in 0..400_u64 {
            let name = format!("n{}", n * 7919 % 61);
            if n % 5 == 0 {
                assert_eq!(object.remove(&name), map.remove(&name), "{n}");
            } else {
                let put = (
                    object.insert(name.clone(), n.into()),
                    map.insert(name, n.into()),
                );
                assert_eq!(put.0, put.1, "{n}");
            }
            assert_eq!(object.len(), map.len());
        }
        assert!(object.iter().eq(map.iter()));
        assert!(map.keys().all(|name| object.get(name) == map.get(name)));
        assert_eq!(object.get("absent"), None);
        assert_eq!(Object::from(map.clone()), object);
        assert_eq!(map.into_iter().rev().collect::<Object>(), object);
    }

    // What is read comes in any order, and never twice.
    #[test]
    fn members_as_they_were_read() {
        let members = |names: &[&str]| {
            names
                .iter()
                .map(|n| ((*n).to_owned(), Json::Null))
                .collect()
        };
        let read = Object::from_members(members(&["b", "a", "c", ""])).expect("four names");
        assert!(read.keys().eq(["", "a", "b", "c"]));
        for twice in [&["a", "a"][..], &["a", "b", "a"], &["", ""]] {
            assert!(Object::from_members(members(twice)).is_err(), "{twice:?}");
        }
    }
}
