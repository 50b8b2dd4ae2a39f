//! Writes the test vectors in `docs/vectors`: `cargo run -p scaiwave-protocol --example generate_vectors`.
//!
//! Every seed, salt and time in them is fixed, so a run changes nothing unless the protocol changed.

mod make;

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/vectors");
    fs::create_dir_all(&directory)?;
    for (name, vectors) in make::files() {
        fs::write(
            directory.join(format!("{name}.json")),
            make::pretty(&vectors),
        )?;
    }
    Ok(())
}
