//! A world for a test: its own folder, port, clock and database.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use platform::{
    Clock, Config, Founding, KeyEnd, KeysReload, OfferTerms, PolicyReload, Right, Serving, World,
    WorldKeys,
};
use proofs::issue::Issuer;
use proofs::keys::SigningKey;
use schemas::asset::MediaType;
use schemas::credential::{Asset, AssetProvenance, Validity};
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::license::{Allowance, LicenseTerms};
use schemas::offering::Offered;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::http::{Answer, send};

/// Noon, so that the day does not end while a test runs.
pub(crate) const NOON: i64 = 1_728_043_200;

pub(crate) struct Town {
    pub(crate) folder: TempDir,
    pub(crate) port: u16,
    pub(crate) clock: Clock,
    pub(crate) token: String,
    pub(crate) serving: Option<Serving>,
    /// Its database, when it is not a file.
    server: Option<String>,
    /// The second process of a world that has two, and who leads to either in turn.
    other: Option<(Serving, Front)>,
}

/// Leads each connection to the next of several processes.
struct Front(JoinHandle<()>);

impl Front {
    fn start(listener: TcpListener, ports: [u16; 2]) -> Self {
        Self(tokio::spawn(async move {
            for port in ports.into_iter().cycle() {
                let Ok((mut client, _)) = listener.accept().await else {
                    break;
                };
                tokio::spawn(async move {
                    let mut process = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    // Either may hang up.
                    let _ = copy_bidirectional(&mut client, &mut process).await;
                });
            }
        }))
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Where a world keeps what it knows.
#[allow(dead_code, reason = "each program of tests uses one of them")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// In a file of its folder.
    File,
    /// In a database of its own on a PostgreSQL server; where none is installed, that is said, and it is
    /// a file.
    Server,
}

impl Store {
    /// The URL of a new one.
    fn url(self) -> Option<String> {
        match self {
            Self::File => None,
            Self::Server => Some(test_postgres::hasty()?.database()),
        }
    }
}

/// How many processes a world has.
enum Processes {
    One,
    /// The second may have a clock of its own.
    Two(Option<Clock>),
}

impl Town {
    pub(crate) async fn new() -> Self {
        Self::with(&[], "").await
    }

    /// A world that believes others, with more lines for its configuration.
    pub(crate) async fn with(believed: &[&Self], more: &str) -> Self {
        let believed = believed.iter().map(|other| other.id()).collect();
        Self::founded(|founding| founding.believing(believed), more).await
    }

    /// A world by this policy, which also talks to another on this machine.
    pub(crate) async fn beside(port: u16, policy: &str) -> Self {
        let found = |founding: Founding| founding.knowing(WorldId::loopback(port)).trusting(policy);
        Self::founded(found, "").await
    }

    /// A world by this policy, which may talk to others on this machine, with more lines for its
    /// configuration.
    pub(crate) async fn among(ports: &[u16], policy: &str, more: &str) -> Self {
        let found = |founding: Founding| {
            let ids = ports.iter().map(|port| WorldId::loopback(*port));
            ids.fold(founding, Founding::knowing).trusting(policy)
        };
        Self::founded(found, more).await
    }

    /// A world of two processes that share one database of a PostgreSQL server; requests go to either
    /// in turn.
    pub(crate) async fn sharing(url: &str, believed: &[&Self]) -> Self {
        let believed = believed.iter().map(|other| other.id()).collect();
        let found = |founding: Founding| founding.believing(believed);
        let two = Processes::Two(None);
        Self::founded_as(found, "", Some(url.to_owned()), two).await
    }

    /// The same, whose second process has a clock of its own.
    pub(crate) async fn sharing_apart(url: &str) -> (Self, Clock) {
        let clock = Clock::fixed(Timestamp::from_unix(NOON));
        let two = Processes::Two(Some(clock.clone()));
        let found = |founding| founding;
        let town = Self::founded_as(found, "", Some(url.to_owned()), two).await;
        (town, clock)
    }

    async fn founded(found: impl FnOnce(Founding) -> Founding, more: &str) -> Self {
        Self::founded_as(found, more, crate::STORE.url(), Processes::One).await
    }

