//! Receiving in two formats and of any type, waiting for what comes later, logging in, and refilling.

use schemas::credential::CredentialType;
use schemas::form::Form;
use schemas::json::Object;
use schemas::message::Confidential;
use schemas::object;
use schemas::reason::Reason;
use wallet_core::consent::KeepConsent;
use wallet_core::present::{self, Wishes};
use wallet_core::receive::{
    self, Arrived, Fetched, ImportFault, OpenOffer, ReceiveError, RefillOutcome, Refilled, Step,
    Wanted, Wish,
};
use wallet_core::{
    CopyState, EntryKind, Format, HoldingId, HoldingKind, OsEntropy, PersonaIndex, Wallet,
};

use crate::fixture::{Person, client, later, now, run, wanted};
use crate::world::{Issuing, Lie, PASSPORT, World, query_of, sd_jwt_part};

const BOTH: [Format; 2] = [Format::LdpVc, Format::DcSdJwt];

fn wanting(format: Format) -> Wanted {
    Wanted {
        format: Some(format),
        ..wanted()
    }
}

fn open(person: &mut Person, world: &World) -> OpenOffer {
    let confirmed = person.confirm(world);
    let offer = receive::read_offer(&world.offer_link()).unwrap();
    run(receive::open(&client(&[world]), offer, &confirmed, now())).unwrap()
}

fn redeem(person: &mut Person, world: &World, wanted: &Wanted) -> Result<Arrived, ReceiveError> {
    let open = open(person, world);
    let digest = open.digest(wanted);
    run(receive::redeem(
        &client(&[world]),
        &mut person.wallet,
        open,
        &digest,
        wanted,
        now(),
    ))
}

fn keep(person: &mut Person, world: &World, arrived: Arrived) -> HoldingId {
    let consent = KeepConsent::Digest(arrived.digest());
    let kept = run(receive::keep(
        &client(&[world]),
        &mut person.wallet,
        arrived,
        consent,
        now(),
    ));
    kept.unwrap().holdings[0].holding.id
}

#[test]
fn of_one_thing_in_two_formats_one_is_taken() {
    let world = World::new(1);
    world.offer_in(&BOTH);
    world.offer(&[CredentialType::Avatar, CredentialType::Item], Some(3));
    let mut person = Person::new();
    let open = open(&mut person, &world);
    let formats = |wanted: &Wanted| -> Vec<Format> {
        let chosen = open.chosen(wanted).unwrap();
        chosen.iter().map(|one| one.format).collect()
    };
    assert_eq!(open.offered().len(), 4);
    assert_eq!(formats(&wanted()), [receive::PREFERRED[0]; 2]);
    for format in BOTH {
        assert_eq!(formats(&wanting(format)), [format; 2]);
    }
    // What is agreed to is one of them.
    let digest = |format| open.digest(&wanting(format));
    assert_ne!(digest(Format::LdpVc), digest(Format::DcSdJwt));
    world.offer_in(&[Format::LdpVc]);
    let error = redeem(&mut person, &world, &wanting(Format::DcSdJwt)).unwrap_err();
    assert_eq!(error.reason(), Reason::OfferRejected);
    assert_eq!(world.requests("/token"), 0);
}

#[test]
fn a_token_arrives_as_text_and_is_kept_as_it_came() {
    let world = World::new(1);
    world.offer_in(&BOTH);
    let mut person = Person::new();
    let arrived = redeem(&mut person, &world, &wanting(Format::DcSdJwt)).unwrap();
    let part = &arrived.parts()[0];
    assert_eq!(
        (part.format(), part.name().as_str()),
        (Format::DcSdJwt, "Mika")
    );
    assert_eq!((part.kind(), part.copies()), (CredentialType::Avatar, 3));
    assert!(part.terms().is_some() && part.asset().is_some());
    let id = keep(&mut person, &world, arrived);

    let found = person.reopened();
    let holding = found.holding(&id).unwrap().unwrap();
    assert_eq!(holding.facts.format, Format::DcSdJwt);
    assert_eq!(holding.kind, HoldingKind::Avatar);
    let said = holding.says().unwrap();
    assert_eq!(said.get("personaName").unwrap().as_str(), Some("Mika"));
    let mut keys = Vec::new();
    let mut texts = Vec::new();
    for copy in found.copies(&id).unwrap() {
        assert_eq!(copy.format, Format::DcSdJwt);
        let text = String::from_utf8(found.credential(&copy.id).unwrap()).unwrap();
        let read = proofs::sd_jwt::UnverifiedSdJwt::parse(&text).unwrap();
        assert!(!read.has_key_binding());
        keys.push(read.holder_key().unwrap().jwk_thumbprint());
        texts.extend(
            text.split('~')
                .filter(|part| !part.is_empty())
                .map(str::to_owned),
        );
    }
    // No key, no disclosure and no token is in two copies.
    assert_eq!(keys.len(), 3);
    for list in [
        keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
        texts,
    ] {
        let mut once = list.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), list.len());
    }
    let line = found.listed().unwrap().remove(0);
    assert_eq!((line.format, line.name.as_str()), (Format::DcSdJwt, "Mika"));
    found.check().unwrap();
}

