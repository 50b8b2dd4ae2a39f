//! Logins by an identity provider: the provider is played, the rest is real.

mod linking;
mod logins;
mod refused;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use http::StatusCode;
use parking_lot::Mutex;
use scaiwave_engine::accounts::{Mode, ProviderWay, Ways};
use scaiwave_engine::world::{Challenge, IdentityProvider, ProviderError, Vouched};
use serde_json::{Value, json};

use super::{Caller, Scene, Tokens};

const ISSUER: &str = "https://login.example";
const START: (&str, &str) = ("POST", "/v1/auth/oidc/start");
const FINISH: (&str, &str) = ("POST", "/v1/auth/oidc/finish");
/// The same for a page.
const SESSION: (&str, &str) = ("POST", "/v1/auth/oidc/session");
const FAILED: (u16, &str) = (400, "SW_AUTH_OIDC_FAILED");

/// A provider that vouches as it was told to, once for each code.
struct Fake {
    redirect_uri: &'static str,
    /// By code.
    said: Mutex<HashMap<String, Result<Vouched, ProviderError>>>,
    /// Whether it can be asked at all.
    is_down: Mutex<bool>,
}

impl Fake {
    fn new(redirect_uri: &'static str) -> Arc<Self> {
        Arc::new(Fake {
            redirect_uri,
            said: Mutex::default(),
            is_down: Mutex::default(),
        })
    }

    fn say(&self, code: &str, outcome: Result<Vouched, ProviderError>) {
        self.said.lock().insert(code.to_owned(), outcome);
    }

    fn way(self: &Arc<Self>) -> ProviderWay {
        ProviderWay {
            provider: self.clone(),
            name: "Example Corp".to_owned(),
            tenant: None,
            makes_accounts: true,
        }
    }
}

#[async_trait]
impl IdentityProvider for Fake {
    fn issuer(&self) -> &str {
        ISSUER
    }

    fn redirect_uri(&self) -> &str {
        self.redirect_uri
    }

    async fn address(&self, challenge: &Challenge) -> Result<String, ProviderError> {
        if *self.is_down.lock() {
            return Err(ProviderError::Unreachable("it is down".to_owned()));
        }
        Ok(format!("{ISSUER}/authorize?state={}", challenge.state))
    }

    async fn redeem(&self, code: &str, challenge: &Challenge) -> Result<Vouched, ProviderError> {
        let secrets = [&challenge.state, &challenge.nonce, &challenge.verifier];
        assert!(
            secrets.iter().all(|secret| secret.len() == 43),
            "32 random bytes each"
        );
        assert!(secrets[0] != secrets[1] && secrets[1] != secrets[2]);
        let used = || Err(ProviderError::Refused("used".to_owned()));
        self.said.lock().remove(code).unwrap_or_else(used)
    }
}

/// Somebody at the provider, without a role from there.
fn vouched(subject: &str, name: &str) -> Vouched {
    Vouched {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        tenant: None,
        local_id: Some(name.to_owned()),
        name: Some(format!("{name} of Corp")),
        email: Some(format!("{name}@corp.example")),
        role: None,
    }
}

fn ways(mode: Mode, way: ProviderWay) -> Ways {
    Ways {
        mode,
        provider: Some(way),
    }
}

/// Acme with a provider, in this mode; what is agreed with it can be changed.
async fn scene(mode: Mode, change: impl FnOnce(&mut ProviderWay)) -> (Scene, Arc<Fake>) {
    let fake = Fake::new("https://acme.example/v1/auth/oidc/callback");
    let mut way = fake.way();
    change(&mut way);
    let scene = Scene::by([ways(mode, way), Ways::default()]).await;
    (scene, fake)
}

/// A browser that has begun, and what it got for it.
struct Begun {
    state: String,
    cookie: String,
}

impl Begun {
    /// From the answer to the beginning of a login or a link.
    fn of(set_cookie: &str, json: &Value) -> Self {
        let url = json["data"]["url"].as_str().unwrap();
        let (_, state) = url.split_once("state=").unwrap();
        let (cookie, _) = set_cookie.split_once(';').unwrap();
        Begun {
            state: state.to_owned(),
            cookie: cookie.to_owned(),
        }
    }

    /// The address to which the provider sends it back.
    fn back(&self, code: &str) -> String {
        let state = &self.state;
        format!("/v1/auth/oidc/callback?state={state}&code={code}&session_state=x")
    }
}

impl Caller<'_> {
    async fn begin(&self, path: &str, body: Value) -> Begun {
        let (parts, json) = self.answer("POST", path, Some(body)).await;
        assert_eq!(parts.status, StatusCode::OK, "{json}");
        let cookie = parts.headers["set-cookie"].to_str().unwrap();
        Begun::of(cookie, &json)
    }

    /// Comes back; gives where the browser goes on.
    async fn come_back(&self, path: &str) -> String {
        let (parts, json) = self.answer("GET", path, None).await;
        assert_eq!(parts.status, StatusCode::SEE_OTHER, "{json}");
        assert_eq!(parts.headers["cache-control"], "no-store");
        assert_eq!(parts.headers["referrer-policy"], "no-referrer");
        parts.headers["location"].to_str().unwrap().to_owned()
    }
}

impl Scene {
    /// Somebody goes to the provider, which says this, and is back; gives the browser's cookie, and where it
    /// goes on.
    async fn goes(&self, fake: &Fake, said: Result<Vouched, ProviderError>) -> (String, String) {
        let begun = self
            .nobody()
            .begin(START.1, json!({"return_to": "/rooms"}))
            .await;
        fake.say("c", said);
        let browser = self.nobody();
        let browser = browser.with_cookie(&begun.cookie);
        let place = browser.come_back(&begun.back("c")).await;
        (place, begun.cookie)
    }

    /// The same to the end.
    async fn logs_in(&self, fake: &Fake, said: Vouched) -> Tokens {
        let (place, cookie) = self.goes(fake, Ok(said)).await;
        let code = place.strip_prefix("/rooms#login_code=").expect(&place);
        let browser = self.nobody();
        let browser = browser.with_cookie(&cookie);
        let json = browser
            .done(FINISH.0, FINISH.1, Some(json!({"code": code})))
            .await;
        let token = |name: &str| json[name].as_str().unwrap().to_owned();
        Tokens {
            access: token("access_token"),
            refresh: token("refresh_token"),
        }
    }

    /// The same, and it comes to nothing: gives the code of the failure.
    async fn fails(&self, fake: &Fake, said: Result<Vouched, ProviderError>) -> String {
        let (place, _) = self.goes(fake, said).await;
        let code = place.strip_prefix("/rooms#login_error=").expect(&place);
        code.to_owned()
    }

    /// Everybody of acme, by an admin's eyes.
    async fn everybody(&self) -> Vec<String> {
        let rows = self
            .acme
            .store
            .participants("", true, None, 200, 0)
            .await
            .unwrap();
        rows.iter().map(|row| row.local_id.to_string()).collect()
    }
}
