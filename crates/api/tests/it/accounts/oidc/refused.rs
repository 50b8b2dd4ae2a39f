//! Logins by the provider that come to nothing, and leave nothing.

use std::sync::Arc;

use scaiwave_engine::accounts::{Mode, Ways};
use scaiwave_engine::store::record::{TenantLimits, TenantStanding};
use scaiwave_engine::world::{ProviderError, Vouched};
use serde_json::{Value, json};

use super::{Begun, FAILED, FINISH, Fake, START, scene, vouched, ways};
use crate::accounts::Scene;

const CALLBACK: (&str, &str) = ("GET", "/v1/auth/oidc/callback");

// An answer counts once, in the browser that began, with its state, at this tenant, in its time.
#[tokio::test]
async fn an_answer_that_does_not_belong_here() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let nobody = scene.nobody();
    let [first, second] = [
        nobody.begin(START.1, json!({})).await,
        nobody.begin(START.1, json!({})).await,
    ];
    fake.say("c", Ok(vouched("s1", "carol")));
    let refused = async |cookie: &str, path: &str| {
        let browser = scene.nobody();
        let browser = browser.with_cookie(cookie);
        browser.refused((CALLBACK.0, path), None, FAILED).await;
    };
    let right = first.back("c");
    refused("", &right).await;
    refused("__Host-scaiwave-login=", &right).await;
    refused("__Host-scaiwave-login=swb_x", &right).await;
    refused(&second.cookie, &right).await;
    // One that anybody on the way could have set.
    refused(first.cookie.trim_start_matches("__Host-"), &right).await;
    refused(&format!("{0}; {0}", first.cookie), &right).await;
    refused(&first.cookie, &second.back("c")).await;
    refused(&first.cookie, CALLBACK.1).await;
    refused(&first.cookie, &format!("{}?state=&code=c", CALLBACK.1)).await;
    refused(&first.cookie, &format!("{}?state=x&code=c", CALLBACK.1)).await;
    let elsewhere = scene.nobody().at("globex.example");
    elsewhere
        .with_cookie(&first.cookie)
        .refused((CALLBACK.0, &right), None, FAILED)
        .await;
    let twice = format!("{right}&state=x");
    nobody
        .with_cookie(&first.cookie)
        .refused((CALLBACK.0, &twice), None, (400, "SW_BAD_REQUEST"))
        .await;
    assert_eq!(scene.everybody().await, ["alice", "bob", "root"]);
    // None of that has used it up.
    let place = nobody.with_cookie(&first.cookie).come_back(&right).await;
    assert!(place.starts_with("/#login_code=swl_"), "{place}");
    fake.say("c", Ok(vouched("s1", "carol")));
    refused(&first.cookie, &right).await;
}

// Ten minutes at the provider, and one for the page that finishes.
#[tokio::test]
async fn everything_has_its_time() {
    for (seconds, in_time) in [(599, true), (600, false)] {
        let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
        let begun = scene.nobody().begin(START.1, json!({})).await;
        scene.town.clock.pass(seconds);
        fake.say("c", Ok(vouched("s1", "carol")));
        let browser = scene.nobody();
        let (parts, _) = browser
            .with_cookie(&begun.cookie)
            .answer("GET", &begun.back("c"), None)
            .await;
        assert_eq!(parts.status.as_u16(), if in_time { 303 } else { 400 });
    }
    for (seconds, in_time) in [(59, true), (60, false)] {
        let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
        let (place, cookie) = scene.goes(&fake, Ok(vouched("s1", "carol"))).await;
        let body = json!({"code": place.rsplit('=').next().unwrap()});
        scene.town.clock.pass(seconds);
        let browser = scene.nobody();
        let (status, json) = browser
            .with_cookie(&cookie)
            .ask(FINISH.0, FINISH.1, Some(body))
            .await;
        assert_eq!(status.as_u16(), if in_time { 200 } else { 400 }, "{json}");
    }
}

// The code in the address is worth nothing without the browser, and nothing twice.
#[tokio::test]
async fn a_code_that_leaked_lets_nobody_in() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let (place, cookie) = scene.goes(&fake, Ok(vouched("s1", "carol"))).await;
    let body = Some(json!({"code": place.rsplit('=').next().unwrap()}));
    let other = scene.nobody().begin(START.1, json!({})).await;
    let nobody = scene.nobody();
    for thief in ["", &other.cookie] {
        let thief = nobody.with_cookie(thief);
        thief.refused(FINISH, body.clone(), FAILED).await;
    }
    let own = nobody.with_cookie(&cookie);
    own.at("globex.example")
        .refused(FINISH, body.clone(), FAILED)
        .await;
    for wrong in [json!({"code": ""}), json!({"code": "swl_x"})] {
        own.refused(FINISH, Some(wrong), FAILED).await;
    }
    own.done(FINISH.0, FINISH.1, body.clone()).await;
    own.refused(FINISH, body, FAILED).await;
    let root = scene.login("root").await;
    let people = scene
        .bearing(&root.access)
        .get("/v1/admin/participants?q=carol")
        .await;
    assert!(people[0]["last_seen_at"].is_string(), "one login: {people}");
}

