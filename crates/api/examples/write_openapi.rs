//! Writes `docs/openapi.json` from the handlers: `cargo run -p scaiwave-api --example write_openapi`.

fn main() -> std::io::Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let mut text = serde_json::to_string_pretty(&scaiwave_api::openapi::document())?;
    text.push('\n');
    std::fs::write(path, text)
}
