//! Each case is a file, some variables, and what comes of them.

use std::path::PathBuf;

use super::layers::File;
use super::*;

pub(super) fn load(toml: &str, variables: &[(&str, &str)]) -> Result<Config, Problems> {
    let file = File {
        path: PathBuf::from("scaiwave.toml"),
        text: toml.to_owned(),
    };
    let variables = variables
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    Config::from_sources(Some(file), &variables)
}

/// What a file and variables make of the defaults.
#[track_caller]
fn check(toml: &str, variables: &[(&str, &str)], change: impl FnOnce(&mut Config)) {
    let mut expected = load("", &[]).expect("the defaults are valid");
    change(&mut expected);
    assert_eq!(
        load(toml, variables).expect("a valid configuration"),
        expected
    );
}

/// The problems, each in full and in order: they are what an operator reads.
#[track_caller]
pub(super) fn check_problems(toml: &str, variables: &[(&str, &str)], expected: &[&str]) {
    let Problems(problems) = load(toml, variables).expect_err("an invalid configuration");
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected);
}

#[test]
fn defaults_are_those_of_the_documentation() {
    let config = load("", &[]).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8000");
    assert_eq!(config.server.data_dir, PathBuf::from("./data"));
    assert_eq!(config.server.name, None);
    assert_eq!(config.db.directory, PathBuf::from("./data"));
    assert_eq!(config.federation, Federation::default());
    assert_eq!(config.tls, Tls::Off);
    assert_eq!(
        config.log,
        Log {
            filter: "info".to_owned(),
            format: LogFormat::Text
        }
    );
}

#[test]
fn values_from_file_and_variables() {
    check("[server]\nlisten = \"[::1]:9\"", &[], |c| {
        c.server.listen = "[::1]:9".parse().unwrap();
    });
    // Short and long names mean the same.
    for name in ["SCAIWAVE_LISTEN", "SCAIWAVE_SERVER_LISTEN"] {
        check("", &[(name, "[::1]:9")], |c| {
            c.server.listen = "[::1]:9".parse().unwrap();
        });
    }
    // A variable wins over the file; an empty one is not set.
    let toml = "[server]\nlisten = \"[::1]:9\"";
    check(toml, &[("SCAIWAVE_LISTEN", "[::1]:8")], |c| {
        c.server.listen = "[::1]:8".parse().unwrap();
    });
    check(toml, &[("SCAIWAVE_LISTEN", "")], |c| {
        c.server.listen = "[::1]:9".parse().unwrap();
    });
    check("[auth]\nmode = \"local\"", &[], |_| {});
    // A flag is a word in a variable and a boolean in the file.
    let allowed = |c: &mut Config| c.federation.allow_loopback = true;
    check(
        "",
        &[("SCAIWAVE_FEDERATION_ALLOW_LOOPBACK", "true")],
        allowed,
    );
    check("[federation]\nallow_loopback = true", &[], allowed);
    check("", &[("SCAIWAVE_LOG", "warn,scaiwave=debug")], |c| {
        "warn,scaiwave=debug".clone_into(&mut c.log.filter);
    });
    check("", &[("SCAIWAVE_LOG_FORMAT", "json")], |c| {
        c.log.format = LogFormat::Json;
    });
    check(
        "",
        &[("SCAIWAVE_SERVER_NAME", "acme.localhost:8101")],
        |c| {
            c.server.name = Some("acme.localhost:8101".to_owned());
        },
    );
}

#[test]
fn a_closed_network_in_file_and_variables() {
    let allowed = |c: &mut Config| {
        let ranges = ["10.0.0.0/8", "fd12::/32"];
        c.federation.allow_private = ranges.map(|range| range.parse().unwrap()).into();
        let hosts = [("a.test", "10.1.2.3"), ("b.test", "fd12::1")];
        c.federation.hosts = hosts
            .map(|(name, address)| (name.to_owned(), address.parse().unwrap()))
            .into();
    };
    let toml = "[federation]\nallow_private = [\"10.0.0.0/8\", \"fd12::/32\"]\n\
                [federation.hosts]\n\"a.test\" = \"10.1.2.3\"\n\"b.test\" = \"fd12::1\"";
    check(toml, &[], allowed);
    let variables = [
        ("SCAIWAVE_FEDERATION_ALLOW_PRIVATE", "10.0.0.0/8, fd12::/32"),
        (
            "SCAIWAVE_FEDERATION_HOSTS",
            "a.test=10.1.2.3,b.test=fd12::1",
        ),
    ];
    check("", &variables, allowed);
    // A variable replaces what stands in the file.
    let other = "[federation]\nallow_private = [\"192.168.0.0/16\"]\n\
                 [federation.hosts]\n\"c.test\" = \"10.1.2.3\"";
    check(other, &variables, allowed);
}

