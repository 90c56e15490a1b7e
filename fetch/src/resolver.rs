//! Asking the name service, once for each connection; run by every party.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;

/// The addresses of a name, when they have arrived.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// A name service. Implement it to ask another one than the machine's; what it answers is checked
/// like any other answer, so an implementation cannot open an address that is closed.
pub trait Resolver: fmt::Debug + Send + Sync {
    /// All addresses of a name.
    fn lookup<'a>(&'a self, name: &'a str) -> Lookup<'a>;
}

/// The name service that this machine is set up to use.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn lookup<'a>(&'a self, name: &'a str) -> Lookup<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 443)).await?;
            Ok(found.map(|socket| socket.ip()).collect())
        })
    }
}
