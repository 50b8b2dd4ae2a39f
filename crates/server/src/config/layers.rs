//! Where values come from, weakest first: the file, then the variables. Each source is a layer of
//! its own, so that a problem can name the very variable it came from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider, util};

use super::keys::{self, KEYS, Key};
use super::problem::{Complaint, Problem};

/// The variables of the process, passed in so that tests need not change the process.
pub(crate) type Variables = BTreeMap<String, String>;

/// Ours among the variables of this process. The only place that reads them.
pub(crate) fn variables_of_this_process() -> Variables {
    std::env::vars_os()
        .map(|(name, text)| (name.to_string_lossy().into_owned(), text))
        .filter(|(name, _)| name.starts_with("SCAIWAVE_"))
        // What is not Unicode fits no setting; its problem shows the damaged text.
        .map(|(name, text)| (name, text.to_string_lossy().into_owned()))
        .collect()
}

/// The text of a configuration file, already read.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl File {
    /// Reads the file named on the command line, which must exist, or `scaiwave.toml` in the
    /// working directory if there is one.
    pub(crate) fn read(named: Option<&Path>) -> Result<Option<Self>, Problem> {
        let path = named.unwrap_or(Path::new("scaiwave.toml"));
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(Self {
                path: path.to_owned(),
                text,
            })),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                Ok(None)
            }
            Err(error) => Err(Problem {
                key: path.display().to_string(),
                source: None,
                complaint: Complaint::new(
                    format!("the configuration file cannot be read: {error}"),
                    "name an existing, readable file with --config",
                ),
            }),
        }
    }
}

impl Provider for File {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.path.display().to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Toml::string(&self.text).data()
    }
}

struct Variable<'a> {
    name: &'static str,
    path: &'static str,
    text: &'a str,
}

impl Provider for Variable<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        // A string and nothing else: a secret of digits must not become a number.
        let nested = util::nest(self.path, Value::from(self.text));
        Ok(Map::from([(
            Profile::Default,
            nested.into_dict().unwrap_or_default(),
        )]))
    }
}

/// Lays the sources over each other. What does not parse or has no meaning is a problem; the rest
/// is still laid, so that its problems are found too.
pub(crate) fn lay(file: Option<File>, variables: &Variables) -> (Figment, Vec<Problem>) {
    let mut figment = Figment::new();
    let mut problems = Vec::new();
    if let Some(file) = file {
        match file.data() {
            Ok(_) => figment = figment.merge(file),
            Err(error) => problems.push(Problem {
                key: file.path.display().to_string(),
                source: None,
                complaint: Complaint::new(
                    format!("this is not TOML: {}", error.kind.to_string().trim()),
                    "correct the line named above",
                ),
            }),
        }
    }
    problems.extend(unknown_keys(&figment));
    for key in KEYS {
        match variable_for(key, variables) {
            Ok(Some(variable)) => figment = figment.merge(variable),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(unknown_variables(variables));
    (figment, problems)
}

fn variable_for<'a>(key: &Key, variables: &'a Variables) -> Result<Option<Variable<'a>>, Problem> {
    let mut set = key.variables.iter().filter_map(|name| {
        // Compose files and unit files leave variables empty to say "not set".
        let text = variables.get(*name).filter(|text| !text.is_empty())?;
        Some(Variable {
            name,
            path: key.path,
            text,
        })
    });
    let Some(first) = set.next() else {
        return Ok(None);
    };
    match set.find(|other| other.text != first.text) {
        None => Ok(Some(first)),
        Some(other) => Err(Problem {
            key: key.path.to_owned(),
            source: None,
            complaint: Complaint::new(
                format!("{} and {} are both set and differ", first.name, other.name),
                "keep one of them",
            ),
        }),
    }
}

fn unknown_variables(variables: &Variables) -> impl Iterator<Item = Problem> {
    let known = |name: &str| KEYS.iter().any(|key| key.variables.contains(&name));
    // Kubernetes describes a service called "scaiwave" to every pod beside it in such variables.
    let foreign = |name: &str| {
        name.starts_with("SCAIWAVE_SERVICE_")
            || name == "SCAIWAVE_PORT"
            || name.starts_with("SCAIWAVE_PORT_")
    };
    variables
        .keys()
        .filter(move |name| name.starts_with("SCAIWAVE_") && !known(name) && !foreign(name))
        .map(|name| Problem {
            key: name.clone(),
            source: None,
            complaint: Complaint::new("no setting has this variable", {
                advice(keys::nearest_variable(name))
            }),
        })
}

fn unknown_keys(figment: &Figment) -> Vec<Problem> {
    let sections = figment.extract::<Dict>().unwrap_or_default();
    let mut problems = Vec::new();
    for (section, value) in &sections {
        let paths = match value.as_dict() {
            Some(entries) => entries
                .keys()
                .map(|key| format!("{section}.{key}"))
                .collect(),
            None => vec![section.clone()],
        };
        for path in paths.into_iter().filter(|path| !keys::is_known(path)) {
            problems.push(Problem {
                source: figment
                    .find_metadata(&path)
                    .map(|from| from.name.to_string()),
                complaint: Complaint::new("unknown key", advice(keys::nearest_path(&path))),
                key: path,
            });
        }
    }
    problems
}

fn advice(nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("did you mean {name}?"),
        None => "remove it".to_owned(),
    }
}
