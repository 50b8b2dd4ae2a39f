//! Writes `docs/vectors/room.json`, and the snapshot in `docs/protocol.md`:
//! `cargo run -p scaiwave-room --example generate_vectors`.
//!
//! It folds the log that the `protocol` crate's generator has made, so that one runs first.

#[path = "../../../protocol/examples/generate_vectors/block.rs"]
mod block;
mod make;

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    fs::write(docs.join("vectors/room.json"), make::pretty(&make::file()))?;
    let page = fs::read_to_string(docs.join("protocol.md"))?;
    let snapshot = make::pretty(&make::snapshot().to_json());
    let page = block::with_block(&page, "example: snapshot", &snapshot);
    fs::write(docs.join("protocol.md"), page)
}
