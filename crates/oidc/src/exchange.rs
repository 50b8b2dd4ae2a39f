//! The code for tokens (OpenID Connect Core section 3.1.3).

use data_encoding::BASE64;
use http::{HeaderValue, StatusCode};
use scaiwave_engine::world::{Challenge, ProviderError};
use serde::Deserialize;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::discovery::Endpoints;
use crate::http::{Answer, Http};
use crate::limits::{CODE_BYTES_MAX, TOKENS_BYTES_MAX};
use crate::settings::Setup;

/// What a code is redeemed for.
#[derive(Deserialize)]
pub(crate) struct Tokens {
    pub(crate) id_token: String,
    /// For what the ID token leaves out.
    pub(crate) access_token: Option<String>,
}

pub(crate) async fn redeem(
    setup: &Setup,
    http: &Http,
    endpoints: &Endpoints,
    code: &str,
    challenge: &Challenge,
) -> Result<Tokens, ProviderError> {
    if code.len() > CODE_BYTES_MAX {
        return Err(ProviderError::Refused("the code is too long".to_owned()));
    }
    let (form, authorization) = request(setup, endpoints, code, challenge);
    let url = endpoints.token.clone();
    let answer = http.post(setup, url, form, authorization, TOKENS_BYTES_MAX);
    read(&answer.await?)
}

/// The form, and the header where the secret stands in one.
fn request(
    setup: &Setup,
    endpoints: &Endpoints,
    code: &str,
    challenge: &Challenge,
) -> (String, Option<HeaderValue>) {
    let settings = &setup.settings;
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &settings.redirect_uri)
        .append_pair("code_verifier", &challenge.verifier);
    let mut authorization = None;
    match &settings.client_secret {
        Some(secret) if !endpoints.secret_in_body => {
            authorization = basic(&settings.client_id, secret);
        }
        Some(secret) => {
            form.append_pair("client_id", &settings.client_id);
            form.append_pair("client_secret", secret);
        }
        None => {
            form.append_pair("client_id", &settings.client_id);
        }
    }
    (form.finish(), authorization)
}

/// RFC 6749 section 2.3.1: both are encoded as in a form first.
fn basic(client_id: &str, secret: &str) -> Option<HeaderValue> {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(client_id), encoded(secret));
    let text = format!("Basic {}", BASE64.encode(pair.as_bytes()));
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn read(answer: &Answer) -> Result<Tokens, ProviderError> {
    match answer.status {
        StatusCode::OK => serde_json::from_slice(&answer.body)
            .map_err(|_| ProviderError::NotBelieved("its answer has no ID token".to_owned())),
        status if status.is_client_error() => {
            let code = error_code(&answer.body);
            let sentence = format!("the token endpoint answers {status} {code}");
            Err(ProviderError::Refused(sentence))
        }
        status => Err(ProviderError::Unreachable(format!(
            "the token endpoint answers {status}"
        ))),
    }
}

/// The provider's own code for the log, if it has the form of one.
fn error_code(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
    }
    let refusal: Option<Refusal> = serde_json::from_slice(body).ok();
    let code = refusal.map(|refusal| refusal.error).unwrap_or_default();
    let is_code = |c: u8| c.is_ascii_lowercase() || c == b'_';
    if code.len() <= 64 && code.bytes().all(is_code) {
        code
    } else {
        String::new()
    }
}
