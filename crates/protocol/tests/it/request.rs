//! Signed requests (protocol section 5, RFC 9421, RFC 9530).

use scaiwave_protocol::request::{Claim, Target, content_digest, header, sign};
use scaiwave_protocol::{Code, ServerName, Sign};

use crate::support::key;

const CREATED: u64 = 1_790_000_000;
const BODY: &[u8] = br#"{"items":[]}"#;
const TARGET: Target<'_> = Target {
    method: "POST",
    path: "/_scaiwave/federation/v1/send",
    query: "",
};

/// The headers of a good request: name, value.
fn good() -> Vec<(&'static str, String)> {
    let origin = ServerName::parse("globex.example:8448").unwrap();
    let destination = ServerName::parse("acme.example").unwrap();
    sign(
        TARGET,
        BODY,
        &origin,
        &destination,
        CREATED,
        [0xb0; 16],
        &key(),
    )
    .0
    .into()
}

fn read(headers: &[(&'static str, String)]) -> Result<Claim, Code> {
    let get = |wanted: &str| {
        let named = headers.iter().filter(|(name, _)| *name == wanted);
        named.map(|(_, value)| value.as_str()).collect()
    };
    Claim::read(get).map_err(|refusal| refusal.code)
}

/// The good headers with one of them changed.
fn changed(name: &str, change: impl FnOnce(&str) -> String) -> Result<Claim, Code> {
    let mut headers = good();
    let line = headers.iter_mut().find(|(line, _)| *line == name).unwrap();
    line.1 = change(&line.1);
    read(&headers)
}

#[track_caller]
fn refused(claim: Result<Claim, Code>, why: &str) {
    assert_eq!(claim.map(|_| ()), Err(Code::SignatureMismatch), "{why}");
}

// A good request passes every check.
#[test]
fn accepted() {
    let claim = read(&good()).unwrap();
    assert_eq!(claim.origin.as_str(), "globex.example:8448");
    assert_eq!(claim.destination.as_str(), "acme.example");
    assert_eq!((claim.created, claim.nonce), (CREATED, [0xb0; 16]));
    assert_eq!(claim.key_id, key().public_key().id());
    claim.check_created(CREATED).unwrap();
    claim.check_digest(BODY).unwrap();
    claim.verify(TARGET, &key().public_key()).unwrap();
}

// Each of the five headers stands there exactly once.
#[test]
fn each_header_once() {
    for name in header::ALL {
        let missing: Vec<_> = good()
            .into_iter()
            .filter(|(line, _)| *line != name)
            .collect();
        assert_eq!(missing.len(), 4);
        refused(read(&missing), name);
        let mut doubled = good();
        let again = doubled
            .iter()
            .find(|(line, _)| *line == name)
            .unwrap()
            .clone();
        doubled.push(again);
        refused(read(&doubled), name);
        for value in [
            "", " ", ",", "é", "swp", "swp=", "swp=1", "swp=()", "swp=::",
        ] {
            if name != header::CONTENT_DIGEST {
                let claim = changed(name, |_| value.to_owned());
                // A lone label is a server name, which is right in two of the headers.
                if !(value == "swp" && name.starts_with("swp-")) {
                    refused(claim, name);
                }
            }
        }
    }
}

// The two names are server names.
#[test]
fn names() {
    for name in [header::ORIGIN, header::DESTINATION] {
        for bad in [
            "Acme.example",
            "acme.example:443",
            "acme.example, b.example",
            "127.0.0.1",
            "a b",
        ] {
            refused(changed(name, |_| bad.to_owned()), bad);
        }
    }
}

/// What is replaced in `Signature-Input`, by what.
const INPUTS: &[(&str, &str, &str)] = &[
    ("another label", "swp=(", "sig1=("),
    ("a label in upper case", "swp=(", "SWP=("),
    (
        "no list",
        "(\"@method\" \"@path\" \"@query\" \"content-digest\" \"swp-origin\" \"swp-destination\")",
        "1",
    ),
    (
        "an extra component",
        "\"swp-destination\")",
        "\"swp-destination\" \"date\")",
    ),
    (
        "a component twice",
        "\"swp-destination\")",
        "\"swp-destination\" \"@method\")",
    ),
    ("a missing component", " \"swp-destination\"", ""),
    (
        "no components",
        "\"@method\" \"@path\" \"@query\" \"content-digest\" \"swp-origin\" \"swp-destination\"",
        "",
    ),
    (
        "another order",
        "\"@method\" \"@path\"",
        "\"@path\" \"@method\"",
    ),
    (
        "a component with a parameter",
        "\"@method\"",
        "\"@method\";req",
    ),
    (
        "a derived component with a parameter",
        "\"@query\"",
        "\"@query-param\";name=\"a\"",
    ),
    (
        "a component that is a token",
        "\"content-digest\"",
        "content-digest",
    ),
    (
        "a component in upper case",
        "\"content-digest\"",
        "\"Content-Digest\"",
    ),
    ("an extra parameter", ";alg=", ";expires=1790000060;alg="),
    ("a tag", ";nonce=", ";tag=\"swp\";nonce="),
    ("a flag", ";nonce=", ";x;nonce="),
    ("no created", ";created=1790000000", ""),
    ("no keyid", ";keyid=\"ed25519:", ";x=\"ed25519:"),
    ("no alg", ";alg=\"ed25519\"", ""),
    ("no nonce", ";nonce=\"sLCwsLCwsLCwsLCwsLCwsA\"", ""),
    (
        "created twice",
        ";created=1790000000",
        ";created=1790000000;created=1790000000",
    ),
    (
        "created twice, differently",
        ";created=1790000000",
        ";created=1;created=1790000000",
    ),
    ("another alg", "\"ed25519\";nonce", "\"hmac-sha256\";nonce"),
    (
        "alg in upper case",
        "\"ed25519\";nonce",
        "\"ED25519\";nonce",
    ),
    ("alg as a token", "\"ed25519\";nonce", "ed25519;nonce"),
    ("created negative", "=1790000000", "=-1790000000"),
    ("created decimal", "=1790000000", "=1790000000.0"),
    ("created a string", "=1790000000", "=\"1790000000\""),
    ("created a date", "=1790000000", "=@1790000000"),
    ("created too large", "=1790000000", "=1790000000000000"),
    (
        "created with leading zeros",
        "=1790000000",
        "=0001790000000",
    ),
    ("keyid without its algorithm", "\"ed25519:", "\""),
    ("keyid a token", "\"ed25519:", "ed25519;x=\""),
    ("keyid of another form", "\"ed25519:", "\"rsa:"),
    (
        "nonce of 15 bytes",
        "sLCwsLCwsLCwsLCwsLCwsA",
        "sLCwsLCwsLCwsLCwsLCw",
    ),
    (
        "nonce of 17 bytes",
        "sLCwsLCwsLCwsLCwsLCwsA",
        "sLCwsLCwsLCwsLCwsLCwsLA",
    ),
    (
        "nonce with padding",
        "sLCwsLCwsLCwsLCwsLCwsA",
        "sLCwsLCwsLCwsLCwsLCwsA==",
    ),
    (
        "nonce with loose bits",
        "sLCwsLCwsLCwsLCwsLCwsA",
        "sLCwsLCwsLCwsLCwsLCwsB",
    ),
    (
        "nonce as bytes",
        "\"sLCwsLCwsLCwsLCwsLCwsA\"",
        ":sLCwsLCwsLCwsLCwsLCwsA==:",
    ),
    ("nonce empty", "sLCwsLCwsLCwsLCwsLCwsA", ""),
    ("a comma at the end", "sA\"", "sA\","),
    ("text at the end", "sA\"", "sA\" x"),
    ("a quote that does not end", "sA\"", "sA"),
    (
        "a list that does not end",
        "\"swp-destination\")",
        "\"swp-destination\"",
    ),
];

// Signature-Input has one form; all else is a mismatch.
#[test]
fn signature_input() {
    for (why, from, to) in INPUTS {
        let claim = changed(header::SIGNATURE_INPUT, |input| {
            assert_eq!(input.matches(from).count(), 1, "{why}: {input}");
            input.replacen(from, to, 1)
        });
        refused(claim, why);
    }
    let list = good()[3].1.clone();
    for (why, input) in [
        (
            "two labels",
            format!("{list}, {}", list.replacen("swp=", "b=", 1)),
        ),
        (
            "two labels, the other first",
            format!("{}, {list}", list.replacen("swp=", "a=", 1)),
        ),
        ("the label twice", format!("{list}, {list}")),
        ("the label twice, differently", format!("swp=1, {list}")),
    ] {
        refused(changed(header::SIGNATURE_INPUT, |_| input), why);
    }
}

// The signature is one byte sequence of 64 bytes under the label.
#[test]
fn signature() {
    let value = good()[4].1.clone();
    let bytes = |n: usize| format!("swp=:{}:", data_encoding::BASE64.encode(&vec![1; n]));
    for (why, value) in [
        ("0 bytes", "swp=::".to_owned()),
        ("63 bytes", bytes(63)),
        ("65 bytes", bytes(65)),
        ("another label", value.replacen("swp", "sig1", 1)),
        (
            "two labels",
            format!("{value}, {}", value.replacen("swp", "b", 1)),
        ),
        ("the label twice", format!("{value}, {value}")),
        (
            "the label twice, differently",
            format!("{}, {value}", bytes(64)),
        ),
        ("a parameter", format!("{value};x")),
        ("a list", value.replacen("swp=", "swp=(", 1) + ")"),
        ("a string", value.replace(':', "\"")),
        (
            "without padding",
            value.replace("=:", ":").replacen("swp:", "swp=:", 1),
        ),
        ("base64url", bytes(64).replace('B', "_")),
        ("not base64", bytes(64).replace('B', "*")),
    ] {
        refused(changed(header::SIGNATURE, |_| value), why);
    }
    let claim = read(&good()).unwrap();
    assert!(claim.verify(TARGET, &key().public_key()).is_ok());
    let other = changed(header::SIGNATURE, |_| bytes(64)).unwrap();
    assert!(other.verify(TARGET, &key().public_key()).is_err());
}

// White space that structured fields allow changes nothing; parameters have any order.
#[test]
fn other_spellings() {
    let claim = changed(header::SIGNATURE_INPUT, |input| format!("  {input} ")).unwrap();
    claim.verify(TARGET, &key().public_key()).unwrap();
    let input = good()[3].1.replacen(";alg=\"ed25519\"", "", 1) + ";alg=\"ed25519\"";
    let claim = changed(header::SIGNATURE_INPUT, |_| input.clone()).unwrap();
    // The base has them in the order in which they came.
    let base = claim.signature_base(TARGET).bytes().to_vec();
    let params = input.strip_prefix("swp=").unwrap();
    assert!(base.ends_with(format!("\"@signature-params\": {params}").as_bytes()));
    assert!(claim.verify(TARGET, &key().public_key()).is_err());
}

// `created` may lie 60 s to either side and not one more; the sentence says by how much.
#[test]
fn created() {
    let claim = read(&good()).unwrap();
    for (now, inside) in [
        (CREATED, true),
        (CREATED + 60, true),
        (CREATED - 60, true),
        (CREATED + 61, false),
        (CREATED - 61, false),
        (0, false),
        (u64::MAX, false),
    ] {
        assert_eq!(claim.check_created(now).is_ok(), inside, "{now}");
    }
    let refusal = claim.check_created(CREATED + 75).unwrap_err();
    assert_eq!(refusal.code, Code::ClockSkew);
    assert!(refusal.message.contains("75 s behind"), "{refusal}");
    let refusal = claim.check_created(CREATED - 75).unwrap_err();
    assert!(refusal.message.contains("75 s ahead"), "{refusal}");
}

// Another body has another digest, and a digest of another kind is none.
#[test]
fn digest() {
    let claim = read(&good()).unwrap();
    for body in [
        b"".as_slice(),
        b" ",
        br#"{"items":[]} "#,
        br#"{"items":[1]}"#,
    ] {
        let refusal = claim.check_digest(body).unwrap_err();
        assert_eq!(refusal.code, Code::SignatureMismatch);
    }
    for other in [
        content_digest(BODY).replacen("sha-256", "sha-512", 1),
        content_digest(BODY).replacen("sha-256", "SHA-256", 1),
        content_digest(BODY).replacen('=', "=:", 1),
        format!(" {}", content_digest(BODY)),
        String::new(),
    ] {
        let claim = changed(header::CONTENT_DIGEST, |_| other).unwrap();
        assert!(claim.check_digest(BODY).is_err());
        assert!(claim.verify(TARGET, &key().public_key()).is_err());
    }
}

// The digests are those that RFC 9530 and RFC 9421 print.
#[test]
fn rfc_9530_digests() {
    for (body, digest) in [
        (
            "{\"hello\": \"world\"}\n",
            "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
        ),
        (
            "{\"hello\": \"world\"}",
            "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
        ),
        (
            "{\"title\": \"New Title\"}\n",
            "sha-256=:mEkdbO7Srd9LIOegftO0aBX+VPTVz7/CSHes2Z27gc4=:",
        ),
        ("", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"),
    ] {
        assert_eq!(content_digest(body.as_bytes()), digest);
    }
}

// Whatever the signature covers cannot be another's: method, path, query, names, time, nonce, key.
#[test]
fn everything_is_covered() {
    let claim = read(&good()).unwrap();
    let public = key().public_key();
    for target in [
        Target {
            method: "GET",
            ..TARGET
        },
        Target {
            method: "post",
            ..TARGET
        },
        Target {
            path: "/_scaiwave/federation/v1/sen",
            ..TARGET
        },
        Target {
            path: "/_scaiwave/federation/v1/send/",
            ..TARGET
        },
        Target {
            query: "a",
            ..TARGET
        },
        Target {
            query: "?",
            ..TARGET
        },
    ] {
        let refusal = claim.verify(target, &public).unwrap_err();
        assert_eq!(refusal.code, Code::SignatureMismatch, "{target:?}");
    }
    let other = scaiwave_protocol::SigningKey::from_seed(&[8; 32]).public_key();
    assert!(claim.verify(TARGET, &other).is_err());
    let other_id = other.id().to_string();
    let our_id = public.id().to_string();
    for (name, from, to) in [
        (header::ORIGIN, "globex", "globey"),
        (header::DESTINATION, "acme", "acne"),
        (header::SIGNATURE_INPUT, "=1790000000", "=1790000001"),
        (header::SIGNATURE_INPUT, "sLCw", "sLCx"),
        (header::SIGNATURE_INPUT, our_id.as_str(), other_id.as_str()),
        (header::CONTENT_DIGEST, "sha-256", "sha-257"),
    ] {
        let claim = changed(name, |value| value.replacen(from, to, 1)).unwrap();
        assert!(claim.verify(TARGET, &public).is_err(), "{name} {from}");
        assert!(claim.verify(TARGET, &other).is_err(), "{name} {from}");
    }
}
