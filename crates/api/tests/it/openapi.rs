use serde_json::Value;

/// The document in `docs/` is what the handlers say. It is read by people, by the generator of the
/// TypeScript client, and in reviews.
#[test]
fn the_written_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let written: Value = serde_json::from_str(&written).unwrap_or_default();
    let current = serde_json::to_value(scaiwave_api::openapi::document()).expect("JSON");
    assert!(
        written == current,
        "docs/openapi.json is stale: run `cargo run -p scaiwave-api --example write_openapi`"
    );
}

/// Every operation can be called by name, says what it answers, and what goes wrong.
#[test]
fn every_operation_is_described() {
    let document = serde_json::to_value(scaiwave_api::openapi::document()).expect("JSON");
    let mut names = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let what = format!("{method} {path}");
            let name = operation["operationId"].as_str().expect(&what).to_owned();
            assert!(!names.contains(&name), "{what}: {name} is there twice");
            names.push(name);
            assert!(operation["summary"].is_string(), "{what} has no summary");
            assert_eq!(
                operation["tags"].as_array().map(Vec::len),
                Some(1),
                "{what} has one tag"
            );
            let responses = operation["responses"].as_object().expect(&what);
            assert!(
                responses
                    .keys()
                    .any(|status| status.starts_with(['1', '2', '3'])),
                "{what}"
            );
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let meaning = parameter["description"].as_str().unwrap_or_default();
                assert!(
                    !meaning.is_empty(),
                    "{what}: what is {}?",
                    parameter["name"]
                );
            }
            let tag = operation["tags"][0].as_str().expect(&what);
            let is_of_any_host = ["operator", "setup"].contains(&tag);
            assert!(
                responses.contains_key("404") || is_of_any_host,
                "{what} does not say SW_TENANT_NOT_FOUND"
            );
        }
    }
}

/// No reference leads nowhere.
#[test]
fn every_reference_is_defined() {
    let document = serde_json::to_value(scaiwave_api::openapi::document()).expect("JSON");
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas")
        .clone();
    let mut waiting = vec![&document];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(members) => {
                if let Some(path) = members.get("$ref").and_then(Value::as_str) {
                    let name = path.strip_prefix("#/components/schemas/").expect(path);
                    assert!(schemas.contains_key(name), "{path} is not defined");
                }
                waiting.extend(members.values());
            }
            Value::Array(elements) => waiting.extend(elements),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
