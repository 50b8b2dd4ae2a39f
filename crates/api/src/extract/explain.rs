//! Why a body or a query does not fit: the field's name and a sentence of ours. Values that a client
//! sent are never repeated to it.

use serde::de::DeserializeOwned;

use crate::failure::Failure;

const FIELD_CHARS_MAX: usize = 64;

/// Reads JSON. The path to the fault is looked for only when there is one.
pub(super) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|error| json_fault::<T>(bytes, &error))
}

fn json_fault<T: DeserializeOwned>(bytes: &[u8], error: &serde_json::Error) -> Failure {
    if !error.is_data() {
        return Failure::bad_request("the body is not JSON in UTF-8");
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) => fault(&error.path().to_string(), &error.inner().to_string()),
        Ok(_) => Failure::bad_request("the body does not fit"),
    }
}

/// Reads axum's sentence about a query or a form: `…: field: reason`, or `…: reason`.
pub(super) fn from_urlencoded(sentence: &str) -> Failure {
    let rest = sentence.split_once(": ").map_or(sentence, |(_, rest)| rest);
    match rest.split_once(": ") {
        Some((field, reason)) if is_field(field) => fault(field, reason),
        _ => fault("", rest),
    }
}

/// Turns serde's words into ours.
fn fault(path: &str, reason: &str) -> Failure {
    // serde_json adds where in the text it was.
    let reason = reason
        .rsplit_once(" at line ")
        .map_or(reason, |(reason, _)| reason);
    let quoted = reason.split('`').nth(1).filter(|name| is_field(name));
    let (field, message) = if reason.starts_with("missing field") {
        (quoted, "this field is missing".to_owned())
    } else if reason.starts_with("unknown field") {
        (quoted, "this field is not known".to_owned())
    } else if reason.starts_with("duplicate field") {
        (quoted, "this field is there twice".to_owned())
    } else if let Some((_, expected)) = reason.rsplit_once(", expected ") {
        (
            None,
            format!("must be {}", expected.trim_start_matches("one of ")),
        )
    } else if reason.contains("invalid digit") || reason.contains("number too") {
        (None, "must be a whole number in range".to_owned())
    } else {
        // What a type of ours said, which never repeats input.
        (None, reason.to_owned())
    };
    let path = Some(path).filter(|path| is_field(path));
    match field.or(path) {
        Some(field) => Failure::at(field.to_owned(), message),
        None => Failure::bad_request(message),
    }
}

/// A name that is safe to repeat.
fn is_field(name: &str) -> bool {
    let letters =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'[' | b']');
    (1..=FIELD_CHARS_MAX).contains(&name.len()) && name != "." && name.bytes().all(letters)
}
