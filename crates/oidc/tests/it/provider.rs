//! The provider itself: how it is asked, and what when it is not there or says something else.

use scaiwave_engine::world::{IdentityProvider as _, ProviderError};
use scaiwave_oidc::limits::{
    AFTER_FAILURE_MS, BELIEVED_MS, CODE_BYTES_MAX, DOCUMENT_BYTES_MAX, KEYS_BYTES_MAX, LOOKS_MAX,
    LOOKS_WITHIN_MS, REDEEMED_AT_A_TIME, TOKENS_BYTES_MAX,
};
use serde_json::{Value, json};

use crate::fake::{CLIENT, Said, Scene, Signer, challenge};

const DOCUMENT: &str = "/.well-known/openid-configuration";

#[track_caller]
fn unreachable<T: std::fmt::Debug>(outcome: Result<T, ProviderError>, what: &str) {
    let error = outcome.expect_err(what);
    assert!(
        matches!(error, ProviderError::Unreachable(_)),
        "{what}: {error:?}"
    );
}

#[track_caller]
fn not_believed<T: std::fmt::Debug>(outcome: Result<T, ProviderError>, what: &str) {
    let error = outcome.expect_err(what);
    assert!(
        matches!(error, ProviderError::NotBelieved(_)),
        "{what}: {error:?}"
    );
}

// The address has everything that binds the answer to this attempt.
#[tokio::test]
async fn the_address() {
    let scene = Scene::new().await;
    let address = scene.provider.address(&challenge()).await.unwrap();
    let expected = format!(
        "{}/authorize?tenant=x&response_type=code&client_id=scaiwave\
         &redirect_uri=http%3A%2F%2Facme.localhost%2Fv1%2Fauth%2Foidc%2Fcallback\
         &scope=openid+profile&state=the+state&nonce=the+nonce\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
        scene.issuer
    );
    assert_eq!(address, expected);
}

// The secret goes into the header unless the provider takes it in the body only; without one, the client's name
// goes with the code.
#[tokio::test]
async fn the_code_is_redeemed_as_the_provider_wants_it() {
    let basic = "Basic c2NhaXdhdmU6YStzZWNyZXQlMkZ3aXRoJTNBK29kZCUyQnNpZ25z";
    let form = "grant_type=authorization_code&code=the+code\
                &redirect_uri=http%3A%2F%2Facme.localhost%2Fv1%2Fauth%2Foidc%2Fcallback\
                &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let secret = "&client_id=scaiwave&client_secret=a+secret%2Fwith%3A+odd%2Bsigns";
    let cases = [
        (None, true, "", basic),
        (
            Some(json!(["client_secret_post", "client_secret_basic"])),
            true,
            "",
            basic,
        ),
        (
            Some(json!(["private_key_jwt", "client_secret_post"])),
            true,
            secret,
            "",
        ),
        (Some(json!(["none"])), false, "&client_id=scaiwave", ""),
    ];
    for (methods, has_secret, more, authorization) in cases {
        let scene = Scene::with(|settings| {
            if !has_secret {
                settings.client_secret = None;
            }
        });
        let scene = scene.await;
        let mut document = scene.document();
        if let Some(methods) = methods {
            document["token_endpoint_auth_methods_supported"] = methods;
        }
        scene.say_document(Said::Json(200, document));
        scene.redeem_claims(|_| {}).await.unwrap();
        let (body, header) = scene.last("/token");
        assert_eq!(
            (body, header.as_str()),
            (format!("{form}{more}"), authorization)
        );
    }
}

