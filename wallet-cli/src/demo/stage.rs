//! The stage: three worlds on loopback, each with a folder, keys and a database of its own.
//!
//! A issues, B asks and believes A, C issues and nobody believes it.

use std::path::Path;
use std::sync::Arc;

use fetch::{Client, Policy};
use platform::{Clock, Founding, OfferTerms, Right, Serving, World};
use schemas::admission::{AdmissionCreated, AdmissionRequest, Ask, Manner};
use schemas::dcql::DcqlQuery;
use schemas::json::Object;
use schemas::oid4vci::offer::OfferLink;
use schemas::reason::Reason;
use schemas::receipt::InstanceId;
use schemas::world::WorldId;
use tokio::net::TcpListener;

use crate::clock::now;
use crate::error::{Failure, Local};

/// Larger model files are refused unread.
const MAX_MODEL: u64 = 256 << 20;

/// The worlds.
pub(super) struct Stage {
    pub(super) a: Served,
    pub(super) b: Served,
    pub(super) c: Served,
    /// A client that may talk to these worlds and to no other port of this machine.
    pub(super) client: Client,
}

/// One world, being served.
pub(super) struct Served {
    pub(super) id: WorldId,
    /// Its time; a fixed one, so that it can have issued something long ago.
    pub(super) clock: Clock,
    pub(super) token: std::path::PathBuf,
    serving: Serving,
}

impl Stage {
    pub(super) async fn set(folder: &Path) -> Result<Self, Reason> {
        let a = bind().await?;
        let b = bind().await?;
        let c = bind().await?;
        let issuer = WorldId::loopback(a.1);
        let founding = |port, name: &str| Founding::loopback(port, name);
        let policy_a = founding(a.1, "Neo Kyoto");
        let policy_b = founding(b.1, "Sky Arena").believing(vec![issuer]);
        let policy_c = founding(c.1, "Night Market");
        let a = Served::open(&policy_a, &folder.join("world-a"), a.0).await?;
        let b = Served::open(&policy_b, &folder.join("world-b"), b.0).await?;
        let c = Served::open(&policy_c, &folder.join("world-c"), c.0).await?;
        let mut policy = Policy::public();
        for world in [&a.id, &b.id, &c.id] {
            policy = policy
                .allow_world(world)
                .map_err(|_| Reason::FetchBlocked)?;
        }
        Ok(Self {
            a,
            b,
            c,
            client: Client::new(policy),
        })
    }

    /// Ends the worlds.
    pub(super) async fn strike(self) {
        for world in [self.a, self.b, self.c] {
            world.serving.stop().await;
        }
    }
}

async fn bind() -> Result<(TcpListener, u16), Reason> {
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .map_err(|_| Reason::WorldUnreachable)?;
    let port = listener
        .local_addr()
        .map_err(|_| Reason::WorldUnreachable)?
        .port();
    Ok((listener, port))
}

impl Served {
    async fn open(
        founding: &Founding,
        folder: &Path,
        listener: TcpListener,
    ) -> Result<Self, Reason> {
        let config = founding.found(folder).map_err(|error| error.reason())?;
        let (id, clock) = (config.world().clone(), Clock::fixed(now()));
        let token = Founding::token_file(&config);
        let world = World::open(config, clock.clone())
            .await
            .map_err(|error| error.reason())?;
        let serving = Serving::start(Arc::new(world), listener);
        Ok(Self {
            id,
            clock,
            token,
            serving,
        })
    }

    /// Offers a usage right; the link is for one person.
    pub(super) async fn offer(
        &self,
        right: Right,
        provenance: &Object,
    ) -> Result<OfferLink, Reason> {
        let terms = OfferTerms::new(right, provenance.clone());
        let offered = self
            .serving
            .world()
            .offer(&terms)
            .await
            .map_err(|error| error.reason())?;
        Ok(offered.link)
    }

    /// Asks at the door.
    pub(super) async fn ask(&self, query: Option<DcqlQuery>) -> Result<AdmissionCreated, Reason> {
        let asked = AdmissionRequest {
            ask: query.map_or(Ask::Avatar, Ask::Query),
            by: "Sky Arena".to_owned(),
            instance: InstanceId::new("arena-1").ok_or(Reason::InternalError)?,
            purpose: Some("To let you in with your face".to_owned()),
            manner: Manner::default(),
        };
        self.serving
            .world()
            .ask(&asked)
            .await
            .map_err(|error| error.reason())
    }
}

/// Reads the model file that the person named.
///
/// # Errors
/// When it cannot be read or is larger than 256 MiB.
pub(super) fn read_model(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| Local::FileUnreadable {
        path: path.to_owned(),
        kind: error.kind(),
    };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_MODEL {
        return Err(Local::FileTooLarge {
            path: path.to_owned(),
            limit: MAX_MODEL,
        }
        .into());
    }
    Ok(std::fs::read(path).map_err(unreadable)?)
}