#[test]
fn a_token_that_is_not_to_be_believed_is_not_kept() {
    for (lie, reason, cause) in [
        (
            Lie::SdKeyBound,
            Reason::SdHolderReject,
            Reason::SdHolderReject,
        ),
        (
            Lie::SdKeptBack,
            Reason::SdHolderReject,
            Reason::SdHolderReject,
        ),
        (
            Lie::SdSaltsAgain,
            Reason::ImportRejected,
            Reason::ImportRejected,
        ),
        (
            Lie::SdUnreferenced,
            Reason::ImportRejected,
            Reason::SdDisclosureUnreferenced,
        ),
        (
            Lie::CredentialDiffers,
            Reason::ImportRejected,
            Reason::ImportRejected,
        ),
        (
            Lie::CredentialExpired,
            Reason::ImportRejected,
            Reason::CredExpired,
        ),
    ] {
        let world = World::lying(1, lie);
        world.offer_in(&[Format::DcSdJwt]);
        let mut person = Person::new();
        let error = redeem(&mut person, &world, &wanted()).unwrap_err();
        assert_eq!((error.reason(), error.cause()), (reason, cause), "{lie:?}");
        assert!(person.wallet.holdings().unwrap().is_empty());
        let failures = world.server.asked().into_iter().filter(|asked| {
            asked.path == "/notification"
                && String::from_utf8_lossy(&asked.body).contains("credential_failure")
        });
        assert_eq!(failures.count(), 1, "{lie:?}");
    }
}

#[test]
fn a_credential_of_another_type_is_kept_under_the_name_of_its_kind() {
    let world = World::new(1);
    world.offer(&[], Some(3));
    world.issuing(|issuing| issuing.passport = true);
    let mut person = Person::new();
    let arrived = redeem(&mut person, &world, &wanted()).unwrap();
    let part = &arrived.parts()[0];
    assert_eq!(part.kind(), CredentialType::Other);
    assert_eq!(part.name(), "Passport of the Meadow");
    assert_eq!(part.type_name(), PASSPORT);
    assert!(part.terms().is_none() && part.creator().is_none());
    let id = keep(&mut person, &world, arrived);
    let holding = person.reopened().holding(&id).unwrap().unwrap();
    assert_eq!(holding.kind, HoldingKind::Credential);
    assert_eq!(holding.types.last().map(String::as_str), Some(PASSPORT));
    assert_eq!(holding.copies.len(), 3);
    let nationality = holding.says().unwrap().get("nationality").unwrap();
    assert_eq!(nationality.as_str(), Some("Meadow"));

    for (lie, reason, cause) in [
        (
            Lie::CredentialByOther,
            Reason::ImportRejected,
            Reason::CredIssuerUntrusted,
        ),
        (
            Lie::CredentialByKey,
            Reason::ImportRejected,
            Reason::CredIssuerUntrusted,
        ),
        (
            Lie::CredentialOfOtherType,
            Reason::ImportRejected,
            Reason::CredType,
        ),
        (
            Lie::SdKeptBack,
            Reason::SdHolderReject,
            Reason::SdHolderReject,
        ),
    ] {
        world.lie(lie);
        let error = redeem(&mut person, &world, &wanted()).unwrap_err();
        assert_eq!((error.reason(), error.cause()), (reason, cause), "{lie:?}");
    }
    assert_eq!(person.wallet.holdings().unwrap().len(), 1);
}

