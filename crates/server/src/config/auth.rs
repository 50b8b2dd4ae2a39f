use super::keys;
use super::problem::Complaint;
use super::reader::Reader;

/// `[auth]`: who vouches for people. This version knows one way, so there is nothing to keep: names and
/// passwords kept by this server.
pub(super) fn check(reader: &mut Reader) {
    reader.parsed(keys::AUTH_MODE, |text| match text {
        "local" => Ok(()),
        "mock" | "scaikey" | "oidc" | "hybrid" => Err(Complaint::new(
            format!("this version cannot do {text} yet"),
            "use local",
        )),
        _ => Err(Complaint::new(
            format!("{text:?} is not a way to log in"),
            "use local",
        )),
    });
}
