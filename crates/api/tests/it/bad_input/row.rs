use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

/// One row: what is sent, and what must come of it. Texts may hold words in angle brackets, which the
/// scene writes out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Row {
    /// Of the table that the rows come from, or `N` for a neighbour that it does not have.
    pub(super) id: String,
    pub(super) story: String,
    /// Method and path with query.
    pub(super) ask: String,
    /// `alice` if nothing is said, or `bob`, or `root`, who is an admin.
    pub(super) by: String,
    pub(super) body: Option<String>,
    /// The same, where it is no text.
    pub(super) bytes: Option<Vec<u8>>,
    /// JSON's if nothing is said; none when it is empty.
    pub(super) content_type: Option<String>,
    /// The whole header instead of a good token; none when it is empty.
    pub(super) authorization: Option<String>,
    /// More headers.
    pub(super) header: BTreeMap<String, String>,
    /// Status and code; the code of a success is empty.
    pub(super) answer: (u16, String),
    /// What the answer must name as being at fault.
    pub(super) field: Option<String>,
}

#[derive(Deserialize)]
struct Table {
    row: Vec<Row>,
}

/// The rows of a file in `tests/bad_inputs`.
pub(super) fn rows(file: &str) -> Vec<Row> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_inputs");
    let path = directory.join(format!("{file}.toml"));
    let text = std::fs::read_to_string(&path).unwrap();
    let table: Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    table.row
}