    async fn founded_as(
        found: impl FnOnce(Founding) -> Founding,
        more: &str,
        server: Option<String>,
        processes: Processes,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("world");
        let mut founding = Founding::loopback(port, "Neo Kyoto");
        founding.names.japanese = Some("ネオ京都".to_owned());
        found(founding).found(&dir).unwrap();
        let path = dir.join(platform::config::FILE_NAME);
        let mut text = fs::read_to_string(&path).unwrap() + more;
        if let Some(url) = &server {
            text += &format!("\n[store]\nurl = \"{url}\"\n");
        }
        fs::write(&path, text).unwrap();
        let token = fs::read_to_string(dir.join("data/admin.token")).unwrap();
        let clock = Clock::fixed(Timestamp::from_unix(NOON));
        let mut town = Self {
            folder,
            port,
            clock,
            token: token.trim_end().to_owned(),
            serving: None,
            server,
            other: None,
        };
        match processes {
            Processes::One => town.start(listener).await,
            Processes::Two(clock) => {
                let clock = clock.unwrap_or_else(|| town.clock.clone());
                town.start_two(listener, clock).await;
            }
        }
        town
    }

    fn config_path(&self) -> PathBuf {
        let world = self.folder.path().join("world");
        world.join(platform::config::FILE_NAME)
    }

    pub(crate) fn config(&self) -> Config {
        Config::read(&self.config_path()).unwrap()
    }

    async fn serve(&self, listener: TcpListener, clock: Clock) -> Serving {
        let world = World::open(self.config(), clock).await.unwrap();
        Serving::start(Arc::new(world), listener)
    }

    async fn start(&mut self, listener: TcpListener) {
        self.serving = Some(self.serve(listener, self.clock.clone()).await);
    }

    async fn start_two(&mut self, listener: TcpListener, clock: Clock) {
        let bind = || TcpListener::bind("127.0.0.1:0");
        self.start(bind().await.unwrap()).await;
        let two = self.serve(bind().await.unwrap(), clock).await;
        let ports = [self.serving.as_ref().unwrap(), &two];
        let ports = ports.map(|serving| serving.address().unwrap().port());
        self.other = Some((two, Front::start(listener, ports)));
    }

    /// The second process of a world that has two.
    pub(crate) fn other_world(&self) -> &Arc<World> {
        self.other.as_ref().unwrap().0.world()
    }

    /// The URL of its database, when it is not a file.
    pub(crate) fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }

