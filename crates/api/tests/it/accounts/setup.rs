//! Setting a new server up, as far as its edge goes.

use std::sync::Arc;

use http::StatusCode;
use scaiwave_api::{ApiState, router};
use scaiwave_engine::accounts::Ways;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Both, PASSWORD, Scene};
use crate::landlord::setup;

const SETUP: &str = "/v1/setup";
const HOST: &str = "new.example";

fn body(code: &str, local_id: &str) -> Value {
    let admin = json!({"local_id": local_id, "display_name": "Ann", "password": PASSWORD});
    json!({"code": code, "tenant_name": " Corp ", "admin": admin})
}

async fn empty() -> Scene {
    Scene::empty([Ways::default(), Ways::default()]).await
}

impl Scene {
    /// Sends a code from an address; gives status and code of the answer.
    async fn set_up(&self, code: &str, local_id: &str, address: &str) -> (u16, String) {
        let nobody = self.nobody();
        let caller = nobody.from(address);
        let (status, json) = caller.ask("POST", SETUP, Some(body(code, local_id))).await;
        let code = json["error"]["code"].as_str().unwrap_or_default();
        (status.as_u16(), code.to_owned())
    }
}

fn told(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

// On any host name, whoever has the code becomes the admin and logs in like anybody; then it is over.
#[tokio::test]
async fn the_first_admin() {
    let scene = empty().await;
    let nobody = scene.nobody();
    for host in ["acme.example", "nobody.example"] {
        let expected = json!({"needed": true, "server_name": "new.example", "tenant_name": "new"});
        assert_eq!(nobody.at(host).get(SETUP).await, expected);
    }
    let done = nobody.at("nobody.example");
    let done = done.done("POST", SETUP, Some(body(&scene.setup_code, "ann")));
    let expected = json!({"tenant_id": "new", "tenant_name": "Corp",
        "server_name": "new.example", "fqid": "@ann:new.example"});
    assert_eq!(done.await, expected);
    let over = json!({"needed": false, "server_name": null, "tenant_name": null});
    assert_eq!(nobody.get(SETUP).await, over);
    for (code, local_id) in [(scene.setup_code.as_str(), "bea"), ("x", "ann")] {
        let answer = scene.set_up(code, local_id, "127.0.0.1").await;
        assert_eq!(answer, told(409, "SW_SETUP_DONE"));
    }
    let ann = nobody.at(HOST).login("ann", PASSWORD).await.unwrap();
    let ann = scene.bearing(&ann.access).at(HOST);
    let me = ann.get("/v1/me").await;
    assert_eq!(
        (&me["role"], &me["tenant_name"]),
        (&json!("admin"), &json!("Corp"))
    );
    assert_eq!(ann.get("/v1/auth/config").await["tenant_name"], "Corp");
    let audit = ann.get("/v1/admin/audit").await;
    assert_eq!(audit[0]["action"], "account.made");
    assert!(!audit.to_string().contains(&scene.setup_code), "{audit}");
}

// Wrong codes are counted by network like wrong passwords, and slow nobody else down; loopback needs the
// code as well.
#[tokio::test]
async fn guessing() {
    let scene = empty().await;
    for _ in 0..scaiwave_api::limits::LOGIN_FREE_FAILURES_OF_SOURCE {
        let answer = scene.set_up("guess", "eve", "203.0.113.9").await;
        assert_eq!(answer, told(403, "SW_SETUP_CODE_WRONG"));
    }
    let right = scene.setup_code.as_str();
    for code in ["guess", right] {
        let answer = scene.set_up(code, "eve", "203.0.113.9").await;
        assert_eq!(answer, told(429, "SW_RATE_LIMIT_EXCEEDED"));
    }
    for address in ["127.0.0.1", "::1", "198.51.100.7"] {
        let answer = scene.set_up("guess", "eve", address).await;
        assert_eq!(answer, told(403, "SW_SETUP_CODE_WRONG"), "{address}");
    }
    let answer = scene.set_up(right, "ann", "198.51.100.7").await;
    assert_eq!(answer, told(200, ""));
}

// Of several at one moment one becomes the admin.
#[tokio::test]
async fn all_at_once() {
    let scene = empty().await;
    let code = scene.setup_code.as_str();
    let set_up = |local_id| scene.set_up(code, local_id, "198.51.100.7");
    let (a, b, c, d) = tokio::join!(set_up("ann"), set_up("bea"), set_up("cleo"), set_up("ann"));
    let mut answers = [a, b, c, d];
    answers.sort();
    let over = told(409, "SW_SETUP_DONE");
    assert_eq!(answers, [told(200, ""), over.clone(), over.clone(), over]);
}

// A server without a name gets one with its first admin.
#[tokio::test]
async fn a_server_without_a_name() {
    let mut scene = empty().await;
    let (waiting, code) = setup(&scene.town, None);
    let state = ApiState::new(
        Arc::new(Both(Vec::new())),
        scene.town.world.clone(),
        CancellationToken::new(),
    );
    scene.router = router(state.with_setup(waiting));
    let nobody = scene.nobody();
    let expected = json!({"needed": true, "server_name": null, "tenant_name": null});
    assert_eq!(nobody.get(SETUP).await, expected);
    let (status, json) = nobody.ask("POST", SETUP, Some(body(&code, "ann"))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(json["error"]["details"]["field"], "server_name");
    let mut named = body(&code, "ann");
    named["server_name"] = json!("corp.example");
    let done = nobody.done("POST", SETUP, Some(named)).await;
    assert_eq!(done["fqid"], "@ann:corp.example");
    assert_eq!(nobody.get(SETUP).await["needed"], false);
}
