//! Presenting of SD-JWT VCs: only what is asked for leaves, what is agreed to is signed, and what could
//! be joined is said claim by claim.

use proofs::sd_jwt::UnverifiedSdJwt;
use schemas::credential::CredentialType;
use schemas::dcql::QueryId;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::oid4vp::{Transaction, TransactionData};
use schemas::reason::Reason;
use wallet_core::consent::{Authentication, Disclosure, Link, Wish};
use wallet_core::present::{
    self, Preference, Prepared, PresentError, Presented, Wishes, prepare, send,
};
use wallet_core::{
    Certainty, Claim, Confirmed, Format, Freshness, HoldingId, HoldingKind, OsEntropy, PersonaIndex,
};

use crate::fixture::{Person, client, now, run};
use crate::world::{Ask, Dates, World, parsed, query, query_of, sd_jwt_part};

const NAME: &[&str] = &["personaName"];
const LICENSE: &[&str] = &["license"];
const PROVENANCE: &[&str] = &["provenance"];

/// World A has issued to a person; world B asks.
struct Scene {
    a: World,
    b: World,
    person: Person,
    confirmed: Confirmed,
}

impl Scene {
    /// An avatar and an item as SD-JWT VCs, three copies of each.
    fn new() -> Self {
        Self::of(&[Format::DcSdJwt])
    }

    fn of(formats: &[Format]) -> Self {
        let (a, b) = (World::new(1), World::new(2));
        a.date(Dates::Rounded);
        a.offer(&[CredentialType::Avatar, CredentialType::Item], Some(3));
        b.believe(&a);
        let mut person = Person::new();
        for format in formats {
            a.offer_in(&[*format]);
            person.receive(&a);
        }
        let confirmed = person.confirm(&b);
        a.server.forget();
        Self {
            a,
            b,
            person,
            confirmed,
        }
    }

    fn ask(&self, parts: &[Object]) {
        self.b.ask(|ask| {
            *ask = Ask {
                query: query_of(parts),
                ..Ask::default()
            };
        });
    }

    fn ask_sets(&self, parts: &[Object], sets: &[Object]) {
        self.b.ask(|ask| {
            let mut query = query_of(parts).as_object().unwrap().clone();
            query.insert("credential_sets", sets.to_vec());
            ask.query = query.into();
        });
    }

    fn prepare_with(&self, wishes: &Wishes<'_>) -> Result<Prepared, PresentError> {
        let request = present::read_request(&self.b.request_link())?;
        let client = client(&[&self.b]);
        let request = run(present::open(
            &client,
            &request,
            &self.confirmed,
            &mut OsEntropy,
            now(),
        ))?;
        prepare(
            &self.person.wallet,
            request,
            PersonaIndex::FIRST,
            wishes,
            now(),
        )
    }

    fn prepare(&self) -> Result<Prepared, PresentError> {
        self.prepare_with(&Wishes::default())
    }

    fn send(&mut self, prepared: Prepared) -> Result<Presented, PresentError> {
        let digest = *prepared.disclosure().digest();
        let accepted = prepared.accept(&digest)?;
        let client = client(&[&self.b]);
        run(send(&client, &mut self.person.wallet, accepted, now()))
    }

    fn present(&mut self) -> Result<Presented, PresentError> {
        let prepared = self.prepare()?;
        self.send(prepared)
    }

    /// Another world asks from now on, which has met nobody.
    fn stranger(&mut self, seed: u8) -> World {
        let world = World::new(seed);
        world.believe(&self.a);
        self.confirmed = self.person.confirm(&world);
        std::mem::replace(&mut self.b, world)
    }

    /// A world that asked before asks again.
    fn again(&mut self, world: World) {
        self.confirmed = self.person.confirm(&world);
        self.b = world;
    }

    fn holding(&self, kind: HoldingKind, format: Format) -> HoldingId {
        let listed = self.person.wallet.listed().unwrap();
        let mut found = listed
            .iter()
            .filter(|line| line.kind == kind && line.format == format);
        found.next().unwrap().id
    }
}

/// The presentations for one part, as texts.
fn texts(presented: &Presented, part: &str) -> Vec<String> {
    let token = parsed(&presented.vp_token);
    let list = token.get(part).unwrap().as_array().unwrap();
    list.iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

fn shown(presented: &Presented, part: &str) -> UnverifiedSdJwt {
    UnverifiedSdJwt::parse(&texts(presented, part)[0]).unwrap()
}

fn pointers(disclosure: &Disclosure, wish: Wish) -> Vec<&str> {
    let claims = disclosure.shown.iter().flat_map(|copy| &copy.claims);
    claims
        .filter(|claim| claim.wish == wish)
        .map(|claim| claim.pointer.as_str())
        .collect()
}

fn wish(part: &str, holding: HoldingId) -> Preference {
    Preference {
        query_id: QueryId::new(part).unwrap(),
        holding,
    }
}

fn wanting(preferences: &[Preference]) -> Wishes<'_> {
    Wishes {
        preferences,
        ..Wishes::default()
    }
}

