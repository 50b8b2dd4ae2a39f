//! Next door: the same request, signed alike, goes to the same inbound function. Only the socket, and
//! what it alone needs, is left out.

use http::HeaderValue;
use http::header::{DATE, HOST};
use scaiwave_engine::RemoteError;

use super::transport::{Answer, Call};
use crate::inbound::{Inbound, Request};
use crate::limits::REQUEST_TIMEOUT;

pub(super) async fn carry(inbound: &Inbound, call: Call) -> Result<Answer, RemoteError> {
    let Call {
        destination,
        method,
        url,
        mut headers,
        body,
        ..
    } = call;
    if let Ok(host) = HeaderValue::from_str(destination.as_str()) {
        headers.insert(HOST, host);
    }
    let request = Request {
        method,
        path: url.path().to_owned(),
        query: url.query().map(str::to_owned),
        headers,
        body,
        remote: None,
    };
    let answer = tokio::time::timeout(REQUEST_TIMEOUT, inbound.handle(request)).await;
    let response =
        answer.map_err(|_| RemoteError::Unreachable("no answer within 30 s".to_owned()))?;
    Ok(Answer {
        status: response.status,
        date: response.headers.get(DATE).cloned(),
        body: response.body,
    })
}
