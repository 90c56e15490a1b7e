//! The people at the door: each has an avatar of a world that the one under load believes, with the
//! statement of a creator. Three signatures are checked for each of them.

use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use proofs::issue::Issuer;
use proofs::jws::{Typ, UnverifiedJws};
use proofs::keys::SigningKey;
use proofs::present::{Binding, sign};
use schemas::asset::MediaType;
use schemas::canonical;
use schemas::credential::{Asset, AssetProvenance, AvatarCredential, CredentialType, Validity};
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::form::Form;
use schemas::json::{Limits, Object, Value, read};
use schemas::presentation::UnsignedPresentation;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use tests::actors::{key, terms};
use verifier::{Creators, Evidence, Policy};

use crate::drive::{Pace, Plan, Run, Steps, drive};
use crate::world::{World, spent_here};
use tests::http::Connection;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// A person with an avatar.
struct Wallet {
    holder: SigningKey,
    avatar: Object,
}

/// Everybody.
pub(crate) struct Wallets {
    issuer: Did,
    wallets: Vec<Wallet>,
}

/// A response that waits to be sent.
pub(crate) struct Prepared {
    path: String,
    body: Vec<u8>,
    /// What the library judges of it.
    pub(crate) text: String,
    pub(crate) nonce: String,
    pub(crate) client: String,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a world in a process of its own has the machine's clock"
)]
pub(crate) fn clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.expect("a clock after 1970").as_secs();
    Timestamp::from_unix(i64::try_from(since).expect("a date"))
}

impl Wallets {
    pub(crate) fn new(count: usize) -> Self {
        let suite = Cryptosuite::EddsaJcs2022;
        let issuer = Issuer::of_key(key("load issuer"), suite);
        let creator = Issuer::of_key(key("load creator"), suite);
        let (yesterday, tomorrow) = (clock().plus_seconds(-86_400), clock().plus_seconds(86_400));
        let wallet = |number: usize| {
            let statement = AssetProvenance {
                creator: creator.did().clone(),
                validity: Validity::starting(yesterday),
                asset: Asset {
                    name: format!("Figure {number}"),
                    digest: Sha256Digest::of(&number.to_le_bytes()),
                    media_type: MediaType::GltfBinary,
                    byte_length: 1_000_000,
                    derived_from: Vec::new(),
                },
                license: terms(),
            };
            let statement = creator.issue(&statement.unsigned(), yesterday);
            let holder = key(&format!("load holder {number}"));
            let avatar = AvatarCredential {
                issuer: issuer.did().clone(),
                holder: holder.did_key(),
                validity: Validity::between(yesterday, tomorrow),
                persona_name: format!("Face {number}"),
                license: terms(),
                provenance: statement.expect("an honest creator").into_object(),
            };
            let avatar = issuer.issue(&avatar.unsigned(), yesterday);
            let avatar = avatar.expect("an honest world").into_object();
            Wallet { holder, avatar }
        };
        Self {
            issuer: issuer.did().clone(),
            wallets: (0..count).map(wallet).collect(),
        }
    }

    /// The policy of a world that believes the issuer of these avatars.
    pub(crate) fn policy(&self) -> String {
        self.believing().to_toml()
    }

    pub(crate) fn believing(&self) -> Policy {
        let types = vec![CredentialType::Avatar];
        Policy::nobody().with_issuer(self.issuer.clone(), types, Creators::Any)
    }

    /// What the library knows to begin with, as a world that has run for a while.
    pub(crate) fn evidence(&self) -> Evidence {
        Evidence::new().with_static_key(&self.issuer)
    }

    /// Whole admissions by a plan.
    pub(crate) fn admissions(&self, world: &World, plan: &Plan) -> Run {
        let steps = &["ask", "request", "wallet", "respond", "outcome"];
        self.counted(world, || {
            drive(
                "admission",
                steps,
                plan,
                usize::MAX,
                |connection, number| {
                    let mut steps = Steps::with_capacity(5);
                    let mut start = Instant::now();
                    let mut lap = || {
                        let time = start.elapsed();
                        start = Instant::now();
                        time
                    };
                    let (request, poll) = ask(connection, world)?;
                    steps.push(lap());
                    let object = fetch(connection, &request)?;
                    steps.push(lap());
                    let prepared = self.answer(number, &object)?;
                    steps.push(lap());
                    respond(connection, &prepared)?;
                    steps.push(lap());
                    let answer = connection.ask("GET", &poll, &[], b"").ok()?;
                    steps.push(lap());
                    let answered = answer.status == 200
                        && word(&object_of(&answer.body)?, "admission_token").is_some();
                    answered.then_some(steps)
                },
            )
        })
    }