// Nobody is sent to another host, whatever they ask for; a page of ours it is, with what came of it.
#[tokio::test]
async fn pages_of_other_hosts() {
    let (scene, _fake) = scene(Mode::Hybrid, |_| {}).await;
    for page in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "",
        "/#x",
    ] {
        let body = Some(json!({"return_to": page}));
        let mismatch = (400, "SW_AUTH_REDIRECT_MISMATCH");
        let json = scene.nobody().refused(START, body, mismatch).await;
        assert_eq!(json["error"]["details"]["field"], "return_to");
        assert!(!json.to_string().contains("evil"), "{json}");
    }
    let begun = scene
        .nobody()
        .begin(START.1, json!({"return_to": "/a?b=c"}))
        .await;
    let browser = scene.nobody();
    let browser = browser.with_cookie(&begun.cookie);
    let place = browser.come_back(&begun.back("unknown")).await;
    assert_eq!(place, "/a?b=c#login_error=SW_AUTH_OIDC_FAILED");
    let other = Some(json!({"return_to": "/", "redirect_uri": "https://evil.example"}));
    scene
        .nobody()
        .refused(START, other, (400, "SW_BAD_REQUEST"))
        .await;
    let elsewhere = scene.nobody().at("globex.example");
    elsewhere
        .refused(START, Some(json!({})), (404, "SW_NOT_FOUND"))
        .await;
}

// What the provider says instead of vouching has a code of its own; nothing of it is repeated.
#[tokio::test]
async fn a_provider_that_does_not_vouch() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let said = || "some text of theirs".to_owned();
    for (error, code) in [
        (
            ProviderError::Unreachable(said()),
            "SW_AUTH_OIDC_UNREACHABLE",
        ),
        (ProviderError::Refused(said()), "SW_AUTH_OIDC_FAILED"),
        (ProviderError::NotBelieved(said()), "SW_AUTH_OIDC_FAILED"),
        (ProviderError::Busy, "SW_RATE_LIMIT_EXCEEDED"),
    ] {
        assert_eq!(scene.fails(&fake, Err(error)).await, code);
    }
    for query in [
        "error=access_denied",
        "error=access_denied&code=c",
        "error=server_error&error_description=%3Cscript%3E",
        "code=c&iss=https%3A%2F%2Fother.example",
        "code=c&iss=",
        "session_state=x",
    ] {
        let begun = scene.nobody().begin(START.1, json!({})).await;
        fake.say("c", Ok(vouched("s1", "carol")));
        let browser = scene.nobody();
        let browser = browser.with_cookie(&begun.cookie);
        let path = format!("{}?state={}&{query}", CALLBACK.1, begun.state);
        let place = browser.come_back(&path).await;
        assert_eq!(place, "/#login_error=SW_AUTH_OIDC_FAILED", "{query}");
        browser.refused((CALLBACK.0, &path), None, FAILED).await;
    }
    assert_eq!(scene.everybody().await, ["alice", "bob", "root"]);
    *fake.is_down.lock() = true;
    let down = (503, "SW_AUTH_OIDC_UNREACHABLE");
    let json = scene.nobody().refused(START, Some(json!({})), down).await;
    assert!(!json.to_string().contains("it is down"), "{json}");
    // The right issuer in the answer is no matter.
    *fake.is_down.lock() = false;
    let begun = scene.nobody().begin(START.1, json!({})).await;
    let path = format!("{}&iss=https%3A%2F%2Flogin.example", begun.back("c"));
    fake.say("c", Ok(vouched("s1", "carol")));
    let browser = scene.nobody();
    let place = browser.with_cookie(&begun.cookie).come_back(&path).await;
    assert!(place.starts_with("/#login_code="), "{place}");
}

// Whoever the provider vouches for is let in only where there is, or may be, an account of theirs.
#[tokio::test]
async fn people_without_an_account_here() {
    let (hybrid, fake) = scene(Mode::Hybrid, |_| {}).await;
    let alice = || Ok(vouched("s1", "alice"));
    assert_eq!(
        hybrid.fails(&fake, alice()).await,
        "SW_NAME_TAKEN",
        "hers by a password"
    );
    for name in [
        None,
        Some("_server"),
        Some("two words"),
        Some("élise"),
        Some(""),
    ] {
        let odd = Vouched {
            local_id: name.map(str::to_owned),
            ..vouched("s2", "x")
        };
        assert_eq!(hybrid.fails(&fake, Ok(odd)).await, FAILED.1, "{name:?}");
    }
    assert_eq!(hybrid.everybody().await, ["alice", "bob", "root"]);
    let (linked, fake) = scene(Mode::Hybrid, |way| way.makes_accounts = false).await;
    let carol = || Ok(vouched("s1", "carol"));
    assert_eq!(linked.fails(&fake, carol()).await, "SW_AUTH_NOT_LINKED");
    assert_eq!(linked.everybody().await, ["alice", "bob", "root"]);
}

