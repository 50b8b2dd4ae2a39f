//! What admins see and do about the accounts of their tenant.

use serde_json::{Value, json};

use super::{Caller, PASSWORD, Scene};

const PEOPLE: &str = "/v1/admin/participants";

fn of(list: &Value, member: &str) -> Vec<String> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| row[member].as_str().unwrap_or("-").to_owned())
        .collect()
}

/// What the audit log says of accounts, newest first.
async fn account_lines(admin: &Caller<'_>) -> Vec<String> {
    let lines = of(&admin.get("/v1/admin/audit").await, "action");
    let of_accounts = |line: &String| line.starts_with("account.");
    lines.into_iter().filter(of_accounts).collect()
}

// Everybody of this tenant, closed accounts too, a page at a time; when they were seen.
#[tokio::test]
async fn people_are_listed() {
    let scene = Scene::new().await;
    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    scene.town.clock.pass(60);
    scene.login("bob").await;
    root.done("POST", &format!("{PEOPLE}/@alice/deactivate"), None)
        .await;
    let all = root.get(PEOPLE).await;
    assert_eq!(of(&all, "local_id"), ["alice", "bob", "root"]);
    assert_eq!(of(&all, "role"), ["member", "member", "admin"]);
    let (login, deactivated) = ("2026-01-01T00:01:00.000Z", "2026-01-01T00:01:00.000Z");
    assert_eq!(
        of(&all, "last_seen_at"),
        ["-", login, "2026-01-01T00:00:00.000Z"]
    );
    assert_eq!(of(&all, "deactivated_at"), [deactivated, "-", "-"]);
    assert!(!all.to_string().contains("argon2"), "{all}");
    let found = root.get(&format!("{PEOPLE}?q=BO")).await;
    assert_eq!(of(&found, "local_id"), ["bob"]);
    let (_, page) = root
        .ask("GET", &format!("{PEOPLE}?limit=1&offset=1"), None)
        .await;
    assert_eq!(of(&page["data"], "local_id"), ["bob"]);
    assert_eq!(
        page["meta"],
        json!({"limit": 1, "offset": 1, "has_more": true})
    );
    for query in ["limit=0", "limit=x", "offset=-1"] {
        let path = format!("{PEOPLE}?{query}");
        root.refused(("GET", &path), None, (400, "SW_BAD_REQUEST"))
            .await;
    }
    // For everybody else a closed account is not there, and takes no place in a page.
    let bob = scene.login("bob").await;
    let path = "/v1/directory/participants?limit=2";
    let (_, page) = scene.bearing(&bob.access).ask("GET", path, None).await;
    assert_eq!(of(&page["data"], "local_id"), ["bob", "root"]);
    assert_eq!(page["meta"]["has_more"], true);
}

// A closed account is out at once, whatever it was believed a moment ago; opened again, it logs in anew.
#[tokio::test]
async fn an_account_is_closed_and_opened() {
    let scene = Scene::new().await;
    let (alice, root) = (scene.login("alice").await, scene.login("root").await);
    let root = scene.bearing(&root.access);
    assert!(scene.bearing(&alice.access).is_in().await);
    let path = |what: &str| format!("{PEOPLE}/@alice:acme.example/{what}");
    let closed = root.done("POST", &path("deactivate"), None).await;
    assert_eq!(
        closed["deactivated_at"], "2026-01-01T00:00:00.000Z",
        "{closed}"
    );
    assert!(!scene.bearing(&alice.access).is_in().await);
    assert!(!scene.nobody().can_refresh(&alice.refresh).await);
    let wrong = scene.nobody().login("alice", "wr0ng horse").await.err();
    assert_eq!(scene.nobody().login("alice", PASSWORD).await.err(), wrong);
    // A second time nothing happens.
    scene.town.clock.pass(1);
    assert_eq!(root.done("POST", &path("deactivate"), None).await, closed);
    let opened = root.done("POST", &path("reactivate"), None).await;
    assert_eq!(opened["deactivated_at"], Value::Null, "{opened}");
    assert_eq!(root.done("POST", &path("reactivate"), None).await, opened);
    assert!(!scene.bearing(&alice.access).is_in().await, "it was ended");
    assert!(scene.nobody().login("alice", PASSWORD).await.is_ok());
    assert_eq!(
        account_lines(&root).await,
        ["account.opened", "account.closed"]
    );
}

