//! The strict reader and the canonical writer (protocol section 2).

use scaiwave_protocol::json::{self, parse_item, split_items};
use scaiwave_protocol::{Json, Malformed};

use crate::make::strict::{ACCEPTED, REFUSED};
use crate::support::nested;

// What the profile allows is read, and its canonical form is a fix point.
#[test]
fn accepted() {
    for (why, input) in ACCEPTED {
        let value = json::parse(input).unwrap_or_else(|error| panic!("{why}: {error}"));
        let canonical = value.canonical();
        assert_eq!(json::parse(&canonical), Ok(value.clone()), "{why}");
        assert_eq!(
            json::parse(&canonical).unwrap().canonical(),
            canonical,
            "{why}"
        );
        let serde = serde_json::to_vec(&value).unwrap();
        assert_eq!(serde, canonical, "{why}: serde writes the same");
        assert!(json::check(&value, 32).is_ok(), "{why}");
    }
}

// What RFC 8785 prints for its examples inside our profile is what we print.
#[test]
fn rfc_8785_output() {
    for (input, output) in [
        (
            r#"{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
            r#"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#,
        ),
        (
            r#"[56,{"d":true,"10":null,"1":[ ]}]"#,
            r#"[56,{"1":[],"10":null,"d":true}]"#,
        ),
        (
            r#"{"1":{"f":{"f":"hi","F":5}},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}"#,
            r#"{"":"empty","1":{"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#,
        ),
        (
            "{\"Unnormalized Unicode\":\"A\\u030a\"}",
            "{\"Unnormalized Unicode\":\"A\u{30a}\"}",
        ),
    ] {
        let canonical = json::parse(input.as_bytes()).unwrap().canonical();
        assert_eq!(String::from_utf8(canonical).unwrap(), output);
    }
}

// What the profile leaves out is refused, with a sentence that does not repeat it.
#[test]
fn refused() {
    for (why, input) in REFUSED {
        let Err(Malformed(sentence)) = json::parse(input) else {
            panic!("accepted: {why}");
        };
        assert!(known(&sentence), "{why}: {sentence}");
        let inside = [b"{\"a\":[".as_slice(), input, b"]}"].concat();
        let nothing = input.iter().all(u8::is_ascii_whitespace);
        assert_eq!(json::parse(&inside).is_err(), !nothing, "{why}, further in");
    }
}

fn known(sentence: &str) -> bool {
    [
        "a number is not an integer within ±(2^53−1)",
        "JSON is nested too deeply",
        "a member name is not 0–128 characters of U+0020–U+007E",
        "an object has two members of one name",
        "the body must be an object with one array `items`",
        "the body holds more than 256 items",
        "not valid JSON in UTF-8",
    ]
    .contains(&sentence)
}

// A value that was built is held to the rules of one that was read.
#[test]
fn built_values() {
    let name = |name: &str| Json::object([(name, Json::Null)]);
    for bad in [
        Json::Int(1 << 53),
        Json::Int(-(1 << 53)),
        Json::Int(i64::MIN),
        Json::Arr(vec![Json::Int(i64::MAX)]),
        name("é"),
        name("\n"),
        name(&"a".repeat(129)),
        Json::object([("a", name("\u{7f}"))]),
        json::parse_body(nested(33).as_bytes()).unwrap(),
    ] {
        assert!(json::check(&bad, 32).is_err(), "{bad:?}");
    }
}

// Depth is counted in objects and arrays alike, and a hostile depth costs no stack.
#[test]
fn hostile_depth() {
    let mixed = |pairs: usize| "{\"a\":[".repeat(pairs) + &"]}".repeat(pairs);
    assert!(json::parse(mixed(16).as_bytes()).is_ok());
    assert!(json::parse(mixed(17).as_bytes()).is_err());
    let open = "[".repeat(1_000_000);
    assert!(json::parse(open.as_bytes()).is_err());
    assert!(split_items(open.as_bytes()).is_err());
    let item = format!("{{\"items\":[{}]}}", nested(500_000));
    let items = split_items(item.as_bytes()).unwrap();
    assert!(parse_item(&items[0]).is_err());
}

// A bad item costs only itself.
#[test]
fn bad_items() {
    let body = format!(
        r#"{{"x":1,"items":[1.5,{{"a":1,"a":2}},"\ud800",-0,{{"\u00e9":1}},{},{{"kind":"good"}}]}}"#,
        nested(39)
    );
    let items = split_items(body.as_bytes()).unwrap();
    let good: Vec<bool> = items.iter().map(|item| parse_item(item).is_ok()).collect();
    assert_eq!(good, [false, false, false, false, false, false, true]);
}

// What is not JSON, or is wrong outside the items, costs the whole body.
#[test]
fn bad_bodies() {
    assert_eq!(split_items(b"{\"items\":[]}").unwrap().len(), 0);
    assert_eq!(
        split_items(b" {\"\\u0069tems\" : [ {} , 1 ] } ")
            .unwrap()
            .len(),
        2
    );
    for body in [
        "",
        "null",
        "[]",
        "[{}]",
        "\"items\"",
        "{}",
        r#"{"items":null}"#,
        r#"{"items":{}}"#,
        r#"{"items":1}"#,
        r#"{"items":"[]"}"#,
        r#"{"Items":[]}"#,
        r#"{"items":[],"items":[]}"#,
        r#"{"items":[],"\u0069tems":[]}"#,
        r#"{"items":[],"a":1,"a":2}"#,
        r#"{"items":[],"a":1.5}"#,
        r#"{"items":[],"é":1}"#,
        r#"{"items":[{]}"#,
        r#"{"items":[1,]}"#,
        r#"{"items":["a"#,
        r#"{"items":[]"#,
        r#"{"items":[]}x"#,
        r#"{"items":[]}{}"#,
        "{\"items\":[\"\u{1}\"]}",
    ] {
        let Err(Malformed(sentence)) = split_items(body.as_bytes()) else {
            panic!("accepted: {body}");
        };
        assert!(known(&sentence), "{sentence}");
    }
    let outside = format!(r#"{{"items":[],"a":{}}}"#, nested(40));
    assert!(split_items(outside.as_bytes()).is_err());
    assert!(split_items(b"{\"items\":[\"\xff\"]}").is_err());
    assert!(split_items(b"\xef\xbb\xbf{\"items\":[]}").is_err());
}
