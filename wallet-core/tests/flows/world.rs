//! A world as its protocols see it: it issues, asks and confirms; and it lies in one way when told.

mod issuing;
mod ledger;

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use proofs::data_integrity::{ProofOptions, sign};
use proofs::did_document::{DidDocument, Profile, build, key_history_service, ledger_service};
use proofs::did_key;
use proofs::issue::Issuer;
use proofs::jws::{self, HeaderKey, KeyRef, Typ, UnverifiedJws};
use proofs::keys::SigningKey;
use proofs::{sd_jwt, status_token};
use schemas::credential::{
    AvatarCredential, CredentialType, ItemCredential, UnsignedCredential, Validity,
};
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{self, Limits, Number, Object, Value};
use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
use schemas::license::Allowance;
use schemas::message::Message as _;
use schemas::object;
use schemas::oid4vci::credential::{CredentialRequest, Proofs};
use schemas::oid4vp::response::{AuthorizationResponse, ResponseOutcome, refusal};
use schemas::reason::Reason;
use schemas::receipt::{InstanceId, ReceiptClaims, ReceiptOutcome, UniqueId};
use schemas::status::{
    Bits, MIN_BITS, STATUS_LIST_MEDIA_TYPE, StatusEntry, StatusListCredential, StatusListToken,
    StatusMessage, StatusPurpose, StatusValues, TokenStatusEntry, ValueSize,
};
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::{
    Asked as QuestionAsked, AssetAsked, Audience, Challenge, Creators, Evidence, Policy,
    PresentationAsked, Question, verify,
};
use wallet_core::{Format, OsEntropy};

use crate::fixture::{later, now, provenance, terms};
use crate::http::{Answer, Asked, Reply, Server};
pub(crate) use issuing::{Issuing, PASSPORT};
pub(crate) use ledger::{Lost, Register};

pub(crate) const NONCE: &str = "n-0S6_WzA2Mj-n-0S6_WzA2Mj";

/// The one thing that a world does wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lie {
    #[default]
    None,
    // issuing
    AnotherNotificationAnswer,
    CredentialByKey,
    CredentialByOther,
    CredentialDiffers,
    CredentialExpired,
    CredentialForOtherKey,
    CredentialLooser,
    CredentialOfOtherType,
    CredentialProvenanceTampered,
    CredentialSignedByOther,
    CredentialTooMany,
    CredentialUnsigned,
    EndpointElsewhere,
    KeyHistoryOld,
    MetadataOfOther,
    NonceAlwaysStale,
    NonceOnceStale,
    NoDidDocument,
    NoKeyHistory,
    OfferHuge,
    OfferOfOther,
    OfferRedirects,
    PushElsewhere,
    RefillDiffers,
    RefillTooEarly,
    SdKeptBack,
    SdKeyBound,
    SdSaltsAgain,
    SdUnreferenced,
    ServerOfOther,
    ServersOfOther,
    StrangerRefusesCode,
    // saying what became of what was issued
    StatusByOther,
    StatusUnreachable,
    // asking
    RequestAudience,
    RequestByOther,
    RequestClientOther,
    RequestClientPrefix,
    RequestContentType,
    RequestExpired,
    RequestFuture,
    RequestHuge,
    RequestKidOfOther,
    RequestNonceShort,
    RequestNotBefore,
    RequestRedirects,
    RequestResponseElsewhere,
    RequestTransactionData,
    RequestTypMissing,
    RequestTypOther,
    RequestUnsigned,
    RequestWalletNonce,
    RequestX5c,
    // answering
    AnswerDropped,
    AnswerHangs,
    AnswerRedirects,
    AnswerRedirectsAway,
    AnswerRefused,
    ReceiptMissing,
    ReceiptOfOtherAnswer,
    ReceiptOfOtherNonce,
    ReceiptRefuses,
    ReceiptSignedByOther,
    ReceiptTyp,
    ReceiptWorldOther,
}

/// What a world asks for.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) nonce: String,
    pub(crate) query: Value,
    pub(crate) purpose: String,
    pub(crate) state: String,
    pub(crate) response_path: String,
    pub(crate) expires: i64,
    pub(crate) suites: Vec<String>,
    pub(crate) transaction_data: Vec<String>,
    /// `vp_formats_supported`, when it is another than usual.
    pub(crate) formats: Option<Object>,
    /// `omote_lease`.
    pub(crate) lease: Option<Value>,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            nonce: NONCE.to_owned(),
            query: query(&[("avatar", CredentialType::Avatar)]),
            purpose: "To show your name tag".to_owned(),
            state: "state-1".to_owned(),
            response_path: "/respond/k3y".to_owned(),
            expires: 300,
            suites: Vec::new(),
            transaction_data: Vec::new(),
            formats: None,
            lease: None,
        }
    }
}

/// A part of a query for an SD-JWT VC, which asks for these claims.
pub(crate) fn sd_jwt_part(id: &str, kind: CredentialType, claims: &[&[&str]]) -> Object {
    let path = |path: &&[&str]| object! { "path" => path.to_vec() };
    let mut part = object! {
        "id" => id,
        "format" => "dc+sd-jwt",
        "meta" => object! { "vct_values" => [kind.iri()] },
    };
    if !claims.is_empty() {
        part.insert("claims", claims.iter().map(path).collect::<Vec<_>>());
    }
    part
}

