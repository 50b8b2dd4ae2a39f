//! Accounts that are linked to one at the provider, and such links taken away.

use scaiwave_engine::accounts::Mode;
use scaiwave_engine::world::Vouched;
use serde_json::json;

use super::{FAILED, Fake, scene, vouched};
use crate::accounts::{Caller, NOBODYS_ID, PASSWORD, Scene};

const IDENTITIES: (&str, &str) = ("POST", "/v1/me/identities");
const WRONG_PASSWORD: (u16, &str) = (403, "SW_AUTH_WRONG_PASSWORD");

/// Somebody links what the provider says; gives where their browser goes on.
async fn links(caller: &Caller<'_>, fake: &Fake, said: Vouched) -> String {
    let body = json!({"password": PASSWORD, "return_to": "/settings"});
    let begun = caller.begin(IDENTITIES.1, body).await;
    fake.say("c", Ok(said));
    let browser = caller.scene.nobody();
    let browser = browser.with_cookie(&begun.cookie);
    browser.come_back(&begun.back("c")).await
}

async fn unlink(caller: &Caller<'_>, id: &str, expected: Option<(u16, &str)>) {
    let path = format!("/v1/me/identities/{id}/unlink");
    let body = Some(json!({"password": PASSWORD}));
    match expected {
        None => drop(caller.done("POST", &path, body).await),
        Some(expected) => drop(caller.refused(("POST", &path), body, expected).await),
    }
}

/// The id of the newest identity.
async fn newest(caller: &Caller<'_>) -> String {
    let identities = caller.get(IDENTITIES.1).await;
    identities[0]["id"].as_str().unwrap().to_owned()
}

// Whoever has the password links the account; from then on both ways lead to it, until it is unlinked.
#[tokio::test]
async fn linked_and_unlinked() {
    let (scene, fake) = scene(Mode::Hybrid, |way| way.makes_accounts = false).await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    let place = links(&alice, &fake, vouched("s1", "a.smith")).await;
    let id = newest(&alice).await;
    assert_eq!(place, format!("/settings#linked={id}"));
    let by_provider = scene.logs_in(&fake, vouched("s1", "a.smith")).await;
    let by_provider = scene.bearing(&by_provider.access);
    assert_eq!(
        by_provider.get("/v1/me").await["fqid"],
        "@alice:acme.example"
    );
    assert!(scene.nobody().login("alice", PASSWORD).await.is_ok());
    // Once more is no matter.
    assert_eq!(links(&alice, &fake, vouched("s1", "a.smith")).await, place);

    let guess = Some(json!({"password": "not hers"}));
    let path = format!("/v1/me/identities/{id}/unlink");
    alice.refused(("POST", &path), guess, WRONG_PASSWORD).await;
    unlink(&alice, &id, None).await;
    assert_eq!(alice.get(IDENTITIES.1).await, json!([]));
    assert!(alice.is_in().await && !by_provider.is_in().await);
    let code = scene.fails(&fake, Ok(vouched("s1", "a.smith"))).await;
    assert_eq!(code, "SW_AUTH_NOT_LINKED");
    unlink(&alice, &id, Some((404, "SW_NOT_FOUND"))).await;

    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    for action in ["account.linked", "account.unlinked"] {
        let lines = root.get(&format!("/v1/admin/audit?action={action}")).await;
        assert_eq!(lines.as_array().map(Vec::len), Some(1), "{lines}");
        assert_eq!(lines[0]["actor"], "@alice:acme.example");
    }
}

// A link is for whoever has a session and the password, and for nobody else.
#[tokio::test]
async fn who_may_link() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    let body = |password: &str| Some(json!({"password": password}));
    let nobody = (401, "SW_AUTH_INVALID_TOKEN");
    scene
        .nobody()
        .refused(IDENTITIES, body(PASSWORD), nobody)
        .await;
    alice
        .refused(IDENTITIES, body("not hers"), WRONG_PASSWORD)
        .await;
    let made = json!({"name": "bot", "scopes": ["read", "write"]});
    let token = alice.done("POST", "/v1/me/tokens", Some(made)).await;
    let program = scene.bearing(token["token"].as_str().unwrap());
    let forbidden = (403, "SW_AUTH_INSUFFICIENT_PERMISSION");
    program.refused(IDENTITIES, body(PASSWORD), forbidden).await;
    program
        .refused(("GET", IDENTITIES.1), None, forbidden)
        .await;
    let page = Some(json!({"password": PASSWORD, "return_to": "//evil.example"}));
    let mismatch = (400, "SW_AUTH_REDIRECT_MISMATCH");
    alice.refused(IDENTITIES, page, mismatch).await;
    // Somebody without a password has nothing to show.
    let carol = scene.logs_in(&fake, vouched("s1", "carol")).await;
    let carol = scene.bearing(&carol.access);
    carol.refused(IDENTITIES, body(""), WRONG_PASSWORD).await;
    let id = newest(&carol).await;
    unlink(&carol, &id, Some(WRONG_PASSWORD)).await;
    // What is another's is not there.
    unlink(&alice, &id, Some((404, "SW_NOT_FOUND"))).await;
    unlink(&alice, NOBODYS_ID, Some((404, "SW_NOT_FOUND"))).await;
    unlink(&alice, "x", Some((404, "SW_NOT_FOUND"))).await;
    let globex = scene.nobody().at("globex.example");
    let root = globex.login("root", PASSWORD).await.ok().unwrap();
    let root = scene.bearing(&root.access).at("globex.example");
    root.refused(IDENTITIES, body(PASSWORD), (404, "SW_NOT_FOUND"))
        .await;
}