#[test]
fn a_wrong_second_code_leaves_the_offer_as_it_is() {
    for lie in [Lie::None, Lie::StrangerRefusesCode] {
        let world = World::lying(1, lie);
        let mut person = Person::new();
        let open = open(&mut person, &world);
        let client = client(&[&world]);
        let mut trying = |code: &str| {
            let wanted = Wanted {
                tx_code: Some(Confidential::new(code)),
                ..wanted()
            };
            let digest = open.digest(&wanted);
            run(receive::redeem(
                &client,
                &mut person.wallet,
                open.clone(),
                &digest,
                &wanted,
                now(),
            ))
        };
        for code in ["12345", "111111"] {
            let error = trying(code).unwrap_err();
            assert_eq!(error.reason(), Reason::TxCodeInvalid);
            assert!(error.is_wrong_code());
        }
        assert_eq!(trying("493536").unwrap().parts().len(), 1);
    }
}

fn fetch_owed(wallet: &mut Wallet, world: &World, at: i64) -> Result<Fetched, ReceiveError> {
    let owed = wallet.owed().unwrap().remove(0);
    let confirmed = wallet.confirmed(&world.id).unwrap();
    let client = client(&[world]);
    run(receive::fetch_owed(
        &client,
        wallet,
        &owed,
        &confirmed,
        later(at),
    ))
}

#[test]
fn what_is_delivered_later_is_remembered_and_fetched() {
    let world = World::new(1);
    world.issuing(|issuing| {
        issuing.defers = true;
        issuing.refills = true;
    });
    let mut person = Person::new();
    let arrived = redeem(&mut person, &world, &wanted()).unwrap();
    assert!(arrived.parts().is_empty());
    assert_eq!(arrived.owed()[0].copies, 3);
    assert!(person.wallet.holdings().unwrap().is_empty());
    drop(arrived);

    // Another process knows of it, and asks nobody before it is time.
    let mut wallet = person.reopened();
    world.server.forget();
    let early = fetch_owed(&mut wallet, &world, 4).unwrap();
    assert!(matches!(early, Fetched::NotYet(_)));
    assert!(world.server.asked().is_empty());
    let put_off = fetch_owed(&mut wallet, &world, 5).unwrap();
    let Fetched::NotYet(owed) = put_off else {
        panic!("arrived")
    };
    assert_eq!(owed.not_before, later(65));
    world.issuing(|issuing| issuing.ready = true);
    assert!(matches!(
        fetch_owed(&mut wallet, &world, 64).unwrap(),
        Fetched::NotYet(_)
    ));
    let Fetched::Arrived(arrived) = fetch_owed(&mut wallet, &world, 65).unwrap() else {
        panic!("not yet")
    };
    assert_eq!(arrived.parts()[0].copies(), 3);
    // It is delivered once: not owed any more, and not decided on yet.
    assert!(wallet.owed().unwrap().is_empty());
    assert_eq!(wallet.undecided().unwrap().len(), 1);
    let consent = KeepConsent::Digest(arrived.digest());
    let client = client(&[&world]);
    let kept = receive::keep(&client, &mut wallet, *arrived, consent, later(65));
    let kept = run(kept).unwrap();
    assert!(wallet.undecided().unwrap().is_empty());
    let line = wallet.listed().unwrap().remove(0);
    assert!(line.supply(now()).refillable);
    assert_eq!(kept.holdings[0].copies.len(), 3);
    wallet.check().unwrap();
    // No token lies readable in the file.
    let bytes = std::fs::read(person.folder().join("home/wallet.sqlite")).unwrap();
    for token in ["refresh-1", "token-1"] {
        assert!(
            !bytes
                .windows(token.len())
                .any(|part| part == token.as_bytes())
        );
    }
}

#[test]
fn what_is_not_owed_any_more_or_not_to_be_believed_is_forgotten() {
    for lie in [Lie::None, Lie::CredentialForOtherKey] {
        let world = World::new(1);
        world.issuing(|issuing| issuing.defers = true);
        let mut person = Person::new();
        redeem(&mut person, &world, &wanted()).unwrap();
        world.issuing(|issuing| {
            issuing.ready = true;
            if lie == Lie::None {
                issuing.forget_owed();
            }
        });
        world.lie(lie);
        let mut wallet = person.reopened();
        let error = fetch_owed(&mut wallet, &world, 60).unwrap_err();
        match lie {
            Lie::None => assert!(matches!(
                error,
                ReceiveError::Refused {
                    step: Step::Deferred,
                    ..
                }
            )),
            _ => assert_eq!(error.cause(), Reason::VpHolderMismatch),
        }
        assert!(wallet.owed().unwrap().is_empty());
        assert!(wallet.holdings().unwrap().is_empty());
    }
    // What is declined is not owed either.
    let world = World::new(1);
    world.issuing(|issuing| issuing.defers = true);
    let mut person = Person::new();
    let arrived = redeem(&mut person, &world, &wanted()).unwrap();
    let client = client(&[&world]);
    run(receive::decline(&client, &mut person.wallet, arrived)).unwrap();
    assert!(person.wallet.owed().unwrap().is_empty());
}

