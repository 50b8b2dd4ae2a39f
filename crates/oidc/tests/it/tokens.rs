//! ID tokens, right and wrong, each through the whole of a login.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use scaiwave_engine::store::record::Role;
use scaiwave_engine::world::{ProviderError, Vouched};
use serde_json::{Value, json};

use crate::fake::{CLIENT, NOW_S, SECRET, Scene, Signer};

#[track_caller]
fn not_believed(outcome: Result<Vouched, ProviderError>, what: &str) {
    let error = outcome.expect_err(what);
    assert!(
        matches!(error, ProviderError::NotBelieved(_)),
        "{what}: {error:?}"
    );
}

// A right token says who it is; what else is in it changes nothing.
#[tokio::test]
async fn a_right_token_is_believed() {
    let scene = Scene::new().await;
    let ann = Vouched {
        issuer: scene.issuer.clone(),
        subject: "1234".to_owned(),
        tenant: Some("acme".to_owned()),
        local_id: Some("ann".to_owned()),
        name: Some("Ann".to_owned()),
        email: Some("ann@corp.example".to_owned()),
        role: Some(Role::Member),
    };
    assert_eq!(scene.redeem_claims(|_| {}).await, Ok(ann.clone()));
    assert_eq!(scene.count("/userinfo"), 0, "nothing was missing");
    type Change = fn(&mut Value);
    let same: [Change; 8] = [
        |claims| claims["aud"] = json!([CLIENT]),
        |claims| claims["azp"] = json!(CLIENT),
        |claims| {
            claims["aud"] = json!(["other", CLIENT]);
            claims["azp"] = json!(CLIENT);
        },
        // The last moment that counts, on each side.
        |claims| claims["exp"] = json!(NOW_S - 59),
        |claims| claims["iat"] = json!(NOW_S + 60),
        |claims| claims["nbf"] = json!(NOW_S + 60),
        |claims| claims["exp"] = json!(NOW_S as f64 + 0.5),
        |claims| claims["anything"] = json!({"more": [1]}),
    ];
    for (number, change) in same.into_iter().enumerate() {
        let outcome = scene.redeem_claims(change).await;
        assert_eq!(outcome, Ok(ann.clone()), "{number}");
    }
    let admin = scene.redeem_claims(|claims| claims["groups"] = json!(["chat", "chat-admins"]));
    assert_eq!(admin.await.unwrap().role, Some(Role::Admin));
}

// Every claim that is relied on must be there, of its own type, and right.
#[tokio::test]
async fn a_token_that_is_not_for_us_now_is_not_believed() {
    let scene = Scene::new().await;
    for name in ["iss", "sub", "aud", "exp", "iat", "nonce"] {
        let without = |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove(name));
        not_believed(scene.redeem_claims(without).await, &format!("no {name}"));
        for wrong in [
            json!(null),
            json!(true),
            json!({"a": 1}),
            json!([]),
            json!([7]),
        ] {
            let what = format!("{name}: {wrong}");
            let change = |claims: &mut Value| claims[name] = wrong;
            not_believed(scene.redeem_claims(change).await, &what);
        }
    }
    let issuer = scene.issuer.clone();
    let wrong = [
        ("iss", json!("https://login.example")),
        ("iss", json!(format!("{issuer}/"))),
        ("iss", json!(issuer.to_uppercase())),
        ("iss", json!([issuer])),
        ("sub", json!("")),
        ("sub", json!(1234)),
        ("sub", json!("x".repeat(256))),
        ("aud", json!("other")),
        ("aud", json!("scaiwave2")),
        ("aud", json!(["other"])),
        // Several, and nobody says who asked for it.
        ("aud", json!([CLIENT, "other"])),
        ("aud", json!([CLIENT, 7])),
        ("azp", json!("other")),
        ("azp", json!("")),
        ("azp", json!(null)),
        ("azp", json!([CLIENT])),
        ("exp", json!(NOW_S - 60)),
        ("exp", json!(0)),
        ("exp", json!(format!("{}", NOW_S + 300))),
        ("iat", json!(NOW_S + 61)),
        ("nbf", json!(NOW_S + 61)),
        ("nbf", json!("now")),
        ("nbf", json!(null)),
        ("nonce", json!("the Nonce")),
        ("nonce", json!("")),
    ];
    for (name, value) in wrong {
        let what = format!("{name}: {value}");
        let change = |claims: &mut Value| claims[name] = value;
        not_believed(scene.redeem_claims(change).await, &what);
    }
    let longest = scene.redeem_claims(|claims| claims["sub"] = json!("x".repeat(255)));
    assert_eq!(longest.await.unwrap().subject.len(), 255);
}

