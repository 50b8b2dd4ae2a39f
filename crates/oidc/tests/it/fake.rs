use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair,
};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, body};
use http::{StatusCode, header};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use parking_lot::Mutex;
use scaiwave_engine::world::{Challenge, IdentityProvider as _, ProviderError, Vouched};
use scaiwave_engine::{Clock, Random, World};
use scaiwave_oidc::{ClaimNames, Limits, Provider, RoleClaim, Settings};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) const NOW_S: u64 = 1_800_000_000;
pub(crate) const CLIENT: &str = "scaiwave";
pub(crate) const SECRET: &str = "a secret/with: odd+signs";

pub(crate) struct FakeClock(AtomicU64);

impl FakeClock {
    pub(crate) fn pass(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for FakeClock {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct NoRandom;

impl Random for NoRandom {
    fn fill(&self, _bytes: &mut [u8]) {}
}

/// The key of every provider at first: making one takes longer than a test.
static FIRST: LazyLock<Signer> = LazyLock::new(|| Signer::rsa("one"));

/// A key of the provider's, with its name in the set.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) key: EncodingKey,
    pub(crate) algorithm: Algorithm,
    pub(crate) jwk: Value,
}

impl Signer {
    pub(crate) fn rsa(kid: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        // PKCS #8 wraps what the library wants bare.
        let pkcs8 = pair.as_der().unwrap();
        Signer::new(
            EncodingKey::from_rsa_der(bare(pkcs8.as_ref())),
            Algorithm::RS256,
            kid,
        )
    }

    pub(crate) fn ec(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let pkcs8 = pair.to_pkcs8v1().unwrap();
        Signer::new(
            EncodingKey::from_ec_der(pkcs8.as_ref()),
            Algorithm::ES256,
            kid,
        )
    }

    pub(crate) fn ed(kid: &str) -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let pkcs8 = pair.to_pkcs8v1().unwrap();
        Signer::new(
            EncodingKey::from_ed_der(pkcs8.as_ref()),
            Algorithm::EdDSA,
            kid,
        )
    }

    /// The same key, and another way to sign with it.
    pub(crate) fn by(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self.jwk.as_object_mut().unwrap().remove("alg");
        self
    }

    fn new(key: EncodingKey, algorithm: Algorithm, kid: &str) -> Self {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&key, algorithm).unwrap()).unwrap();
        jwk["kid"] = kid.into();
        jwk["use"] = "sig".into();
        Signer {
            key,
            algorithm,
            jwk,
        }
    }

    pub(crate) fn sign(&self, kid: Option<&str>, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = kid.map(str::to_owned);
        encode(&header, claims, &self.key).unwrap()
    }
}

/// The RSAPrivateKey within a PKCS #8 document (RFC 5208): the content of its last octet string.
fn bare(pkcs8: &[u8]) -> &[u8] {
    // SEQUENCE { INTEGER, SEQUENCE { … }, OCTET STRING (04 82 hi lo) … }
    let at = (0..40)
        .find(|at| {
            pkcs8[*at] == 4
                && pkcs8[at + 1] == 0x82
                && pkcs8[at + 4] == 0x30
                && pkcs8[at + 5] == 0x82
        })
        .unwrap();
    &pkcs8[at + 4..]
}

/// What the provider answers at one path.
#[derive(Clone)]
pub(crate) enum Said {
    Json(u16, Value),
    Bytes(usize),
    Elsewhere(String),
    Never,
}

#[derive(Default)]
struct Script {
    document: Option<Said>,
    keys: Option<Said>,
    tokens: Option<Said>,
    userinfo: Option<Said>,
    /// (path, body, `Authorization`) of what was asked.
    asked: Vec<(String, String, String)>,
}

