//! A policy that says `review`: verified, and nobody is admitted.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use proofs::jws::{Typ, UnverifiedJws};
use proofs::keys::SigningKey;
use proofs::present::{self, Binding};
use schemas::admission::{AdmissionRequest, AdmissionState as Told, Ask, Decided};
use schemas::check::Verdict;
use schemas::digest::Sha256Digest;
use schemas::json::Value;
use schemas::license::LicenseTerms;
use schemas::message::Message;
use schemas::offering::Right;
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
use crate::asking::new_id;
use crate::clock::Clock;
use crate::issuing::template::Template;
use crate::store::{AdmissionState, Lot, NewOffer, NewToken, Place, Records, Spending, Taken};
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

/// A place in the status lists of the world.
async fn place(world: &Arc<World>) -> Place {
    let now = world.clock.now();
    let later = now.plus_seconds(60);
    let digest = |name: &str| Sha256Digest::of(name.as_bytes());
    let offer = NewOffer {
        offer: digest("offer"),
        code: digest("code"),
        grant: new_id().unwrap(),
        made: now,
        configuration: "avatar",
        template: "{}".to_owned(),
        copies: 1,
        expires: later,
    };
    world.store.add_offer(&offer).await.unwrap();
    let token = NewToken {
        token: digest("token"),
        expires: later,
    };
    world.store.redeem(offer.code, &token, now).await.unwrap();
    let spending = Spending {
        token: token.token,
        copies: 1,
        nonce: digest("nonce"),
        nonce_expires: later,
        notification: digest("notification"),
        valid_until: later,
        lot: Lot::draw(1).unwrap(),
    };
    match world.store.spend(&spending, now).await.unwrap() {
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
    let credential = Template::new(&right, &license, &provenance)
        .issue(world, &key.did_key(), &place(world).await, now)
        .unwrap();
    let client = world.config.client_id();
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
        challenge: Challenge::new(nonce).unwrap(),
        audience: Audience::new(client.as_str()),
        query: crate::asking::query_of(&Ask::Avatar).unwrap(),
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
