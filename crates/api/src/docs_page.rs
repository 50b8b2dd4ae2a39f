//! `/docs`: the OpenAPI document as one page to read. No scripts, nothing from elsewhere.

use std::fmt::Write as _;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use serde_json::Value;
use utoipa::openapi::OpenApi;

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#1c1f24;background:#fff}\
h2{margin-top:2.5rem;text-transform:capitalize}details{border:1px solid #d5d9e0;border-radius:6px;\
margin:.5rem 0;padding:.5rem .75rem}summary{cursor:pointer}code{font:14px ui-monospace,monospace}\
.m{display:inline-block;min-width:4rem;font-weight:700}table{border-collapse:collapse;width:100%}\
td,th{text-align:left;vertical-align:top;border-top:1px solid #e6e9ee;padding:.25rem .75rem .25rem 0}\
@media(prefers-color-scheme:dark){body{color:#e4e7ec;background:#14171c}\
details{border-color:#343a44}td,th{border-color:#2a2f38}a{color:#8ab4ff}}";

/// The shape of a `meta` in which nothing stands.
const NO_META: &str = "#/components/schemas/NoMeta";

/// Its own style and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

pub(crate) fn answer(page: Bytes) -> Response {
    const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
    const CSP: HeaderValue = HeaderValue::from_static(POLICY);
    (
        [
            (header::CONTENT_TYPE, HTML),
            (header::CONTENT_SECURITY_POLICY, CSP),
        ],
        page,
    )
        .into_response()
}

/// Makes the page.
pub(crate) fn render(document: &OpenApi) -> String {
    let document = serde_json::to_value(document).unwrap_or_default();
    let mut page = String::with_capacity(64 * 1024);
    let title = text(&document["info"]["title"]);
    page.push_str("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    add(
        &mut page,
        format_args!("<title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"),
    );
    add(
        &mut page,
        format_args!("<p>{}</p>", prose(&document["info"]["description"])),
    );
    page.push_str("<p>For programs: <a href=\"/openapi.json\">openapi.json</a></p>");
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        add(
            &mut page,
            format_args!("<h2>{name}</h2><p>{}</p>", prose(&tag["description"])),
        );
        operations(&mut page, &document, &tag["name"]);
    }
    page.push_str("<h2>Shapes</h2>");
    for (name, schema) in members(&document["components"]["schemas"]) {
        add(
            &mut page,
            format_args!(
                "<details id=\"{0}\"><summary><code>{0}</code></summary>",
                escape(name)
            ),
        );
        add(
            &mut page,
            format_args!("<p>{}</p>", prose(&schema["description"])),
        );
        shape(&mut page, schema);
        page.push_str("</details>");
    }
    page
}

fn operations(page: &mut String, document: &Value, tag: &Value) {
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            if list(&operation["tags"]).contains(tag) {
                one_operation(page, path, method, operation);
            }
        }
    }
}

fn one_operation(page: &mut String, path: &str, method: &str, operation: &Value) {
    let method = escape(&method.to_ascii_uppercase());
    let path = escape(path);
    let summary = prose(&operation["summary"]);
    add(
        page,
        format_args!(
            "<details><summary><span class=\"m\">{method}</span> <code>{path}</code> {summary}</summary>"
        ),
    );
    add(
        page,
        format_args!("<p>{}</p><table>", prose(&operation["description"])),
    );
    for parameter in list(&operation["parameters"]) {
        let (place, name) = (text(&parameter["in"]), text(&parameter["name"]));
        let meaning = prose(&parameter["description"]);
        add(
            page,
            format_args!("<tr><td>{place}<td><code>{name}</code><td>{meaning}"),
        );
    }
    for (kind, body) in members(&operation["requestBody"]["content"]) {
        let (kind, shape) = (escape(kind), shape_name(&body["schema"]));
        add(page, format_args!("<tr><td>body<td>{shape}<td>{kind}"));
    }
    for (status, response) in members(&operation["responses"]) {
        let meaning = prose(&response["description"]);
        let shape = members(&response["content"])
            .map(|(_, body)| shape_name(&body["schema"]))
            .next();
        let (status, shape) = (escape(status), shape.unwrap_or_default());
        add(
            page,
            format_args!("<tr><td>{status}<td>{shape}<td>{meaning}"),
        );
    }
    page.push_str("</table></details>");
}

/// The members of an object, or the choices that there are.
fn shape(page: &mut String, schema: &Value) {
    for part in ["allOf", "oneOf"] {
        for schema in list(&schema[part]) {
            if schema.get("$ref").is_some() {
                add(page, format_args!("<p>{}</p>", shape_name(schema)));
            } else {
                shape(page, schema);
            }
        }
    }
    if schema["properties"].is_object() {
        page.push_str("<table>");
        for (name, member) in members(&schema["properties"]) {
            let needed = list(&schema["required"])
                .iter()
                .any(|required| required == name);
            let (name, kind) = (escape(name), shape_name(member));
            let needed = if needed { "" } else { ", optional" };
            let meaning = prose(&member["description"]);
            add(
                page,
                format_args!("<tr><td><code>{name}</code><td>{kind}{needed}<td>{meaning}"),
            );
        }
        page.push_str("</table>");
    }
}

fn shape_name(schema: &Value) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        return format!("<a href=\"#{0}\">{0}</a>", escape(name));
    }
    let choices = ["oneOf", "allOf", "anyOf"]
        .iter()
        .flat_map(|part| list(&schema[*part]));
    let choices: Vec<String> = choices.map(shape_name).collect();
    if !choices.is_empty() {
        return choices.join(" or ");
    }
    // What every success looks like: its data is what a reader wants to know, and its meta if there is any.
    let envelope = &schema["properties"];
    if envelope["data"].is_object() {
        let parts = ["data", "meta"].map(|part| (part, &envelope[part]));
        let told = parts
            .iter()
            .filter(|(_, schema)| schema.is_object() && schema["$ref"] != NO_META)
            .map(|(part, schema)| format!("{part}: {}", shape_name(schema)));
        return told.collect::<Vec<_>>().join("<br>");
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => {
            format!("list of {}", shape_name(&schema["items"]))
        }
        Value::String(kind) => escape(kind),
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}

fn add(page: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    page.write_fmt(arguments).unwrap_or_default();
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

/// Text with `code`.
fn prose(value: &Value) -> String {
    let escaped = text(value);
    let mut out = String::with_capacity(escaped.len());
    for (n, piece) in escaped.split('`').enumerate() {
        if n % 2 == 1 {
            add(&mut out, format_args!("<code>{piece}</code>"));
        } else {
            out.push_str(piece);
        }
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_every_endpoint_and_runs_nothing() {
        let document = crate::openapi::document();
        let page = render(&document);
        for path in document.paths.paths.keys() {
            assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
        }
        // Whoever reads of an endpoint can go on to the shape of its answer.
        let peer = page
            .split("<details>")
            .find(|part| part.contains("<code>/v1/admin/federation/peers/{server_name}</code>"));
        let peer = peer.expect("it is there");
        assert!(
            peer.contains("data: <a href=\"#PeerDetail\">PeerDetail</a>"),
            "{peer}"
        );
        assert!(!peer.contains("NoMeta"), "{peer}");
        assert!(!page.contains("<td>object<td>Success"));
        assert!(!page.contains("<script"));
        assert!(!page.contains("http://") && !page.contains("https://"));
    }
}