/// A provider on loopback, and a client of it.
pub(crate) struct Scene {
    pub(crate) issuer: String,
    pub(crate) clock: Arc<FakeClock>,
    script: Arc<Mutex<Script>>,
    pub(crate) signer: Signer,
    pub(crate) provider: Arc<Provider>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Scene::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = format!("http://{address}");
        let script = Arc::new(Mutex::new(Script::default()));
        let router = Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let clock = Arc::new(FakeClock(AtomicU64::new(NOW_S * 1000)));
        let world = World {
            clock: clock.clone(),
            random: Arc::new(NoRandom),
        };
        let mut settings = settings(&issuer);
        change(&mut settings);
        let limits = Limits {
            connect: Duration::from_secs(5),
            request: Duration::from_millis(400),
            login: Duration::from_secs(5),
        };
        let scene = Scene {
            clock,
            script,
            signer: FIRST.clone(),
            provider: Provider::new(settings, limits, world),
            issuer,
        };
        scene.script.lock().document = Some(Said::Json(200, scene.document()));
        scene.publish(&[&scene.signer.jwk]);
        scene
    }

    pub(crate) fn document(&self) -> Value {
        let at = |path: &str| format!("{}/{path}", self.issuer);
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": at("authorize?tenant=x"),
            "token_endpoint": at("token"),
            "jwks_uri": at("keys"),
            "userinfo_endpoint": at("userinfo"),
            "something_else": [1, 2, 3],
        })
    }

    pub(crate) fn say_document(&self, said: Said) {
        self.script.lock().document = Some(said);
    }

    pub(crate) fn say_keys(&self, said: Said) {
        self.script.lock().keys = Some(said);
    }

    pub(crate) fn say_tokens(&self, said: Said) {
        self.script.lock().tokens = Some(said);
    }

    pub(crate) fn say_userinfo(&self, said: Said) {
        self.script.lock().userinfo = Some(said);
    }

    pub(crate) fn publish(&self, keys: &[&Value]) {
        self.say_keys(Said::Json(200, json!({"keys": keys})));
    }

    /// What a right token says.
    pub(crate) fn claims(&self) -> Value {
        json!({
            "iss": self.issuer, "sub": "1234", "aud": CLIENT, "nonce": "the nonce",
            "iat": NOW_S - 1, "exp": NOW_S + 300,
            "preferred_username": "ann", "name": "Ann", "email": "ann@corp.example",
            "tenant_id": "acme", "groups": ["chat"],
        })
    }

    /// Redeems a code for this ID token.
    pub(crate) async fn redeem(&self, id_token: &str) -> Result<Vouched, ProviderError> {
        let tokens =
            json!({"id_token": id_token, "access_token": "opaque", "token_type": "Bearer"});
        self.say_tokens(Said::Json(200, tokens));
        self.redeem_as_said().await
    }

    pub(crate) async fn redeem_as_said(&self) -> Result<Vouched, ProviderError> {
        self.provider.redeem("the code", &challenge()).await
    }

    /// A right token in all but what is changed.
    pub(crate) async fn redeem_claims(
        &self,
        change: impl FnOnce(&mut Value),
    ) -> Result<Vouched, ProviderError> {
        let mut claims = self.claims();
        change(&mut claims);
        self.redeem(&self.signer.sign(Some("one"), &claims)).await
    }

    pub(crate) fn now_s(&self) -> u64 {
        self.clock.now_ms() / 1000
    }

    /// How often a path was asked for.
    pub(crate) fn count(&self, path: &str) -> usize {
        let script = self.script.lock();
        script
            .asked
            .iter()
            .filter(|(asked, _, _)| asked == path)
            .count()
    }

    /// Body and `Authorization` of the last request for a path.
    pub(crate) fn last(&self, path: &str) -> (String, String) {
        let script = self.script.lock();
        let mut asked = script.asked.iter().rev();
        let (_, body, authorization) = asked.find(|(asked, _, _)| asked == path).unwrap();
        (body.clone(), authorization.clone())
    }
}

pub(crate) fn challenge() -> Challenge {
    Challenge {
        state: "the state".to_owned(),
        nonce: "the nonce".to_owned(),
        // The example of RFC 7636, appendix B.
        verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
    }
}

pub(crate) fn settings(issuer: &str) -> Settings {
    Settings {
        issuer: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: Some(SECRET.to_owned()),
        redirect_uri: "http://acme.localhost/v1/auth/oidc/callback".to_owned(),
        scopes: vec!["profile".to_owned(), "openid".to_owned()],
        claims: ClaimNames {
            tenant: Some("tenant_id".to_owned()),
            local_id: "preferred_username".to_owned(),
            name: "name".to_owned(),
            email: "email".to_owned(),
            role: Some(RoleClaim {
                claim: "groups".to_owned(),
                admin_values: vec!["chat-admins".to_owned()],
            }),
        },
        authorities: None,
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response {
    let (parts, bytes) = request.into_parts();
    let bytes = body::to_bytes(bytes, 1 << 20).await.unwrap();
    let path = parts.uri.path().to_owned();
    let header = parts.headers.get(header::AUTHORIZATION);
    let authorization = header.map(|value| value.to_str().unwrap().to_owned());
    let said = {
        let mut script = script.lock();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        script
            .asked
            .push((path.clone(), body, authorization.unwrap_or_default()));
        match path.as_str() {
            "/.well-known/openid-configuration" => script.document.clone(),
            "/keys" => script.keys.clone(),
            "/token" => script.tokens.clone(),
            "/userinfo" => script.userinfo.clone(),
            _ => None,
        }
    };
    match said {
        Some(Said::Json(status, value)) => {
            (StatusCode::from_u16(status).unwrap(), axum::Json(value)).into_response()
        }
        Some(Said::Bytes(count)) => vec![b' '; count].into_response(),
        Some(Said::Elsewhere(to)) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Some(Said::Never) => std::future::pending().await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
