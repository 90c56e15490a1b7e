//! Presenting to a world that is honest, and to one that is not.

use std::future::Future;
use std::task::Poll;

use schemas::credential::CredentialType;
use schemas::digest::Sha256Digest;
use schemas::json::Value;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use wallet_core::consent::{Acquaintance, Link, Wish};
use wallet_core::present::{
    self, Accepted, Preference, Prepared, PresentError, Presented, VerifiedRequest, Wishes,
    abandon, decline, prepare, send,
};
use wallet_core::provenance::{Statement, Terms, sign};
use wallet_core::{
    CameReceipt, Certainty, Claim, Confirmed, EntryKind, Format, HoldingId, OsEntropy, Outcome,
    PersonaIndex, ReceiptStanding, Refillable, Wallet,
};

use crate::fixture::{Person, client, later, now, run};
use crate::world::{Ask, Lie, World, query};

/// World A has issued to a person; world B asks.
struct Scene {
    a: World,
    b: World,
    person: Person,
    confirmed: Confirmed,
}

impl Scene {
    fn new() -> Self {
        Self::of(Cryptosuite::EddsaJcs2022)
    }

    /// With credentials of one suite.
    fn of(suite: Cryptosuite) -> Self {
        let (a, b) = (World::new(1), World::new(2));
        a.sign_with(suite);
        a.offer(&[CredentialType::Avatar, CredentialType::Item], Some(2));
        b.believe(&a);
        let mut person = Person::new();
        person.receive(&a);
        let confirmed = person.confirm(&b);
        a.server.forget();
        Self {
            a,
            b,
            person,
            confirmed,
        }
    }

    fn open_at(&self, link: &str) -> Result<VerifiedRequest, PresentError> {
        let request = present::read_request(link)?;
        let client = client(&[&self.b]);
        run(present::open(
            &client,
            &request,
            &self.confirmed,
            &mut OsEntropy,
            now(),
        ))
    }

    fn open(&self) -> Result<VerifiedRequest, PresentError> {
        self.open_at(&self.b.request_link())
    }

    fn prepare(&self) -> Result<Prepared, PresentError> {
        prepare(
            &self.person.wallet,
            self.open()?,
            PersonaIndex::FIRST,
            &Wishes::default(),
            now(),
        )
    }

    fn present(&mut self) -> Result<Presented, PresentError> {
        self.present_with(&[])
    }

    /// Shows this very avatar.
    fn present_holding(&mut self, holding: HoldingId) -> Result<Presented, PresentError> {
        let query_id = schemas::dcql::QueryId::new("avatar").unwrap();
        self.present_with(&[Preference { query_id, holding }])
    }

    fn present_with(&mut self, preferences: &[Preference]) -> Result<Presented, PresentError> {
        let request = self.open()?;
        let wallet = &self.person.wallet;
        let prepared = prepare(
            wallet,
            request,
            PersonaIndex::FIRST,
            &wanting(preferences),
            now(),
        )?;
        let digest = *prepared.disclosure().digest();
        let accepted = prepared.accept(&digest)?;
        run(send(
            &client(&[&self.b]),
            &mut self.person.wallet,
            accepted,
            now(),
        ))
    }
}

/// These holdings and nothing else out of the ordinary.
fn wanting(preferences: &[Preference]) -> Wishes<'_> {
    Wishes {
        preferences,
        ..Wishes::default()
    }
}

/// The values by which two showings of the avatar of these tests can be joined, in one piece. Its
/// dates are not rounded.
fn everything() -> Vec<Claim> {
    vec![
        Claim::PersonaName,
        Claim::Look,
        Claim::Creator,
        Claim::License,
        Claim::Dates,
    ]
}

/// Begins to send and is killed before a byte leaves: says which entry was written.
fn begin(world: &World, wallet: &mut Wallet, accepted: Accepted) -> u64 {
    let client = client(&[world]);
    run(async {
        let mut sending = Box::pin(send(&client, wallet, accepted, now()));
        // The first await is the connection, which nobody drives any further.
        let polled = std::future::poll_fn(|context| Poll::Ready(sending.as_mut().poll(context)));
        assert!(polled.await.is_pending());
    });
    let pending = wallet.pending().unwrap();
    assert_eq!(pending.len(), 1);
    pending[0].seq
}

/// A world that has never met the person, and believes the issuer.
fn stranger(scene: &mut Scene, seed: u8) -> World {
    let world = World::new(seed);
    world.believe(&scene.a);
    let confirmed = scene.person.confirm(&world);
    scene.confirmed = confirmed;
    std::mem::replace(&mut scene.b, world)
}

fn outcomes(wallet: &Wallet) -> Vec<Outcome> {
    let presented = |entry: &wallet_core::Entry| entry.kind == EntryKind::Presented;
    let history = wallet.history().unwrap();
    history
        .into_iter()
        .filter(presented)
        .map(|entry| entry.outcome)
        .collect()
}

