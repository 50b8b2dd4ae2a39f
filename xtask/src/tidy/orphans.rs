//! A source that no `mod` names is compiled by nobody: its tests do not run, its errors do not show.

use super::Tree;

pub(super) fn check(tree: &Tree) -> Vec<String> {
    tree.sources()
        .filter(|(path, _)| path.contains("/src/"))
        .filter_map(|(path, _)| {
            let (parents, module) = parents_of(path)?;
            let named = parents
                .iter()
                .filter_map(|parent| tree.text(parent))
                .any(|text| declares(text, &module));
            (!named).then(|| format!("{path}: no `mod {module};` leads here"))
        })
        .collect()
}

/// The files that may declare the module at `path`, and its name; nothing for the root of a crate.
fn parents_of(path: &str) -> Option<(Vec<String>, String)> {
    let module_path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let (directory, module) = module_path.rsplit_once('/')?;
    if directory.ends_with("/src/bin") {
        return None;
    }
    if directory.ends_with("/src") {
        if module == "lib" || module == "main" {
            return None;
        }
        return Some((
            vec![
                format!("{directory}/lib.rs"),
                format!("{directory}/main.rs"),
            ],
            module.to_owned(),
        ));
    }
    Some((
        vec![format!("{directory}.rs"), format!("{directory}/mod.rs")],
        module.to_owned(),
    ))
}

fn declares(text: &str, module: &str) -> bool {
    text.lines().map(str::trim).any(|line| {
        // Visibility and attributes may stand before it.
        line.strip_suffix(';')
            .and_then(|line| line.strip_suffix(module))
            .is_some_and(|before| before == "mod " || before.ends_with(" mod "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_a_parent() {
        let tree = super::super::tree(&[
            ("crates/a/src/lib.rs", "pub mod b;\nmod c;"),
            ("crates/a/src/b.rs", "mod d;"),
            ("crates/a/src/b/d.rs", ""),
            ("crates/a/src/c/mod.rs", "#[cfg(test)] mod tests;"),
            ("crates/a/src/c/tests.rs", ""),
            ("crates/a/src/bin/tool.rs", ""),
            ("crates/a/src/lost.rs", ""),
            ("crates/a/src/c/d.rs", ""),
            ("crates/a/tests/it.rs", ""),
        ]);
        assert_eq!(
            check(&tree),
            [
                "crates/a/src/lost.rs: no `mod lost;` leads here",
                "crates/a/src/c/d.rs: no `mod d;` leads here",
            ],
        );
    }
}
