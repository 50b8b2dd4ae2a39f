//! Writes the test vectors in `docs/vectors`, and the examples in `docs/protocol.md`:
//! `cargo run -p scaiwave-protocol --example generate_vectors`.
//!
//! Every seed, salt and time in them is fixed, so a run changes nothing unless the protocol changed.

mod make;

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let directory = docs.join("vectors");
    fs::create_dir_all(&directory)?;
    for (name, vectors) in make::files() {
        fs::write(
            directory.join(format!("{name}.json")),
            make::pretty(&vectors),
        )?;
    }
    let page = fs::read_to_string(docs.join("protocol.md"))?;
    fs::write(docs.join("protocol.md"), make::page::filled(&page))
}
