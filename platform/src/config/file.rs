//! The wire form of the configuration file, and the way from there to a sound [`Config`].

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemas::oid4vci::authorization::RedirectUri;
use schemas::suite::Cryptosuite;
use schemas::web_url::WebUrl;
use schemas::world::WorldId;
use serde::Deserialize;

use super::asking::AskingTable;
use super::ledger::LedgerTable;
use super::store::StoreTable;
use super::{ClientHeader, Config, ConfigError, Issuing, Limits, Login, Names, StatusLists};

pub(super) const DAY: u64 = 86_400;
const YEAR: u64 = 366 * DAY;
const MIB: u64 = 1024 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    listen: SocketAddr,
    origin: String,
    name: NameTable,
    #[serde(default = "default_data")]
    data: PathBuf,
    #[serde(default = "default_policy")]
    policy: PathBuf,
    #[serde(default)]
    loopback_worlds: Vec<String>,
    #[serde(default)]
    offline: bool,
    bundle: Option<PathBuf>,
    #[serde(default)]
    issuing: IssuingTable,
    #[serde(default)]
    status: StatusTable,
    #[serde(default)]
    asking: AskingTable,
    #[serde(default)]
    ledger: LedgerTable,
    #[serde(default)]
    store: StoreTable,
    #[serde(default)]
    records: RecordsTable,
    #[serde(default)]
    limits: LimitsTable,
}

fn default_data() -> PathBuf {
    PathBuf::from("data")
}

