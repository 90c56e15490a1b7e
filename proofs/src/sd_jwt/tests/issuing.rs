//! What is issued from templates, and how a holder shows parts of it.

use std::collections::HashSet;

use schemas::credential::{AvatarCredential, ItemCredential, UnsignedSdJwtVc, Validity};
use schemas::dcql::{ClaimPath, PathElement};
use schemas::json::Value;
use schemas::object;
use schemas::reason::Reason;
use schemas::status::TokenStatusEntry;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;

use super::forge::{holder, json, sd_jwt};
use crate::issue::tests::{license, provenance};
use crate::issue::{IssueError, SelfCheck};
use crate::keys::SigningKey;
use crate::sd_jwt::{KeyBinding, PresentError, Salt, UnverifiedSdJwt, disclose, issue, present};

const DAY: i64 = 1_800_057_600;

fn world() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn salts(first: u8) -> Vec<Salt> {
    (0..8).map(|index| [first + index; 16]).collect()
}

fn item() -> UnsignedSdJwtVc {
    let status = TokenStatusEntry {
        index: 413,
        list: "https://world.example/status-token/x".parse().unwrap(),
    };
    ItemCredential {
        issuer: world().did_key(),
        holder: holder().did_key(),
        validity: Validity::between(
            Timestamp::from_unix(DAY),
            Timestamp::from_unix(DAY + 86_400),
        ),
        item_class: "sword".to_owned(),
        serial: 42,
        license: license(),
        provenance: provenance(Cryptosuite::EddsaJcs2022),
        ledger_entry: None,
    }
    .unsigned_sd_jwt(Some(&status))
}

fn avatar() -> UnsignedSdJwtVc {
    AvatarCredential {
        issuer: world().did_key(),
        holder: holder().did_key(),
        validity: Validity::starting(Timestamp::from_unix(DAY)),
        persona_name: "Mika".to_owned(),
        license: license(),
        provenance: provenance(Cryptosuite::EddsaJcs2022),
    }
    .unsigned_sd_jwt(None)
}

fn issued(credential: &UnsignedSdJwtVc, salts: &[Salt]) -> String {
    issue(credential, salts, &world(), &world().verification_method()).unwrap()
}

fn path(names: &[&str]) -> ClaimPath {
    ClaimPath::of_names(names).unwrap()
}

#[test]
fn every_claim_is_its_own_disclosure_and_the_rest_is_in_clear() {
    let text = issued(&item(), &salts(1));
    let read = UnverifiedSdJwt::parse(&text).unwrap();
    assert_eq!(read.verify(&world().verifying_key()), Ok(()));
    assert_eq!(read.kid(), Some(world().verification_method().as_str()));
    assert_eq!(read.holder_key(), Ok(holder().verifying_key()));
    let names: Vec<_> = read
        .disclosures()
        .iter()
        .map(|one| one.path().clone())
        .collect();
    let expected = ["itemClass", "serial", "license", "provenance"].map(|name| path(&[name]));
    assert_eq!(names, expected);
    assert_eq!(read.undisclosed(), 4);

    let token = text.split('~').next().unwrap();
    let bare = UnverifiedSdJwt::parse(&format!("{token}~")).unwrap();
    let expected = object! {
        "iss" => &world().did_key(),
        "vct" => "https://w3id.org/omote/v1#ItemCredential",
        "nbf" => schemas::json::Number::from_i64(DAY),
        "exp" => schemas::json::Number::from_i64(DAY + 86_400),
        "cnf" => object! { "jwk" => holder().verifying_key().jwk() },
        "status" => json(
            r#"{"status_list":{"idx":413,"uri":"https://world.example/status-token/x"}}"#,
        ),
    };
    assert_eq!(*bare.claims(), expected);
    assert_eq!(bare.undisclosed(), 8);

    let text = issued(&avatar(), &salts(1));
    let read = UnverifiedSdJwt::parse(&text).unwrap();
    let names: Vec<_> = read
        .disclosures()
        .iter()
        .map(|one| one.path().clone())
        .collect();
    assert_eq!(
        names,
        ["personaName", "license", "provenance"].map(|name| path(&[name]))
    );
    // However many claims there are, there are as many digests.
    assert_eq!(read.undisclosed(), 5);
    for absent in ["iat", "jti", "sub", "exp", "status"] {
        assert!(!read.claims().contains_key(absent), "{absent}");
    }
}