// A document of another issuer, or one that leads into the clear, is not followed.
#[tokio::test]
async fn a_document_that_is_not_right() {
    for (what, name, value) in [
        ("another issuer", "issuer", json!("https://login.example")),
        ("no issuer", "issuer", Value::Null),
        ("no token endpoint", "token_endpoint", Value::Null),
        (
            "in the clear",
            "token_endpoint",
            json!("http://login.example/token"),
        ),
        (
            "keys in the clear",
            "jwks_uri",
            json!("http://10.0.0.1/keys"),
        ),
        ("a file", "jwks_uri", json!("file:///etc/passwd")),
        (
            "no address",
            "authorization_endpoint",
            json!("javascript:x"),
        ),
        (
            "a user in it",
            "token_endpoint",
            json!("https://a@login.example/"),
        ),
        (
            "userinfo in the clear",
            "userinfo_endpoint",
            json!("http://login.example/"),
        ),
    ] {
        let scene = Scene::new().await;
        let mut document = scene.document();
        document[name] = value;
        scene.say_document(Said::Json(200, document));
        not_believed(scene.provider.address(&challenge()).await, what);
    }
    let scene = Scene::new().await;
    scene.say_document(Said::Json(200, json!(["no object"])));
    not_believed(scene.provider.address(&challenge()).await, "another form");
}

// Who does not answer, or fails, or leads elsewhere, is said to be unreachable, soon.
#[tokio::test]
async fn a_provider_that_is_not_there() {
    let elsewhere = |scene: &Scene| Said::Elsewhere(format!("{}/other", scene.issuer));
    for (what, said) in [
        ("silent", Said::Never),
        ("failing", Said::Json(503, json!({}))),
        ("gone", Said::Json(404, json!({}))),
    ] {
        let scene = Scene::new().await;
        scene.say_document(said.clone());
        unreachable(scene.provider.address(&challenge()).await, what);
        let scene = Scene::new().await;
        scene.say_keys(said.clone());
        unreachable(scene.redeem_claims(|_| {}).await, what);
        let scene = Scene::new().await;
        scene.say_userinfo(said);
        let without_name = |claims: &mut Value| claims["name"] = Value::Null;
        unreachable(scene.redeem_claims(without_name).await, what);
    }
    let scene = Scene::new().await;
    scene.say_document(elsewhere(&scene));
    unreachable(scene.provider.address(&challenge()).await, "elsewhere");
    assert_eq!(scene.count("/other"), 0, "no redirect is followed");
    for said in [Said::Never, Said::Json(500, json!({})), elsewhere(&scene)] {
        let scene = Scene::new().await;
        scene.say_tokens(said);
        unreachable(scene.redeem_as_said().await, "the token endpoint");
    }
    let nobody = Scene::with(|settings| settings.issuer = "http://127.0.0.1:9".to_owned());
    let nobody = nobody.await.provider.address(&challenge()).await;
    unreachable(nobody, "nobody listens");
}

// An answer is read up to its limit and no further.
#[tokio::test]
async fn answers_have_a_size() {
    let padded = |value: &Value, bytes: usize| {
        let mut value = value.clone();
        value["pad"] = "".into();
        let pad = bytes - value.to_string().len();
        value["pad"] = "x".repeat(pad).into();
        Said::Json(200, value)
    };
    let scene = Scene::new().await;
    let token = scene.signer.sign(Some("one"), &scene.claims());
    let (tokens, keys) = (
        json!({"id_token": token}),
        json!({"keys": [scene.signer.jwk]}),
    );
    let document = scene.document();
    for (more, expected) in [(0, true), (1, false)] {
        let fresh = async || {
            let scene = Scene::new().await;
            scene.say_tokens(Said::Json(200, tokens.clone()));
            scene
        };
        // The issuer of another scene has another port, and as many digits.
        let of = fresh().await;
        let document: Value = document
            .to_string()
            .replace(&scene.issuer, &of.issuer)
            .parse()
            .unwrap();
        of.say_document(padded(&document, DOCUMENT_BYTES_MAX + more));
        let address = of.provider.address(&challenge()).await;
        assert_eq!(address.is_ok(), expected, "document");
        let of = fresh().await;
        of.say_keys(padded(&keys, KEYS_BYTES_MAX + more));
        let outcome = of.redeem_as_said().await;
        // The token is of another issuer: it is the reading that counts.
        assert_eq!(
            matches!(outcome, Err(ProviderError::NotBelieved(_))),
            expected,
            "{outcome:?}"
        );
        let of = fresh().await;
        of.say_tokens(padded(&tokens, TOKENS_BYTES_MAX + more));
        let outcome = of.redeem_as_said().await;
        assert_eq!(
            matches!(outcome, Err(ProviderError::NotBelieved(_))),
            expected,
            "{outcome:?}"
        );
    }
    scene.say_tokens(Said::Json(200, tokens));
    scene.say_keys(Said::Bytes(KEYS_BYTES_MAX + 1));
    unreachable(scene.redeem_as_said().await, "spaces");
    let long = "x".repeat(CODE_BYTES_MAX + 1);
    let refused = scene.provider.redeem(&long, &challenge()).await;
    assert!(
        matches!(refused, Err(ProviderError::Refused(_))),
        "{refused:?}"
    );
}

