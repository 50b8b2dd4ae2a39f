//! What load balancers and orchestrators ask.

use http::{Method, StatusCode};
use serde_json::json;

use crate::harness::Process;

// Anybody may ask, and is told nothing but whether to send people here.
#[tokio::test]
async fn alive_and_ready() {
    let process = Process::start("acme.localhost").await;
    let alice = process.person("default", "alice", "member").await;
    for (path, status) in [("/healthz", "alive"), ("/readyz", "ready")] {
        let answer = alice.call(Method::GET, path, None).await.unwrap();
        assert_eq!(
            answer,
            (StatusCode::OK, json!({"status": status})),
            "{path}"
        );
    }
}
