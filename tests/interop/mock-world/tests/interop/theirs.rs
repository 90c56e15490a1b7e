//! The mock world, as a stranger sees it: over HTTP.

use std::sync::Arc;
use std::time::Duration;

use mock_world::party::Party;
use mock_world::server::router;
use mock_world::world::World;
use proofs::did_document::DidDocument;
use reqwest::{Client, Method};
use schemas::did::Did;
use schemas::json::{Limits, Value, read};
use tokio::net::TcpListener;

use crate::ours::{context, now, tomorrow, yesterday};

/// A client that waits for nobody for long.
pub(crate) fn client() -> Client {
    let client = Client::builder().no_proxy();
    client.timeout(Duration::from_secs(20)).build().unwrap()
}

/// The mock world, running.
pub(crate) struct Theirs {
    /// Its origin.
    pub(crate) origin: String,
    /// Itself, for what no stranger can do.
    pub(crate) world: Arc<World>,
    client: Client,
}

impl Theirs {
    /// Serves a new world until the test ends.
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let world = Arc::new(World::on_port(port, &context()).unwrap());
        let routes = router(world.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self {
            origin: format!("http://localhost:{port}"),
            world,
            client: client(),
        }
    }

    /// Somebody new, with a wallet on `ssi`.
    pub(crate) fn person(&self) -> Party {
        self.world.person().unwrap()
    }

    /// Its DID.
    pub(crate) fn did(&self) -> Did {
        self.world.party.did().parse().unwrap()
    }

    /// Its document, fetched and read by ours.
    pub(crate) async fn document(&self) -> DidDocument {
        let bytes = self.get("/.well-known/did.json").await;
        let value = read(&bytes, &Limits::document()).unwrap();
        DidDocument::parse(&value, &self.did()).unwrap()
    }

    /// What stands at a path.
    pub(crate) async fn get(&self, path: &str) -> Vec<u8> {
        self.call(Method::GET, path, Vec::new()).await.1
    }

    /// What it answers, and with which status.
    pub(crate) async fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> (u16, Vec<u8>) {
        self.call(Method::POST, path, body.into()).await
    }

    async fn call(&self, method: Method, path: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        let url = format!("{}{path}", self.origin);
        let request = self.client.request(method, url).body(body);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.bytes().await.unwrap().to_vec())
    }

    /// A credential of it for this holder, valid from yesterday until tomorrow.
    pub(crate) async fn issues(&self, path: &str, holder: &str) -> Vec<u8> {
        let body = serde_json::json!({
            "holder": holder,
            "validFrom": yesterday().to_string(),
            "validUntil": tomorrow().to_string(),
        });
        let (status, credential) = self.post(path, body.to_string()).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&credential));
        credential
    }

    /// From now on it believes this issuer.
    pub(crate) async fn believe(&self, issuer: &Did) {
        assert_eq!(self.post("/believe", issuer.as_str()).await.0, 204);
    }

    /// A new challenge and the domain that goes with it.
    pub(crate) async fn challenge(&self) -> (String, String) {
        let (_, answer) = self.post("/challenges", "").await;
        let answer = read(&answer, &Limits::message()).unwrap();
        let member = |name| answer.get(name).and_then(Value::as_str).unwrap().to_owned();
        (member("challenge"), member("domain"))
    }

    /// Its judgement of a document: `None` when it accepts it.
    pub(crate) async fn refuses(&self, path: &str, document: &[u8]) -> Option<String> {
        let (status, answer) = self.post(path, document).await;
        let answer = read(&answer, &Limits::message()).unwrap();
        let accepted = answer.get("accepted").and_then(Value::as_bool).unwrap();
        assert_eq!(accepted, status == 200);
        let why = answer.get("why").and_then(Value::as_str);
        assert_eq!(accepted, why.is_none(), "at {}", now());
        why.map(str::to_owned)
    }
}