#[test]
fn a_closed_network_that_is_none() {
    let ranges = |text: &str| format!("[federation]\nallow_private = {text}");
    let hosts = |text: &str| format!("[federation.hosts]\n{text}");
    let cases = [
        (
            ranges("[\"127.0.0.0/8\"]"),
            "federation.allow_private (from scaiwave.toml): 127.0.0.0/8 is not within a range",
        ),
        (
            ranges("[\"10/8\"]"),
            "federation.allow_private (from scaiwave.toml): \"10/8\" is not a range",
        ),
        (
            ranges("[10]"),
            "federation.allow_private (from scaiwave.toml): this has another form",
        ),
        (
            ranges("7"),
            "federation.allow_private (from scaiwave.toml): this has another form",
        ),
        (
            hosts("\"A.test\" = \"10.0.0.1\""),
            "federation.hosts (from scaiwave.toml): \"A.test\" is not a server name",
        ),
        (
            hosts("\"a.test:1\" = \"10.0.0.1\""),
            "federation.hosts (from scaiwave.toml): \"a.test:1\" has a port",
        ),
        (
            hosts("\"a.localhost\" = \"10.0.0.1\""),
            "federation.hosts (from scaiwave.toml): a.localhost is this machine",
        ),
        (
            hosts("\"a.test\" = \"b.test\""),
            "federation.hosts (from scaiwave.toml): \"b.test\" is not an IP address",
        ),
        (
            "[federation]\nca_file = \"/nonexistent/ca.pem\"".to_owned(),
            "federation.ca_file (from scaiwave.toml): \"/nonexistent/ca.pem\" cannot be used",
        ),
        (
            "[tls]\ncert_file = \"c.pem\"".to_owned(),
            "tls.cert_file (from scaiwave.toml): a certificate and its key belong together",
        ),
        (
            "[tls]\nkey_file = \"k.pem\"".to_owned(),
            "tls.key_file (from scaiwave.toml): a certificate and its key belong together",
        ),
    ];
    for (toml, expected) in cases {
        let Problems(problems) = load(&toml, &[]).expect_err(&toml);
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(
            problems.len() == 1 && problems[0].starts_with(expected),
            "{problems:?} instead of {expected}"
        );
    }
}

#[cfg(feature = "acme")]
#[test]
fn a_certificate_from_an_authority() {
    let acme = |change: fn(&mut Acme)| {
        move |c: &mut Config| {
            let mut acme = Acme {
                domains: vec!["a.test".to_owned(), "b.test".to_owned()],
                contact: Vec::new(),
                directory: "https://acme-v02.api.letsencrypt.org/directory".to_owned(),
                cache: PathBuf::from("./data/acme"),
                ca_file: None,
            };
            change(&mut acme);
            c.tls = Tls::Acme(acme);
        }
    };
    let toml = "[tls]\nacme_domains = [\"b.test\", \"a.test\", \"b.test\"]";
    check(toml, &[], acme(|_| {}));
    let variables = [
        ("SCAIWAVE_TLS_ACME_DOMAINS", "a.test, b.test"),
        ("SCAIWAVE_TLS_ACME_CONTACT", "a@a.test,mailto:b@b.test"),
        ("SCAIWAVE_TLS_ACME_DIRECTORY", "https://ca.corp:8443/acme"),
        ("SCAIWAVE_TLS_ACME_CACHE", "/var/lib/acme"),
    ];
    let all = acme(|acme| {
        acme.contact = vec!["mailto:a@a.test".to_owned(), "mailto:b@b.test".to_owned()];
        "https://ca.corp:8443/acme".clone_into(&mut acme.directory);
        acme.cache = PathBuf::from("/var/lib/acme");
    });
    check("", &variables, all);
}

