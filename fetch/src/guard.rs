//! Which URLs may be contacted: pure functions, run by every party before it looks up a name or
//! connects (did:web "Security and privacy considerations", OpenID4VP 1.0 section 14).
//!
//! The text is judged as it was written, because a URL parser repairs what it reads: it drops tabs,
//! turns `\` into `/`, decodes `%6d` and reads `0x7f.1` as 127.0.0.1. Text that needs repair is refused.

mod address;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use schemas::world::WorldId;
use url::Url;

pub use address::{Range, check_address};

/// The longest URL that is looked at, in bytes.
pub const MAX_URL_BYTES: usize = 2048;

/// Where a caller may go: the public internet on port 443, and what was named beyond that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    ports: Vec<u16>,
    loopback: Vec<Origin>,
}

impl Policy {
    /// Public addresses on port 443 only.
    #[must_use]
    pub fn public() -> Self {
        Self::default()
    }

    /// Where somebody may go who deals with these worlds: the public internet, the ports of these
    /// worlds there, and those of them that are on this machine.
    #[must_use]
    pub fn for_worlds(worlds: &[WorldId]) -> Self {
        worlds.iter().fold(Self::public(), |policy, world| {
            if world.is_loopback() {
                // A world that could not be named stays closed.
                return policy.clone().allow_world(world).unwrap_or(policy);
            }
            let port = world.authority().split_once(':');
            match port.and_then(|(_, port)| port.parse().ok()) {
                Some(port) => policy.allow_port(port),
                None => policy,
            }
        })
    }

    /// Allows a further port on public addresses.
    #[must_use]
    pub fn allow_port(mut self, port: u16) -> Self {
        self.ports.push(port);
        self
    }

    /// Allows one loopback origin by its exact name, such as `http://localhost:8080`. No other
    /// scheme, spelling or port of this machine is opened by it.
    ///
    /// # Errors
    /// [`Refusal`] when the text is not an origin, or not one of this machine.
    pub fn allow_loopback(mut self, origin: &str) -> Result<Self, Refusal> {
        let (url, origin) = read(origin)?;
        if url.path() != "/" || url.query().is_some() {
            return Err(Refusal::NotAnOrigin);
        }
        if !origin.host.is_loopback() {
            return Err(Refusal::NotLoopback);
        }
        self.loopback.push(origin);
        Ok(self)
    }

    /// Allows a loopback world; the same as [`Policy::allow_loopback`] with its origin.
    ///
    /// # Errors
    /// [`Refusal::NotLoopback`] when the world is not on this machine: other worlds need no naming.
    pub fn allow_world(self, world: &WorldId) -> Result<Self, Refusal> {
        self.allow_loopback(world.origin())
    }

    pub(crate) fn names(&self, origin: &Origin) -> bool {
        self.loopback.contains(origin)
    }

    /// Judges a URL before anything is looked up.
    ///
    /// # Errors
    /// [`Refusal`] with the first thing that is wrong.
    pub fn target(&self, url: &str) -> Result<Target, Refusal> {
        let (url, origin) = read(url)?;
        if self.names(&origin) {
            return Ok(Target {
                url,
                origin,
                route: Route::Loopback,
            });
        }
        match &origin.host {
            Host::Address(address) => check_address(*address).map_err(Refusal::Address)?,
            Host::Name(name) if is_local_name(name) => return Err(Refusal::LocalName),
            Host::Name(_) => {}
        }
        if origin.scheme != Scheme::Https {
            return Err(Refusal::Scheme);
        }
        if origin.port != 443 && !self.ports.contains(&origin.port) {
            return Err(Refusal::Port { found: origin.port });
        }
        Ok(Target {
            url,
            origin,
            route: Route::Public,
        })
    }
}

/// `http` or `https`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Clear text; only ever for a loopback origin that was named.
    Http,
    /// TLS.
    Https,
}

/// The host of an origin, in its one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An IP address written in the URL.
    Address(IpAddr),
    /// A name in lower case ASCII.
    Name(String),
}

impl Host {
    fn is_loopback(&self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Name(name) => name == "localhost",
        }
    }
}

/// Scheme, host and port: what a browser calls an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    host: Host,
    port: u16,
}

impl Origin {
    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port, also when the URL left it out.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The scheme.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// An origin of this machine's `localhost` in clear text, as `did:web:localhost%3APORT` means it.
    pub(crate) fn local(port: u16) -> Self {
        Self {
            scheme: Scheme::Http,
            host: Host::Name("localhost".to_owned()),
            port,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = match self.scheme {
            Scheme::Http => ("http", 80),
            Scheme::Https => ("https", 443),
        };
        match &self.host {
            Host::Address(IpAddr::V6(address)) => write!(f, "{scheme}://[{address}]")?,
            Host::Address(IpAddr::V4(address)) => write!(f, "{scheme}://{address}")?,
            Host::Name(name) => write!(f, "{scheme}://{name}")?,
        }
        if self.port == usual {
            Ok(())
        } else {
            write!(f, ":{}", self.port)
        }
    }
}

/// Which kind of network a target is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// This machine, at an origin that the caller named.
    Loopback,
    /// The public internet: every address is checked before connecting.
    Public,
}

/// A URL that may be contacted, as far as its text can tell. Made only by [`Policy::target`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    url: Url,
    origin: Origin,
    route: Route,
}

