use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use anyhow::Context as _;
use scaiwave_oidc::{ClaimNames, NotUsable, RoleClaim, Settings, check_url};
use scaiwave_store::record::TenantRow;

use super::federation::parse_ca_file;
use super::keys;
use super::problem::Complaint;
use super::reader::Reader;

/// Where a provider sends people back to.
const CALLBACK: &str = "/v1/auth/oidc/callback";

/// What a table of a tenant may hold; the same as `[oidc]` itself.
const NAMES: [&str; 16] = [
    "issuer",
    "client_id",
    "client_secret",
    "client_secret_file",
    "redirect_uri",
    "scopes",
    "name",
    "accounts",
    "tenant_claim",
    "tenant_value",
    "local_id_claim",
    "name_claim",
    "email_claim",
    "role_claim",
    "admin_values",
    "ca_file",
];

/// `[oidc]`: the identity provider of all tenants, and `[oidc.tenants.…]`: what is different for one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Oidc {
    all: Sheet,
    /// By slug, with what `[oidc]` says filled in.
    tenants: BTreeMap<String, Sheet>,
}

/// What is set about a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sheet {
    issuer: Option<String>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    redirect_uri: Option<String>,
    scopes: Option<Vec<String>>,
    name: Option<String>,
    makes_accounts: Option<bool>,
    tenant_claim: Option<String>,
    tenant_value: Option<String>,
    local_id_claim: Option<String>,
    name_claim: Option<String>,
    email_claim: Option<String>,
    role_claim: Option<String>,
    admin_values: Option<Vec<String>>,
    ca_file: Option<PathBuf>,
}

#[derive(Clone, PartialEq, Eq)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// A tenant's provider in the words of its client, and what its word is good for.
pub(crate) struct Agreed {
    pub(crate) settings: Settings,
    pub(crate) name: String,
    pub(crate) tenant: Option<String>,
    pub(crate) makes_accounts: bool,
}

impl Oidc {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let all = Sheet::read(reader, keys::OIDC);
        all.refuse_half(reader, keys::OIDC);
        let mut tenants = BTreeMap::new();
        for (slug, names) in reader.tables(keys::OIDC_TENANTS) {
            let path = format!("{}.{slug}", keys::OIDC_TENANTS);
            for name in names.iter().filter(|name| !NAMES.contains(&name.as_str())) {
                let fix = format!("use one of {}", NAMES.join(", "));
                let unknown = Complaint::new("unknown key", fix);
                reader.refuse(&format!("{path}.{name}"), unknown);
            }
            let sheet = Sheet::read(reader, &path).over(&all);
            sheet.refuse_half(reader, &path);
            tenants.insert(slug, sheet);
        }
        Self { all, tenants }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.issuer.is_none() && self.tenants.is_empty()
    }

    fn of(&self, slug: &str) -> &Sheet {
        self.tenants.get(slug).unwrap_or(&self.all)
    }

    /// Whether this tenant has a provider.
    pub(super) fn serves(&self, slug: &str) -> bool {
        self.of(slug).issuer.is_some()
    }

    /// What is agreed with the provider of this tenant, if it has one.
    pub(crate) fn agreed(&self, row: &TenantRow) -> anyhow::Result<Option<Agreed>> {
        self.of(&row.slug).agreed(row)
    }
}

impl Sheet {
    fn read(reader: &mut Reader, path: &str) -> Self {
        let at = |name: &str| format!("{path}.{name}");
        Self {
            issuer: reader.parsed(&at("issuer"), parse_issuer),
            client_id: reader.text(&at("client_id")),
            client_secret: secret(reader, path),
            redirect_uri: reader.parsed(&at("redirect_uri"), parse_redirect_uri),
            scopes: reader.list(&at("scopes"), parse_scope),
            name: reader.text(&at("name")),
            makes_accounts: reader.parsed(&at("accounts"), parse_accounts),
            tenant_claim: reader.text(&at("tenant_claim")),
            tenant_value: reader.text(&at("tenant_value")),
            local_id_claim: reader.text(&at("local_id_claim")),
            name_claim: reader.text(&at("name_claim")),
            email_claim: reader.text(&at("email_claim")),
            role_claim: reader.text(&at("role_claim")),
            admin_values: reader.list(&at("admin_values"), |text| Ok(text.to_owned())),
            ca_file: reader.parsed(&at("ca_file"), parse_ca_file),
        }
    }