#[test]
fn only_what_is_asked_for_leaves_and_the_rest_is_said_to_stay() {
    let mut scene = Scene::new();
    scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, &[NAME])]);
    let prepared = scene.prepare().unwrap();
    let disclosure = prepared.disclosure();
    assert_eq!(pointers(disclosure, Wish::Asked), ["/personaName"]);
    let openly = pointers(disclosure, Wish::ComesAlong);
    assert!(openly.contains(&"/iss") && openly.contains(&"/vct") && openly.contains(&"/exp"));
    let copy = &disclosure.shown[0];
    assert_eq!(copy.format, Format::DcSdJwt);
    assert_eq!(copy.withheld, ["/license", "/provenance"]);
    assert_eq!((copy.number, copy.count, copy.left), (1, 3, 2));
    assert_eq!(disclosure.authentication(), Authentication::Did);
    assert!((10..100).contains(&disclosure.match_code));

    let presented = scene.send(prepared).unwrap();
    assert!(presented.receipt.is_some());
    let sent = shown(&presented, "a");
    assert_eq!(sent.claims().get("personaName"), Some(&"Mika".into()));
    for withheld in ["license", "provenance"] {
        assert!(!sent.claims().contains_key(withheld), "{withheld}");
    }
    assert_eq!(sent.disclosures().len(), 1);
    let binding = sent.key_binding().unwrap();
    assert_eq!(binding.audience(), Some(scene.b.client_id().as_str()));
    assert!(binding.matches_sd_hash());
    // The history names what left, and nothing that stayed.
    let history = scene.person.wallet.history().unwrap();
    let entry = history.last().unwrap();
    assert!(entry.what.claims.contains(&"/personaName".to_owned()));
    assert!(
        !entry
            .what
            .claims
            .iter()
            .any(|at| at.starts_with("/license"))
    );
    // Its issuer does not learn that it was shown.
    assert!(scene.a.server.asked().is_empty());
}

#[test]
fn a_part_without_claims_gets_nothing_that_can_be_withheld() {
    let mut scene = Scene::new();
    scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, &[])]);
    let presented = scene.present().unwrap();
    assert!(shown(&presented, "a").disclosures().is_empty());
    // The type counts all the same.
    let mut part = sd_jwt_part("a", CredentialType::Avatar, &[]);
    part.insert("meta", object! { "vct_values" => ["https://b.example/t"] });
    scene.ask(&[part]);
    let error = scene.prepare().unwrap_err();
    assert_eq!(error.reason(), Reason::VpQueryUnsatisfied);
}

#[test]
fn the_consent_is_to_these_claims_and_no_others() {
    let scene = Scene::new();
    let mut digests = Vec::new();
    for claims in [&[NAME][..], &[NAME, LICENSE], &[PROVENANCE], &[]] {
        scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, claims)]);
        digests.push(*scene.prepare().unwrap().disclosure().digest());
    }
    let count = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), count);
}

#[test]
fn values_and_claim_sets_decide_what_is_shown() {
    let scene = Scene::new();
    let mut part = sd_jwt_part("a", CredentialType::Avatar, &[]);
    let claim = |id: &str, name: &str| object! { "id" => id, "path" => [name] };
    part.insert(
        "claims",
        [
            claim("x", "email"),
            claim("n", "personaName"),
            claim("l", "license"),
        ],
    );
    part.insert("claim_sets", [vec!["x", "n"], vec!["n"], vec!["l"]]);
    scene.ask(std::slice::from_ref(&part));
    let prepared = scene.prepare().unwrap();
    assert_eq!(
        pointers(prepared.disclosure(), Wish::Asked),
        ["/personaName"]
    );
    for (value, fits) in [("Mika", true), ("Mica", false)] {
        let claim = object! { "path" => ["personaName"], "values" => [value] };
        part.remove("claim_sets");
        part.insert("claims", [claim]);
        scene.ask(std::slice::from_ref(&part));
        assert_eq!(scene.prepare().is_ok(), fits, "{value}");
    }
}

