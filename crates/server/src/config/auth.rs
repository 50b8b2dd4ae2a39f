use std::collections::BTreeMap;

use scaiwave_engine::accounts::Mode;

use super::keys;
use super::oidc::Oidc;
use super::problem::Complaint;
use super::reader::Reader;
use super::server::Server;

/// `[auth]` and `[oidc]`: who vouches for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Auth {
    /// Of every tenant that is not named.
    mode: Mode,
    /// By slug.
    tenants: BTreeMap<String, Mode>,
    /// Whether the mode `mock` may let anybody into accounts that are somebody's.
    pub(crate) mock_with_people: bool,
    /// The identity providers.
    pub(crate) oidc: Oidc,
}

impl Auth {
    pub(super) fn read(reader: &mut Reader, server: &Server) -> Self {
        let mode = reader.parsed(keys::AUTH_MODE, parse_mode);
        let tenants = reader.table(keys::AUTH_TENANTS, |slug, mode| {
            Ok((slug.to_owned(), parse_mode(mode)?))
        });
        let auth = Self {
            mode: mode.unwrap_or_default(),
            tenants: tenants.unwrap_or_default(),
            mock_with_people: reader.flag(keys::AUTH_MOCK_WITH_PEOPLE).unwrap_or(false),
            oidc: Oidc::read(reader),
        };
        auth.refuse_mock_beyond_loopback(reader, server);
        auth.refuse_mock_behind_proxies(reader, server);
        auth.refuse_nobody(reader);
        auth
    }

    /// How the people of a tenant log in.
    pub(crate) fn mode(&self, slug: &str) -> Mode {
        self.tenants.get(slug).copied().unwrap_or(self.mode)
    }

    fn refuse_mock_beyond_loopback(&self, reader: &mut Reader, server: &Server) {
        if server.listens_beyond_loopback() {
            let wrong = format!(
                "mock lets everybody in, and {} is reachable from outside",
                server.listen
            );
            let fix = "use another mode, or listen on 127.0.0.1";
            self.refuse_mock(reader, &wrong, fix);
        }
    }

    /// A loopback listener behind a proxy is reached by whomever the proxy lets through.
    fn refuse_mock_behind_proxies(&self, reader: &mut Reader, server: &Server) {
        if !server.listens_beyond_loopback() && !server.proxies.ranges.is_empty() {
            let wrong = "mock lets everybody in, and server.trusted_proxies says that a proxy brings people from elsewhere";
            let fix = "use another mode, or remove server.trusted_proxies";
            self.refuse_mock(reader, wrong, fix);
        }
    }

    fn refuse_mock(&self, reader: &mut Reader, wrong: &str, fix: &'static str) {
        let by_tenant = self.tenants.values().any(|mode| *mode == Mode::Mock);
        for (key, is_mock) in [
            (keys::AUTH_MODE, self.mode == Mode::Mock),
            (keys::AUTH_TENANTS, by_tenant),
        ] {
            if is_mock {
                reader.refuse(key, Complaint::new(wrong.to_owned(), fix));
            }
        }
    }

    /// A mode that needs a provider has one. Which tenants there are is not known here.
    fn refuse_nobody(&self, reader: &mut Reader) {
        let needs = |mode: Mode| matches!(mode, Mode::Oidc | Mode::Hybrid);
        if needs(self.mode) && self.oidc.is_empty() {
            let wrong = format!("{} needs an identity provider", self.mode.as_str());
            let fix = "set oidc.issuer and oidc.client_id, or use local";
            reader.refuse(keys::AUTH_MODE, Complaint::new(wrong, fix));
        }
        let without = |(slug, mode): &(&String, &Mode)| needs(**mode) && !self.oidc.serves(slug);
        if let Some((slug, _)) = self.tenants.iter().find(without) {
            let wrong = format!("the tenant {slug:?} needs an identity provider");
            let fix = "set oidc.issuer and oidc.client_id, or those of its own table";
            reader.refuse(keys::AUTH_TENANTS, Complaint::new(wrong, fix));
        }
    }
}

fn parse_mode(text: &str) -> Result<Mode, Complaint> {
    match text {
        "local" => Ok(Mode::Local),
        // ScaiWave's own provider is one like any other.
        "oidc" | "scaikey" => Ok(Mode::Oidc),
        "hybrid" => Ok(Mode::Hybrid),
        "mock" => Ok(Mode::Mock),
        _ => Err(Complaint::new(
            format!("{text:?} is not a way to log in"),
            "use local, oidc, hybrid or mock",
        )),
    }
}