#[test]
fn a_world_is_shown_what_it_asks_for_and_signs_for_it() {
    let mut scene = Scene::new();
    scene.b.ask(|ask| {
        ask.query = query(&[
            ("avatar", CredentialType::Avatar),
            ("item", CredentialType::Item),
        ]);
    });
    let presented = scene.present().unwrap();
    let receipt = presented.receipt.unwrap();
    assert_eq!(receipt.issuer, scene.b.id);
    assert_eq!(
        receipt.presentation_digest,
        Sha256Digest::of(&presented.vp_token)
    );

    let token = crate::world::parsed(&presented.vp_token);
    let holder = |part: &str| {
        let presentation = &token.get(part).unwrap().as_array().unwrap()[0];
        let holder = presentation.get("holder").unwrap().clone();
        let credential = &presentation
            .get("verifiableCredential")
            .unwrap()
            .as_array()
            .unwrap()[0];
        assert_eq!(
            credential.get("credentialSubject").unwrap().get("id"),
            Some(&holder)
        );
        holder
    };
    assert_ne!(holder("avatar"), holder("item"));

    let found = scene.person.reopened();
    let ends = outcomes(&found);
    let [
        Outcome::Intended,
        Outcome::Completed {
            receipt: Some(stored),
            ..
        },
    ] = ends.as_slice()
    else {
        panic!("an intention and its end")
    };
    assert_eq!(stored.split('.').count(), 3);
    found.verify_history().unwrap();
    assert!(found.pending().unwrap().is_empty());
    // Its issuer does not learn that it was shown.
    assert!(scene.a.server.asked().is_empty());
    // No values of claims in the history.
    let history = String::from_utf8(found.export_history().unwrap()).unwrap();
    assert!(history.contains("/credentialSubject/personaName") && !history.contains("Mika"));
}

#[test]
fn what_is_asked_is_told_apart_from_what_comes_along() {
    let scene = Scene::new();
    let prepared = scene.prepare().unwrap();
    let disclosure = prepared.disclosure();
    assert_eq!(disclosure.world, scene.b.id);
    assert_eq!(disclosure.claimed.client_name.as_deref(), Some("Sky Arena"));
    assert_eq!(disclosure.purpose.as_deref(), Some("To show your name tag"));
    assert_eq!(disclosure.acquaintance, Acquaintance::New);
    let [shown] = disclosure.shown.as_slice() else {
        panic!("one copy")
    };
    assert_eq!(
        (shown.name.as_str(), shown.number, shown.count),
        ("Mika", 1, 2)
    );
    assert_eq!(shown.certainty, Certainty::Fresh);
    let asked: Vec<&str> = shown
        .claims
        .iter()
        .filter(|claim| claim.wish == Wish::Asked)
        .map(|claim| claim.pointer.as_str())
        .collect();
    assert_eq!(asked, ["/credentialSubject/personaName"]);
    for comes_along in [
        "/issuer",
        "/validUntil",
        "/credentialSubject/provenance/issuer",
    ] {
        assert!(
            shown
                .claims
                .iter()
                .any(|claim| claim.pointer == comes_along),
            "{comes_along}"
        );
    }
    // The same name stands in the provenance, where nobody asked for it.
    let named = |claim: &&wallet_core::consent::ShownClaim| claim.value.as_str() == Some("Mika");
    assert!(shown.claims.iter().filter(named).count() > 1);
    assert_eq!(disclosure.stays.holdings.len(), 1);
    let holding = shown.holding;
    let issuer = scene.a.id.clone();
    let claims = vec![Claim::PersonaName, Claim::Look];
    assert_eq!(
        disclosure.links,
        [
            Link::IssuerRecognizes { issuer, holding },
            Link::ByItself { holding, claims }
        ]
    );
}