fn default_policy() -> PathBuf {
    PathBuf::from("policy.toml")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameTable {
    en: String,
    ja: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct IssuingTable {
    validity_seconds: Option<u64>,
    batch_size: Option<u64>,
    offer_seconds: Option<u64>,
    access_token_seconds: Option<u64>,
    deferred_seconds: Option<u64>,
    refill_after_seconds: Option<u64>,
    refill_seconds: Option<u64>,
    cryptosuite: Option<SuiteName>,
    login_uri: Option<String>,
    redirect_uris: Vec<String>,
}

#[derive(Deserialize, Clone, Copy)]
enum SuiteName {
    #[serde(rename = "eddsa-jcs-2022")]
    EddsaJcs2022,
    #[serde(rename = "eddsa-rdfc-2022")]
    EddsaRdfc2022,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct StatusTable {
    ttl_seconds: Option<u64>,
    validity_seconds: Option<u64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RecordsTable {
    decision_seconds: Option<u64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct LimitsTable {
    body_bytes: Option<u64>,
    asset_bytes: Option<u64>,
    connections: Option<u64>,
    requests: Option<u64>,
    verifications: Option<u64>,
    header_seconds: Option<u64>,
    body_seconds: Option<u64>,
    asset_body_seconds: Option<u64>,
    idle_seconds: Option<u64>,
    logins_per_client: Option<u64>,
    client_header: Option<ClientHeader>,
}

/// One numeric setting: its name, the value when it is left out, its bounds.
pub(super) struct Setting {
    name: &'static str,
    usual: u64,
    least: u64,
    greatest: u64,
}

impl Setting {
    fn read(&self, given: Option<u64>) -> Result<u64, ConfigError> {
        let found = given.unwrap_or(self.usual);
        if (self.least..=self.greatest).contains(&found) {
            return Ok(found);
        }
        Err(ConfigError::OutOfBounds {
            setting: self.name,
            least: self.least,
            greatest: self.greatest,
            found,
        })
    }

    pub(super) fn seconds(&self, given: Option<u64>) -> Result<Duration, ConfigError> {
        self.read(given).map(Duration::from_secs)
    }

    /// The bounds of every setting fit the machine's word, so nothing saturates.
    pub(super) fn count(&self, given: Option<u64>) -> Result<usize, ConfigError> {
        self.read(given)
            .map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    }
}

pub(super) const fn setting(name: &'static str, usual: u64, least: u64, greatest: u64) -> Setting {
    Setting {
        name,
        usual,
        least,
        greatest,
    }
}

pub(super) fn read(text: &str, folder: &Path) -> Result<Config, ConfigError> {
    let file: File =
        toml::from_str(text).map_err(|error| ConfigError::Malformed(error.to_string()))?;
    setting("version", 1, 1, 1).read(Some(file.version))?;
    let origin = read_origin("origin", &file.origin)?;
    if origin.is_loopback() && !file.listen.ip().is_loopback() {
        return Err(ConfigError::Insecure {
            setting: "listen",
            fault: "a world on localhost has no TLS in front of it and listens on loopback only",
        });
    }
    let loopback_worlds = file
        .loopback_worlds
        .iter()
        .map(|text| read_origin("loopback_worlds", text))
        .collect::<Result<Vec<_>, _>>()?;
    if loopback_worlds.iter().any(|world| !world.is_loopback()) {
        return Err(ConfigError::Malformed(
            "loopback_worlds names worlds such as http://localhost:4001".to_owned(),
        ));
    }
    if !origin.is_loopback() && !loopback_worlds.is_empty() {
        return Err(ConfigError::Insecure {
            setting: "loopback_worlds",
            fault: "only a world on localhost talks to other worlds on localhost",
        });
    }
    if file.offline != file.bundle.is_some() {
        return Err(ConfigError::Malformed(
            "offline = true and bundle = \"FILE\" go together: a world hears of others from the \
             network or from a bundle"
                .to_owned(),
        ));
    }
    let login = read_login(&file.issuing, &origin)?;
    let asking = file.asking.read(&origin, folder)?;
    Ok(Config {
        listen: file.listen,
        origin,
        names: read_names(file.name)?,
        data: folder.join(file.data),
        policy: folder.join(file.policy),
        loopback_worlds,
        bundle: file.bundle.map(|bundle| folder.join(bundle)),
        issuing: read_issuing(&file.issuing, login)?,
        status: read_status(&file.status)?,
        asking,
        ledger: file.ledger.read()?,
        store: file.store.read(folder)?,
        retention: setting("records.decision_seconds", 30 * DAY, 0, 5 * YEAR)
            .seconds(file.records.decision_seconds)?,
        limits: read_limits(&file.limits)?,
    })
}

fn read_status(table: &StatusTable) -> Result<StatusLists, ConfigError> {
    let validity = setting("status.validity_seconds", DAY, 7200, 7 * DAY);
    let validity = validity.read(table.validity_seconds)?;
    let ttl = setting("status.ttl_seconds", 300, 1, 7 * DAY / 2).read(table.ttl_seconds)?;
    // Signed anew when half of it is over: what is left is not to be shorter than a `ttl`.
    if ttl > validity / 2 {
        return Err(ConfigError::OutOfBounds {
            setting: "status.ttl_seconds, at most half of status.validity_seconds,",
            least: 1,
            greatest: validity / 2,
            found: ttl,
        });
    }
    Ok(StatusLists {
        ttl: Duration::from_secs(ttl),
        validity: Duration::from_secs(validity),
    })
}

pub(super) fn read_origin(setting: &'static str, text: &str) -> Result<WorldId, ConfigError> {
    if let Ok(world) = text.parse() {
        return Ok(world);
    }
    if text.starts_with("http://") {
        return Err(ConfigError::Insecure {
            setting,
            fault: "http is for http://localhost:PORT only; another world needs https",
        });
    }
    Err(ConfigError::Malformed(format!(
        "{setting} is not the origin of a world, such as https://world.example"
    )))
}

fn read_names(table: NameTable) -> Result<Names, ConfigError> {
    let names = Names {
        english: table.en,
        japanese: table.ja,
    };
    let short = |name: &str| name.chars().count() <= 80;
    // What the world's document could not say would be believed by nobody.
    let sound = names.profile().is_some()
        && short(&names.english)
        && names.japanese.as_deref().is_none_or(short);
    if !sound {
        return Err(ConfigError::Malformed(
            "name has 1 to 80 characters, and none that control how others are shown".to_owned(),
        ));
    }
    Ok(names)
}

/// A login page is read by the person's browser: over TLS, but on the machine of a world for trying
/// things out.
fn read_login(table: &IssuingTable, origin: &WorldId) -> Result<Option<Login>, ConfigError> {
    let Some(page) = &table.login_uri else {
        return if table.redirect_uris.is_empty() {
            Ok(None)
        } else {
            Err(ConfigError::Malformed(
                "issuing.redirect_uris is for worlds with issuing.login_uri".to_owned(),
            ))
        };
    };
    let malformed = |what: &str| Err(ConfigError::Malformed(what.to_owned()));
    let Some(page) = page
        .parse::<WebUrl>()
        .ok()
        .filter(|page| page.fragment().is_none())
    else {
        return malformed("issuing.login_uri is not an https URL without fragment");
    };
    if page.world().is_loopback() && !origin.is_loopback() {
        return Err(ConfigError::Insecure {
            setting: "issuing.login_uri",
            fault: "only a world on localhost has a login page on localhost",
        });
    }
    for address in &table.redirect_uris {
        if !address
            .parse::<RedirectUri>()
            .is_ok_and(|uri| !uri.is_loopback())
        {
            return malformed(
                "issuing.redirect_uris lists https URLs without fragment; addresses on the \
                 person's own machine need no mention",
            );
        }
    }
    Ok(Some(Login {
        page,
        redirects: table.redirect_uris.clone(),
    }))
}

fn read_issuing(table: &IssuingTable, login: Option<Login>) -> Result<Issuing, ConfigError> {
    let batch_size = setting("issuing.batch_size", 10, 2, 10).read(table.batch_size)?;
    Ok(Issuing {
        // Dates are rounded down to the day, so a shorter validity would be over when it begins.
        validity: setting("issuing.validity_seconds", YEAR - DAY, 2 * DAY, 10 * YEAR)
            .seconds(table.validity_seconds)?,
        batch_size: u32::try_from(batch_size).unwrap_or(2),
        offer_life: setting("issuing.offer_seconds", 3600, 60, 30 * DAY)
            .seconds(table.offer_seconds)?,
        token_life: setting("issuing.access_token_seconds", 600, 30, 3600)
            .seconds(table.access_token_seconds)?,
        deferred_life: setting("issuing.deferred_seconds", 7 * DAY, 3600, 30 * DAY)
            .seconds(table.deferred_seconds)?,
        refill_after: setting("issuing.refill_after_seconds", DAY, 0, YEAR)
            .seconds(table.refill_after_seconds)?,
        refill_life: setting("issuing.refill_seconds", YEAR - DAY, 0, 10 * YEAR)
            .seconds(table.refill_seconds)?,
        login,
        suite: match table.cryptosuite {
            Some(SuiteName::EddsaRdfc2022) => Cryptosuite::EddsaRdfc2022,
            Some(SuiteName::EddsaJcs2022) | None => Cryptosuite::EddsaJcs2022,
        },
    })
}

fn read_limits(table: &LimitsTable) -> Result<Limits, ConfigError> {
    Ok(Limits {
        body_bytes: setting("limits.body_bytes", MIB, 4096, 16 * MIB).count(table.body_bytes)?,
        asset_bytes: setting("limits.asset_bytes", 64 * MIB, MIB, 512 * MIB)
            .count(table.asset_bytes)?,
        connections: setting("limits.connections", 1024, 1, 65_536).count(table.connections)?,
        requests: setting("limits.requests", 256, 1, 65_536).count(table.requests)?,
        verifications: setting("limits.verifications", 4, 1, 256).count(table.verifications)?,
        header: setting("limits.header_seconds", 5, 1, 60).seconds(table.header_seconds)?,
        body: setting("limits.body_seconds", 15, 1, 120).seconds(table.body_seconds)?,
        asset_body: setting("limits.asset_body_seconds", 60, 1, 600)
            .seconds(table.asset_body_seconds)?,
        idle: setting("limits.idle_seconds", 30, 1, 600).seconds(table.idle_seconds)?,
        logins_per_client: setting("limits.logins_per_client", 100, 1, 10_000)
            .count(table.logins_per_client)?,
        client_header: table.client_header,
    })
}
