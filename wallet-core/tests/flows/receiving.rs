//! Receiving from a world that is honest, and from one that is not.

use schemas::credential::CredentialType;
use schemas::message::Confidential;
use schemas::reason::Reason;
use wallet_core::consent::KeepConsent;
use wallet_core::receive::{self, Copies, Notified, ReceiveError, Step, Wanted};
use wallet_core::{EntryKind, HoldingKind, OriginError};

use crate::fixture::{Person, client, now, run, wanted};
use crate::world::{Lie, World, parsed};

#[test]
fn an_avatar_and_an_item_arrive_and_are_kept() {
    let world = World::new(1);
    world.offer(&[CredentialType::Avatar, CredentialType::Item], Some(3));
    let mut person = Person::new();
    let arrived = person.redeem(&world).unwrap();
    assert_eq!(arrived.parts().len(), 2);
    let avatar = &arrived.parts()[0];
    assert_eq!((avatar.name().as_str(), avatar.copies()), ("Mika", 3));
    assert_eq!(avatar.issuer(), &world.id);
    assert_eq!(avatar.creator(), Some(&crate::fixture::creator().did_key()));
    // Nothing is kept before the person says so.
    assert!(person.wallet.holdings().unwrap().is_empty());
    assert_eq!(world.requests("/notification"), 0);

    let consent = KeepConsent::Digest(arrived.digest());
    let client = client(&[&world]);
    let kept = run(receive::keep(
        &client,
        &mut person.wallet,
        arrived,
        consent,
        now(),
    ))
    .unwrap();
    assert_eq!(kept.notified, Notified::Sent);
    let said: Vec<String> = world
        .server
        .asked()
        .into_iter()
        .filter(|asked| asked.path == "/notification")
        .map(|asked| {
            parsed(&asked.body)
                .get("event")
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(said, ["credential_accepted", "credential_accepted"]);

    let found = person.reopened();
    let holdings = found.holdings().unwrap();
    assert_eq!(holdings.len(), 2);
    let mut names: Vec<_> = holdings
        .iter()
        .map(|one| (one.kind, one.name.as_str()))
        .collect();
    names.sort_by_key(|(_, name)| *name);
    assert_eq!(
        names,
        [
            (HoldingKind::Avatar, "Mika"),
            (HoldingKind::Item, "sword #42")
        ]
    );
    assert!(
        holdings
            .iter()
            .all(|one| one.copies.len() == 3 && one.issuer == world.id)
    );
    let received = found.history().unwrap();
    assert_eq!(
        received
            .iter()
            .filter(|entry| entry.kind == EntryKind::Received)
            .count(),
        2
    );
    found.verify_history().unwrap();
}

#[test]
fn no_two_copies_have_a_key_in_common() {
    let world = World::new(1);
    let mut person = Person::new();
    person.receive(&world);
    person.receive(&world);
    let mut subjects = Vec::new();
    for holding in person.wallet.holdings().unwrap() {
        for copy in person.wallet.copies(&holding.id).unwrap() {
            let credential = parsed(&person.wallet.credential(&copy.id).unwrap());
            let subject = credential
                .get("credentialSubject")
                .unwrap()
                .get("id")
                .unwrap();
            subjects.push(subject.as_str().unwrap().to_owned());
        }
    }
    assert_eq!(subjects.len(), 6);
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 6);
}

#[test]
fn an_issuer_without_batches_gives_one_copy() {
    let world = World::new(1);
    world.offer(&[CredentialType::Avatar], None);
    let mut person = Person::new();
    assert_eq!(person.receive(&world).holdings[0].copies.len(), 1);
}

#[test]
fn the_number_of_copies_is_the_smaller_wish() {
    let world = World::new(1);
    let mut person = Person::new();
    let confirmed = person.confirm(&world);
    let client = client(&[&world]);
    for (batch, wish, copies) in [
        (Some(3), Copies::Usual, 3),
        (Some(30), Copies::Usual, 10),
        (Some(30), Copies::AtMost(40), 10),
        (Some(30), Copies::AtMost(2), 2),
        (Some(30), Copies::AtMost(0), 1),
        (None, Copies::AtMost(5), 1),
    ] {
        world.offer(&[CredentialType::Avatar], batch);
        let offer = receive::read_offer(&world.offer_link()).unwrap();
        let open = run(receive::open(&client, offer, &confirmed, now())).unwrap();
        assert_eq!(open.copies(wish), copies, "{batch:?} {wish:?}");
    }
}

#[test]
fn nobody_is_contacted_before_the_origin_is_confirmed() {
    let (a, b) = (World::new(1), World::new(2));
    let mut person = Person::new();
    let offer = receive::read_offer(&a.offer_link()).unwrap();
    assert_eq!(offer.world(), &a.id);
    assert!(matches!(
        person.wallet.confirmed(&a.id),
        Err(OriginError::Unconfirmed { .. })
    ));
    let error = person
        .wallet
        .confirm_origin(&a.id, &b.id, now())
        .unwrap_err();
    assert_eq!(error.reason(), Reason::OriginUnconfirmed);
    // A confirmation of another world does not help.
    let confirmed = person.confirm(&b);
    let client = client(&[&a, &b]);
    let error = run(receive::open(&client, offer, &confirmed, now())).unwrap_err();
    assert_eq!(error.reason(), Reason::OriginUnconfirmed);
    assert!(a.server.asked().is_empty() && b.server.asked().is_empty());
    // Confirming pins.
    person.confirm(&a);
    assert_eq!(person.wallet.confirmed(&a.id).unwrap().world(), &a.id);
}

#[test]
fn a_world_on_this_machine_is_reached_only_when_it_is_named() {
    let world = World::new(1);
    let mut person = Person::new();
    let confirmed = person.confirm(&world);
    let offer = || receive::read_offer(&world.offer_link()).unwrap();
    let strangers = fetch::Client::new(fetch::Policy::public());
    let error = run(receive::open(&strangers, offer(), &confirmed, now())).unwrap_err();
    assert_eq!(error.reason(), Reason::OfferRejected);
    assert!(world.server.asked().is_empty());
    let client = fetch::Client::new(confirmed.policy());
    run(receive::open(&client, offer(), &confirmed, now())).unwrap();
}

#[test]
fn what_leads_to_another_world_is_refused_before_the_code_is_spent() {
    for (lie, reason) in [
        (Lie::MetadataOfOther, Reason::IssuerMetadataMismatch),
        (Lie::OfferOfOther, Reason::IssuerMetadataMismatch),
        (Lie::ServerOfOther, Reason::IssuerMetadataMismatch),
        (Lie::ServersOfOther, Reason::IssuerMetadataMismatch),
        (Lie::EndpointElsewhere, Reason::IssuerMetadataMismatch),
        (Lie::OfferHuge, Reason::OfferRejected),
        (Lie::OfferRedirects, Reason::OfferRejected),
        (Lie::NoDidDocument, Reason::DidResolutionFailed),
    ] {
        let world = World::lying(1, lie);
        let mut person = Person::new();
        let error = person.redeem(&world).unwrap_err();
        assert_eq!(error.reason(), reason, "{lie:?}: {error}");
        assert_eq!(world.requests("/token"), 0, "{lie:?}");
    }
}

#[test]
fn what_is_not_to_be_believed_is_not_kept() {
    for (lie, cause) in [
        (Lie::CredentialByOther, Reason::CredIssuerUntrusted),
        (Lie::CredentialDiffers, Reason::ImportRejected),
        (Lie::CredentialExpired, Reason::CredExpired),
        (Lie::CredentialForOtherKey, Reason::VpHolderMismatch),
        (Lie::CredentialLooser, Reason::LicenseLooser),
        (Lie::CredentialOfOtherType, Reason::CredType),
        (Lie::CredentialProvenanceTampered, Reason::SigInvalid),
        (Lie::CredentialSignedByOther, Reason::SigInvalid),
        (Lie::CredentialTooMany, Reason::ImportRejected),
        (Lie::CredentialUnsigned, Reason::ProofMissing),
    ] {
        let world = World::lying(1, lie);
        let mut person = Person::new();
        let error = person.redeem(&world).unwrap_err();
        assert!(matches!(error, ReceiveError::Import(_)), "{lie:?}: {error}");
        assert_eq!(
            (error.reason(), error.cause()),
            (Reason::ImportRejected, cause),
            "{lie:?}"
        );
        assert!(person.wallet.holdings().unwrap().is_empty());
        assert!(!error.to_string().contains("did:key"), "{error}");
        let failures = world.server.asked().iter().any(|asked| {
            asked.path == "/notification"
                && String::from_utf8_lossy(&asked.body).contains("credential_failure")
        });
        assert!(failures, "{lie:?}");
    }
}

#[test]
fn a_stale_nonce_is_fetched_anew_once() {
    let world = World::lying(1, Lie::NonceOnceStale);
    let mut person = Person::new();
    person.redeem(&world).unwrap();
    assert_eq!(
        (world.requests("/nonce"), world.requests("/credential")),
        (2, 2)
    );

    let world = World::lying(1, Lie::NonceAlwaysStale);
    let error = Person::new().redeem(&world).unwrap_err();
    assert_eq!(error.reason(), Reason::CNonceInvalid);
    assert_eq!(
        (world.requests("/nonce"), world.requests("/credential")),
        (2, 2)
    );
}

#[test]
fn a_code_of_another_form_is_not_tried_and_a_wrong_one_is_told() {
    let world = World::new(1);
    let mut person = Person::new();
    let confirmed = person.confirm(&world);
    let client = client(&[&world]);
    for (typed, tried) in [
        (None, 0),
        (Some("12345"), 0),
        (Some("12345x"), 0),
        (Some("111111"), 1),
    ] {
        let offer = receive::read_offer(&world.offer_link()).unwrap();
        let open = run(receive::open(&client, offer, &confirmed, now())).unwrap();
        assert!(open.tx_code().is_some());
        let wanted = Wanted {
            tx_code: typed.map(Confidential::new),
            ..wanted()
        };
        let digest = open.digest(&wanted);
        let error = run(receive::redeem(
            &client,
            &mut person.wallet,
            open,
            &digest,
            &wanted,
            now(),
        ))
        .unwrap_err();
        assert_eq!(error.reason(), Reason::TxCodeInvalid, "{typed:?}");
        assert_eq!(world.requests("/token"), tried, "{typed:?}");
    }
}

#[test]
fn consent_is_for_one_offer_and_for_what_arrived() {
    let world = World::new(1);
    let mut person = Person::new();
    let confirmed = person.confirm(&world);
    let client = client(&[&world]);
    let open = |person: &World| {
        let offer = receive::read_offer(&person.offer_link()).unwrap();
        run(receive::open(&client, offer, &confirmed, now())).unwrap()
    };
    let first = open(&world);
    // Looking twice gives the same digest, so that a look and a yes can be two runs.
    let wanted = wanted();
    assert_eq!(first.digest(&wanted), open(&world).digest(&wanted));
    world.offer(&[CredentialType::Item], Some(3));
    let second = open(&world);
    assert_ne!(first.digest(&wanted), second.digest(&wanted));
    let digest = first.digest(&wanted);
    let error = run(receive::redeem(
        &client,
        &mut person.wallet,
        second,
        &digest,
        &wanted,
        now(),
    ))
    .unwrap_err();
    assert_eq!(error.reason(), Reason::ConsentMismatch);
    assert_eq!(world.requests("/token"), 0);

    let arrived = person.redeem(&world).unwrap();
    let other = person.redeem(&world).unwrap().digest();
    assert_ne!(arrived.digest(), other);
    let error = run(receive::keep(
        &client,
        &mut person.wallet,
        arrived,
        KeepConsent::Digest(other),
        now(),
    ))
    .unwrap_err();
    assert_eq!(error.reason(), Reason::ConsentMismatch);
    assert!(person.wallet.holdings().unwrap().is_empty());
}

#[test]
fn consent_to_redeem_binds_persona_choice_and_number_of_copies() {
    let world = World::new(1);
    world.offer(&[CredentialType::Avatar, CredentialType::Item], Some(3));
    let mut person = Person::new();
    let other = person.wallet.add_persona(&"other".parse().unwrap(), now());
    let confirmed = person.confirm(&world);
    let client = client(&[&world]);
    let open = || {
        let offer = receive::read_offer(&world.offer_link()).unwrap();
        run(receive::open(&client, offer, &confirmed, now())).unwrap()
    };
    let agreed = wanted();
    let digest = open().digest(&agreed);
    let names: Vec<String> = open()
        .offered()
        .iter()
        .map(|one| one.configuration_id.clone())
        .collect();
    for (what, changed) in [
        (
            "persona",
            Wanted {
                persona: other.unwrap().index,
                ..wanted()
            },
        ),
        (
            "choice",
            Wanted {
                configurations: names[1..].to_vec(),
                ..wanted()
            },
        ),
        (
            "copies",
            Wanted {
                copies: Copies::AtMost(2),
                ..wanted()
            },
        ),
    ] {
        let open = open();
        assert_ne!(open.digest(&changed), digest, "{what}");
        let redeeming =
            receive::redeem(&client, &mut person.wallet, open, &digest, &changed, now());
        let error = run(redeeming).unwrap_err();
        assert_eq!(error.reason(), Reason::ConsentMismatch, "{what}");
    }
    assert_eq!(world.requests("/token"), 0);
    // The same said in other words is the same: all by name, more copies than are given, a code.
    let same = Wanted {
        configurations: names,
        copies: Copies::AtMost(9),
        tx_code: None,
        ..agreed
    };
    assert_eq!(open().digest(&same), digest);
}

#[test]
fn what_nobody_has_seen_is_kept_only_when_that_is_said() {
    let world = World::new(1);
    let mut person = Person::new();
    let arrived = person.redeem(&world).unwrap();
    let seen = KeepConsent::Digest(schemas::digest::Sha256Digest::of(b"of the offer"));
    let client = client(&[&world]);
    let keeping = receive::keep(&client, &mut person.wallet, arrived, seen, now());
    assert_eq!(run(keeping).unwrap_err().reason(), Reason::ConsentMismatch);
    assert!(person.wallet.holdings().unwrap().is_empty());

    let arrived = person.redeem(&world).unwrap();
    let unseen = KeepConsent::WhateverVerifies;
    run(receive::keep(
        &client,
        &mut person.wallet,
        arrived,
        unseen,
        now(),
    ))
    .unwrap();
    assert_eq!(person.wallet.holdings().unwrap().len(), 1);
    // What does not verify never arrives, whatever is agreed to.
    world.lie(Lie::CredentialOfOtherType);
    assert_eq!(person.redeem(&world).unwrap_err().cause(), Reason::CredType);
}

#[test]
fn declining_keeps_nothing_and_says_so() {
    let world = World::new(1);
    let mut person = Person::new();
    let arrived = person.redeem(&world).unwrap();
    assert_eq!(
        run(receive::decline(
            &client(&[&world]),
            &mut person.wallet,
            arrived
        )),
        Ok(Notified::Sent)
    );
    let asked = world.server.asked();
    let last = asked.last().unwrap();
    assert!(String::from_utf8_lossy(&last.body).contains("credential_deleted"));
    assert!(person.wallet.holdings().unwrap().is_empty());
}

#[test]
fn a_notification_that_is_not_taken_changes_nothing() {
    let world = World::lying(1, Lie::AnotherNotificationAnswer);
    let mut person = Person::new();
    assert_eq!(person.receive(&world).notified, Notified::Failed);
    assert_eq!(person.wallet.holdings().unwrap().len(), 1);
}

#[test]
fn what_is_no_offer_or_offers_nothing_known_is_refused() {
    for link in [
        "",
        "a.example",
        "http://a.example",
        "https://a.example?x=y",
        "openid-credential-offer://?credential_offer_uri=http%3A%2F%2F127.0.0.1%2F",
        "openid-credential-offer://?credential_offer=%7B%7D",
    ] {
        let error = receive::read_offer(link).unwrap_err();
        assert!(matches!(
            error,
            ReceiveError::Message {
                step: Step::Offer,
                ..
            }
        ));
        assert_eq!(error.reason(), Reason::OfferRejected, "{link}");
    }
    let world = World::new(1);
    world.offer(&[CredentialType::AssetProvenance], None);
    let error = Person::new().redeem(&world).unwrap_err();
    assert_eq!(error.reason(), Reason::OfferRejected);

    world.offer(&[CredentialType::Avatar], None);
    let mut person = Person::new();
    let confirmed = person.confirm(&world);
    let client = client(&[&world]);
    let offer = receive::read_offer(&world.offer_link()).unwrap();
    let open = run(receive::open(&client, offer, &confirmed, now())).unwrap();
    let wanted = Wanted {
        configurations: vec!["ItemCredential".to_owned()],
        ..wanted()
    };
    let digest = open.digest(&wanted);
    let error = run(receive::redeem(
        &client,
        &mut person.wallet,
        open,
        &digest,
        &wanted,
        now(),
    ))
    .unwrap_err();
    assert_eq!(error.reason(), Reason::OfferRejected);
}

#[test]
fn numbers_of_keys_are_not_given_out_again_after_a_failure() {
    let world = World::lying(1, Lie::CredentialExpired);
    let mut person = Person::new();
    person.redeem(&world).unwrap_err();
    world.lie(Lie::None);
    let kept = person.receive(&world).holdings.remove(0);
    let copies = person.reopened().copies(&kept.holding.id).unwrap();
    let numbers: Vec<u32> = copies.iter().map(|copy| copy.key.index).collect();
    assert_eq!(numbers, [3, 4, 5]);
}

#[test]
fn a_creator_whom_the_person_did_not_confirm_is_not_contacted() {
    let (world, creator) = (World::new(1), World::new(2));
    world.embed(creator.state());
    let mut person = Person::new();
    let confirmed = person.confirm(&world);
    let both = client(&[&world, &creator]);
    let redeem = |person: &mut Person| {
        let offer = receive::read_offer(&world.offer_link()).unwrap();
        run(async {
            let open = receive::open(&both, offer, &confirmed, now()).await?;
            let digest = open.digest(&wanted());
            receive::redeem(&both, &mut person.wallet, open, &digest, &wanted(), now()).await
        })
    };
    let error = redeem(&mut person).unwrap_err();
    assert_eq!(error.cause(), Reason::DidResolutionFailed);
    assert!(creator.server.asked().is_empty());
    person.confirm(&creator);
    let arrived = redeem(&mut person).unwrap();
    assert_eq!(arrived.parts()[0].creator(), Some(&creator.id.did()));
    assert_eq!(creator.requests("/.well-known/did.json"), 1);
}

#[test]
fn an_offer_by_value_names_its_world_itself() {
    let world = World::new(1);
    let offer = schemas::object! {
        "credential_issuer" => world.id.origin(),
        "credential_configuration_ids" => ["AvatarCredential"],
        "grants" => schemas::object! {
            "urn:ietf:params:oauth:grant-type:pre-authorized_code" => schemas::object! {
                "pre-authorized_code" => "code-1",
            },
        },
    };
    let text = String::from_utf8(schemas::canonical::object_to_bytes(&offer)).unwrap();
    let text = schemas::form::percent_encode(&text);
    let link = format!("openid-credential-offer://?credential_offer={text}\n");
    let offer = receive::read_offer(&link).unwrap();
    assert_eq!(offer.world(), &world.id);
    let mut person = Person::new();
    let confirmed = person.confirm(&world);
    let client = client(&[&world]);
    let open = run(receive::open(&client, offer, &confirmed, now())).unwrap();
    assert_eq!(open.claimed_name("ja"), Some("Neo Kyoto"));
    assert_eq!(open.offered().len(), 1);
    // No code is asked for, so none is sent.
    let wanted = wanted();
    let digest = open.digest(&wanted);
    let error = run(receive::redeem(
        &client,
        &mut person.wallet,
        open,
        &digest,
        &wanted,
        now(),
    ))
    .unwrap_err();
    assert_eq!(error.reason(), Reason::TxCodeInvalid);
    let sent = world
        .server
        .asked()
        .into_iter()
        .find(|asked| asked.path == "/token")
        .unwrap();
    assert!(!String::from_utf8(sent.body).unwrap().contains("tx_code"));
}