/// A query of these parts.
pub(crate) fn query_of(parts: &[Object]) -> Value {
    object! { "credentials" => parts.to_vec() }.into()
}

pub(crate) fn query(parts: &[(&str, CredentialType)]) -> Value {
    let part = |(id, kind): &(&str, CredentialType)| {
        object! {
            "id" => *id,
            "format" => "ldp_vc",
            "meta" => object! {
                "type_values" => [Value::from(vec![
                    "https://www.w3.org/2018/credentials#VerifiableCredential".to_owned(),
                    kind.iri().to_owned(),
                ])],
            },
            "claims" => [object! { "path" => match kind {
                CredentialType::Item => ["credentialSubject", "serial"],
                _ => ["credentialSubject", "personaName"],
            } }],
        }
    };
    object! { "credentials" => parts.iter().map(part).collect::<Vec<_>>() }.into()
}

#[derive(Debug, Default)]
struct Script {
    lie: Lie,
    ask: Ask,
    offered: Vec<CredentialType>,
    batch: Option<u32>,
    provenance: Option<Object>,
    formats: Vec<Format>,
    dates: Dates,
    suite: Option<Cryptosuite>,
    stale: usize,
    issued: u32,
    name: Option<String>,
    persona: Option<String>,
    status: Option<Status>,
    believed: Vec<(Did, Object)>,
    issuing: Issuing,
    register: Register,
}

/// How a world dates what it issues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dates {
    /// To the second.
    #[default]
    Exact,
    /// To the day, alike in all copies of all holders.
    Rounded,
}

/// What a world publishes of its credentials: copy after copy has the next bit.
#[derive(Clone, Debug)]
struct Status {
    purpose: StatusPurpose,
    said: Option<String>,
    set: Vec<u64>,
}

pub(crate) struct World {
    pub(crate) id: WorldId,
    pub(crate) server: Server,
    seed: [u8; 32],
    rotated: Arc<AtomicBool>,
    script: Arc<Mutex<Script>>,
}

struct Inside {
    id: WorldId,
    seed: [u8; 32],
    rotated: Arc<AtomicBool>,
    script: Arc<Mutex<Script>>,
}

