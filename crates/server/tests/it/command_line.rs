//! What the program says before it does anything.

use std::process::{Command, Output, Stdio};

/// The program, with nothing of this process's own configuration.
fn scaiwave(directory: &tempfile::TempDir, args: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scaiwave"))
        .current_dir(directory)
        .env_clear()
        .envs(variables.iter().copied())
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

/// Every mistake of file and variables is named at once, on standard error, and nothing is served.
#[test]
fn a_wrong_configuration_is_reported_whole() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(
        directory.path().join("scaiwave.toml"),
        "[server]\nlissten = \"x\"\n",
    )
    .unwrap();
    let variables = [
        ("SCAIWAVE_AUTH_MODE", "magic"),
        ("SCAIWAVE_SERVER_NAME", "Acme"),
    ];
    let output = scaiwave(&directory, &["serve"], &variables);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let said = String::from_utf8_lossy(&output.stderr);
    let keys: Vec<&str> = said
        .lines()
        .skip(1)
        .filter_map(|l| l.split_whitespace().next())
        .collect();
    assert_eq!(
        said.lines().next(),
        Some("error: the configuration has 3 problems:"),
        "{said}"
    );
    assert_eq!(
        keys,
        ["server.lissten", "server.name", "auth.mode"],
        "{said}"
    );
}

/// A file that was named by hand must be there; the default one need not.
#[test]
fn a_named_file_must_exist() {
    let directory = tempfile::tempdir().unwrap();
    let output = scaiwave(
        &directory,
        &["--config", "gone.toml", "admin", "list-tenants"],
        &[],
    );
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("gone.toml: the configuration file cannot be read"),
        "{said}"
    );
}

/// Scripts tell a wrong call (2) from a command that failed (1).
#[test]
fn a_wrong_call_has_a_status_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let output = scaiwave(
        &directory,
        &["admin", "create-tenant", "--slug", "acme"],
        &[],
    );
    assert_eq!(output.status.code(), Some(2));
    let output = scaiwave(&directory, &["--version"], &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("scaiwave "));
}

/// Whoever pipes into `head` has seen enough; a command ends quietly and has done what it was asked.
#[test]
fn nobody_reads_on() {
    let directory = tempfile::tempdir().unwrap();
    let made = [
        "admin",
        "create-tenant",
        "--slug",
        "acme",
        "--name",
        "Acme",
        "--server-name",
        "acme.example",
    ];
    for args in [
        &made[..],
        &["admin", "list-tenants"],
        &["admin", "list-tenants", "--json"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Command::new(env!("CARGO_BIN_EXE_scaiwave"))
            .current_dir(&directory)
            .env_clear()
            .env("SCAIWAVE_LOG", "warn")
            .args(args)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*said), (Some(0), ""), "{args:?}");
    }
    let output = scaiwave(&directory, &["admin", "list-tenants"], &[]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("acme.example"));
}
