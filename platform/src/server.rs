//! The HTTP side of a world: connections, limits, routes, metrics.

pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod connection;
mod gate;
pub(crate) mod metrics;
pub(crate) mod multipart;
mod openapi;
pub(crate) mod routes;
mod stream;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::Config;
use crate::ledger;
use crate::world::{OpenError, World};

/// How often what has had its time is swept.
const SWEEP: Duration = Duration::from_secs(60);
/// How often the file of the trust policy is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long a stopping server waits for answers under way.
const GRACE: Duration = Duration::from_secs(10);

/// Opens the world of a configuration and serves it on a socket that the caller bound, until
/// [`Serving::stop`].
///
/// # Errors
/// When keys, policy or store are not usable.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let config = platform::Config::read("world/omote-world.toml".as_ref())?;
/// let listener = tokio::net::TcpListener::bind(config.listen()).await?;
/// let serving = platform::serve(config, listener).await?;
/// serving.stop().await;
/// # Ok(()) }
/// ```
pub async fn serve(config: Config, listener: TcpListener) -> Result<Serving, OpenError> {
    let world = World::open(config, Clock::System).await?;
    Ok(Serving::start(Arc::new(world), listener))
}

/// A world that is being served. Dropped without [`Serving::stop`], it stops without waiting.
#[derive(Debug)]
pub struct Serving {
    world: Arc<World>,
    address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    sweeping: JoinHandle<()>,
    looking: JoinHandle<()>,
    /// What the item ledger does beside.
    keeping: Vec<JoinHandle<()>>,
}

impl Serving {
    /// Serves an open world on a socket.
    #[must_use]
    pub fn start(world: Arc<World>, listener: TcpListener) -> Self {
        let (stop, stopped) = watch::channel(false);
        let address = listener.local_addr().ok();
        let (limits, router) = (world.config.limits, gate::guarded(&world));
        let accepting = tokio::spawn(connection::accept(limits, router, listener, stopped));
        let sweeping = tokio::spawn(sweep(Arc::clone(&world)));
        let looking = tokio::spawn(look(Arc::clone(&world)));
        let keeping = ledger::start(&world);
        Self {
            world,
            address,
            stop,
            accepting,
            sweeping,
            looking,
            keeping,
        }
    }

    /// The world.
    #[must_use]
    pub const fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// The address of the socket.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Takes no new connections, lets the answers under way end, and closes the store.
    pub async fn stop(mut self) {
        // Fails only when nobody listens any more, and then it has stopped.
        let _ = self.stop.send(true);
        if tokio::time::timeout(GRACE, &mut self.accepting)
            .await
            .is_err()
        {
            self.accepting.abort();
        }
        self.sweeping.abort();
        self.looking.abort();
        self.keeping.iter().for_each(JoinHandle::abort);
        self.world.close().await;
    }

    /// Serves until `end` comes, then stops.
    pub async fn until(self, end: impl Future<Output = ()>) {
        end.await;
        self.stop().await;
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        self.sweeping.abort();
        self.looking.abort();
        self.keeping.iter().for_each(JoinHandle::abort);
    }
}

async fn sweep(world: Arc<World>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        if let Err(error) = world.sweep().await {
            tracing::error!(%error, "sweep");
        }
    }
}

/// A changed policy counts within a second or two, whoever changed it and however.
async fn look(world: Arc<World>) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        world.look_at_policy().await;
    }
}

/// Binds the address of a configuration.
///
/// # Errors
/// What the system says, such as an address in use.
pub async fn bind(config: &Config) -> io::Result<TcpListener> {
    TcpListener::bind(config.listen()).await
}
