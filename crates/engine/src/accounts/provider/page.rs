use crate::{ClientCode, Outcome};

/// Bytes of a path of the web client.
const PAGE_BYTES_MAX: usize = 512;

/// Where a browser goes on after a login: a path of this host. Whatever a browser could read as another host,
/// and a fragment, which is ours to write, is refused.
pub(super) fn checked(page: Option<&str>) -> Outcome<String> {
    let page = page.unwrap_or("/");
    let mut bytes = page.bytes();
    let is_path = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
    // Browsers drop tabs and line ends from addresses, and take `\` for `/`.
    let is_plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'\\' | b'#');
    if is_path && page.len() <= PAGE_BYTES_MAX && page.bytes().all(is_plain) {
        return Ok(page.to_owned());
    }
    let sentence = "must be a path of this host, such as /rooms, of at most 512 bytes";
    Err(ClientCode::RedirectMismatch
        .because(sentence)
        .at("return_to"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_host() {
        let longest = format!("/{}", "a".repeat(PAGE_BYTES_MAX - 1));
        let good = ["/", "/rooms/x?y=z&u=http://a.b", "/%2F%2Fevil", &longest];
        for page in good {
            assert_eq!(checked(Some(page)).expect(page), page);
        }
        assert_eq!(checked(None).expect("the default"), "/");
        let too_long = format!("{longest}a");
        let bad = [
            "",
            "rooms",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/a\\b",
            "/a\r\nLocation: //evil.example",
            "/ä",
            "/a b",
            "/#login_code=x",
            "https://evil.example/",
            "https:evil.example",
            "javascript:alert(1)",
            &too_long,
        ];
        for page in bad {
            let denial = checked(Some(page)).expect_err(page);
            assert_eq!(denial.code, ClientCode::RedirectMismatch, "{page}");
        }
    }
}
