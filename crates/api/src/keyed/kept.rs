use axum::body::{Body, HttpBody as _, to_bytes};
use axum::response::Response;
use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, StatusCode, header};
use scaiwave_engine::keyed::First;
use scaiwave_engine::store::record::KeptAnswer;
use scaiwave_protocol::EventId;
use serde_json::Value;

use crate::around::RequestId;
use crate::failure::Failure;
use crate::limits::ANSWER_KEPT_BYTES_MAX;

/// What is kept of an answer to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// All of it.
    Answer,
    /// Only that it was done: question or answer has a secret in it.
    OnlyThat,
}

/// Keeps what is final of an answer, before it is given.
pub(super) async fn settle(
    first: First,
    keeping: Keeping,
    response: Response,
    id: &RequestId,
) -> Response {
    let status = response.status();
    // Where only success is kept, a corrected password must not get the answer to the wrong one.
    let kept = match keeping {
        Keeping::Answer => is_final(status),
        Keeping::OnlyThat => status.is_success(),
    };
    if !kept {
        first.forget().await;
        return response;
    }
    let (parts, body) = response.into_parts();
    let (body, told) = match parts.extensions.get::<Failure>() {
        // Written by the outermost layer, and with the id of this request also when it is said again.
        Some(failure) => (body, Some(Bytes::from(failure.body(id.as_str())))),
        None => read(body).await,
    };
    let told = told.filter(|_| keeping == Keeping::Answer && is_plain_json(&parts.headers));
    first.keep(answer(&parts, told)).await;
    Response::from_parts(parts, body)
}

/// Whether the same request would be answered so again. Not where nothing was done for a reason that passes:
/// a login that has ended, too much at once, something that failed here or elsewhere. Then the same key may
/// try again.
fn is_final(status: StatusCode) -> bool {
    const PASSING: [StatusCode; 3] = [
        StatusCode::UNAUTHORIZED,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    status.is_success() || status.is_client_error() && !PASSING.contains(&status)
}

/// The body, and its bytes if they are not too many to be kept.
async fn read(body: Body) -> (Body, Option<Bytes>) {
    let fits = body.size_hint().upper();
    if fits.is_none_or(|bytes| bytes > ANSWER_KEPT_BYTES_MAX as u64) {
        return (body, None);
    }
    match to_bytes(body, ANSWER_KEPT_BYTES_MAX).await {
        Ok(bytes) => (Body::from(bytes.clone()), Some(bytes)),
        Err(error) => {
            tracing::error!(%error, "an answer could not be read");
            (Body::empty(), None)
        }
    }
}

/// Whether status and body are the whole answer.
fn is_plain_json(headers: &HeaderMap) -> bool {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/json");
    is_json && !headers.contains_key(header::SET_COOKIE)
}

fn answer(parts: &Parts, told: Option<Bytes>) -> KeptAnswer {
    let mut shown = Vec::new();
    if let Some(json) = told
        .as_ref()
        .and_then(|told| serde_json::from_slice(told).ok())
    {
        shown_events(&json, &mut shown);
    }
    shown.dedup();
    // A row names one event that it goes with.
    let told = told.filter(|_| shown.len() <= 1);
    KeptAnswer {
        status: parts.status.as_u16(),
        shows: shown.first().copied().filter(|_| told.is_some()),
        body: told.map(Vec::from),
    }
}

/// The events whose content stands in an answer.
fn shown_events(value: &Value, shown: &mut Vec<EventId>) {
    match value {
        Value::Object(fields) => {
            let id = fields.get("id").and_then(Value::as_str);
            if fields.contains_key("content")
                && let Some(Ok(id)) = id.map(EventId::parse)
            {
                shown.push(id);
            }
            for field in fields.values() {
                shown_events(field, shown);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                shown_events(element, shown);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use serde_json::json;

    use super::*;

    const ONE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    const OTHER: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

    fn parts() -> Parts {
        Response::new(Body::empty()).into_parts().0
    }

    // An answer goes with the event that it shows; one that shows two is not kept.
    #[test]
    fn answers_name_what_they_show() {
        let one = EventId::parse(ONE).ok();
        let cases = [
            (json!({"data": {}, "meta": {}}), true, None),
            (json!({"data": {"id": ONE, "name": "tea"}}), true, None),
            (json!({"data": {"id": ONE, "content": {}}}), true, one),
            (
                json!({"data": {"id": "room-x", "last_event": {"id": ONE, "content": {}}}}),
                true,
                one,
            ),
            (
                json!({"data": [{"id": ONE, "content": {}}, {"id": OTHER, "content": {}}]}),
                false,
                None,
            ),
        ];
        for (json, kept, shows) in cases {
            let told = Bytes::from(json.to_string());
            let answer = answer(&parts(), Some(told.clone()));
            assert_eq!(answer.body, kept.then(|| told.to_vec()), "{json}");
            assert_eq!(answer.shows, shows, "{json}");
        }
    }

    #[test]
    fn only_what_would_be_answered_again_is_final() {
        let cases = [
            (200, true),
            (400, true),
            (403, true),
            (404, true),
            (409, true),
            (413, true),
            (401, false),
            (408, false),
            (429, false),
            (500, false),
            (502, false),
            (503, false),
        ];
        for (status, expected) in cases {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(is_final(status), expected, "{status}");
        }
    }

    #[tokio::test]
    async fn answers_up_to_the_limit_are_read() {
        for (bytes, fits) in [
            (ANSWER_KEPT_BYTES_MAX, true),
            (ANSWER_KEPT_BYTES_MAX + 1, false),
        ] {
            let request = Request::new(Body::from(vec![b' '; bytes]));
            let (body, told) = read(request.into_body()).await;
            assert_eq!(told.is_some(), fits, "{bytes}");
            let given = to_bytes(body, usize::MAX).await.expect("a body");
            assert_eq!(given.len(), bytes);
        }
    }
}