impl World {
    pub(crate) fn new(seed: u8) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let id = WorldId::loopback(listener.local_addr().unwrap().port());
        let seed = [seed; 32];
        let script = Arc::new(Mutex::new(Script {
            offered: vec![CredentialType::Avatar],
            formats: vec![Format::LdpVc],
            batch: Some(3),
            ..Script::default()
        }));
        let rotated = Arc::new(AtomicBool::new(false));
        let inside = Inside {
            id: id.clone(),
            seed,
            rotated: Arc::clone(&rotated),
            script: Arc::clone(&script),
        };
        let server = Server::start(listener, move |asked| inside.answer(asked));
        Self {
            id,
            server,
            seed,
            rotated,
            script,
        }
    }

    pub(crate) fn lying(seed: u8, lie: Lie) -> Self {
        let world = Self::new(seed);
        world.lie(lie);
        world
    }

    /// Another key from now on; the history says so.
    pub(crate) fn rotate(&self) {
        self.rotated.store(true, Ordering::SeqCst);
    }

    pub(crate) fn lie(&self, lie: Lie) {
        self.script.lock().unwrap().lie = lie;
    }

    pub(crate) fn ask(&self, change: impl FnOnce(&mut Ask)) {
        change(&mut self.script.lock().unwrap().ask);
    }

    pub(crate) fn offer(&self, kinds: &[CredentialType], batch: Option<u32>) {
        let mut script = self.script.lock().unwrap();
        script.offered = kinds.to_vec();
        script.batch = batch;
    }

    /// Offers in these formats from now on.
    pub(crate) fn offer_in(&self, formats: &[Format]) {
        self.script.lock().unwrap().formats = formats.to_vec();
    }

    /// The name of the avatars that it issues from now on.
    pub(crate) fn name_avatars(&self, name: &str) {
        self.script.lock().unwrap().persona = Some(name.to_owned());
    }

    pub(crate) fn date(&self, dates: Dates) {
        self.script.lock().unwrap().dates = dates;
    }

    /// Changes how it issues.
    pub(crate) fn issuing(&self, change: impl FnOnce(&mut Issuing)) {
        change(&mut self.script.lock().unwrap().issuing);
    }

    /// What the person's browser brings back from the login page.
    pub(crate) fn login_answer(&self) -> String {
        let pushed = Inside::pushed(&self.script.lock().unwrap()).unwrap();
        let state = schemas::form::percent_encode(pushed.state.unwrap().reveal());
        let issuer = schemas::form::percent_encode(self.id.origin());
        format!("code=login-code&state={state}&iss={issuer}")
    }

    pub(crate) fn embed(&self, provenance: Object) {
        self.script.lock().unwrap().provenance = Some(provenance);
    }

    pub(crate) fn sign_with(&self, suite: Cryptosuite) {
        self.script.lock().unwrap().suite = Some(suite);
    }

    /// Names a list in what it issues from now on; no bit is set.
    pub(crate) fn publish_status(&self, purpose: StatusPurpose, said: Option<&str>) {
        self.script.lock().unwrap().status = Some(Status {
            purpose,
            said: said.map(str::to_owned),
            set: Vec::new(),
        });
    }

    /// Sets the bit of the so-manieth copy that it issued, counted from 1.
    pub(crate) fn set_status(&self, copy: u64) {
        let mut script = self.script.lock().unwrap();
        script.status.as_mut().unwrap().set.push(copy);
    }

    /// Takes back all that was set.
    pub(crate) fn clear_statuses(&self) {
        let mut script = self.script.lock().unwrap();
        script.status.as_mut().unwrap().set.clear();
    }

    /// The list as it is served now, and the DID document, as files.
    pub(crate) fn status_list(&self) -> Vec<u8> {
        let script = self.script.lock().unwrap();
        let list = self.inside().status_list(&script);
        schemas::canonical::object_to_bytes(&list)
    }

    pub(crate) fn document(&self) -> Vec<u8> {
        let name = self.script.lock().unwrap().name.clone();
        schemas::canonical::object_to_bytes(&self.inside().document(name.as_deref()))
    }

    /// What it calls itself in its document.
    pub(crate) fn call(&self, name: &str) {
        self.script.lock().unwrap().name = Some(name.to_owned());
    }

    /// A statement about the usual model, by this world as its creator.
    pub(crate) fn state(&self) -> Object {
        let facts = crate::fixture::facts(&crate::fixture::model());
        let stated = schemas::credential::AssetProvenance {
            creator: self.id.did(),
            validity: Validity::starting(later(-3600)),
            asset: schemas::credential::Asset {
                name: "Mika".to_owned(),
                digest: facts.sha256,
                media_type: schemas::asset::MediaType::GltfBinary,
                byte_length: facts.byte_length,
                derived_from: Vec::new(),
            },
            license: terms(),
        };
        let inside = self.inside();
        issued(
            &stated.unsigned(),
            inside.method(),
            inside.key(),
            Cryptosuite::EddsaJcs2022,
        )
    }

    pub(crate) fn believe(&self, other: &Self) {
        let inside = other.inside();
        let known = (other.id.did(), inside.document(None));
        self.script.lock().unwrap().believed.push(known);
    }

    pub(crate) fn offer_link(&self) -> String {
        let uri = format!("{}/offer/1", self.id.origin());
        let uri = schemas::form::percent_encode(&uri);
        format!("openid-credential-offer://?credential_offer_uri={uri}")
    }

    pub(crate) fn request_link(&self) -> String {
        let client = schemas::form::percent_encode(&self.client_id());
        let uri = schemas::form::percent_encode(&format!("{}/request/1", self.id.origin()));
        format!("openid4vp://?client_id={client}&request_uri={uri}")
    }

    pub(crate) fn client_id(&self) -> String {
        format!("decentralized_identifier:{}", self.id.did())
    }

    /// The request object as it is signed now.
    pub(crate) fn request_object(&self) -> String {
        let script = self.script.lock().unwrap();
        self.inside().request(&script, None)
    }

    pub(crate) fn requests(&self, path: &str) -> usize {
        self.server
            .asked()
            .iter()
            .filter(|asked| asked.path.starts_with(path))
            .count()
    }

    fn inside(&self) -> Inside {
        Inside {
            id: self.id.clone(),
            seed: self.seed,
            rotated: Arc::clone(&self.rotated),
            script: Arc::clone(&self.script),
        }
    }
}

impl Inside {
    fn has_rotated(&self) -> bool {
        self.rotated.load(Ordering::SeqCst)
    }

    fn key(&self) -> SigningKey {
        match self.has_rotated() {
            true => SigningKey::from_seed(&[self.seed[0] ^ 0x80; 32]),
            false => SigningKey::from_seed(&self.seed),
        }
    }

