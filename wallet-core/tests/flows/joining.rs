//! What worlds can join when they compare everything that they saw: every byte of every exchange, and
//! whatever can be decoded out of it. Two worlds without the issuer find the values that were disclosed
//! to both and nothing else; with the issuer they find it all.
//!
//! What everybody has in common is not assumed but measured: a second person with another avatar of the
//! same issuer goes to the same worlds, and what a world saw of one person and another world of the
//! other says nothing about either.

mod joiner;

use proofs::sd_jwt::UnverifiedSdJwt;
use schemas::credential::CredentialType;
use schemas::dcql::QueryId;
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::status::StatusPurpose;
use wallet_core::present::{self, Preference, Presented, Wishes, prepare, send};
use wallet_core::provenance::{Statement, Terms, sign_with};
use wallet_core::{Format, HoldingKind, OsEntropy, PersonaIndex};

use crate::fixture::{Person, client, later, now, run};
use crate::world::{Ask, Dates, World, parsed, query, query_of, sd_jwt_part};
use joiner::{Atoms, Seen};

/// What the avatars of the two are called.
const NAMES: [&str; 2] = ["Kaede", "Sumie"];
/// A batch large enough for all that is shown here.
const BATCH: u32 = 6;

const NAME: &[&str] = &["personaName"];
const LICENSE: &[&str] = &["license"];
const PROVENANCE: &[&str] = &["provenance"];

/// An issuer, two worlds that ask, two people.
struct Scene {
    issuer: World,
    a: World,
    b: World,
    people: [Person; 2],
    /// What the issuer saw of each, while they received.
    issued: [Seen; 2],
}

impl Scene {
    fn new() -> Self {
        let (issuer, a, b) = (World::new(1), World::new(2), World::new(3));
        issuer.date(Dates::Rounded);
        issuer.publish_status(StatusPurpose::Revocation, None);
        issuer.offer(&[CredentialType::Avatar], Some(BATCH));
        for world in [&a, &b] {
            world.believe(&issuer);
        }
        let mut people = [Person::new(), Person::of_seed(43)];
        let mut issued = Vec::new();
        for (place, person) in people.iter_mut().enumerate() {
            issuer.name_avatars(NAMES[place]);
            if place == 1 {
                // Another face: another name of the same length, another model, by another hand.
                issuer.embed(other_model());
            }
            for format in Format::ALL {
                issuer.offer_in(&[format]);
                person.receive(&issuer);
            }
            issued.push(Seen::of(&issuer.server));
            issuer.server.forget();
            for world in [&a, &b] {
                person.confirm(world);
            }
        }
        Self {
            issuer,
            a,
            b,
            people,
            issued: issued.try_into().unwrap(),
        }
    }

    /// A person shows a world what it asks for: what the world saw then, and what was sent.
    fn show(&mut self, person: usize, to: To, asked: &Asked) -> (Seen, Presented) {
        let (world, seconds) = match to {
            To::A => (&self.a, 0),
            To::B => (&self.b, 47),
        };
        let at = later(seconds + i64::try_from(person).unwrap() * 11);
        world.ask(|ask| {
            let name = format!("{to:?}{person}-of-the-test-and-long-enough");
            *ask = Ask {
                query: asked.query.clone(),
                nonce: format!("nonce-{name}"),
                state: format!("state-{name}"),
                expires: 3600,
                ..Ask::default()
            };
        });
        world.server.forget();
        let person = &mut self.people[person];
        let client = client(&[world]);
        let link = format!("{}&request_uri_method=post", world.request_link());
        let confirmed = person.wallet.confirmed(&world.id).unwrap();
        let request = present::read_request(&link).unwrap();
        let opened = run(present::open(
            &client,
            &request,
            &confirmed,
            &mut OsEntropy,
            at,
        ));
        let listed = person.wallet.listed().unwrap();
        let mut avatars = listed
            .iter()
            .filter(|line| line.kind == HoldingKind::Avatar && line.format == asked.format);
        let preferences = [Preference {
            query_id: QueryId::new("avatar").unwrap(),
            holding: avatars.next().unwrap().id,
        }];
        let wishes = Wishes {
            preferences: &preferences,
            ..Wishes::default()
        };
        let wallet = &mut person.wallet;
        let prepared = prepare(wallet, opened.unwrap(), PersonaIndex::FIRST, &wishes, at).unwrap();
        let digest = *prepared.disclosure().digest();
        let accepted = prepared.accept(&digest).unwrap();
        let presented = run(send(&client, wallet, accepted, at)).unwrap();
        (Seen::of(&world.server), presented)
    }

