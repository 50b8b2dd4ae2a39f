//! The direction of the dependencies: who may know whom.

use anyhow::{Context as _, Result};
use serde_json::Value;

const PREFIX: &str = "scaiwave-";

/// For each crate the ones of ours that it may use. Tests may use more: only what is shipped has
/// a direction.
const ALLOWED: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("room", &["protocol"]),
    ("store", &["protocol"]),
    ("store-sqlite", &["protocol", "store"]),
    ("engine", &["protocol", "room", "store"]),
    ("federation", &["protocol", "engine"]),
    ("api", &["protocol", "engine"]),
    ("web", &[]),
    ("oidc", &["protocol", "engine"]),
    (
        "server",
        &[
            "protocol",
            "room",
            "store",
            "store-sqlite",
            "engine",
            "federation",
            "api",
            "web",
            "oidc",
        ],
    ),
];

/// For development: these may use everything, and nothing that is shipped may use them.
const DEVELOPMENT: &[&str] = &["testkit", "simulation", "bench", "xtask"];

/// Pure crates and what would make them impure: no async, no logging, no randomness.
const PURE: &[&str] = &["protocol", "room"];
const IMPURE: &[&str] = &[
    "tokio",
    "tokio-util",
    "futures-util",
    "async-trait",
    "tracing",
    "log",
    "rand",
    "getrandom",
    "reqwest",
    "rusqlite",
];

pub(super) fn check(metadata: &Value) -> Result<Vec<String>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata lists no packages")?;
    let mut violations = Vec::new();
    for package in packages {
        let name = package["name"].as_str().context("a package has no name")?;
        let crate_name = name.strip_prefix(PREFIX).unwrap_or(name);
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        // `kind` is null for what is shipped, else "dev" or "build".
        let shipped = dependencies
            .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
            .filter_map(|dependency| dependency["name"].as_str());
        violations.extend(check_crate(crate_name, shipped));
    }
    Ok(violations)
}

fn check_crate<'a>(name: &str, dependencies: impl Iterator<Item = &'a str>) -> Vec<String> {
    if DEVELOPMENT.contains(&name) {
        return Vec::new();
    }
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        return vec![format!(
            "crates/{name}: a new crate needs its place in xtask/src/tidy/arrows.rs and ARCHITECTURE.md"
        )];
    };
    let mut violations = Vec::new();
    for dependency in dependencies {
        if let Some(ours) = dependency.strip_prefix(PREFIX) {
            if !allowed.contains(&ours) {
                violations.push(format!(
                    "crates/{name}/Cargo.toml: {name} must not know {ours}"
                ));
            }
        } else if PURE.contains(&name) && IMPURE.contains(&dependency) {
            violations.push(format!(
                "crates/{name}/Cargo.toml: {name} is pure, {dependency} is not"
            ));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_one_way() {
        let cases: [(&str, &[&str], usize); 7] = [
            ("protocol", &["serde", "sha2"], 0),
            ("protocol", &["tokio", "scaiwave-room"], 2),
            ("engine", &["scaiwave-room", "scaiwave-store", "tokio"], 0),
            ("engine", &["scaiwave-store-sqlite"], 1),
            ("api", &["scaiwave-testkit"], 1),
            ("simulation", &["scaiwave-server"], 0),
            ("surprise", &[], 1),
        ];
        for (name, dependencies, violations) in cases {
            let found = check_crate(name, dependencies.iter().copied());
            assert_eq!(found.len(), violations, "{name}: {found:?}");
        }
    }

    #[test]
    fn tests_may_know_more() {
        let metadata = serde_json::json!({"packages": [{
            "name": "scaiwave-engine",
            "dependencies": [
                {"name": "scaiwave-store-sqlite", "kind": "dev"},
                {"name": "scaiwave-api", "kind": null},
            ],
        }]});
        let violations = check(&metadata).unwrap();
        assert_eq!(
            violations,
            ["crates/engine/Cargo.toml: engine must not know api"]
        );
    }
}
