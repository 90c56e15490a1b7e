//! Names that resolve to where nobody may go, names that change their answer, and TLS.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{RootCertStore, ServerConfig};
use schemas::reason::Reason;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::server::{Answer, Server, json_reply, reply};
use super::world::{Answers, client_of_the_small_internet};
use crate::error::{Cause, FetchError};
use crate::guard::{Range, Refusal};
use crate::purpose::Times;
use crate::tls::Tls;
use crate::{Client, Policy, Purpose, Redirects, Response};

const HOST: &str = "world.example";

#[tokio::test]
async fn a_name_with_one_bad_address_is_not_contacted() {
    let server = Server::start(|_| json_reply("{}")).await;
    let policy = Policy::public().allow_port(server.port());
    for (answers, range) in [
        (&["127.0.0.1"][..], Range::Loopback),
        (&["93.184.215.14", "127.0.0.1"], Range::Loopback),
        (&["127.0.0.1", "93.184.215.14"], Range::Loopback),
        (&["2606:4700::1111", "::1"], Range::Loopback),
        (&["::ffff:127.0.0.1"], Range::Ipv4Mapped),
        (&["10.0.0.1"], Range::Private),
        (&["169.254.169.254"], Range::LinkLocal),
        (&["100.64.0.1"], Range::CarrierNat),
        (&["192.0.0.1"], Range::IetfProtocol),
        (&["fd00::1"], Range::UniqueLocal),
        (&["fe80::1"], Range::LinkLocal),
        (&["64:ff9b::7f00:1"], Range::Loopback),
        (&["0.0.0.0"], Range::ThisNetwork),
    ] {
        let names = Answers::new(&[answers]);
        let client = Client::configured(policy.clone(), Times::default(), names.clone());
        let url = format!("https://{HOST}:{}/", server.port());
        let error = client.json(Purpose::DidDocument, &url).await.unwrap_err();
        assert_eq!(
            error.cause(),
            &Cause::Refused(Refusal::Address(range)),
            "{answers:?}"
        );
        assert_eq!(error.reason(), Reason::DidResolutionBlocked);
        assert_eq!(names.lookups(), 1);
    }
    assert_eq!(server.accepted(), 0);
}

#[tokio::test]
async fn refused_urls_are_not_even_looked_up() {
    let server = Server::start(|_| json_reply("{}")).await;
    let named = Server::start(|_| json_reply("{}")).await;
    let policy = Policy::public().allow_loopback(&named.origin()).unwrap();
    let names = Answers::new(&[&["127.0.0.1"]]);
    let client = Client::configured(policy, Times::default(), names.clone());
    let port = server.port();
    for url in [
        format!("http://localhost:{port}/"),
        format!("https://localhost:{port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://127.1:{port}/"),
        format!("http://{HOST}:{port}/"),
        format!("https://{HOST}:{port}/"),
        format!("https://localhost:{}/", named.port()),
        format!("http://127.0.0.1:{}/", named.port()),
    ] {
        let error = client.json(Purpose::RequestObject, &url).await.unwrap_err();
        assert!(matches!(error.cause(), Cause::Refused(_)), "{url}: {error}");
        assert_eq!(error.reason(), Reason::RequestUriBlocked);
        let error = client
            .post_form(Purpose::Token, &url, &[])
            .await
            .unwrap_err();
        assert_eq!(error.reason(), Reason::FetchBlocked);
    }
    assert_eq!(
        (server.accepted(), named.accepted(), names.lookups()),
        (0, 0, 0)
    );
}

#[tokio::test]
async fn a_name_without_address_is_named() {
    let client = Client::configured(Policy::public(), Times::default(), Answers::new(&[&[]]));
    let error = client
        .json(Purpose::DidDocument, "https://world.example/")
        .await
        .unwrap_err();
    assert_eq!(
        (error.cause(), error.reason()),
        (&Cause::Lookup, Reason::DidResolutionFailed)
    );
}

/// Two servers of the small internet on one port, with a certificate for [`HOST`].
struct Twins {
    first: Server,
    second: Server,
    certificate: CertificateDer<'static>,
}

impl Twins {
    async fn start(first: fn(&str) -> Answer) -> Self {
        let (acceptor, certificate) = certified(HOST);
        let address: SocketAddr = "127.0.0.2:0".parse().unwrap();
        let first = Server::bind(address, Some(acceptor.clone()), first).await;
        let address = SocketAddr::new("127.0.0.3".parse().unwrap(), first.port());
        let second = Server::bind(address, Some(acceptor), |_| json_reply("{}")).await;
        Self {
            first,
            second,
            certificate,
        }
    }

    fn client(&self, names: Arc<Answers>) -> Client {
        let policy = Policy::public().allow_port(self.first.port());
        client_of_the_small_internet(policy, names, trusting(&self.certificate))
    }

    async fn get(&self, client: &Client) -> Result<Response, FetchError> {
        let url = format!("https://{HOST}:{}/", self.first.port());
        let redirects = Redirects::Checked { max: 3 };
        client
            .bytes(Purpose::World, &url, &["application/json"], 1000, redirects)
            .await
    }

    fn accepted(&self) -> (usize, usize) {
        (self.first.accepted(), self.second.accepted())
    }
}

fn certified(host: &str) -> (TlsAcceptor, CertificateDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![host.to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let der = certificate.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![der.clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), der)
}

fn trusting(certificate: &CertificateDer<'static>) -> Tls {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    Tls::with_roots(roots)
}