    /// Both people go to both worlds: what each of the worlds saw.
    fn compare(&mut self, at_a: &Asked, at_b: &Asked) -> Compared {
        let (a, shown_to_a) = self.show(0, To::A, at_a);
        let (b, shown_to_b) = self.show(0, To::B, at_b);
        let (other_a, _) = self.show(1, To::A, at_a);
        let (other_b, _) = self.show(1, To::B, at_b);
        Compared {
            a,
            b,
            other_a,
            other_b,
            shown_to_a,
            shown_to_b,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum To {
    A,
    B,
}

/// What a world asks for, in one format.
#[derive(Clone)]
struct Asked {
    format: Format,
    query: Value,
}

impl Asked {
    fn sd_jwt(claims: &[&[&str]]) -> Self {
        Self {
            format: Format::DcSdJwt,
            query: query_of(&[sd_jwt_part("avatar", CredentialType::Avatar, claims)]),
        }
    }

    fn document() -> Self {
        Self {
            format: Format::LdpVc,
            query: query(&[("avatar", CredentialType::Avatar)]),
        }
    }
}

/// What two worlds saw of two people.
struct Compared {
    a: Seen,
    b: Seen,
    other_a: Seen,
    other_b: Seen,
    shown_to_a: Presented,
    shown_to_b: Presented,
}

impl Compared {
    /// What A and B have in common of the first person and of nobody else.
    fn joined(&self) -> Atoms {
        self.joined_of(&self.a, &self.b)
    }

    /// The same, had they seen this.
    fn joined_of(&self, a: &Seen, b: &Seen) -> Atoms {
        joiner::joined((a, b), &[(a, &self.other_b), (&self.other_a, b)])
    }
}

/// Another model, stated by another creator.
fn other_model() -> Object {
    let recipe = assets::make::Recipe {
        height: 1500,
        ..assets::make::Recipe::new(crate::fixture::terms())
    };
    let facts = crate::fixture::facts(&assets::make::vrm1(&recipe));
    let statement = Statement {
        facts: &facts,
        name: "Mika",
        terms: Terms::OfTheFile,
        derived_from: &[],
        until: None,
        suite: schemas::suite::Cryptosuite::EddsaJcs2022,
    };
    let creator = proofs::keys::SigningKey::from_seed(&[8; 32]);
    sign_with(creator, &statement, now().plus_seconds(-90_000)).unwrap()
}

/// Everything in some values: what may be found where they were disclosed.
fn of_values(values: &[Value]) -> Atoms {
    let mut atoms = Atoms::default();
    for value in values {
        atoms.take(&schemas::canonical::to_bytes(value));
    }
    atoms
}

fn first_of(presented: &Presented) -> Value {
    let token = parsed(&presented.vp_token);
    token.get("avatar").unwrap().as_array().unwrap()[0].clone()
}

fn sd_jwt(presented: &Presented) -> UnverifiedSdJwt {
    UnverifiedSdJwt::parse(first_of(presented).as_str().unwrap()).unwrap()
}

/// The subject of a document that was presented.
fn subject(presented: &Presented) -> Object {
    let presentation = first_of(presented);
    let credentials = presentation.get("verifiableCredential").unwrap();
    let credential = &credentials.as_array().unwrap()[0];
    let subject = credential.get("credentialSubject").unwrap();
    subject.as_object().unwrap().clone()
}

/// The claims of ours.
fn claims_of(object: &Object) -> Vec<Value> {
    ["personaName", "license", "provenance"]
        .into_iter()
        .filter_map(|name| object.get(name).cloned())
        .collect()
}

fn payload(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).unwrap();
    parsed(&base64url::decode(payload).unwrap())
}

#[test]
fn without_a_claim_in_common_two_worlds_find_nothing() {
    let mut scene = Scene::new();
    for (at_a, at_b) in [
        (&[NAME][..], &[LICENSE][..]),
        (&[NAME, LICENSE], &[]),
        (&[], &[]),
    ] {
        let compared = scene.compare(&Asked::sd_jwt(at_a), &Asked::sd_jwt(at_b));
        let joined = compared.joined();
        assert!(joined.is_empty(), "{at_a:?} {at_b:?}: {joined:#?}");
    }
}

#[test]
fn a_claim_in_common_is_all_that_two_worlds_find() {
    let mut scene = Scene::new();
    let compared = scene.compare(&Asked::sd_jwt(&[NAME, LICENSE]), &Asked::sd_jwt(&[NAME]));
    let joined = compared.joined();
    let allowed = of_values(&[NAMES[0].into()]);
    assert!(
        joined.is_within(&allowed),
        "{:#?}",
        joined.without(&allowed)
    );
    assert_eq!(joined.texts(), [NAMES[0]]);

    // With the look in common it is what the creator signed, which is the same wherever the file is.
    let compared = scene.compare(
        &Asked::sd_jwt(&[PROVENANCE]),
        &Asked::sd_jwt(&[NAME, PROVENANCE]),
    );
    let allowed = of_values(&claims_of(sd_jwt(&compared.shown_to_a).claims()));
    let joined = compared.joined();
    assert!(!joined.is_empty());
    assert!(
        joined.is_within(&allowed),
        "{:#?}",
        joined.without(&allowed)
    );
}

#[test]
fn documents_are_one_piece_and_join_by_what_they_say() {
    let mut scene = Scene::new();
    let compared = scene.compare(&Asked::document(), &Asked::document());
    let claims = claims_of(&subject(&compared.shown_to_a));
    assert_eq!(claims, claims_of(&subject(&compared.shown_to_b)));
    let allowed = of_values(&claims);
    let joined = compared.joined();
    assert!(joined.contains(NAMES[0]));
    assert!(
        joined.is_within(&allowed),
        "{:#?}",
        joined.without(&allowed)
    );
}

#[test]
fn two_formats_join_by_what_was_disclosed_in_both() {
    let mut scene = Scene::new();
    for claims in [&[NAME][..], &[]] {
        let compared = scene.compare(&Asked::sd_jwt(claims), &Asked::document());
        let allowed = of_values(&claims_of(sd_jwt(&compared.shown_to_a).claims()));
        let joined = compared.joined();
        assert!(
            joined.is_within(&allowed),
            "{:#?}",
            joined.without(&allowed)
        );
        assert_eq!(joined.contains(NAMES[0]), !claims.is_empty());
    }
}

/// This is what Profile P does not promise, and says so.
#[test]
fn with_the_issuer_worlds_find_everything() {
    let mut scene = Scene::new();
    let compared = scene.compare(&Asked::sd_jwt(&[NAME]), &Asked::sd_jwt(&[LICENSE]));
    assert!(compared.joined().is_empty());
    for (seen, other, presented) in [
        (&compared.a, &compared.other_a, &compared.shown_to_a),
        (&compared.b, &compared.other_b, &compared.shown_to_b),
    ] {
        let issued = &scene.issued[0];
        let joined = joiner::joined((issued, seen), &[(issued, other)]);
        // It issued all copies to one visitor: by one of these it knows which. The key of the copy, its
        // place in the list, the salted digests and disclosures.
        let claims = sd_jwt(presented).claims().clone();
        let key = claims.get("cnf").unwrap().get("jwk").unwrap();
        let key = key.get("x").unwrap().as_str().unwrap().to_owned();
        assert!(joined.contains(&key), "the key");
        let index = claims.get("status").unwrap().get("status_list").unwrap();
        let index = schemas::canonical::to_text(index.get("idx").unwrap());
        assert!(joined.contains(&format!("idx={index}")), "{index}");
        for disclosed in sd_jwt(presented).disclosures() {
            assert!(joined.contains(disclosed.text()), "a salted disclosure");
        }
        let text = first_of(presented);
        let jwt = text.as_str().unwrap().split('~').next().unwrap();
        for digest in payload(jwt).get("_sd").unwrap().as_array().unwrap() {
            assert!(joined.contains(digest.as_str().unwrap()), "a digest");
        }
    }
    // It learns of none of this by itself: nobody asked it anything.
    assert!(scene.issuer.server.asked().is_empty());
}

/// The tests above would be worth nothing if they found nothing whatever happened.
#[test]
fn whatever_went_to_both_is_found() {
    let mut scene = Scene::new();
    let compared = scene.compare(&Asked::sd_jwt(&[NAME]), &Asked::sd_jwt(&[LICENSE]));
    assert!(compared.joined().is_empty());
    let a = sd_jwt(&compared.shown_to_a);
    let jwt = a.text().split('~').next().unwrap().to_owned();
    let disclosure = a.disclosures()[0].text().to_owned();
    let salt = parsed(&base64url::decode(&disclosure).unwrap());
    let salt = salt.as_array().unwrap()[0].clone();
    let key = a.holder_key().unwrap();
    let status = a.claims().get("status").unwrap().clone();
    let digest = payload(&jwt).get("_sd").unwrap().as_array().unwrap()[0].clone();
    let made = |claims: Object| {
        let part =
            |object: &Object| base64url::encode(&schemas::canonical::object_to_bytes(object));
        let header = part(&object! { "alg" => "EdDSA", "typ" => "dc+sd-jwt" });
        format!("vp_token={header}.{}.c2lnbmF0dXJl~", part(&claims))
    };
    let salted = Value::from([salt, "license".into(), "other".into()]);
    let salted = base64url::encode(&schemas::canonical::to_bytes(&salted));
    let token = schemas::form::percent_encode(&format!(r#"{{"avatar":["{}"]}}"#, a.text()));
    for (what, slipped) in [
        ("the same copy", format!("vp_token={token}")),
        ("the same signature of the issuer", jwt),
        ("the same disclosure", format!("x~{disclosure}~")),
        ("the same salt", format!("x~{salted}~")),
        (
            "the same place in the list",
            made(object! { "status" => status }),
        ),
        ("the same digest", made(object! { "_sd" => [digest] })),
        (
            "the same key",
            made(object! { "cnf" => object! { "jwk" => key.jwk() } }),
        ),
        (
            "the same key by another name",
            made(object! { "sub" => proofs::did_key::encode(&key).as_str() }),
        ),
    ] {
        let mut b = compared.b.clone();
        b.add(slipped.as_bytes());
        assert!(!compared.joined_of(&compared.a, &b).is_empty(), "{what}");
    }
    // What a wallet could add of its own, to all its worlds.
    for (what, said) in [
        (
            "a nonce in a header",
            "user-agent: omote/0.1 (7f3a9c2e11d04b58)",
        ),
        (
            "a number of the installation",
            r#"{"wallet_metadata":{"instance":48151623}}"#,
        ),
        (
            "an address to come back to",
            "https://wallet.example/back/7f3a9c2e11d04b58",
        ),
        (
            "a date of the wallet",
            r#"{"created_at":"2026-03-04T05:06:07Z"}"#,
        ),
    ] {
        let (mut a, mut b) = (compared.a.clone(), compared.b.clone());
        a.add(said.as_bytes());
        b.add(said.as_bytes());
        assert!(!compared.joined_of(&a, &b).is_empty(), "{what}");
    }
}
