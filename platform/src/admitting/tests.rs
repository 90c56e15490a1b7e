//! A policy that says `review`: verified, and nobody is admitted.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use proofs::jws::{Typ, UnverifiedJws};
use proofs::keys::SigningKey;
use proofs::present::{self, Binding};
use schemas::admission::{AdmissionRequest, AdmissionState as Told, Ask, Decided, Manner};
use schemas::check::Verdict;
use schemas::credential::{CredentialType, Format};
use schemas::digest::Sha256Digest;
use schemas::json::{Object, Value};
use schemas::ledger::TransferTerms;
use schemas::license::LicenseTerms;
use schemas::message::{Message, WireDocument};
use schemas::offering::{OfferTerms, Right};
use schemas::oid4vp::response::DirectPostAnswer;
use schemas::presentation::UnsignedPresentation;
use schemas::reason::Reason;
use schemas::receipt::{InstanceId, ReceiptClaims, ReceiptOutcome};
use schemas::records::RecordVerdict;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use verifier::{
    Admission as Policy, Asked, AssetAsked, Audience, Challenge, PresentationAsked, Report,
};

use super::{Answer, settle};
use crate::clock::Clock;
use crate::issuing::template::{Slots, Template};
use crate::store::offers::{Issuance, NewToken, Offers, Redeeming, Spending, Taken};
use crate::store::{AdmissionState, Lot, Place, Records};
use crate::world::{Founding, World};

const NOW: i64 = 1_800_000_000;

/// A world that believes itself.
async fn world(folder: &tempfile::TempDir) -> Arc<World> {
    let founding = Founding::loopback(4999, "Arena");
    let itself = founding.origin.clone();
    let config = founding
        .believing(vec![itself])
        .found(&folder.path().join("w"));
    let clock = Clock::fixed(Timestamp::from_unix(NOW));
    Arc::new(World::open(config.unwrap(), clock).await.unwrap())
}

/// A place in the status lists of the world, for the right to this face.
async fn place(world: &Arc<World>, right: &Right, provenance: &Object) -> Place {
    let terms = OfferTerms::new(right.clone(), provenance.clone());
    let (prepared, _) = world.prepare_offer(&terms).await.unwrap();
    let now = world.clock.now();
    let later = now.plus_seconds(60);
    let digest = |name: &str| Sha256Digest::of(name.as_bytes());
    world.store.add_offer(&prepared.offer).await.unwrap();
    let redeeming = Redeeming {
        code: prepared.offer.code,
        tx_code: None,
        token: NewToken {
            token: digest("token"),
            expires: later,
            expires_waiting: later,
            refresh: None,
            asked: Vec::new(),
            client: None,
        },
    };
    world.store.redeem(&redeeming, now).await.unwrap();
    let spending = Spending {
        token: digest("token"),
        copies: 1,
        nonce: digest("nonce"),
        nonce_expires: later,
    };
    let issuance = Issuance {
        notification: digest("notification"),
        valid_until: later,
        lot: Lot::draw(1).unwrap(),
        mint: None,
    };
    let taken = world.store.spend(&spending, &issuance, now).await;
    match taken.unwrap() {
        Taken::Done(mut places) => places.remove(0),
        other => panic!("{other:?}"),
    }
}

/// An accepted presentation of an avatar of this world, made for this nonce.
async fn accepted(world: &Arc<World>, nonce: &str) -> (Report, Sha256Digest) {
    let model = assets::make::vrm1(&assets::make::Recipe::new(LicenseTerms::default()));
    let provenance = world.state_provenance(&model, "Mika").unwrap();
    let right = Right::Avatar {
        persona: "Mika".to_owned(),
    };
    let key = SigningKey::from_seed(&[1; 32]);
    let now = world.clock.now();
    let subject = provenance.get("credentialSubject").unwrap();
    let license = LicenseTerms::from_value(subject.get("license").unwrap()).unwrap();
    let place = place(world, &right, &provenance).await;
    let slots = Slots {
        holder: &key.did_key(),
        place: &place,
        entry: None,
    };
    let issued = Template::new(&right, TransferTerms::FREE, &license, &provenance)
        .issue(world, Format::LdpVc, &slots, now)
        .unwrap();
    let WireDocument::Object(credential) = issued else {
        panic!("a document");
    };
    let client = world.askers.standing();
    let client = client.client_id();
    let binding = Binding {
        challenge: nonce,
        domain: client.as_str(),
        created: now,
        suite: Cryptosuite::EddsaJcs2022,
    };
    let unsigned = UnsignedPresentation::new(&key.did_key(), vec![credential]);
    let presentation = present::sign(&unsigned, &binding, &key).unwrap();
    let token = schemas::object! { "avatar" => vec![presentation] };
    let bytes = schemas::canonical::object_to_bytes(&token);
    let asked = Asked::Presentation(PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge: Challenge::new(nonce).unwrap(),
        audience: Audience::new(client.as_str()),
        query: crate::asking::query_for(&[CredentialType::Avatar]).unwrap(),
        transaction_data: Vec::new(),
    });
    let digest = Sha256Digest::of(&bytes);
    let policy = world.believing.policy();
    let report = world
        .judge(asked, AssetAsked::NotAsked, policy, Bytes::from(bytes))
        .await
        .unwrap();
    assert_eq!(report.verdict(), Verdict::Accepted, "{:?}", report.reason());
    (report, digest)
}

