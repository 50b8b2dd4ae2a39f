//! New files in the built client must come into the program; cargo would look at changed ones only.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
