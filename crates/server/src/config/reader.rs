use std::collections::BTreeMap;

use figment::Figment;
use figment::value::Value;

use super::problem::{Complaint, Problem};

/// Reads settings one by one and remembers every problem instead of stopping at the first.
///
/// A setting that is absent or wrong yields `None`, and its section goes on with the default; the
/// result is used only when no problem was found.
#[derive(Debug)]
pub(crate) struct Reader {
    figment: Figment,
    problems: Vec<Problem>,
}

impl Reader {
    pub(crate) fn new(figment: Figment, problems: Vec<Problem>) -> Self {
        Self { figment, problems }
    }

    /// A setting that is text in the file.
    pub(crate) fn text(&mut self, path: &str) -> Option<String> {
        match self.figment.find_value(path).ok()? {
            Value::String(_, text) => Some(text),
            _ => {
                self.refuse(
                    path,
                    Complaint::new("this is not text", "put the value in double quotes"),
                );
                None
            }
        }
    }

    /// A setting that is text with a form of its own.
    pub(crate) fn parsed<T>(
        &mut self,
        path: &str,
        parse: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<T> {
        let text = self.text(path)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(complaint) => {
                self.refuse(path, complaint);
                None
            }
        }
    }

    /// A setting of several: a list in the file, separated by commas in a variable.
    pub(crate) fn list<T>(
        &mut self,
        path: &str,
        parse: impl Fn(&str) -> Result<T, Complaint>,
    ) -> Option<Vec<T>> {
        let texts: Option<Vec<String>> = match self.figment.find_value(path).ok()? {
            Value::String(_, text) => Some(split(&text)),
            Value::Array(_, values) => values.into_iter().map(Value::into_string).collect(),
            _ => None,
        };
        let parse = |texts: Vec<String>| texts.iter().map(|text| parse(text)).collect();
        self.all_or_none(
            path,
            "write a list of texts: [\"…\", \"…\"]",
            texts.map(parse),
        )
    }

    /// A setting of pairs of a name and a text: a table in the file, `name=text` separated by commas in a
    /// variable.
    pub(crate) fn table<T: Ord, U>(
        &mut self,
        path: &str,
        parse: impl Fn(&str, &str) -> Result<(T, U), Complaint>,
    ) -> Option<BTreeMap<T, U>> {
        let pairs: Option<Vec<(String, String)>> = match self.figment.find_value(path).ok()? {
            Value::String(_, text) => split(&text)
                .into_iter()
                .map(|pair| {
                    let (name, text) = pair.split_once('=')?;
                    Some((name.trim().to_owned(), text.trim().to_owned()))
                })
                .collect(),
            Value::Dict(_, dict) => dict
                .into_iter()
                .map(|(name, value)| Some((name, value.into_string()?)))
                .collect(),
            _ => None,
        };
        let parse = |pairs: Vec<(String, String)>| {
            let parsed = pairs.iter().map(|(name, text)| parse(name, text));
            parsed.collect()
        };
        self.all_or_none(
            path,
            "write a table of texts: \"name\" = \"…\"",
            pairs.map(parse),
        )
    }

    /// Tables within a table: for each of its names the names of what stands in it.
    pub(crate) fn tables(&mut self, path: &str) -> BTreeMap<String, Vec<String>> {
        let Ok(value) = self.figment.find_value(path) else {
            return BTreeMap::new();
        };
        let tables = value.into_dict().and_then(|dict| {
            let names = |value: Value| Some(value.into_dict()?.into_keys().collect());
            let tables = dict
                .into_iter()
                .map(|(name, value)| Some((name, names(value)?)));
            tables.collect()
        });
        tables.unwrap_or_else(|| {
            let form = format!("write a table for each in the file: [{path}.name]");
            self.refuse(path, Complaint::new("this has another form", form));
            BTreeMap::new()
        })
    }

    fn all_or_none<T>(
        &mut self,
        path: &str,
        form: &str,
        parsed: Option<Result<T, Complaint>>,
    ) -> Option<T> {
        let complaint = match parsed {
            Some(Ok(values)) => return Some(values),
            Some(Err(complaint)) => complaint,
            None => Complaint::new("this has another form", form),
        };
        self.refuse(path, complaint);
        None
    }

    /// A setting that is on or off: a boolean in the file, `true` or `false` in a variable.
    pub(crate) fn flag(&mut self, path: &str) -> Option<bool> {
        match self.figment.find_value(path).ok()? {
            Value::Bool(_, flag) => Some(flag),
            Value::String(_, text) if text == "true" => Some(true),
            Value::String(_, text) if text == "false" => Some(false),
            _ => {
                self.refuse(
                    path,
                    Complaint::new("this is neither true nor false", "write true or false"),
                );
                None
            }
        }
    }

    /// Is the setting there, whatever its value?
    pub(crate) fn is_set(&self, path: &str) -> bool {
        self.figment.contains(path)
    }

    /// Records a problem with a setting.
    pub(crate) fn refuse(&mut self, path: &str, complaint: Complaint) {
        let source = self
            .figment
            .find_metadata(path)
            .map(|from| from.name.to_string());
        self.problems.push(Problem {
            key: path.to_owned(),
            source,
            complaint,
        });
    }

    /// All problems found, in the order in which they were found.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

/// What is separated by commas; spaces around them, and a comma at the end, mean nothing.
fn split(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
