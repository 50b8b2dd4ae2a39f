//! Logins by an identity provider that others have made: the npm package `oidc-provider`, which the OpenID Foundation
//! has certified, on loopback.

mod browser;
mod mock;
mod provider;

use http::Method;
use reqwest::Url;
use serde_json::{Value, json};

use crate::harness::{Client, Process, eventually, free_port};

use browser::Browser;
use provider::{Provider, SECRET};

const FAILED: &str = "/rooms#login_error=SW_AUTH_OIDC_FAILED";

/// A server with the tenant `default` whose people log in by this provider; not started yet.
fn server(port: u16, mode: &str, provider: &Provider, more: &[(&'static str, &str)]) -> Process {
    let mut settings = vec![
        ("SCAIWAVE_AUTH_MODE", mode.to_owned()),
        ("SCAIWAVE_OIDC_ISSUER", provider.issuer()),
        ("SCAIWAVE_OIDC_CLIENT_ID", "scaiwave".to_owned()),
        ("SCAIWAVE_OIDC_CLIENT_SECRET", SECRET.to_owned()),
        ("SCAIWAVE_OIDC_NAME", "Corp".to_owned()),
        ("SCAIWAVE_OIDC_ROLE_CLAIM", "groups".to_owned()),
        ("SCAIWAVE_OIDC_ADMIN_VALUES", "chat-admins".to_owned()),
    ];
    settings.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    Process::set_up("a.localhost", port, settings)
}

/// The same with its provider, both up and ready.
async fn scene(mode: &str, more: &[(&'static str, &str)]) -> (Process, Provider, Browser) {
    let port = free_port();
    let name = format!("a.localhost:{port}");
    let provider = Provider::started(&[&name]).await;
    let mut server = server(port, mode, &provider, more);
    server.run().await;
    let browser = Browser::new(&server, &[&name]);
    (server, provider, browser)
}

fn bearing(server: &Process, token: &str) -> Client {
    server.bearing(server.name(), token)
}

/// Another value for one parameter of an address.
fn with(url: &Url, name: &str, value: &str) -> Url {
    let mut changed = url.clone();
    let pairs = url.query_pairs().map(|(known, old)| {
        let new = if known == name {
            value.to_owned()
        } else {
            old.into_owned()
        };
        (known.into_owned(), new)
    });
    changed
        .query_pairs_mut()
        .clear()
        .extend_pairs(pairs.collect::<Vec<_>>());
    changed
}

fn parameter(url: &Url, name: &str) -> String {
    let mut pairs = url.query_pairs();
    let (_, value) = pairs.find(|(known, _)| known == name).expect(name);
    value.into_owned()
}

// The first login makes the account as the provider says, the next one finds it; its sessions are like others, and
// those with a password log in as before.
#[tokio::test]
async fn both_ways_in() {
    let (server, _provider, mut browser) = scene("hybrid", &[]).await;
    let name = server.name().to_owned();
    let config = bearing(&server, "").get("/v1/auth/config").await;
    assert_eq!(config["mode"], "hybrid");
    assert_eq!(config["oidc"]["name"], "Corp");
    let token = browser.logs_in(&name, "x.carol").await;
    let carol = bearing(&server, &token);
    let me = carol.get("/v1/me").await;
    assert_eq!(me["fqid"], format!("@carol:{name}"));
    assert_eq!(
        me["display_name"], "carol of Corp",
        "which the ID token does not say"
    );
    let (status, _) = carol
        .call(Method::GET, "/v1/admin/audit", None)
        .await
        .expect("an answer");
    assert_eq!(status, 403);
    // The same browser is known at the provider, another one is asked again.
    browser.logs_in(&name, "nobody asks").await;
    let mut other = Browser::new(&server, &[&name]);
    let third = other.logs_in(&name, "x.carol").await;
    assert_eq!(bearing(&server, &third).get("/v1/me").await, me);
    let sessions = carol.get("/v1/me/sessions").await;
    assert_eq!(sessions.as_array().map(Vec::len), Some(3), "{sessions}");
    let mut stream = bearing(&server, &third).stream().await;
    carol.delete("/v1/me/sessions").await;
    assert_eq!(stream.closed().await, 4001);

    let mut boss = Browser::new(&server, &[&name]);
    let token = boss.logs_in(&name, "x.boss").await;
    let people = bearing(&server, &token).get("/v1/admin/participants").await;
    assert_eq!(people.as_array().map(Vec::len), Some(2), "{people}");
    server.person("default", "dora", "member").await;
    let mut dora = Browser::new(&server, &[&name]);
    let page = dora.goes(&name, "x.dora").await;
    assert_eq!(
        page, "/rooms#login_error=SW_NAME_TAKEN",
        "hers by a password"
    );
}

// Without a secret, with PKCE alone, and another kind of signature; and no password lets in.
#[tokio::test]
async fn a_public_client() {
    let more = [
        ("SCAIWAVE_OIDC_CLIENT_ID", "public"),
        ("SCAIWAVE_OIDC_CLIENT_SECRET", ""),
    ];
    let (server, _provider, mut browser) = scene("oidc", &more).await;
    let token = browser.logs_in(server.name(), "x.carol").await;
    let me = bearing(&server, &token).get("/v1/me").await;
    assert_eq!(me["display_name"], "carol of Corp");
    let form = json!({"username": "carol", "password": "x"});
    let refused = bearing(&server, "").refused("/v1/auth/login", form).await;
    assert_eq!(refused, (403, "SW_AUTH_PASSWORDS_OFF".to_owned()));
}

// Whatever is changed on the way, at the provider's own door or at ours, ends the attempt.
#[tokio::test]
async fn what_is_changed_on_the_way() {
    let (server, _provider, mut browser) = scene("hybrid", &[]).await;
    let name = server.name().to_owned();
    for (parameter, value) in [
        ("nonce", "another"),
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
    ] {
        let address = browser.start(&name).await.expect("an address");
        let callback = browser
            .is(with(&address, parameter, value), "x.carol")
            .await;
        assert_eq!(
            browser.back(&callback).await.as_deref(),
            Ok(FAILED),
            "{parameter}"
        );
    }
    let address = browser.start(&name).await.expect("an address");
    let callback = browser.is(address, "x.carol").await;
    let failed = Err("SW_AUTH_OIDC_FAILED".to_owned());
    assert_eq!(
        browser.back(&with(&callback, "state", "another")).await,
        failed
    );
    let mut stranger = Browser::new(&server, &[&name]);
    assert_eq!(stranger.back(&callback).await, failed, "another browser");
    let page = browser.back(&callback).await.expect("a page");
    assert!(page.starts_with("/rooms#login_code="), "{page}");
    assert_eq!(browser.back(&callback).await, failed, "once");
    // The code that was used, in an attempt that was not; and one of somebody who begins in another browser.
    let address = browser.start(&name).await.expect("an address");
    let next = browser.is(address, "x.carol").await;
    let replayed = with(&next, "code", &parameter(&callback, "code"));
    assert_eq!(browser.back(&replayed).await.as_deref(), Ok(FAILED));
    let address = stranger.start(&name).await.expect("an address");
    let theirs = stranger.is(address, "x.mallory").await;
    let address = browser.start(&name).await.expect("an address");
    let own = browser.is(address, "x.carol").await;
    let injected = with(&own, "code", &parameter(&theirs, "code"));
    assert_eq!(
        browser.back(&injected).await.as_deref(),
        Ok(FAILED),
        "not their verifier"
    );
    let mut unwilling = Browser::new(&server, &[&name]);
    let address = unwilling.start(&name).await.expect("an address");
    let callback = unwilling.says_no(address).await;
    assert_eq!(parameter(&callback, "error"), "access_denied");
    assert_eq!(unwilling.back(&callback).await.as_deref(), Ok(FAILED));
}

// A provider that comes back with other keys is believed at once; one that is gone is said to be.
#[tokio::test]
async fn keys_change_and_a_provider_goes() {
    let port = free_port();
    let name = format!("a.localhost:{port}");
    let mut provider = Provider::new(&[&name]);
    let mut server = server(port, "hybrid", &provider, &[]);
    server.run().await;
    let mut browser = Browser::new(&server, &[&name]);
    let unreachable = "SW_AUTH_OIDC_UNREACHABLE";
    assert_eq!(browser.start(&name).await, Err(unreachable.to_owned()));
    let doctor = async || server.ask(&["doctor"], "").await.out;
    let said = doctor().await;
    assert!(said.contains("it cannot be reached"), "{said}");
    // Who logs in by a password does not notice.
    server.person("default", "dora", "member").await;
    provider.run().await;
    let said = doctor().await;
    assert!(said.contains("says where its endpoints are"), "{said}");
    let address = eventually("it is asked again", async || {
        browser.start(&name).await.ok()
    })
    .await;
    let callback = browser.is(address, "x.carol").await;
    let page = browser.back(&callback).await.expect("a page");
    assert!(page.starts_with("/rooms#login_code="), "{page}");
    provider.stop().await;
    provider.run().await;
    let mut browser = Browser::new(&server, &[&name]);
    browser.logs_in(&name, "x.carol").await;

    let address = browser.start(&name).await.expect("an address");
    let callback = browser.is(address, "x.carol").await;
    provider.stop().await;
    let page = browser.back(&callback).await;
    assert_eq!(page, Ok(format!("/rooms#login_error={unreachable}")));
}

/// A server of two tenants, and browsers that find both.
async fn two_tenants(more: &[(&'static str, &str)]) -> (Process, Provider, [String; 2]) {
    let port = free_port();
    let names = ["a", "blue"].map(|host| format!("{host}.localhost:{port}"));
    let provider = Provider::started(&names.each_ref().map(String::as_str)).await;
    let mut server = server(port, "oidc", &provider, more);
    let args = [
        "admin",
        "create-tenant",
        "--slug",
        "blue",
        "--name",
        "Blue",
        "--json",
    ];
    let args = [&args[..], &["--server-name", &names[1]]].concat();
    server.admin(&args, "").await;
    server.run().await;
    (server, provider, names)
}

// Two tenants that are told apart by their host: somebody has an account at each.
#[tokio::test]
async fn two_tenants_by_host() {
    let (server, _provider, names) = two_tenants(&[]).await;
    let [a, blue] = names.each_ref().map(String::as_str);
    let mut browser = Browser::new(&server, &[a, blue]);
    let mut tokens = Vec::new();
    for name in [a, blue] {
        let token = browser.logs_in(name, "x.carol").await;
        let me = server.bearing(name, &token).get("/v1/me").await;
        assert_eq!(me["fqid"], format!("@carol:{name}"));
        tokens.push(token);
    }
    let elsewhere = server.bearing(blue, &tokens[0]);
    let answer = elsewhere.call(Method::GET, "/v1/me", None).await;
    let (status, _) = answer.expect("an answer");
    assert_eq!(status, 401, "a session of one tenant is none of the other");
}

// Two tenants of one provider, whose claim says whose somebody is.
#[tokio::test]
async fn two_tenants_by_claim() {
    let more = [("SCAIWAVE_OIDC_TENANT_CLAIM", "tenant_id")];
    let (server, _provider, names) = two_tenants(&more).await;
    let [a, blue] = names.each_ref().map(String::as_str);
    for (login, right, wrong) in [("default.carol", a, blue), ("blue.ben", blue, a)] {
        let mut browser = Browser::new(&server, &[a, blue]);
        let page = browser.goes(wrong, login).await;
        assert_eq!(page, "/rooms#login_error=SW_AUTH_TENANT_MISMATCH");
        let token = browser.logs_in(right, login).await;
        assert!(server.bearing(right, &token).get("/v1/me").await["fqid"].is_string());
    }
    let mut stranger = Browser::new(&server, &[a, blue]);
    let page = stranger.goes(a, "nowhere.mallory").await;
    assert_eq!(page, "/rooms#login_error=SW_AUTH_TENANT_MISMATCH");
}

// Somebody with a password links their account, logs in by the provider, and takes the link away.
#[tokio::test]
async fn linked_and_unlinked() {
    let more = [("SCAIWAVE_OIDC_ACCOUNTS", "linked")];
    let (server, _provider, mut browser) = scene("hybrid", &more).await;
    let name = server.name().to_owned();
    let alice = server.person("default", "alice", "member").await;
    let not_linked = "/rooms#login_error=SW_AUTH_NOT_LINKED";
    assert_eq!(browser.goes(&name, "x.asmith").await, not_linked);
    let guess = json!({"password": "not hers"});
    let refused = alice.refused("/v1/me/identities", guess).await;
    assert_eq!(refused, (403, "SW_AUTH_WRONG_PASSWORD".to_owned()));
    let address = browser.links(&name, &alice, "password of alice").await;
    let callback = browser.is(address, "x.asmith").await;
    let page = browser.back(&callback).await.expect("a page");
    let id = page
        .strip_prefix("/settings#linked=")
        .expect(&page)
        .to_owned();
    let token = browser.logs_in(&name, "x.asmith").await;
    let me = bearing(&server, &token).get("/v1/me").await;
    assert_eq!(me["fqid"], alice.fqid);
    let identities: Value = alice.get("/v1/me/identities").await;
    assert_eq!(
        identities[0]["email"], "asmith@corp.example",
        "{identities}"
    );
    assert_eq!(identities[0]["id"], id.as_str());
    let path = format!("/v1/me/identities/{id}/unlink");
    alice
        .post(&path, json!({"password": "password of alice"}))
        .await;
    assert_eq!(browser.goes(&name, "x.asmith").await, not_linked);
}