// A role takes effect at once in a login that is there.
#[tokio::test]
async fn a_role_is_given_and_taken() {
    let scene = Scene::new().await;
    let (alice, root) = (scene.login("alice").await, scene.login("root").await);
    let (alice, root) = (scene.bearing(&alice.access), scene.bearing(&root.access));
    let path = format!("{PEOPLE}/alice/role");
    let forbidden = (403, "SW_AUTH_INSUFFICIENT_PERMISSION");
    alice.refused(("GET", PEOPLE), None, forbidden).await;
    let given = root
        .done("PUT", &path, Some(json!({"role": "admin"})))
        .await;
    assert_eq!(given["role"], "admin", "{given}");
    assert_eq!(
        of(&alice.get(PEOPLE).await, "role"),
        ["admin", "member", "admin"]
    );
    root.done("PUT", &path, Some(json!({"role": "member"})))
        .await;
    alice.refused(("GET", PEOPLE), None, forbidden).await;
    for body in [json!({"role": "owner"}), json!({"role": 1}), json!({})] {
        let json = root
            .refused(("PUT", &path), Some(body), (400, "SW_BAD_REQUEST"))
            .await;
        assert_eq!(json["error"]["details"]["field"], "role", "{json}");
    }
    let lines = root.get("/v1/admin/audit?action=account.role").await;
    let told = of(&lines, "message");
    assert_eq!(
        told,
        ["alice is no admin any more", "alice was made an admin"]
    );
}

// The last admin stays one, and stays.
#[tokio::test]
async fn one_admin_is_left() {
    let scene = Scene::new().await;
    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    let member = || Some(json!({"role": "member"}));
    let (role, close) = (
        format!("{PEOPLE}/root/role"),
        format!("{PEOPLE}/root/deactivate"),
    );
    let last = (409, "SW_LAST_ADMIN");
    root.refused(("PUT", &role), member(), last).await;
    root.refused(("POST", &close), None, last).await;
    // One whose account is closed is none.
    let of_alice = format!("{PEOPLE}/alice");
    root.done(
        "PUT",
        &format!("{of_alice}/role"),
        Some(json!({"role": "admin"})),
    )
    .await;
    root.done("POST", &format!("{of_alice}/deactivate"), None)
        .await;
    root.refused(("PUT", &role), member(), last).await;
    root.done("POST", &format!("{of_alice}/reactivate"), None)
        .await;
    root.done("PUT", &role, member()).await;
    let alice = scene.login("alice").await;
    let of_root = scene
        .bearing(&alice.access)
        .get(&format!("{PEOPLE}?q=root"))
        .await;
    assert_eq!(of(&of_root, "role"), ["member"]);
}

// Who is not there, is of another tenant or has no name at all: one answer.
#[tokio::test]
async fn nobody_of_this_name() {
    let scene = Scene::new().await;
    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    let mut answers = Vec::new();
    for name in [
        "ghost",
        "@ghost:acme.example",
        "@root:globex.example",
        "NOT%20A%20NAME",
        "%40%3A",
        "_server",
    ] {
        let admin = Some(json!({"role": "member"}));
        for (method, what, body) in [
            ("POST", "password-reset", None),
            ("POST", "deactivate", None),
            ("POST", "reactivate", None),
            ("PUT", "role", admin),
        ] {
            let path = format!("{PEOPLE}/{name}/{what}");
            answers.push(
                root.refused((method, &path), body, (404, "SW_NOT_FOUND"))
                    .await,
            );
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(account_lines(&root).await, [""; 0]);
}

// Members, people of another tenant and strangers get nowhere, and nothing happens.
#[tokio::test]
async fn only_admins_of_this_tenant() {
    let scene = Scene::new().await;
    let member = scene.login("alice").await;
    let next_door = scene.nobody().at("globex.example");
    let next_door = next_door.login("root", PASSWORD).await.unwrap();
    for (method, path, body) in [
        ("GET", PEOPLE.to_owned(), None),
        ("POST", format!("{PEOPLE}/bob/password-reset"), None),
        ("POST", format!("{PEOPLE}/bob/deactivate"), None),
        ("POST", format!("{PEOPLE}/bob/reactivate"), None),
        (
            "PUT",
            format!("{PEOPLE}/bob/role"),
            Some(json!({"role": "admin"})),
        ),
        (
            "PUT",
            format!("{PEOPLE}/ghost/role"),
            Some(json!({"role": "admin"})),
        ),
    ] {
        let request = (method, path.as_str());
        let forbidden = (403, "SW_AUTH_INSUFFICIENT_PERMISSION");
        scene
            .bearing(&member.access)
            .refused(request, body.clone(), forbidden)
            .await;
        for nobody in [scene.nobody(), scene.bearing(&next_door.access)] {
            nobody
                .refused(request, body.clone(), (401, "SW_AUTH_INVALID_TOKEN"))
                .await;
        }
    }
    assert!(scene.nobody().login("bob", PASSWORD).await.is_ok());
}
