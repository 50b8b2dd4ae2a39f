//! The form of a server name (`docs/protocol.md`, "Names"), for the configuration only.

use super::problem::Complaint;

const MAX_HOST_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// A lower-case DNS name with an optional port.
pub(super) fn parse(text: &str) -> Result<String, Complaint> {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    check_host(text, host)?;
    port.map_or(Ok(()), |port| check_port(text, port))?;
    Ok(text.to_owned())
}

fn check_host(text: &str, host: &str) -> Result<(), Complaint> {
    let fix = "write a lower-case DNS name such as chat.example.org";
    let wrong = |why: &str| {
        Err(Complaint::new(
            format!("{text:?} is not a server name: {why}"),
            fix,
        ))
    };
    if host.is_empty() {
        return wrong("it is empty");
    }
    if host.len() > MAX_HOST_BYTES {
        return wrong("it is longer than 253 bytes");
    }
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return wrong("names are compared byte by byte, so capital letters are refused");
    }
    for label in host.split('.') {
        if label.is_empty() || label.len() > MAX_LABEL_BYTES {
            return wrong("each part between dots has 1 to 63 characters");
        }
        if !label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return wrong("only a-z, 0-9, the hyphen and the dot are allowed");
        }
        if label.starts_with('-') || label.ends_with('-') {
            return wrong("no part begins or ends with a hyphen");
        }
    }
    // What ends in digits only is an IP address, not a name.
    if host
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return wrong("an IP address is not a name");
    }
    Ok(())
}

fn check_port(text: &str, port: &str) -> Result<(), Complaint> {
    let wrong = |why: &str, fix: &str| {
        Err(Complaint::new(
            format!("{text:?} is not a server name: {why}"),
            fix,
        ))
    };
    // One name, one spelling: `parse` alone would accept "+1" and "080".
    let canonical = port
        .parse::<u16>()
        .is_ok_and(|number| number > 0 && number.to_string() == port);
    if !canonical {
        return wrong(
            "the port is not a number from 1 to 65535 without leading zeros",
            "write a port such as :8448, or leave it out",
        );
    }
    if port == "443" {
        return wrong("443 is what a name without a port means", "leave :443 out");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_right() {
        for name in [
            "localhost",
            "acme.example",
            "acme.localhost:8101",
            "1.a-b.x9",
            "a:1",
            "a:65535",
        ] {
            assert_eq!(parse(name).as_deref(), Ok(name));
        }
        let longest = format!(
            "{}.{}.{}.{}",
            "a".repeat(63),
            "b".repeat(63),
            "c".repeat(63),
            "d".repeat(61)
        );
        assert_eq!(parse(&longest).as_deref(), Ok(longest.as_str()));
    }

    #[test]
    fn names_that_are_wrong() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = format!("{}{}", "a.".repeat(126), "bc");
        let names = [
            "",
            ":80",
            "Acme.example",
            "acme..example",
            ".acme",
            "acme.",
            "a_b.example",
            "-a.example",
            "a-.example",
            "127.0.0.1",
            "acme.123",
            "[::1]:80",
            "acme:",
            "acme:0",
            "acme:080",
            "acme:+80",
            "acme:65536",
            "acme:443",
            "acme:80:80",
            "münchen.example",
            "a b",
            &long_label,
            &long_name,
        ];
        for name in names {
            assert!(parse(name).is_err(), "{name:?} was accepted");
        }
    }
}
