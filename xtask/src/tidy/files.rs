//! Files that a person can hold in the head, under names that say something.

use super::Tree;

const MAX_LINES: usize = 600;

/// Longer files that we have, with their length: a ratchet. A number may go down, and a line may
/// go away; a new line needs a reason beside it.
const LONG_FILES: &[(&str, usize)] = &[];

/// Names for things that nobody thought about; what lies there belongs somewhere.
const EMPTY_NAMES: [&str; 9] = [
    "util", "utils", "common", "helper", "helpers", "misc", "manager", "managers", "stuff",
];

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut violations = Vec::new();
    for (path, text) in tree.sources() {
        violations.extend(check_length(path, text.lines().count(), LONG_FILES));
        violations.extend(check_names(path));
    }
    for (path, _) in LONG_FILES {
        if !tree.has(path) {
            violations.push(format!(
                "{path}: it is gone, take it from the list of long files"
            ));
        }
    }
    violations
}

fn check_length(path: &str, lines: usize, long_files: &[(&str, usize)]) -> Option<String> {
    let known = long_files
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, lines)| *lines);
    match known {
        None if lines > MAX_LINES => Some(format!(
            "{path}: {lines} lines, split it ({MAX_LINES} are allowed)"
        )),
        Some(_) if lines <= MAX_LINES => Some(format!(
            "{path}: short enough now, take it from the list of long files"
        )),
        Some(before) if lines > before => Some(format!(
            "{path}: {lines} lines, it had {before} and must not grow"
        )),
        _ => None,
    }
}

fn check_names(path: &str) -> Option<String> {
    let name = path
        .trim_end_matches(".rs")
        .split('/')
        .find(|part| EMPTY_NAMES.contains(part))?;
    Some(format!(
        "{path}: \"{name}\" says nothing about what is in it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_a_ratchet() {
        let long_files = [("old.rs", 700)];
        let cases = [
            ("new.rs", 600, true),
            ("new.rs", 601, false),
            ("old.rs", 700, true),
            ("old.rs", 650, true),
            ("old.rs", 701, false),
            ("old.rs", 600, false),
        ];
        for (path, lines, right) in cases {
            assert_eq!(
                check_length(path, lines, &long_files).is_none(),
                right,
                "{path} {lines}"
            );
        }
    }

    #[test]
    fn empty_names_are_refused() {
        for path in [
            "crates/a/src/utils.rs",
            "crates/a/tests/common/mod.rs",
            "xtask/src/misc.rs",
        ] {
            assert!(check_names(path).is_some(), "{path}");
        }
        assert!(check_names("crates/room/src/commons_gate.rs").is_none());
    }
}
