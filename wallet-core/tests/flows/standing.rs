//! What became of a credential, asked when it arrives and when the person wants to know, and at no
//! other time.

use fetch::{Client, Policy as Reach};
use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use schemas::bundle::{BundleClaims, BundledDocument, BundledList};
use schemas::check::{CheckId, Verdict};
use schemas::credential::CredentialType;
use schemas::dcql::QueryId;
use schemas::json::Value;
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::status::StatusPurpose;
use verifier::{Creators, Finding, Policy};
use wallet_core::check::{
    AtHand, CheckError, Handed, Held, Judgment, Source, Trust, judge_file, judge_holdings,
};
use wallet_core::present::{self, Preference, PresentError, Wishes, prepare, send};
use wallet_core::{OsEntropy, PersonaIndex, Taken, Wallet, Withdrawal, Withdrawn};

use crate::fixture::{Person, client, later, now, run};
use crate::world::{Lie, World, parsed};

const LIST: &str = "/status/";

fn held(person: &mut Person, at: i64) -> Vec<Held> {
    let worlds = person.wallet.confirmed_worlds().unwrap();
    let client = Client::new(Reach::for_worlds(&worlds));
    let holdings = person.wallet.holdings().unwrap();
    run(judge_holdings(
        &client,
        &mut person.wallet,
        holdings,
        later(at),
    ))
    .unwrap()
}

#[test]
fn what_is_not_revoked_arrives_and_its_list_is_asked_once() {
    let world = World::new(1);
    world.publish_status(StatusPurpose::Revocation, None);
    let mut person = Person::new();
    let received = person.receive(&world);
    assert_eq!(received.holdings[0].copies.len(), 3);
    let report = &received.holdings[0].report;
    assert_eq!(report.outcome(CheckId::Status).id(), "passed");
    assert_eq!(world.requests(LIST), 1);
}

#[test]
fn what_is_revoked_or_undecided_is_not_kept() {
    let refused = |purpose, lie, reason: Reason, verdict: Verdict| {
        let world = World::lying(1, lie);
        world.publish_status(purpose, None);
        if lie == Lie::None {
            world.set_status(2);
        }
        let mut person = Person::new();
        let error = person.redeem(&world).unwrap_err();
        assert_eq!(error.reason(), Reason::ImportRejected, "{lie:?}");
        assert_eq!(error.cause(), reason, "{lie:?} {purpose}");
        let wallet_core::receive::ReceiveError::Import(fault) = error else {
            panic!("{lie:?}")
        };
        assert_eq!(fault.report().unwrap().verdict(), verdict, "{lie:?}");
        assert!(person.wallet.holdings().unwrap().is_empty());
    };
    let (none, rejected) = (Lie::None, Verdict::Rejected);
    refused(StatusPurpose::Revocation, none, Reason::Revoked, rejected);
    refused(StatusPurpose::Suspension, none, Reason::Suspended, rejected);
    let (purpose, away) = (StatusPurpose::Revocation, Lie::StatusUnreachable);
    let unavailable = Reason::StatusUnavailable;
    refused(purpose, away, unavailable, Verdict::Indeterminate);
    refused(purpose, Lie::StatusByOther, Reason::StatusInvalid, rejected);
}

#[test]
fn what_an_issuer_says_of_its_credential_is_beside_the_verdict() {
    let world = World::new(1);
    world.publish_status(StatusPurpose::Message, Some("being repainted"));
    let mut person = Person::new();
    let arrived = person.redeem(&world).unwrap();
    let message = |set, message: &str| Finding::StatusMessage {
        set,
        message: Some(message.to_owned()),
    };
    let findings = arrived.parts()[0].report().findings();
    assert_eq!(findings, [message(false, "all is well")]);
    world.set_status(4);
    let arrived = person.redeem(&world).unwrap();
    let findings = arrived.parts()[0].report().findings();
    assert_eq!(findings, [message(true, "being repainted")]);
    world.publish_status(StatusPurpose::Refresh, None);
    world.set_status(7);
    let arrived = person.redeem(&world).unwrap();
    let findings = arrived.parts()[0].report().findings();
    assert_eq!(findings, [Finding::NewerCredential]);
}

