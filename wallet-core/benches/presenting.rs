//! How long a wallet takes to choose among many credentials and to present one:
//! `cargo bench -p wallet-core --features hazmat [-- COUNT]`.
//!
//! Ten thousand avatars in a wallet on disk, a world on loopback that asks. Each time of choosing is the
//! first thing that a wallet does after it was opened, as with a command; a presentation goes from the
//! person's yes to the entry in the history, disk and loopback included: two changes that are on the
//! disk before the call goes on (put `TMPDIR` on a disk in memory to leave it out). Timing decides no test: this is
//! for reading. It stands here and not in `tests/compare`, which may not import a wallet; that one's
//! `run` prints it below its own table.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a measurement that cannot be made ends at once, and prints what it finds"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fetch::{Client, Policy};
use proofs::did_document::build;
use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use proofs::sd_jwt::issue;
use schemas::credential::{AvatarCredential, Validity};
use schemas::did::DidUrl;
use schemas::json::{Object, Value};
use schemas::license::LicenseTerms;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use schemas::{canonical, object};
use wallet_core::hazmat::{Issued, hold_issued};
use wallet_core::present::{self, VerifiedRequest, Wishes, prepare, send};
use wallet_core::provenance::{Statement, Terms, sign_with};
use wallet_core::{
    KdfParams, NewWallet, NoKeychain, OsEntropy, Passphrase, PersonaIndex, Seed, SeedOrigin,
    Unlock, Wallet, draw,
};

const ROUNDS: usize = 15;
/// What choosing may take.
const CHOOSING: Duration = Duration::from_millis(50);
/// What presenting may take.
const PRESENTING: Duration = Duration::from_millis(10);
const PASSPHRASE: &str = "an unlikely passphrase";

fn main() {
    let arguments = std::env::args().skip(1);
    let count = arguments.filter_map(|text| text.parse().ok()).next();
    let count: usize = count.unwrap_or(10_000);
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    fill(&home, count);
    println!("a wallet of {count} credentials, {ROUNDS} rounds: best and median");
    let last = format!("Mika {}", count - 1);
    let by_name = object! { "path" => ["personaName"], "values" => [last] };
    let path: Vec<Value> = vec!["license".into(), "authors".into(), Value::Null];
    let by_author = object! { "path" => path, "values" => ["Ren"] };
    let name = object! { "path" => ["personaName"] };
    for (what, claims) in [
        ("any avatar", vec![]),
        ("any avatar with its name", vec![name.clone()]),
        ("the one of this name", vec![by_name]),
        ("one by this author, below an object", vec![by_author]),
    ] {
        let world = Asking::start(query(&claims));
        report(&format!("choose {what}"), CHOOSING, |round| {
            choose(&home, &world, round)
        });
    }
    let world = Asking::start(query(&[name]));
    report("present, disk and loopback included", PRESENTING, |round| {
        present_one(&home, &world, round)
    });
}

/// The first thing after opening.
fn choose(home: &Path, world: &Asking, round: usize) -> Duration {
    let mut wallet = open(home);
    let request = world.request(&mut wallet, round);
    let begun = Instant::now();
    let prepared = prepare(
        &wallet,
        request,
        PersonaIndex::FIRST,
        &Wishes::default(),
        now(),
    );
    let took = begun.elapsed();
    prepared.unwrap();
    took
}

/// From the person's yes to the entry in the history.
fn present_one(home: &Path, world: &Asking, round: usize) -> Duration {
    let mut wallet = open(home);
    let request = world.request(&mut wallet, round);
    let wishes = Wishes::default();
    let prepared = prepare(&wallet, request, PersonaIndex::FIRST, &wishes, now()).unwrap();
    let digest = *prepared.disclosure().digest();
    let begun = Instant::now();
    let accepted = prepared.accept(&digest).unwrap();
    let presented = run(send(&world.client, &mut wallet, accepted, now()));
    let took = begun.elapsed();
    presented.unwrap();
    took
}

fn report(what: &str, bar: Duration, mut measure: impl FnMut(usize) -> Duration) {
    let mut times: Vec<Duration> = (0..ROUNDS).map(&mut measure).collect();
    times.sort();
    let (best, median) = (times[0], times[ROUNDS / 2]);
    let said = if median <= bar { "ok" } else { "MISSED" };
    println!("  {what:<44} {best:>10.2?} {median:>10.2?}  bar <= {bar:?}  {said}");
}