/// The digests of a credential, in the order in which they stand.
fn digests(text: &str) -> Vec<String> {
    let payload = text.split('.').nth(1).unwrap();
    let payload = schemas::encoding::base64url::decode(payload).unwrap();
    let payload = json(std::str::from_utf8(&payload).unwrap());
    let digests = payload.get("_sd").unwrap().strings().unwrap();
    digests.into_iter().map(str::to_owned).collect()
}

#[test]
fn copies_share_no_digest_and_keep_them_in_their_own_order() {
    let mut seen = HashSet::new();
    let mut texts = HashSet::new();
    for copy in 0..1000_u32 {
        let salts: Vec<Salt> = (0..8_u8)
            .map(|index| {
                let mut salt = [index; 16];
                salt[..4].copy_from_slice(&copy.to_be_bytes());
                salt
            })
            .collect();
        let text = issued(&avatar(), &salts);
        let digests = digests(&text);
        assert_eq!(digests.len(), 8);
        assert!(digests.is_sorted());
        for digest in digests {
            assert!(seen.insert(digest));
        }
        for disclosure in text.split('~').skip(1).filter(|part| !part.is_empty()) {
            assert!(texts.insert(disclosure.to_owned()));
        }
    }
}

#[test]
fn salts_that_are_too_few_or_the_same_are_refused() {
    let issue = |salts: &[Salt]| {
        issue(&avatar(), salts, &world(), &world().verification_method()).map(drop)
    };
    let mut twice = salts(1);
    twice[7] = twice[0];
    let mut many = salts(1);
    many.push([99; 16]);
    for salts in [&[][..], &salts(1)[..7], &many, &twice] {
        let error = issue(salts).unwrap_err();
        assert_eq!(error, IssueError::SelfCheck(SelfCheck::Salts));
        assert_eq!(error.reason(), Reason::IssueSelfCheckFailed);
    }
    assert_eq!(issue(&salts(1)), Ok(()));
}

#[test]
fn another_issuer_or_a_damaged_key_issues_nothing() {
    let other = SigningKey::from_seed(&[8; 32]);
    let method = other.verification_method();
    let error = issue(&avatar(), &salts(1), &other, &method).unwrap_err();
    assert_eq!(error, IssueError::Template("iss"));
    assert_eq!(error.reason(), Reason::IssueTemplateViolation);
    // The secret is not the one whose public key is published.
    let issuer = crate::issue::Issuer::new(
        world().verification_method(),
        world().verifying_key(),
        other,
        Cryptosuite::EddsaJcs2022,
    );
    let error = issuer.issue_sd_jwt(&avatar(), &salts(1)).unwrap_err();
    assert_eq!(error, IssueError::SelfCheck(SelfCheck::Signature));
    // Bound to somebody whose key is not in the name.
    let unbound = AvatarCredential {
        issuer: world().did_key(),
        holder: "did:web:holder.example".parse().unwrap(),
        validity: Validity::starting(Timestamp::from_unix(DAY)),
        persona_name: "Mika".to_owned(),
        license: license(),
        provenance: object! {},
    };
    let error = issue(
        &unbound.unsigned_sd_jwt(None),
        &salts(1),
        &world(),
        &world().verification_method(),
    );
    assert_eq!(error.unwrap_err(), IssueError::Template("cnf"));
}

#[test]
fn p256_keys_issue_and_present() {
    let key = SigningKey::from_p256_scalar(&[5; 32]).unwrap();
    let method = key.verification_method();
    let credential = AvatarCredential {
        issuer: key.did_key(),
        holder: key.did_key(),
        validity: Validity::starting(Timestamp::from_unix(DAY)),
        persona_name: "Mika".to_owned(),
        license: license(),
        provenance: object! { "a" => 1 },
    };
    let text = issue(&credential.unsigned_sd_jwt(None), &salts(1), &key, &method).unwrap();
    let read = UnverifiedSdJwt::parse(&text).unwrap();
    let text = present(&read, &[path(&["personaName"])], &binding(&[]), &key).unwrap();
    let read = UnverifiedSdJwt::parse(&text).unwrap();
    assert_eq!(read.verify(&key.verifying_key()), Ok(()));
    let bound = read.key_binding().unwrap();
    assert_eq!(bound.verify(&key.verifying_key()), Ok(()));
}