#[test]
fn presenting_asks_no_list_and_contacts_nobody_but_the_asking_world() {
    let (a, b) = (World::new(1), World::new(2));
    a.publish_status(StatusPurpose::Revocation, None);
    let mut person = Person::new();
    person.receive(&a);
    a.server.forget();
    let confirmed = person.confirm(&b);
    // It could: both worlds are within reach of this client.
    let both = client(&[&a, &b]);
    let request = present::read_request(&b.request_link()).unwrap();
    let mut entropy = OsEntropy;
    let opening = present::open(&both, &request, &confirmed, &mut entropy, now());
    let request = run(opening).unwrap();
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
    // The world of this test knows no list of A, and so does not admit.
    let error = run(send(&both, &mut person.wallet, accepted, now())).unwrap_err();
    assert_eq!(error.reason(), Reason::CredIssuerUntrusted);
    assert!(a.server.asked().is_empty(), "{:?}", a.server.asked());
    assert_eq!(b.requests(LIST), 0);
}

#[test]
fn a_person_may_ask_whether_everything_still_stands() {
    let (a, b) = (World::new(1), World::new(2));
    a.publish_status(StatusPurpose::Revocation, None);
    let mut person = Person::new();
    person.receive(&a);
    person.receive(&a);
    person.receive(&b);
    a.server.forget();
    let found = held(&mut person, 600);
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|one| one.report.accepted().is_some()));
    // One list for six copies, and nothing that says which.
    assert_eq!(a.requests(LIST), 1);
    assert_eq!(a.requests("/.well-known/did.json"), 1);
    assert_eq!(a.server.asked().len(), 2);

    // The second copy of the first batch: whatever is revoked of a holding revokes it.
    a.set_status(2);
    let found = held(&mut person, 1200);
    let reasons: Vec<_> = found.iter().map(|one| one.report.reason()).collect();
    assert_eq!(
        reasons.iter().flatten().collect::<Vec<_>>(),
        [&Reason::Revoked]
    );

    // Out of reach is not revoked, and not well either.
    a.lie(Lie::StatusUnreachable);
    let found = held(&mut person, 1800);
    let doubtful = |one: &&Held| one.report.reason() == Some(Reason::StatusUnavailable);
    assert_eq!(found.iter().filter(doubtful).count(), 2);

    // Whom the person does not confirm any more is not asked.
    person.wallet.remove_pin(&a.id).unwrap();
    a.server.forget();
    let found = held(&mut person, 2400);
    let missing = |one: &&Held| !one.report.missing().is_empty();
    assert_eq!(found.iter().filter(missing).count(), 2);
    assert!(a.server.asked().is_empty());
}