    fn fragment(&self) -> &'static str {
        match self.has_rotated() {
            true => "key-2",
            false => "key-1",
        }
    }

    fn method(&self) -> DidUrl {
        self.id.did().with_fragment(self.fragment()).unwrap()
    }

    /// The first key until now, the second one from now on.
    fn history(&self) -> KeyHistoryDocument {
        let first = SigningKey::from_seed(&self.seed);
        let listed = |fragment: &str, key: &SigningKey, state| KeyHistoryKey {
            id: self.id.did().with_fragment(fragment).unwrap(),
            multikey: key.verifying_key().multikey(),
            state,
        };
        let entry = |number, from, keys: Vec<KeyHistoryKey>, previous: Option<&String>| {
            let entry = KeyHistoryEntry {
                did: self.id.did(),
                number,
                from,
                keys,
                previous: previous.map(|text| Sha256Digest::of(text.as_bytes())),
            };
            let kid = self.id.did().with_fragment("key-1").unwrap();
            jws::sign(
                Typ::KeyHistory,
                KeyRef::Kid(&kid),
                &entry.to_object(),
                &first,
            )
        };
        let alone = vec![listed("key-1", &first, KeyState::Current)];
        let one = entry(1, later(-1_000_000), alone, None);
        let both = vec![
            listed("key-1", &first, KeyState::Retired(now())),
            listed("key-2", &self.key(), KeyState::Current),
        ];
        let two = entry(2, now(), both, Some(&one));
        KeyHistoryDocument {
            entries: vec![one, two],
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.id.origin())
    }

    fn document(&self, name: Option<&str>) -> Object {
        self.document_with(name, false)
    }

    fn document_with(&self, name: Option<&str>, keeps_ledger: bool) -> Object {
        let key = self.key().verifying_key();
        let profile = name.map(|name| Profile::new(name, None).unwrap().service());
        let history = self.has_rotated().then(|| key_history_service(&self.id));
        let ledger = keeps_ledger.then(|| ledger_service(&self.id));
        let services = profile.into_iter().chain(history).chain(ledger);
        let services: Vec<_> = services.collect();
        build(&self.id.did(), &[(self.fragment(), &key)], &services).unwrap()
    }

    fn status_list(&self, script: &Script) -> Object {
        let status = script.status.as_ref().unwrap();
        let mut bits = Bits::unset(0);
        for index in &status.set {
            assert!(bits.set(*index, true));
        }
        let list = StatusListCredential {
            url: self.url("/status/1").parse().unwrap(),
            issuer: self.id.did(),
            validity: Validity::between(later(-3600), later(86_400)),
            purpose: status.purpose,
            bits,
            ttl_seconds: 300,
        };
        match script.lie {
            Lie::StatusByOther => {
                let stranger = SigningKey::from_seed(&[99; 32]);
                signed(&list.unsigned(), self.method(), &stranger)
            }
            _ => issued(
                &list.unsigned(),
                self.method(),
                self.key(),
                Cryptosuite::EddsaJcs2022,
            ),
        }
    }

    fn token_list(&self, script: &Script) -> Answer {
        let mut values = StatusValues::zero(MIN_BITS, ValueSize::Two);
        for index in &script.status.as_ref().unwrap().set {
            assert!(values.set(*index, 1));
        }
        let list = StatusListToken {
            url: self.url("/status/2").parse().unwrap(),
            validity: Validity::between(later(-3600), later(86_400)),
            ttl_seconds: 300,
            values,
        };
        let token = status_token::sign(&list, &self.method(), &self.key());
        Reply::bytes(200, STATUS_LIST_MEDIA_TYPE, token.into_bytes())
    }

    /// Copy after copy the next place. Where dates are alike for everybody, so is the number of digits.
    fn place_in_list(script: &Script) -> u64 {
        let first = match script.dates {
            Dates::Exact => 0,
            Dates::Rounded => 100_000,
        };
        first + u64::from(script.issued)
    }

    fn status_entries(&self, script: &Script) -> Vec<StatusEntry> {
        let entry = |status: &Status| StatusEntry {
            purpose: status.purpose,
            index: Self::place_in_list(script),
            list: self.url("/status/1").parse().unwrap(),
            messages: status.said.as_ref().map(|said| {
                ["all is well", said.as_str()].map(|message| StatusMessage {
                    message: message.to_owned(),
                })
            }),
        };
        script.status.iter().map(entry).collect()
    }

    fn answer(&self, asked: &Asked) -> Answer {
        let mut script = self.script.lock().unwrap();
        let lie = script.lie;
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/.well-known/did.json") if lie != Lie::NoDidDocument => {
                Reply::json(self.document_with(script.name.as_deref(), script.register.kept))
            }
            ("GET", "/.well-known/did-history.json") if lie == Lie::NoKeyHistory => {
                Reply::json_with(503, Object::new())
            }
            ("GET", "/.well-known/did-history.json") if self.has_rotated() => {
                let old = lie == Lie::KeyHistoryOld;
                Reply::aged(if old { 3600 } else { 0 }, self.history().to_object())
            }
            ("GET", "/status/1") if lie == Lie::StatusUnreachable => {
                Reply::json_with(503, Object::new())
            }
            ("GET", "/status/1") => Reply::json(self.status_list(&script)),
            ("GET", "/status/2") => self.token_list(&script),
            ("GET", "/offer/1") => self.answer_offer(&script),
            ("GET", "/.well-known/openid-credential-issuer") => self.answer_metadata(&script),
            ("GET", "/.well-known/oauth-authorization-server") => self.answer_server(&script),
            ("POST", "/token") => self.answer_token(&mut script, asked),
            ("POST", "/par") => self.answer_push(&mut script, asked),
            ("POST", "/deferred") => self.answer_deferred(&mut script, asked),
            ("POST", "/nonce") => Reply::json(object! { "c_nonce" => "c-nonce-1" }),
            ("POST", "/credential") => self.answer_credential(&mut script, asked),
            (_, path) if path.starts_with("/items/") => self.answer_ledger(&mut script, asked),
            ("POST", "/notification") if lie == Lie::AnotherNotificationAnswer => {
                Reply::json_with(400, object! { "error" => "invalid_notification_id" })
            }
            ("POST", "/notification") => Reply::bytes(204, "text/plain", Vec::new()),
            ("GET" | "POST", "/request/1") => self.answer_request(&script, asked),
            ("POST", path) if path == script.ask.response_path => {
                self.answer_response(&script, asked)
            }
            _ => Reply::json_with(404, object! { "error" => "not_found" }),
        }
    }

    fn answer_offer(&self, script: &Script) -> Answer {
        if script.lie == Lie::OfferRedirects {
            return Reply::redirect(302, &self.url("/offer/2"));
        }
        if script.lie == Lie::OfferHuge {
            return Reply::json(object! { "credential_issuer" => "a".repeat(10 << 20) });
        }
        let issuer = match script.lie {
            Lie::OfferOfOther => "https://b.example",
            _ => self.id.origin(),
        };
        let mut ids: Vec<String> = script
            .offered
            .iter()
            .flat_map(|kind| {
                script
                    .formats
                    .iter()
                    .map(|format| configuration(*kind, *format))
            })
            .collect();
        if script.issuing.passport {
            ids.push("passport".to_owned());
        }
        if script.issuing.login {
            return Reply::json(object! {
                "credential_issuer" => issuer,
                "credential_configuration_ids" => ids,
                "grants" => object! {
                    "authorization_code" => object! { "issuer_state" => "state-of-the-issuer" },
                },
            });
        }
        Reply::json(object! {
            "credential_issuer" => issuer,
            "credential_configuration_ids" => ids,
            "grants" => object! {
                "urn:ietf:params:oauth:grant-type:pre-authorized_code" => object! {
                    "pre-authorized_code" => "code-1",
                    "tx_code" => object! { "length" => 6, "input_mode" => "numeric" },
                },
            },
        })
    }

    fn answer_metadata(&self, script: &Script) -> Answer {
        let all = CredentialType::ALL
            .into_iter()
            .flat_map(|kind| Format::ALL.map(|format| (kind, format)));
        let configurations: Object = all
            .map(|(kind, format)| {
                let mut offered = object! {
                    "format" => format.name(),
                    "cryptographic_binding_methods_supported" => ["did:key"],
                    "proof_types_supported" => object! {
                        "jwt" => object! {
                            "proof_signing_alg_values_supported" => ["EdDSA"],
                        },
                    },
                };
                match format {
                    Format::DcSdJwt => offered.insert("vct", kind.iri()),
                    Format::LdpVc => offered.insert(
                        "credential_definition",
                        object! {
                            "@context" => ["https://www.w3.org/ns/credentials/v2"],
                            "type" => ["VerifiableCredential", kind.name()],
                        },
                    ),
                };
                (configuration(kind, format), Value::Object(offered))
            })
            .chain([issuing::passport()])
            .collect();
        let issuer = match script.lie {
            Lie::MetadataOfOther => "https://b.example",
            _ => self.id.origin(),
        };
        let credential_endpoint = match script.lie {
            Lie::EndpointElsewhere => "https://b.example/credential".to_owned(),
            _ => self.url("/credential"),
        };
        let mut metadata = object! {
            "credential_issuer" => issuer,
            "credential_endpoint" => credential_endpoint,
            "nonce_endpoint" => self.url("/nonce"),
            "deferred_credential_endpoint" => self.url("/deferred"),
            "notification_endpoint" => self.url("/notification"),
            "display" => [object! { "name" => "Neo Kyoto" }],
            "credential_configurations_supported" => configurations,
        };
        if script.lie == Lie::ServersOfOther {
            metadata.insert("authorization_servers", ["https://b.example"]);
        }
        if script.issuing.names_server {
            metadata.insert("authorization_servers", [issuer]);
        }
        if let Some(size) = script.batch {
            metadata.insert(
                "batch_credential_issuance",
                object! { "batch_size" => size },
            );
        }
        Reply::json(metadata)
    }

    fn answer_credential(&self, script: &mut Script, asked: &Asked) -> Answer {
        if !script.issuing.knows(asked.bearer.as_deref()) {
            return Reply::json_with(401, object! { "error" => "invalid_token" });
        }
        script.stale += 1;
        let stale = match script.lie {
            Lie::NonceOnceStale => script.stale == 1,
            Lie::NonceAlwaysStale => true,
            _ => false,
        };
        if stale {
            return Reply::json_with(400, object! { "error" => "invalid_nonce" });
        }
        let request = CredentialRequest::read(&asked.body).unwrap();
        let Some(Proofs::Jwt(proofs)) = &request.proofs else {
            panic!("no key proofs")
        };
        let mut holders: Vec<Did> = proofs.iter().map(|proof| self.proved(proof)).collect();
        holders.truncate(script.issuing.most.unwrap_or(usize::MAX));
        if script.lie == Lie::CredentialTooMany {
            holders.push(holders[0].clone());
        }
        let named = format!("{request:?}");
        let mut kinds = script.offered.iter().copied();
        let kind = match named.contains("passport") {
            true => CredentialType::Other,
            false => kinds.find(|kind| named.contains(kind.name())).unwrap(),
        };
        let is_text = named.contains(SD_JWT) || kind == CredentialType::Other;
        if kind == CredentialType::Item {
            self.enter(script, request.omote_holder);
        }
        if Self::loses(script, Lost::AfterCredential) {
            return None;
        }
        if script.issuing.defers {
            return Self::put_off(script, kind, is_text, holders);
        }
        self.issue_all(script, kind, is_text, &holders)
    }

    /// The DID of a key that was proved as it has to be.
    fn proved(&self, proof: &str) -> Did {
        let jws = UnverifiedJws::parse(proof, Typ::CredentialOfferProof).unwrap();
        let key = match jws.key_ref().clone() {
            HeaderKey::Kid(kid) => did_key::decode(kid.did()).unwrap(),
            HeaderKey::Jwk(key) => key,
            HeaderKey::X5c(_) => panic!("certificates"),
        };
        let claims = jws.verify(&key).unwrap().into_claims();
        assert_eq!(
            claims.get("aud").and_then(Value::as_str),
            Some(self.id.origin())
        );
        assert_eq!(
            claims.get("nonce").and_then(Value::as_str),
            Some("c-nonce-1")
        );
        // Refills come later.
        let issued = claims.get("iat").and_then(Value::as_i64).unwrap();
        assert!(issued >= now().unix());
        assert!(!claims.contains_key("iss"));
        did_key::encode(&key)
    }

    fn issue(&self, script: &Script, kind: CredentialType, holder: &Did) -> Object {
        let stranger = SigningKey::from_seed(&[99; 32]);
        let holder = match script.lie {
            Lie::CredentialForOtherKey => stranger.did_key(),
            _ => holder.clone(),
        };
        let mut license = terms();
        if script.lie == Lie::CredentialLooser {
            license.allow_redistribution = Some(Allowance::Allowed);
        }
        let mut provenance = script.provenance.clone().unwrap_or_else(provenance);
        if script.lie == Lie::CredentialProvenanceTampered {
            let subject = provenance.get_mut("credentialSubject").unwrap();
            subject.as_object_mut().unwrap().insert("byteLength", 1);
        }
        let validity = match script.dates {
            Dates::Exact => Self::validity(script),
            Dates::Rounded => rounded(),
        };
        let kind = match (script.lie, kind) {
            (Lie::CredentialOfOtherType, _) => CredentialType::Item,
            (_, kind) => kind,
        };
        let name = Self::persona_name(script);
        let issuer = match script.lie {
            Lie::CredentialByOther => "did:web:b.example".parse().unwrap(),
            _ => self.id.did(),
        };
        let unsigned = if kind == CredentialType::Item {
            ItemCredential {
                issuer: issuer.clone(),
                holder,
                validity,
                item_class: "sword".to_owned(),
                serial: 42,
                license,
                provenance,
                ledger_entry: script.register.entry(),
            }
            .unsigned()
        } else {
            AvatarCredential {
                issuer: issuer.clone(),
                holder,
                validity,
                persona_name: name.to_owned(),
                license,
                provenance,
            }
            .unsigned()
        };
        let unsigned = unsigned.with_status(&self.status_entries(script));
        let method = issuer.with_fragment(self.fragment()).unwrap();
        match script.lie {
            Lie::CredentialSignedByOther => signed(&unsigned, method, &stranger),
            Lie::CredentialUnsigned => unsigned.object().clone(),
            _ => {
                let suite = script.suite.unwrap_or(Cryptosuite::EddsaJcs2022);
                issued(&unsigned, method, self.key(), suite)
            }
        }
    }

    /// An SD-JWT VC: the truth, signed by the world.
    fn issue_sd_jwt(&self, script: &Script, kind: CredentialType, holder: &Did) -> String {
        let validity = match script.dates {
            Dates::Exact => Self::validity(script),
            Dates::Rounded => rounded(),
        };
        let provenance = script.provenance.clone().unwrap_or_else(provenance);
        let status = script.status.as_ref().map(|_| TokenStatusEntry {
            index: Self::place_in_list(script),
            list: self.url("/status/2").parse().unwrap(),
        });
        let (issuer, license, holder) = (self.id.did(), terms(), holder.clone());
        let unsigned = match kind {
            CredentialType::Item => ItemCredential {
                issuer,
                holder,
                validity,
                item_class: "sword".to_owned(),
                serial: 42,
                license,
                provenance,
                ledger_entry: script.register.entry(),
            }
            .unsigned_sd_jwt(status.as_ref()),
            _ => AvatarCredential {
                issuer,
                holder,
                validity,
                persona_name: Self::persona_name(script).to_owned(),
                license,
                provenance,
            }
            .unsigned_sd_jwt(status.as_ref()),
        };
        let salts: Vec<[u8; 16]> = (0..unsigned.digests())
            .map(|place| match script.lie {
                Lie::SdSaltsAgain => [u8::try_from(place).unwrap(); 16],
                _ => wallet_core::draw(&mut OsEntropy).unwrap(),
            })
            .collect();
        sd_jwt::issue(&unsigned, &salts, &self.key(), &self.method()).unwrap()
    }

    fn answer_request(&self, script: &Script, asked: &Asked) -> Answer {
        if script.lie == Lie::RequestRedirects {
            return Reply::redirect(302, &self.url("/request/2"));
        }
        let posted = schemas::oid4vp::link::RequestUriPost::read(&asked.body).unwrap();
        let nonce = posted.wallet_nonce.map(|nonce| nonce.as_str().to_owned());
        let text = match script.lie {
            Lie::RequestHuge => "a".repeat(10 << 20),
            _ => self.request(script, nonce),
        };
        let content_type = match script.lie {
            Lie::RequestContentType => "application/jwt",
            _ => "application/oauth-authz-req+jwt",
        };
        Reply::bytes(200, content_type, text.into_bytes())
    }

    fn request(&self, script: &Script, wallet_nonce: Option<String>) -> String {
        let (ask, lie) = (&script.ask, script.lie);
        let client_id = match lie {
            Lie::RequestClientOther => "decentralized_identifier:did:web:b.example".to_owned(),
            Lie::RequestClientPrefix => "redirect_uri:https://evil.example".to_owned(),
            _ => format!("decentralized_identifier:{}", self.id.did()),
        };
        let response_uri = match lie {
            Lie::RequestResponseElsewhere => "https://b.example/respond".to_owned(),
            _ => self.url(&ask.response_path),
        };
        let expires = if lie == Lie::RequestExpired {
            0
        } else {
            ask.expires
        };
        let issued = if lie == Lie::RequestFuture { 3600 } else { 0 };
        let aud = match lie {
            Lie::RequestAudience => "https://wallet.example",
            _ => "https://self-issued.me/v2",
        };
        let nonce = if lie == Lie::RequestNonceShort {
            "short"
        } else {
            &ask.nonce
        };
        let mut claims = object! {
            "client_id" => client_id,
            "response_type" => "vp_token",
            "response_mode" => "direct_post",
            "response_uri" => response_uri,
            "nonce" => nonce,
            "state" => ask.state.as_str(),
            "aud" => aud,
            "iat" => number(later(issued).unix()),
            "exp" => number(later(expires).unix()),
            "omote_purpose" => ask.purpose.as_str(),
            "client_metadata" => object! {
                "client_name" => "Sky Arena",
                "vp_formats_supported" => ask.formats.clone().unwrap_or_else(|| object! {
                    "dc+sd-jwt" => object! {
                        "sd-jwt_alg_values" => ["EdDSA", "Ed25519", "ES256"],
                        "kb-jwt_alg_values" => ["EdDSA", "Ed25519", "ES256"],
                    },
                    "ldp_vc" => suites_taken(&ask.suites),
                }),
            },
            "dcql_query" => ask.query.clone(),
        };
        if let Some(lease) = &ask.lease {
            claims.insert("omote_lease", lease.clone());
        }
        if let Some(nonce) = wallet_nonce {
            let nonce = if lie == Lie::RequestWalletNonce {
                "other".to_owned()
            } else {
                nonce
            };
            claims.insert("wallet_nonce", nonce);
        }
        if lie == Lie::RequestNotBefore {
            claims.insert("nbf", number(later(3600).unix()));
        }
        if lie == Lie::RequestTransactionData {
            claims.insert("transaction_data", ["e30"]);
        }
        if !ask.transaction_data.is_empty() {
            claims.insert("transaction_data", ask.transaction_data.clone());
        }
        let key = match lie {
            Lie::RequestByOther => SigningKey::from_seed(&[99; 32]),
            _ => self.key(),
        };
        let kid = match lie {
            Lie::RequestKidOfOther => "did:web:b.example#key-1".parse().unwrap(),
            _ => self.method(),
        };
        let typ = "oauth-authz-req+jwt";
        let by_hand = |header: Object| by_hand(&header, &claims, &key);
        match lie {
            Lie::RequestUnsigned => {
                by_hand(object! { "alg" => "none", "typ" => typ, "kid" => &kid })
            }
            Lie::RequestTypMissing => by_hand(object! { "alg" => "EdDSA", "kid" => &kid }),
            Lie::RequestTypOther => {
                by_hand(object! { "alg" => "EdDSA", "typ" => "JWT", "kid" => &kid })
            }
            Lie::RequestX5c => by_hand(object! {
                "alg" => "EdDSA", "typ" => typ, "kid" => &kid, "x5c" => ["MIIBszCCAVmgAwIBAgIUYmFuaw=="],
            }),
            _ => jws::sign(Typ::RequestObject, KeyRef::Kid(&kid), &claims, &key),
        }
    }

    fn answer_response(&self, script: &Script, asked: &Asked) -> Answer {
        let lie = script.lie;
        if lie == Lie::AnswerRedirects {
            return Reply::redirect(308, &self.url("/elsewhere"));
        }
        if lie == Lie::AnswerRedirectsAway {
            return Reply::redirect(307, "https://b.example/elsewhere");
        }
        if lie == Lie::AnswerDropped {
            return None;
        }
        if lie == Lie::AnswerHangs {
            std::thread::sleep(std::time::Duration::from_millis(500));
            return None;
        }
        let response = AuthorizationResponse::read(&asked.body).unwrap();
        let ResponseOutcome::Presented(_) = &response.outcome else {
            return Reply::json(Object::new());
        };
        assert_eq!(
            response.state.as_ref().map(|state| state.as_str()),
            Some(script.ask.state.as_str())
        );
        let form = schemas::form::Form::read(&asked.body, 1 << 20).unwrap();
        let bytes = form.field("vp_token").unwrap().as_bytes().to_vec();
        let reason = match lie {
            Lie::AnswerRefused => Some(Reason::CiDenied),
            _ => self.judge(script, &bytes),
        };
        if let Some(reason) = reason {
            return Reply::json_with(400, refusal(reason).to_object());
        }
        let other = SigningKey::from_seed(&[99; 32]);
        let digest =
            |text: &[u8], lies: bool| Sha256Digest::of(if lies { b"another" } else { text });
        let claims = ReceiptClaims {
            issuer: match lie {
                Lie::ReceiptWorldOther => WorldId::of_url("https://b.example").unwrap(),
                _ => self.id.clone(),
            },
            issued_at: now(),
            id: UniqueId::of_random(&[1; 16]),
            nonce_digest: digest(script.ask.nonce.as_bytes(), lie == Lie::ReceiptOfOtherNonce),
            presentation_digest: digest(&bytes, lie == Lie::ReceiptOfOtherAnswer),
            outcome: match lie {
                Lie::ReceiptRefuses => ReceiptOutcome::Rejected(Reason::CiDenied),
                _ => ReceiptOutcome::Accepted,
            },
            instance: InstanceId::new("lobby").unwrap(),
        }
        .to_object();
        let typ = if lie == Lie::ReceiptTyp {
            Typ::Admission
        } else {
            Typ::Receipt
        };
        let key = if lie == Lie::ReceiptSignedByOther {
            other
        } else {
            self.key()
        };
        let receipt = jws::sign(typ, KeyRef::Kid(&self.method()), &claims, &key);
        Reply::json(match lie {
            Lie::ReceiptMissing => Object::new(),
            _ => object! { "omote_receipt" => receipt },
        })
    }

    /// Judges an answer as a world does; `None` is acceptance.
    fn judge(&self, script: &Script, vp_token: &[u8]) -> Option<Reason> {
        let held = vec![CredentialType::Avatar, CredentialType::Item];
        let mut policy = Policy::nobody();
        let mut evidence = Evidence::new();
        for (did, document) in &script.believed {
            policy = policy.with_issuer(did.clone(), held.clone(), Creators::Any);
            let document = DidDocument::parse(&document.clone().into(), did).unwrap();
            evidence = evidence.with_document(document, now());
        }
        let query = schemas::dcql::DcqlQuery::from_value(&script.ask.query).unwrap();
        let asked = QuestionAsked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            challenge: Challenge::new(script.ask.nonce.clone()).unwrap(),
            audience: Audience::new(format!("decentralized_identifier:{}", self.id.did())),
            query,
            transaction_data: script.ask.transaction_data.clone(),
        });
        let question = Question {
            asked: &asked,
            asset: &AssetAsked::NotAsked,
            policy: &policy,
        };
        let report = verify(&question, vp_token, &evidence, now());
        match report.reason() {
            // It fetches no lists; all that is missing is one of them.
            None | Some(Reason::StatusUnavailable) => None,
            refused => refused,
        }
    }
}

