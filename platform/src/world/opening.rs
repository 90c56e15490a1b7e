//! Opening the store that a configuration names.

use schemas::time::Timestamp;
use sqlx::postgres::PgConnectOptions;
use zeroize::Zeroizing;

use super::{OpenError, STORE_FILE};
use crate::config::{Config, ConfigError, ServerAddress, StorePlace, StoreServer, server_url};
use crate::files;
use crate::store::Database;

/// The store, with its tables of this version.
pub(super) async fn store(config: &Config, now: Timestamp) -> Result<Database, OpenError> {
    match &config.store {
        StorePlace::File => {
            let path = config.data.join(STORE_FILE);
            files::create_private(&path).map_err(OpenError::File)?;
            Ok(Database::file(&path, now).await?)
        }
        StorePlace::Server(server) => {
            let options = options(server)?;
            Ok(Database::server(options, server.connections, now).await?)
        }
    }
}

/// Without a password in URL or file, libpq's own ways lead to one: `PGPASSWORD`, `PGPASSFILE`.
fn options(server: &StoreServer) -> Result<PgConnectOptions, OpenError> {
    let url = match &server.address {
        ServerAddress::Url(url) => Zeroizing::new(url.clone()),
        ServerAddress::File(path) => files::read_private(path).map_err(OpenError::File)?,
    };
    let url = url.trim();
    server_url(url).map_err(OpenError::Config)?;
    // What is wrong is not repeated: it may hold a password.
    let unread = |_| ConfigError::Malformed("store: the URL is not understood".to_owned());
    let options: PgConnectOptions = url.parse().map_err(unread).map_err(OpenError::Config)?;
    let Some(path) = &server.password else {
        return Ok(options);
    };
    let password = files::read_private(path).map_err(OpenError::File)?;
    Ok(options.password(password.trim_end_matches(['\r', '\n'])))
}