    /// Responses that were prepared, by a plan.
    pub(crate) fn responses(&self, world: &World, plan: &Plan, prepared: &[Prepared]) -> Run {
        self.counted(world, || {
            let most = prepared.len();
            drive("response", &[], plan, most, |connection, number| {
                respond(connection, prepared.get(number)?)?;
                Some(Steps::new())
            })
        })
    }

    /// Asked, fetched and signed before anything is measured.
    pub(crate) fn prepare(&self, world: &World, count: usize, in_flight: usize) -> Vec<Prepared> {
        let made = Mutex::new(Vec::with_capacity(count));
        let plan = Plan {
            port: world.port,
            in_flight,
            time: Duration::from_secs(60),
            pace: Pace::AsFastAsItGoes,
        };
        drive("prepare", &[], &plan, count, |connection, number| {
            let (request, _) = ask(connection, world)?;
            let prepared = self.answer(number, &fetch(connection, &request)?)?;
            made.lock().expect("no worker panics").push(prepared);
            Some(Steps::new())
        });
        made.into_inner().expect("no worker panics")
    }

    /// What a wallet does with a request.
    fn answer(&self, number: usize, request: &str) -> Option<Prepared> {
        let claims = UnverifiedJws::parse(request, Typ::RequestObject).ok()?;
        let claims = claims.unverified_claims();
        let (nonce, client) = (word(claims, "nonce")?, word(claims, "client_id")?);
        let wallet = self.wallets.get(number % self.wallets.len())?;
        let binding = Binding {
            challenge: nonce,
            domain: client,
            created: clock(),
            suite: Cryptosuite::EddsaJcs2022,
        };
        let presented = vec![wallet.avatar.clone()];
        let presentation = UnsignedPresentation::new(&wallet.holder.did_key(), presented);
        let presentation = sign(&presentation, &binding, &wallet.holder).ok()?;
        let token = schemas::object! { "avatar" => vec![Value::Object(presentation)] };
        let text = canonical::to_text(&Value::Object(token));
        let form = Form::new()
            .with("vp_token", text.as_str())
            .with("state", word(claims, "state")?);
        Some(Prepared {
            path: World::path_of(word(claims, "response_uri")?).to_owned(),
            body: form.to_text().into_bytes(),
            text,
            nonce: nonce.to_owned(),
            client: client.to_owned(),
        })
    }

    fn counted(&self, world: &World, run: impl FnOnce() -> Run) -> Run {
        let before = (world.spent(), spent_here());
        let run = run();
        let after = (world.spent(), spent_here());
        let count = u32::try_from(run.whole.len()).unwrap_or(u32::MAX).max(1);
        let one = |before: (Duration, Duration), after: (Duration, Duration)| {
            let spent = |before: Duration, after: Duration| after.saturating_sub(before) / count;
            (spent(before.0, after.0), spent(before.1, after.1))
        };
        Run {
            world: one(before.0, after.0),
            wallets: one(before.1, after.1),
            ..run
        }
    }
}

/// The world's own server asks: the paths of the request and of the outcome.
fn ask(connection: &mut Connection, world: &World) -> Option<(String, String)> {
    let bearer = format!("Bearer {}", world.token);
    let headers = [
        ("Content-Type", "application/json"),
        ("Authorization", bearer.as_str()),
    ];
    let body = br#"{"preset":"avatar","by":"Load","instance":"lobby"}"#;
    let answer = connection.ask("POST", "/admissions", &headers, body).ok()?;
    if answer.status != 201 {
        return None;
    }
    let created = object_of(&answer.body)?;
    let link = Form::of_link(word(&created, "request_link")?).ok()?;
    let path = |url: &str| World::path_of(url).to_owned();
    Some((
        path(link.field("request_uri")?),
        path(word(&created, "poll_url")?),
    ))
}

/// The wallet fetches the signed request.
fn fetch(connection: &mut Connection, path: &str) -> Option<String> {
    let answer = connection.ask("GET", path, &[], b"").ok()?;
    (answer.status == 200).then(|| String::from_utf8(answer.body).ok())?
}

/// The wallet answers, and is let in.
fn respond(connection: &mut Connection, prepared: &Prepared) -> Option<()> {
    let answer = connection.ask("POST", &prepared.path, &[FORM], &prepared.body);
    (answer.ok()?.status == 200).then_some(())
}

fn object_of(bytes: &[u8]) -> Option<Object> {
    match read(bytes, &Limits::document()) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

fn word<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}