#[test]
fn a_copy_stays_with_the_world_that_saw_it() {
    let mut scene = Scene::new();
    let subjects = |presented: &Presented| {
        let token = crate::world::parsed(&presented.vp_token);
        let presentation = &token.get("avatar").unwrap().as_array().unwrap()[0];
        presentation
            .get("holder")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    };
    let first = subjects(&scene.present().unwrap());
    scene
        .b
        .ask(|ask| ask.nonce = "another-nonce-of-128-bits".to_owned());
    let again = scene.prepare().unwrap();
    assert_eq!(
        again.disclosure().shown[0].certainty,
        Certainty::KnownToWorld
    );
    assert_eq!(again.disclosure().acquaintance, Acquaintance::MetBefore);
    let holding = again.disclosure().shown[0].holding;
    assert!(
        again
            .disclosure()
            .links
            .contains(&Link::KnownHere { holding })
    );
    assert_eq!(subjects(&scene.present().unwrap()), first);

    // Another world gets another copy, and the person is told which values it has in common.
    let c = World::new(3);
    c.believe(&scene.a);
    let known = std::mem::replace(&mut scene.b, c);
    scene.confirmed = scene.person.confirm(&scene.b);
    let prepared = scene.prepare().unwrap();
    let worlds = vec![known.id.clone()];
    let claims = everything();
    assert!(prepared.disclosure().links.contains(&Link::SameValues {
        holding,
        claims,
        worlds
    }));
    assert_ne!(subjects(&scene.present().unwrap()), first);

    // A third world finds none left.
    let d = World::new(4);
    d.believe(&scene.a);
    scene.b = d;
    scene.confirmed = scene.person.confirm(&scene.b);
    let error = scene.prepare().unwrap_err();
    // It says which, and whether its issuer gives more.
    let PresentError::Exhausted {
        holding: Some(named),
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!((named.id, named.name.as_str()), (holding, "Mika"));
    assert_eq!(named.refill, Refillable::No);
    assert_eq!(error.reason(), Reason::CopyExhausted);
}

#[test]
fn a_request_that_could_be_somebody_elses_is_never_shown() {
    for (lie, reason, cause) in [
        (
            Lie::RequestAudience,
            Reason::ClientAuthFailed,
            Reason::ClientAuthFailed,
        ),
        (
            Lie::RequestUnsigned,
            Reason::ClientAuthFailed,
            Reason::AlgNotAllowed,
        ),
        (
            Lie::RequestTypMissing,
            Reason::ClientAuthFailed,
            Reason::JwtTyp,
        ),
        (
            Lie::RequestKidOfOther,
            Reason::ClientAuthFailed,
            Reason::IssuerKeyMismatch,
        ),
        (
            Lie::RequestClientOther,
            Reason::ClientAuthFailed,
            Reason::ClientAuthFailed,
        ),
        (
            Lie::RequestClientPrefix,
            Reason::ClientIdPrefix,
            Reason::ClientIdPrefix,
        ),
        (
            Lie::RequestByOther,
            Reason::ClientAuthFailed,
            Reason::SigInvalid,
        ),
        (
            Lie::RequestTypOther,
            Reason::ClientAuthFailed,
            Reason::JwtTyp,
        ),
        (
            Lie::RequestX5c,
            Reason::ClientAuthFailed,
            Reason::JwsHeaderForbidden,
        ),
        (
            Lie::RequestHuge,
            Reason::RequestUriBlocked,
            Reason::RequestUriBlocked,
        ),
        (
            Lie::RequestFuture,
            Reason::ClientAuthFailed,
            Reason::ProofCreatedFuture,
        ),
        (
            Lie::RequestNotBefore,
            Reason::ClientAuthFailed,
            Reason::ProofCreatedFuture,
        ),
        (
            Lie::RequestRedirects,
            Reason::RequestUriBlocked,
            Reason::RequestUriBlocked,
        ),
        (
            Lie::RequestContentType,
            Reason::RequestUriBlocked,
            Reason::RequestUriBlocked,
        ),
        (
            Lie::RequestResponseElsewhere,
            Reason::ResponseUriMismatch,
            Reason::ResponseUriMismatch,
        ),
        (
            Lie::RequestExpired,
            Reason::DeadlinePassed,
            Reason::DeadlinePassed,
        ),
        (
            Lie::RequestNonceShort,
            Reason::BadRequest,
            Reason::BadRequest,
        ),
        (
            Lie::RequestTransactionData,
            Reason::TransactionDataUnsupported,
            Reason::TransactionDataUnsupported,
        ),
        (
            Lie::NoDidDocument,
            Reason::DidResolutionFailed,
            Reason::DidResolutionFailed,
        ),
    ] {
        let scene = Scene::new();
        scene.b.lie(lie);
        let error = scene.open().unwrap_err();
        assert_eq!(
            (error.reason(), error.cause()),
            (reason, cause),
            "{lie:?}: {error}"
        );
        assert_eq!(scene.b.requests("/respond"), 0);
    }
}

#[test]
fn a_posted_request_repeats_the_wallets_nonce() {
    let mut scene = Scene::new();
    let link = format!("{}&request_uri_method=post", scene.b.request_link());
    let (first, second) = (scene.open_at(&link).unwrap(), scene.open_at(&link).unwrap());
    assert_ne!(first.object().wallet_nonce, second.object().wallet_nonce);
    let digest = |request| {
        let wallet = &scene.person.wallet;
        let prepared = prepare(
            wallet,
            request,
            PersonaIndex::FIRST,
            &Wishes::default(),
            now(),
        )
        .unwrap();
        *prepared.disclosure().digest()
    };
    // A look and a yes can be two runs, though each run has a nonce of its own.
    assert_eq!(digest(first), digest(second));
    scene.present().unwrap();
    scene.b.lie(Lie::RequestWalletNonce);
    let error = scene.open_at(&link).unwrap_err();
    assert_eq!(error.reason(), Reason::ClientAuthFailed);
}

/// What a wallet posts for a request is the same letter by letter whoever asks with it.
#[test]
fn what_is_posted_for_a_request_tells_nobody_apart() {
    let said = |scene: &Scene| {
        let link = format!("{}&request_uri_method=post", scene.b.request_link());
        scene.open_at(&link).unwrap();
        let asked = scene.b.server.asked();
        let asked = asked.iter().find(|asked| asked.path == "/request/1");
        let form = schemas::form::Form::read(&asked.unwrap().body, 1 << 16).unwrap();
        let fields: Vec<_> = form.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(fields, ["wallet_metadata", "wallet_nonce"]);
        form.field("wallet_metadata").unwrap().to_owned()
    };
    let (one, mut two) = (Scene::new(), Scene::of(Cryptosuite::EddsaRdfc2022));
    two.person.receive(&two.a);
    assert_eq!(said(&one), said(&two));
}

/// A challenge that reads like something else to sign: a token of ours without its signature, and a
/// whole one.
#[test]
fn no_signature_over_a_challenge_is_one_over_anything_else() {
    use proofs::jws::{self, KeyRef, Typ, UnverifiedJws};
    use proofs::keys::SigningKey;

    let mut scene = Scene::new();
    let thief = SigningKey::from_seed(&[99; 32]);
    let claims = schemas::object! { "transfer" => "sword", "to" => "did:web:evil.example" };
    for typ in [Typ::Receipt, Typ::Admission, Typ::CredentialOfferProof] {
        let kid = thief.verification_method();
        let token = jws::sign(typ, KeyRef::Kid(&kid), &claims, &thief);
        let (input, _) = token.rsplit_once('.').unwrap();
        for challenge in [input, token.as_str()] {
            scene.b.ask(|ask| ask.nonce = challenge.to_owned());
            let presented = scene.present().unwrap();
            let shown = crate::world::parsed(&presented.vp_token);
            let presentation = &shown.get("avatar").unwrap().as_array().unwrap()[0];
            let proof = presentation.get("proof").unwrap();
            assert_eq!(proof.get("challenge").unwrap().as_str(), Some(challenge));
            let value = proof.get("proofValue").unwrap().as_str().unwrap();
            let signature = schemas::encoding::base58btc::decode(&value[1..]).unwrap();
            let signature = schemas::encoding::base64url::encode(&signature);
            let holder = presentation.get("holder").unwrap().as_str().unwrap();
            let key = proofs::did_key::decode(&holder.parse().unwrap()).unwrap();
            let forged = UnverifiedJws::parse(&format!("{input}.{signature}"), typ).unwrap();
            assert_eq!(
                forged.verify(&key).unwrap_err().reason(),
                Reason::SigInvalid
            );
        }
    }
}

#[test]
fn links_are_refused_without_contact() {
    let scene = Scene::new();
    let elsewhere = "https%3A%2F%2Fc.example%2Fr";
    let (did, origin) = (scene.b.id.did(), scene.b.id.origin());
    let client_id = schemas::form::percent_encode(&scene.b.client_id());
    for (link, reason) in [
        (
            format!("openid4vp://?client_id={client_id}&request_uri={elsewhere}"),
            Reason::RequestUriBlocked,
        ),
        (
            format!("openid4vp://?client_id=redirect_uri:{origin}&request_uri={origin}/r"),
            Reason::ClientIdPrefix,
        ),
        (
            format!("openid4vp://?client_id=origin:{origin}&request_uri={origin}/r"),
            Reason::ClientIdPrefix,
        ),
        (
            format!("openid4vp://?client_id={did}&request_uri={origin}/r"),
            Reason::ClientIdPrefix,
        ),
        (
            format!("openid4vp://?client_id=x509_san_dns:bank.example&request_uri={origin}/r"),
            Reason::RequestUriBlocked,
        ),
        (
            "openid4vp://?client_id=x509_san_dns:bank.example&response_type=vp_token".to_owned(),
            Reason::ClientIdPrefix,
        ),
        (
            format!("openid4vp://?client_id=shop:1&request_uri={origin}/r"),
            Reason::ClientIdPrefix,
        ),
        (
            format!("openid4vp://?client_id={client_id}&request_uri=http://127.0.0.2/r"),
            Reason::RequestUriBlocked,
        ),
        (
            format!("openid4vp://?client_id={client_id}&request_uri=file:///etc/passwd"),
            Reason::RequestUriBlocked,
        ),
        (
            "openid4vp://?client_id=decentralized_identifier:did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2Qt\
             KLGpbnnEGta2doK&request_uri=https://c.example/r"
                .to_owned(),
            Reason::DidMethodUnsupported,
        ),
        ("openid4vp://?".to_owned(), Reason::BadRequest),
    ] {
        assert_eq!(present::read_request(&link).unwrap_err().reason(), reason, "{link}");
    }
    // A confirmed world does not open the door of another.
    let request = present::read_request(&scene.b.request_link()).unwrap();
    let other = scene.person.wallet.confirmed(&scene.a.id).unwrap();
    let client = client(&[&scene.a, &scene.b]);
    let error = run(present::open(
        &client,
        &request,
        &other,
        &mut OsEntropy,
        now(),
    ))
    .unwrap_err();
    assert_eq!(error.reason(), Reason::OriginUnconfirmed);
    assert!(scene.b.server.asked().is_empty());
}

#[test]
fn consent_changes_with_every_field_of_the_request() {
    let scene = Scene::new();
    let digest = || *scene.prepare().unwrap().disclosure().digest();
    let first = digest();
    assert_eq!(digest(), first);
    // Some worlds sign a request anew for each who fetches it: its times say nothing about the answer.
    scene.b.ask(|ask| ask.expires = 301);
    assert_eq!(digest(), first);
    let changes: [fn(&mut Ask); 6] = [
        |ask| ask.nonce = "another-nonce-of-128-bits".to_owned(),
        |ask| ask.state = "state-2".to_owned(),
        |ask| ask.purpose = "To sell your name".to_owned(),
        |ask| ask.response_path = "/respond/other".to_owned(),
        |ask| ask.suites = vec!["eddsa-jcs-2022".to_owned()],
        |ask| {
            let text = schemas::canonical::to_text(&ask.query).replace("personaName", "license");
            ask.query = crate::world::parsed(text.as_bytes());
        },
    ];
    let mut digests = vec![first];
    for change in changes {
        scene.b.ask(|ask| {
            *ask = Ask::default();
            change(ask);
        });
        digests.push(digest());
    }
    // Which credential, too.
    scene.b.ask(|ask| {
        *ask = Ask::default();
        ask.query = query(&[("avatar", CredentialType::Item)]);
    });
    digests.push(digest());
    let count = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), count);

    scene.b.ask(|ask| *ask = Ask::default());
    let other = if digests[1] == first {
        digests[2]
    } else {
        digests[1]
    };
    assert_eq!(
        scene
            .prepare()
            .unwrap()
            .accept(&other)
            .unwrap_err()
            .reason(),
        Reason::ConsentMismatch
    );
    assert_eq!(scene.b.requests("/respond"), 0);
    assert!(outcomes(&scene.person.wallet).is_empty());
}

