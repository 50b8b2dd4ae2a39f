use std::path::PathBuf;

use scaiwave_federation::client::Authority;

use super::keys;
use super::problem::Complaint;
use super::reader::Reader;
use super::server::Server;
use super::server_name;

/// Where certificates come from unless another authority is named.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// Names in one certificate; what Let's Encrypt allows, and other authorities hardly more.
const DOMAINS_MAX: usize = 100;

/// `[tls] acme_…`: the authority that this process gets its certificate from (RFC 8555). Naming domains
/// switches it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acme {
    /// The names in the certificate, without ports, at least one.
    pub(crate) domains: Vec<String>,
    /// Whom the authority may write to, as `mailto:` URLs.
    pub(crate) contact: Vec<String>,
    /// The URL at which the authority says what it offers.
    pub(crate) directory: String,
    /// Where the account's key and the certificate are kept.
    pub(crate) cache: PathBuf,
    /// Who vouches for the authority's own web server, in PEM form, beside the system's authorities.
    pub(crate) ca_file: Option<PathBuf>,
}

impl Acme {
    /// `given` is the first of its settings that is there. Nothing when there is no domain to speak of: the
    /// reader knows why.
    pub(super) fn read(reader: &mut Reader, server: &Server, given: &'static str) -> Option<Self> {
        let domains = read_domains(reader, given);
        let contact = reader.list(keys::TLS_ACME_CONTACT, parse_contact);
        let directory = reader.parsed(keys::TLS_ACME_DIRECTORY, parse_directory);
        let cache = reader.text(keys::TLS_ACME_CACHE).map(PathBuf::from);
        let ca_file = reader.parsed(keys::TLS_ACME_CA_FILE, parse_ca_file);
        Some(Self {
            domains: domains?,
            contact: contact.unwrap_or_default(),
            directory: directory.unwrap_or_else(|| LETS_ENCRYPT.to_owned()),
            cache: cache.unwrap_or_else(|| server.data_dir.join("acme")),
            ca_file,
        })
    }
}

/// The names in order, each once: so a certificate for the same ones is recognised.
fn read_domains(reader: &mut Reader, given: &'static str) -> Option<Vec<String>> {
    if !reader.is_set(keys::TLS_ACME_DOMAINS) {
        reader.refuse(
            given,
            Complaint::new(
                "it says how to get a certificate, and tls.acme_domains does not say for which names",
                "name the domains, or remove it",
            ),
        );
        return None;
    }
    let mut domains = reader.list(keys::TLS_ACME_DOMAINS, parse_domain)?;
    domains.sort();
    domains.dedup();
    if (1..=DOMAINS_MAX).contains(&domains.len()) {
        return Some(domains);
    }
    reader.refuse(
        keys::TLS_ACME_DOMAINS,
        Complaint::new(
            format!("a certificate has 1 to {DOMAINS_MAX} names"),
            "name the domains under which this server is reached",
        ),
    );
    None
}

fn parse_domain(text: &str) -> Result<String, Complaint> {
    if text.starts_with("*.") {
        return Err(Complaint::new(
            format!("{text:?} is many names, and only single ones can be proven from here"),
            "name each domain, or get the certificate elsewhere and name its files",
        ));
    }
    let name = server_name::parse(text)?;
    if name.contains(':') {
        return Err(Complaint::new(
            format!("{text:?} has a port, and a certificate holds for all of them"),
            "write the name alone",
        ));
    }
    Ok(name)
}

fn parse_contact(text: &str) -> Result<String, Complaint> {
    let address = text.strip_prefix("mailto:").unwrap_or(text);
    let well = address.split_once('@').is_some_and(|(who, host)| {
        !who.is_empty() && !host.is_empty() && !address.contains(char::is_whitespace)
    });
    if well {
        return Ok(format!("mailto:{address}"));
    }
    Err(Complaint::new(
        format!("{text:?} is not a mail address"),
        "write for example admin@example.org",
    ))
}

fn parse_directory(text: &str) -> Result<String, Complaint> {
    let uri: Option<http::Uri> = text.parse().ok();
    if uri.is_some_and(|uri| uri.scheme_str() == Some("https") && uri.host().is_some()) {
        return Ok(text.to_owned());
    }
    Err(Complaint::new(
        format!("{text:?} is not an https URL"),
        format!("write for example {LETS_ENCRYPT}"),
    ))
}

/// The file is read again when it is used; here it is only made sure that this will succeed.
fn parse_ca_file(text: &str) -> Result<PathBuf, Complaint> {
    let path = PathBuf::from(text);
    let pem = std::fs::read(&path).map_err(|error| error.to_string());
    match pem.and_then(|pem| Authority::read_pem(&pem).map_err(|error| error.to_string())) {
        Ok(_) => Ok(path),
        Err(error) => Err(Complaint::new(
            format!("{text:?} cannot be used: {error}"),
            "name a readable file with the certificates of the authorities, in PEM form",
        )),
    }
}