#[tokio::test]
async fn what_has_to_be_reviewed_is_neither_admitted_nor_refused() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder).await;
    let asked = AdmissionRequest {
        ask: Ask::Avatar,
        by: "Arena".to_owned(),
        instance: InstanceId::new("lobby").unwrap(),
        purpose: None,
        manner: Manner::default(),
    };
    let created = world.ask(&asked).await.unwrap();
    let id = created.id.as_str();
    let admission = world.store.admission_by_id(id).await.unwrap().unwrap();
    let nonce = "n".repeat(43);
    let (report, presented) = accepted(&world, &nonce).await;
    let answer = Answer {
        asked: &asked,
        presented,
        nonce: Sha256Digest::of(nonce.as_bytes()),
        back: None,
    };
    let response = settle(&world, &admission, &answer, &report, &Policy::Review).await;
    let response = response.unwrap();
    assert_eq!(response.status(), StatusCode::OK);

    // The wallet is told so, and its receipt does not say that it was let in.
    let body = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .unwrap();
    let told = DirectPostAnswer::read(&body).unwrap();
    assert_eq!(
        (told.admission, told.admission_token),
        (Some(Decided::Review), None)
    );
    let receipt = told.receipt.unwrap();
    let jws = UnverifiedJws::parse(receipt.as_str(), Typ::Receipt).unwrap();
    let claims = jws
        .verify(&world.identity().keys.signing.verifying_key())
        .unwrap();
    let claims = ReceiptClaims::from_value(&Value::Object(claims.into_claims())).unwrap();
    let outcome = ReceiptOutcome::Indeterminate(Reason::AdmissionReview);
    assert_eq!(claims.outcome, outcome);

    // The world that asked hears it in a state of its own.
    let standing = world.standing(&created.id).await.unwrap().unwrap();
    let Told::Review {
        judged,
        receipt: theirs,
    } = &standing
    else {
        panic!("{standing:?}");
    };
    assert_eq!(theirs, &receipt);
    assert_eq!(judged.decision.admission, Decided::Review);
    assert_eq!(judged.decision.shown.len(), 1);

    // And so do the records.
    let closed = world.store.admission_by_id(id).await.unwrap().unwrap();
    assert_eq!(closed.state, AdmissionState::Review);
    let records = world.decisions().await.unwrap();
    let record = &records.decisions[0];
    assert_eq!(
        (record.verdict, record.outcome),
        (RecordVerdict::Accepted, Some(Decided::Review))
    );
}

/// A result that does not open, in a store that was edited or belongs to another key, is a fault and
/// not "nothing".
#[tokio::test]
async fn a_broken_result_is_a_fault_of_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder).await;
    let asked = AdmissionRequest {
        ask: Ask::Avatar,
        by: "Arena".to_owned(),
        instance: InstanceId::new("lobby").unwrap(),
        purpose: None,
        manner: Manner::default(),
    };
    let created = world.ask(&asked).await.unwrap();
    let id = created.id.as_str();
    let admission = world.store.admission_by_id(id).await.unwrap().unwrap();
    let nonce = "n".repeat(43);
    let (report, presented) = accepted(&world, &nonce).await;
    let answer = Answer {
        asked: &asked,
        presented,
        nonce: Sha256Digest::of(nonce.as_bytes()),
        back: None,
    };
    let admit = Policy::Admit;
    settle(&world, &admission, &answer, &report, &admit)
        .await
        .unwrap();
    assert!(world.standing(&created.id).await.unwrap().is_some());
    sqlx::query("UPDATE admissions SET result = X'00'")
        .execute(&world.store.writer_for_tests())
        .await
        .unwrap();
    let broken = world.standing(&created.id).await.unwrap_err();
    assert_eq!(broken.reason(), Reason::DbUnavailable);
}
