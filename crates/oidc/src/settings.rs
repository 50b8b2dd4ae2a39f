use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::limits::Limits;

/// What is agreed with a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// As its tokens name it, letter by letter.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What we show it; none: PKCE alone.
    pub client_secret: Option<String>,
    /// Where it sends people back to, letter by letter.
    pub redirect_uri: String,
    /// What is asked for; `openid` comes by itself.
    pub scopes: Vec<String>,
    /// Which of its claims mean what.
    pub claims: ClaimNames,
    /// Who vouches for its web server (PEM), beside the system's authorities.
    pub authorities: Option<Vec<u8>>,
}

impl fmt::Debug for Settings {
    /// Never prints the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

/// Which claims mean what. A name is looked for as it is, and then as a path: `realm_access.roles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// Whose somebody is, where the provider serves several tenants.
    pub tenant: Option<String>,
    /// What they are to be called.
    pub local_id: String,
    /// Their name for people.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do; none: that is not the provider's to say.
    pub role: Option<RoleClaim>,
}

/// What makes an admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleClaim {
    /// The claim: a text or a list of texts.
    pub claim: String,
    /// Any of them in it makes an admin; whoever has none is a member.
    pub admin_values: Vec<String>,
}

/// Why an address of a provider cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUsable {
    /// It is no address, or has a user, a password or a fragment.
    Form,
    /// It is neither https nor on this machine.
    NotSecret,
}

/// An address whose traffic nobody reads: `https`, or plain `http` on this machine.
pub fn check_url(text: &str) -> Result<Url, NotUsable> {
    let url: Url = text.parse().map_err(|_| NotUsable::Form)?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !is_plain || url.fragment().is_some() || url.host().is_none() {
        return Err(NotUsable::Form);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_here(&url) => Ok(url),
        _ => Err(NotUsable::NotSecret),
    }
}

/// Whether an address is on this machine.
pub(crate) fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

impl Settings {
    /// An endpoint that the provider names. It must be as safe as the issuer: a document from the internet does
    /// not lead to this machine.
    pub(crate) fn endpoint(&self, text: &str) -> Option<Url> {
        let url = check_url(text).ok()?;
        let issuer = check_url(&self.issuer).ok()?;
        (is_here(&issuer) || !is_here(&url)).then_some(url)
    }
}

/// What a provider is made with.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) settings: Settings,
    pub(crate) limits: Limits,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_nobody_reads_along() {
        use NotUsable::{Form, NotSecret};
        for (text, expected) in [
            ("https://login.example", None),
            ("https://login.example:8443/realms/a?b=c", None),
            ("http://localhost:3000", None),
            ("http://idp.localhost:3000", None),
            ("http://127.0.0.1:3000", None),
            ("http://[::1]:3000", None),
            ("http://login.example", Some(NotSecret)),
            ("http://localhost.example", Some(NotSecret)),
            ("http://10.0.0.1", Some(NotSecret)),
            ("ftp://login.example", Some(NotSecret)),
            ("https://user@login.example", Some(Form)),
            ("https://user:pw@login.example", Some(Form)),
            ("https://login.example/#a", Some(Form)),
            ("login.example", Some(Form)),
            ("file:///etc/passwd", Some(Form)),
            ("", Some(Form)),
        ] {
            assert_eq!(check_url(text).err(), expected, "{text}");
        }
    }

    #[test]
    fn a_document_from_elsewhere_does_not_lead_here() {
        let settings = |issuer: &str| Settings {
            issuer: issuer.to_owned(),
            client_id: String::new(),
            client_secret: None,
            redirect_uri: String::new(),
            scopes: Vec::new(),
            claims: ClaimNames {
                tenant: None,
                local_id: String::new(),
                name: String::new(),
                email: String::new(),
                role: None,
            },
            authorities: None,
        };
        let far = settings("https://login.example");
        assert!(far.endpoint("https://keys.other.example/jwks").is_some());
        for here in ["http://127.0.0.1/", "https://localhost/", "https://[::1]/"] {
            assert!(far.endpoint(here).is_none(), "{here}");
        }
        let near = settings("http://127.0.0.1:3000");
        assert!(near.endpoint("http://127.0.0.1:3001/jwks").is_some());
        assert!(near.endpoint("http://login.example/jwks").is_none());
    }
}
