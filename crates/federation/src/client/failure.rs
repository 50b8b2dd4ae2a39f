//! What went wrong on the way, in words that an admin can act on: the step, and the last cause.

use std::error::Error;
use std::io;

use http::StatusCode;
use scaiwave_engine::RemoteError;
use scaiwave_protocol::json::parse_body;
use scaiwave_protocol::wire::error;

use super::resolver::Unresolved;

/// The request did not get as far as an answer.
pub(super) fn of_sending(error: &reqwest::Error) -> RemoteError {
    if let Some(unresolved) = causes(error).find_map(|cause| cause.downcast_ref::<Unresolved>()) {
        return RemoteError::Unreachable(unresolved.to_string());
    }
    let root = root(error);
    RemoteError::Unreachable(match (error.is_connect(), error.is_timeout()) {
        (true, true) => "no connection within 5 s".to_owned(),
        (false, true) => "no answer within 30 s".to_owned(),
        (true, false) if is_tls(error) => format!("TLS failed: {root}"),
        (true, false) => format!("no connection: {root}"),
        (false, false) => format!("the connection broke: {root}"),
    })
}

/// The answer broke off.
pub(super) fn of_reading(error: &reqwest::Error) -> RemoteError {
    RemoteError::Unreachable(match error.is_timeout() {
        true => "the answer was not complete within 30 s".to_owned(),
        false => format!("the answer broke off: {}", root(error)),
    })
}

/// An answer that is not 200: a refusal of this protocol, or whatever stands before the server.
pub(super) fn of_status(status: StatusCode, body: &[u8]) -> RemoteError {
    if let Some(refusal) = parse_body(body).ok().and_then(error::parse) {
        return RemoteError::Refused(refusal);
    }
    let sentence = format!(
        "answered HTTP {} without a code of this protocol",
        status.as_u16()
    );
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        RemoteError::Unreachable(sentence)
    } else {
        RemoteError::Nonsense(sentence)
    }
}

/// The innermost cause.
pub(super) fn root(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// rustls reports what it refuses as invalid data.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut io_errors = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    io_errors.any(|error| error.kind() == io::ErrorKind::InvalidData)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (**cause).source())
}