/// OpenID4VCI section 9.3: only the issuer's word ends what is owed.
#[test]
fn what_is_owed_outlasts_answers_that_do_not_say_that_it_ended() {
    let world = World::new(1);
    world.issuing(|issuing| issuing.defers = true);
    let mut person = Person::new();
    redeem(&mut person, &world, &wanted()).unwrap();
    let mut wallet = person.reopened();
    let answer = |status, error: Option<&str>| {
        let body = error.map_or_else(Object::new, |error| object! { "error" => error });
        world.issuing(|issuing| issuing.deferred_answer = Some((status, body)));
    };
    for (status, error) in [
        (401, Some("invalid_token")),
        (401, None),
        (403, None),
        (404, None),
        (410, None),
        (400, Some("issuance_pending")),
        (400, Some("invalid_request")),
        (503, None),
    ] {
        answer(status, error);
        assert!(fetch_owed(&mut wallet, &world, 60).is_err());
        assert_eq!(wallet.owed().unwrap().len(), 1, "{status} {error:?}");
    }
    answer(400, Some("credential_request_denied"));
    assert!(fetch_owed(&mut wallet, &world, 60).is_err());
    assert!(wallet.owed().unwrap().is_empty());
}

#[test]
fn an_access_token_that_ended_is_renewed_once_for_what_is_owed() {
    let world = World::new(1);
    world.issuing(|issuing| {
        issuing.defers = true;
        issuing.refills = true;
    });
    let mut person = Person::new();
    redeem(&mut person, &world, &wanted()).unwrap();
    let mut wallet = person.reopened();
    world.issuing(Issuing::end_tokens);
    world.server.forget();
    let not_yet = fetch_owed(&mut wallet, &world, 5).unwrap();
    assert!(matches!(not_yet, Fetched::NotYet(_)));
    let asked = |path: &str| {
        let all = world.server.asked();
        all.iter().filter(|one| one.path == path).count()
    };
    assert_eq!((asked("/token"), asked("/deferred")), (1, 2));
    // The new one was kept: nobody is asked for another.
    world.issuing(|issuing| issuing.ready = true);
    world.server.forget();
    let arrived = fetch_owed(&mut wallet, &world, 65).unwrap();
    assert!(matches!(arrived, Fetched::Arrived(_)));
    assert_eq!((asked("/token"), asked("/deferred")), (0, 1));

    // One try and no more; and an issuer that takes no token for asking again ends nothing.
    let mut person = Person::new();
    redeem(&mut person, &world, &wanted()).unwrap();
    let mut wallet = person.reopened();
    let refused = Some((401, object! { "error" => "invalid_token" }));
    world.issuing(|issuing| issuing.deferred_answer = refused);
    world.server.forget();
    assert!(fetch_owed(&mut wallet, &world, 60).is_err());
    assert_eq!((asked("/token"), asked("/deferred")), (1, 2));
    world.lie(Lie::RefillTooEarly);
    assert!(fetch_owed(&mut wallet, &world, 60).is_err());
    assert_eq!(wallet.owed().unwrap().len(), 1);
}

/// OpenID4VCI sections 6.3 and 12.3: without the server's word there is no anonymous access.
#[test]
fn whoever_gives_no_anonymous_access_is_told_who_asks() {
    for anonymous in [false, true] {
        let world = World::new(1);
        world.issuing(|issuing| {
            issuing.anonymous = anonymous;
            issuing.refills = true;
            issuing.defers = true;
        });
        let client = || {
            let mut found = None;
            world.issuing(|issuing| {
                let form = &issuing.asked_token;
                found = Some(
                    ["grant_type", "client_id"].map(|name| form.field(name).map(str::to_owned)),
                );
            });
            found.unwrap()
        };
        let mut person = Person::new();
        redeem(&mut person, &world, &wanted()).unwrap();
        let expected = (!anonymous).then(|| "omote".to_owned());
        assert_eq!(client()[1], expected);
        // And again by whom the first token was had.
        let mut wallet = person.reopened();
        world.issuing(Issuing::end_tokens);
        fetch_owed(&mut wallet, &world, 5).unwrap();
        assert_eq!(client(), [Some("refresh_token".to_owned()), expected]);
    }
}

