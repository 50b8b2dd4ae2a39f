//! The names of all settings. One table, because a variable's name does not tell where its section
//! ends: `SCAIWAVE_FEDERATION_ALLOW_LOOPBACK` could be split in two places.

/// A setting and the variables that set it.
#[derive(Debug)]
pub(crate) struct Key {
    /// `section.key`, as in the file.
    pub(crate) path: &'static str,
    /// The long name (`SCAIWAVE_<SECTION>_<KEY>`) first, then the short ones.
    pub(crate) variables: &'static [&'static str],
}

pub(crate) const SERVER_NAME: &str = "server.name";
pub(crate) const SERVER_LISTEN: &str = "server.listen";
pub(crate) const SERVER_METRICS_LISTEN: &str = "server.metrics_listen";
pub(crate) const SERVER_TRUSTED_PROXIES: &str = "server.trusted_proxies";
pub(crate) const SERVER_PROXY_HEADER: &str = "server.proxy_header";
pub(crate) const SERVER_DATA_DIR: &str = "server.data_dir";
pub(crate) const AUTH_MODE: &str = "auth.mode";
pub(crate) const AUTH_TENANTS: &str = "auth.tenants";
pub(crate) const AUTH_MOCK_WITH_PEOPLE: &str = "auth.mock_with_people";
pub(crate) const OIDC: &str = "oidc";
pub(crate) const OIDC_TENANTS: &str = "oidc.tenants";
pub(crate) const DB_URL: &str = "db.url";
pub(crate) const FEDERATION_ALLOW_LOOPBACK: &str = "federation.allow_loopback";
pub(crate) const FEDERATION_ALLOW_PRIVATE: &str = "federation.allow_private";
pub(crate) const FEDERATION_HOSTS: &str = "federation.hosts";
pub(crate) const FEDERATION_CA_FILE: &str = "federation.ca_file";
pub(crate) const TLS_CERT_FILE: &str = "tls.cert_file";
pub(crate) const TLS_KEY_FILE: &str = "tls.key_file";
pub(crate) const TLS_ACME_DOMAINS: &str = "tls.acme_domains";
pub(crate) const TLS_ACME_CONTACT: &str = "tls.acme_contact";
pub(crate) const TLS_ACME_DIRECTORY: &str = "tls.acme_directory";
pub(crate) const TLS_ACME_CACHE: &str = "tls.acme_cache";
pub(crate) const TLS_ACME_CA_FILE: &str = "tls.acme_ca_file";
pub(crate) const OPERATOR_TOKEN: &str = "operator.token";
pub(crate) const LOG_FILTER: &str = "log.filter";
pub(crate) const LOG_FORMAT: &str = "log.format";

