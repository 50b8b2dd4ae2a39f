//! Configurations that are wrong: nothing starts, nothing is made, and what is said names the key and the cure.
//! The rows are in `tests/bad_inputs/configuration.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

/// Values of settings may be secrets: those that say nothing of the mistake are not repeated.
const CANARY: &str = "zq7canaryzq7";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Of the table that the rows come from.
    id: String,
    story: String,
    /// `scaiwave.toml`, if there is one.
    file: Option<String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    /// What must stand in the sentence.
    says: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    row: Vec<Row>,
}

fn check(row: &Row) -> Result<(), String> {
    let what = format!("{} {}", row.id, row.story);
    let directory = tempfile::tempdir().expect("a directory");
    let filled = |text: &String| text.replace("<canary>", CANARY);
    let mut before = 0;
    if let Some(text) = &row.file {
        fs::write(directory.path().join("scaiwave.toml"), filled(text)).expect("written");
        before = 1;
    }
    let variables = row.variables.iter();
    let output = Command::new(env!("CARGO_BIN_EXE_scaiwave"))
        .current_dir(&directory)
        .env_clear()
        .envs(variables.map(|(name, value)| (name, filled(value))))
        .arg("serve")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() != Some(1) || !output.stdout.is_empty() {
        return Err(format!("{what}: {}: {said}", output.status));
    }
    if let Some(missing) = row.says.iter().find(|words| !said.contains(*words)) {
        return Err(format!("{what} does not say {missing:?}: {said}"));
    }
    if said.contains(CANARY) {
        return Err(format!("{what} comes back: {said}"));
    }
    let left = fs::read_dir(&directory).expect("it is there").count();
    if left != before {
        return Err(format!("{what} has made something"));
    }
    Ok(())
}

#[test]
fn configurations_that_are_refused() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_inputs/configuration.toml");
    let text = fs::read_to_string(path).expect("rows");
    let rows: Table = toml::from_str(&text).expect("well-formed rows");
    assert!(rows.row.len() >= 18, "{} rows", rows.row.len());
    let wrong: Vec<String> = rows.row.iter().filter_map(|row| check(row).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