#[test]
fn every_answer_that_left_stands_in_the_history() {
    // A receipt is evidence of what the world sent, whether it holds or not.
    let (verified, unverified) = (
        Some(ReceiptStanding::Verified),
        Some(ReceiptStanding::Unverified),
    );
    for (lie, reason, kept) in [
        (Lie::AnswerDropped, Reason::WorldUnreachable, None),
        (Lie::AnswerRedirects, Reason::RedirectRefused, None),
        (Lie::AnswerRedirectsAway, Reason::RedirectRefused, None),
        (Lie::AnswerRefused, Reason::CiDenied, None),
        (
            Lie::ReceiptOfOtherAnswer,
            Reason::DigestMismatch,
            unverified,
        ),
        (Lie::ReceiptOfOtherNonce, Reason::DigestMismatch, unverified),
        (Lie::ReceiptRefuses, Reason::CiDenied, verified),
        (Lie::ReceiptSignedByOther, Reason::SigInvalid, unverified),
        (Lie::ReceiptTyp, Reason::JwtTyp, unverified),
        (
            Lie::ReceiptWorldOther,
            Reason::IssuerKeyMismatch,
            unverified,
        ),
    ] {
        let mut scene = Scene::new();
        scene.b.lie(lie);
        let error = scene.present().unwrap_err();
        assert_eq!(error.reason(), reason, "{lie:?}: {error}");
        let found = scene.person.reopened();
        let ends = outcomes(&found);
        let [
            Outcome::Intended,
            Outcome::Failed {
                reason: noted,
                receipt,
                ..
            },
        ] = ends.as_slice()
        else {
            panic!("{lie:?}")
        };
        assert_eq!(*noted, reason);
        let standing = receipt.as_ref().map(|receipt| receipt.standing);
        assert_eq!(standing, kept, "{lie:?}");
        if let Some(CameReceipt { text, .. }) = receipt {
            assert_eq!(text.split('.').count(), 3, "{text}");
        }
        found.verify_history().unwrap();
        // Sent once, led nowhere.
        assert_eq!(scene.b.requests("/respond"), 1, "{lie:?}");
        assert_eq!(scene.b.requests("/elsewhere"), 0);
        // The copy is this world's for good.
        let copies = found.history().unwrap();
        let holding = copies
            .iter()
            .find_map(|entry| (entry.kind == EntryKind::Presented).then(|| entry.what.holdings[0]));
        let copies = found.copies(&holding.unwrap()).unwrap();
        assert_eq!(copies.iter().filter(|copy| copy.world.is_some()).count(), 1);
    }
}