#[test]
fn what_is_at_hand_is_enough_and_nobody_is_contacted() {
    let world = World::new(1);
    world.publish_status(StatusPurpose::Revocation, None);
    let mut person = Person::new();
    let received = person.receive(&world);
    let copy = received.holdings[0].copies[0];
    let credential = person.wallet.credential(&copy).unwrap();
    world.server.forget();
    let handed = Handed {
        bytes: &credential,
        model: None,
        request: None,
    };
    let policy =
        Policy::nobody().with_issuer(world.id.did(), vec![CredentialType::Avatar], Creators::Any);
    let judge = |at_hand: &AtHand, trust: &Trust| {
        let judging = judge_file(Source::AtHand(at_hand), trust, &handed, now());
        match run(judging).unwrap().finding {
            Judgment::Report(report) => *report,
            other => panic!("{other:?}"),
        }
    };
    let document = AtHand::new().with_document(&world.document()).unwrap();
    let whole = document
        .clone()
        .with_status_list(&world.status_list())
        .unwrap();
    for trust in [
        Trust::of_policy(policy),
        Trust::nobody().with_world(world.id.clone()),
    ] {
        let report = judge(&whole, &trust);
        assert!(report.accepted().is_some(), "{report:?}");
        // What is not at hand is named.
        let report = judge(&document, &trust);
        assert_eq!(report.reason(), Some(Reason::StatusUnavailable));
        assert_eq!(report.missing().len(), 1);
        let report = judge(&AtHand::new(), &trust);
        assert_eq!(report.reason(), Some(Reason::DidResolutionFailed));
    }
    let trust = Trust::nobody().with_world(world.id.clone());
    world.set_status(1);
    let revoked = document
        .clone()
        .with_status_list(&world.status_list())
        .unwrap();
    assert_eq!(judge(&revoked, &trust).reason(), Some(Reason::Revoked));
    world.lie(Lie::StatusByOther);
    let forged = document.with_status_list(&world.status_list()).unwrap();
    assert_eq!(judge(&forged, &trust).reason(), Some(Reason::StatusInvalid));
    assert!(world.server.asked().is_empty());

    let error = AtHand::new().with_status_list(&credential).unwrap_err();
    let reason = Reason::StatusInvalid;
    assert_eq!(error, CheckError::Beside { reason });
    let error = AtHand::new().with_trust_list(b"{}").unwrap_err();
    assert_eq!(error.reason(), Reason::TrustListInvalid);
    let error = AtHand::new().with_document(b"{\"id\":\"a\"}").unwrap_err();
    assert_eq!(error.reason(), Reason::DidDocumentInvalid);
    let error = AtHand::new().with_document(b"{").unwrap_err();
    assert_eq!(error.reason(), Reason::ParseError);
}

#[test]
fn a_bundle_of_a_named_maker_is_at_hand_within_its_ages() {
    let world = World::new(1);
    world.publish_status(StatusPurpose::Revocation, None);
    let mut person = Person::new();
    let received = person.receive(&world);
    let copy = received.holdings[0].copies[0];
    let credential = person.wallet.credential(&copy).unwrap();
    world.server.forget();
    let maker = SigningKey::from_seed(&[55; 32]);
    let claims = BundleClaims {
        made: now(),
        until: later(86_400),
        documents: vec![BundledDocument {
            did: world.id.did(),
            fetched: now(),
            document: parsed(&world.document()),
        }],
        key_histories: Vec::new(),
        trust_lists: Vec::new(),
        status_lists: vec![BundledList {
            url: format!("{}/status/1", world.id.origin()).parse().unwrap(),
            issuer: world.id.did(),
            fetched: now(),
            credential: parsed(&world.status_list()),
        }],
    };
    let kid = maker.verification_method();
    let Value::Object(claims) = claims.to_value() else {
        panic!("claims")
    };
    let bundle = jws::sign(Typ::Bundle, KeyRef::Kid(&kid), &claims, &maker);
    let policy = Policy::nobody()
        .with_issuer(world.id.did(), vec![CredentialType::Avatar], Creators::Any)
        .with_bundle_maker(maker.did_key());
    let at_hand = AtHand::new().with_bundle(bundle.as_bytes(), &policy, now());
    let (at_hand, trust) = (at_hand.unwrap(), Trust::of_policy(policy));
    let handed = Handed {
        bytes: &credential,
        model: None,
        request: None,
    };
    for (seconds, reason) in [(60, None), (301, Some(Reason::DidResolutionFailed))] {
        let judging = judge_file(Source::AtHand(&at_hand), &trust, &handed, later(seconds));
        let Judgment::Report(report) = run(judging).unwrap().finding else {
            panic!("a report")
        };
        assert_eq!(report.reason(), reason, "{seconds}");
    }
    assert!(world.server.asked().is_empty());
    let error = AtHand::new().with_bundle(bundle.as_bytes(), &Policy::nobody(), now());
    assert_eq!(error.unwrap_err().reason(), Reason::BundleUntrusted);
}

