//! How to build on this crate: a short manual.
//!
//! # What is promised
//!
//! - **One entrance, one answer.** [`verify`](crate::verify) gives the same [`Report`](crate::Report)
//!   for the same question, bytes, evidence and time, on every machine. It has no clock, no network,
//!   no randomness and no state.
//! - **Nothing is accepted in silence.** Each [check](schemas::check::CheckId) has an outcome. What
//!   was asked for and of which nothing was heard is a refusal; what could not be decided is never an
//!   acceptance. Whether a check is asked follows from the question, never from what is absent in
//!   the input.
//! - **Trust before fetch.** [`Report::missing`](crate::Report::missing) names only what policy and
//!   the signatures around it allow to be fetched, so nobody who presents chooses where a world
//!   connects to.
//! - **Verified is another type.** [`VerifiedCredential`](crate::VerifiedCredential) comes out of an
//!   accepted report and from nowhere else. Read claims there, never from the bytes that came.
//! - **Bounded work.** Size, depth, members, proofs, presentations and steps of canonicalizing have
//!   limits; beyond them there is a reason code, no panic and no long silence.
//! - **Stable words.** Checks and reason codes are spelled alike in reports, HTTP, the command and
//!   `REASONS.md`.
//!
//! # What is not promised
//!
//! - **Who the person is.** A credential is bound to a key. Nothing here leads to a real-world
//!   identity, and two worlds that compare their reports learn no more than what both were shown.
//! - **That a challenge is used once.** Give each out once and consume it before you judge
//!   (one conditional statement in a store): a verifier without state cannot.
//! - **That it stays true.** A report holds for its moment. Status lists are as old as policy allows;
//!   ask again for whoever stays ([`status::ask`](crate::status::ask)). An item that was shown may have
//!   been given away since: a head counts for as long as its receipt says, and as policy lets it.
//! - **That a model is harmless.** [`AssetFacts`](schemas::asset::AssetFacts) are handed in by whoever
//!   read the file within bounds (the crate `assets`).
//! - **Admission.** Verified is not wanted: [`AdmissionRules`](crate::AdmissionRules) are the world's.
//!
//! # What to depend on
//!
//! Three crates of this workspace, none of them on a registry yet: `verifier`, which judges;
//! `schemas`, whose types questions and reports are made of; and `proofs`, for whoever fetches with an
//! HTTP client of its own and has to read DID documents. `fetch` is that client, made.
//!
//! ```toml
//! [dependencies]
//! verifier = { path = "../omote/verifier" }
//! schemas = { path = "../omote/schemas" }
//! proofs = { path = "../omote/proofs" }
//! ```
//!
//! # How to choose a policy
//!
//! A [`Policy`](crate::Policy) is a TOML file that believes nobody until it names somebody.
//!
//! 1. Name the worlds whose avatars and items you let in, each with the types that you believe of it.
//!    `creators = "any"` says: whatever this world vouches for. A list says: only these creators.
//! 2. Worlds come and go in a federation? Name its trust list in place of each world, and the types
//!    for which it may speak. Rules and lists add up: a list may believe creators whom a rule for
//!    the same world does not name.
//! 3. Start with the usual ages. `max_status_age_seconds` (300) is how long a revoked avatar can still
//!    walk in; shorter asks issuers more often. `max_document_age_seconds` (300) is the same for a key
//!    that was changed, `max_trust_list_age_seconds` (3600) for a world that was struck off a list,
//!    `max_presentation_age_seconds` (300) for an answer that is on its way. Offline they have to be as
//!    long as your bundle is old. A status list never outlives the `ttl` that its publisher gave it.
//! 4. Name the names that must not be imitated: your staff, your world, the worlds that you believe.
//!    Begin with `on_lookalike = "note"`, look at the findings, then refuse.
//! 5. Items change hands. A world with an item ledger is asked for the newest leaf of each item that is
//!    shown (the check `ledger`); `[ledger]` says how fresh that has to be, which witnesses have to have
//!    seen the ledger's log, and whether it matters that an item is active in another world. Heads that
//!    a wallet sends along go to [`Rounds::bring`](crate::Rounds::bring): then nobody has to be asked.
//! 6. Ask `omote check --explain`, `GET /policy/explain` or
//!    [`Report::explanations`](crate::Report::explanations) which rule decided.
//!
//! [`Policy::from_toml`](crate::Policy::from_toml) refuses whatever it does not know, so a misspelled
//! member trusts nobody by mistake. Every member stands in `platform/README.md` with its bounds.
//!
//! ```
//! let policy = verifier::Policy::from_toml(r#"
//! version = 1
//! max_status_age_seconds = 300
//!
//! [[issuer]]
//! did = "did:web:neokyoto.example"
//! types = ["AvatarCredential", "ItemCredential"]
//! creators = "any"
//!
//! [[trust_list]]
//! url = "https://federation.example/trust"
//! issuer = "did:web:federation.example"
//! types = ["AvatarCredential"]
//!
//! [names]
//! on_lookalike = "refuse"
//! [[names.known]]
//! name = "Staff"
//! "#)?;
//! assert_eq!(policy.rules().len(), 1);
//! # Ok::<(), verifier::PolicyError>(())
//! ```
//!
//! # In twenty lines, without a runtime
//!
//! What came, the nonce that you gave out, what you know of the outside, and the time:
//!
//! ```
//! use schemas::{dcql::DcqlQuery, json::Value, message::Message as _, time::Timestamp};
//! use verifier::{
//!     Asked, AssetAsked, Audience, Challenge, Evidence, Policy, PresentationAsked, Question,
//!     VerifiedCredential, verify,
//! };
//!
//! fn judge(
//!     vp_token: &[u8],
//!     nonce: &str,
//!     query: &Value,
//!     policy: &Policy,
//!     known: &Evidence,
//!     now: Timestamp,
//! ) -> Result<Vec<VerifiedCredential>, String> {
//!     let asked = Asked::Presentation(PresentationAsked {
//!         lease: verifier::LeaseAsked::NotAsked,
//!         challenge: Challenge::new(nonce).map_err(|error| error.to_string())?,
//!         audience: Audience::new("decentralized_identifier:did:web:arena.example"),
//!         query: DcqlQuery::from_value(query).map_err(|error| error.to_string())?,
//!         transaction_data: Vec::new(),
//!     });
//!     let question = Question { asked: &asked, asset: &AssetAsked::NotAsked, policy };
//!     let report = verify(&question, vp_token, known, now);
//!     // `report.missing()` says what to fetch before asking again: see `Rounds`.
//!     match report.accepted() {
//!         Some(accepted) => Ok(accepted.credentials().to_vec()),
//!         None => Err(report.reason().map_or("undecided", |reason| reason.code()).to_owned()),
//!     }
//! }
//!
//! # let query = schemas::json::read(br#"{"credentials":[{"id":"avatar","format":"ldp_vc",
//! #     "meta":{"type_values":[["https://w3id.org/omote/v1#AvatarCredential"]]}}]}"#,
//! #     &schemas::json::Limits::document()).unwrap();
//! # let (nobody, nothing, now) = (Policy::nobody(), Evidence::new(), Timestamp::from_unix(0));
//! # let refused = judge(b"{}", "n-0S6_WzA2MjOu7Zk9QmUg", &query, &nobody, &nothing, now);
//! # assert_eq!(refused.unwrap_err(), "vp_query_unsatisfied");
//! ```
//!
//! The nonce is one that you gave out, of at least 22 characters (128 bits); the audience is your whole
//! `client_id`; the query is the one that you asked with. [`Evidence::new`](crate::Evidence::new) knows
//! nothing, so the first report of an honest visitor is undecided and names what it misses.
//!
//! # SD-JWT credentials, of which a visitor shows only what you ask for
//!
//! The same entrance judges `dc+sd-jwt`: ask for it in the query, and judge the `vp_token` as it came.
//! Offer both formats as alternatives, the one that you like better first:
//!
//! ```
//! # use schemas::dcql::DcqlQuery;
//! # use schemas::message::Message as _;
//! let query = DcqlQuery::read(br#"{
//!     "credentials": [
//!         {"id": "avatar_sd_jwt", "format": "dc+sd-jwt",
//!          "meta": {"vct_values": ["https://w3id.org/omote/v1#AvatarCredential"]},
//!          "claims": [{"path": ["personaName"]}, {"path": ["license"]}, {"path": ["provenance"]}]},
//!         {"id": "avatar", "format": "ldp_vc",
//!          "meta": {"type_values": [["https://w3id.org/omote/v1#AvatarCredential"]]}}
//!     ],
//!     "credential_sets": [{"options": [["avatar_sd_jwt"], ["avatar"]]}]
//! }"#);
//! assert!(query.is_ok());
//! ```
//!
//! - **Ask for what you need.** `claims` names what may be withheld: `personaName`, or `itemClass` and
//!   `serial`, `license`, `provenance`. Without `claims` nothing of it is shown. Paths begin at the root.
//! - **Provenance and license are checks that you ask for.** `provenance` is asked when a part of the
//!   query names it, `license` when one names both, for two things are compared. Whatever is shown is
//!   judged, asked for or not. A report that says `not_asked` there has not looked: name both before you
//!   let a model in.
//! - **Read [`Subject::Partial`](schemas::credential::Subject::Partial).** Of a credential that was shown
//!   in part it has what was shown and nothing in place of the rest.
//! - **Key binding is asked for** unless a part says `require_cryptographic_holder_binding: false`. Then
//!   anybody who ever saw the credential can show it, and `holder`, `challenge` and `audience` are
//!   `not_asked` when no part asks.
//! - **What the visitor has to confirm** goes into `transaction_data` of the request and of
//!   [`PresentationAsked`](crate::PresentationAsked), the same texts in the same order: each has to be
//!   authorized by the key of a credential that it names, and nothing else (`kb_transaction_data`).
//! - **Another type** is believed where the policy names its `vct` as a whole IRI. Type metadata is never
//!   fetched: what a type extends or looks like decides nothing.
//! - **An issuer is a DID** in `iss`, and `kid` one of its keys. A key that the issuer has retired vouches
//!   for what says in `iat`, or else in `nbf`, that it was made in its time; certificates and keys in a
//!   header are refused.
//!
//! A text by itself, such as a wallet receives, is judged as
//! [`Asked::Credential`](crate::Asked::Credential), and has to be whole: one that was bound to somebody, or
//! in which a claim of our types is missing, is `sd_holder_reject`.
//!
//! # With an HTTP client of your own
//!
//! The crate `fetch` has the loop (`fetch::settle`). With another client, ask
//! [`Rounds`](crate::Rounds) what is wanted and tell it what came of it; that nothing came is worth
//! knowing too. Keep the evidence for the next visitor: it holds what is remembered, each thing with its
//! age, and the dates by which an older list is known for a replay.
//!
//! ```
//! use proofs::did_document::DidDocument;
//! use schemas::key_history::KEY_HISTORY_PATH;
//! use schemas::{did::Did, json, reason::Reason, time::Timestamp, world::WorldId};
//! use verifier::{Evidence, Fetched, Learned, Missing, Question, Report, Rounds, verify};
//!
//! /// `get` is GET over https, to public addresses only, without redirects, of at most a mebibyte.
//! fn settle(
//!     question: &Question<'_>,
//!     vp_token: &[u8],
//!     known: Evidence,
//!     now: Timestamp,
//!     get: impl Fn(&str) -> Option<Vec<u8>>,
//! ) -> (Report, Evidence) {
//!     let mut rounds = Rounds::new(known, now);
//!     loop {
//!         let report = verify(question, vp_token, rounds.evidence(), now);
//!         let wanted = rounds.wanted(&report);
//!         if wanted.is_empty() {
//!             return (report, rounds.into_evidence());
//!         }
//!         for missing in wanted {
//!             let list_at = |url: &str, none| get(url).map(Fetched::now).ok_or(none);
//!             let learned = match missing {
//!                 Missing::DidDocument(did) => {
//!                     let found = at(&did, "/.well-known/did.json").and_then(|url| get(&url));
//!                     let found = found.ok_or(Reason::DidResolutionFailed);
//!                     let read = found.and_then(|bytes| document(&did, &bytes));
//!                     Learned::Document(did, read.map(Box::new))
//!                 }
//!                 Missing::KeyHistory(did) => {
//!                     let found = at(&did, KEY_HISTORY_PATH).and_then(|url| get(&url));
//!                     let found = found.map(Fetched::now).ok_or(Reason::DidResolutionFailed);
//!                     Learned::KeyHistory(did, found)
//!                 }
//!                 Missing::StatusList(list) => {
//!                     let found = list_at(list.url.as_str(), Reason::StatusUnavailable);
//!                     Learned::StatusList(list, found)
//!                 }
//!                 Missing::TrustList(list) => {
//!                     let found = list_at(list.url.as_str(), Reason::TrustListUnavailable);
//!                     Learned::TrustList(list, found)
//!                 }
//!                 _ => continue, // a kind of thing that this program cannot fetch
//!             };
//!             rounds.learn(learned, question.policy);
//!         }
//!     }
//! }
//!
//! fn at(did: &Did, path: &str) -> Option<String> {
//!     Some(format!("{}{path}", WorldId::of_did(did).ok()?.origin()))
//! }
//!
//! fn document(did: &Did, bytes: &[u8]) -> Result<DidDocument, Reason> {
//!     let value = json::read(bytes, &json::Limits::document()).map_err(|error| error.reason())?;
//!     DidDocument::parse(&value, did).map_err(|error| error.reason())
//! }
//! # let asked = verifier::Asked::Credential(verifier::CredentialAsked {
//! #     types: Vec::new(),
//! #     holder: verifier::Holder::Anyone,
//! #     status: verifier::StatusAsked::Asked,
//! # });
//! # let (asset, policy) = (verifier::AssetAsked::NotAsked, verifier::Policy::nobody());
//! # let question = Question { asked: &asked, asset: &asset, policy: &policy };
//! # let now = Timestamp::from_unix(0);
//! # let (report, _) = settle(&question, b"{", Evidence::new(), now, |_| None);
//! # assert_eq!(report.reason(), Some(Reason::ParseError));
//! ```
//!
//! # As an axum extractor
//!
//! A handler that takes `Admitted` runs only for whoever was verified. Besides the crates above it
//! takes `axum` with its usual features, and `serde` with `derive`:
//!
//! ```
//! use std::collections::HashSet;
//! use std::sync::{Arc, Mutex};
//!
//! use axum::body::Bytes;
//! use axum::extract::{FromRequest, FromRequestParts as _, Query, Request};
//! use axum::http::StatusCode;
//! use schemas::{dcql::DcqlQuery, time::Timestamp};
//! use verifier::{
//!     Asked, AssetAsked, Audience, Challenge, Evidence, Policy, PresentationAsked, Question,
//!     VerifiedCredential, verify,
//! };
//!
//! struct Arena {
//!     policy: Policy,
//!     known: Mutex<Arc<Evidence>>,
//!     open: Mutex<HashSet<String>>, // nonces that were given out and not used
//!     query: DcqlQuery,
//!     clock: fn() -> Timestamp,
//! }
//!
//! struct Admitted(Vec<VerifiedCredential>);
//!
//! #[derive(serde::Deserialize)]
//! struct Answering {
//!     nonce: String,
//! }
//!
//! impl FromRequest<Arc<Arena>> for Admitted {
//!     type Rejection = (StatusCode, String);
//!
//!     async fn from_request(request: Request, arena: &Arc<Arena>) -> Result<Self, Self::Rejection> {
//!         let refuse = |reason: &str| (StatusCode::BAD_REQUEST, reason.to_owned());
//!         let (mut parts, body) = request.into_parts();
//!         let Query(answering) = Query::<Answering>::from_request_parts(&mut parts, arena)
//!             .await
//!             .map_err(|_| refuse("bad_request"))?;
//!         // Used once, whatever comes of it.
//!         if !arena.open.lock().unwrap().remove(&answering.nonce) {
//!             return Err(refuse("vp_replay"));
//!         }
//!         let request = Request::from_parts(parts, body);
//!         let bytes = Bytes::from_request(request, arena)
//!             .await
//!             .map_err(|_| refuse("body_too_large"))?;
//!         let asked = Asked::Presentation(PresentationAsked {
//!             lease: verifier::LeaseAsked::NotAsked,
//!             challenge: Challenge::new(answering.nonce).map_err(|_| refuse("bad_request"))?,
//!             audience: Audience::new("decentralized_identifier:did:web:arena.example"),
//!             query: arena.query.clone(),
//!             transaction_data: Vec::new(),
//!         });
//!         let question = Question {
//!             asked: &asked,
//!             asset: &AssetAsked::NotAsked,
//!             policy: &arena.policy,
//!         };
//!         let known = Arc::clone(&arena.known.lock().unwrap());
//!         let report = verify(&question, &bytes, &known, (arena.clock)());
//!         match report.accepted() {
//!             Some(accepted) => Ok(Self(accepted.credentials().to_vec())),
//!             None => Err(refuse(report.reason().map_or("undecided", |reason| reason.code()))),
//!         }
//!     }
//! }
//!
//! async fn enter(Admitted(credentials): Admitted) -> String {
//!     format!("welcome with {} credentials", credentials.len())
//! }
//!
//! fn routes(arena: Arc<Arena>) -> axum::Router {
//!     axum::Router::new().route("/enter", axum::routing::post(enter)).with_state(arena)
//! }
//! # let _ = routes;
//! ```