#[test]
fn a_verifier_that_gives_no_receipt_is_no_liar() {
    let mut scene = Scene::new();
    scene.b.lie(Lie::ReceiptMissing);
    assert!(scene.present().unwrap().receipt.is_none());
    let ended = outcomes(&scene.person.wallet).pop();
    assert!(matches!(
        ended,
        Some(Outcome::Completed { receipt: None, .. })
    ));
}

#[test]
fn a_world_that_does_not_believe_the_issuer_says_why() {
    let mut scene = Scene::new();
    let c = World::new(3);
    scene.b = c;
    scene.confirmed = scene.person.confirm(&scene.b);
    assert_eq!(
        scene.present().unwrap_err().reason(),
        Reason::CredIssuerUntrusted
    );
}

#[test]
fn an_interrupted_answer_is_not_sent_again_by_itself() {
    let mut scene = Scene::new();
    // A kill between spending and sending: the first half of `send`, and no more.
    let prepared = scene.prepare().unwrap();
    let (digest, copy) = (
        *prepared.disclosure().digest(),
        prepared.disclosure().shown[0].copy,
    );
    let accepted = prepared.accept(&digest).unwrap();
    let seq = begin(&scene.b, &mut scene.person.wallet, accepted);
    assert_eq!(scene.b.requests("/respond"), 0);
    scene.person.wallet = scene.person.reopened();

    let again = scene.prepare().unwrap();
    assert_eq!(again.disclosure().interrupted.map(|run| run.seq), Some(seq));
    // The same copy for the same request: what was agreed to is the same thing.
    assert_eq!(again.disclosure().shown[0].copy, copy);
    assert_eq!(*again.disclosure().digest(), digest);
    let error = again.accept(&digest).unwrap_err();
    assert_eq!(error, PresentError::Interrupted { seq });
    assert_eq!(error.reason(), Reason::VpReplay);
    assert_eq!(scene.b.requests("/respond"), 0);

    // Only when the person says so.
    let accepted = scene.prepare().unwrap().accept_again(&digest).unwrap();
    let client = client(&[&scene.b]);
    run(send(&client, &mut scene.person.wallet, accepted, now())).unwrap();
    assert_eq!(scene.b.requests("/respond"), 1);
    let ends = outcomes(&scene.person.wallet);
    assert!(matches!(ends.as_slice(), [
        Outcome::Intended,
        Outcome::Failed { of, .. },
        Outcome::Intended,
        Outcome::Completed { .. },
    ] if *of == seq));
    assert!(scene.person.wallet.pending().unwrap().is_empty());
}

/// Sends, as a process of its own that is going to be killed. The parent gives wallet and link.
#[test]
#[ignore = "a part of the test below, run by it"]
fn child_sends() {
    let (Some(folder), Ok(link)) = (
        std::env::var_os("OMOTE_TEST_FOLDER"),
        std::env::var("OMOTE_TEST_LINK"),
    ) else {
        return;
    };
    let mut wallet = crate::fixture::open_in(folder.as_ref());
    let request = present::read_request(&link).unwrap();
    let confirmed = wallet.confirmed(request.world()).unwrap();
    let client = fetch::Client::new(confirmed.policy());
    run(async {
        let request = present::open(&client, &request, &confirmed, &mut OsEntropy, now())
            .await
            .unwrap();
        let prepared = prepare(
            &wallet,
            request,
            PersonaIndex::FIRST,
            &Wishes::default(),
            now(),
        )
        .unwrap();
        let digest = *prepared.disclosure().digest();
        let accepted = prepared.accept(&digest).unwrap();
        drop(send(&client, &mut wallet, accepted, now()).await);
    });
}

