//! A fresh server is set up by whoever reads its terminal.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Process, free_port};

const SETUP: &str = "/v1/setup";

/// The code that the last start has shown, if it has.
fn code(process: &Process) -> Option<String> {
    let log = std::fs::read_to_string(process.directory().join("server.log")).expect("a log");
    let (_, last) = log.rsplit_once("ScaiWave is ready at")?;
    let (_, code) = last.split_once(&format!("http://{}/setup#code=", process.address()))?;
    Some(code.lines().next()?.to_owned())
}

fn body(code: &str) -> Value {
    json!({"code": code, "tenant_name": "Acme & Söhne",
        "admin": {"local_id": "ann", "display_name": "Ann", "password": "password of ann"}})
}

async fn set_up(process: &Process, body: &Value) -> (u16, String) {
    let (status, json) = process
        .nobody()
        .call(Method::POST, SETUP, Some(body))
        .await
        .expect("an answer");
    let code = json["error"]["code"].as_str().unwrap_or_default();
    (status.as_u16(), code.to_owned())
}

fn told(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

// From an empty directory to an admin who is logged in and looks at how others reach the server; also after
// restarts, each of which has a code of its own until there is an account.
#[tokio::test]
async fn a_fresh_server() {
    let mut process = Process::start("a.localhost").await;
    let first = code(&process).expect("a code");
    process.kill().await;
    process.run().await;
    let second = code(&process).expect("a code");
    assert_ne!(first, second);
    let state = process.nobody().get(SETUP).await;
    let name = process.name();
    let expected = json!({"needed": true, "server_name": name, "tenant_name": name});
    assert_eq!(state, expected);
    let wrong = told(403, "SW_SETUP_CODE_WRONG");
    assert_eq!(set_up(&process, &body(&first)).await, wrong);
    let done = process.nobody().post(SETUP, body(&second)).await;
    assert_eq!(done["fqid"], format!("@ann:{name}"));
    let over = told(409, "SW_SETUP_DONE");
    assert_eq!(set_up(&process, &body(&second)).await, over);
    let ann = process.again("ann").await;
    assert_eq!(ann.get("/v1/me").await["role"], "admin");
    let report = ann
        .post("/v1/admin/federation/check", json!({"server_name": name}))
        .await;
    assert_eq!(report["steps"][0]["step"], "dns", "{report}");
    process.kill().await;
    process.run().await;
    assert_eq!(code(&process), None);
    assert_eq!(set_up(&process, &body(&second)).await, over);
    assert_eq!(process.nobody().get(SETUP).await["needed"], false);
    let config = process.nobody().get("/v1/auth/config").await;
    assert_eq!(config["tenant_name"], "Acme & Söhne");
}

// Without a name in the configuration, it is given here, and the server is found by it at once and later.
#[tokio::test]
async fn a_server_without_a_name() {
    let mut process = Process::without_tenants(free_port());
    process.run().await;
    let code = code(&process).expect("a code");
    let nobody = process.nobody();
    let expected = json!({"needed": true, "server_name": null, "tenant_name": null});
    assert_eq!(nobody.get(SETUP).await, expected);
    let bad = told(400, "SW_BAD_REQUEST");
    assert_eq!(set_up(&process, &body(&code)).await, bad);
    let mut named = body(&code);
    named["server_name"] = json!("Not a name");
    assert_eq!(set_up(&process, &named).await, bad);
    assert_eq!(nobody.get(SETUP).await, expected, "nothing was made of it");
    let name = format!("b.localhost:{}", process.address().port());
    named["server_name"] = json!(name);
    let done = nobody.post(SETUP, named).await;
    assert_eq!(
        (&done["tenant_id"], &done["server_name"]),
        (&json!("default"), &json!(name))
    );
    let ann = process.again_at(&name, "ann").await;
    assert_eq!(ann.fqid, format!("@ann:{name}"));
    process.kill().await;
    process.run().await;
    assert_eq!(ann.get("/v1/me").await["tenant_name"], "Acme & Söhne");
}

// An account that the command line makes meanwhile ends it; the code is worth nothing.
#[tokio::test]
async fn the_command_line_was_faster() {
    let process = Process::start("a.localhost").await;
    let code = code(&process).expect("a code");
    process.person("default", "root", "admin").await;
    let over = told(409, "SW_SETUP_DONE");
    assert_eq!(set_up(&process, &body(&code)).await, over);
    assert_eq!(process.nobody().get(SETUP).await["needed"], false);
    let root = process.again("root").await;
    let people = root.get("/v1/admin/participants").await;
    assert_eq!(people.as_array().map(Vec::len), Some(1), "{people}");
}

// Several tenants were made by somebody who knows how; where nobody logs in with a password, the account would
// be of no use.
#[tokio::test]
async fn nothing_to_set_up() {
    let mock = vec![("SCAIWAVE_AUTH_MODE", "mock".to_owned())];
    let mut process = Process::set_up("a.localhost", free_port(), mock);
    process.run().await;
    assert_eq!(code(&process), None);
    let mut process = Process::start("a.localhost").await;
    assert!(code(&process).is_some());
    let name = format!("b.localhost:{}", process.address().port());
    let args = [
        "admin",
        "create-tenant",
        "--slug",
        "bee",
        "--name",
        "Bee",
        "--server-name",
    ];
    process
        .admin(&[&args[..], &[&name, "--json"]].concat(), "")
        .await;
    process.kill().await;
    process.run().await;
    assert_eq!(code(&process), None);
    let (status, json) = process
        .nobody()
        .call(Method::GET, SETUP, None)
        .await
        .expect("an answer");
    assert_eq!(
        (status, &json["data"]["needed"]),
        (StatusCode::OK, &json!(false))
    );
}
