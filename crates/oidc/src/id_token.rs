use jsonwebtoken::{Validation, decode, decode_header};
use scaiwave_engine::World;
use scaiwave_engine::world::ProviderError;
use serde_json::{Map, Value};
use url::Url;

use crate::http::Http;
use crate::keys::{ALGORITHMS, Keys, Sought};
use crate::settings::Setup;

/// What a token says.
pub(crate) type Claims = Map<String, Value>;

fn wrong(sentence: &str) -> ProviderError {
    ProviderError::NotBelieved(sentence.to_owned())
}

/// What the provider has signed. Whether it is meant for us is not looked at here.
pub(crate) async fn verify(
    (setup, http, world): (&Setup, &Http, &World),
    keys: (&Keys, &Url),
    token: &str,
) -> Result<Claims, ProviderError> {
    // Also what the library does not know, such as `none`.
    let header = decode_header(token).map_err(|_| wrong("the ID token cannot be read"))?;
    let is_allowed = ALGORITHMS.iter().any(|(known, _)| *known == header.alg);
    if !is_allowed {
        return Err(wrong("the ID token is signed in a way that proves nothing"));
    }
    let sought = Sought {
        kid: header.kid.as_deref(),
        algorithm: header.alg,
    };
    let (keys, url) = keys;
    let key = keys.find((setup, http, world), url, sought).await?;
    let mut validation = Validation::new(header.alg);
    // The claims are judged by our clock and our rules, all in one place.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let decoded = decode::<Claims>(token, &key, &validation);
    decoded
        .map(|token| token.claims)
        .map_err(|_| wrong("the provider has not signed this ID token"))
}
