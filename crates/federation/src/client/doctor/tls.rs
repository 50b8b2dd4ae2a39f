//! Step 4: it proves that it is meant by the name. The connection made for it brings the descriptor too.

use http::header::{CONTENT_ENCODING, DATE};
use reqwest::tls::TlsInfo;
use scaiwave_engine::doctor::{Finding, Step};
use scaiwave_protocol::ServerName;
use scaiwave_protocol::descriptor::WELL_KNOWN_PATH;
use scaiwave_protocol::limits::DESCRIPTOR_BYTES_MAX;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::descriptor;
use crate::client::sockets::{Sockets, read};
use crate::client::transport::Answer;
use crate::client::{failure, place};

/// What it answers when it is asked for its descriptor; none when the way ends here.
pub(super) async fn check(
    sockets: &Sockets,
    server: &ServerName,
    findings: &mut Vec<Finding>,
) -> Option<Answer> {
    let url = place::base(server).and_then(|base| place::endpoint(&base, WELL_KNOWN_PATH));
    // A client of its own: a connection that stood before would prove nothing about today.
    let (url, client) = match (url, sockets.fresh()) {
        (Ok(url), Ok(client)) => (url, client),
        (Err(error), _) => {
            findings.push(descriptor::not_had(&error.to_string()));
            return None;
        }
        (_, Err(error)) => {
            findings.push(failed(&error));
            return None;
        }
    };
    let sent = client.get(url).send().await;
    let response = match sent {
        Ok(response) => response,
        Err(error) if error.is_connect() && !server.is_localhost() => {
            findings.push(of_error(&error));
            return None;
        }
        Err(error) => {
            findings.push(without(server));
            findings.push(descriptor::not_had(
                &failure::of_sending(&error).to_string(),
            ));
            return None;
        }
    };
    findings.push(match response.extensions().get::<TlsInfo>() {
        Some(info) => Finding::ok(Step::Tls, certificate(info)),
        None => without(server),
    });
    let status = response.status();
    let date = response.headers().get(DATE).cloned();
    if response.headers().contains_key(CONTENT_ENCODING) {
        findings.push(descriptor::not_had("the answer is compressed"));
        return None;
    }
    match read(response, DESCRIPTOR_BYTES_MAX).await {
        Ok(body) => Some(Answer { status, body, date }),
        Err(error) => {
            findings.push(descriptor::not_had(&error.to_string()));
            None
        }
    }
}

fn without(server: &ServerName) -> Finding {
    if server.is_localhost() {
        return Finding::skipped(
            Step::Tls,
            "Names under .localhost are spoken to without TLS.",
        );
    }
    Finding::ok(Step::Tls, "It does.")
}

/// Until when the certificate is good.
fn certificate(info: &TlsInfo) -> String {
    let der = info.peer_certificate();
    let parsed = der.and_then(|der| X509Certificate::from_der(der).ok());
    let Some((_, certificate)) = parsed else {
        return "It does.".to_owned();
    };
    let validity = certificate.validity();
    format!(
        "It does: its certificate is valid until {}.",
        validity.not_after
    )
}

fn of_error(error: &reqwest::Error) -> Finding {
    if error.is_timeout() {
        return Finding::failed(
            Step::Tls,
            "It takes the connection and says nothing.",
            "Something else than a web server listens there, or a proxy waits for what stands behind it.",
            "Ask the other admin to look at what listens on that port.",
        );
    }
    failed(&failure::root(error))
}

/// What TLS says, and what that usually means.
fn failed(sentence: &str) -> Finding {
    let known: &[(&str, &str, &str)] = &[
        (
            "Expired",
            "Its certificate has ended, or this machine's clock is ahead.",
            "Ask the other admin to renew it; look at this machine's clock.",
        ),
        (
            "NotValidYet",
            "Its certificate begins in the future: one of the two clocks is wrong.",
            "Look at this machine's clock, then ask the other admin.",
        ),
        (
            "NotValidForName",
            "Its certificate is for another name.",
            "Ask the other admin for a certificate with the server's own name in it.",
        ),
        (
            "not valid for name",
            "Its certificate is for another name.",
            "Ask the other admin for a certificate with the server's own name in it.",
        ),
        (
            "UnknownIssuer",
            "Its certificate is signed by nobody whom this machine believes, or the chain is incomplete.",
            "Ask the other admin for a certificate of a public authority, with its whole chain; in a \
             closed network list your own authority in the configuration.",
        ),
        (
            "InvalidContentType",
            "What listens there does not speak TLS.",
            "Ask the other admin to put TLS on that port.",
        ),
    ];
    let fits = |(word, ..): &&(&str, &str, &str)| sentence.contains(word);
    let (cause, fix) = known.iter().find(fits).map_or(
        (
            "TLS did not come about.",
            "Ask the other admin to look at the certificate and at the proxy in front of the server.",
        ),
        |(_, cause, fix)| (*cause, *fix),
    );
    Finding::failed(Step::Tls, format!("It does not: {sentence}."), cause, fix)
}
