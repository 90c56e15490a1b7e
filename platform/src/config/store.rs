//! Where the store of a world is: a file in its data folder, or a PostgreSQL server.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ConfigError;
use super::file::setting;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StoreTable {
    url: Option<String>,
    url_file: Option<PathBuf>,
    password_file: Option<PathBuf>,
    connections: Option<u64>,
}

/// Where the store is.
#[derive(Clone, Debug)]
pub(crate) enum StorePlace {
    /// A file in the data folder.
    File,
    /// A PostgreSQL server.
    Server(StoreServer),
}

/// A PostgreSQL server.
#[derive(Clone, Debug)]
pub(crate) struct StoreServer {
    pub(crate) address: ServerAddress,
    /// A file for us alone, with the password and nothing else.
    pub(crate) password: Option<PathBuf>,
    /// How many connections at most.
    pub(crate) connections: usize,
}

/// How the server is found.
#[derive(Clone, Debug)]
pub(crate) enum ServerAddress {
    /// By a URL without a password.
    Url(String),
    /// By a URL in a file for us alone.
    File(PathBuf),
}

/// What may stand after the `?` of a URL. Others would be dropped in silence.
const PARAMETERS: [&str; 10] = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
];

impl StoreTable {
    pub(super) fn read(self, folder: &Path) -> Result<StorePlace, ConfigError> {
        let malformed = |what: &str| Err(ConfigError::Malformed(what.to_owned()));
        let connections = setting("store.connections", 16, 2, 256).count(self.connections)?;
        let address = match (self.url, self.url_file) {
            (None, None) if self.password_file.is_none() => return Ok(StorePlace::File),
            (None, None) => return malformed("store.password_file is for a store with a URL"),
            (Some(_), Some(_)) => {
                return malformed("store has a url or a url_file, and not both");
            }
            (Some(url), None) => {
                if server_url(&url)?.has_password {
                    return Err(ConfigError::Insecure {
                        setting: "store.url",
                        fault: "a password stands in a file for this world alone: \
                                store.url_file, store.password_file or PGPASSFILE",
                    });
                }
                ServerAddress::Url(url)
            }
            (None, Some(file)) => ServerAddress::File(folder.join(file)),
        };
        Ok(StorePlace::Server(StoreServer {
            address,
            password: self.password_file.map(|file| folder.join(file)),
            connections,
        }))
    }
}

/// What is to be known of a URL before it is used.
pub(crate) struct ServerUrl {
    has_password: bool,
}

/// Judges the URL of a server. Nothing of it is repeated: it may hold a password.
///
/// # Errors
/// [`ConfigError::Malformed`]; [`ConfigError::Insecure`] when it leads to another machine and leaves
/// open whether by TLS.
pub(crate) fn server_url(text: &str) -> Result<ServerUrl, ConfigError> {
    let malformed = |what: &str| Err(ConfigError::Malformed(what.to_owned()));
    let Ok(url) = url::Url::parse(text) else {
        return malformed("store: not a URL such as postgres://world@localhost/world");
    };
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return malformed("store: a URL of PostgreSQL begins with postgres://");
    }
    let mut host = url.host_str().unwrap_or_default().to_owned();
    let mut mode = None;
    let mut has_password = url.password().is_some();
    for (name, value) in url.query_pairs() {
        if !PARAMETERS.contains(&&*name) {
            return malformed("store: the URL has a parameter that is not known");
        }
        match &*name {
            "host" | "hostaddr" => host = value.into_owned(),
            "sslmode" => mode = Some(value.into_owned()),
            "password" => has_password = true,
            _ => {}
        }
    }
    let here = host.is_empty()
        || host.starts_with('/')
        || host.to_ascii_lowercase().starts_with("%2f")
        || host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    let said = matches!(
        mode.as_deref(),
        Some("disable" | "require" | "verify-ca" | "verify-full")
    );
    if !here && !said {
        return Err(ConfigError::Insecure {
            setting: "store",
            fault: "a server on another machine needs sslmode=verify-full in its URL (or what \
                    else you mean: verify-ca, require, disable)",
        });
    }
    Ok(ServerUrl { has_password })
}
