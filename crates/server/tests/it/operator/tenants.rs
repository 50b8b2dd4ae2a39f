//! Tenants that the operator makes, limits and shuts over HTTP, while the server runs.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Client, Process, free_port};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const TENANTS: &str = "/v1/admin/tenants";

/// A server whose operator has a token.
async fn process() -> Process {
    let token = vec![("SCAIWAVE_OPERATOR_TOKEN", TOKEN.to_owned())];
    let mut process = Process::set_up("a.localhost", free_port(), token);
    process.run().await;
    process
}

async fn refused(client: &Client, method: Method, path: &str, body: Value) -> (u16, String) {
    let (status, json) = client
        .call(method, path, Some(&body))
        .await
        .expect("an answer");
    assert_ne!(status, StatusCode::OK, "{path}: {json}");
    let code = json["error"]["code"].as_str().unwrap_or_default();
    (status.as_u16(), code.to_owned())
}

// A tenant is there at once, and its first admin sets a password and goes on alone.
#[tokio::test]
async fn a_tenant_is_made_and_its_admin_comes_in() {
    let process = process().await;
    let operator = process.bearing(process.name(), TOKEN);
    let port = process.address().port();
    let name = format!("b.localhost:{port}");
    let new = json!({"slug": "bee", "name": "Bee & Co", "server_name": name,
        "admin": {"local_id": "bea", "display_name": "Bea"}});
    let made = operator.post(TENANTS, new.clone()).await;
    assert_eq!(
        (&made["id"], &made["server_name"]),
        (&json!("bee"), &json!(name)),
        "{made}"
    );
    assert_eq!(
        (&made["suspended_at"], &made["limits"]["rooms"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(made["usage"]["participants"], 1);
    let password = json!({"token": made["admin_token"], "new_password": "password of bea"});
    process
        .bearing(&name, "")
        .post("/v1/auth/reset", password)
        .await;
    let bea = process.again_at(&name, "bea").await;
    assert_eq!(bea.get("/v1/me").await["role"], "admin");
    assert_eq!(bea.get("/v1/admin/stats").await["participants"], 1);
    // The tenant that was there already is another one.
    let all = operator.get(TENANTS).await;
    let slugs: Vec<_> = all
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["slug"])
        .collect();
    assert_eq!(slugs, ["bee", "default"]);
    let shown = operator.get("/v1/admin/tenants/bee").await;
    assert_eq!(shown, all[0]);
    assert!(!all.to_string().contains("token"), "{all}");
    // What is taken, and what has a wrong form; nothing is made of it.
    let other = |more: Value| {
        let mut new =
            json!({"slug": "cee", "name": "Cee", "server_name": format!("c.localhost:{port}")});
        new.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        new
    };
    for (body, expected) in [
        (new, (409, "SW_NAME_TAKEN")),
        (other(json!({"server_name": name})), (409, "SW_NAME_TAKEN")),
        (other(json!({"slug": "../cee"})), (400, "SW_BAD_REQUEST")),
        (other(json!({"slug": "-cee"})), (400, "SW_BAD_REQUEST")),
        (
            other(json!({"slug": "c".repeat(33)})),
            (400, "SW_BAD_REQUEST"),
        ),
        (other(json!({"name": " "})), (400, "SW_BAD_REQUEST")),
        (
            other(json!({"name": "x".repeat(129)})),
            (400, "SW_BAD_REQUEST"),
        ),
        (
            other(json!({"server_name": "Not A Name"})),
            (400, "SW_BAD_REQUEST"),
        ),
        (
            other(json!({"admin": {"local_id": "Not", "display_name": "x"}})),
            (400, "SW_BAD_REQUEST"),
        ),
        (
            other(json!({"admin": {"local_id": "x", "display_name": ""}})),
            (400, "SW_BAD_REQUEST"),
        ),
        (other(json!({"more": 1})), (400, "SW_BAD_REQUEST")),
    ] {
        let told = refused(&operator, Method::POST, TENANTS, body.clone()).await;
        assert_eq!(told, (expected.0, expected.1.to_owned()), "{body}");
    }
    assert_eq!(operator.get(TENANTS).await, all);
}

// Nobody but the operator: no admin, no stranger, and nobody where no token is set.
#[tokio::test]
async fn only_the_operator() {
    let process = process().await;
    let root = process.person("default", "root", "admin").await;
    let plain = Process::start("a.localhost").await;
    let wrong = "0123456789abcdef0123456789abcdee";
    let callers = [
        (root, 403),
        (process.bearing(process.name(), wrong), 403),
        (process.bearing(process.name(), ""), 401),
        (plain.bearing(plain.name(), TOKEN), 403),
    ];
    let limits = json!({"rooms": 1});
    let endpoints = [
        (Method::GET, TENANTS, Value::Null),
        (
            Method::POST,
            TENANTS,
            json!({"slug": "x", "name": "X", "server_name": "x.localhost"}),
        ),
        (Method::GET, "/v1/admin/tenants/default", Value::Null),
        (Method::PUT, "/v1/admin/tenants/default/limits", limits),
        (
            Method::POST,
            "/v1/admin/tenants/default/suspend",
            Value::Null,
        ),
        (
            Method::POST,
            "/v1/admin/tenants/default/resume",
            Value::Null,
        ),
    ];
    for (caller, status) in &callers {
        for (method, path, body) in &endpoints {
            let told = refused(caller, method.clone(), path, body.clone()).await;
            assert_eq!(told.0, *status, "{method} {path}: {}", told.1);
        }
    }
    let operator = process.bearing(process.name(), TOKEN);
    assert_eq!(
        operator.get("/v1/admin/tenants/default").await["suspended_at"],
        Value::Null
    );
    let nowhere = "/v1/admin/tenants/nowhere/suspend";
    let told = refused(&operator, Method::POST, nowhere, Value::Null).await;
    assert_eq!(told, (404, "SW_TENANT_NOT_FOUND".to_owned()));
}

// The people of a suspended tenant are out, their sockets too, and in again as they were; also after a
// restart, and as a limit is.
#[tokio::test]
async fn a_tenant_is_shut_and_opened() {
    let mut process = process().await;
    let operator = process.bearing(process.name(), TOKEN);
    let alice = process.person("default", "alice", "admin").await;
    let mut stream = alice.stream().await;
    let shut = operator
        .post("/v1/admin/tenants/default/suspend", Value::Null)
        .await;
    assert!(shut["suspended_at"].is_string(), "{shut}");
    let suspended = (403, "SW_TENANT_SUSPENDED".to_owned());
    for path in ["/v1/me", "/v1/auth/config", "/v1/rooms"] {
        assert_eq!(
            refused(&alice, Method::GET, path, Value::Null).await,
            suspended,
            "{path}"
        );
    }
    assert_eq!(stream.closed().await, 4001);
    let again = operator
        .post("/v1/admin/tenants/default/suspend", Value::Null)
        .await;
    assert_eq!(
        again["suspended_at"], shut["suspended_at"],
        "it is shut already"
    );
    let limits = json!({"rooms": 1, "requests_per_minute": null});
    operator
        .put("/v1/admin/tenants/default/limits", limits)
        .await;
    process.kill().await;
    process.run().await;
    assert_eq!(
        refused(&alice, Method::GET, "/v1/me", Value::Null).await,
        suspended
    );
    let open = operator
        .post("/v1/admin/tenants/default/resume", Value::Null)
        .await;
    assert_eq!(
        (&open["suspended_at"], &open["limits"]["rooms"]),
        (&Value::Null, &json!(1))
    );
    assert_eq!(alice.get("/v1/me").await["fqid"], alice.fqid.as_str());
    alice.create_room("The one").await;
    let told = refused(
        &alice,
        Method::POST,
        "/v1/rooms",
        json!({"name": "Another"}),
    )
    .await;
    assert_eq!(told, (409, "SW_TENANT_CAPACITY".to_owned()));
    for wrong in [
        json!({"rooms": -1}),
        json!({"rooms": "1"}),
        json!({"seats": 1}),
    ] {
        let path = "/v1/admin/tenants/default/limits";
        let told = refused(&operator, Method::PUT, path, wrong).await;
        assert_eq!(told, (400, "SW_BAD_REQUEST".to_owned()));
    }
}
