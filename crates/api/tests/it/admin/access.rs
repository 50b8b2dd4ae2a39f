//! Who may ask, and what names nothing.

use http::StatusCode;
use scaiwave_engine::store::record::Role;

use super::{Desk, pair};

const LINE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// Every endpoint of this area that names no room.
fn endpoints() -> Vec<(&'static str, String)> {
    let federation = |path: &str| format!("/v1/admin/federation/{path}");
    vec![
        ("GET", federation("identity")),
        ("GET", federation("peers")),
        ("GET", federation("peers/globex.example")),
        ("POST", federation("peers/globex.example/retry")),
        ("POST", federation("peers/globex.example/drop")),
        ("POST", federation("peers/globex.example/block")),
        ("POST", federation("peers/globex.example/allow")),
        ("GET", federation("policy")),
        ("POST", federation("keys/rotate")),
        ("POST", federation("foreign/@bob:globex.example/refresh")),
        ("GET", federation("rejections")),
        ("GET", federation(&format!("rejections/{LINE}"))),
        ("GET", federation("dead-letters")),
        ("POST", federation(&format!("dead-letters/{LINE}/retry"))),
        ("POST", federation(&format!("dead-letters/{LINE}/drop"))),
        ("GET", "/v1/admin/rooms".to_owned()),
        ("GET", "/v1/admin/audit".to_owned()),
    ]
}

// Members, people of another tenant and strangers get nowhere, and nothing happens.
#[tokio::test]
async fn only_admins_of_this_tenant() {
    let pair = pair().await;
    let admin = Desk::admin(&pair.town, &pair.acme).await;
    let member = Desk::of(&pair.town, &pair.acme, "mia", Role::Member).await;
    let foreign = admin.bearing(Desk::admin(&pair.town, &pair.globex).await.token);
    let stranger = admin.bearing(String::new());
    let mut all = endpoints();
    all.push(("GET", format!("/v1/admin/rooms/{}/outside", pair.room_id)));
    for (method, path) in all {
        let (status, json) = member.ask(method, &path, None).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}: {json}");
        assert_eq!(json["error"]["code"], "SW_AUTH_INSUFFICIENT_PERMISSION");
        for nobody in [&foreign, &stranger] {
            let (status, json) = nobody.ask(method, &path, None).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}: {json}");
        }
    }
    let check = serde_json::json!({"server_name": "globex.example"});
    let path = "/v1/admin/federation/check";
    let (status, _) = member.ask("POST", path, Some(check.clone())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, json) = admin.ask("POST", path, Some(check)).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    assert_eq!(json["data"]["ok"], true, "{json}");
    assert_eq!(json["data"]["steps"].as_array().unwrap().len(), 10);
    let wrong = serde_json::json!({"server_name": "NOT A NAME"});
    let (status, json) = admin.ask("POST", path, Some(wrong)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{json}");
    let policy = admin.get("/v1/admin/federation/policy").await;
    assert_eq!(policy["blocked_peers"], serde_json::json!([]));
}

// What is not there is said not to be there, whatever is done to it; odd names echo nothing.
#[tokio::test]
async fn what_is_not_there() {
    let pair = pair().await;
    let admin = Desk::admin(&pair.town, &pair.acme).await;
    let nowhere = "/v1/admin/federation/peers/nowhere.example";
    let cases = [
        ("GET", nowhere.to_owned()),
        ("POST", format!("{nowhere}/retry")),
        ("POST", format!("{nowhere}/drop")),
        (
            "GET",
            "/v1/admin/federation/peers/NOT%20A%20NAME".to_owned(),
        ),
        ("GET", format!("/v1/admin/federation/rejections/{LINE}")),
        ("GET", "/v1/admin/federation/rejections/x".to_owned()),
        (
            "POST",
            format!("/v1/admin/federation/dead-letters/{LINE}/retry"),
        ),
        (
            "POST",
            format!("/v1/admin/federation/dead-letters/{LINE}/drop"),
        ),
        ("GET", "/v1/admin/rooms/room-x/outside".to_owned()),
    ];
    for (method, path) in cases {
        let (status, json) = admin.ask(method, &path, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}: {json}");
        assert!(!json.to_string().contains("NOT A NAME"), "{json}");
    }
    let wrong = [
        "/v1/admin/audit?severity=loud",
        "/v1/admin/audit?action=policy.chnaged",
        "/v1/admin/audit?since=yesterday",
        "/v1/admin/audit?before=x",
        "/v1/admin/audit?limit=0",
        "/v1/admin/federation/dead-letters?peer=A",
        "/v1/admin/federation/dead-letters?before=x",
        "/v1/admin/federation/rejections?direction=up",
        "/v1/admin/rooms?limit=0",
    ];
    for path in wrong {
        let (status, json) = admin.ask("GET", path, None).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}: {json}");
        assert!(
            json["error"]["details"]["field"].is_string(),
            "{path}: {json}"
        );
    }
}
