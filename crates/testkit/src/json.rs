use scaiwave_protocol::Json;

/// A value from JSON text, as tests write it.
pub fn json(text: &str) -> Json {
    scaiwave_protocol::json::parse_body(text.as_bytes()).expect("JSON of the strict profile")
}
