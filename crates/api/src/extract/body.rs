use axum::body::HttpBody as _;
use axum::extract::{Form, FromRequest, Request};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use scaiwave_engine::ClientCode;
use serde::de::DeserializeOwned;

use super::explain;
use crate::failure::Failure;
use crate::limits::BODY_BYTES_MAX;
use crate::state::ApiState;

/// A JSON body, read strictly.
pub(crate) struct Body<T>(pub(crate) T);

/// A body that may also be a form: the two ways in which clients log in.
pub(crate) struct BodyOrForm<T>(pub(crate) T);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Form,
    Other,
}

impl<T: DeserializeOwned> FromRequest<ApiState> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Failure> {
        match kind(request.headers()) {
            Kind::Json => json(request, state).await.map(Body),
            Kind::Form | Kind::Other => Err(wrong_kind(
                "the body must be application/json, not compressed",
            )),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<ApiState> for BodyOrForm<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Failure> {
        match kind(request.headers()) {
            Kind::Json => json(request, state).await.map(BodyOrForm),
            Kind::Form => form(request, state).await.map(BodyOrForm),
            Kind::Other => Err(wrong_kind(
                "the body must be application/json or application/x-www-form-urlencoded, not compressed",
            )),
        }
    }
}

fn kind(headers: &HeaderMap) -> Kind {
    // Nothing is unpacked here: a small body stays small.
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Kind::Other;
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(content_type), None) = (types.next(), types.next()) else {
        return Kind::Other;
    };
    let mut pieces = content_type
        .to_str()
        .unwrap_or_default()
        .split(';')
        .map(str::trim);
    let essence = pieces.next().unwrap_or_default();
    let utf8 = pieces.all(|piece| match piece.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if !utf8 {
        Kind::Other
    } else if essence.eq_ignore_ascii_case("application/json") {
        Kind::Json
    } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Kind::Form
    } else {
        Kind::Other
    }
}

/// A body as it came, of any kind.
pub(crate) async fn whole_body(request: Request, state: &ApiState) -> Result<Bytes, Failure> {
    must_fit(&request)?;
    let bytes = Bytes::from_request(request, state).await;
    bytes.map_err(|rejection| unreadable(rejection.status()))
}

/// One that says so itself is not waited for.
fn must_fit(request: &Request) -> Result<(), Failure> {
    let announced = usize::try_from(request.body().size_hint().lower());
    if announced.is_ok_and(|bytes| bytes <= BODY_BYTES_MAX) {
        return Ok(());
    }
    Err(unreadable(StatusCode::PAYLOAD_TOO_LARGE))
}

async fn json<T: DeserializeOwned>(request: Request, state: &ApiState) -> Result<T, Failure> {
    let bytes = whole_body(request, state).await?;
    explain::from_json(&bytes)
}

async fn form<T: DeserializeOwned>(request: Request, state: &ApiState) -> Result<T, Failure> {
    must_fit(&request)?;
    match Form::from_request(request, state).await {
        Ok(Form(form)) => Ok(form),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(unreadable(rejection.status()))
        }
        Err(rejection) => Err(explain::from_urlencoded(&rejection.body_text())),
    }
}

fn unreadable(status: StatusCode) -> Failure {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        ClientCode::ContentTooLarge
            .because("the body is larger than any request needs")
            .into()
    } else {
        Failure::bad_request("the body could not be read to its end")
    }
}

fn wrong_kind(message: &'static str) -> Failure {
    Failure::bad_request(message).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_utf8_json_and_forms_are_bodies() {
        let cases = [
            ("application/json", Kind::Json),
            ("application/json; charset=utf-8", Kind::Json),
            ("Application/JSON;charset=\"UTF-8\"", Kind::Json),
            ("application/json; charset=latin1", Kind::Other),
            ("application/x-www-form-urlencoded", Kind::Form),
            ("text/plain", Kind::Other),
            ("multipart/form-data; boundary=x", Kind::Other),
            ("application/xml", Kind::Other),
            ("application/jsonx", Kind::Other),
            ("", Kind::Other),
        ];
        for (content_type, expected) in cases {
            let value = HeaderValue::from_static(content_type);
            let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, value.clone())]);
            assert_eq!(kind(&headers), expected, "{content_type}");
            headers.append(header::CONTENT_TYPE, value);
            assert_eq!(kind(&headers), Kind::Other, "{content_type} twice");
        }
        assert_eq!(kind(&HeaderMap::new()), Kind::Other);
    }
}
