//! Reading an object member by member, so that what is missing, wrong or left over has a name.

use super::{Json, Malformed, Object};

/// The members of an object that have not been read yet.
#[derive(Debug)]
pub struct Fields {
    what: &'static str,
    object: Object,
}

impl Fields {
    /// Opens an object; `what` names it in error sentences.
    pub fn of(what: &'static str, value: Json) -> Result<Self, Malformed> {
        match value {
            Json::Obj(object) => Ok(Fields { what, object }),
            _ => Err(Malformed::new(format!("{what} must be an object"))),
        }
    }

    /// Whether a member is still there to be read.
    pub fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// Any value that may be missing.
    pub fn optional(&mut self, name: &str) -> Option<Json> {
        self.object.remove(name)
    }

    /// Any value.
    pub fn any(&mut self, name: &'static str) -> Result<Json, Malformed> {
        self.optional(name)
            .ok_or_else(|| self.wrong(name, "is missing"))
    }

    /// A string.
    pub fn string(&mut self, name: &'static str) -> Result<String, Malformed> {
        match self.any(name)? {
            Json::Str(text) => Ok(text),
            _ => Err(self.wrong(name, "must be a string")),
        }
    }

    /// A string that may be missing.
    pub fn optional_string(&mut self, name: &'static str) -> Result<Option<String>, Malformed> {
        if self.has(name) {
            self.string(name).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A string with a form of its own.
    pub fn parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Malformed>,
    ) -> Result<T, Malformed> {
        let text = self.string(name)?;
        parse(&text).map_err(|Malformed(why)| self.wrong(name, &why))
    }

    /// A string with a form of its own that may be missing.
    pub fn optional_parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        if self.has(name) {
            self.parsed(name, parse).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A whole number that is not negative.
    pub fn count(&mut self, name: &'static str) -> Result<u64, Malformed> {
        match self.any(name)? {
            Json::Int(value) => {
                u64::try_from(value).map_err(|_| self.wrong(name, "must not be negative"))
            }
            _ => Err(self.wrong(name, "must be an integer")),
        }
    }

    /// A whole number that is not negative and may be missing.
    pub fn optional_count(&mut self, name: &'static str) -> Result<Option<u64>, Malformed> {
        if self.has(name) {
            self.count(name).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A boolean.
    pub fn flag(&mut self, name: &'static str) -> Result<bool, Malformed> {
        match self.any(name)? {
            Json::Bool(value) => Ok(value),
            _ => Err(self.wrong(name, "must be true or false")),
        }
    }

    /// An array.
    pub fn array(&mut self, name: &'static str) -> Result<Vec<Json>, Malformed> {
        match self.any(name)? {
            Json::Arr(elements) => Ok(elements),
            _ => Err(self.wrong(name, "must be an array")),
        }
    }

    /// An object.
    pub fn object(&mut self, name: &'static str) -> Result<Object, Malformed> {
        match self.any(name)? {
            Json::Obj(object) => Ok(object),
            _ => Err(self.wrong(name, "must be an object")),
        }
    }

    /// A nested object, opened.
    pub fn fields(&mut self, name: &'static str) -> Result<Fields, Malformed> {
        Fields::of(name, self.any(name)?)
    }

    /// The members that have not been read.
    pub fn rest(self) -> Object {
        self.object
    }

    /// Ends the reading where every member must be known.
    pub fn nothing_else(self) -> Result<(), Malformed> {
        if self.object.is_empty() {
            Ok(())
        } else {
            Err(Malformed::new(format!(
                "{} has a member that is not known",
                self.what
            )))
        }
    }

    /// A sentence about one member.
    pub fn wrong(&self, name: &str, why: &str) -> Malformed {
        Malformed::new(format!("{}: `{name}` {why}", self.what))
    }
}