/// A token put together by hand.
fn by_hand(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}.{signature}", part(header), part(claims))
}

// A signature that proves nothing is worth nothing, however the token asks to be believed.
#[tokio::test]
async fn a_token_that_the_provider_has_not_signed_is_not_believed() {
    let scene = Scene::new().await;
    let claims = scene.claims();
    let right = scene.signer.sign(Some("one"), &claims);
    let signature = right.rsplit('.').next().unwrap().to_owned();
    let public = scene.signer.jwk.to_string();
    let modulus = BASE64URL_NOPAD.decode(scene.signer.jwk["n"].as_str().unwrap().as_bytes());
    let hmac = |secret: &[u8], algorithm, kid: Option<&str>| {
        let mut header = Header::new(algorithm);
        header.kid = kid.map(str::to_owned);
        encode(&header, &claims, &EncodingKey::from_secret(secret).unwrap()).unwrap()
    };
    let stranger = Signer::rsa("one");
    let mut hers = serde_json::to_value(Header::new(Algorithm::RS256)).unwrap();
    hers["kid"] = "one".into();
    hers["jwk"] = stranger.jwk.clone();
    hers["jku"] = format!("{}/other-keys", scene.issuer).into();
    hers["x5u"] = hers["jku"].clone();
    let hers: Header = serde_json::from_value(hers).unwrap();
    let mut changed = claims.clone();
    changed["sub"] = "somebody else".into();
    let body = |token: &str| token.split('.').nth(1).unwrap().to_owned();
    let spliced = right.replace(&body(&right), &body(&by_hand(&json!({}), &changed, "")));
    let none = |alg: &str| by_hand(&json!({"alg": alg, "kid": "one"}), &claims, "");
    let mut critical = json!({"alg": "RS256", "kid": "one", "crit": ["exp"], "exp": 1});
    let with_crit = by_hand(&critical, &claims, &signature);
    critical["crit"] = json!([]);
    let cases = [
        ("none", none("none")),
        ("None", none("None")),
        (
            "NONE with a signature",
            by_hand(&json!({"alg": "NONE"}), &claims, &signature),
        ),
        (
            "no algorithm",
            by_hand(&json!({"kid": "one"}), &claims, &signature),
        ),
        (
            "no signature",
            by_hand(&json!({"alg": "RS256", "kid": "one"}), &claims, ""),
        ),
        (
            "another's signature",
            by_hand(&json!({"alg": "RS256", "kid": "one"}), &changed, &signature),
        ),
        ("another's body", spliced),
        (
            "our public key as a secret",
            hmac(public.as_bytes(), Algorithm::HS256, Some("one")),
        ),
        (
            "its modulus as a secret",
            hmac(&modulus.unwrap(), Algorithm::HS256, Some("one")),
        ),
        (
            "our client secret",
            hmac(SECRET.as_bytes(), Algorithm::HS256, None),
        ),
        (
            "our client secret, longer",
            hmac(SECRET.as_bytes(), Algorithm::HS512, Some("one")),
        ),
        ("a stranger's key", stranger.sign(Some("one"), &claims)),
        (
            "a key in the token",
            encode(&hers, &claims, &stranger.key).unwrap(),
        ),
        ("a key of no name", stranger.sign(None, &claims)),
        ("an unknown key", scene.signer.sign(Some("two"), &claims)),
        (
            "a path for a name",
            scene.signer.sign(Some("../../one"), &claims),
        ),
        ("critical things that we do not know", with_crit),
        (
            "critical, and nothing in it",
            by_hand(&critical, &claims, &signature),
        ),
        ("two parts", "a.b".to_owned()),
        ("four parts", format!("{right}.x")),
        ("no token", String::new()),
        ("no text", "\u{0}.\u{0}.\u{0}".to_owned()),
        ("an encrypted one", "a.b.c.d.e".to_owned()),
    ];
    for (what, token) in cases {
        not_believed(scene.redeem(&token).await, what);
    }
    assert_eq!(scene.count("/other-keys"), 0, "a token leads to no request");
    assert!(scene.redeem(&right).await.is_ok());
}