#[cfg(feature = "acme")]
#[test]
fn an_authority_that_cannot_be_asked() {
    let named = |more: &str| format!("[tls]\nacme_domains = [\"a.test\"]\n{more}");
    let many: Vec<String> = (0..101).map(|n| format!("\"n{n}.test\"")).collect();
    let cases = [
        (
            "[tls]\nacme_domains = [\"*.a.test\"]".to_owned(),
            "tls.acme_domains (from scaiwave.toml): \"*.a.test\" is many names",
        ),
        (
            "[tls]\nacme_domains = [\"a.test:8448\"]".to_owned(),
            "tls.acme_domains (from scaiwave.toml): \"a.test:8448\" has a port",
        ),
        (
            "[tls]\nacme_domains = [\"10.0.0.1\"]".to_owned(),
            "tls.acme_domains (from scaiwave.toml): \"10.0.0.1\" is not a server name",
        ),
        (
            "[tls]\nacme_domains = []".to_owned(),
            "tls.acme_domains (from scaiwave.toml): a certificate has 1 to 100 names",
        ),
        (
            format!("[tls]\nacme_domains = [{}]", many.join(",")),
            "tls.acme_domains (from scaiwave.toml): a certificate has 1 to 100 names",
        ),
        (
            named("acme_contact = [\"somebody\"]"),
            "tls.acme_contact (from scaiwave.toml): \"somebody\" is not a mail address",
        ),
        (
            named("acme_directory = \"http://ca.test/directory\""),
            "tls.acme_directory (from scaiwave.toml): \"http://ca.test/directory\" is not an https URL",
        ),
        (
            named("acme_ca_file = \"/nonexistent/ca.pem\""),
            "tls.acme_ca_file (from scaiwave.toml): \"/nonexistent/ca.pem\" cannot be used",
        ),
        (
            named("cert_file = \"c.pem\"\nkey_file = \"k.pem\""),
            "tls.acme_domains (from scaiwave.toml): there are certificate files as well",
        ),
        (
            "[tls]\nacme_contact = [\"a@a.test\"]".to_owned(),
            "tls.acme_contact (from scaiwave.toml): it says how to get a certificate",
        ),
    ];
    for (toml, expected) in cases {
        let Problems(problems) = load(&toml, &[]).expect_err(&toml);
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(
            problems.len() == 1 && problems[0].starts_with(expected),
            "{problems:?} instead of {expected}"
        );
    }
}

#[cfg(not(feature = "acme"))]
#[test]
fn a_program_without_acme_says_so() {
    check_problems(
        "[tls]\nacme_domains = [\"a.test\"]",
        &[],
        &[
            "tls.acme_domains (from scaiwave.toml): this program was built without ACME; \
           name tls.cert_file and tls.key_file, or use one that was built with the feature acme",
        ],
    );
}

#[test]
fn databases_lie_in_the_data_directory_unless_told_otherwise() {
    for (url, directory) in [
        ("sqlite:", "/d"),
        ("sqlite://", "/d"),
        ("sqlite:here", "here"),
        ("sqlite:///x/y", "/x/y"),
    ] {
        check(
            "",
            &[("SCAIWAVE_DATA_DIR", "/d"), ("SCAIWAVE_DB_URL", url)],
            |c| {
                c.server.data_dir = PathBuf::from("/d");
                c.db.directory = PathBuf::from(directory);
            },
        );
    }
}

#[test]
fn promised_settings_are_named_and_not_used() {
    // Digits stay text: a secret must not be read as a number.
    check(
        "[s3]\nbucket = \"b\"",
        &[("SCAIWAVE_S3_SECRET_KEY", "0123")],
        |c| {
            c.without_effect = vec!["s3.bucket", "s3.secret_key"];
        },
    );
}

#[test]
fn foreign_variables_are_none_of_our_business() {
    let kubernetes = [
        ("SCAIWAVE_SERVICE_HOST", "10.0.0.1"),
        ("SCAIWAVE_PORT", "tcp://10.0.0.1:8000"),
        ("SCAIWAVE_PORT_8000_TCP_ADDR", "10.0.0.1"),
    ];
    check("", &kubernetes, |_| {});
    check("", &[("PATH", "/bin"), ("LISTEN", "x")], |_| {});
}

