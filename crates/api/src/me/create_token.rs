use scaiwave_engine::accounts::{self, NewApiToken};
use scaiwave_engine::store::record::Scopes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::tokens::ApiTokenJson;
use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Person};
use crate::failure::{Failure, MakingToken};
use crate::shape::time;

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// What its owner calls it, 1–64 characters.
    #[schema(example = "The build bot")]
    name: String,
    /// What it allows, at least one: `read` (whatever is asked with GET, and the stream), `write` (the
    /// rest), `admin` (what its owner may do as an admin, together with the other two).
    scopes: Vec<String>,
    /// When it ends by itself, such as `2026-11-22T13:43:32Z`; never when it is left out.
    expires_at: Option<String>,
}

/// A token, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewApiToken)]
struct MadeJson<'a> {
    /// For `Authorization: Bearer …`.
    token: &'a str,
    #[serde(flatten)]
    about: ApiTokenJson<'a>,
}

/// Makes a token with which a program acts as the caller, wherever an access token is taken. It cannot
/// make tokens, end sessions or change the password.
#[utoipa::path(
    post,
    path = "/v1/me/tokens",
    tag = "me",
    request_body = NewToken,
    responses((status = 200, body = inline(Success<MadeJson<'static>>)), MakingToken)
)]
pub(crate) async fn create_token(Person(caller): Person, Body(new): Body<NewToken>) -> Answer {
    let expires_at = new
        .expires_at
        .as_deref()
        .map(|text| time::parse(text).map_err(|malformed| Failure::at("expires_at", malformed.0)));
    let new = NewApiToken {
        name: new.name,
        scopes: scopes(&new.scopes)?,
        expires_at: expires_at.transpose()?,
    };
    let made = accounts::create_api_token(&caller.tenant, &caller.viewer, new);
    let (token, view) = made.await?;
    data(MadeJson {
        token: &token,
        about: ApiTokenJson::of(&view),
    })
}

fn scopes(words: &[String]) -> Result<Scopes, Failure> {
    let mut scopes = Scopes::default();
    for word in words {
        match word.as_str() {
            "read" => scopes.read = true,
            "write" => scopes.write = true,
            "admin" => scopes.admin = true,
            _ => return Err(Failure::at("scopes", "must be of `read`, `write`, `admin`")),
        }
    }
    Ok(scopes)
}
