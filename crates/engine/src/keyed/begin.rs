use std::sync::Arc;

use scaiwave_store::record::{KeptAnswer, KeyedRequestRow};
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::running::{Claim, another_request, in_progress};
use super::{First, RequestKey, kept_since};
use crate::{ClientCode, Outcome, Tenant, Viewer};

/// What a request with a key is.
#[derive(Debug)]
pub enum Begun {
    /// The first with this key: it is to be done, and then settled.
    First(First),
    /// It was answered; this is to be said again.
    Again(Answered),
}

/// An answer from before.
#[derive(Debug)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// JSON.
    pub body: Vec<u8>,
}

/// Notes that the viewer's request is begun, on disk, unless it was before. `request` is what the key made of
/// it ([`RequestKey::seal`]).
///
/// Denied are a key that was used for another request, a request that still runs, one whose process ended
/// while it ran, and one whose answer is not kept.
pub async fn begin(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    key: &RequestKey,
    request: [u8; 32],
) -> Outcome<Begun> {
    let local_id = &viewer.local_id;
    let key = key.hash(local_id);
    let claim = Claim::take(tenant, key, request)?;
    let now = tenant.world.now();
    let since = kept_since(now);
    let before = tenant.store.keyed_request(local_id, &key).await?;
    if let Some(row) = before.filter(|row| row.begun_at >= since) {
        return again(row, request);
    }
    let row = KeyedRequestRow {
        local_id: local_id.clone(),
        key,
        request,
        begun_at: now,
        answer: None,
    };
    // What is too old goes, so that the new one is not the first to make room.
    let changes = vec![
        Change::DropKeyedRequest(local_id.clone(), key),
        Change::PutKeyedRequest(Box::new(row.clone())),
    ];
    let commit = Commit::of(changes).expecting(Expectation::NoKeyedRequest {
        local_id: local_id.clone(),
        key,
        since,
    });
    match tenant.store.commit(commit).await {
        Ok(_) => Ok(Begun::First(First { claim, row })),
        // Another process on this store was faster.
        Err(CommitError::Conflict(_)) => Err(in_progress()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

fn again(row: KeyedRequestRow, request: [u8; 32]) -> Outcome<Begun> {
    if row.request != request {
        return Err(another_request());
    }
    match row.answer {
        Some(KeptAnswer {
            status,
            body: Some(body),
            ..
        }) => Ok(Begun::Again(Answered { status, body })),
        Some(_) => Err(ClientCode::KeyAnswerNotKept
            .because("this was done when it was first asked; what was answered is not kept")),
        None => Err(ClientCode::KeyOutcomeUnknown.because(
            "this was begun when it was first asked, and the server does not know whether it was done; \
             look, and ask again with another key",
        )),
    }
}
