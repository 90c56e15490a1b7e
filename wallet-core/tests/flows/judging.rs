//! Judging what a person was handed.

use schemas::asset::Shape;
use schemas::canonical;
use schemas::check::CheckId;
use schemas::reason::Reason;
use verifier::Report;
use wallet_core::check::{
    CheckError, Handed, Judged, Judgment, Sort, Source, Trust, asked_by, judge_file,
};
use wallet_core::present::{self, Wishes, prepare, send};
use wallet_core::{OsEntropy, Outcome, PersonaIndex};

use crate::fixture::{Person, client, creator, model, now, provenance, run};
use crate::world::{World, parsed};

fn judge(worlds: &[&World], trust: &Trust, handed: &Handed<'_>) -> Result<Judged, CheckError> {
    let client = client(worlds);
    run(judge_file(Source::Network(&client), trust, handed, now()))
}

fn alone(bytes: &[u8]) -> Handed<'_> {
    Handed {
        bytes,
        model: None,
        request: None,
    }
}

fn report(judged: Judged) -> Report {
    match judged.finding {
        Judgment::Report(report) => *report,
        other => panic!("{other:?}"),
    }
}

fn a_credential(world: &World) -> Vec<u8> {
    let mut person = Person::new();
    let received = person.receive(world);
    world.server.forget();
    person
        .wallet
        .credential(&received.holdings[0].copies[0])
        .unwrap()
}

#[test]
fn a_credential_is_judged_by_what_the_person_confirmed() {
    let world = World::new(1);
    let credential = a_credential(&world);
    let judged = judge(&[&world], &Trust::nobody(), &alone(&credential)).unwrap();
    assert_eq!(judged.sort, Sort::Credential);
    assert_eq!(report(judged).reason(), Some(Reason::CredIssuerUntrusted));
    // Nobody is asked about a stranger's credential.
    assert!(world.server.asked().is_empty());
    let mut person = Person::new();
    person.confirm(&world);
    let trust = Trust::of_pins(&person.wallet).unwrap();
    let model = model();
    let handed = Handed {
        model: Some(&model),
        ..alone(&credential)
    };
    let found = report(judge(&[&world], &trust, &handed).unwrap());
    assert!(found.accepted().is_some(), "{found:?}");

    let mut other = model.clone();
    let last = other.len() - 1;
    other[last] ^= 1;
    let handed = Handed {
        model: Some(&other),
        ..alone(&credential)
    };
    let found = report(judge(&[&world], &trust, &handed).unwrap());
    assert_eq!(
        found.headline(),
        Some((CheckId::Asset, Reason::AssetHashMismatch))
    );

    let edited = String::from_utf8(credential)
        .unwrap()
        .replace("\"Mika\"", "\"Mica\"");
    let found = report(judge(&[&world], &trust, &alone(edited.as_bytes())).unwrap());
    assert_eq!(found.reason(), Some(Reason::SigInvalid));
}

#[test]
fn provenance_is_believed_of_named_creators() {
    let bytes = canonical::object_to_bytes(&provenance());
    let judged = judge(&[], &Trust::nobody(), &alone(&bytes)).unwrap();
    assert_eq!(judged.sort, Sort::Provenance);
    assert_eq!(report(judged).reason(), Some(Reason::CredIssuerUntrusted));
    let trust = Trust::nobody().with_creator(creator().did_key());
    let model = model();
    let handed = Handed {
        model: Some(&model),
        ..alone(&bytes)
    };
    assert!(
        report(judge(&[], &trust, &handed).unwrap())
            .accepted()
            .is_some()
    );
}

#[test]
fn a_model_by_itself_has_facts_and_no_verdict() {
    let bytes = model();
    let judged = judge(&[], &Trust::nobody(), &alone(&bytes)).unwrap();
    let Judgment::Model(facts) = judged.finding else {
        panic!("a model")
    };
    assert!(matches!(facts.shape, Shape::WellFormed(_)));
    let judged = judge(&[], &Trust::nobody(), &alone(b"glTF....")).unwrap();
    let Judgment::Model(facts) = judged.finding else {
        panic!("a model")
    };
    assert!(matches!(facts.shape, Shape::Refused(_)));
}

