//! Who vouches for people: each case is a file, some variables, and what comes of them.

use scaiwave_engine::accounts::Mode;

use super::tests::{check_problems, load};
use super::*;

/// What is agreed with the provider of a tenant.
fn agreed(config: &Config, slug: &str, server_name: &str) -> Option<oidc::Agreed> {
    let row = scaiwave_store::record::TenantRow {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        server_name: server_name.parse().unwrap(),
        created_at: 0,
    };
    config.auth.oidc.agreed(&row).unwrap()
}

#[test]
fn ways_to_log_in() {
    let provider = "[oidc]\nissuer = \"https://login.example\"\nclient_id = \"chat\"";
    for (text, mode) in [
        ("local", Mode::Local),
        ("oidc", Mode::Oidc),
        ("scaikey", Mode::Oidc),
        ("hybrid", Mode::Hybrid),
        ("mock", Mode::Mock),
    ] {
        let config = load(provider, &[("SCAIWAVE_AUTH_MODE", text)]).unwrap();
        assert_eq!(config.auth.mode("acme"), mode, "{text}");
    }
    let toml = "[auth]\nmode = \"hybrid\"\n[auth.tenants]\nacme = \"oidc\"\nglobex = \"local\"\n";
    let config = load(&format!("{toml}{provider}"), &[]).unwrap();
    let modes = ["acme", "globex", "other"].map(|slug| config.auth.mode(slug));
    assert_eq!(modes, [Mode::Oidc, Mode::Local, Mode::Hybrid]);
    assert!(!config.auth.mock_with_people);
    let tenants = [("SCAIWAVE_AUTH_TENANTS", "acme=mock, globex=local")];
    let config = load("", &tenants).unwrap();
    assert_eq!(config.auth.mode("acme"), Mode::Mock);
}

#[test]
fn everybody_is_let_in_on_this_machine_only() {
    let proxy = "[server]\ntrusted_proxies = [\"127.0.0.1\"]";
    let outside = "[server]\nlisten = \"0.0.0.0:8000\"\ntrusted_proxies = [\"127.0.0.1\"]";
    let behind = "mock lets everybody in, and server.trusted_proxies says that a proxy brings people from \
                  elsewhere; use another mode, or remove server.trusted_proxies";
    let reachable = "mock lets everybody in, and 0.0.0.0:8000 is reachable from outside; use another mode, or \
                     listen on 127.0.0.1";
    for (key, variable, value) in [
        ("auth.mode", "SCAIWAVE_AUTH_MODE", "mock"),
        ("auth.tenants", "SCAIWAVE_AUTH_TENANTS", "acme=mock"),
    ] {
        let variables = [(variable, value)];
        assert!(load("", &variables).is_ok(), "{key}");
        for (toml, why) in [(proxy, behind), (outside, reachable)] {
            let expected = format!("{key} (from {variable}): {why}");
            check_problems(toml, &variables, &[&expected]);
        }
    }
    assert!(load(proxy, &[("SCAIWAVE_AUTH_MODE", "local")]).is_ok());
}