// A key set may hold what we do not know, and keys for other uses; what fits is found in it.
#[tokio::test]
async fn the_fitting_key_is_found() {
    let scene = Scene::new().await;
    let claims = scene.claims();
    let with = |name: &str, value: Value| {
        let mut jwk = scene.signer.jwk.clone();
        jwk[name] = value;
        jwk
    };
    let other = Signer::rsa("other");
    let unknown = json!({"kty": "quantum", "kid": "one"});
    let secret = json!({"kty": "oct", "k": "c2VjcmV0", "kid": "one", "alg": "HS256"});
    let broken = json!({"kty": "RSA", "kid": "one", "n": "!", "e": "AQAB"});
    let jwk = &scene.signer.jwk;
    // Each look at the keys is a new one.
    let hour = 60 * 60 * 1000;
    let cases: [(&str, Vec<Value>, Option<&str>, bool); 9] = [
        (
            "among others",
            vec![
                other.jwk.clone(),
                unknown.clone(),
                secret.clone(),
                broken.clone(),
                jwk.clone(),
            ],
            Some("one"),
            true,
        ),
        (
            "no name, no choice",
            vec![unknown.clone(), secret.clone(), jwk.clone()],
            None,
            true,
        ),
        (
            "no name, and a choice",
            vec![other.jwk.clone(), jwk.clone()],
            None,
            false,
        ),
        (
            "for encryption",
            vec![with("use", json!("enc"))],
            Some("one"),
            false,
        ),
        (
            "for another algorithm",
            vec![with("alg", json!("RS512"))],
            Some("one"),
            false,
        ),
        (
            "for this algorithm",
            vec![with("alg", json!("RS256"))],
            Some("one"),
            true,
        ),
        (
            "of another name",
            vec![with("kid", json!("two"))],
            Some("one"),
            false,
        ),
        ("a secret alone", vec![secret.clone()], Some("one"), false),
        ("none at all", vec![], Some("one"), false),
    ];
    for (what, keys, kid, expected) in cases {
        scene.clock.pass(hour);
        let mut claims = claims.clone();
        let passed = scene.now_s() - NOW_S;
        claims["exp"] = json!(NOW_S + passed + 300);
        scene.publish(&keys.iter().collect::<Vec<_>>());
        let token = scene.signer.sign(kid, &claims);
        assert_eq!(scene.redeem(&token).await.is_ok(), expected, "{what}");
    }
}

// Each kind of signature that is believed, side by side in one set; and none by a key of another kind.
#[tokio::test]
async fn ways_to_sign() {
    let scene = Scene::new().await;
    let ways = [
        Signer::rsa("1"),
        Signer::rsa("2").by(Algorithm::RS512),
        Signer::rsa("3").by(Algorithm::PS256),
        Signer::ec("4"),
        Signer::ed("5"),
    ];
    let keys: Vec<&Value> = ways.iter().map(|way| &way.jwk).collect();
    scene.publish(&keys);
    for way in &ways {
        let own = way.jwk["kid"].as_str().unwrap();
        let right = scene.redeem(&way.sign(Some(own), &scene.claims())).await;
        assert!(right.is_ok(), "{own}: {right:?}");
        for other in ways.iter().filter(|other| other.jwk["kid"] != own) {
            let kid = other.jwk["kid"].as_str().unwrap();
            let token = way.sign(Some(kid), &scene.claims());
            not_believed(scene.redeem(&token).await, &format!("{own} as {kid}"));
        }
    }
}