fn log_in(
    person: &mut Person,
    world: &World,
    open: &OpenOffer,
) -> Result<receive::Login, ReceiveError> {
    let wanted = wanted();
    let digest = open.digest(&wanted);
    let redirect = "http://127.0.0.1:49152/cb".parse().unwrap();
    run(receive::begin_login(
        &client(&[world]),
        &mut person.wallet,
        open,
        &digest,
        &wanted,
        redirect,
    ))
}

/// OpenID4VCI section 5.1.1: where a server is named, it may be for several issuers.
#[test]
fn a_login_says_for_which_issuer_it_is_where_a_server_is_named() {
    for named in [false, true] {
        let world = World::new(1);
        world.issuing(|issuing| {
            issuing.login = true;
            issuing.names_server = named;
        });
        let mut person = Person::new();
        let open = open(&mut person, &world);
        log_in(&mut person, &world, &open).unwrap();
        world.issuing(|issuing| {
            let details = issuing.asked_login.field("authorization_details").unwrap();
            let location = format!(r#""locations":["{}"]"#, world.id.origin());
            assert_eq!(details.contains(&location), named, "{details}");
        });
    }
}

#[test]
fn a_person_logs_in_for_what_is_offered_to_accounts() {
    for offered in [true, false] {
        let world = World::new(1);
        world.issuing(|issuing| {
            issuing.login = true;
            issuing.refills = true;
        });
        let mut person = Person::new();
        let confirmed = person.confirm(&world);
        let link = match offered {
            true => world.offer_link(),
            false => format!("{}/", world.id.origin()),
        };
        let offer = receive::read_offer(&link).unwrap();
        assert_eq!(offer.world(), &world.id);
        let client = client(&[&world]);
        let open = run(receive::open(&client, offer, &confirmed, now())).unwrap();
        assert!(open.needs_login() && open.tx_code().is_none());
        let login = log_in(&mut person, &world, &open).unwrap();
        assert!(login.link().starts_with(world.id.origin()));
        assert!(!login.link().contains("challenge"));
        let answer = world.login_answer();
        assert!(login.is_answered_by(&answer));
        assert!(!login.is_answered_by("code=login-code&state=x"));
        let mut wanted = Wanted {
            configurations: vec!["AvatarCredential".to_owned()],
            ..wanted()
        };
        // Without the code nothing is asked.
        let digest = open.digest(&wanted);
        let error = run(receive::redeem(
            &client,
            &mut person.wallet,
            open.clone(),
            &digest,
            &wanted,
            now(),
        ));
        assert!(matches!(error, Err(ReceiveError::LoginMissing)));
        assert_eq!(world.requests("/token"), 0);
        wanted.login = Some(login.answer(&answer).unwrap());
        let digest = open.digest(&wanted);
        let arrived = run(receive::redeem(
            &client,
            &mut person.wallet,
            open,
            &digest,
            &wanted,
            now(),
        ));
        let arrived = arrived.unwrap();
        assert_eq!(arrived.parts().len(), 1);
        keep(&mut person, &world, arrived);
        // What was given to a client that has logged in is refilled for that client (RFC 6749 section 6).
        world.server.forget();
        refill(&mut person.reopened(), &world, Wish::Forced, 60).unwrap();
        let asked = world.server.asked();
        let token = asked.iter().find(|asked| asked.path == "/token").unwrap();
        let form = Form::read(&token.body, 1 << 16).unwrap();
        assert_eq!(form.field("grant_type"), Some("refresh_token"));
        assert_eq!(form.field("client_id"), Some("omote"));
    }
}

#[test]
fn an_answer_of_another_login_or_server_is_refused() {
    let world = World::new(1);
    world.issuing(|issuing| issuing.login = true);
    let mut person = Person::new();
    let open = open(&mut person, &world);
    type Change = fn(&str) -> String;
    let changes: [(Change, Reason); 6] = [
        (
            |answer| answer.replace("state=", "state=x"),
            Reason::AuthCodeMismatch,
        ),
        (
            |answer| answer.split("&state").next().unwrap().to_owned(),
            Reason::AuthCodeMismatch,
        ),
        (
            |answer| {
                format!(
                    "{}https%3A%2F%2Fb.example",
                    answer.split_inclusive("iss=").next().unwrap()
                )
            },
            Reason::IssuerMetadataMismatch,
        ),
        (
            |answer| answer.split("&iss").next().unwrap().to_owned(),
            Reason::OfferRejected,
        ),
        (
            |answer| answer.replace("code=login-code", "error=access_denied"),
            Reason::IssuanceDenied,
        ),
        (
            |answer| format!("{answer}&error=access_denied"),
            Reason::OfferRejected,
        ),
    ];
    for (change, reason) in changes {
        let login = log_in(&mut person, &world, &open).unwrap();
        let answer = change(&world.login_answer());
        let error = login.answer(&answer).unwrap_err();
        assert_eq!(error.reason(), reason, "{answer}");
    }
    assert_eq!(world.requests("/token"), 0);
    // Nor does the login itself lead elsewhere.
    world.lie(Lie::PushElsewhere);
    let confirmed = person.confirm(&world);
    let offer = receive::read_offer(&world.offer_link()).unwrap();
    let error = run(receive::open(&client(&[&world]), offer, &confirmed, now())).unwrap_err();
    assert_eq!(error.reason(), Reason::IssuerMetadataMismatch);
}

fn refill(
    wallet: &mut Wallet,
    world: &World,
    wish: Wish,
    at: i64,
) -> Result<Vec<Result<RefillOutcome, ReceiveError>>, ReceiveError> {
    let all: Vec<HoldingId> = wallet
        .listed()
        .unwrap()
        .iter()
        .map(|line| line.id)
        .collect();
    let confirmed = wallet.confirmed(&world.id).unwrap();
    let client = client(&[world]);
    let mut outcomes = Vec::new();
    for due in wallet.due(&all, wish, later(at)).unwrap() {
        let done = run(receive::refill(
            &client,
            wallet,
            &due,
            &confirmed,
            later(at),
        ))?;
        outcomes.extend(done.into_iter().map(|(_, outcome)| outcome));
    }
    Ok(outcomes)
}

fn done(outcomes: Vec<Result<RefillOutcome, ReceiveError>>) -> Vec<Refilled> {
    let one = |outcome: Result<RefillOutcome, ReceiveError>| match outcome.unwrap() {
        RefillOutcome::Done(refilled) => refilled,
        RefillOutcome::Later(_) => panic!("later"),
    };
    outcomes.into_iter().map(one).collect()
}

/// Shows the avatar to a world that asks for one.
fn show_to(wallet: &mut Wallet, issuer: &World, asking: &World, format: Format) {
    asking.believe(issuer);
    if format == Format::DcSdJwt {
        let part = sd_jwt_part("avatar", CredentialType::Avatar, &[&["personaName"]]);
        asking.ask(|ask| ask.query = query_of(&[part]));
    }
    let confirmed = wallet
        .confirm_origin(&asking.id, &asking.id, now())
        .unwrap();
    let client = client(&[asking]);
    let request = present::read_request(&asking.request_link()).unwrap();
    let mut entropy = OsEntropy;
    let opening = present::open(&client, &request, &confirmed, &mut entropy, now());
    let request = run(opening).unwrap();
    let persona = PersonaIndex::FIRST;
    let prepared = present::prepare(wallet, request, persona, &Wishes::default(), now()).unwrap();
    let digest = *prepared.disclosure().digest();
    let accepted = prepared.accept(&digest).unwrap();
    run(present::send(&client, wallet, accepted, now())).unwrap();
}

#[test]
fn a_refill_renews_what_is_known_and_adds_a_reserve() {
    for format in BOTH {
        let world = World::new(1);
        world.offer_in(&[format]);
        world.issuing(|issuing| issuing.refills = true);
        world.offer(&[CredentialType::Avatar, CredentialType::Item], Some(5));
        let mut person = Person::new();
        let arrived = redeem(&mut person, &world, &wanted()).unwrap();
        keep(&mut person, &world, arrived);
        let mut wallet = person.reopened();
        let lines = wallet.listed().unwrap();
        for line in &lines {
            let supply = line.supply(now());
            assert_eq!((supply.all, supply.fresh, supply.known), (5, 5, 0));
            assert!(supply.refillable && !supply.is_due());
        }
        world.server.forget();
        // Enough is left: nobody is asked.
        assert!(
            refill(&mut wallet, &world, Wish::Due, 0)
                .unwrap()
                .is_empty()
        );
        assert!(world.server.asked().is_empty());

        let avatar = lines.iter().find(|line| line.kind == HoldingKind::Avatar);
        let avatar = avatar.unwrap().id;
        let before = wallet.copies(&avatar).unwrap();
        for seed in [2, 3, 4] {
            show_to(&mut wallet, &world, &World::new(seed), format);
        }
        let supply = wallet
            .listed_holding(&avatar)
            .unwrap()
            .unwrap()
            .supply(now());
        assert_eq!((supply.fresh, supply.known, supply.worlds), (2, 3, 3));
        assert!(supply.is_due());
        let shown: Vec<Vec<u8>> = before
            .iter()
            .map(|copy| wallet.credential(&copy.id).unwrap())
            .collect();
        world.issuing(|issuing| issuing.lifetime = Some(100_000));
        let refilled = done(refill(&mut wallet, &world, Wish::Due, 60).unwrap());
        // Five in a batch: two known ones, and room for a reserve of three.
        assert_eq!(
            (refilled.len(), refilled[0].renewed, refilled[0].added),
            (1, 2, 3)
        );
        let after = wallet.copies(&avatar).unwrap();
        assert_eq!(after.len(), 8);
        for (old, new) in before.iter().zip(&after) {
            assert_eq!((old.id, &old.key), (new.id, &new.key));
        }
        let now_there: Vec<Vec<u8>> = after
            .iter()
            .map(|copy| wallet.credential(&copy.id).unwrap())
            .collect();
        let changed = shown.iter().zip(&now_there).filter(|(old, new)| old != new);
        assert_eq!(changed.count(), 2);
        let mut keys: Vec<u32> = after.iter().map(|copy| copy.key.index).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 8);
        wallet.check().unwrap();
        wallet.verify_history().unwrap();
        let history = wallet.history().unwrap();
        let count = |kind| history.iter().filter(|entry| entry.kind == kind).count();
        assert_eq!(
            (count(EntryKind::Received), count(EntryKind::Refilled)),
            (2, 1)
        );

        // The next token was kept: it works once more, for all of them at once.
        let all = done(refill(&mut wallet, &world, Wish::Forced, 120).unwrap());
        assert_eq!(all.len(), 2);
        assert_eq!(world.requests("/token"), 2);
    }
}

