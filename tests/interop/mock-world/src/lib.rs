//! A world that others could have built: `ssi` signs and checks, a few lines of HTTP carry it.
//!
//! It is a stranger to omote: it reads no type and no verdict of ours, only documents. What `ssi`
//! says alone is [`oracle`]; what the world makes of it, at its door, is [`world`].
//!
//! - [`contexts`]: the contexts, in memory
//! - [`party`]: a key, a DID and what it signs
//! - [`documents`]: the credentials, as a stranger writes them by the published context
//! - [`did_key`], [`status`]: how `ssi` reads names of keys and status lists
//! - [`server`]: all of it over HTTP

pub mod contexts;
pub mod did_key;
pub mod documents;
pub mod oracle;
pub mod party;
pub mod server;
pub mod status;
pub mod world;

/// What `ssi` answers, sooner or later. Boxed: what `ssi` is made of is compiled in this library then,
/// once, and not in every binary again.
pub type Answer<'a, T> =
    std::pin::Pin<Box<dyn std::future::Future<Output = Result<T, Refused>> + Send + 'a>>;

/// Why something could not be made or was refused, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl Refused {
    fn because(reason: impl std::fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}