// A closed account stays closed, before the provider is asked and after.
#[tokio::test]
async fn a_closed_account() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let carol = || vouched("s1", "carol");
    let tokens = scene.logs_in(&fake, carol()).await;
    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    let (place, cookie) = scene.goes(&fake, Ok(carol())).await;
    root.done("POST", "/v1/admin/participants/carol/deactivate", None)
        .await;
    let body = json!({"code": place.rsplit('=').next().unwrap()});
    let browser = scene.nobody();
    let browser = browser.with_cookie(&cookie);
    browser.refused(FINISH, Some(body), FAILED).await;
    assert_eq!(scene.fails(&fake, Ok(carol())).await, "SW_ACCOUNT_CLOSED");
    assert!(!scene.bearing(&tokens.access).is_in().await);
    assert!(!scene.nobody().can_refresh(&tokens.refresh).await);
    root.done("POST", "/v1/admin/participants/carol/reactivate", None)
        .await;
    scene.logs_in(&fake, carol()).await;
}

/// Two tenants with one provider, which says whose somebody is.
async fn two_tenants() -> (Scene, [Arc<Fake>; 2]) {
    let fakes = ["acme", "globex"].map(|_| Fake::new("https://x.example/v1/auth/oidc/callback"));
    let [acme, globex] = ["acme", "globex"];
    let way = |fake: &Arc<Fake>, tenant: &str| {
        let mut way = fake.way();
        way.tenant = Some(tenant.to_owned());
        ways(Mode::Hybrid, way)
    };
    let both: [Ways; 2] = [way(&fakes[0], acme), way(&fakes[1], globex)];
    (Scene::by(both).await, fakes)
}

// One provider for two tenants: the claim must name the tenant of the host, and one tenant's login is worth
// nothing at the other.
#[tokio::test]
async fn the_claim_of_the_tenant() {
    let (scene, [at_acme, at_globex]) = two_tenants().await;
    let of = |tenant: Option<&str>| Vouched {
        tenant: tenant.map(str::to_owned),
        ..vouched("s1", "carol")
    };
    for tenant in [None, Some("globex"), Some("Acme"), Some("")] {
        let code = scene.fails(&at_acme, Ok(of(tenant))).await;
        assert_eq!(code, "SW_AUTH_TENANT_MISMATCH", "{tenant:?}");
    }
    assert_eq!(scene.everybody().await, ["alice", "bob", "root"]);
    let tokens = scene.logs_in(&at_acme, of(Some("acme"))).await;
    let carol = scene.bearing(&tokens.access);
    assert!(carol.is_in().await && !carol.at("globex.example").is_in().await);

    let elsewhere = scene.nobody().at("globex.example");
    let begun = elsewhere.begin(START.1, json!({})).await;
    let back = |begun: &Begun| begun.back("c");
    at_globex.say("c", Ok(of(Some("globex"))));
    let here = scene.nobody();
    here.with_cookie(&begun.cookie)
        .refused((CALLBACK.0, &back(&begun)), None, FAILED)
        .await;
    let place = elsewhere
        .with_cookie(&begun.cookie)
        .come_back(&back(&begun))
        .await;
    let body = json!({"code": place.rsplit('=').next().unwrap()});
    here.with_cookie(&begun.cookie)
        .refused(FINISH, Some(body.clone()), FAILED)
        .await;
    let json: Value = elsewhere
        .with_cookie(&begun.cookie)
        .done(FINISH.0, FINISH.1, Some(body))
        .await;
    let token = json["access_token"].as_str().unwrap();
    let me = scene
        .bearing(token)
        .at("globex.example")
        .get("/v1/me")
        .await;
    assert_eq!(
        me["fqid"], "@carol:globex.example",
        "the same person, another account"
    );
}

// A login makes no account beyond what the operator grants, and those who are there come in.
#[tokio::test]
async fn a_full_tenant_takes_nobody_new() {
    let (scene, fake) = scene(Mode::Hybrid, |_| {}).await;
    let limit = |participants| {
        scene.acme.tenant.set_standing(TenantStanding {
            limits: TenantLimits {
                participants: Some(participants),
                ..TenantLimits::default()
            },
            suspended_at: None,
        });
    };
    limit(4);
    scene.logs_in(&fake, vouched("s1", "carol")).await;
    let code = scene.fails(&fake, Ok(vouched("s2", "dave"))).await;
    assert_eq!(code, "SW_TENANT_CAPACITY");
    assert_eq!(scene.everybody().await, ["alice", "bob", "carol", "root"]);
    scene.logs_in(&fake, vouched("s1", "carol")).await;
    limit(5);
    scene.logs_in(&fake, vouched("s2", "dave")).await;
}