#[test]
fn an_issuer_that_gives_few_gives_fresh_ones_too() {
    let format = Format::DcSdJwt;
    let world = World::new(1);
    world.offer_in(&[format]);
    world.issuing(|issuing| {
        issuing.refills = true;
        issuing.most = Some(2);
    });
    world.offer(&[CredentialType::Avatar], Some(5));
    let mut person = Person::new();
    let arrived = redeem(&mut person, &world, &wanted()).unwrap();
    let id = keep(&mut person, &world, arrived);
    let mut wallet = person.reopened();
    for seed in [2, 3] {
        show_to(&mut wallet, &world, &World::new(seed), format);
    }
    let supply = |wallet: &Wallet| {
        let line = wallet.listed_holding(&id).unwrap().unwrap();
        line.supply(now())
    };
    // As many worlds know one as there are in a batch.
    assert_eq!((supply(&wallet).fresh, supply(&wallet).known), (0, 2));
    for fresh in 1..=3 {
        let refilled = done(refill(&mut wallet, &world, Wish::Due, 60).unwrap());
        assert_eq!((refilled[0].renewed, refilled[0].added), (1, 1));
        assert_eq!(supply(&wallet).fresh, fresh);
    }
    assert!(!supply(&wallet).is_due());
}

#[test]
fn a_refill_that_fails_changes_nothing_and_can_be_tried_again() {
    let world = World::new(1);
    world.issuing(|issuing| issuing.refills = true);
    let mut person = Person::new();
    let arrived = redeem(&mut person, &world, &wanted()).unwrap();
    let id = keep(&mut person, &world, arrived);
    let mut wallet = person.reopened();
    let before = wallet.copies(&id).unwrap();

    world.lie(Lie::RefillTooEarly);
    let error = refill(&mut wallet, &world, Wish::Forced, 1).unwrap_err();
    assert_eq!(error.reason(), Reason::RefillTooEarly);
    for (lie, cause) in [
        (Lie::RefillDiffers, Reason::ImportRejected),
        (Lie::CredentialForOtherKey, Reason::VpHolderMismatch),
        (Lie::CredentialExpired, Reason::CredExpired),
    ] {
        world.lie(lie);
        let outcome = refill(&mut wallet, &world, Wish::Forced, 1)
            .unwrap()
            .remove(0);
        let error = outcome.unwrap_err();
        assert_eq!(error.cause(), cause, "{lie:?}");
        if lie == Lie::RefillDiffers {
            assert!(matches!(
                error,
                ReceiveError::Import(ImportFault::OtherThanHeld)
            ));
        }
        assert_eq!(wallet.copies(&id).unwrap(), before);
    }
    world.lie(Lie::None);
    let refilled = done(refill(&mut wallet, &world, Wish::Forced, 1).unwrap());
    assert_eq!((refilled[0].renewed, refilled[0].added), (0, 3));
    // No number of a key was given twice on the way.
    let copies = wallet.copies(&id).unwrap();
    assert!(copies[3].key.index >= 12);
    // Delivered later: remembered, and kept for what it is for when it comes.
    world.issuing(|issuing| issuing.defers = true);
    let later_on = refill(&mut wallet, &world, Wish::Forced, 1)
        .unwrap()
        .remove(0);
    assert!(matches!(later_on, Ok(RefillOutcome::Later(_))));
    world.issuing(|issuing| issuing.ready = true);
    let Fetched::Refilled(refilled) = fetch_owed(&mut wallet, &world, 60).unwrap() else {
        panic!("not refilled")
    };
    assert_eq!((refilled.holding.id, refilled.added), (id, 3));
    assert!(wallet.owed().unwrap().is_empty());
}