// A refused code is told from a provider that fails; what it says stays out unless it is a plain code.
#[tokio::test]
async fn a_code_that_is_refused() {
    let scene = Scene::new().await;
    for (status, body, expected) in [
        (
            400,
            json!({"error": "invalid_grant"}),
            "the token endpoint answers 400 Bad Request invalid_grant",
        ),
        (
            401,
            json!({"error": "invalid_client", "error_description": "x"}),
            "the token endpoint answers 401 Unauthorized invalid_client",
        ),
        (
            400,
            json!({"error": "<script>"}),
            "the token endpoint answers 400 Bad Request ",
        ),
        (
            400,
            json!("text"),
            "the token endpoint answers 400 Bad Request ",
        ),
    ] {
        scene.say_tokens(Said::Json(status, body));
        let refused = ProviderError::Refused(expected.to_owned());
        assert_eq!(scene.redeem_as_said().await, Err(refused));
    }
    for body in [
        json!({}),
        json!({"id_token": 7}),
        json!({"access_token": "x"}),
        json!([]),
    ] {
        scene.say_tokens(Said::Json(200, body.clone()));
        not_believed(scene.redeem_as_said().await, &body.to_string());
    }
}

// Document and keys are read once, and again when they are old; after a failure not at once.
#[tokio::test]
async fn what_is_known_is_not_asked_for() {
    let scene = Scene::new().await;
    for _ in 0..3 {
        scene.redeem_claims(|_| {}).await.unwrap();
    }
    assert_eq!((scene.count(DOCUMENT), scene.count("/keys")), (1, 1));
    scene.clock.pass(BELIEVED_MS - 1);
    let later = |claims: &mut Value| claims["exp"] = json!(2 * crate::fake::NOW_S);
    scene.redeem_claims(later).await.unwrap();
    assert_eq!((scene.count(DOCUMENT), scene.count("/keys")), (1, 1));
    scene.clock.pass(1);
    scene.redeem_claims(later).await.unwrap();
    assert_eq!((scene.count(DOCUMENT), scene.count("/keys")), (2, 2));

    let scene = Scene::new().await;
    let document = scene.document();
    scene.say_document(Said::Json(503, json!({})));
    for _ in 0..3 {
        unreachable(scene.provider.address(&challenge()).await, "it fails");
    }
    assert_eq!(scene.count(DOCUMENT), 1);
    scene.say_document(Said::Json(200, document));
    scene.clock.pass(AFTER_FAILURE_MS - 1);
    unreachable(scene.provider.address(&challenge()).await, "not yet");
    scene.clock.pass(1);
    assert!(scene.provider.address(&challenge()).await.is_ok());
}