    pub(crate) async fn restart(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.stop().await;
        }
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        self.start(listener).await;
    }

    /// From now on it is somebody else's: another key under the same name, and no word of the old one.
    pub(crate) async fn change_hands(&mut self) {
        let other = Self::new().await;
        let from = other.folder.path().join("world/data/world.key");
        let data = self.folder.path().join("world/data");
        fs::copy(from, data.join("world.key")).unwrap();
        fs::remove_file(data.join("did-history.json")).unwrap();
        if let (Some(url), Some(new)) = (&self.server, crate::STORE.url()) {
            // A server's database is of one world for ever.
            let path = self.config_path();
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replace(url.as_str(), &new)).unwrap();
            self.server = Some(new);
        }
        self.restart().await;
    }

    /// A new key, which the running world takes up.
    pub(crate) async fn rotate(&self, end: KeyEnd) -> WorldKeys {
        let keys = self.config().rotate_key(end, &self.clock).unwrap();
        // Replaced, unless the world had looked by itself just before.
        let reloaded = self.world().reload_keys().await;
        assert!(!matches!(reloaded, KeysReload::Refused(_)));
        assert_eq!(self.world().reload_keys().await, KeysReload::Same);
        keys
    }

    pub(crate) fn world(&self) -> &Arc<World> {
        self.serving.as_ref().unwrap().world()
    }

    pub(crate) fn id(&self) -> WorldId {
        WorldId::loopback(self.port)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.set(self.now().plus_seconds(seconds));
    }

    /// The newest grant: what was offered last.
    pub(crate) async fn last_grant(&self) -> String {
        let grants = self.world().grants().await.unwrap();
        grants.grants[0].id.as_str().to_owned()
    }

    /// Another trust policy, which counts at once.
    pub(crate) async fn believe(&self, policy: &str) -> PolicyReload {
        fs::write(self.folder.path().join("world/policy.toml"), policy).unwrap();
        self.world().reload_policy().await
    }

    /// What its servers get of an address.
    pub(crate) async fn admin(&self, path: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("Authorization", bearer.as_str())];
        send(self.port, "GET", path, &headers, b"").await
    }

    /// What it says of a document in the hands of its servers.
    pub(crate) async fn check(&self, kind: &str, document: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("Content-Type", kind), ("Authorization", bearer.as_str())];
        send(self.port, "POST", "/check", &headers, document).await
    }

    /// The numbers, as its people read them.
    pub(crate) async fn metrics(&self) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("Authorization", bearer.as_str())];
        send(self.port, "GET", "/metrics", &headers, b"").await
    }

    /// Every byte that the world has on disk about others.
    pub(crate) async fn store_bytes(&self) -> Vec<u8> {
        let files = match &self.server {
            Some(url) => files_of(url).await,
            None => {
                let data = self.folder.path().join("world/data");
                // The log first: what is moved from it into the file meanwhile is then seen twice, not
                // never.
                let names = ["world.db-wal", "world.db-shm", "world.db"];
                names.iter().map(|name| data.join(name)).collect()
            }
        };
        // Some of them come and go.
        let bytes = files
            .iter()
            .flat_map(|file| fs::read(file).unwrap_or_default());
        let bytes: Vec<u8> = bytes.collect();
        assert!(bytes.len() > 4096, "the store is elsewhere");
        bytes
    }

    /// An offer; its path.
    pub(crate) async fn offer(&self, right: Right) -> String {
        self.offer_for(right, provenance()).await
    }

    /// An offer on the ground of this statement; its path.
    pub(crate) async fn offer_for(&self, right: Right, provenance: Object) -> String {
        self.offer_by(&OfferTerms::new(right, provenance)).await.0
    }

    /// An offer of an avatar with something beside what is usual; its path, and what the world's people
    /// are told.
    pub(crate) async fn offer_like(
        &self,
        change: impl FnOnce(&mut OfferTerms),
    ) -> (String, Offered) {
        let persona = "Mika".to_owned();
        let mut terms = OfferTerms::new(Right::Avatar { persona }, provenance());
        change(&mut terms);
        self.offer_by(&terms).await
    }

    pub(crate) async fn offer_by(&self, terms: &OfferTerms) -> (String, Offered) {
        let offered = self.world().offer(terms).await.unwrap();
        let link = offered.link.to_link();
        let form = schemas::form::Form::of_link(&link).unwrap();
        let url = form.field("credential_offer_uri").unwrap();
        assert!(url.starts_with(self.id().origin()));
        (crate::http::path_of(url).to_owned(), offered)
    }

    pub(crate) async fn offer_avatar(&self) -> String {
        self.offer(Right::Avatar {
            persona: "Mika".to_owned(),
        })
        .await
    }

    pub(crate) async fn offer_item(&self) -> String {
        self.offer(Right::Item {
            class: "sword".to_owned(),
            serial: 42,
        })
        .await
    }
}

/// The files in which a server of this machine keeps a database (PostgreSQL, section "Database File
/// Layout"), with all that was written so far.
async fn files_of(url: &str) -> Vec<PathBuf> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute("CHECKPOINT").await.unwrap();
    let folder: String = sqlx::query_scalar(
        "SELECT current_setting('data_directory') || '/base/' || oid
         FROM pg_database WHERE datname = current_database()",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let files = fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().path()).collect()
}

pub(crate) fn model() -> Vec<u8> {
    assets::make::vrm1(&assets::make::Recipe::new(license()))
}

pub(crate) fn license() -> LicenseTerms {
    LicenseTerms {
        name: Some("Mika".to_owned()),
        authors: vec!["Aoi".to_owned()],
        license_url: Some("https://vrm.dev/licenses/1.0/".to_owned()),
        allow_redistribution: Some(Allowance::Denied),
        ..LicenseTerms::default()
    }
}

/// A creator's statement about [`model`].
pub(crate) fn provenance() -> Object {
    provenance_of(&model())
}

/// A creator's statement about any file.
pub(crate) fn provenance_of(model: &[u8]) -> Object {
    let creator = Issuer::of_key(SigningKey::from_seed(&[200; 32]), Cryptosuite::EddsaJcs2022);
    let statement = AssetProvenance {
        creator: creator.did().clone(),
        validity: Validity::starting(Timestamp::from_unix(NOON - 1000)),
        asset: Asset {
            name: "Mika".to_owned(),
            digest: Sha256Digest::of(model),
            media_type: MediaType::GltfBinary,
            byte_length: u64::try_from(model.len()).unwrap(),
            derived_from: Vec::new(),
        },
        license: license(),
    };
    let issued = creator.issue(&statement.unsigned(), Timestamp::from_unix(NOON - 1000));
    issued.unwrap().into_object()
}
