//! Which operations take a key, read from the document and written into it.

use std::collections::HashMap;

use http::Method;
use scaiwave_engine::keyed::{KEPT_FOR, KEY_BYTES_MAX};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, OpenApi, PathItem, RefOr, Required, Type};

use super::kept::Keeping;
use crate::extract::READS_BY_POST;
use crate::failure::WithKey;
use utoipa::IntoResponses as _;

/// Of these only that they were done is kept: who asks gives a password, or is shown a secret.
const SECRETIVE: &[&str] = &[
    "/v1/admin/participants/{participant_id}/password-reset",
    "/v1/me/identities",
    "/v1/me/identities/{identity_id}/unlink",
    "/v1/me/password",
    "/v1/me/tokens",
    "/v1/me/totp",
    "/v1/me/totp/confirm",
    "/v1/me/totp/disable",
];

/// The operations that take a key.
pub(crate) struct Writes(HashMap<(Method, String), Keeping>);

impl Writes {
    /// What is kept of the answers of this one; none if it takes no key.
    pub(super) fn of(&self, method: &Method, path: &str) -> Option<Keeping> {
        // Few requests have a key: the copy is nothing beside what follows.
        self.0.get(&(method.clone(), path.to_owned())).copied()
    }
}

/// Every write of somebody who has logged in.
pub(crate) fn of_document(document: &OpenApi) -> Writes {
    let mut writes = HashMap::new();
    for (path, item) in &document.paths.paths {
        let all = [
            (Method::PUT, &item.put),
            (Method::POST, &item.post),
            (Method::DELETE, &item.delete),
            (Method::PATCH, &item.patch),
        ];
        for (method, operation) in all {
            if let Some(operation) = operation
                && takes_key(path, operation)
            {
                writes.insert((method, path.clone()), keeping(path));
            }
        }
    }
    Writes(writes)
}

/// Where no login is needed, or the operator's token, nobody's requests could be told from another's.
fn takes_key(path: &str, operation: &Operation) -> bool {
    let tags = operation.tags.as_deref().unwrap_or_default();
    let by_login = operation.security.is_none() && !tags.iter().any(|tag| tag == "operator");
    by_login && !READS_BY_POST.contains(&path)
}

fn keeping(path: &str) -> Keeping {
    if SECRETIVE.contains(&path) {
        Keeping::OnlyThat
    } else {
        Keeping::Answer
    }
}

/// Says at each of them that it takes a key, and what may come of it.
pub(crate) fn describe(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for operation in writes_of(item) {
            if takes_key(path, operation) {
                describe_one(operation, keeping(path));
            }
        }
    }
}

fn writes_of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
    ]
    .into_iter()
    .flatten()
}

fn describe_one(operation: &mut Operation, keeping: Keeping) {
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(parameter(keeping).into());
    let responses = &mut operation.responses.responses;
    for (status, with_key) in WithKey::responses() {
        let stands = responses.entry(status).or_insert_with(|| with_key.clone());
        if let (RefOr::T(stands), RefOr::T(with_key)) = (stands, with_key)
            && !stands.description.contains(&with_key.description)
        {
            stands.description = format!("{}; {}", stands.description, with_key.description);
        }
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response
            && status == "200"
            && keeping == Keeping::Answer
        {
            let text = ObjectBuilder::new().schema_type(Type::String).build();
            let header = HeaderBuilder::new()
                .schema(Some(text))
                .description(Some("`true`: this was answered before, to the same key."))
                .build();
            response
                .headers
                .insert("Idempotency-Replayed".to_owned(), RefOr::T(header));
        }
    }
}

fn parameter(keeping: Keeping) -> Parameter {
    let hours = KEPT_FOR.as_secs() / 3600;
    let again = match keeping {
        Keeping::Answer => "and answers the same.",
        Keeping::OnlyThat => {
            "and answers 409 SW_IDEMPOTENCY_ANSWER_NOT_KEPT once it was done, because no secret is kept."
        }
    };
    let meaning = format!(
        "A name of the client's own for this request, such as a UUID: within {hours} hours the same request \
         with the same name is done once {again}"
    );
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(KEY_BYTES_MAX))
        .pattern(Some("^[!-~]+$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(meaning))
        .schema(Some(text))
        .build()
}
