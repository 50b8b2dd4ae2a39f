use std::borrow::Cow;

/// Files of a built client, by their path without a slash before it.
pub(crate) trait Files {
    fn get(&self, path: &str) -> Option<Found>;
}

/// A file, and a name for what is in it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) bytes: Cow<'static, [u8]>,
    pub(crate) sha256: [u8; 32],
    pub(crate) content_type: String,
}

/// What Vite has built, if it has.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

pub(crate) struct Built;

impl Files for Built {
    fn get(&self, path: &str) -> Option<Found> {
        let file = Dist::get(path)?;
        Some(Found {
            sha256: file.metadata.sha256_hash(),
            content_type: with_charset(file.metadata.mimetype()),
            bytes: file.data,
        })
    }
}

/// All our texts are UTF-8.
fn with_charset(kind: &str) -> String {
    if kind.starts_with("text/") {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_owned()
    }
}
