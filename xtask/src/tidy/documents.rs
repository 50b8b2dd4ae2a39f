//! A document that names a file which is gone misleads; so every path it names must exist.

use super::Tree;

const DOCUMENTS: [&str; 4] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
];

/// The first parts by which a path from the root is recognised.
const ROOTS: [&str; 6] = ["crates", "docs", "web", "xtask", ".ci", ".cargo"];

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut violations = Vec::new();
    for document in DOCUMENTS {
        let Some(text) = tree.text(document) else {
            violations.push(format!("{document} is missing"));
            continue;
        };
        for (number, line) in (1..).zip(text.lines()) {
            let missing = names(line).filter(|name| !exists(tree, name));
            violations.extend(
                missing.map(|name| {
                    format!("{document}:{number}: it names {name}, which does not exist")
                }),
            );
        }
    }
    violations
}

/// What stands in back quotes, and the targets of links.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('`').skip(1).step_by(2);
    let linked = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .map(|target| target.trim_start_matches("./"));
    quoted.chain(linked)
}

/// Paths have three forms: from the root (`docs/decisions`), from the sources of a crate
/// (`engine/rooms/invite.rs`), or the bare name of a source or document. Everything else is not a
/// path, and no business of ours.
fn exists(tree: &Tree, name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if name.is_empty() || !name.chars().all(plain) {
        return true;
    }
    let is_file = [".rs", ".md"].iter().any(|end| name.ends_with(end));
    match name.split_once('/') {
        Some((first, _)) if ROOTS.contains(&first) => tree.has(name),
        Some((first, rest)) if !first.is_empty() && tree.has(&format!("crates/{first}")) => {
            tree.has(&format!("crates/{first}/src/{rest}")) || tree.has(&format!("crates/{name}"))
        }
        None if is_file => {
            let end = format!("/{name}");
            tree.files
                .iter()
                .any(|file| file.path == name || file.path.ends_with(&end))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_must_exist() {
        let tree = super::super::tree(&[
            ("crates/engine/src/rooms/invite.rs", ""),
            ("docs/decisions/0001-x.md", ""),
            ("LICENSE", ""),
        ]);
        let right = [
            "crates/engine/src/rooms/invite.rs",
            "crates/engine",
            "docs/decisions/",
            "engine/rooms/invite.rs",
            "engine/src/rooms/",
            "invite.rs",
            "0001-x.md",
            "/v1/stream",
            "cargo xtask test",
            "https://example.org",
            "read/write",
            "tokio::spawn",
            "",
        ];
        for name in right {
            assert!(exists(&tree, name), "{name}");
        }
        let wrong = [
            "crates/engine/src/gone.rs",
            "engine/gone.rs",
            "gone.rs",
            "docs/gone",
            "crates/gone",
            "GONE.md",
        ];
        for name in wrong {
            assert!(!exists(&tree, name), "{name}");
        }
    }

    #[test]
    fn quotes_and_links_are_read() {
        let line = "See `a/b.rs`, [the map](ARCHITECTURE.md#map) and `cargo`.";
        assert_eq!(
            names(line).collect::<Vec<_>>(),
            ["a/b.rs", "cargo", "ARCHITECTURE.md"]
        );
    }
}