#[test]
fn an_identity_provider_and_what_differs_for_a_tenant() {
    assert!(agreed(&load("", &[]).unwrap(), "acme", "chat.acme.example").is_none());
    let toml = "
        [oidc]
        issuer = \"https://login.example/realms/all\"
        client_id = \"chat\"
        role_claim = \"groups\"
        admin_values = [\"admins\"]
        tenant_claim = \"tenant_id\"
        [oidc.tenants.acme]
        tenant_value = \"1234\"
        scopes = [\"openid\", \"groups\"]
        accounts = \"linked\"
        name = \"Acme Corp\"
        local_id_claim = \"uid\"
        redirect_uri = \"https://acme.example/chat/v1/auth/oidc/callback\"
        [oidc.tenants.globex]
        issuer = \"http://localhost:3000\"
        client_id = \"globex\"
    ";
    let secret = [("SCAIWAVE_OIDC_CLIENT_SECRET", "for all")];
    let config = load(toml, &secret).unwrap();
    let all = agreed(&config, "other", "chat.other.example:8448").unwrap();
    assert_eq!(all.name, "login.example");
    assert_eq!(all.tenant.as_deref(), Some("other"));
    assert!(all.makes_accounts);
    let settings = all.settings;
    assert_eq!(settings.client_secret.as_deref(), Some("for all"));
    let callback = "https://chat.other.example:8448/v1/auth/oidc/callback";
    assert_eq!(settings.redirect_uri, callback);
    assert_eq!(settings.scopes, ["openid", "profile", "email"]);
    assert_eq!(settings.claims.local_id, "preferred_username");
    assert_eq!(settings.claims.role.unwrap().admin_values, ["admins"]);

    let acme = agreed(&config, "acme", "chat.acme.example").unwrap();
    assert_eq!(
        (acme.name.as_str(), acme.makes_accounts),
        ("Acme Corp", false)
    );
    assert_eq!(acme.tenant.as_deref(), Some("1234"));
    let settings = acme.settings;
    assert_eq!(settings.issuer, "https://login.example/realms/all");
    assert_eq!(
        settings.client_secret.as_deref(),
        Some("for all"),
        "the same client"
    );
    let callback = "https://acme.example/chat/v1/auth/oidc/callback";
    assert_eq!(settings.redirect_uri, callback);
    assert_eq!(settings.claims.local_id, "uid");
    assert_eq!(settings.scopes, ["openid", "groups"]);

    let globex = agreed(&config, "globex", "globex.localhost:8101").unwrap();
    let settings = globex.settings;
    assert_eq!(
        settings.client_secret, None,
        "a secret belongs to its client"
    );
    let callback = "http://globex.localhost:8101/v1/auth/oidc/callback";
    assert_eq!(settings.redirect_uri, callback);
    assert!(!format!("{config:?}").contains("for all"), "{config:?}");
}

#[test]
fn a_secret_in_a_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    let text = path.to_str().unwrap();
    let provider = "[oidc]\nissuer = \"https://login.example\"\nclient_id = \"chat\"";
    let write = |content: &str, mode: u32| {
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        load(provider, &[("SCAIWAVE_OIDC_CLIENT_SECRET_FILE", text)])
    };
    for content in ["a secret", "a secret\n", "a secret\r\n"] {
        let config = write(content, 0o640).unwrap();
        let settings = agreed(&config, "acme", "a.example").unwrap().settings;
        assert_eq!(settings.client_secret.as_deref(), Some("a secret"));
    }
    for (content, mode, why) in [
        ("", 0o600, "it is empty"),
        ("\n", 0o600, "it is empty"),
        ("two\nlines", 0o600, "it has several lines"),
        ("a secret", 0o644, "everybody on this machine may read it"),
    ] {
        let Problems(problems) = write(content, mode).expect_err(why);
        let problem = problems[0].to_string();
        assert!(
            problem.contains(why) && !problem.contains("a secret"),
            "{problem}"
        );
    }
    let both = [
        ("SCAIWAVE_OIDC_CLIENT_SECRET_FILE", text),
        ("SCAIWAVE_OIDC_CLIENT_SECRET", "another"),
    ];
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&path, "a secret").unwrap();
    let Problems(problems) = load(provider, &both).expect_err("two secrets");
    assert_eq!(problems[0].key, "oidc.client_secret_file");
    std::fs::remove_file(&path).unwrap();
    let Problems(problems) = load(provider, &both[..1]).expect_err("no file");
    assert_eq!(problems[0].key, "oidc.client_secret_file");
}

#[test]
fn mistakes_about_logging_in() {
    check_problems(
        "",
        &[("SCAIWAVE_AUTH_MODE", "hybrid")],
        &[
            "auth.mode (from SCAIWAVE_AUTH_MODE): hybrid needs an identity provider; \
             set oidc.issuer and oidc.client_id, or use local",
        ],
    );
    check_problems(
        "[auth.tenants]\nacme = \"oidc\"",
        &[],
        &[
            "auth.tenants (from scaiwave.toml): the tenant \"acme\" needs an identity provider; \
             set oidc.issuer and oidc.client_id, or those of its own table",
        ],
    );
    let keys = |toml: &str| -> Vec<String> {
        let Problems(problems) = load(toml, &[]).expect_err(toml);
        problems.into_iter().map(|problem| problem.key).collect()
    };
    for (line, key) in [
        (
            "issuer = \"http://login.example\"\nclient_id = \"a\"",
            "oidc.issuer",
        ),
        (
            "issuer = \"login.example\"\nclient_id = \"a\"",
            "oidc.issuer",
        ),
        (
            "issuer = \"https://a.example/?b\"\nclient_id = \"a\"",
            "oidc.issuer",
        ),
        ("issuer = \"https://a.example\"", "oidc.issuer"),
        ("client_secret = \"x\"", "oidc.client_secret"),
        ("redirect_uri = \"https://a.example/\"", "oidc.redirect_uri"),
        (
            "redirect_uri = \"http://a.example/v1/auth/oidc/callback\"",
            "oidc.redirect_uri",
        ),
        ("scopes = [\"open id\"]", "oidc.scopes"),
        ("accounts = \"all\"", "oidc.accounts"),
        ("tenant_value = \"x\"", "oidc.tenant_value"),
        ("role_claim = \"x\"", "oidc.role_claim"),
        ("admin_values = [\"x\"]", "oidc.admin_values"),
        ("ca_file = \"/nonexistent\"", "oidc.ca_file"),
        ("client = \"x\"", "oidc.client"),
        ("tenants = \"acme\"", "oidc.tenants"),
        ("tenants = {acme = 1}", "oidc.tenants"),
        (
            "tenants = {acme = {isuer = \"x\"}}",
            "oidc.tenants.acme.isuer",
        ),
        (
            "tenants = {acme = {issuer = \"https://a.example\"}}",
            "oidc.tenants.acme.issuer",
        ),
        (
            "tenants = {acme = {tenants = {}}}",
            "oidc.tenants.acme.tenants",
        ),
    ] {
        assert_eq!(keys(&format!("[oidc]\n{line}")), [key], "{line}");
    }
}
