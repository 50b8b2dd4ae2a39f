use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One row: a good request in which something is changed, and what must come of it.
///
/// Every text may hold words in angle brackets, which `make` replaces: `<room>`, `<alice>`, `<said>`, …
/// Values of `set` and `alter` are JSON.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Row {
    /// Of the table that the rows come from, or `N` for a neighbour that it does not have.
    pub(super) id: String,
    pub(super) story: String,
    /// Members of acme's policy that are different.
    pub(super) policy: BTreeMap<String, toml::Value>,

    // --- the item ---
    /// Which good item it begins as: `message` if nothing is said, `invite`, `entries`.
    pub(super) base: Option<String>,
    /// Changed before its event is signed (again): path in the item → JSON.
    pub(super) set: BTreeMap<String, String>,
    /// Taken away before its event is signed.
    pub(super) unset: Vec<String>,
    /// The seed of the key that signs the event instead of evil's own.
    pub(super) event_key: Option<u8>,
    /// Changed after it was signed.
    pub(super) alter: BTreeMap<String, String>,
    /// Taken away after it was signed.
    pub(super) cut: Vec<String>,
    /// The whole item instead.
    pub(super) item: Option<String>,

    // --- the body ---
    /// The whole body instead.
    pub(super) body: Option<String>,
    /// The same, where it is no text.
    pub(super) bytes: Option<Vec<u8>>,
    /// From, to: the first place in the body where it stands.
    pub(super) replace: Vec<[String; 2]>,

    // --- the request ---
    /// Method and path with query, instead of a `send`.
    pub(super) ask: Option<String>,
    /// Another server asks, with a key of its own.
    pub(super) by: Option<String>,
    /// In this server's name, with evil's key.
    pub(super) as_if: Option<String>,
    pub(super) to: Option<String>,
    /// Seconds by which it was made too late (or, negative, too early).
    pub(super) late_s: i64,
    /// The seed of the key that signs the request instead.
    pub(super) key: Option<u8>,

    // --- after it was signed ---
    pub(super) header: BTreeMap<String, String>,
    pub(super) without_header: Vec<String>,
    /// Another body than the one that was signed.
    pub(super) other_body: Option<String>,
    pub(super) other_query: Option<String>,

    // --- who asks ---
    /// What is different in the descriptor of the one that asks: path → JSON. It is signed again.
    pub(super) descriptor: BTreeMap<String, String>,
    /// The descriptor, byte for byte.
    pub(super) descriptor_text: Option<String>,
    /// The same without signing it again.
    pub(super) descriptor_altered: BTreeMap<String, String>,

    // --- what comes of it ---
    pub(super) answer: Answer,
    /// The step that stands in the rejection log, if the refusal stands there.
    pub(super) step: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// It is not bad at all, however it looks.
    #[default]
    Ok,
    /// The whole request is refused: status and code.
    Whole(u16, String),
    /// The item is refused.
    Item(String),
}

impl Row {
    pub(super) fn status_wanted(&self) -> Option<u16> {
        match self.answer {
            Answer::Ok => None,
            Answer::Whole(status, _) => Some(status),
            Answer::Item(_) => Some(200),
        }
    }

    pub(super) fn code_wanted(&self) -> &str {
        match &self.answer {
            Answer::Ok => "",
            Answer::Whole(_, code) | Answer::Item(code) => code,
        }
    }
}

#[derive(Deserialize)]
struct File {
    row: Vec<Row>,
}

pub(super) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_inputs")
}

/// All rows of a file.
pub(super) fn of_file(name: &str) -> Vec<Row> {
    let path = directory().join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&path).unwrap();
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    file.row
}