#[test]
fn a_kill_after_the_bytes_left_is_seen_by_the_next_run() {
    let mut scene = Scene::new();
    scene.b.lie(Lie::AnswerHangs);
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "presenting::child_sends",
            "--ignored",
            "--test-threads=1",
        ])
        .env("OMOTE_TEST_FOLDER", scene.person.folder())
        .env("OMOTE_TEST_LINK", scene.b.request_link())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let started = std::time::Instant::now();
    while scene.b.requests("/respond") == 0 {
        assert!(started.elapsed().as_secs() < 20, "nothing was sent");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    scene.person.wallet = scene.person.reopened();
    assert_eq!(outcomes(&scene.person.wallet), [Outcome::Intended]);
    scene.person.wallet.verify_history().unwrap();
    scene.b.lie(Lie::None);
    let again = scene.prepare().unwrap();
    assert_eq!(
        again.disclosure().shown[0].certainty,
        Certainty::KnownToWorld
    );
    let digest = *again.disclosure().digest();
    assert!(matches!(
        again.accept(&digest),
        Err(PresentError::Interrupted { .. })
    ));
    assert_eq!(scene.b.requests("/respond"), 1);
}

#[test]
fn the_suite_is_one_that_the_world_takes() {
    for (suites, expected) in [
        (vec![], Ok("eddsa-jcs-2022")),
        (vec!["eddsa-jcs-2022"], Ok("eddsa-jcs-2022")),
        (
            vec!["eddsa-rdfc-2022", "eddsa-jcs-2022"],
            Ok("eddsa-jcs-2022"),
        ),
        // The credential is of a suite that the world does not take.
        (vec!["eddsa-rdfc-2022"], Err(Reason::ProofTypeUnsupported)),
        (vec!["bbs-2023"], Err(Reason::ProofTypeUnsupported)),
    ] {
        let mut scene = Scene::new();
        scene
            .b
            .ask(|ask| ask.suites = suites.iter().map(ToString::to_string).collect());
        let found = scene.present().map_err(|error| error.reason());
        let suite = found.map(|presented| suite_of(&presented));
        assert_eq!(
            suite.as_deref(),
            expected.as_ref().map(|suite| *suite),
            "{suites:?}"
        );
        assert_eq!(outcomes(&scene.person.wallet).is_empty(), expected.is_err());
    }
    let mut scene = Scene::of(Cryptosuite::EddsaRdfc2022);
    scene
        .b
        .ask(|ask| ask.suites = vec!["eddsa-rdfc-2022".to_owned()]);
    assert_eq!(suite_of(&scene.present().unwrap()), "eddsa-rdfc-2022");
}

fn suite_of(presented: &Presented) -> String {
    let token = crate::world::parsed(&presented.vp_token);
    let presentation = &token.get("avatar").unwrap().as_array().unwrap()[0];
    let suite = presentation
        .get("proof")
        .unwrap()
        .get("cryptosuite")
        .unwrap();
    suite.as_str().unwrap().to_owned()
}

#[test]
fn the_person_chooses_among_what_fits() {
    let mut scene = Scene::new();
    scene.person.receive(&scene.a);
    let avatars: Vec<_> = scene
        .person
        .wallet
        .holdings()
        .unwrap()
        .into_iter()
        .filter(|holding| holding.kind == wallet_core::HoldingKind::Avatar)
        .map(|holding| holding.id)
        .collect();
    let query_id = schemas::dcql::QueryId::new("avatar").unwrap();
    for (index, holding) in avatars.iter().enumerate() {
        let wish = Preference {
            query_id: query_id.clone(),
            holding: *holding,
        };
        let request = scene.open().unwrap();
        let wallet = &scene.person.wallet;
        let prepared = prepare(
            wallet,
            request,
            PersonaIndex::FIRST,
            &wanting(&[wish]),
            now(),
        )
        .unwrap();
        assert_eq!(prepared.disclosure().shown[0].holding, avatars[index]);
    }
    let prepared = scene.prepare().unwrap();
    assert_eq!(prepared.disclosure().shown[0].alternatives.len(), 1);
}

#[test]
fn two_runs_of_one_consent_send_once() {
    let mut scene = Scene::new();
    let (first, second) = (scene.prepare().unwrap(), scene.prepare().unwrap());
    let digest = *first.disclosure().digest();
    let (first, second) = (
        first.accept(&digest).unwrap(),
        second.accept(&digest).unwrap(),
    );
    // The other run has written its intention and is about to send.
    let mut other = scene.person.reopened();
    let third = scene.prepare().unwrap().accept(&digest).unwrap();
    let seq = begin(&scene.b, &mut other, third);
    let client = client(&[&scene.b]);
    let error = run(send(&client, &mut scene.person.wallet, first, now())).unwrap_err();
    assert_eq!(error, PresentError::Interrupted { seq });
    assert_eq!(scene.b.requests("/respond"), 0);
    abandon(&mut scene.person.wallet, seq, now()).unwrap();
    run(send(&client, &mut scene.person.wallet, second, now())).unwrap();
    assert_eq!(scene.b.requests("/respond"), 1);
}

#[test]
fn no_is_the_same_no_whatever_the_cause() {
    let scene = Scene::new();
    let client = client(&[&scene.b]);
    run(decline(&client, &scene.open().unwrap())).unwrap();
    scene.b.ask(|ask| {
        let text = schemas::canonical::to_text(&ask.query).replace("personaName", "email");
        ask.query = crate::world::parsed(text.as_bytes());
    });
    let error = scene.prepare().unwrap_err();
    assert_eq!(error.reason(), Reason::VpQueryUnsatisfied);
    run(decline(&client, &scene.open().unwrap())).unwrap();
    let said: Vec<_> = scene
        .b
        .server
        .asked()
        .into_iter()
        .filter(|asked| asked.path.starts_with("/respond"))
        .map(|asked| String::from_utf8(asked.body).unwrap())
        .collect();
    assert_eq!(said, ["error=access_denied&state=state-1"; 2]);
    assert!(outcomes(&scene.person.wallet).is_empty());
}

