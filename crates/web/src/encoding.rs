use http::{HeaderMap, header};

/// How a file lies beside itself, packed: the best first.
const PACKED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The encodings that a browser takes, with the ends of the files' names, the best first.
pub(crate) fn accepted(headers: &HeaderMap) -> impl Iterator<Item = (&'static str, &'static str)> {
    let wishes = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let wishes = wishes.unwrap_or_default().to_owned();
    PACKED
        .into_iter()
        .filter(move |(name, _)| wishes.split(',').any(|wish| takes(wish, name)))
}

/// `br`, `br;q=0.5`; not `br;q=0` (RFC 9110 section 12.5.3).
fn takes(wish: &str, name: &str) -> bool {
    let mut parts = wish.split(';').map(str::trim);
    let named = parts
        .next()
        .is_some_and(|part| part.eq_ignore_ascii_case(name));
    let refused = parts.any(|part| {
        let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
        weight.is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
    });
    named && !refused
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_best_that_is_taken_comes_first() {
        let cases: [(&str, &[&str]); 7] = [
            ("gzip, deflate, br, zstd", &["br", "gzip"]),
            ("gzip", &["gzip"]),
            ("br;q=0.1, gzip;q=1.0", &["br", "gzip"]),
            ("br;q=0, gzip", &["gzip"]),
            ("BR", &["br"]),
            ("identity", &[]),
            ("", &[]),
        ];
        for (wish, expected) in cases {
            let value = HeaderValue::from_static(wish);
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value)]);
            let names: Vec<_> = accepted(&headers).map(|(name, _)| name).collect();
            assert_eq!(names, expected, "{wish}");
        }
        assert_eq!(accepted(&HeaderMap::new()).count(), 0);
    }
}