#[test]
fn a_world_under_a_name_like_a_confirmed_one_is_noticed_before_consent() {
    let (a, b) = (World::new(1), World::new(2));
    a.call("Meadow");
    // With the Cyrillic letter О.
    b.call("MEADОW");
    b.believe(&a);
    let mut person = Person::new();
    let confirmed = person.confirm(&a);
    let both = client(&[&a, &b]);
    let offer = |world: &World| wallet_core::receive::read_offer(&world.offer_link()).unwrap();
    let opening = wallet_core::receive::open(&both, offer(&a), &confirmed, now());
    let open = run(opening).unwrap();
    assert_eq!(open.profile().unwrap().name(), "Meadow");
    assert!(open.name_findings(&person.wallet).unwrap().is_empty());
    person.receive(&a);
    // Its name is its, also the second time.
    let opening = wallet_core::receive::open(&both, offer(&a), &confirmed, now());
    let open = run(opening).unwrap();
    assert!(open.name_findings(&person.wallet).unwrap().is_empty());

    let codes = |findings: &[verifier::names::NameFinding]| -> Vec<&'static str> {
        findings
            .iter()
            .map(verifier::names::NameFinding::code)
            .collect()
    };
    let confirmed = person.confirm(&b);
    let opening = wallet_core::receive::open(&both, offer(&b), &confirmed, now());
    let open = run(opening).unwrap();
    let found = open.name_findings(&person.wallet).unwrap();
    assert_eq!(codes(&found), ["look_alike", "mixed_scripts"]);
    let request = present::read_request(&b.request_link()).unwrap();
    let mut entropy = OsEntropy;
    let opening = present::open(&both, &request, &confirmed, &mut entropy, now());
    let request = run(opening).unwrap();
    let prepared = prepare(
        &person.wallet,
        request,
        PersonaIndex::FIRST,
        &Wishes::default(),
        now(),
    )
    .unwrap();
    assert_eq!(
        codes(&prepared.disclosure().names),
        ["look_alike", "mixed_scripts"]
    );
}

/// What the world issued before it changed its key stands, by the history, and its lists are signed anew.
#[test]
fn what_an_older_key_signed_stands() {
    let world = World::new(1);
    world.publish_status(StatusPurpose::Revocation, None);
    let mut person = Person::new();
    person.receive(&world);
    world.rotate();
    world.server.forget();
    // Offers of the new key beside copies of the old one.
    person.receive(&world);
    let found = held(&mut person, 600);
    assert_eq!(found.len(), 2);
    for one in &found {
        assert!(
            one.report.accepted().is_some(),
            "{:?}",
            one.report.details()
        );
    }
    assert!(world.requests("/.well-known/did-history.json") >= 1);
    world.set_status(1);
    let found = held(&mut person, 1200);
    let reasons: Vec<_> = found.iter().filter_map(|one| one.report.reason()).collect();
    assert_eq!(reasons, [Reason::Revoked]);
}