fn fill(home: &Path, count: usize) {
    let new = NewWallet {
        passphrase: &Passphrase::new(PASSPHRASE).unwrap(),
        kdf: KdfParams::MINIMUM,
        seed: &Seed::from_bytes([42; 32]),
        origin: SeedOrigin::New,
        first_persona: &"main".parse().unwrap(),
        now: now(),
    };
    let mut wallet = Wallet::create(home, &new, &NoKeychain, Box::new(OsEntropy)).unwrap();
    let issuer: WorldId = "https://issuer.example".parse().unwrap();
    let key = SigningKey::from_seed(&[1; 32]);
    let method = method(&issuer);
    let document = build(&issuer.did(), &[("key-1", &key.verifying_key())], &[]).unwrap();
    let license = LicenseTerms {
        authors: vec!["Ren".to_owned()],
        license_url: Some("https://vrm.dev/licenses/1.0/".to_owned()),
        ..LicenseTerms::default()
    };
    let provenance = provenance(&license);
    for number in 0..count {
        let name = format!("Mika {number}");
        let new = Issued {
            name: &name,
            issuer: &issuer,
            document: &document,
            copies: 1,
        };
        let mut issue = |holder: &schemas::did::Did| {
            let unsigned = AvatarCredential {
                issuer: issuer.did(),
                holder: holder.clone(),
                validity: Validity::between(now(), now().plus_seconds(9_000_000)),
                persona_name: name.clone(),
                license: license.clone(),
                provenance: provenance.clone(),
            }
            .unsigned_sd_jwt(None);
            let salts: Vec<[u8; 16]> = (0..unsigned.digests())
                .map(|_| draw(&mut OsEntropy).unwrap())
                .collect();
            issue(&unsigned, &salts, &key, &method).unwrap()
        };
        hold_issued(&mut wallet, &new, &mut issue, now()).unwrap();
    }
}

fn provenance(license: &LicenseTerms) -> Object {
    let model = assets::make::vrm1(&assets::make::Recipe::new(license.clone()));
    let facts = assets::inspect(&model, &assets::Limits::default()).unwrap();
    let statement = Statement {
        facts: &facts,
        name: "Mika",
        terms: Terms::OfTheFile,
        derived_from: &[],
        until: None,
        suite: schemas::suite::Cryptosuite::EddsaJcs2022,
    };
    let before = now().plus_seconds(-86_400);
    sign_with(SigningKey::from_seed(&[7; 32]), &statement, before).unwrap()
}

fn query(claims: &[Object]) -> Object {
    let mut part = object! {
        "id" => "avatar",
        "format" => "dc+sd-jwt",
        "meta" => object! { "vct_values" => ["https://w3id.org/omote/v1#AvatarCredential"] },
    };
    if !claims.is_empty() {
        part.insert("claims", claims.to_vec());
    }
    object! { "credentials" => [part] }
}

/// A world that asks on loopback.
struct Asking {
    id: WorldId,
    client: Client,
}

impl Asking {
    fn start(query: Object) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let id = WorldId::loopback(listener.local_addr().unwrap().port());
        let client = Client::new(Policy::public().allow_world(&id).unwrap());
        let own = id.clone();
        let asked = AtomicUsize::new(0);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(&own, &query, &asked, stream);
            }
        });
        Self { id, client }
    }

    fn request(&self, wallet: &mut Wallet, round: usize) -> VerifiedRequest {
        let confirmed = match wallet.confirmed(&self.id) {
            Ok(confirmed) => confirmed,
            Err(_) => wallet.confirm_origin(&self.id, &self.id, now()).unwrap(),
        };
        let part = |text: &str| schemas::form::percent_encode(text);
        let client_id = format!("decentralized_identifier:{}", self.id.did());
        let at = format!("{}/request/{round}", self.id.origin());
        let link = format!(
            "openid4vp://?client_id={}&request_uri={}",
            part(&client_id),
            part(&at)
        );
        let request = present::read_request(&link).unwrap();
        let mut entropy = OsEntropy;
        let opening = present::open(&self.client, &request, &confirmed, &mut entropy, now());
        run(opening).unwrap()
    }
}

fn answer(id: &WorldId, query: &Object, asked: &AtomicUsize, mut stream: TcpStream) {
    let mut reader = BufReader::new(&stream);
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() {
        return;
    }
    let path = line
        .split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).is_err() || header.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = header.trim_end().split_once(": ")
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    drop(reader.read_exact(&mut body));
    let key = SigningKey::from_seed(&[2; 32]);
    let (content_type, body) = match path.as_str() {
        "/.well-known/did.json" => {
            let keys = [("key-1", &key.verifying_key())];
            let document = build(&id.did(), &keys, &[]).unwrap();
            ("application/json", canonical::object_to_bytes(&document))
        }
        path if path.starts_with("/request/") => {
            let number = asked.fetch_add(1, Ordering::SeqCst);
            let claims = object! {
                "client_id" => format!("decentralized_identifier:{}", id.did()),
                "response_type" => "vp_token",
                "response_mode" => "direct_post",
                "response_uri" => format!("{}/respond", id.origin()),
                "nonce" => format!("nonce-of-the-measurement-{number}"),
                "aud" => "https://self-issued.me/v2",
                "dcql_query" => query.clone(),
            };
            let token = jws::sign(Typ::RequestObject, KeyRef::Kid(&method(id)), &claims, &key);
            ("application/oauth-authz-req+jwt", token.into_bytes())
        }
        _ => ("application/json", b"{}".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 200 X\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    drop(
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(&body)),
    );
}

fn method(world: &WorldId) -> DidUrl {
    world.did().with_fragment("key-1").unwrap()
}

fn open(home: &Path) -> Wallet {
    let passphrase = Passphrase::new(PASSPHRASE).unwrap();
    Wallet::open(home, Unlock::Passphrase(&passphrase), Box::new(OsEntropy)).unwrap()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn now() -> Timestamp {
    Timestamp::from_unix(1_790_000_000)
}
