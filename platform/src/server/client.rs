//! From where a request comes, as far as it can be told, and how much of what strangers may fill each
//! client holds. Addresses stay in memory: neither the store nor the log has any.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use axum::extract::Request;
use axum::http::HeaderMap;
use schemas::time::Timestamp;

use crate::config::Config;

/// The other end of a connection; with each request that comes by it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// A client: its address, and of IPv6 the half by which networks are handed out, as whoever has one
/// address there has them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Client(IpAddr);

impl Client {
    /// Of a request; none where all come through a proxy that does not say for whom.
    pub(crate) fn of(config: &Config, request: &Request) -> Option<Self> {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
        let told = match config.limits.client_header {
            Some(header) => told(request.headers(), header.name()).or(peer),
            // In front of a world that people reach by https there is a proxy.
            None => peer.filter(|_| config.origin.is_loopback()),
        };
        told.map(Self::at)
    }

    fn at(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// The last address that a header names: what the proxy itself has added. Those before it may be
/// anybody's words.
fn told(headers: &HeaderMap, name: &str) -> Option<IpAddr> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    let last = last.rsplit(',').next()?.trim();
    last.parse().ok()
}

/// What the clients hold of something that ends by itself.
#[derive(Debug)]
pub(crate) struct Shares {
    /// Of all together; no more is remembered.
    most: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    by_client: HashMap<Client, usize>,
    /// What ends first is in front.
    ends: VecDeque<(Timestamp, Client)>,
}

impl Shares {
    pub(crate) fn new(most: u32) -> Self {
        Self {
            most: usize::try_from(most).unwrap_or(usize::MAX),
            held: Mutex::default(),
        }
    }

    /// Takes one more for a client until its end. False when it holds its share, or all is held.
    pub(crate) fn take(&self, client: Client, share: usize, now: Timestamp, life: i64) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((_, client)) = held.ends.pop_front_if(|(end, _)| *end <= now) {
            held.release(client);
        }
        let mine = held.by_client.get(&client).copied().unwrap_or_default();
        if mine >= share || held.ends.len() >= self.most {
            return false;
        }
        held.by_client.insert(client, mine.saturating_add(1));
        held.ends.push_back((now.plus_seconds(life), client));
        true
    }
}

impl Held {
    fn release(&mut self, client: Client) {
        if let Some(mine) = self.by_client.get_mut(&client) {
            *mine = mine.saturating_sub(1);
            if *mine == 0 {
                self.by_client.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use axum::body::Body;
    use axum::extract::Request;
    use schemas::time::Timestamp;

    use super::{Client, Peer, Shares};
    use crate::config::Config;

    fn config(origin: &str, limits: &str) -> Config {
        let text = format!(
            "version = 1\nlisten = \"127.0.0.1:1\"\norigin = \"{origin}\"\n\
             name = {{ en = \"A\" }}\n[limits]\n{limits}\n"
        );
        Config::from_toml(&text, Path::new("/")).unwrap()
    }

    fn client(config: &Config, peer: &str, headers: &[(&str, &str)]) -> Option<Client> {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        Client::of(config, &request)
    }

    fn at(address: &str) -> Option<Client> {
        Some(Client(address.parse().unwrap()))
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let local = config("http://localhost:1", "");
        for (peer, seen) in [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
            ("2001:db8:1:3::", "2001:db8:1:3::"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(client(&local, peer, &[]), at(seen), "{peer}");
        }
    }

    /// What a client says of itself stands before what the proxy says, and has no say.
    #[test]
    fn a_proxy_is_believed_where_the_configuration_says_so() {
        let one = ("x-forwarded-for", "198.51.100.9, 192.0.2.7");
        let real = ("x-real-ip", "2001:db8::1");
        let local = config("http://localhost:1", "");
        assert_eq!(client(&local, "127.0.0.1", &[one, real]), at("127.0.0.1"));
        let silent = config("https://neokyoto.example", "");
        assert_eq!(client(&silent, "127.0.0.1", &[one, real]), None);
        let forwarded = "client_header = \"x-forwarded-for\"";
        let forwarded = config("https://neokyoto.example", forwarded);
        assert_eq!(
            client(&forwarded, "127.0.0.1", &[one, real]),
            at("192.0.2.7")
        );
        let twice = [("x-forwarded-for", "198.51.100.8"), one];
        assert_eq!(client(&forwarded, "127.0.0.1", &twice), at("192.0.2.7"));
        for broken in ["", "unknown", "192.0.2.7:80", "192.0.2.7,"] {
            let broken = [("x-forwarded-for", broken)];
            assert_eq!(client(&forwarded, "127.0.0.1", &broken), at("127.0.0.1"));
        }
        let told = config("https://neokyoto.example", "client_header = \"x-real-ip\"");
        assert_eq!(client(&told, "127.0.0.1", &[one, real]), at("2001:db8::"));
    }

    #[test]
    fn each_holds_its_share_and_what_is_remembered_is_bounded() {
        let shares = Shares::new(5);
        let (one, two) = (at("192.0.2.1").unwrap(), at("192.0.2.2").unwrap());
        let now = Timestamp::from_unix(1_800_000_000);
        let takes = |client, now| shares.take(client, 3, now, 60);
        let taken = (0..10).filter(|_| takes(one, now)).count();
        assert_eq!(taken, 3);
        let later = now.plus_seconds(30);
        let taken = (0..10).filter(|_| takes(two, later)).count();
        assert_eq!(taken, 2, "all is held");
        assert!(!takes(one, now.plus_seconds(59)));
        let taken = (0..10).filter(|_| takes(one, now.plus_seconds(60))).count();
        assert_eq!(taken, 3);
        shares.take(two, 3, now.plus_seconds(1000), 60);
        let held = shares.held.lock().unwrap();
        assert_eq!((held.by_client.len(), held.ends.len()), (1, 1));
    }
}