    /// What is not set here is as it is for all. A secret belongs to its client.
    fn over(self, all: &Sheet) -> Self {
        let all = all.clone();
        let same_client = self.client_id.is_none() && self.issuer.is_none();
        Self {
            issuer: self.issuer.or(all.issuer),
            client_id: self.client_id.or(all.client_id),
            client_secret: self
                .client_secret
                .or(all.client_secret.filter(|_| same_client)),
            redirect_uri: self.redirect_uri.or(all.redirect_uri),
            scopes: self.scopes.or(all.scopes),
            name: self.name.or(all.name),
            makes_accounts: self.makes_accounts.or(all.makes_accounts),
            tenant_claim: self.tenant_claim.or(all.tenant_claim),
            tenant_value: self.tenant_value.or(all.tenant_value),
            local_id_claim: self.local_id_claim.or(all.local_id_claim),
            name_claim: self.name_claim.or(all.name_claim),
            email_claim: self.email_claim.or(all.email_claim),
            role_claim: self.role_claim.or(all.role_claim),
            admin_values: self.admin_values.or(all.admin_values),
            ca_file: self.ca_file.or(all.ca_file),
        }
    }

    /// What means nothing without something else.
    fn refuse_half(&self, reader: &mut Reader, path: &str) {
        let pairs = [
            (
                self.issuer.is_some(),
                self.client_id.is_some(),
                "issuer",
                "client_id",
            ),
            (
                self.client_secret.is_some(),
                self.client_id.is_some(),
                "client_secret",
                "client_id",
            ),
            (
                self.tenant_value.is_some(),
                self.tenant_claim.is_some(),
                "tenant_value",
                "tenant_claim",
            ),
            (
                self.role_claim.is_some(),
                self.admin_values.is_some(),
                "role_claim",
                "admin_values",
            ),
            (
                self.admin_values.is_some(),
                self.role_claim.is_some(),
                "admin_values",
                "role_claim",
            ),
        ];
        for (given, needed, name, missing) in pairs {
            if given && !needed {
                let wrong = format!("it means nothing without {missing}");
                let fix = format!("set {path}.{missing} as well, or remove it");
                reader.refuse(&format!("{path}.{name}"), Complaint::new(wrong, fix));
            }
        }
    }

    fn agreed(&self, row: &TenantRow) -> anyhow::Result<Option<Agreed>> {
        let (Some(issuer), Some(client_id)) = (&self.issuer, &self.client_id) else {
            return Ok(None);
        };
        let authorities = match &self.ca_file {
            Some(path) => {
                Some(fs::read(path).with_context(|| format!("oidc.ca_file: {}", path.display()))?)
            }
            None => None,
        };
        let redirect_uri = self.redirect_uri.clone();
        let settings = Settings {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: self.client_secret.as_ref().map(|secret| secret.0.clone()),
            redirect_uri: redirect_uri.unwrap_or_else(|| callback(row.server_name.as_str())),
            scopes: self
                .scopes
                .clone()
                .unwrap_or_else(|| ["openid", "profile", "email"].map(str::to_owned).into()),
            claims: self.claims(),
            authorities,
        };
        let slug = || row.slug.clone();
        Ok(Some(Agreed {
            name: self.name.clone().unwrap_or_else(|| host(issuer)),
            tenant: self
                .tenant_claim
                .is_some()
                .then(|| self.tenant_value.clone().unwrap_or_else(slug)),
            makes_accounts: self.makes_accounts.unwrap_or(true),
            settings,
        }))
    }

    fn claims(&self) -> ClaimNames {
        let or =
            |name: &Option<String>, usual: &str| name.clone().unwrap_or_else(|| usual.to_owned());
        let role = self.role_claim.clone().map(|claim| RoleClaim {
            claim,
            admin_values: self.admin_values.clone().unwrap_or_default(),
        });
        ClaimNames {
            tenant: self.tenant_claim.clone(),
            local_id: or(&self.local_id_claim, "preferred_username"),
            name: or(&self.name_claim, "name"),
            email: or(&self.email_claim, "email"),
            role,
        }
    }
}

