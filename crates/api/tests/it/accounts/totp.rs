//! Logins that need a code of an app.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use scaiwave_api::limits::{LOGIN_DELAY_FIRST, LOGIN_FREE_FAILURES};
use scaiwave_engine::Clock as _;
use serde_json::{Value, json};
use sha1::Sha1;

use super::{PASSWORD, Scene};

const TOTP: &str = "/v1/me/totp";
const CONFIRM: &str = "/v1/me/totp/confirm";
const DISABLE: &str = "/v1/me/totp/disable";
const LOGIN: (&str, &str) = ("POST", "/v1/auth/login");
const REQUIRED: (u16, &str) = (401, "SW_AUTH_TOTP_REQUIRED");
const WRONG: (u16, &str) = (401, "SW_AUTH_TOTP_WRONG");
const BAD: (u16, &str) = (400, "SW_BAD_REQUEST");

/// What the app of somebody with this secret shows, so many steps from now (RFC 6238).
fn shown(scene: &Scene, secret: &str, steps: i64) -> String {
    let key = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let step = (scene.town.clock.now_ms() / 30_000)
        .checked_add_signed(steps)
        .unwrap();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let four: [u8; 4] = digest[at..at + 4].try_into().unwrap();
    format!(
        "{:06}",
        (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
    )
}

fn proof(password: &str) -> Option<Value> {
    Some(json!({"password": password}))
}

fn code(code: &str) -> Option<Value> {
    Some(json!({"code": code}))
}

fn login(code: Option<&str>) -> Option<Value> {
    Some(json!({"username": "alice", "password": PASSWORD, "totp_code": code}))
}

/// Alice's app and her recovery codes; her logins need a code.
async fn enrolled(scene: &Scene) -> (String, Vec<String>) {
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    let begun = alice.done("POST", TOTP, proof(PASSWORD)).await;
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let done = alice
        .done("POST", CONFIRM, code(&shown(scene, &secret, 0)))
        .await;
    let codes = done["recovery_codes"].as_array().unwrap().iter();
    let codes = codes
        .map(|code| code.as_str().unwrap().to_owned())
        .collect();
    // The next code is another one.
    scene.town.clock.pass(30);
    (secret, codes)
}

// Begun, it asks for nothing; a first code switches it on, and from then on a login needs one.
#[tokio::test]
async fn a_second_factor_is_set_up() {
    let scene = Scene::new().await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    let off = json!({"enabled": false, "recovery_codes_left": 0});
    assert_eq!(alice.get(TOTP).await, off);
    alice
        .refused(("POST", CONFIRM), code("123456"), (404, "SW_NOT_FOUND"))
        .await;
    let first = alice.done("POST", TOTP, proof(PASSWORD)).await;
    let begun = alice.done("POST", TOTP, proof(PASSWORD)).await;
    let secret = begun["secret"].as_str().unwrap();
    assert_ne!(first["secret"], secret);
    assert_eq!(BASE32_NOPAD.decode(secret.as_bytes()).unwrap().len(), 20);
    let uri = format!(
        "otpauth://totp/acme.example:alice?secret={secret}&issuer=acme.example&algorithm=SHA1&digits=6&period=30"
    );
    assert_eq!(begun["uri"], uri.as_str());
    assert_eq!(alice.get(TOTP).await, off);
    scene.login("alice").await;
    // The app that was set up first does not know the second secret.
    let of_first = shown(&scene, first["secret"].as_str().unwrap(), 0);
    for wrong in [
        of_first.as_str(),
        "",
        "12345",
        "1234567",
        "abcdef",
        &shown(&scene, secret, 2),
    ] {
        let json = alice.refused(("POST", CONFIRM), code(wrong), BAD).await;
        assert_eq!(json["error"]["details"]["field"], "code", "{wrong}: {json}");
    }
    let right = shown(&scene, secret, 0);
    let done = alice.done("POST", CONFIRM, code(&right)).await;
    assert_eq!(
        done["recovery_codes"].as_array().map(Vec::len),
        Some(10),
        "{done}"
    );
    assert_eq!(
        alice.get(TOTP).await,
        json!({"enabled": true, "recovery_codes_left": 10})
    );
    let on = (409, "SW_AUTH_TOTP_ON");
    alice.refused(("POST", TOTP), proof(PASSWORD), on).await;
    alice.refused(("POST", CONFIRM), code(&right), on).await;
    let nobody = scene.nobody();
    nobody.refused(LOGIN, login(None), REQUIRED).await;
    nobody.refused(LOGIN, login(Some(&right)), WRONG).await;
    scene.town.clock.pass(30);
    nobody
        .done(LOGIN.0, LOGIN.1, login(Some(&shown(&scene, secret, 0))))
        .await;
    // Sessions that are there go on.
    assert!(alice.is_in().await);
    assert!(nobody.can_refresh(&tokens.refresh).await);
    assert!(nobody.login("bob", PASSWORD).await.is_ok());
}

// A code is good for a step before and after, and once, also for two at the same moment.
#[tokio::test]
async fn a_code_works_once_and_about_now() {
    let scene = Scene::new().await;
    let (secret, _) = enrolled(&scene).await;
    let nobody = scene.nobody();
    scene.town.clock.pass(300);
    for (steps, allowed) in [(-2, false), (2, false), (-1, true), (1, true), (0, false)] {
        let body = login(Some(&shown(&scene, &secret, steps)));
        if allowed {
            nobody.done(LOGIN.0, LOGIN.1, body).await;
        } else {
            nobody.refused(LOGIN, body, WRONG).await;
        }
    }
    scene.town.clock.pass(300);
    let body = || login(Some(&shown(&scene, &secret, 0)));
    let (one, two) = tokio::join!(
        nobody.ask(LOGIN.0, LOGIN.1, body()),
        nobody.ask(LOGIN.0, LOGIN.1, body())
    );
    let mut statuses = [one.0.as_u16(), two.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    // The other way of logging in takes it as well.
    scene.town.clock.pass(30);
    let form = json!({
        "grant_type": "password", "username": "alice", "password": PASSWORD,
        "totp_code": shown(&scene, &secret, 0),
    });
    nobody.done("POST", "/v1/auth/token", Some(form)).await;
}

// Each recovery code once, however it is typed.
#[tokio::test]
async fn recovery_codes() {
    let scene = Scene::new().await;
    let (_, codes) = enrolled(&scene).await;
    let nobody = scene.nobody();
    let sloppy = codes[1].to_lowercase().replace('-', " ");
    nobody.done(LOGIN.0, LOGIN.1, login(Some(&codes[0]))).await;
    let tokens = nobody.done(LOGIN.0, LOGIN.1, login(Some(&sloppy))).await;
    for used in &codes[..2] {
        nobody.refused(LOGIN, login(Some(used)), WRONG).await;
    }
    let alice = scene.bearing(tokens["access_token"].as_str().unwrap());
    assert_eq!(alice.get(TOTP).await["recovery_codes_left"], 8);
    alice.done("POST", DISABLE, proof(PASSWORD)).await;
    scene.login("alice").await;
}

// A wrong password says nothing about the second factor, and codes cannot be tried without end, although
// a login without one is no failure.
#[tokio::test]
async fn codes_are_not_guessed() {
    let scene = Scene::new().await;
    let (secret, _) = enrolled(&scene).await;
    let nobody = scene.nobody();
    let wrong = nobody.login("alice", "wr0ng horse").await.err();
    assert_eq!(nobody.login("ghost", "wr0ng horse").await.err(), wrong);
    for _ in 0..3 * LOGIN_FREE_FAILURES {
        nobody.refused(LOGIN, login(None), REQUIRED).await;
    }
    for n in 1..LOGIN_FREE_FAILURES {
        nobody.refused(LOGIN, login(None), REQUIRED).await;
        nobody
            .refused(LOGIN, login(Some(&format!("00000{n}"))), WRONG)
            .await;
    }
    nobody
        .refused(LOGIN, login(Some("x")), (429, "SW_RATE_LIMIT_EXCEEDED"))
        .await;
    scene.town.clock.pass(LOGIN_DELAY_FIRST.as_secs());
    nobody
        .done(LOGIN.0, LOGIN.1, login(Some(&shown(&scene, &secret, 0))))
        .await;
}

// Beginning and ending want the password: a session that was left open is not enough.
#[tokio::test]
async fn the_password_is_asked_for() {
    let scene = Scene::new().await;
    let tokens = scene.login("alice").await;
    let alice = scene.bearing(&tokens.access);
    let wrong = (403, "SW_AUTH_WRONG_PASSWORD");
    alice
        .refused(("POST", TOTP), proof("wr0ng horse"), wrong)
        .await;
    let (_, codes) = enrolled(&scene).await;
    let json = alice
        .refused(("POST", DISABLE), proof("wr0ng horse"), wrong)
        .await;
    assert_eq!(json["error"]["details"]["field"], "password", "{json}");
    assert_eq!(alice.get(TOTP).await["enabled"], true);
    alice.refused(("POST", DISABLE), Some(json!({})), BAD).await;
    alice.done("POST", DISABLE, proof(PASSWORD)).await;
    assert_eq!(alice.get(TOTP).await["enabled"], false);
    scene.login("alice").await;
    scene
        .nobody()
        .done(LOGIN.0, LOGIN.1, login(Some(&codes[0])))
        .await;
    // A new password by a link leaves the second factor on: the link may be in the wrong hands.
    enrolled(&scene).await;
    let root = scene.login("root").await;
    let root = scene.bearing(&root.access);
    scene.reset_by_link(&root, "alice").await;
    scene.nobody().refused(LOGIN, login(None), REQUIRED).await;
}

// An admin helps somebody who has lost everything; nobody else does.
#[tokio::test]
async fn an_admin_takes_it_away() {
    let scene = Scene::new().await;
    enrolled(&scene).await;
    let (bob, root) = (scene.login("bob").await, scene.login("root").await);
    let (bob, root) = (scene.bearing(&bob.access), scene.bearing(&root.access));
    let path = "/v1/admin/participants/alice/totp";
    bob.refused(
        ("DELETE", path),
        None,
        (403, "SW_AUTH_INSUFFICIENT_PERMISSION"),
    )
    .await;
    for nobody in [scene.nobody(), root.at("globex.example")] {
        nobody
            .refused(("DELETE", path), None, (401, "SW_AUTH_INVALID_TOKEN"))
            .await;
    }
    let ghost = "/v1/admin/participants/ghost/totp";
    root.refused(("DELETE", ghost), None, (404, "SW_NOT_FOUND"))
        .await;
    scene.nobody().refused(LOGIN, login(None), REQUIRED).await;
    for _ in 0..2 {
        root.done("DELETE", path, None).await;
    }
    scene.login("alice").await;
    let lines = root
        .get("/v1/admin/audit?action=account.totp_removed")
        .await;
    assert_eq!(lines.as_array().map(Vec::len), Some(1), "{lines}");
    for (method, path, body) in [
        ("GET", TOTP, None),
        ("POST", TOTP, proof(PASSWORD)),
        ("POST", CONFIRM, code("123456")),
        ("POST", DISABLE, proof(PASSWORD)),
    ] {
        let out = (401, "SW_AUTH_INVALID_TOKEN");
        scene.nobody().refused((method, path), body, out).await;
    }
}