impl Target {
    /// Its origin.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The network that it is on.
    #[must_use]
    pub fn route(&self) -> Route {
        self.route
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Addresses that are known without asking the name service; `None` when it must be asked.
    ///
    /// `localhost` is never asked for (RFC 6761 section 6.3): a hosts file may say anything.
    #[must_use]
    pub fn fixed_addresses(&self) -> Option<Vec<IpAddr>> {
        match (&self.origin.host, self.route) {
            (Host::Address(address), _) => Some(vec![*address]),
            (Host::Name(_), Route::Loopback) => {
                Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()])
            }
            (Host::Name(_), Route::Public) => None,
        }
    }
}

/// Why a URL or an address is not contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The host is, or resolves to, an address that is not of the public internet.
    Address(Range),
    /// A backslash, which parsers read as a slash.
    Backslash,
    /// A control character, a space or a character outside ASCII.
    Character,
    /// A redirect from TLS to clear text, or from the internet to this machine.
    Downgrade,
    /// A fragment, which means nothing to a server.
    Fragment,
    /// The host is not spelled in its one way: percent signs, upper case, `0x7f.1`, a final dot, `:0443`.
    HostSpelling,
    /// The name means something else on every network: `localhost`, `*.local`, one without a dot.
    LocalName,
    /// An origin was expected; there is a path or a query.
    NotAnOrigin,
    /// An origin of this machine was expected.
    NotLoopback,
    /// A port that the policy does not list.
    Port {
        /// The port of the URL.
        found: u16,
    },
    /// Not `https`.
    Scheme,
    /// Not a URL with a host.
    Syntax,
    /// Longer than [`MAX_URL_BYTES`].
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// A user name or password before the host.
    Userinfo,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(range) => write!(
                f,
                "the host is {range}; only public addresses are contacted"
            ),
            Self::Backslash => f.write_str("the URL has a backslash"),
            Self::Character => {
                f.write_str("the URL has a control character, a space or a character outside ASCII")
            }
            Self::Downgrade => {
                f.write_str("the redirect leaves TLS, or leads from the internet to this machine")
            }
            Self::Fragment => f.write_str("the URL has a fragment"),
            Self::HostSpelling => {
                f.write_str("the host or port of the URL is not in its usual spelling")
            }
            Self::LocalName => {
                f.write_str("the host name is a local one; only public names are contacted")
            }
            Self::NotAnOrigin => {
                f.write_str("expected scheme, host and port only; found a path or query")
            }
            Self::NotLoopback => {
                f.write_str("expected an origin of this machine; found another host")
            }
            Self::Port { found } => write!(
                f,
                "expected port 443 or one that is configured; found {found}"
            ),
            Self::Scheme => f.write_str("expected an https URL; found another scheme"),
            Self::Syntax => f.write_str("expected a URL with scheme and host"),
            Self::TooLong { found } => {
                write!(
                    f,
                    "expected a URL of at most {MAX_URL_BYTES} bytes; found {found}"
                )
            }
            Self::Userinfo => f.write_str("the URL has a user name or password"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Reads a URL without repairing it.
fn read(text: &str) -> Result<(Url, Origin), Refusal> {
    if text.len() > MAX_URL_BYTES {
        return Err(Refusal::TooLong { found: text.len() });
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::Character);
    }
    if text.contains('\\') {
        return Err(Refusal::Backslash);
    }
    let (scheme_text, rest) = text.split_once(':').ok_or(Refusal::Syntax)?;
    let scheme = match scheme_text {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return Err(Refusal::Scheme),
    };
    let rest = rest.strip_prefix("//").ok_or(Refusal::Syntax)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(Refusal::Userinfo);
    }
    if text.contains('#') {
        return Err(Refusal::Fragment);
    }
    let url = Url::parse(text).map_err(|_| Refusal::Syntax)?;
    let port = url.port_or_known_default().ok_or(Refusal::Syntax)?;
    let host = match url.host().ok_or(Refusal::Syntax)? {
        url::Host::Domain(name) => Host::Name(name.to_owned()),
        url::Host::Ipv4(address) => Host::Address(address.into()),
        url::Host::Ipv6(address) => Host::Address(address.into()),
    };
    // A bad address is called by its name in whatever spelling it comes.
    if let Host::Address(address) = &host
        && !address.is_loopback()
    {
        check_address(*address).map_err(Refusal::Address)?;
    }
    let host_text = url.host_str().ok_or(Refusal::Syntax)?;
    let spelled = authority == host_text
        || authority
            .strip_prefix(host_text)
            .is_some_and(|rest| rest == format!(":{port}"));
    if !spelled {
        return Err(match &host {
            Host::Address(address) => check_address(*address)
                .map_err(Refusal::Address)
                .err()
                .unwrap_or(Refusal::HostSpelling),
            Host::Name(_) => Refusal::HostSpelling,
        });
    }
    if let Host::Name(name) = &host
        && !is_host_name(name)
    {
        return Err(Refusal::HostSpelling);
    }
    Ok((url, Origin { scheme, host, port }))
}

/// Letters, digits and inner hyphens in labels of 1 to 63 (RFC 1123 section 2.1), in lower case.
pub(crate) fn is_host_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
}

/// Names that DNS does not answer for everybody alike: RFC 6761, 6762, 7686, 8375 and ICANN's `internal`.
fn is_local_name(name: &str) -> bool {
    const LOCAL: &[&str] = &[
        "localhost",
        "localdomain",
        "local",
        "internal",
        "home.arpa",
        "onion",
    ];
    !name.contains('.')
        || LOCAL.iter().any(|local| {
            name.strip_suffix(local)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}

#[cfg(test)]
mod tests;