// One person at the provider is one account here.
#[tokio::test]
async fn one_identity_one_account() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let (alice, bob) = (scene.login("alice").await, scene.login("bob").await);
    let (alice, bob) = (scene.bearing(&alice.access), scene.bearing(&bob.access));
    links(&alice, &fake, vouched("s1", "x")).await;
    let place = links(&bob, &fake, vouched("s1", "x")).await;
    assert_eq!(place, "/settings#login_error=SW_NAME_TAKEN");
    assert_eq!(bob.get(IDENTITIES.1).await, json!([]));
    // The same subject of another issuer is somebody else.
    let elsewhere = Vouched {
        issuer: "https://other.example".to_owned(),
        ..vouched("s1", "x")
    };
    let place = links(&bob, &fake, elsewhere).await;
    assert!(place.starts_with("/settings#linked="), "{place}");
}

// Whoever was logged out, or had their account closed, while they were at the provider links nothing.
#[tokio::test]
async fn a_session_that_ended_meanwhile() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    for (path, by_admin) in [
        ("/v1/auth/logout", false),
        ("/v1/admin/participants/alice/deactivate", true),
    ] {
        let tokens = scene.login("alice").await;
        let alice = scene.bearing(&tokens.access);
        let begun = alice
            .begin(IDENTITIES.1, json!({"password": PASSWORD}))
            .await;
        fake.say("c", Ok(vouched("s1", "x")));
        let who = if by_admin { &root } else { &alice };
        who.done("POST", path, None).await;
        let browser = scene.nobody();
        let browser = browser.with_cookie(&begun.cookie);
        let place = browser.come_back(&begun.back("c")).await;
        assert_eq!(place, "/#login_error=SW_AUTH_INVALID_TOKEN");
    }
    let alice = scene.acme.store.identities(&"alice".parse().unwrap()).await;
    assert_eq!(alice.unwrap(), []);
}

// Ten, and no more.
#[tokio::test]
async fn identities_have_a_limit() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    for n in 0..9 {
        let place = links(&alice, &fake, vouched(&format!("s{n}"), "x")).await;
        assert!(place.starts_with("/settings#linked="), "{place}");
    }
    // One that began in time comes too late.
    let late = alice
        .begin(IDENTITIES.1, json!({"password": PASSWORD}))
        .await;
    links(&alice, &fake, vouched("s9", "x")).await;
    let full = (429, "SW_RATE_LIMIT_EXCEEDED");
    let body = Some(json!({"password": PASSWORD}));
    alice.refused(IDENTITIES, body, full).await;
    fake.say("c", Ok(vouched("s10", "x")));
    let browser = scene.nobody();
    let place = browser
        .with_cookie(&late.cookie)
        .come_back(&late.back("c"))
        .await;
    assert_eq!(place, "/#login_error=SW_RATE_LIMIT_EXCEEDED");
}

// A link that is taken away while somebody is on their way in lets them in no more.
#[tokio::test]
async fn unlinked_on_the_way_in() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    links(&alice, &fake, vouched("s1", "x")).await;
    let (place, cookie) = scene.goes(&fake, Ok(vouched("s1", "x"))).await;
    unlink(&alice, &newest(&alice).await, None).await;
    let body = json!({"code": place.rsplit('=').next().unwrap()});
    let browser = scene.nobody();
    let browser = browser.with_cookie(&cookie);
    browser.refused(super::FINISH, Some(body), FAILED).await;
}

/// Alice of a tenant where passwords let in no more, with her session from before.
async fn alice_in_the_new_mode(scene: &Scene, fake: &Fake) -> String {
    let tokens = scene.logs_in(fake, vouched("s1", "alice")).await;
    tokens.access
}

// Where only the provider lets in, the last link stays.
#[tokio::test]
async fn the_last_link() {
    let (scene, fake) = scene(Mode::Oidc, |_| {}).await;
    let root = "root".parse().unwrap();
    let id = scene.town.world.event_id();
    let alice = scaiwave_engine::store::record::IdentityRow {
        id,
        local_id: "alice".parse().unwrap(),
        issuer: super::ISSUER.to_owned(),
        subject: "s1".to_owned(),
        email: None,
        created_at: 0,
        last_used_at: None,
    };
    let put = scaiwave_engine::store::Change::PutIdentity(Box::new(alice));
    let commit = scaiwave_engine::store::Commit::of(vec![put]);
    scene.acme.store.commit(commit).await.unwrap();
    let token = alice_in_the_new_mode(&scene, &fake).await;
    let alice = scene.bearing(&token);
    unlink(
        &alice,
        &id.to_string(),
        Some((409, "SW_AUTH_LAST_IDENTITY")),
    )
    .await;
    let second = links(&alice, &fake, vouched("s2", "alice")).await;
    assert!(second.starts_with("/settings#linked="), "{second}");
    unlink(&alice, &id.to_string(), None).await;
    let last = newest(&alice).await;
    unlink(&alice, &last, Some((409, "SW_AUTH_LAST_IDENTITY"))).await;
    assert_eq!(scene.acme.store.identities(&root).await.unwrap(), []);
}