#[test]
fn copies_of_a_refill_have_no_salts_of_those_that_are_held() {
    let world = World::lying(1, Lie::SdSaltsAgain);
    world.offer_in(&[Format::DcSdJwt]);
    world.issuing(|issuing| {
        issuing.refills = true;
        issuing.most = Some(1);
    });
    let mut person = Person::new();
    // A single copy shares its salts with none.
    let arrived = redeem(&mut person, &world, &wanted()).unwrap();
    let id = keep(&mut person, &world, arrived);
    let mut wallet = person.reopened();
    let before = wallet.copies(&id).unwrap();
    let again = refill(&mut wallet, &world, Wish::Forced, 1).unwrap();
    assert!(matches!(
        again[..],
        [Err(ReceiveError::Import(ImportFault::SaltsAgain))]
    ));
    assert_eq!(wallet.copies(&id).unwrap(), before);
    assert!(wallet.undecided().unwrap().is_empty());
    world.lie(Lie::None);
    let refilled = done(refill(&mut wallet, &world, Wish::Forced, 2).unwrap());
    assert_eq!(refilled[0].added, 1);
}

#[test]
fn copies_that_are_about_to_expire_do_not_count_as_left() {
    let world = World::new(1);
    world.issuing(|issuing| {
        issuing.refills = true;
        issuing.lifetime = Some(30 * 86_400);
    });
    let mut person = Person::new();
    let arrived = redeem(&mut person, &world, &wanted()).unwrap();
    let id = keep(&mut person, &world, arrived);
    let mut wallet = person.reopened();
    let line = wallet.listed_holding(&id).unwrap().unwrap();
    for (day, fresh, expiring) in [(0, 3, 0), (28, 3, 0), (29, 0, 3), (31, 0, 3)] {
        let supply = line.supply(later(day * 86_400));
        assert_eq!((supply.fresh, supply.expiring), (fresh, expiring), "{day}");
        assert_eq!(supply.is_due(), expiring > 0);
    }
    // When new ones are there, fresh ones that are over are out of use.
    world.issuing(|issuing| issuing.lifetime = Some(60 * 86_400));
    let at = 31 * 86_400;
    done(refill(&mut wallet, &world, Wish::Due, at).unwrap());
    let copies = wallet.copies(&id).unwrap();
    let retired = copies
        .iter()
        .filter(|copy| copy.state == CopyState::Retired);
    assert_eq!((copies.len(), retired.count()), (6, 3));
    let supply = wallet
        .listed_holding(&id)
        .unwrap()
        .unwrap()
        .supply(later(at));
    assert_eq!((supply.all, supply.fresh, supply.expiring), (3, 3, 0));
}

#[test]
fn metadata_are_asked_for_in_the_persons_language() {
    let world = World::new(1);
    let mut person = Person::new();
    let confirmed = person.confirm(&world);
    let client = client(&[&world]).speaking("ja");
    let offer = receive::read_offer(&world.offer_link()).unwrap();
    run(receive::open(&client, offer, &confirmed, now())).unwrap();
    for asked in world.server.asked() {
        let said = asked
            .headers
            .iter()
            .find(|(name, _)| name == "accept-language")
            .map(|(_, value)| value.as_str());
        let expected = asked.path.contains("openid-credential-issuer")
            || asked.path.contains("oauth-authorization-server");
        assert_eq!(said, expected.then_some("ja"), "{}", asked.path);
    }
}
