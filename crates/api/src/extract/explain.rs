//! Why a body or a query does not fit: the field's name and a sentence of ours. Values that a client
//! sent are never repeated to it.

use serde::de::DeserializeOwned;

use crate::failure::Failure;

const FIELD_CHARS_MAX: usize = 64;

/// Reads JSON. The path to the fault is looked for only when there is one.
pub(super) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    // serde would also fill a struct from a list, member by member.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Failure::bad_request("the body must be an object"));
    }
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
        (None, format!("must be {}", plain(expected)))
    } else if ["invalid digit", "number too", "empty string"]
        .iter()
        .any(|why| reason.contains(why))
    {
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

/// What serde expects, in words that do not tell the language we are written in.
fn plain(expected: &str) -> &str {
    match expected {
        "u8" => "an integer from 0 to 255",
        "u32" | "u64" | "usize" => "a whole number that is not negative",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        expected if expected.starts_with("struct ") => "an object",
        expected => expected.trim_start_matches("one of "),
    }
}

/// A name that is safe to repeat.
fn is_field(name: &str) -> bool {
    let letters =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'[' | b']');
    (1..=FIELD_CHARS_MAX).contains(&name.len()) && name != "." && name.bytes().all(letters)
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::{EventId, Json};
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Example {
        text: String,
        level: Option<u8>,
        names: Option<Vec<String>>,
        flag: Option<bool>,
        id: Option<EventId>,
        content: Option<Json>,
    }

    /// Code, field and sentence.
    fn told(failure: &Failure) -> (String, Value, String) {
        let body: Value = serde_json::from_slice(&failure.body("r")).expect("JSON");
        let error = &body["error"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (
            text(&error["code"]),
            error["details"]["field"].clone(),
            text(&error["message"]),
        )
    }

    #[test]
    fn a_bad_body_is_told_its_field_and_never_its_values() {
        let not_json = "the body is not JSON in UTF-8";
        let number = "a number is not an integer within ±(2^53−1)";
        let cases: &[(&[u8], Option<&str>, &str)] = &[
            (b"", None, not_json),
            (b"{", None, not_json),
            (b"{\"text\":\"\xff\"}", None, not_json),
            (b"{\"text\":\"a\"} x", None, not_json),
            (b"{\"text\":\"a\",}", None, not_json),
            (b"[]", None, "the body must be an object"),
            (br#" ["a",1]"#, None, "the body must be an object"),
            (b"7", None, "must be an object"),
            (b"null", None, "must be an object"),
            (b"{}", Some("text"), "this field is missing"),
            (br#"{"text":7}"#, Some("text"), "must be a string"),
            (br#"{"text":null}"#, Some("text"), "must be a string"),
            (
                br#"{"text":"a","other":1}"#,
                Some("other"),
                "this field is not known",
            ),
            (br#"{"text":"a","<b>":1}"#, None, "this field is not known"),
            (
                br#"{"text":"a","text":"b"}"#,
                Some("text"),
                "this field is there twice",
            ),
            (
                br#"{"text":"a","level":256}"#,
                Some("level"),
                "must be an integer from 0 to 255",
            ),
            (
                br#"{"text":"a","level":-1}"#,
                Some("level"),
                "must be an integer from 0 to 255",
            ),
            (
                br#"{"text":"a","level":1.5}"#,
                Some("level"),
                "must be an integer from 0 to 255",
            ),
            (
                br#"{"text":"a","names":["x",2]}"#,
                Some("names[1]"),
                "must be a string",
            ),
            (
                br#"{"text":"a","names":"secret"}"#,
                Some("names"),
                "must be a list",
            ),
            (
                br#"{"text":"a","flag":"yes"}"#,
                Some("flag"),
                "must be true or false",
            ),
            (
                br#"{"text":"a","id":"secret"}"#,
                Some("id"),
                "an event id must be a UUID, lower-case and hyphenated",
            ),
            (
                br#"{"text":"a","content":{"n":1.5}}"#,
                Some("content.n"),
                number,
            ),
            (
                br#"{"text":"a","content":{"n":9007199254740992}}"#,
                Some("content.n"),
                number,
            ),
            (
                br#"{"text":"a","content":{"n":1,"n":1}}"#,
                Some("content"),
                "an object has two members of one name",
            ),
        ];
        for (body, field, message) in cases {
            let what = String::from_utf8_lossy(body);
            let failure = from_json::<Example>(body).expect_err(&what);
            let field = field.map_or(Value::Null, Value::from);
            let expected = ("SW_BAD_REQUEST".to_owned(), field, (*message).to_owned());
            assert_eq!(told(&failure), expected, "{what}");
        }
        from_json::<Example>(br#" {"text":"a","level":255,"content":{"n":-1}} "#).expect("it fits");
    }

    #[test]
    fn a_bad_query_is_told_its_field_and_never_its_values() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only read")]
        struct Example {
            limit: Option<u32>,
            since: u64,
        }

        let cases = [
            (
                "/?limit=secret&since=1",
                "limit",
                "must be a whole number in range",
            ),
            (
                "/?limit=-1&since=1",
                "limit",
                "must be a whole number in range",
            ),
            (
                "/?limit=4294967296&since=1",
                "limit",
                "must be a whole number in range",
            ),
            (
                "/?limit=&since=1",
                "limit",
                "must be a whole number in range",
            ),
            ("/?limit=1", "since", "this field is missing"),
            ("/?since=1&since=2", "since", "this field is there twice"),
        ];
        for (uri, field, message) in cases {
            let uri = uri.parse().expect(uri);
            let rejection =
                axum::extract::Query::<Example>::try_from_uri(&uri).expect_err("it does not fit");
            let failure = from_urlencoded(&rejection.body_text());
            let expected = (
                "SW_BAD_REQUEST".to_owned(),
                Value::from(field),
                message.to_owned(),
            );
            assert_eq!(told(&failure), expected, "{uri}");
        }
    }
}
