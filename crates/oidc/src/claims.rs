//! Whether an ID token is meant for us, now, and for this attempt (OpenID Connect Core section 3.1.3.7). Every
//! claim that is relied on must be there, in its own type.

use scaiwave_engine::world::ProviderError;
use serde_json::Value;

use crate::id_token::Claims;
use crate::limits::{SKEW_S, SUBJECT_BYTES_MAX};

/// What a token must say.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    /// Seconds since the Unix epoch.
    pub(crate) now: f64,
}

/// Gives the subject.
pub(crate) fn check(claims: &Claims, expected: Expected<'_>) -> Result<String, ProviderError> {
    let wrong = |sentence: &str| Err(ProviderError::NotBelieved(sentence.to_owned()));
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return wrong("the ID token is of another issuer, or of none");
    }
    if !is_for_us(claims, expected.client_id) {
        return wrong("the ID token is meant for another client");
    }
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    match number("exp") {
        Some(until) if expected.now < until + SKEW_S => {}
        Some(_) => return wrong("the ID token has expired; is this server's clock right?"),
        None => return wrong("the ID token does not say when it ends"),
    }
    match number("iat") {
        Some(made) if made <= expected.now + SKEW_S => {}
        Some(_) => return wrong("the ID token is of the future; is this server's clock right?"),
        None => return wrong("the ID token does not say when it was made"),
    }
    // This one may be missing, and must be right where it is there.
    if claims.contains_key("nbf") && number("nbf").is_none_or(|from| from > expected.now + SKEW_S) {
        return wrong("the ID token is not valid yet");
    }
    if text("nonce") != Some(expected.nonce) {
        return wrong("the ID token is of another login");
    }
    match text("sub") {
        Some(subject) if (1..=SUBJECT_BYTES_MAX).contains(&subject.len()) => Ok(subject.to_owned()),
        _ => wrong("the ID token does not say who it is about"),
    }
}

/// We are its audience, and, where there are others, the one that asked for it.
fn is_for_us(claims: &Claims, client_id: &str) -> bool {
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => {
            let texts: Option<Vec<_>> = several.iter().map(Value::as_str).collect();
            texts.unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let asked_for_it = match claims.get("azp") {
        Some(party) => party.as_str() == Some(client_id),
        None => audiences.len() == 1,
    };
    audiences.contains(&client_id) && asked_for_it
}
