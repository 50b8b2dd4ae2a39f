//! The one form of success: `{"data": …, "meta": {…}}`. `meta` is always there, empty when there is
//! nothing to say.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use scaiwave_engine::ClientCode;
use serde::Serialize;
use utoipa::__dev::ComposeSchema;
use utoipa::ToSchema;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema};

use crate::failure::Failure;

/// What every handler returns.
pub(crate) type Answer = Result<Response, Failure>;

/// A successful answer.
#[derive(Debug, Serialize)]
pub(crate) struct Success<T, M = NoMeta> {
    /// What was asked for.
    data: T,
    /// What goes with it.
    meta: M,
}

/// Nothing to say besides.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = NoMeta)]
pub(crate) struct NoMeta {}

/// Done, and nothing to show.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Done)]
pub(crate) struct Done {}

/// Where a timeline goes on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PageMeta)]
pub(crate) struct PageMeta {
    /// Whether there is more in the direction asked.
    pub(crate) has_more: bool,
    /// Give it as the next `from` (or `before`).
    #[schema(required = true)]
    pub(crate) next_cursor: Option<String>,
}

/// Which part of a list this is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListMeta)]
pub(crate) struct ListMeta {
    /// How many at most.
    pub(crate) limit: u32,
    /// From which on.
    pub(crate) offset: u32,
    /// Whether the page is full, so that there may be more.
    pub(crate) has_more: bool,
}

impl ListMeta {
    pub(crate) fn of(limit: u32, offset: u32, returned: usize) -> Self {
        ListMeta {
            limit,
            offset,
            has_more: returned >= limit as usize,
        }
    }
}

/// Several of something.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct List<T>(Vec<T>);

impl<T> List<T> {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        List(items.into_iter().collect())
    }
}

// The two generic shapes are described by hand: the derived descriptions would repeat the whole of `T`
// where a reference does, and `utoipa` offers no other way to say it.

impl<T: ToSchema, M: ToSchema> ComposeSchema for Success<T, M> {
    fn compose(_generics: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .property("data", reference::<T>())
            .required("data")
            .property("meta", reference::<M>())
            .required("meta");
        RefOr::T(Schema::Object(object.build()))
    }
}

impl<T: ToSchema, M: ToSchema> ToSchema for Success<T, M> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<T>(schemas);
        collect::<M>(schemas);
    }
}

impl<T: ToSchema> ComposeSchema for List<T> {
    fn compose(_generics: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        RefOr::T(Schema::Array(
            ArrayBuilder::new().items(reference::<T>()).build(),
        ))
    }
}

impl<T: ToSchema> ToSchema for List<T> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<T>(schemas);
    }
}

/// By name; a list, which has none, as it is.
fn reference<T: ToSchema>() -> RefOr<Schema> {
    match T::schema() {
        list @ RefOr::T(Schema::Array(_)) => list,
        _ => RefOr::Ref(Ref::from_schema_name(T::name())),
    }
}

/// What a reference leads to, and what that refers to.
fn collect<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    let schema = T::schema();
    if !matches!(schema, RefOr::T(Schema::Array(_))) {
        schemas.push((T::name().into_owned(), schema));
    }
    T::schemas(schemas);
}

/// Answers with data.
pub(crate) fn data<T: Serialize>(data: T) -> Answer {
    json(&Success {
        data,
        meta: NoMeta {},
    })
}

/// Answers with data and what goes with it.
pub(crate) fn data_with<T: Serialize, M: Serialize>(data: T, meta: M) -> Answer {
    json(&Success { data, meta })
}

/// Answers that it is done.
pub(crate) fn done() -> Answer {
    data(Done {})
}

/// Answers with a list of which each item is JSON already.
pub(crate) fn encoded_list<'a>(items: impl Iterator<Item = &'a [u8]> + Clone) -> Answer {
    const OPEN: &[u8] = b"{\"data\":[";
    const CLOSE: &[u8] = b"],\"meta\":{}}";
    let length: usize = items.clone().map(|item| item.len() + 1).sum();
    let mut bytes = Vec::with_capacity(OPEN.len() + length + CLOSE.len());
    bytes.extend_from_slice(OPEN);
    for (at, item) in items.enumerate() {
        if at > 0 {
            bytes.push(b',');
        }
        bytes.extend_from_slice(item);
    }
    bytes.extend_from_slice(CLOSE);
    Ok(json_bytes(StatusCode::OK, bytes))
}

fn json<T: Serialize>(value: &T) -> Answer {
    // One message with its sender and a reaction or two fits.
    let mut bytes = Vec::with_capacity(1024);
    match serde_json::to_writer(&mut bytes, value) {
        Ok(()) => Ok(json_bytes(StatusCode::OK, bytes)),
        Err(error) => {
            tracing::error!(%error, "an answer could not be encoded");
            Err(ClientCode::Internal
                .because("the answer could not be written down")
                .into())
        }
    }
}

/// An answer that is JSON already.
pub(crate) fn json_bytes(status: StatusCode, bytes: impl Into<Body>) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, JSON)], bytes.into()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::{Answer, List, data, encoded_list};

    async fn body(answer: Answer) -> Vec<u8> {
        let body = answer.expect("an answer").into_body();
        to_bytes(body, usize::MAX).await.expect("a body").to_vec()
    }

    // What was encoded before reads as if it had been encoded now.
    #[tokio::test]
    async fn lists_that_are_encoded_already() {
        for items in [vec![], vec!["one"], vec!["one", "two", "three"]] {
            let encoded: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
            let list = encoded_list(encoded.iter().map(String::as_bytes));
            let items: List<&str> = items.into_iter().collect();
            assert_eq!(body(list).await, body(data(items)).await);
        }
    }
}
