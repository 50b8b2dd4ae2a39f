use data_encoding::BASE64;

use super::{COMPONENTS, LABEL, content_digest, header};
use crate::binary;
use crate::ids::ServerName;
use crate::keys::{Sign, Signable};

/// What a request asks of whom.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// As it stands in the request line, percent-encoded.
    pub path: &'a str,
    /// Without its question mark; empty when absent.
    pub query: &'a str,
}

/// The five headers of a signed request: name in lower case, value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders(pub [(&'static str, String); 5]);

/// Signs a request. `created` is in seconds; `nonce` is 16 fresh random bytes.
pub fn sign(
    target: Target<'_>,
    body: &[u8],
    origin: &ServerName,
    destination: &ServerName,
    created: u64,
    nonce: [u8; 16],
    signer: &dyn Sign,
) -> SignedHeaders {
    let digest = content_digest(body);
    let list = COMPONENTS
        .map(|component| format!("\"{component}\""))
        .join(" ");
    let params = format!(
        "({list});created={created};keyid=\"{}\";alg=\"ed25519\";nonce=\"{}\"",
        signer.public_key().id(),
        binary::encode(&nonce),
    );
    let base = signature_base(
        target,
        &digest,
        origin.as_str(),
        destination.as_str(),
        &params,
    );
    let sig = signer.sign(&base);
    SignedHeaders([
        (header::CONTENT_DIGEST, digest),
        (header::ORIGIN, origin.to_string()),
        (header::DESTINATION, destination.to_string()),
        (header::SIGNATURE_INPUT, format!("{LABEL}={params}")),
        (
            header::SIGNATURE,
            format!("{LABEL}=:{}:", BASE64.encode(&sig.value)),
        ),
    ])
}

/// The signature base (RFC 9421 section 2.5).
pub(super) fn signature_base(
    target: Target<'_>,
    digest: &str,
    origin: &str,
    destination: &str,
    params: &str,
) -> Signable {
    let Target {
        method,
        path,
        query,
    } = target;
    Signable::signature_base(format!(
        "\"@method\": {method}\n\"@path\": {path}\n\"@query\": ?{query}\n\"content-digest\": {digest}\n\
         \"swp-origin\": {origin}\n\"swp-destination\": {destination}\n\"@signature-params\": {params}"
    ))
}
