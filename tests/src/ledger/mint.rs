//! Items come to be: each is offered by the world's own people and fetched by a wallet (OpenID4VCI),
//! which names who is to hold it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use proofs::issue::Issuer;
use proofs::jws::{self, KeyRef, Typ};
use schemas::asset::MediaType;
use schemas::canonical;
use schemas::credential::{Asset, AssetProvenance, Validity};
use schemas::digest::Sha256Digest;
use schemas::form::Form;
use schemas::json::{Number, Object, Value};
use schemas::ledger::{HeadDocument, LedgerEntry};
use schemas::message::Message as _;
use schemas::offering::{OfferTerms, Offered, Right};
use schemas::suite::Cryptosuite;

use super::hand::{Hand, Held, now};
use super::heard::object_of;
use super::town::Town;
use crate::actors::{key, terms};
use crate::http::{Answer, Connection};

const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// Wallets at a time.
const AT_ONCE: usize = 8;

/// So many items of a class, each in a hand of its own.
///
/// # Panics
/// When the world refuses one.
#[must_use]
pub fn mint(town: &Town, class: &str, count: usize) -> Vec<Held> {
    let provenance = provenance();
    let next = AtomicUsize::new(0);
    let wallet = |number: usize| {
        let mut connection = town.connection(number);
        let mut minted = Vec::new();
        loop {
            let serial = next.fetch_add(1, Ordering::Relaxed);
            if serial >= count {
                return minted;
            }
            let hand = Hand::new(&format!("{class} {serial}"));
            let held = fetch(&mut connection, town, (class, serial), &provenance, hand);
            minted.push((serial, held));
        }
    };
    let wallet = &wallet;
    let mut minted: Vec<(usize, Held)> = thread::scope(|scope| {
        let wallets: Vec<_> = (0..AT_ONCE)
            .map(|number| scope.spawn(move || wallet(number)))
            .collect();
        let minted = wallets.into_iter();
        minted
            .flat_map(|wallet| wallet.join().expect("a wallet"))
            .collect()
    });
    minted.sort_by_key(|(serial, _)| *serial);
    minted.into_iter().map(|(_, held)| held).collect()
}

fn provenance() -> Object {
    let suite = Cryptosuite::EddsaJcs2022;
    let creator = Issuer::of_key(key("creator of the load"), suite);
    let yesterday = now().plus_seconds(-86_400);
    let statement = AssetProvenance {
        creator: creator.did().clone(),
        validity: Validity::starting(yesterday),
        asset: Asset {
            name: "Lantern".to_owned(),
            digest: Sha256Digest::of(b"a lantern"),
            media_type: MediaType::GltfBinary,
            byte_length: 1_000_000,
            derived_from: Vec::new(),
        },
        license: terms(),
    };
    let statement = creator.issue(&statement.unsigned(), yesterday);
    statement.expect("an honest creator").into_object()
}

fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..));
    path.unwrap_or("/").to_owned()
}

/// An answer that has to be there.
fn ask(
    connection: &mut Connection,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let answer = connection.ask(method, path, headers, body);
    let answer = answer.expect("an answer");
    let said = String::from_utf8_lossy(&answer.body);
    assert!(
        (200..300).contains(&answer.status),
        "{method} {path}: {} {said}",
        answer.status
    );
    answer
}

fn word(answer: &Answer, name: &str) -> String {
    let object = object_of(&answer.body).expect("a JSON object");
    let word = object.get(name).and_then(Value::as_str);
    word.expect("a word in it").to_owned()
}

fn fetch(
    connection: &mut Connection,
    town: &Town,
    (class, serial): (&str, usize),
    provenance: &Object,
    hand: Hand,
) -> Held {
    let json = ("Content-Type", "application/json");
    let right = Right::Item {
        class: class.to_owned(),
        serial: u64::try_from(serial).unwrap_or(u64::MAX),
    };
    let terms = OfferTerms::new(right, provenance.clone());
    let bearer = format!("Bearer {}", town.token);
    let headers = [json, ("Authorization", bearer.as_str())];
    let offered = ask(connection, ("POST", "/offers"), &headers, &terms.to_bytes());
    let offered = Offered::read(&offered.body).expect("an offer");
    let link = Form::of_link(&offered.link.to_link()).expect("a link");
    let offer = path_of(link.field("credential_offer_uri").expect("an address"));

    let offer = ask(connection, ("GET", &offer), &[], b"");
    let offer = object_of(&offer.body).expect("an offer");
    let code = offer.get("grants").and_then(|grants| {
        let grant = grants.get(PRE_AUTHORIZED)?;
        grant.get("pre-authorized_code")?.as_str()
    });
    let form = Form::new()
        .with("grant_type", PRE_AUTHORIZED)
        .with("pre-authorized_code", code.expect("a code"));
    let form_headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let token = ask(
        connection,
        ("POST", "/token"),
        &form_headers,
        form.to_text().as_bytes(),
    );
    let bearer = format!("Bearer {}", word(&token, "access_token"));
    let nonce = word(&ask(connection, ("POST", "/nonce"), &[], b""), "c_nonce");

    let copy = key(&format!("copy of {class} {serial}"));
    let claims = schemas::object! {
        "aud" => town.id().origin(),
        "iat" => Number::from_i64(now().unix()).expect("a time"),
        "nonce" => nonce.as_str(),
    };
    let method = copy.verification_method();
    let proof = jws::sign(
        Typ::CredentialOfferProof,
        KeyRef::Kid(&method),
        &claims,
        &copy,
    );
    let body = schemas::object! {
        "credential_configuration_id" => "item",
        "proofs" => schemas::object! { "jwt" => vec![proof] },
        "omote_holder" => hand.commitment(),
    };
    let headers = [json, ("Authorization", bearer.as_str())];
    let body = canonical::object_to_bytes(&body);
    let given = ask(connection, ("POST", "/credential"), &headers, &body);
    let entry = entry(&given);
    assert_eq!(entry.holder, hand.commitment());

    let head = format!("/items/{}/head", entry.item);
    let head = ask(connection, ("GET", &head), &[], b"");
    let head = HeadDocument::read(&head.body).expect("a head");
    Held {
        leaf: head.leaf,
        hand,
    }
}

fn entry(given: &Answer) -> LedgerEntry {
    let object = object_of(&given.body).expect("credentials");
    let copies = object.get("credentials").and_then(Value::as_array);
    let copy = copies.and_then(|copies| copies.first()).expect("a copy");
    let entry = copy.get("credential").and_then(|credential| {
        let subject = credential.get("credentialSubject")?;
        subject.get("ledgerEntry")
    });
    LedgerEntry::from_value(entry.expect("a ledger entry")).expect("a sound entry")
}