/// What the identifiers of configurations for SD-JWT VCs end with.
const SD_JWT: &str = "_sd_jwt";

fn configuration(kind: CredentialType, format: Format) -> String {
    match format {
        Format::DcSdJwt => format!("{}{SD_JWT}", kind.name()),
        Format::LdpVc => kind.name().to_owned(),
    }
}

/// From one midnight to another, the same for everybody.
fn rounded() -> Validity {
    let today = now().unix().div_euclid(86_400);
    let midnight = |days: i64| Timestamp::from_unix((today + days) * 86_400);
    Validity::between(midnight(-1), midnight(30))
}

/// The world takes every suite when none is named.
fn suites_taken(suites: &[String]) -> Object {
    match suites {
        [] => Object::new(),
        suites => object! { "cryptosuite_values" => suites.to_vec() },
    }
}

fn number(seconds: i64) -> Value {
    Number::from_i64(seconds).unwrap().into()
}

fn issued(
    unsigned: &UnsignedCredential,
    method: DidUrl,
    key: SigningKey,
    suite: Cryptosuite,
) -> Object {
    let published = key.verifying_key();
    let issuer = Issuer::new(method, published, key, suite);
    issuer.issue(unsigned, now()).unwrap().into_object()
}

/// Signed without a look at whose key it is.
fn signed(unsigned: &UnsignedCredential, method: DidUrl, key: &SigningKey) -> Object {
    let options = ProofOptions::assertion(Cryptosuite::EddsaJcs2022, method, now());
    sign(unsigned.object(), &options, key).unwrap()
}

/// A token whose header says what no signer of ours would say.
fn by_hand(header: &Object, claims: &Object, key: &SigningKey) -> String {
    let part = |object: &Object| base64url::encode(&schemas::canonical::object_to_bytes(object));
    let input = format!("{}.{}", part(header), part(claims));
    let signature = match header.get("alg").and_then(Value::as_str) {
        Some("none") => String::new(),
        _ => base64url::encode(&key.sign(input.as_bytes()).to_bytes()),
    };
    format!("{input}.{signature}")
}

/// JSON text as a value.
pub(crate) fn parsed(bytes: &[u8]) -> Value {
    json::read(bytes, &Limits::document()).unwrap()
}
