//! Lies in answers.

use scaiwave_protocol::{Json, json};

use super::glimpse::with;
use super::requests::SEND;

/// The same answer with a lie in it: a snapshot that says something else than what was signed, or a
/// cursor far ahead. None where there is nothing to lie about.
pub(super) fn twist(path: &str, body: &[u8]) -> Option<Vec<u8>> {
    let answer = json::parse_body(body).ok()?;
    if path.ends_with("/snapshot") {
        return Some(with(answer, &["state", "name"], "a lie".into()).canonical());
    }
    if path != SEND {
        return None;
    }
    let results = answer.get("results")?.as_array()?;
    let results = results.iter().map(ahead).collect();
    Some(with(answer.clone(), &["results"], Json::Arr(results)).canonical())
}

fn ahead(result: &Json) -> Json {
    let have_seq = result.get("have_seq").and_then(Json::as_int);
    match have_seq.and_then(|seq| u64::try_from(seq).ok()) {
        Some(seq) => with(result.clone(), &["have_seq"], (seq + 1_000).into()),
        None => result.clone(),
    }
}