#[test]
fn options_are_taken_in_the_order_of_the_world_but_what_it_knows_comes_first() {
    let ldp = query(&[("ldp", CredentialType::Avatar)]);
    let ldp = ldp.get("credentials").unwrap().as_array().unwrap()[0].clone();
    let ldp = ldp.as_object().unwrap().clone();
    let sd = sd_jwt_part("sd", CredentialType::Avatar, &[NAME]);
    let parts = [sd, ldp];
    let sets = [object! { "options" => [["sd"], ["ldp"]] }];
    let mut scene = Scene::of(&[Format::LdpVc, Format::DcSdJwt]);
    scene.ask_sets(&parts, &sets);
    let part = |prepared: &Prepared| {
        let shown = &prepared.disclosure().shown;
        assert_eq!(shown.len(), 1);
        shown[0].query_id.as_str().to_owned()
    };
    assert_eq!(part(&scene.prepare().unwrap()), "sd");
    // The person wants the other one, and from then on the world knows it.
    let ldp = scene.holding(HoldingKind::Avatar, Format::LdpVc);
    let prepared = scene.prepare_with(&wanting(&[wish("ldp", ldp)])).unwrap();
    assert_eq!(part(&prepared), "ldp");
    scene.send(prepared).unwrap();
    let known = scene.prepare().unwrap();
    assert_eq!(part(&known), "ldp");
    assert_eq!(
        known.disclosure().shown[0].certainty,
        Certainty::KnownToWorld
    );
    // For a world that takes no documents there is the other one.
    scene.ask(&parts[..1]);
    assert_eq!(part(&scene.prepare().unwrap()), "sd");
}

#[test]
fn an_optional_set_is_answered_when_the_person_chooses_it() {
    let parts = [
        sd_jwt_part("a", CredentialType::Avatar, &[NAME]),
        sd_jwt_part("i", CredentialType::Item, &[&["serial"]]),
    ];
    let sets = [
        object! { "options" => [["a"]] },
        object! { "options" => [["i"]], "required" => false },
    ];
    let mut scene = Scene::new();
    scene.ask_sets(&parts, &sets);
    let prepared = scene.prepare().unwrap();
    assert_eq!(prepared.disclosure().shown.len(), 1);
    let item = scene.holding(HoldingKind::Item, Format::DcSdJwt);
    let offered = &prepared.disclosure().optional;
    assert_eq!(offered.len(), 1);
    assert_eq!(offered[0].query_ids, [QueryId::new("i").unwrap()]);
    assert_eq!(offered[0].holdings[0].0, item);

    let prepared = scene.prepare_with(&wanting(&[wish("i", item)])).unwrap();
    assert_eq!(prepared.disclosure().shown.len(), 2);
    assert!(prepared.disclosure().optional.is_empty());
    let presented = scene.send(prepared).unwrap();
    assert_eq!(
        shown(&presented, "i").claims().get("serial"),
        Some(&42u32.into())
    );
}

#[test]
fn several_are_shown_for_one_part_only_when_asked_by_both() {
    let mut scene = Scene::new();
    scene.a.offer_in(&[Format::DcSdJwt]);
    scene.person.receive(&scene.a);
    let avatars: Vec<HoldingId> = scene
        .person
        .wallet
        .listed()
        .unwrap()
        .iter()
        .filter(|line| line.kind == HoldingKind::Avatar)
        .map(|line| line.id)
        .collect();
    let both: Vec<Preference> = avatars.iter().map(|id| wish("a", *id)).collect();
    let mut part = sd_jwt_part("a", CredentialType::Avatar, &[NAME]);
    scene.ask(std::slice::from_ref(&part));
    let refused = scene.prepare_with(&wanting(&both)).unwrap_err();
    assert!(matches!(refused, PresentError::OnlyOne { .. }));
    assert_eq!(refused.reason(), Reason::BadRequest);

    part.insert("multiple", true);
    scene.ask(std::slice::from_ref(&part));
    assert_eq!(scene.prepare().unwrap().disclosure().shown.len(), 1);
    let prepared = scene.prepare_with(&wanting(&both)).unwrap();
    let presented = scene.send(prepared).unwrap();
    assert_eq!(texts(&presented, "a").len(), 2);
}

#[test]
fn what_asks_for_too_much_is_refused_before_anything_is_opened() {
    let scene = Scene::new();
    let part = |id: usize| sd_jwt_part(&format!("p{id}"), CredentialType::Avatar, &[NAME]);
    let mut everything = part(0);
    everything.insert("claims", [object! { "path" => [Value::Null] }]);
    for parts in [(0..13).map(part).collect::<Vec<_>>(), vec![everything]] {
        scene.ask(&parts);
        let error = scene.prepare().unwrap_err();
        assert_eq!(error.reason(), Reason::QueryOverAsk, "{error}");
    }
    assert_eq!(scene.b.requests("/respond"), 0);
}

