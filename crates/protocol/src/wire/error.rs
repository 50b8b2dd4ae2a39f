//! `{"error": {"code", "message"}}`: the answer to a request that was refused as a whole.

use crate::code::{Code, Refusal};
use crate::json::{Fields, Json};

/// The body of a refusal.
pub fn to_json(refusal: &Refusal) -> Json {
    Json::object([(
        "error",
        Json::object([
            ("code", refusal.code.as_str().into()),
            ("message", refusal.message.clone().into_owned().into()),
        ]),
    )])
}

/// Reads a refusal from a peer's answer, if it is one of this protocol.
pub fn parse(json: Json) -> Option<Refusal> {
    let mut error = Fields::of("answer", json).ok()?.fields("error").ok()?;
    let code = Code::parse(&error.string("code").ok()?)?;
    Some(code.because(error.string("message").unwrap_or_default()))
}