#[tokio::test]
async fn a_name_is_looked_up_once_for_a_connection_and_the_answer_is_where_it_goes() {
    let twins = Twins::start(|_| json_reply("{}")).await;
    // The second answer is what a rebinding name service would give between check and connection.
    let names = Answers::new(&[&["127.0.0.2"], &["127.0.0.3"], &["127.0.0.1"]]);
    let client = twins.client(names.clone());
    assert_eq!(twins.get(&client).await.unwrap().body(), b"{}");
    assert_eq!((names.lookups(), twins.accepted()), (1, (1, 0)));
    // No connection is kept from which an old answer would still be used, and none is resumed.
    assert!(twins.get(&client).await.is_ok());
    assert_eq!((names.lookups(), twins.accepted()), (2, (1, 1)));
    let error = twins.get(&client).await.unwrap_err();
    assert_eq!(
        error.cause(),
        &Cause::Refused(Refusal::Address(Range::Loopback))
    );
    assert_eq!((names.lookups(), twins.accepted()), (3, (1, 1)));
}

#[tokio::test]
async fn a_name_that_changes_between_redirects_is_caught() {
    let twins = Twins::start(|_| reply(302, &["location: /again"], b"")).await;
    let names = Answers::new(&[&["127.0.0.2"], &["10.0.0.1"]]);
    let error = twins.get(&twins.client(names.clone())).await.unwrap_err();
    assert_eq!(
        error.cause(),
        &Cause::Refused(Refusal::Address(Range::Private))
    );
    assert_eq!((names.lookups(), twins.accepted()), (2, (1, 0)));
}

#[tokio::test]
async fn the_internet_does_not_lead_to_this_machine_even_where_it_is_named() {
    let local = Server::start(|_| json_reply("{}")).await;
    let (to_http, (acceptor, certificate)) = (local.url("/"), certified(HOST));
    let address: SocketAddr = "127.0.0.2:0".parse().unwrap();
    let server = Server::bind(address, Some(acceptor), move |_| {
        reply(302, &[&format!("location: {to_http}")], b"")
    })
    .await;
    let policy = Policy::public()
        .allow_port(server.port())
        .allow_loopback(&local.origin())
        .unwrap();
    let client = client_of_the_small_internet(
        policy,
        Answers::new(&[&["127.0.0.2"]]),
        trusting(&certificate),
    );
    let url = format!("https://{HOST}:{}/", server.port());
    let redirects = Redirects::Checked { max: 3 };
    let error = client
        .bytes(Purpose::World, &url, &["application/json"], 1000, redirects)
        .await
        .unwrap_err();
    assert_eq!(error.cause(), &Cause::Refused(Refusal::Downgrade));
    assert_eq!((server.accepted(), local.accepted()), (1, 0));
}

#[tokio::test]
async fn certificates_that_say_nothing_are_refused() {
    let twins = Twins::start(|_| json_reply("{}")).await;
    let policy = Policy::public().allow_port(twins.first.port());
    let (_, stranger) = certified(HOST);
    // The machine's roots, roots of another server, no roots at all.
    for tls in [
        Tls::default(),
        trusting(&stranger),
        Tls::with_roots(RootCertStore::empty()),
    ] {
        if tls.platform().is_err() {
            say_skipped();
            continue;
        }
        let names = Answers::new(&[&["127.0.0.2"]]);
        let client = client_of_the_small_internet(policy.clone(), names, tls);
        let error = twins.get(&client).await.unwrap_err();
        assert_eq!(
            (error.cause(), error.reason()),
            (&Cause::Tls, Reason::WorldUnreachable)
        );
    }
    // The right root and another name.
    let names = Answers::new(&[&["127.0.0.2"]]);
    let client = client_of_the_small_internet(policy, names, trusting(&twins.certificate));
    let url = format!("https://other.example:{}/", twins.first.port());
    let error = client.json(Purpose::DidDocument, &url).await.unwrap_err();
    assert_eq!(
        (error.cause(), error.reason()),
        (&Cause::Tls, Reason::DidResolutionFailed)
    );
    assert!(twins.first.requests().is_empty());
}

fn say_skipped() {
    // Not `println!`, which a test that passes swallows.
    let _ = std::io::stderr().write_all(b"skipped: this machine has no root certificates\n");
}

#[tokio::test]
async fn clear_text_where_tls_was_expected_is_refused() {
    if Tls::default().platform().is_err() {
        say_skipped();
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let client = Client::new(Policy::public().allow_loopback(&origin).unwrap());
    let (sent, found) = tokio::join!(
        async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{}";
            stream.write_all(answer).await.unwrap();
            let mut sent = Vec::new();
            let _ = stream.read_to_end(&mut sent).await;
            sent
        },
        client.json(Purpose::World, &origin),
    );
    let error = found.unwrap_err();
    assert_eq!(error.cause(), &Cause::Tls);
    assert!(!sent.windows(3).any(|window| window == b"GET"));
}

#[test]
fn no_proxy_is_taken_from_the_environment() {
    // The environment of this process is left alone: another run of one test has one of its own.
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let test = "client::tests::sending::a_form_and_json_arrive_as_they_were_given";
    let mut run = std::process::Command::new(std::env::current_exe().unwrap());
    run.args(["--exact", test])
        .env_remove("NO_PROXY")
        .env_remove("no_proxy");
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        run.env(name, &address);
    }
    let output = run.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
    assert_eq!(
        proxy.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock
    );
}