#[test]
fn a_statement_is_shown_whole_and_signed_with_the_credential_that_it_names() {
    let mut scene = Scene::new();
    let parts = [
        sd_jwt_part("a", CredentialType::Avatar, &[NAME]),
        sd_jwt_part("i", CredentialType::Item, &[&["serial"]]),
    ];
    scene.ask(&parts);
    let id = |text: &str| QueryId::new(text).unwrap();
    let text = "I enter the tournament. 大会に出ます。";
    let data = TransactionData::statement(text, &[id("i"), id("a")]).unwrap();
    scene
        .b
        .ask(|ask| ask.transaction_data = vec![data.encoded().to_owned()]);
    let prepared = scene.prepare().unwrap();
    let agreed = &prepared.disclosure().agreed;
    assert_eq!(agreed.len(), 1);
    assert_eq!(
        agreed[0].data.transaction(),
        &Transaction::Statement(text.to_owned())
    );
    let json = schemas::canonical::to_text(&prepared.disclosure().to_object().into());
    assert!(json.contains("I enter the tournament."), "{json}");
    // The consent is to the statement too.
    let digest = *prepared.disclosure().digest();
    let other = TransactionData::statement("I pay.", &[id("a")]).unwrap();
    scene
        .b
        .ask(|ask| ask.transaction_data = vec![other.encoded().to_owned()]);
    assert_ne!(*scene.prepare().unwrap().disclosure().digest(), digest);

    scene
        .b
        .ask(|ask| ask.transaction_data = vec![data.encoded().to_owned()]);
    let presented = scene.present().unwrap();
    let hashes = |part: &str| {
        let sent = texts(&presented, part).remove(0);
        let binding = sent.rsplit('~').next().unwrap().to_owned();
        let claims = binding.split('.').nth(1).unwrap();
        let claims = parsed(&base64url::decode(claims).unwrap());
        claims.get("transaction_data_hashes").cloned()
    };
    // One of those that it names, and no other (OpenID4VP 1.0 section 5.1).
    let hash = base64url::encode(Sha256Digest::of(data.encoded().as_bytes()).as_bytes());
    let signed = [hashes("a"), hashes("i")];
    let one: Vec<&Value> = signed.iter().flatten().collect();
    assert_eq!(one, [&Value::from([hash])]);
}

#[test]
fn what_nothing_shown_can_sign_is_not_agreed_to() {
    let scene = Scene::of(&[Format::LdpVc]);
    let ldp = query(&[("ldp", CredentialType::Avatar)]);
    let ldp = ldp.get("credentials").unwrap().as_array().unwrap()[0].clone();
    let ldp = ldp.as_object().unwrap().clone();
    let parts = [sd_jwt_part("sd", CredentialType::Avatar, &[NAME]), ldp];
    scene.ask_sets(&parts, &[object! { "options" => [["sd"], ["ldp"]] }]);
    let data = TransactionData::statement("I pay.", &[QueryId::new("sd").unwrap()]).unwrap();
    assert!(scene.prepare().is_ok());
    scene
        .b
        .ask(|ask| ask.transaction_data = vec![data.encoded().to_owned()]);
    let error = scene.prepare().unwrap_err();
    assert_eq!(error, PresentError::Unsigned);
    assert_eq!(error.reason(), Reason::VpQueryUnsatisfied);
}

#[test]
fn a_fresh_copy_for_a_world_that_knows_one_is_for_the_person_to_ask() {
    let mut scene = Scene::new();
    let claims = vec![Claim::PersonaName];
    scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, &[NAME])]);
    let key = |presented: &Presented| shown(presented, "a").holder_key().unwrap();
    let first = key(&scene.present().unwrap());
    assert_eq!(key(&scene.present().unwrap()), first);
    let fresh = Wishes {
        freshness: Freshness::Unseen,
        ..Wishes::default()
    };
    let prepared = scene.prepare_with(&fresh).unwrap();
    let disclosure = prepared.disclosure();
    let holding = disclosure.shown[0].holding;
    assert_eq!(disclosure.shown[0].certainty, Certainty::Fresh);
    // The key is another, and the name is what it was.
    let here = Link::SameValuesHere { holding, claims };
    assert!(disclosure.links.contains(&here), "{:?}", disclosure.links);
    let other = key(&scene.send(prepared).unwrap());
    assert_ne!(other, first);
    // Without the word it is the copy that the world met first.
    assert_eq!(key(&scene.present().unwrap()), first);
}