fn binding(transaction_data: &[String]) -> KeyBinding<'_> {
    KeyBinding {
        audience: "decentralized_identifier:did:web:world.example",
        nonce: "n",
        issued_at: Timestamp::from_unix(DAY),
        transaction_data,
    }
}

#[test]
fn what_stands_in_a_disclosure_is_shown_with_all_of_it() {
    let read = UnverifiedSdJwt::parse(&issued(&item(), &salts(1))).unwrap();
    for (asked, shown) in [
        (&[][..], &[][..]),
        // in clear for everybody
        (&[path(&["iss"]), path(&["status", "status_list"])], &[]),
        (&[path(&["serial"])], &["serial"]),
        (
            &[path(&["provenance", "credentialSubject", "name"])],
            &["provenance"],
        ),
        (
            &[path(&["serial"]), path(&["itemClass"]), path(&["serial"])],
            &["itemClass", "serial"],
        ),
    ] {
        let text = present(&read, asked, &binding(&[]), &holder()).unwrap();
        let presented = UnverifiedSdJwt::parse(&text).unwrap();
        let names: Vec<_> = presented
            .disclosures()
            .iter()
            .map(|one| one.path().clone())
            .collect();
        let shown: Vec<_> = shown.iter().map(|name| path(&[name])).collect();
        assert_eq!(names, shown);
        assert!(
            presented
                .key_binding()
                .unwrap()
                .matches_transaction_data(&[])
        );
        // Looking at it before is the same without the binding.
        let before = disclose(&read, asked).unwrap();
        assert_eq!(before.claims(), presented.claims());
        assert!(!before.has_key_binding());
    }
}

