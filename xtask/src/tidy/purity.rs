//! Words that a pure crate cannot need. Its manifest keeps other crates out; the standard library
//! comes without a manifest.

use super::Tree;

const PURE: [&str; 2] = ["crates/protocol/src/", "crates/room/src/"];

const IMPURE: [(&str, &str); 6] = [
    ("std::time::Instant", "a clock"),
    ("Instant::now", "a clock"),
    ("SystemTime", "a clock"),
    ("std::fs", "storage"),
    ("std::net", "the network"),
    ("std::thread", "threads"),
];

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut violations = Vec::new();
    let pure = tree
        .sources()
        .filter(|(path, _)| PURE.iter().any(|place| path.starts_with(place)));
    // Tests may read their vectors from files.
    for (path, text) in pure.filter(|(path, _)| !path.ends_with("tests.rs")) {
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in (1..).zip(shipped.lines()) {
            if line.trim_start().starts_with("//") {
                continue;
            }
            if let Some((word, what)) = IMPURE.iter().find(|(word, _)| line.contains(word)) {
                violations.push(format!(
                    "{path}:{number}: {word} is {what}; pass the value in"
                ));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pure_crates_do_not_look_around() {
        let tree = super::super::tree(&[
            (
                "crates/room/src/a.rs",
                "// Not Instant::now.\nlet t = Instant::now();",
            ),
            (
                "crates/room/src/b.rs",
                "fn f() {}\n#[cfg(test)]\nmod tests { use std::fs; }",
            ),
            ("crates/engine/src/c.rs", "let t = Instant::now();"),
        ]);
        assert_eq!(
            check(&tree),
            ["crates/room/src/a.rs:2: Instant::now is a clock; pass the value in"],
        );
    }
}
