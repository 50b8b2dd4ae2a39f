//! The project's own rules, checked on the text: fast, and before anybody reads the change.

mod arrows;
mod documents;
mod files;
mod orphans;
mod purity;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cargo;

/// Runs all checks and names every violation, one a line.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::read(cargo::root())?;
    let mut violations = Vec::new();
    violations.extend(documents::check(&tree));
    violations.extend(files::check(&tree));
    violations.extend(orphans::check(&tree));
    violations.extend(purity::check(&tree));
    violations.extend(arrows::check(&cargo::metadata()?)?);
    for violation in &violations {
        eprintln!("{violation}");
    }
    match violations.len() {
        0 => {
            println!("{} files are tidy", tree.files.len());
            Ok(())
        }
        count => bail!("{count} violations of the project's rules"),
    }
}

/// The files that people wrote.
#[derive(Debug)]
struct Tree {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    /// From the root, with `/` between the parts.
    path: String,
    /// Of sources and documents only.
    text: Option<String>,
}

impl Tree {
    fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        let mut directories = vec![PathBuf::new()];
        while let Some(directory) = directories.pop() {
            let entries = fs::read_dir(root.join(&directory))
                .with_context(|| format!("{} cannot be listed", directory.display()))?;
            for entry in entries {
                let entry = entry?;
                let path = directory.join(entry.file_name());
                let kind = entry.file_type()?;
                if is_made(&path) {
                    // Also when it is a link: a target directory may lie on another disk.
                } else if kind.is_dir() {
                    directories.push(path);
                } else if kind.is_file() {
                    files.push(File::read(root, &path)?);
                }
            }
        }
        files.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(Self { files })
    }

    fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let within = format!("{path}/");
        self.files
            .iter()
            .any(|file| file.path == path || file.path.starts_with(&within))
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.files
            .iter()
            .find(|file| file.path == path)?
            .text
            .as_deref()
    }

    /// All Rust sources with their text.
    fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter(|file| file.path.ends_with(".rs"))
            .filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
    }
}

impl File {
    fn read(root: &Path, path: &Path) -> Result<Self> {
        let is_read = path
            .extension()
            .is_some_and(|end| end == "rs" || end == "md");
        let text = if is_read {
            let text = fs::read_to_string(root.join(path));
            Some(text.with_context(|| format!("{} cannot be read", path.display()))?)
        } else {
            None
        };
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        Ok(Self {
            path: parts.join("/"),
            text,
        })
    }
}

/// Made by tools, and not ours to keep tidy.
fn is_made(directory: &Path) -> bool {
    [
        "target",
        ".git",
        "node_modules",
        "dist",
        "data",
        "demo-data",
    ]
    .iter()
    .any(|made| directory.ends_with(made))
}

#[cfg(test)]
fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| File {
        path: (*path).to_owned(),
        text: Some((*text).to_owned()),
    };
    Tree {
        files: files.iter().map(file).collect(),
    }
}