#[test]
fn each_problem_names_key_source_and_cure() {
    check_problems(
        "",
        &[("SCAIWAVE_LISTEN", "8000")],
        &[
            "server.listen (from SCAIWAVE_LISTEN): \"8000\" is not an IP address with a port; \
           write for example 127.0.0.1:8000, [::1]:8000 or 0.0.0.0:8000",
        ],
    );
    check_problems(
        "[log]\nformat = 3",
        &[],
        &["log.format (from scaiwave.toml): this is not text; put the value in double quotes"],
    );
    check_problems(
        "[federation]\nallow_loopback = \"yes\"",
        &[],
        &[
            "federation.allow_loopback (from scaiwave.toml): this is neither true nor false; \
           write true or false",
        ],
    );
    check_problems(
        "",
        &[
            ("SCAIWAVE_LISTEN", "127.0.0.1:1"),
            ("SCAIWAVE_SERVER_LISTEN", "127.0.0.1:2"),
        ],
        &[
            "server.listen: SCAIWAVE_SERVER_LISTEN and SCAIWAVE_LISTEN are both set and differ; \
           keep one of them",
        ],
    );
    check_problems(
        "",
        &[("SCAIWAVE_DB_URL", "postgres://scaiwave:secret@db/scaiwave")],
        &[
            "db.url (from SCAIWAVE_DB_URL): this version cannot store in PostgreSQL yet; \
           write sqlite: to store in the data directory",
        ],
    );
}

#[test]
fn unknown_names_are_mistakes() {
    check_problems(
        "[server]\nlisten_on = \"x\"\n[colour]\nscheme = 1",
        &[("SCAIWAVE_LISTN", "127.0.0.1:1")],
        &[
            "colour.scheme (from scaiwave.toml): unknown key; remove it",
            "server.listen_on (from scaiwave.toml): unknown key; did you mean server.listen?",
            "SCAIWAVE_LISTN: no setting has this variable; did you mean SCAIWAVE_LISTEN?",
        ],
    );
    check_problems(
        "listen = \"127.0.0.1:1\"",
        &[],
        &["listen (from scaiwave.toml): unknown key; did you mean server.listen?"],
    );
}

#[test]
fn what_is_unsafe_beyond_loopback_is_refused_there() {
    let unsafe_settings = [("SCAIWAVE_FEDERATION_ALLOW_LOOPBACK", "true")];
    for listen in [
        "127.0.0.1:1",
        "127.9.9.9:1",
        "[::1]:1",
        "[::ffff:127.0.0.1]:1",
    ] {
        let variables = [&unsafe_settings[..], &[("SCAIWAVE_LISTEN", listen)]].concat();
        load("", &variables).unwrap_or_else(|problems| panic!("{listen}: {problems}"));
    }
    for listen in ["0.0.0.0:1", "[::]:1", "192.168.0.1:1"] {
        let variables = [&unsafe_settings[..], &[("SCAIWAVE_LISTEN", listen)]].concat();
        let Problems(problems) = load("", &variables).expect_err(listen);
        let keys: Vec<&str> = problems
            .iter()
            .map(|problem| problem.key.as_str())
            .collect();
        assert_eq!(keys, ["federation.allow_loopback"], "{listen}");
    }
}

#[test]
fn a_listener_for_those_who_watch() {
    let metrics = |address: &str| {
        let address = address.parse().unwrap();
        move |c: &mut Config| c.server.metrics = Some(address)
    };
    // A port alone is on this machine.
    for (text, address) in [
        ("9464", "127.0.0.1:9464"),
        ("127.0.0.1:9464", "127.0.0.1:9464"),
        ("[::1]:8000", "[::1]:8000"),
        ("10.0.0.5:8000", "10.0.0.5:8000"),
        ("127.0.0.1:0", "127.0.0.1:0"),
    ] {
        let toml = format!("[server]\nmetrics_listen = \"{text}\"");
        check(&toml, &[], metrics(address));
        check("", &[("SCAIWAVE_METRICS_LISTEN", text)], metrics(address));
    }
}

#[test]
fn metrics_never_stand_where_people_are_served() {
    let taken = |address: &str, listen: &str| {
        format!(
            "server.metrics_listen (from scaiwave.toml): {address} is where people and other servers are \
             served ({listen}); choose another port, and let only your monitoring reach it"
        )
    };
    for (text, listen, address) in [
        ("8000", "127.0.0.1:8000", "127.0.0.1:8000"),
        ("127.0.0.1:8000", "0.0.0.0:8000", "127.0.0.1:8000"),
        ("0.0.0.0:8000", "127.0.0.1:8000", "0.0.0.0:8000"),
        (
            "[::ffff:127.0.0.1]:8000",
            "127.0.0.1:8000",
            "[::ffff:127.0.0.1]:8000",
        ),
        ("[::1]:8000", "[::]:8000", "[::1]:8000"),
    ] {
        let toml = format!("[server]\nlisten = \"{listen}\"\nmetrics_listen = \"{text}\"");
        check_problems(&toml, &[], &[&taken(address, listen)]);
    }
    check_problems(
        "[server]\nmetrics_listen = \"localhost\"",
        &[],
        &[
            "server.metrics_listen (from scaiwave.toml): \"localhost\" is neither a port nor an IP address \
           with a port; write for example 9464, which means 127.0.0.1:9464, or 10.0.0.5:9464",
        ],
    );
}