#[test]
fn what_has_expired_since_is_not_shown() {
    let scene = Scene::new();
    scene.b.ask(|ask| ask.expires = 200_000);
    let request = scene.open().unwrap();
    let at = later(90_000);
    let error = prepare(
        &scene.person.wallet,
        request,
        PersonaIndex::FIRST,
        &Wishes::default(),
        at,
    )
    .unwrap_err();
    let PresentError::Chosen { holding, heard, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!((holding.name.as_str(), *heard), ("Mika", None));
    assert_eq!(error.reason(), Reason::CredExpired);
}

#[test]
fn a_yes_that_comes_too_late_sends_nothing() {
    let mut scene = Scene::new();
    let prepared = scene.prepare().unwrap();
    let digest = *prepared.disclosure().digest();
    let accepted = prepared.accept(&digest).unwrap();
    let client = client(&[&scene.b]);
    let error = run(send(
        &client,
        &mut scene.person.wallet,
        accepted,
        later(300),
    ))
    .unwrap_err();
    assert_eq!(error, PresentError::Expired);
    assert_eq!(scene.b.requests("/respond"), 0);
    assert!(outcomes(&scene.person.wallet).is_empty());
}

#[test]
fn a_persona_shows_only_what_it_holds() {
    let mut scene = Scene::new();
    let other = scene
        .person
        .wallet
        .add_persona(&"other".parse().unwrap(), now())
        .unwrap();
    let request = scene.open().unwrap();
    let error = prepare(
        &scene.person.wallet,
        request,
        other.index,
        &Wishes::default(),
        now(),
    )
    .unwrap_err();
    assert_eq!(error.reason(), Reason::VpQueryUnsatisfied);
}

#[test]
fn the_json_form_has_the_digest_and_all_that_leaves() {
    let scene = Scene::new();
    let prepared = scene.prepare().unwrap();
    let object = Value::Object(prepared.disclosure().to_object());
    let digest = prepared.disclosure().digest().to_string();
    assert_eq!(
        object.get("digest").and_then(Value::as_str),
        Some(digest.as_str())
    );
    let seen = object.get("will_see").unwrap().as_array().unwrap();
    let claims = seen[0].get("claims").unwrap().as_array().unwrap();
    assert_eq!(claims.len(), prepared.disclosure().shown[0].claims.len());
}

#[test]
fn two_faces_with_one_look_are_told_of() {
    let mut scene = Scene::new();
    scene.present().unwrap();
    let met = scene.b.id.clone();
    // Another face receives the same avatar, and a third world asks it.
    let other = scene
        .person
        .wallet
        .add_persona(&"other".parse().unwrap(), now())
        .unwrap();
    scene.person.receive_as(&scene.a, other.index);
    let c = World::new(3);
    scene.b = c;
    scene.confirmed = scene.person.confirm(&scene.b);
    let request = scene.open().unwrap();
    let prepared = prepare(
        &scene.person.wallet,
        request,
        other.index,
        &Wishes::default(),
        now(),
    )
    .unwrap();
    let holding = prepared.disclosure().shown[0].holding;
    let expected = Link::SameValues {
        holding,
        claims: everything(),
        worlds: vec![met],
    };
    assert!(prepared.disclosure().links.contains(&expected));
    assert_eq!(prepared.disclosure().stays.personas, 1);
}

/// A statement by the creator key of a persona about a model of this name.
fn made_by(person: &Person, persona: PersonaIndex, name: &str) -> schemas::json::Object {
    let terms = schemas::license::LicenseTerms {
        name: Some(name.to_owned()),
        ..crate::fixture::terms()
    };
    let facts = crate::fixture::facts(&assets::make::vrm1(&assets::make::Recipe::new(terms)));
    let statement = Statement {
        facts: &facts,
        name,
        terms: Terms::OfTheFile,
        derived_from: &[],
        until: None,
        suite: Cryptosuite::EddsaJcs2022,
    };
    sign(&person.wallet, persona, &statement, later(-86_400)).unwrap()
}

#[test]
fn a_creator_who_shows_their_own_work_is_told_of_it() {
    let mut scene = Scene::new();
    let strangers = scene.prepare().unwrap();
    let yours = |link: &Link| matches!(link, Link::CreatorIsYou { .. });
    assert!(!strangers.disclosure().links.iter().any(yours));

    // One persona made it, another holds it.
    let wallet = &mut scene.person.wallet;
    let maker = wallet.add_persona(&"maker".parse().unwrap(), now());
    let maker = maker.unwrap().index;
    scene.a.embed(made_by(&scene.person, maker, "One"));
    let kept = scene.person.receive(&scene.a).holdings.remove(0).holding;
    assert_eq!(kept.kind, wallet_core::HoldingKind::Avatar);
    scene.present_holding(kept.id).unwrap();
    let met = scene.b.id.clone();
    let again = scene.prepare().unwrap();
    let link = Link::CreatorIsYou {
        holding: kept.id,
        persona: maker,
    };
    assert!(again.disclosure().links.contains(&link));
    assert!(
        schemas::canonical::to_text(&again.disclosure().to_object().into())
            .contains("creator_is_you")
    );

    // Another model of the same hand, as an item, for a world that has seen nothing yet: what joins
    // the two is the creator alone.
    scene.a.offer(&[CredentialType::Item], Some(2));
    scene.a.embed(made_by(&scene.person, maker, "Two"));
    let item = scene.person.receive(&scene.a).holdings.remove(0).holding;
    stranger(&mut scene, 3);
    scene
        .b
        .ask(|ask| ask.query = query(&[("item", CredentialType::Item)]));
    let wish = Preference {
        query_id: schemas::dcql::QueryId::new("item").unwrap(),
        holding: item.id,
    };
    let request = scene.open().unwrap();
    let wallet = &scene.person.wallet;
    let prepared = prepare(
        wallet,
        request,
        PersonaIndex::FIRST,
        &wanting(&[wish]),
        now(),
    )
    .unwrap();
    let links = &prepared.disclosure().links;
    assert!(links.contains(&Link::SameValues {
        holding: item.id,
        claims: vec![Claim::Creator, Claim::License, Claim::Dates],
        worlds: vec![met],
    }));
    assert!(links.iter().any(yours));
}

#[test]
fn what_the_world_knows_comes_first_and_what_is_left_answers() {
    let mut scene = Scene::new();
    scene.person.receive(&scene.a);
    let avatars: Vec<_> = scene
        .person
        .wallet
        .holdings()
        .unwrap()
        .into_iter()
        .filter(|holding| holding.kind == wallet_core::HoldingKind::Avatar)
        .collect();
    // The younger one is known to the world, by its second copy.
    let younger = &avatars[1];
    let met = stranger(&mut scene, 3);
    scene.present_holding(younger.id).unwrap();
    scene.b = met;
    scene.confirmed = scene.person.confirm(&scene.b);
    scene.present_holding(younger.id).unwrap();
    let prepared = scene.prepare().unwrap();
    let shown = &prepared.disclosure().shown[0];
    assert_eq!((shown.holding, shown.number), (younger.id, 2));
    // Where both are used up, the youngest answers.
    for seed in 4..6 {
        stranger(&mut scene, seed);
        scene.present_holding(avatars[0].id).unwrap();
    }
    let kept = scene.person.receive(&scene.a).holdings;
    let youngest = kept.into_iter().map(|kept| kept.holding);
    let youngest = youngest.into_iter().find(|one| one.kind == younger.kind);
    let youngest = youngest.unwrap();
    stranger(&mut scene, 6);
    let prepared = scene.prepare().unwrap();
    assert_eq!(prepared.disclosure().shown[0].holding, youngest.id);
    // The one that the person wants is not replaced by another without a word.
    let wish = Preference {
        query_id: schemas::dcql::QueryId::new("avatar").unwrap(),
        holding: avatars[0].id,
    };
    let request = scene.open().unwrap();
    let wallet = &scene.person.wallet;
    let error = prepare(
        wallet,
        request,
        PersonaIndex::FIRST,
        &wanting(&[wish]),
        now(),
    )
    .unwrap_err();
    assert_eq!(error.reason(), Reason::CopyExhausted);
}

/// A world that the person has met, and that signs with another key since: between two questions, and
/// between its question and its receipt.
#[test]
fn a_world_that_changed_its_key_is_the_same_world() {
    let mut scene = Scene::new();
    let first = scene.present().unwrap();
    assert!(first.receipt.is_some());
    let request = scene.open().unwrap();
    let wallet = &scene.person.wallet;
    let prepared = prepare(
        wallet,
        request,
        PersonaIndex::FIRST,
        &Wishes::default(),
        now(),
    )
    .unwrap();
    let digest = *prepared.disclosure().digest();
    let accepted = prepared.accept(&digest).unwrap();
    scene.b.rotate();
    scene.b.server.forget();
    let both = client(&[&scene.b]);
    let shown = run(send(&both, &mut scene.person.wallet, accepted, now())).unwrap();
    assert_eq!(shown.receipt.unwrap().issuer, scene.b.id);
    // Once more, and only because the receipt named another key.
    assert_eq!(scene.b.requests("/.well-known/did.json"), 1);
    let next = scene.present().unwrap();
    assert_eq!(next.receipt.unwrap().issuer, scene.b.id);
    // A receipt by a key of nobody's is none, however often it is asked for.
    scene.b.lie(Lie::ReceiptSignedByOther);
    assert!(matches!(scene.present(), Err(PresentError::Receipt(_))));
}

/// Who holds only the other format is told so, and which holding it is.
#[test]
fn what_is_held_in_another_format_is_named() {
    let scene = Scene::new();
    let part = schemas::object! {
        "id" => "avatar",
        "format" => "dc+sd-jwt",
        "meta" => schemas::object! { "vct_values" => [CredentialType::Avatar.iri()] },
        "claims" => [schemas::object! { "path" => ["personaName"] }],
    };
    let ask = |part: &schemas::json::Object, sets: &[Vec<&str>]| {
        let mut query = schemas::object! { "credentials" => [part.clone()] };
        if !sets.is_empty() {
            let sets: Vec<Value> = sets.iter().map(|one| one.clone().into()).collect();
            query.insert("credential_sets", [schemas::object! { "options" => sets }]);
        }
        scene.b.ask(|ask| ask.query = query.clone().into());
    };
    for sets in [vec![], vec![vec!["avatar"]]] {
        ask(&part, &sets);
        let error = scene.prepare().unwrap_err();
        let PresentError::NothingFits {
            other: Some(other), ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!((other.asked, other.held), (Format::DcSdJwt, Format::LdpVc));
        assert_eq!(other.holding.name, "Mika");
        assert_eq!(error.reason(), Reason::VpQueryUnsatisfied);
    }
    // Of another kind there is nothing in any format.
    let mut other = part;
    other.insert(
        "meta",
        schemas::object! { "vct_values" => ["urn:example:passport"] },
    );
    ask(&other, &[]);
    let error = scene.prepare().unwrap_err();
    let PresentError::NothingFits { other: None, .. } = &error else {
        panic!("{error:?}")
    };
}
