//! Where a server is asked: scheme, host and path, from its name and what its descriptor announces.

use reqwest::Url;
use scaiwave_engine::RemoteError;
use scaiwave_protocol::ServerName;

/// The root of a server. Names under .localhost are this machine, and spoken to over plain http; whether
/// they may be is the sockets' to say.
pub(super) fn base(server: &ServerName) -> Result<Url, RemoteError> {
    let scheme = if server.is_localhost() {
        "http"
    } else {
        "https"
    };
    Url::parse(&format!("{scheme}://{server}/"))
        .map_err(|_| RemoteError::Nonsense("the server's name makes no URL".to_owned()))
}

/// An endpoint as announced, with its placeholders filled: a path on the server, or an absolute URL.
pub(super) fn endpoint(base: &Url, filled: &str) -> Result<Url, RemoteError> {
    let wrong = |why: &str| RemoteError::Nonsense(format!("an announced endpoint {why}"));
    let url = base.join(filled).map_err(|_| wrong("is no URL"))?;
    if filled.starts_with('/') {
        // However a path is read, it stays on the server whose name was signed for.
        let stays = url.origin() == base.origin();
        return if stays {
            Ok(url)
        } else {
            Err(wrong("is no path"))
        };
    }
    if url.scheme() != "https" {
        return Err(wrong("is neither a path nor an https URL"));
    }
    // The check of addresses happens when a name is resolved; an address in a URL would pass it by.
    if url.domain().is_none() {
        return Err(wrong("names an address instead of a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("contains a login"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::ServerName;

    use super::{base, endpoint};

    fn url(server: &str, announced: &str) -> Option<String> {
        let base = base(&ServerName::parse(server).unwrap()).ok()?;
        endpoint(&base, announced).ok().map(String::from)
    }

    #[test]
    fn urls() {
        let cases = [
            (
                "acme.example",
                "/a/send",
                Some("https://acme.example/a/send"),
            ),
            (
                "acme.example:8443",
                "/send",
                Some("https://acme.example:8443/send"),
            ),
            (
                "acme.localhost:8101",
                "/send",
                Some("http://acme.localhost:8101/send"),
            ),
            (
                "acme.example",
                "https://fed.acme.example/x",
                Some("https://fed.acme.example/x"),
            ),
            (
                "acme.example",
                "https://fed.example:99/x",
                Some("https://fed.example:99/x"),
            ),
            ("acme.example", "http://acme.example/x", None),
            ("acme.example", "//evil.example/x", None),
            ("acme.example", "/\\evil.example/x", None),
            ("acme.example", "https://127.0.0.1/x", None),
            ("acme.example", "https://0x7f.1/x", None),
            ("acme.example", "https://2130706433/x", None),
            ("acme.example", "https://[::1]/x", None),
            ("acme.example", "https://a:b@acme.example/x", None),
            ("acme.example", "ftp://acme.example/x", None),
            ("acme.example", "/a/../../b", Some("https://acme.example/b")),
        ];
        for (server, announced, expected) in cases {
            let found = url(server, announced);
            assert_eq!(found.as_deref(), expected, "{server} {announced}");
        }
    }
}