#[test]
fn proxies_in_file_and_variables() {
    let trusted = |c: &mut Config| {
        let ranges = ["127.0.0.1/32", "10.0.0.0/24", "2001:db8::/48"];
        c.server.proxies.ranges = ranges.map(|range| range.parse().unwrap()).into();
    };
    let toml = "[server]\ntrusted_proxies = [\"127.0.0.1\", \"10.0.0.0/24\", \"2001:db8::/48\"]";
    check(toml, &[], trusted);
    let variables = [(
        "SCAIWAVE_TRUSTED_PROXIES",
        "127.0.0.1, 10.0.0.0/24, 2001:db8::/48",
    )];
    check("", &variables, trusted);
    check(&format!("{toml}\nproxy_header = \"Forwarded\""), &[], |c| {
        trusted(c);
        c.server.proxies.header = crate::accept::ClientHeader::Forwarded;
    });
}

#[test]
fn proxies_that_are_none() {
    let ranges = |text: &str| format!("[server]\ntrusted_proxies = {text}");
    let cases = [
        (
            ranges("[\"0.0.0.0/0\"]"),
            "server.trusted_proxies (from scaiwave.toml): 0.0.0.0/0 is everybody, and whoever is trusted can \
             claim to be anybody; name the addresses of your proxies",
        ),
        (
            ranges("[\"proxy.example\"]"),
            "server.trusted_proxies (from scaiwave.toml): \"proxy.example\" is neither an address nor a range \
             of addresses; write for example 127.0.0.1 or 10.0.0.0/24",
        ),
        (
            format!(
                "{}\nproxy_header = \"cf-connecting-ip\"",
                ranges("[\"10.0.0.1\"]")
            ),
            "server.proxy_header (from scaiwave.toml): \"cf-connecting-ip\" is not a header that says from whom \
             a request comes; use x-forwarded-for or forwarded, whichever your proxies write",
        ),
        (
            "[server]\nproxy_header = \"forwarded\"".to_owned(),
            "server.proxy_header (from scaiwave.toml): it says how proxies are listened to, and \
             server.trusted_proxies names none; name the addresses of your proxies, or remove it",
        ),
    ];
    for (toml, problem) in cases {
        check_problems(&toml, &[], &[problem]);
    }
}

#[test]
fn all_problems_come_at_once() {
    let Problems(problems) = load(
        "[server]\nlisten = \"here\"\nname = \"Acme\"\nextra = 1",
        &[
            ("SCAIWAVE_AUTH_MODE", "magic"),
            ("SCAIWAVE_DB_URL", "mysql://x"),
            ("SCAIWAVE_LOG", "=="),
            ("SCAIWAVE_LOG_FORMAT", "xml"),
        ],
    )
    .expect_err("nothing here is right");
    let keys: Vec<&str> = problems
        .iter()
        .map(|problem| problem.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "server.extra",
            "server.name",
            "server.listen",
            "auth.mode",
            "db.url",
            "log.filter",
            "log.format",
        ],
    );
}

#[test]
fn a_broken_file_does_not_hide_other_problems() {
    let Problems(problems) =
        load("[server\n", &[("SCAIWAVE_LISTEN", "x")]).expect_err("neither is right");
    let text = problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        text.starts_with("scaiwave.toml: this is not TOML: "),
        "{text}"
    );
    assert!(
        text.contains("server.listen (from SCAIWAVE_LISTEN)"),
        "{text}"
    );
}

#[test]
fn a_file_that_was_named_must_exist() {
    let missing = PathBuf::from("/nonexistent/scaiwave.toml");
    let Problems(problems) =
        Config::load(Some(&missing), &Variables::new()).expect_err("there is no such file");
    assert_eq!(problems[0].key, "/nonexistent/scaiwave.toml");
}
