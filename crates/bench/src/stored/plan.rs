//! What a filled server has, noted beside its data so that a later run can ask it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

const FILE: &str = "stored.json";

/// What it was filled with. Written when all of it is there.
#[derive(Serialize, Deserialize)]
pub(super) struct Plan {
    pub(super) events: usize,
    /// The server's name has it.
    pub(super) port: u16,
    /// The first is the large one.
    pub(super) rooms: Vec<String>,
}

impl Plan {
    /// Nothing when the directory holds no filled server.
    pub(super) fn read(directory: &Path) -> anyhow::Result<Option<Self>> {
        match fs::read(directory.join(FILE)) {
            Ok(json) => Ok(Some(serde_json::from_slice(&json).context(FILE)?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn write(&self, directory: &Path) -> anyhow::Result<()> {
        Ok(fs::write(directory.join(FILE), serde_json::to_vec(self)?)?)
    }
}
