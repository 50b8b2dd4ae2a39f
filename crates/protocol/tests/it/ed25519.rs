//! Signatures are judged strictly, and as every other implementation must judge them.

use scaiwave_protocol::{PublicKey, Sign as _, json};

use crate::support::{hex, list, text};

// The edge cases on which Ed25519 libraries differ get the verdict of the text.
#[test]
fn edge_cases() {
    let file = json::parse(include_bytes!("../data/ed25519_edges.json")).unwrap();
    for case in list(&file, "signatures") {
        let key = PublicKey::from_bytes(&hex(case, "pub_key").try_into().unwrap());
        let signature = hex(case, "signature").try_into().unwrap();
        let accepted = key.is_ok_and(|key| key.verifies(&hex(case, "message"), &signature));
        assert_eq!(
            Some(accepted),
            case.get("accept").unwrap().as_bool(),
            "{}",
            text(case, "case")
        );
    }
}

// A key of small order, or written in a second way, is no key.
#[test]
fn unsound_keys() {
    let file = json::parse(include_bytes!("../data/ed25519_edges.json")).unwrap();
    for case in list(&file, "keys_refused") {
        let bytes = hex(case, "public").try_into().unwrap();
        assert!(
            PublicKey::from_bytes(&bytes).is_err(),
            "{}",
            text(case, "case")
        );
    }
}

// A signature to whose S the group's order was added is not a second signature of the same bytes.
#[test]
fn s_is_below_the_order() {
    const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    let order = data_encoding::HEXLOWER.decode(ORDER.as_bytes()).unwrap();
    let file = json::parse(include_bytes!("../data/rfc8032.json")).unwrap();
    for case in list(&file, "vectors") {
        let key = PublicKey::from_bytes(&hex(case, "public").try_into().unwrap()).unwrap();
        let mut signature: [u8; 64] = hex(case, "signature").try_into().unwrap();
        assert!(key.verifies(&hex(case, "message"), &signature));
        let mut carry = 0;
        for (byte, add) in signature[32..].iter_mut().zip(&order) {
            let sum = u16::from(*byte) + u16::from(*add) + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        assert!(
            !key.verifies(&hex(case, "message"), &signature),
            "{}",
            text(case, "name")
        );
    }
}

// The one spelling of a key is padded base64 after `ed25519:`.
#[test]
fn spelling_of_keys() {
    let good = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    assert_eq!(PublicKey::parse(good).unwrap().to_string(), good);
    for bad in [
        "",
        "ed25519:",
        "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "Ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURp=",
        "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUQ==",
        "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n",
        " ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    ] {
        assert!(PublicKey::parse(bad).is_err(), "{bad}");
    }
}

// A private key never shows itself.
#[test]
fn keys_are_not_printed() {
    let key = crate::support::key();
    let printed = format!("{key:?}");
    assert!(printed.contains(&key.public_key().id().to_string()));
    assert!(
        !printed.contains('7') || !printed.contains("7, 7"),
        "{printed}"
    );
}