// A new key is found at once; one that is nowhere does not make us ask for ever.
#[tokio::test]
async fn keys_are_looked_for_when_one_is_not_known() {
    let scene = Scene::new().await;
    scene.redeem_claims(|_| {}).await.unwrap();
    let new = Signer::rsa("new");
    scene.publish(&[&new.jwk]);
    let token = new.sign(Some("new"), &scene.claims());
    assert!(scene.redeem(&token).await.is_ok());
    assert_eq!(scene.count("/keys"), 2);
    // The old one is not published any more.
    let old = scene.signer.sign(Some("one"), &scene.claims());
    for _ in 0..2 * LOOKS_MAX {
        not_believed(scene.redeem(&old).await, "withdrawn");
    }
    assert_eq!(scene.count("/keys"), 1 + LOOKS_MAX);
    scene.clock.pass(LOOKS_WITHIN_MS - 1);
    not_believed(scene.redeem(&old).await, "not yet");
    assert_eq!(scene.count("/keys"), 1 + LOOKS_MAX);
    scene.clock.pass(1);
    not_believed(scene.redeem(&old).await, "withdrawn");
    assert_eq!(scene.count("/keys"), 2 + LOOKS_MAX);
    assert!(scene.redeem(&token).await.is_ok(), "known keys go on");
}

// What the token leaves out is asked for, and must be about the same person.
#[tokio::test]
async fn what_the_token_leaves_out() {
    let scene = Scene::new().await;
    let thin = |claims: &mut Value| {
        let claims = claims.as_object_mut().unwrap();
        claims.retain(|name, _| {
            ["iss", "sub", "aud", "exp", "iat", "nonce", "name"].contains(&name.as_str())
        });
    };
    let said = json!({"sub": "1234", "preferred_username": "ann", "name": "Other", "tenant_id": "acme",
        "iss": "x", "groups": "chat-admins"});
    scene.say_userinfo(Said::Json(200, said.clone()));
    let ann = scene.redeem_claims(thin).await.unwrap();
    let (_, authorization) = scene.last("/userinfo");
    assert_eq!(authorization, "Bearer opaque");
    assert_eq!(ann.local_id.as_deref(), Some("ann"));
    assert_eq!(ann.name.as_deref(), Some("Ann"), "the token goes first");
    assert_eq!((ann.tenant.as_deref(), ann.email), (Some("acme"), None));
    assert_eq!(ann.role, Some(scaiwave_engine::store::record::Role::Admin));
    for (what, sub) in [
        ("another", json!("1235")),
        ("nobody", Value::Null),
        ("a number", json!(1234)),
    ] {
        let mut said = said.clone();
        said["sub"] = sub;
        scene.say_userinfo(Said::Json(200, said));
        not_believed(scene.redeem_claims(thin).await, what);
    }
    // A provider without that endpoint leaves it at that.
    let scene = Scene::new().await;
    let mut document = scene.document();
    document["userinfo_endpoint"] = Value::Null;
    scene.say_document(Said::Json(200, document));
    let ann = scene.redeem_claims(thin).await.unwrap();
    assert_eq!((ann.tenant, ann.local_id), (None, None));
}

// So many at a time, and the next one is told so at once.
#[tokio::test]
async fn logins_at_a_time() {
    let scene = std::sync::Arc::new(Scene::new().await);
    scene.say_tokens(Said::Never);
    let waiting: Vec<_> = (0..REDEEMED_AT_A_TIME)
        .map(|_| {
            let scene = scene.clone();
            tokio::spawn(async move { scene.redeem_as_said().await })
        })
        .collect();
    // Each has its place before it asks.
    while scene.count("/token") < REDEEMED_AT_A_TIME {
        tokio::task::yield_now().await;
    }
    assert_eq!(scene.redeem_as_said().await, Err(ProviderError::Busy));
    for one in waiting {
        unreachable(one.await.unwrap(), "it waits in vain");
    }
    assert!(
        scene
            .redeem_claims(|claims| claims["aud"] = json!([CLIENT]))
            .await
            .is_ok()
    );
}