pub(crate) const KEYS: &[Key] = &[
    Key {
        path: SERVER_NAME,
        variables: &["SCAIWAVE_SERVER_NAME"],
    },
    Key {
        path: SERVER_LISTEN,
        variables: &["SCAIWAVE_SERVER_LISTEN", "SCAIWAVE_LISTEN"],
    },
    Key {
        path: SERVER_METRICS_LISTEN,
        variables: &["SCAIWAVE_SERVER_METRICS_LISTEN", "SCAIWAVE_METRICS_LISTEN"],
    },
    Key {
        path: SERVER_TRUSTED_PROXIES,
        variables: &[
            "SCAIWAVE_SERVER_TRUSTED_PROXIES",
            "SCAIWAVE_TRUSTED_PROXIES",
        ],
    },
    Key {
        path: SERVER_PROXY_HEADER,
        variables: &["SCAIWAVE_SERVER_PROXY_HEADER"],
    },
    Key {
        path: SERVER_DATA_DIR,
        variables: &["SCAIWAVE_SERVER_DATA_DIR", "SCAIWAVE_DATA_DIR"],
    },
    Key {
        path: AUTH_MODE,
        variables: &["SCAIWAVE_AUTH_MODE"],
    },
    Key {
        path: AUTH_TENANTS,
        variables: &["SCAIWAVE_AUTH_TENANTS"],
    },
    Key {
        path: AUTH_MOCK_WITH_PEOPLE,
        variables: &["SCAIWAVE_AUTH_MOCK_WITH_PEOPLE"],
    },
    Key {
        path: "oidc.issuer",
        variables: &["SCAIWAVE_OIDC_ISSUER"],
    },
    Key {
        path: "oidc.client_id",
        variables: &["SCAIWAVE_OIDC_CLIENT_ID"],
    },
    Key {
        path: "oidc.client_secret",
        variables: &["SCAIWAVE_OIDC_CLIENT_SECRET"],
    },
    Key {
        path: "oidc.client_secret_file",
        variables: &["SCAIWAVE_OIDC_CLIENT_SECRET_FILE"],
    },
    Key {
        path: "oidc.redirect_uri",
        variables: &["SCAIWAVE_OIDC_REDIRECT_URI"],
    },
    Key {
        path: "oidc.scopes",
        variables: &["SCAIWAVE_OIDC_SCOPES"],
    },
    Key {
        path: "oidc.name",
        variables: &["SCAIWAVE_OIDC_NAME"],
    },
    Key {
        path: "oidc.accounts",
        variables: &["SCAIWAVE_OIDC_ACCOUNTS"],
    },
    Key {
        path: "oidc.tenant_claim",
        variables: &["SCAIWAVE_OIDC_TENANT_CLAIM"],
    },
    Key {
        path: "oidc.tenant_value",
        variables: &["SCAIWAVE_OIDC_TENANT_VALUE"],
    },
    Key {
        path: "oidc.local_id_claim",
        variables: &["SCAIWAVE_OIDC_LOCAL_ID_CLAIM"],
    },
    Key {
        path: "oidc.name_claim",
        variables: &["SCAIWAVE_OIDC_NAME_CLAIM"],
    },
    Key {
        path: "oidc.email_claim",
        variables: &["SCAIWAVE_OIDC_EMAIL_CLAIM"],
    },
    Key {
        path: "oidc.role_claim",
        variables: &["SCAIWAVE_OIDC_ROLE_CLAIM"],
    },
    Key {
        path: "oidc.admin_values",
        variables: &["SCAIWAVE_OIDC_ADMIN_VALUES"],
    },
    Key {
        path: "oidc.ca_file",
        variables: &["SCAIWAVE_OIDC_CA_FILE"],
    },
    Key {
        path: OIDC_TENANTS,
        variables: &["SCAIWAVE_OIDC_TENANTS"],
    },
    Key {
        path: DB_URL,
        variables: &["SCAIWAVE_DB_URL"],
    },
    Key {
        path: FEDERATION_ALLOW_LOOPBACK,
        variables: &["SCAIWAVE_FEDERATION_ALLOW_LOOPBACK"],
    },
    Key {
        path: FEDERATION_ALLOW_PRIVATE,
        variables: &["SCAIWAVE_FEDERATION_ALLOW_PRIVATE"],
    },
    Key {
        path: FEDERATION_HOSTS,
        variables: &["SCAIWAVE_FEDERATION_HOSTS"],
    },
    Key {
        path: FEDERATION_CA_FILE,
        variables: &["SCAIWAVE_FEDERATION_CA_FILE"],
    },
    Key {
        path: TLS_CERT_FILE,
        variables: &["SCAIWAVE_TLS_CERT_FILE"],
    },
    Key {
        path: TLS_KEY_FILE,
        variables: &["SCAIWAVE_TLS_KEY_FILE"],
    },
    Key {
        path: TLS_ACME_DOMAINS,
        variables: &["SCAIWAVE_TLS_ACME_DOMAINS"],
    },
    Key {
        path: TLS_ACME_CONTACT,
        variables: &["SCAIWAVE_TLS_ACME_CONTACT"],
    },
    Key {
        path: TLS_ACME_DIRECTORY,
        variables: &["SCAIWAVE_TLS_ACME_DIRECTORY"],
    },
    Key {
        path: TLS_ACME_CACHE,
        variables: &["SCAIWAVE_TLS_ACME_CACHE"],
    },
    Key {
        path: TLS_ACME_CA_FILE,
        variables: &["SCAIWAVE_TLS_ACME_CA_FILE"],
    },
    Key {
        path: OPERATOR_TOKEN,
        variables: &["SCAIWAVE_OPERATOR_TOKEN"],
    },
    Key {
        path: LOG_FILTER,
        variables: &["SCAIWAVE_LOG_FILTER", "SCAIWAVE_LOG"],
    },
    Key {
        path: LOG_FORMAT,
        variables: &["SCAIWAVE_LOG_FORMAT"],
    },
    // Documented names of parts that this version does not have yet: see `later.rs`.
    Key {
        path: "nats.url",
        variables: &["SCAIWAVE_NATS_URL"],
    },
    Key {
        path: "livekit.url",
        variables: &["SCAIWAVE_LIVEKIT_URL"],
    },
    Key {
        path: "livekit.api_key",
        variables: &["SCAIWAVE_LIVEKIT_API_KEY"],
    },
    Key {
        path: "livekit.api_secret",
        variables: &["SCAIWAVE_LIVEKIT_API_SECRET"],
    },
    Key {
        path: "s3.endpoint",
        variables: &["SCAIWAVE_S3_ENDPOINT"],
    },
    Key {
        path: "s3.bucket",
        variables: &["SCAIWAVE_S3_BUCKET"],
    },
    Key {
        path: "s3.access_key",
        variables: &["SCAIWAVE_S3_ACCESS_KEY"],
    },
    Key {
        path: "s3.secret_key",
        variables: &["SCAIWAVE_S3_SECRET_KEY"],
    },
];

