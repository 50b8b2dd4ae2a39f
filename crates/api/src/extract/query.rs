use axum::extract::FromRequestParts;
use http::request::Parts;
use scaiwave_protocol::limits::INTEGER_MAX;
use serde::de::DeserializeOwned;

use super::explain;
use crate::failure::Failure;
use crate::state::ApiState;

/// The parameters after the question mark.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<ApiState> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &ApiState) -> Result<Self, Failure> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Params(query)),
            Err(rejection) => Err(explain::from_urlencoded(&rejection.body_text())),
        }
    }
}

/// How many lines: at least one; more than the most is shortened to it.
pub(crate) fn page_limit(limit: Option<u32>, default: u32, max: u32) -> Result<u32, Failure> {
    match limit {
        Some(0) => Err(Failure::at("limit", "must be at least 1")),
        limit => Ok(limit.unwrap_or(default).min(max)),
    }
}

/// A position that this server may have given out.
pub(crate) fn position(name: &'static str, position: u64) -> Result<u64, Failure> {
    if position <= INTEGER_MAX.unsigned_abs() {
        return Ok(position);
    }
    Err(Failure::at(name, "is not a position of this server"))
}

/// A cursor is a number to us and opaque to clients.
pub(crate) fn cursor(name: &'static str, text: Option<&str>) -> Result<Option<u64>, Failure> {
    let Some(text) = text else {
        return Ok(None);
    };
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(seq) if digits => position(name, seq).map(Some),
        _ => Err(Failure::at(name, "is not a cursor of this server")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_two_sides() {
        assert!(page_limit(Some(0), 50, 200).is_err());
        assert_eq!(page_limit(Some(1), 50, 200).expect("one"), 1);
        assert_eq!(page_limit(None, 50, 200).expect("the default"), 50);
        assert_eq!(page_limit(Some(201), 50, 200).expect("shortened"), 200);
    }

    #[test]
    fn cursors_are_ours_or_refused() {
        assert_eq!(cursor("from", None).expect("none"), None);
        assert_eq!(cursor("from", Some("17")).expect("a seq"), Some(17));
        for text in [
            "",
            "abc",
            "-1",
            "+1",
            "1.5",
            "9007199254740992",
            "18446744073709551616",
        ] {
            assert!(cursor("from", Some(text)).is_err(), "{text}");
        }
    }
}
