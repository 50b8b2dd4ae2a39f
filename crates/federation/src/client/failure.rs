//! What went wrong on the way, in words that an admin can act on: the step, and the last cause.

use std::error::Error;
use std::io;
use std::time::UNIX_EPOCH;

use http::StatusCode;
use scaiwave_engine::RemoteError;
use scaiwave_protocol::json::parse_body;
use scaiwave_protocol::limits::CLOCK_SKEW_S_MAX;
use scaiwave_protocol::wire::error;
use scaiwave_protocol::{Code, Refusal};

use super::resolver::Unresolved;
use super::transport::Answer;

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
/// `now_ms` is our clock's, for a peer that finds it wrong.
pub(super) fn of_answer(answer: &Answer, now_ms: u64) -> RemoteError {
    if let Some(refusal) = parse_body(&answer.body).ok().and_then(error::parse) {
        return RemoteError::Refused(match refusal.code {
            Code::ClockSkew => clocks_differ(answer, now_ms),
            _ => refusal,
        });
    }
    let status = answer.status;
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

/// By how much, in our own words: whose clock is wrong, only a person can find out.
fn clocks_differ(answer: &Answer, now_ms: u64) -> Refusal {
    let ours = now_ms / 1000;
    Code::ClockSkew.because(match their_seconds(answer) {
        Some(theirs) => {
            let which = if ours < theirs { "behind" } else { "ahead" };
            let seconds = ours.abs_diff(theirs);
            format!("the clock differs by {seconds} s: ours is {which}")
        }
        None => format!("the clock differs by more than {CLOCK_SKEW_S_MAX} s"),
    })
}

fn their_seconds(answer: &Answer) -> Option<u64> {
    let date = httpdate::parse_http_date(answer.date.as_ref()?.to_str().ok()?).ok()?;
    Some(date.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

/// The innermost cause.
pub(super) fn root(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// rustls reports what it refuses as invalid data, and what stands between wraps that once more.
fn is_tls(error: &reqwest::Error) -> bool {
    fn is_invalid_data(error: &io::Error) -> bool {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        error.kind() == io::ErrorKind::InvalidData || inner.is_some_and(is_invalid_data)
    }
    let mut io_errors = causes(error).filter_map(|cause| cause.downcast_ref());
    io_errors.any(is_invalid_data)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (**cause).source())
}
