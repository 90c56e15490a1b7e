//! Somebody on this machine who issues and publishes lists, and does it as a test says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use proofs::issue::Issuer;
use proofs::keys::SigningKey;
use schemas::canonical;
use schemas::credential::{AvatarCredential, UnsignedCredential, Validity};
use schemas::did::Did;
use schemas::json::Object;
use schemas::status::{Bits, MIN_BITS, StatusEntry, StatusListCredential, StatusPurpose};
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use schemas::trust_list::{TrustListCredential, TrustedCreators, TrustedIssuer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::holder::key;
use crate::town::{NOON, license, provenance};

/// What stands at a path: a body, and lines for the head of the answer.
#[derive(Clone, Default)]
struct Page {
    body: Vec<u8>,
    head: String,
    etag: Option<String>,
    status: Option<u16>,
}

#[derive(Default)]
struct Shelf {
    pages: BTreeMap<String, Page>,
    /// Path and status of every answer.
    answered: Vec<(String, u16)>,
}

pub(crate) struct Publisher {
    pub(crate) port: u16,
    issuer: Issuer,
    shelf: Arc<Mutex<Shelf>>,
}

impl Publisher {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let pages = Arc::clone(&shelf);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&pages)));
            }
        });
        Self {
            port,
            issuer: Issuer::of_key(SigningKey::from_seed(&[77; 32]), Cryptosuite::EddsaJcs2022),
            shelf,
        }
    }

    pub(crate) fn did(&self) -> &Did {
        self.issuer.did()
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// A policy that believes it.
    pub(crate) fn policy(&self) -> String {
        format!(
            "version = 1\n[[issuer]]\ndid = \"{}\"\ntypes = [\"AvatarCredential\"]\n\
             creators = \"any\"\n",
            self.did()
        )
    }

    pub(crate) fn sign(&self, unsigned: &UnsignedCredential) -> Vec<u8> {
        let issued = self.issuer.issue(unsigned, Timestamp::from_unix(NOON - 5));
        canonical::object_to_bytes(&issued.unwrap().into_object())
    }

    /// An avatar whose status is bit `index` of `/list`.
    pub(crate) fn avatar(&self, index: u64) -> Vec<u8> {
        let entry = StatusEntry {
            purpose: StatusPurpose::Revocation,
            index,
            list: self.address("/list").parse().unwrap(),
            messages: None,
        };
        let credential = AvatarCredential {
            issuer: self.did().clone(),
            holder: key(1).did_key(),
            validity: Validity::starting(Timestamp::from_unix(NOON - 100)),
            persona_name: "Mika".to_owned(),
            license: license(),
            provenance: provenance(),
        };
        self.sign(&credential.unsigned().with_status(&[entry]))
    }

    /// A list with these bits, made so many seconds before noon.
    pub(crate) fn list(&self, set: &[u64], before_noon: i64) -> Vec<u8> {
        let mut bits = Bits::unset(MIN_BITS);
        for index in set {
            assert!(bits.set(*index, true));
        }
        let from = Timestamp::from_unix(NOON - before_noon);
        let list = StatusListCredential {
            url: self.address("/list").parse().unwrap(),
            issuer: self.did().clone(),
            validity: Validity::between(from, from.plus_seconds(86_400)),
            purpose: StatusPurpose::Revocation,
            bits,
            ttl_seconds: 300,
        };
        self.sign(&list.unsigned())
    }

    /// A list of issuers whom it vouches for.
    pub(crate) fn trust_list(&self, listed: &[&str]) -> Vec<u8> {
        let from = Timestamp::from_unix(NOON - 10);
        let trusted = listed.iter().map(|did| TrustedIssuer {
            did: did.parse().unwrap(),
            types: vec!["AvatarCredential".to_owned()],
            creators: TrustedCreators::Any,
            validity: Validity {
                from: None,
                until: None,
            },
        });
        let list = TrustListCredential {
            url: self.address("/trust").parse().unwrap(),
            issuer: self.did().clone(),
            validity: Validity::between(from, from.plus_seconds(86_400)),
            trusted: trusted.collect(),
        };
        self.sign(&list.unsigned())
    }

    /// Serves this, with these lines in the head, each with its line end.
    pub(crate) fn serve(&self, path: &str, body: Vec<u8>, head: &str, etag: Option<&str>) {
        let page = Page {
            body,
            head: head.to_owned(),
            etag: etag.map(str::to_owned),
            status: None,
        };
        let mut shelf = self.shelf.lock().unwrap();
        shelf.pages.insert(path.to_owned(), page);
    }

    /// Serves a failure.
    pub(crate) fn fail(&self, path: &str, status: u16) {
        let page = Page {
            status: Some(status),
            ..Page::default()
        };
        let mut shelf = self.shelf.lock().unwrap();
        shelf.pages.insert(path.to_owned(), page);
    }

    /// The statuses of the answers so far.
    pub(crate) fn answered(&self, path: &str) -> Vec<u16> {
        let shelf = self.shelf.lock().unwrap();
        let mine = shelf.answered.iter().filter(|(asked, _)| asked == path);
        mine.map(|(_, status)| *status).collect()
    }
}

async fn answer(mut stream: TcpStream, shelf: Arc<Mutex<Shelf>>) {
    let mut head = Vec::new();
    let mut chunk = [0; 2048];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(count @ 1..) => head.extend_from_slice(&chunk[..count]),
            _ => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let known = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("if-none-match").then_some(value)
    });
    let text = {
        let mut shelf = shelf.lock().unwrap();
        let page = shelf.pages.get(&path).cloned();
        let (status, page) = match page {
            None => (404, Page::default()),
            Some(page) if page.etag.is_some() && page.etag.as_deref() == known => (304, page),
            Some(page) => (page.status.unwrap_or(200), page),
        };
        shelf.answered.push((path, status));
        let body = if status == 304 { Vec::new() } else { page.body };
        let etag = page.etag.map(|etag| format!("ETag: {etag}\r\n"));
        let mut text = format!(
            "HTTP/1.1 {status} x\r\nContent-Type: application/vc\r\nConnection: close\r\n\
             {}{}Content-Length: {}\r\n\r\n",
            page.head,
            etag.unwrap_or_default(),
            body.len()
        )
        .into_bytes();
        text.extend(body);
        text
    };
    let _ = stream.write_all(&text).await;
    let _ = stream.shutdown().await;
}

/// A document as an object.
pub(crate) fn object(bytes: &[u8]) -> Object {
    let value = schemas::json::read(bytes, &schemas::json::Limits::document());
    value.unwrap().as_object().unwrap().clone()
}