/// At the tenant's own name; names under `.localhost` have no certificate.
fn callback(server_name: &str) -> String {
    let host = server_name.split(':').next().unwrap_or_default();
    let is_here = host == "localhost" || host.ends_with(".localhost");
    let scheme = if is_here { "http" } else { "https" };
    format!("{scheme}://{server_name}{CALLBACK}")
}

/// What people know of an issuer.
fn host(issuer: &str) -> String {
    let uri: Option<http::Uri> = issuer.parse().ok();
    let host = uri.as_ref().and_then(http::Uri::host);
    host.unwrap_or(issuer).to_owned()
}

fn secret(reader: &mut Reader, path: &str) -> Option<Secret> {
    let in_file = format!("{path}.client_secret_file");
    let direct = reader.text(&format!("{path}.client_secret"));
    let read = reader.parsed(&in_file, parse_secret_file);
    if direct.is_some() && read.is_some() {
        let wrong = "the secret is given as such and in a file";
        reader.refuse(&in_file, Complaint::new(wrong, "keep one of them"));
    }
    direct.or(read).map(Secret)
}

/// The file's first line.
fn parse_secret_file(text: &str) -> Result<String, Complaint> {
    let refuse = |why: String| {
        let fix = "name a file with the secret in it, which only the server may read";
        Complaint::new(format!("{text:?} cannot be used: {why}"), fix)
    };
    let metadata = fs::metadata(text).map_err(|error| refuse(error.to_string()))?;
    if metadata.mode() & 0o007 != 0 {
        return Err(refuse("everybody on this machine may read it".to_owned()));
    }
    let content = fs::read_to_string(text).map_err(|error| refuse(error.to_string()))?;
    match content.trim_end_matches(['\r', '\n']) {
        "" => Err(refuse("it is empty".to_owned())),
        secret if secret.contains(['\r', '\n']) => Err(refuse("it has several lines".to_owned())),
        secret => Ok(secret.to_owned()),
    }
}

fn parse_url(text: &str, example: &str) -> Result<(), Complaint> {
    match check_url(text) {
        Ok(_) => Ok(()),
        Err(NotUsable::Form) => Err(Complaint::new(
            format!("{text:?} is not an address"),
            format!("write for example {example}"),
        )),
        Err(NotUsable::NotSecret) => Err(Complaint::new(
            format!("{text:?} is neither https nor on this machine"),
            format!("write for example {example}"),
        )),
    }
}

fn parse_issuer(text: &str) -> Result<String, Complaint> {
    let example = "https://login.example.org, letter by letter as the provider names itself";
    parse_url(text, example)?;
    if text.contains('?') {
        return Err(Complaint::new(
            "an issuer has no query",
            format!("write for example {example}"),
        ));
    }
    Ok(text.to_owned())
}

fn parse_redirect_uri(text: &str) -> Result<String, Complaint> {
    let example = format!("https://chat.example.org{CALLBACK}");
    parse_url(text, &example)?;
    if text.ends_with(CALLBACK) {
        return Ok(text.to_owned());
    }
    Err(Complaint::new(
        format!("{text:?} does not lead to the endpoint that awaits people"),
        format!("write for example {example}"),
    ))
}

fn parse_scope(text: &str) -> Result<String, Complaint> {
    // RFC 6749 section 3.3.
    let is_plain = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
    if !text.is_empty() && text.bytes().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err(Complaint::new(
        format!("{text:?} is not a scope"),
        "write for example [\"openid\", \"profile\", \"email\"]",
    ))
}

fn parse_accounts(text: &str) -> Result<bool, Complaint> {
    match text {
        "create" => Ok(true),
        "linked" => Ok(false),
        _ => Err(Complaint::new(
            format!("{text:?} says nothing about accounts"),
            "use create (whoever the provider vouches for gets an account) or linked (only accounts that are linked)",
        )),
    }
}
