use scaiwave_protocol::EventId;
use scaiwave_store::record::{ApiTokenRow, Role, Scopes};
use scaiwave_store::{Change, Commit};

use super::{API_TOKEN, Viewer, tokens};
use crate::{ClientCode, Outcome, Tenant};

/// Tokens of one person: more programs than anybody looks after.
const API_TOKENS_MAX: usize = 50;
/// Characters of a token's name.
const NAME_CHARS_MAX: usize = 64;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// What its owner calls it, 1–64 characters.
    pub name: String,
    /// What it allows, at least one thing.
    pub scopes: Scopes,
    /// When it ends by itself (ms).
    pub expires_at: Option<u64>,
}

/// A token for a program, as its owner sees it: never the token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenView {
    /// Its name in the list.
    pub id: EventId,
    /// What its owner calls it.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// When it was made (ms).
    pub created_at: u64,
    /// When it ends by itself (ms).
    pub expires_at: Option<u64>,
    /// When last used (ms), to within a few minutes.
    pub last_used_at: Option<u64>,
}

impl From<ApiTokenRow> for ApiTokenView {
    fn from(row: ApiTokenRow) -> Self {
        ApiTokenView {
            id: row.id,
            name: row.name,
            scopes: row.scopes,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// The viewer's tokens, newest first, those that have ended too.
pub async fn api_tokens(tenant: &Tenant, viewer: &Viewer) -> Outcome<Vec<ApiTokenView>> {
    let rows = tenant.store.api_tokens(&viewer.local_id).await?;
    Ok(rows.into_iter().map(ApiTokenView::from).collect())
}

/// Makes a token with which a program acts as the viewer. The token itself is given here and never again.
pub async fn create_api_token(
    tenant: &Tenant,
    viewer: &Viewer,
    new: NewApiToken,
) -> Outcome<(String, ApiTokenView)> {
    let now = tenant.world.now();
    let name = check(viewer, &new, now)?;
    if tenant.store.api_tokens(&viewer.local_id).await?.len() >= API_TOKENS_MAX {
        let sentence = "you have as many tokens as one may have; revoke one first";
        return Err(ClientCode::RateLimited.because(sentence));
    }
    let (token, hash) = tokens::fresh(&tenant.world, API_TOKEN);
    let row = ApiTokenRow {
        id: tenant.world.event_id(),
        local_id: viewer.local_id.clone(),
        hash,
        name,
        scopes: new.scopes,
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
    };
    let put = Change::PutApiToken(Box::new(row.clone()));
    tenant.store.commit(Commit::of(vec![put])).await?;
    Ok((token, row.into()))
}

/// Gives the name as it is kept.
fn check(viewer: &Viewer, new: &NewApiToken, now: u64) -> Outcome<String> {
    let name = new.name.trim();
    let fits = (1..=NAME_CHARS_MAX).contains(&name.chars().count());
    if !fits || name.chars().any(char::is_control) {
        let sentence = "a name has 1–64 characters and no control characters";
        return Err(ClientCode::BadRequest.because(sentence).at("name"));
    }
    if new.scopes == Scopes::default() {
        let sentence = "a token without a scope can do nothing";
        return Err(ClientCode::BadRequest.because(sentence).at("scopes"));
    }
    if new.scopes.admin && viewer.role != Role::Admin {
        let sentence = "only an admin's token can have this scope";
        return Err(ClientCode::InsufficientPermission
            .because(sentence)
            .at("scopes"));
    }
    if new.expires_at.is_some_and(|at| at <= now) {
        let sentence = "a token cannot end in the past";
        return Err(ClientCode::BadRequest.because(sentence).at("expires_at"));
    }
    Ok(name.to_owned())
}

/// Revokes one of the viewer's tokens: it lets nobody in from now on, and its sockets close.
pub async fn revoke_api_token(tenant: &Tenant, viewer: &Viewer, id: EventId) -> Outcome<()> {
    let tokens = tenant.store.api_tokens(&viewer.local_id).await?;
    if !tokens.iter().any(|token| token.id == id) {
        return Err(ClientCode::NotFound.because("there is no such token"));
    }
    let drop = Commit::of(vec![Change::DropApiToken(id)]);
    tenant.store.commit(drop).await?;
    tenant.tokens.end(&viewer.local_id);
    Ok(())
}