/// What a person was told stays known: it is not offered again, and the refusal says which holding.
#[test]
fn what_was_taken_back_is_never_chosen_and_is_named() {
    for (purpose, how) in [
        (StatusPurpose::Revocation, Withdrawal::Revoked),
        (StatusPurpose::Suspension, Withdrawal::Suspended),
    ] {
        let (a, b) = (World::new(1), World::new(2));
        a.publish_status(purpose, None);
        let mut person = Person::new();
        let first = person.receive(&a).holdings[0].holding.id;
        let confirmed = person.confirm(&b);
        let client = client(&[&a, &b]);
        let choose = |person: &Person, preferences: &[Preference]| {
            let request = present::read_request(&b.request_link()).unwrap();
            let mut entropy = OsEntropy;
            let opening = present::open(&client, &request, &confirmed, &mut entropy, now());
            let wishes = Wishes {
                preferences,
                ..Wishes::default()
            };
            let first = PersonaIndex::FIRST;
            prepare(&person.wallet, run(opening).unwrap(), first, &wishes, now())
        };
        let of = |wallet: &Wallet| wallet.listed_holding(&first).unwrap().unwrap();
        held(&mut person, 1);
        assert_eq!(of(&person.wallet).taken(), None);
        for copy in 1..=3 {
            a.set_status(copy);
        }
        held(&mut person, 600);
        // Where nothing can be learned, what was heard before stays.
        a.lie(Lie::StatusUnreachable);
        held(&mut person, 700);
        a.lie(Lie::None);
        // As another process would find it, and as it stands on the shelves.
        person.wallet = person.reopened();
        let at = later(600);
        let worst = Withdrawn { how, at };
        let taken = Taken {
            worst,
            copies: 3,
            of: 3,
        };
        assert_eq!(of(&person.wallet).taken(), Some(taken));
        assert_eq!(person.wallet.listed().unwrap(), [of(&person.wallet)]);
        let supply = of(&person.wallet).supply(now());
        assert_eq!((supply.all, supply.fresh, supply.withdrawn), (3, 0, 3));
        assert_eq!((supply.known, supply.worlds), (0, 0));
        assert!(!supply.stands && !supply.is_due());
        let query_id = QueryId::new("avatar").unwrap();
        let wish = Preference {
            query_id,
            holding: first,
        };
        for wishes in [&[][..], &[wish][..]] {
            let error = choose(&person, wishes).unwrap_err();
            let PresentError::Chosen {
                holding,
                reason,
                heard,
            } = &error
            else {
                panic!("{error}")
            };
            assert_eq!((holding.id, *reason), (first, how.reason()));
            assert_eq!(*heard, Some(at));
        }
        // Another one is chosen before it, though it came later, and the fallen one is no alternative.
        let c = World::new(3);
        let second = person.receive(&c).holdings[0].holding.id;
        let prepared = choose(&person, &[]).unwrap();
        assert_eq!(prepared.disclosure().shown[0].holding, second);
        assert!(prepared.disclosure().shown[0].alternatives.is_empty());
        // Its issuer stands by it again.
        a.clear_statuses();
        held(&mut person, 1200);
        assert_eq!(of(&person.wallet).taken(), None);
        assert!(of(&person.wallet).supply(now()).stands);
        let prepared = choose(&person, &[]).unwrap();
        let shown = &prepared.disclosure().shown[0];
        assert!(shown.holding == first || shown.alternatives == [first]);
    }
}

/// One copy that was taken back is not shown; the others are.
#[test]
fn of_several_copies_one_that_was_taken_back_is_passed_over() {
    let (a, b) = (World::new(1), World::new(2));
    a.publish_status(StatusPurpose::Revocation, None);
    let mut person = Person::new();
    let received = person.receive(&a);
    let confirmed = person.confirm(&b);
    a.set_status(1);
    held(&mut person, 600);
    let copies = person
        .wallet
        .copies(&received.holdings[0].holding.id)
        .unwrap();
    let fallen = |copy: &&wallet_core::Copy| copy.withdrawn.is_some();
    let fallen: Vec<_> = copies.iter().filter(fallen).map(|copy| copy.id).collect();
    assert_eq!(fallen.len(), 1);
    let both = client(&[&a, &b]);
    let request = present::read_request(&b.request_link()).unwrap();
    let mut entropy = OsEntropy;
    let opening = present::open(&both, &request, &confirmed, &mut entropy, now());
    let request = run(opening).unwrap();
    let wishes = Wishes::default();
    let prepared = prepare(&person.wallet, request, PersonaIndex::FIRST, &wishes, now()).unwrap();
    let shown = &prepared.disclosure().shown[0];
    assert!(!fallen.contains(&shown.copy));
    assert_eq!(shown.left, 1);
}
