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
//!   ask again for whoever stays ([`status::ask`](crate::status::ask)).
//! - **That a model is harmless.** [`AssetFacts`](schemas::asset::AssetFacts) are handed in by whoever
//!   read the file within bounds (the crate `assets`).
//! - **Admission.** Verified is not wanted: [`AdmissionRules`](crate::AdmissionRules) are the world's.
//!
//! # How to choose a policy
//!
//! A [`Policy`](crate::Policy) is a TOML file that believes nobody until it names somebody.
//!
//! 1. Name the worlds whose avatars and items you let in, each with the types that you believe of it.
//!    `creators = "any"` says: whatever this world vouches for. A list says: only these creators.
//! 2. Worlds come and go in a federation? Name its trust list in place of each world, and the types
//!    for which it may speak.
//! 3. Start with the usual ages. `max_status_age_seconds` is how long a revoked avatar can still walk
//!    in; shorter asks issuers more often. Offline it has to be as long as your bundle is old.
//! 4. Name the names that must not be imitated: your staff, your world, the worlds that you believe.
//!    Begin with `on_lookalike = "note"`, look at the findings, then refuse.
//! 5. Ask `omote check --explain` or `GET /policy/explain` which rule decided.
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
//!         challenge: Challenge::new(nonce).map_err(|error| error.to_string())?,
//!         audience: Audience::new("decentralized_identifier:did:web:arena.example"),
//!         query: DcqlQuery::from_value(query).map_err(|error| error.to_string())?,
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
//! With a network, the crate `fetch` has the loop (`fetch::settle`); with another HTTP client, ask
//! [`Rounds`](crate::Rounds) what is wanted and tell it what came of it.
//!
//! # As an axum extractor
//!
//! A handler that takes `Admitted` runs only for whoever was verified:
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
//!             challenge: Challenge::new(answering.nonce).map_err(|_| refuse("bad_request"))?,
//!             audience: Audience::new("decentralized_identifier:did:web:arena.example"),
//!             query: arena.query.clone(),
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