#[test]
fn values_join_claim_by_claim_and_what_was_withheld_joins_nothing() {
    let mut scene = Scene::new();
    scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, &[NAME])]);
    scene.present().unwrap();
    let b = scene.stranger(3);
    let met = b.id.clone();
    scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, &[LICENSE])]);
    let links = scene.prepare().unwrap().disclosure().links.clone();
    assert!(
        !links
            .iter()
            .any(|link| matches!(link, Link::SameValues { .. })),
        "{links:?}"
    );
    assert!(
        !links
            .iter()
            .any(|link| matches!(link, Link::ByItself { .. }))
    );
    scene.present().unwrap();

    // A third world asks for all: each value with those who saw it.
    let c = scene.stranger(4);
    scene.ask(&[sd_jwt_part(
        "a",
        CredentialType::Avatar,
        &[NAME, LICENSE, PROVENANCE],
    )]);
    let prepared = scene.prepare();
    let disclosure = prepared.unwrap().disclosure().clone();
    let holding = disclosure.shown[0].holding;
    let same = |claim: Claim, world| Link::SameValues {
        holding,
        claims: vec![claim],
        worlds: vec![world],
    };
    assert!(disclosure.links.contains(&same(Claim::PersonaName, met)));
    assert!(
        disclosure
            .links
            .contains(&same(Claim::License, c.id.clone()))
    );
    let claims = vec![Claim::PersonaName, Claim::Look];
    assert!(
        disclosure
            .links
            .contains(&Link::ByItself { holding, claims })
    );
    let joined = |claim: &Claim| {
        disclosure.links.iter().any(|link| match link {
            Link::SameValues { claims, .. } => claims.contains(claim),
            _ => false,
        })
    };
    // Nobody was shown the look or the creator, and the dates say nothing.
    for claim in [Claim::Look, Claim::Creator, Claim::Dates] {
        assert!(!joined(&claim), "{claim:?}");
    }
    scene.again(b);
}

#[test]
fn the_same_name_in_another_format_is_the_same_name() {
    let mut scene = Scene::of(&[Format::LdpVc, Format::DcSdJwt]);
    scene
        .b
        .ask(|ask| ask.query = query(&[("ldp", CredentialType::Avatar)]));
    scene.present().unwrap();
    let met = scene.stranger(3);
    scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, &[NAME])]);
    let prepared = scene.prepare().unwrap();
    let holding = prepared.disclosure().shown[0].holding;
    let same = Link::SameValues {
        holding,
        claims: vec![Claim::PersonaName],
        worlds: vec![met.id.clone()],
    };
    assert!(prepared.disclosure().links.contains(&same));
}

#[test]
fn what_was_shown_is_remembered_by_another_process_and_without_its_history() {
    let mut scene = Scene::new();
    scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, &[NAME])]);
    scene.present().unwrap();
    scene.stranger(3);
    scene.person.wallet = scene.person.reopened();
    scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, &[NAME])]);
    let links = scene.prepare().unwrap().disclosure().links.clone();
    assert!(
        links
            .iter()
            .any(|link| matches!(link, Link::SameValues { .. }))
    );
    // An exported history says neither the name nor which worlds saw the same one.
    let history = String::from_utf8(scene.person.wallet.export_history().unwrap()).unwrap();
    assert!(!history.contains("Mika"));
    scene.person.wallet.check().unwrap();
}

#[test]
fn a_world_that_takes_no_algorithm_of_ours_gets_nothing() {
    let mut scene = Scene::new();
    scene.ask(&[sd_jwt_part("a", CredentialType::Avatar, &[NAME])]);
    let listed = |issuer: &str, holder: &str| {
        object! { "dc+sd-jwt" => object! {
            "sd-jwt_alg_values" => [issuer],
            "kb-jwt_alg_values" => [holder],
        } }
    };
    for (formats, fits) in [
        (listed("Ed25519", "EdDSA"), true),
        (listed("ES256", "EdDSA"), false),
        (listed("EdDSA", "ES256"), false),
        (object! { "ldp_vc" => Object::new() }, false),
        (Object::new(), true),
    ] {
        scene.b.ask(|ask| ask.formats = Some(formats.clone()));
        let found = scene.prepare().map(drop).map_err(|error| error.reason());
        let expected = if fits {
            Ok(())
        } else {
            Err(Reason::ProofTypeUnsupported)
        };
        assert_eq!(found, expected, "{formats:?}");
    }
    scene.b.ask(|ask| ask.formats = None);
    scene.present().unwrap();
}