#[test]
fn a_wildcard_over_as_many_elements_as_there_can_be_is_looked_up() {
    // Each element that is wanted is a part of the tree: to search it for each is work squared.
    let count = 48_000;
    let elements = vec![r#"{"a":1}"#; count].join(",");
    let hidden = super::forge::disclosure(r#"["s",{"a":2}]"#);
    let hash = crate::sd_jwt::digest(&hidden);
    let payload = format!(r#"{{"x":[{elements},{{"...":"{hash}"}}]}}"#);
    let text = super::forge::of_encoded(&payload, &[hidden]);
    let read = UnverifiedSdJwt::parse(&text).unwrap();
    let all = |last: PathElement| {
        let x = PathElement::Name("x".to_owned());
        ClaimPath::new(vec![x, PathElement::All, last]).unwrap()
    };
    let shown = disclose(&read, &[all(PathElement::Name("a".to_owned()))]).unwrap();
    assert_eq!(shown.disclosures().len(), 1);
    let elements = shown.claims().get("x").unwrap().as_array().unwrap();
    assert_eq!(elements.len(), count + 1);
    // One that stands there is marked, and one that does not takes none of its neighbours along.
    let one = |index| {
        ClaimPath::new(vec![
            PathElement::Name("x".to_owned()),
            PathElement::Index(index),
        ])
    };
    let shown = disclose(&read, &[one(0).unwrap()]).unwrap();
    assert!(shown.disclosures().is_empty());
    let absent = disclose(&read, &[all(PathElement::Name("b".to_owned()))]);
    assert_eq!(absent.unwrap_err(), PresentError::Absent);
}

#[test]
fn nothing_is_shown_for_what_is_not_there_or_by_somebody_else() {
    let read = UnverifiedSdJwt::parse(&issued(&item(), &salts(1))).unwrap();
    let with = |asked: &[ClaimPath], binding: &KeyBinding<'_>, key: &SigningKey| {
        let error = present(&read, asked, binding, key).unwrap_err();
        assert!(!error.to_string().is_empty());
        (error.clone(), error.reason())
    };
    for absent in [
        path(&["personaName"]),
        path(&["serial", "x"]),
        path(&["provenance", "nome"]),
        ClaimPath::new(vec![PathElement::All]).unwrap(),
        ClaimPath::new(vec![
            PathElement::Name("license".to_owned()),
            PathElement::Index(0),
        ])
        .unwrap(),
    ] {
        let found = with(std::slice::from_ref(&absent), &binding(&[]), &holder());
        assert_eq!(
            found,
            (PresentError::Absent, Reason::ConsentMismatch),
            "{absent:?}"
        );
    }
    let found = with(&[], &binding(&[]), &world());
    assert_eq!(found, (PresentError::Holder, Reason::VpHolderMismatch));
    for empty in [
        KeyBinding {
            audience: "",
            ..binding(&[])
        },
        KeyBinding {
            nonce: "",
            ..binding(&[])
        },
    ] {
        assert_eq!(
            with(&[], &empty, &holder()),
            (PresentError::Binding, Reason::KbAud)
        );
    }
    let unbound = UnverifiedSdJwt::parse(&sd_jwt("{}", &[])).unwrap();
    let error = present(&unbound, &[], &binding(&[]), &holder()).unwrap_err();
    assert_eq!(error.reason(), Reason::HolderBindingMissing);
}

#[test]
fn elements_and_their_parents_are_shown_and_their_neighbours_are_not() {
    let inner = |text: &str| super::forge::disclosure(text);
    let city = inner(r#"["a","city","Kyoto"]"#);
    let hash = crate::sd_jwt::digest;
    let home = inner(&format!(
        r#"["b",{{"_sd":["{}"],"kind":"home"}}]"#,
        hash(&city)
    ));
    let work = inner(r#"["c",{"kind":"work"}]"#);
    let places = inner(&format!(
        r#"["d","places",[{{"...":"{}"}},{{"...":"{}"}}]]"#,
        hash(&home),
        hash(&work)
    ));
    let payload = format!(
        r#"{{"cnf":{{"jwk":{}}},"_sd":["{}"]}}"#,
        Value::Object(holder().verifying_key().jwk()),
        hash(&places)
    );
    let text = super::forge::of_encoded(&payload, &[city, home, work, places]);
    let read = UnverifiedSdJwt::parse(&text).unwrap();
    let name = |name: &str| PathElement::Name(name.to_owned());
    for (asked, claims) in [
        (
            vec![name("places")],
            r#"[{"kind":"home","city":"Kyoto"},{"kind":"work"}]"#,
        ),
        (
            vec![name("places"), PathElement::Index(1)],
            r#"[{"kind":"work"}]"#,
        ),
        (
            vec![name("places"), PathElement::All, name("city")],
            r#"[{"kind":"home","city":"Kyoto"}]"#,
        ),
        (
            vec![name("places"), PathElement::Index(0), name("kind")],
            r#"[{"kind":"home"}]"#,
        ),
        (
            vec![name("places"), PathElement::All, name("kind")],
            r#"[{"kind":"home"},{"kind":"work"}]"#,
        ),
    ] {
        let asked = ClaimPath::new(asked).unwrap();
        let text = present(
            &read,
            std::slice::from_ref(&asked),
            &binding(&[]),
            &holder(),
        )
        .unwrap();
        let presented = UnverifiedSdJwt::parse(&text).unwrap();
        assert_eq!(
            presented.claims().get("places"),
            Some(&json(claims)),
            "{asked:?}"
        );
    }
}

#[test]
fn agreeing_to_something_is_signed_with_it() {
    let read = UnverifiedSdJwt::parse(&issued(&item(), &salts(1))).unwrap();
    let data = [
        super::forge::disclosure(r#"{"transaction_data_hashes_alg":["sha-256"]}"#),
        "x".to_owned(),
    ];
    let text = present(&read, &[], &binding(&data), &holder()).unwrap();
    let presented = UnverifiedSdJwt::parse(&text).unwrap();
    let bound = presented.key_binding().unwrap();
    assert!(bound.matches_transaction_data(&data));
    assert!(!bound.matches_transaction_data(&[]));
    assert!(!bound.matches_transaction_data(&data[..1]));
}
