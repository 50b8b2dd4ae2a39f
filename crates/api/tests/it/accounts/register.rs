//! Accounts that an admin makes over HTTP.

use serde_json::{Value, json};

use super::{PASSWORD, Scene};

const REGISTER: (&str, &str) = ("POST", "/v1/auth/register");

fn who(participant_id: &str, tenant_id: &str, display_name: &str) -> Option<Value> {
    Some(json!({
        "participant_id": participant_id, "tenant_id": tenant_id, "display_name": display_name,
    }))
}

// Made once; again, and by either form of the name, it is what it was. Its owner gets in by a link.
#[tokio::test]
async fn an_account_is_made_once() {
    let scene = Scene::new().await;
    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    let made = root
        .done(REGISTER.0, REGISTER.1, who("carol", "acme", " Carol "))
        .await;
    assert_eq!(made["fqid"], "@carol:acme.example", "{made}");
    assert_eq!(made["display_name"], "Carol");
    for name in ["carol", "@carol", "@carol:acme.example"] {
        let again = root
            .done(REGISTER.0, REGISTER.1, who(name, "acme", "Other"))
            .await;
        assert_eq!(again, made);
    }
    let lines = root.get("/v1/admin/audit?action=account.made").await;
    assert_eq!(lines.as_array().map(Vec::len), Some(1), "{lines}");
    for guess in ["", "carol", PASSWORD] {
        assert!(scene.nobody().login("carol", guess).await.is_err());
    }
    scene.reset_by_link(&root, "carol").await;
    assert!(scene.nobody().login("carol", PASSWORD).await.is_ok());
}

// Nobody makes an account for themselves, and none in another tenant.
#[tokio::test]
async fn only_admins_make_accounts_here() {
    let scene = Scene::new().await;
    let (alice, root) = (scene.login("alice").await, scene.login("root").await);
    let root = scene.bearing(&root.access);
    let carol = || who("carol", "acme", "Carol");
    let out = (401, "SW_AUTH_INVALID_TOKEN");
    scene.nobody().refused(REGISTER, carol(), out).await;
    root.at("globex.example")
        .refused(REGISTER, carol(), out)
        .await;
    let forbidden = (403, "SW_AUTH_INSUFFICIENT_PERMISSION");
    scene
        .bearing(&alice.access)
        .refused(REGISTER, carol(), forbidden)
        .await;
    let elsewhere = (403, "SW_AUTH_TENANT_MISMATCH");
    for body in [
        who("carol", "globex", "Carol"),
        who("carol", "nowhere", "Carol"),
        who("@carol:globex.example", "acme", "Carol"),
        who("@carol:nowhere.example", "acme", "Carol"),
    ] {
        root.refused(REGISTER, body, elsewhere).await;
    }
    let long = "x".repeat(101);
    for (body, field) in [
        (who("NOT A NAME", "acme", "Carol"), "participant_id"),
        (who("", "acme", "Carol"), "participant_id"),
        (who("carol", "acme", ""), "display_name"),
        (who("carol", "acme", "   "), "display_name"),
        (who("carol", "acme", &long), "display_name"),
    ] {
        let json = root.refused(REGISTER, body, (400, "SW_BAD_REQUEST")).await;
        assert_eq!(json["error"]["details"]["field"], field, "{json}");
    }
    let people = root.get("/v1/admin/participants?q=carol").await;
    assert_eq!(people, json!([]));
}