/// Is there a setting of this path?
pub(crate) fn is_known(path: &str) -> bool {
    KEYS.iter().any(|key| key.path == path)
}

/// The known path nearest to a mistyped one.
pub(crate) fn nearest_path(path: &str) -> Option<&'static str> {
    // A key without its section is the commonest slip, and far away in letters.
    let bare = |key: &&Key| key.path.rsplit('.').next() == Some(path);
    KEYS.iter()
        .find(bare)
        .map(|key| key.path)
        .or_else(|| nearest(path, KEYS.iter().map(|key| key.path)))
}

/// The known variable nearest to a mistyped one.
pub(crate) fn nearest_variable(name: &str) -> Option<&'static str> {
    nearest(
        name,
        KEYS.iter().flat_map(|key| key.variables.iter().copied()),
    )
}

fn nearest(word: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    // What all names begin with must not make them look alike.
    let letters = word.strip_prefix("SCAIWAVE_").unwrap_or(word).len();
    // One slip in three letters is a typo; more is another word.
    known
        .map(|candidate| (distance(word, candidate), candidate))
        .min()
        .filter(|(slips, _)| slips * 3 <= letters)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in bytes; names are ASCII, and for anything else the worst is no hint.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Each key can be set by its long name, and no variable sets two keys.
    #[test]
    fn the_table_is_regular() {
        let mut seen = BTreeSet::new();
        for key in KEYS {
            let long = format!("SCAIWAVE_{}", key.path.replace('.', "_").to_uppercase());
            assert_eq!(key.variables[0], long, "{}", key.path);
            for variable in key.variables {
                assert!(seen.insert(*variable), "{variable} stands twice");
            }
        }
    }

    #[test]
    fn slips_are_recognised() {
        assert_eq!(nearest_variable("SCAIWAVE_LISTN"), Some("SCAIWAVE_LISTEN"));
        assert_eq!(nearest_path("server.datadir"), Some("server.data_dir"));
        assert_eq!(nearest_path("listen"), Some("server.listen"));
        assert_eq!(nearest_path("colour.scheme"), None);
        assert_eq!(nearest_variable("SCAIWAVE_FOO"), None);
    }
}
