//! The mode for development, where it may be used and where not.

use serde_json::json;

use crate::harness::{Process, free_port};

fn server(more: &[(&'static str, String)]) -> Process {
    let mut settings = vec![("SCAIWAVE_AUTH_MODE", "mock".to_owned())];
    settings.extend(more.iter().cloned());
    Process::set_up("a.localhost", free_port(), settings)
}

// Where others can reach the listener, nothing starts, for one tenant as for all.
#[tokio::test]
async fn not_beyond_this_machine() {
    let beyond = [
        ("SCAIWAVE_LISTEN", format!("0.0.0.0:{}", free_port())),
        ("SCAIWAVE_FEDERATION_ALLOW_LOOPBACK", "false".to_owned()),
    ];
    let by_tenant = [
        ("SCAIWAVE_AUTH_MODE", "local".to_owned()),
        ("SCAIWAVE_AUTH_TENANTS", "default=mock".to_owned()),
    ];
    for (more, key) in [
        (beyond.to_vec(), "auth.mode"),
        ([&beyond[..], &by_tenant].concat(), "auth.tenants"),
    ] {
        let said = server(&more).ask(&["serve"], "").await;
        assert_ne!(said.status, Some(0));
        assert!(said.err.contains(key), "{}", said.err);
        assert!(said.err.contains("mock lets everybody in"), "{}", said.err);
    }
}

// On loopback anybody is let in; not where accounts are somebody's, unless that is wanted.
#[tokio::test]
async fn not_among_people() {
    let mut process = server(&[]);
    process.run().await;
    let nobody = process.bearing(process.name(), "");
    let form = json!({"username": "dev", "password": ""});
    assert!(nobody.post("/v1/auth/login", form).await["access_token"].is_string());
    process.kill().await;
    process.run().await;
    process
        .account("default", "zoe", "member", "a password of hers")
        .await;
    process.kill().await;
    let said = process.ask(&["serve"], "").await;
    assert_eq!(said.status, Some(1), "{}", said.err);
    assert!(said.err.contains("auth.mock_with_people"), "{}", said.err);
    process.set("SCAIWAVE_AUTH_MOCK_WITH_PEOPLE", "true");
    process.run().await;
    let form = json!({"username": "zoe", "password": ""});
    nobody.post("/v1/auth/login", form).await;
}