#[test]
fn bytes_that_cannot_be_read_get_a_report() {
    for (text, reason) in [
        ("{", Reason::ParseError),
        ("{\"a\":1,\"a\":2}", Reason::JsonDuplicateKey),
        ("{\"a\":9007199254740993}", Reason::JsonNumberOutOfRange),
        ("{}", Reason::CtxOrder),
    ] {
        let judged = judge(&[], &Trust::nobody(), &alone(text.as_bytes())).unwrap();
        assert_eq!(report(judged).reason(), Some(reason), "{text}");
    }
    let error = judge(&[], &Trust::nobody(), &alone(b"hello")).unwrap_err();
    assert_eq!(error.reason(), Reason::ParseError);
}

#[test]
fn an_answer_is_judged_beside_its_request_and_a_receipt_by_its_world() {
    let (a, b) = (World::new(1), World::new(2));
    b.believe(&a);
    let mut person = Person::new();
    person.receive(&a);
    let confirmed = person.confirm(&b);
    let both = client(&[&a, &b]);
    let request = present::read_request(&b.request_link()).unwrap();
    let request = run(present::open(
        &both,
        &request,
        &confirmed,
        &mut OsEntropy,
        now(),
    ))
    .unwrap();
    let prepared = prepare(
        &person.wallet,
        request,
        PersonaIndex::FIRST,
        &Wishes::default(),
        now(),
    )
    .unwrap();
    let digest = *prepared.disclosure().digest();
    let accepted = prepared.accept(&digest).unwrap();
    let presented = run(send(&both, &mut person.wallet, accepted, now())).unwrap();

    let trust = Trust::of_pins(&person.wallet).unwrap();
    let asked = asked_by(&b.request_object()).unwrap();
    let token = presented.vp_token.clone();
    let error = judge(&[&a], &trust, &alone(&token)).unwrap_err();
    assert_eq!(error, CheckError::RequestMissing);
    assert_eq!(error.reason(), Reason::BadRequest);
    let handed = Handed {
        request: Some(asked.clone()),
        ..alone(&token)
    };
    let judged = judge(&[&a], &trust, &handed).unwrap();
    assert_eq!(judged.sort, Sort::VpToken);
    let found = report(judged);
    assert!(found.accepted().is_some(), "{found:?}");

    let value = parsed(&token);
    let single = canonical::to_bytes(&value.get("avatar").unwrap().as_array().unwrap()[0]);
    let handed = Handed {
        request: Some(asked),
        ..alone(&single)
    };
    let judged = judge(&[&a], &trust, &handed).unwrap();
    assert_eq!(judged.sort, Sort::Presentation);
    assert!(report(judged).accepted().is_some());

    b.ask(|ask| ask.nonce = "another-nonce-of-128-bits".to_owned());
    let asked = asked_by(&b.request_object()).unwrap();
    let handed = Handed {
        request: Some(asked),
        ..alone(&token)
    };
    let found = report(judge(&[&a], &trust, &handed).unwrap());
    assert_eq!(found.reason(), Some(Reason::ProofChallenge));

    let history = person.wallet.history().unwrap();
    let receipt = history.into_iter().find_map(|entry| match entry.outcome {
        Outcome::Completed { receipt, .. } => receipt,
        _ => None,
    });
    let receipt = receipt.unwrap();
    let judged = judge(&[&b], &trust, &alone(receipt.as_bytes())).unwrap();
    let Judgment::Receipt(found) = judged.finding else {
        panic!("a receipt")
    };
    assert_eq!(found.as_ref().as_ref().unwrap().issuer, b.id);
    let error = judge(&[&b], &Trust::nobody(), &alone(receipt.as_bytes())).unwrap_err();
    assert_eq!(error.reason(), Reason::OriginUnconfirmed);
    let (head, signature) = receipt.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{head}.{other}{}", &signature[1..]);
    let judged = judge(&[&b], &trust, &alone(forged.as_bytes())).unwrap();
    let Judgment::Receipt(found) = judged.finding else {
        panic!("a receipt")
    };
    assert_eq!(found.unwrap_err().reason(), Reason::SigInvalid);
}
