//! Requests of verifiers that are none of ours: known by certificates or addresses, answered in the
//! clear or encrypted.

use proofs::keys::SigningKey;
use schemas::credential::CredentialType;
use schemas::digest::Sha256Digest;
use schemas::json::Value;
use schemas::message::WireDocument;
use schemas::oauth::ErrorCode;
use schemas::object;
use schemas::oid4vp::link::RequestUriMethod;
use schemas::oid4vp::response::ResponseOutcome;
use schemas::reason::Reason;
use schemas::suite::ContentEncryption;
use wallet_core::present::{
    self, ClientFault, PresentError, Presented, VerifiedRequest, Wishes, decline, prepare, send,
};
use wallet_core::{AnchorError, CertificateFault, OsEntropy, PersonaIndex, Removal, Root};

use crate::fixture::{Person, later, now, run};
use crate::stranger::{Authority, SELF_SIGNED, Stranger, pem, self_signed, signed_by_self_signed};
use crate::world::World;

/// A person with an avatar, who believes an authority, and a stranger whom it certified.
struct Scene {
    authority: Authority,
    stranger: Stranger,
    person: Person,
}

impl Scene {
    fn new() -> Self {
        let authority = Authority::new("An authority");
        let stranger = Stranger::new(&authority);
        Self::of(authority, stranger)
    }

    fn of(authority: Authority, stranger: Stranger) -> Self {
        let issuer = World::new(1);
        issuer.offer(&[CredentialType::Avatar], Some(4));
        let mut person = Person::new();
        person.receive(&issuer);
        person.wallet.add_anchors(&authority.pem(), now()).unwrap();
        Self {
            authority,
            stranger,
            person,
        }
    }

    fn client(&mut self) -> fetch::Client {
        let confirmed = self.stranger.confirmed(&mut self.person.wallet);
        fetch::Client::new(confirmed.policy())
    }

    fn open_at(&mut self, link: &str) -> Result<VerifiedRequest, PresentError> {
        let request = present::read_request(link)?.trusting(self.person.wallet.anchors().unwrap());
        let confirmed = self.stranger.confirmed(&mut self.person.wallet);
        let client = fetch::Client::new(request.policy(&confirmed)?);
        let mut entropy = OsEntropy;
        let opening = present::open(&client, &request, &confirmed, &mut entropy, now());
        run(opening)
    }

    fn open(&mut self) -> Result<VerifiedRequest, PresentError> {
        let link = self.stranger.link();
        self.open_at(&link)
    }

    fn answer(&mut self, request: VerifiedRequest) -> Result<Presented, PresentError> {
        let client = self.client();
        let wallet = &mut self.person.wallet;
        let (persona, wishes) = (PersonaIndex::FIRST, Wishes::default());
        let prepared = prepare(wallet, request, persona, &wishes, now())?;
        let digest = *prepared.disclosure().digest();
        let accepted = prepared.accept(&digest)?;
        run(send(&client, wallet, accepted, now()))
    }

    /// What the stranger was shown: presentations for its full name and nonce, with its state.
    fn require_shown(&self) -> Option<ContentEncryption> {
        let (response, encryption) = self.stranger.response();
        assert_eq!(response.state.unwrap().as_str(), "stranger-state");
        let ResponseOutcome::Presented(token) = response.outcome else {
            panic!("presentations");
        };
        let [(_, documents)] = token.entries() else {
            panic!("one part");
        };
        let [WireDocument::Object(presentation)] = &documents[..] else {
            panic!("one presentation");
        };
        let proof = presentation.get("proof").unwrap();
        let text = |name| proof.get(name).and_then(Value::as_str);
        let client_id = self.stranger.manner().client_id;
        assert_eq!(text("domain"), Some(client_id.as_str()));
        assert_eq!(text("challenge"), Some("stranger-nonce-0123456789"));
        encryption
    }
}

#[test]
fn a_request_by_certificate_is_answered() {
    let ed25519 = || SigningKey::from_seed(&[22; 32]);
    let p256 = || SigningKey::from_p256_scalar(&[21; 32]).unwrap();
    for (key, by_digest) in [(p256(), false), (ed25519(), false), (p256(), true)] {
        let authority = Authority::new("An authority");
        let stranger = Stranger::with_key(&authority, key);
        if by_digest {
            stranger.by_digest();
        }
        let mut scene = Scene::of(authority, stranger);
        let request = scene.open().unwrap();
        assert_eq!(*request.world(), scene.stranger.id);
        assert_eq!(request.root(), Some(Root::Added));
        assert_eq!(request.profile(), None);
        let code = schemas::oid4vp::match_code(
            &scene.stranger.manner().client_id.parse().unwrap(),
            &request.object().nonce,
        );
        assert_eq!(request.match_code(), code);
        let presented = scene.answer(request).unwrap();
        assert_eq!((presented.receipt, presented.redirect_uri), (None, None));
        assert_eq!(scene.require_shown(), None);
    }
}

#[test]
fn a_chain_may_have_steps_between() {
    let mut scene = Scene::new();
    let below = scene.authority.below("Below it");
    let leaf = below.certify(&scene.stranger.key, &["localhost"]);
    scene
        .stranger
        .change(|manner| manner.chain = vec![leaf.clone(), below.der()]);
    assert!(scene.open().is_ok());
    // What is missing is fetched from nowhere.
    scene.stranger.change(|manner| manner.chain = vec![leaf]);
    let fault = ClientFault::Certificate(CertificateFault::Untrusted);
    assert_eq!(scene.open().unwrap_err(), PresentError::Client(fault));
}

/// OVP-02: a certificate that proves nothing.
#[test]
fn a_certificate_has_to_lead_to_a_root_and_name_the_host() {
    use CertificateFault::{Digest, Malformed, Missing, Name, Untrusted};

    let refused = |change: fn(&Scene, &Authority), fault: CertificateFault, cause: Reason| {
        let mut scene = Scene::new();
        let unknown = Authority::new("Nobody knows it");
        change(&scene, &unknown);
        let error = scene.open().unwrap_err();
        let expected = PresentError::Client(ClientFault::Certificate(fault));
        assert_eq!(error, expected);
        let reasons = (error.reason(), error.cause());
        assert_eq!(reasons, (Reason::ClientAuthFailed, cause));
        assert!(
            scene
                .stranger
                .server
                .asked()
                .iter()
                .all(|asked| asked.path == "/request")
        );
    };
    let other_authority = |scene: &Scene, unknown: &Authority| {
        let leaf = unknown.certify(&scene.stranger.key, &["localhost"]);
        scene.stranger.change(|manner| manner.chain = vec![leaf]);
    };
    refused(other_authority, Untrusted, Reason::ClientAuthFailed);
    let other_authority_along = |scene: &Scene, unknown: &Authority| {
        let leaf = unknown.certify(&scene.stranger.key, &["localhost"]);
        let chain = vec![leaf, unknown.der()];
        scene.stranger.change(|manner| manner.chain = chain);
    };
    refused(other_authority_along, Untrusted, Reason::ClientAuthFailed);
    let by_the_root_itself = |scene: &Scene, _: &Authority| {
        let chain = vec![scene.authority.der()];
        scene.stranger.change(|manner| manner.chain = chain);
    };
    refused(by_the_root_itself, Name, Reason::ClientAuthFailed);
    let for_another_name = |scene: &Scene, _: &Authority| {
        let leaf = scene
            .authority
            .certify(&scene.stranger.key, &["world.example"]);
        scene.stranger.change(|manner| manner.chain = vec![leaf]);
    };
    refused(for_another_name, Name, Reason::ClientAuthFailed);
    let for_no_name = |scene: &Scene, _: &Authority| {
        let leaf = scene.authority.certify(&scene.stranger.key, &[]);
        scene.stranger.change(|manner| manner.chain = vec![leaf]);
    };
    refused(for_no_name, Name, Reason::ClientAuthFailed);
    let over = |scene: &Scene, _: &Authority| {
        let leaf = scene
            .authority
            .certify_with(&scene.stranger.key, &["localhost"], |params| {
                params.not_after = rcgen::date_time_ymd(2020, 1, 1);
            });
        scene.stranger.change(|manner| manner.chain = vec![leaf]);
    };
    refused(over, Untrusted, Reason::ClientAuthFailed);
    let not_begun = |scene: &Scene, _: &Authority| {
        let leaf = scene
            .authority
            .certify_with(&scene.stranger.key, &["localhost"], |params| {
                params.not_before = rcgen::date_time_ymd(2099, 1, 1);
            });
        scene.stranger.change(|manner| manner.chain = vec![leaf]);
    };
    refused(not_begun, Untrusted, Reason::ClientAuthFailed);
    // A certificate that is no authority certifies another.
    let by_a_leaf = |scene: &Scene, unknown: &Authority| {
        let leaf = unknown.certify(&scene.stranger.key, &["localhost"]);
        let other = scene
            .authority
            .certify(&SigningKey::from_seed(&[5; 32]), &["b.example"]);
        scene
            .stranger
            .change(|manner| manner.chain = vec![leaf, other]);
    };
    refused(by_a_leaf, Untrusted, Reason::ClientAuthFailed);
    let no_certificate = |scene: &Scene, _: &Authority| {
        scene
            .stranger
            .change(|manner| manner.chain = vec![b"not DER".to_vec()]);
    };
    refused(no_certificate, Malformed, Reason::ClientAuthFailed);
    let of_another_digest = |scene: &Scene, _: &Authority| {
        scene.stranger.by_digest();
        let leaf = scene.authority.certify(&scene.stranger.key, &["localhost"]);
        scene.stranger.change(|manner| manner.chain = vec![leaf]);
    };
    refused(of_another_digest, Digest, Reason::DigestMismatch);
    let digest_without_host = |scene: &Scene, _: &Authority| {
        let leaf = scene
            .authority
            .certify(&scene.stranger.key, &["world.example"]);
        scene.stranger.change(|manner| manner.chain = vec![leaf]);
        scene.stranger.by_digest();
    };
    refused(digest_without_host, Name, Reason::ClientAuthFailed);
    assert_eq!(Missing.cause(), Reason::ClientAuthFailed);
}

/// OVP-02: signed with another key than that of the certificate.
#[test]
fn the_key_of_the_certificate_signs() {
    let mut scene = Scene::new();
    let other = SigningKey::from_p256_scalar(&[77; 32]).unwrap();
    let leaf = scene.authority.certify(&other, &["localhost"]);
    scene.stranger.change(|manner| manner.chain = vec![leaf]);
    let error = scene.open().unwrap_err();
    let reasons = (error.reason(), error.cause());
    assert_eq!(reasons, (Reason::ClientAuthFailed, Reason::SigInvalid));
    let other = SigningKey::from_seed(&[77; 32]);
    let leaf = scene.authority.certify(&other, &["localhost"]);
    scene.stranger.change(|manner| manner.chain = vec![leaf]);
    let error = scene.open().unwrap_err();
    let reasons = (error.reason(), error.cause());
    assert_eq!(reasons, (Reason::ClientAuthFailed, Reason::KeyTypeMismatch));
}

#[test]
fn a_root_that_was_taken_away_vouches_no_more() {
    let mut scene = Scene::new();
    assert!(scene.open().is_ok());
    let wallet = &mut scene.person.wallet;
    let [anchor] = &wallet.anchors().unwrap()[..] else {
        panic!("one");
    };
    assert_eq!(anchor.digest(), &Sha256Digest::of(&scene.authority.der()));
    assert_eq!(
        wallet.remove_anchor(anchor.digest()).unwrap(),
        Removal::Removed
    );
    assert_eq!(
        wallet.remove_anchor(anchor.digest()).unwrap(),
        Removal::Absent
    );
    assert!(scene.open().is_err());
}

#[test]
fn a_certificate_that_was_added_itself_needs_no_authority() {
    for is_authority in [false, true] {
        let mut scene = Scene::new();
        let der = self_signed("localhost", is_authority, 2040);
        let key = SigningKey::from_p256_scalar(&SELF_SIGNED).unwrap();
        scene.stranger = Stranger::with_key(&scene.authority, key);
        scene
            .stranger
            .change(|manner| manner.chain = vec![der.clone()]);
        let fault = ClientFault::Certificate(CertificateFault::Untrusted);
        assert_eq!(
            scene.open().unwrap_err(),
            PresentError::Client(fault.clone())
        );
        let wallet = &mut scene.person.wallet;
        wallet.add_anchors(&pem(&[der]), now()).unwrap();
        let request = scene.open().unwrap();
        assert_eq!(request.root(), Some(Root::Added));
        // Neither over nor for another host.
        let over = self_signed("localhost", is_authority, 2020);
        let elsewhere = self_signed("world.example", is_authority, 2040);
        let name = ClientFault::Certificate(CertificateFault::Name);
        for (der, fault) in [(over, fault), (elsewhere, name)] {
            let wallet = &mut scene.person.wallet;
            wallet
                .add_anchors(&pem(std::slice::from_ref(&der)), now())
                .unwrap();
            scene.stranger.change(|manner| manner.chain = vec![der]);
            assert_eq!(scene.open().unwrap_err(), PresentError::Client(fault));
        }
    }
}

/// Somebody's own certificate is added for them; with its key they would otherwise be everybody.
#[test]
fn a_certificate_that_was_added_vouches_for_others_only_as_an_authority() {
    for is_authority in [false, true] {
        let mut scene = Scene::new();
        let added = self_signed("somebody.example", is_authority, 2040);
        let leaf = signed_by_self_signed("localhost", &scene.stranger.key);
        let wallet = &mut scene.person.wallet;
        wallet.add_anchors(&pem(&[added]), now()).unwrap();
        scene.stranger.change(|manner| manner.chain = vec![leaf]);
        let fault = ClientFault::Certificate(CertificateFault::Untrusted);
        match is_authority {
            true => assert_eq!(scene.open().unwrap().root(), Some(Root::Added)),
            false => assert_eq!(scene.open().unwrap_err(), PresentError::Client(fault)),
        }
    }
}

#[test]
fn roots_are_added_from_a_file_and_stay() {
    let mut person = Person::new();
    let [a, b] = ["a", "b"].map(Authority::new);
    let both = pem(&[a.der(), b.der(), a.der()]);
    assert_eq!(person.wallet.add_anchors(&both, now()).unwrap().len(), 2);
    // Again: each stays as it was.
    let again = person.wallet.add_anchors(&b.pem(), later(60)).unwrap();
    assert_eq!(again[0].added(), now());
    assert_eq!(
        person.reopened().anchors().unwrap(),
        person.wallet.anchors().unwrap()
    );
    assert_eq!(person.wallet.anchors().unwrap().len(), 2);
    for text in [
        &b""[..],
        b"hello",
        &a.der(),
        &pem(&[b"not DER".to_vec()]),
        &pem(&[a.der(), vec![0x30, 0]]),
    ] {
        let error = person.wallet.add_anchors(text, now()).unwrap_err();
        assert_eq!(error, AnchorError::NotCertificates);
        assert_eq!(error.reason(), Reason::BadRequest);
    }
    assert_eq!(person.wallet.anchors().unwrap().len(), 2);
    let many: Vec<Vec<u8>> = (0..63)
        .map(|n| Authority::new(&n.to_string()).der())
        .collect();
    let error = person.wallet.add_anchors(&pem(&many), now()).unwrap_err();
    assert_eq!(error, AnchorError::TooMany);
    person.wallet.check().unwrap();
}

#[test]
fn an_answer_is_encrypted_where_it_is_asked_for() {
    for (named, used) in [
        (&[][..], ContentEncryption::A128Gcm),
        (&["A256GCM", "A128GCM"], ContentEncryption::A256Gcm),
        (&["A256CBC-HS512", "A128GCM"], ContentEncryption::A128Gcm),
    ] {
        let mut scene = Scene::new();
        scene.stranger.encrypted(named);
        let request = scene.open().unwrap();
        scene.answer(request).unwrap();
        assert_eq!(scene.require_shown(), Some(used));
        let asked = scene.stranger.server.asked();
        let form = schemas::form::Form::read(&asked.last().unwrap().body, 1 << 20).unwrap();
        let names: Vec<&str> = form.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["response"]);
    }
}

/// OVP-08: a no is the same no, and encrypted like an answer.
#[test]
fn a_no_is_encrypted_too() {
    let mut lengths = Vec::new();
    for has_something in [true, false] {
        let mut scene = Scene::new();
        if !has_something {
            scene.person = Person::new();
            let pem = scene.authority.pem();
            scene.person.wallet.add_anchors(&pem, now()).unwrap();
        }
        scene.stranger.encrypted(&[]);
        let request = scene.open().unwrap();
        let client = scene.client();
        run(decline(&client, &request)).unwrap();
        let (response, encryption) = scene.stranger.response();
        assert_eq!(encryption, Some(ContentEncryption::A128Gcm));
        assert_eq!(response.state.unwrap().as_str(), "stranger-state");
        let ResponseOutcome::Refused(refusal) = response.outcome else {
            panic!("a no");
        };
        assert_eq!(refusal.code, ErrorCode::AccessDenied);
        assert_eq!((refusal.description, refusal.reason), (None, None));
        lengths.push(scene.stranger.server.asked().last().unwrap().body.len());
    }
    assert_eq!(lengths[0], lengths[1]);
}

#[test]
fn two_answers_to_one_request_share_no_key() {
    let mut scene = Scene::new();
    scene.stranger.encrypted(&[]);
    let request = scene.open().unwrap();
    let client = scene.client();
    run(decline(&client, &request)).unwrap();
    scene.answer(request).unwrap();
    let headers: Vec<String> = scene
        .stranger
        .server
        .asked()
        .iter()
        .filter(|asked| asked.path == "/respond")
        .map(|asked| {
            let form = schemas::form::Form::read(&asked.body, 1 << 20).unwrap();
            form.field("response")
                .unwrap()
                .split('.')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(headers.len(), 2);
    assert_ne!(headers[0], headers[1]);
}

#[test]
fn what_cannot_be_encrypted_is_not_sent() {
    let without = |change: fn(&Scene)| {
        let mut scene = Scene::new();
        scene.stranger.encrypted(&[]);
        change(&scene);
        let error = scene.open().unwrap_err();
        assert_eq!(error, PresentError::Encryption);
        assert_eq!(error.reason(), Reason::EncUnsupported);
    };
    without(|scene| {
        scene.stranger.change(|manner| {
            manner.metadata.remove("jwks");
        });
    });
    without(|scene| scene.stranger.encrypted(&["A128CBC-HS256"]));
    without(|scene| {
        scene.stranger.change(|manner| {
            let signing = scene.stranger.key.verifying_key().jwk();
            let keys = Value::Array(vec![signing.into()]);
            manner.metadata.insert("jwks", object! { "keys" => keys });
        });
    });
}

#[test]
fn a_request_that_nobody_signed_is_answered_to_its_address_only() {
    let mut scene = Scene::new();
    scene.stranger.change(|manner| {
        manner.client_id = format!("redirect_uri:{}", manner.response_uri);
    });
    let link = scene.stranger.link_unsigned();
    let request = scene.open_at(&link).unwrap();
    assert!(scene.stranger.server.asked().is_empty());
    assert_eq!((request.root(), request.profile()), (None, None));
    assert_eq!(*request.world(), scene.stranger.id);
    scene.answer(request).unwrap();
    assert_eq!(scene.require_shown(), None);
    // Nothing of the link can be changed unnoticed by a consent.
    let digest = |scene: &mut Scene, link: &str| {
        let request = scene.open_at(link).unwrap();
        let (persona, wishes) = (PersonaIndex::FIRST, Wishes::default());
        let prepared = prepare(&scene.person.wallet, request, persona, &wishes, now()).unwrap();
        *prepared.disclosure().digest()
    };
    let other = link.replace("stranger-state", "stranger-other");
    assert_ne!(digest(&mut scene, &link), digest(&mut scene, &other));

    let elsewhere = format!("{}/elsewhere", scene.stranger.id.origin());
    scene
        .stranger
        .change(|manner| manner.response_uri = elsewhere);
    let error = scene.open_at(&scene.stranger.link_unsigned()).unwrap_err();
    assert_eq!(error.reason(), Reason::ResponseUriMismatch);
    // OVP-01: nobody signs for an address.
    for link in [scene.stranger.link(), scene.stranger.link_by_value()] {
        let error = present::read_request(&link).unwrap_err();
        assert_eq!(error.reason(), Reason::ClientIdPrefix);
    }
    scene
        .stranger
        .change(|manner| manner.client_id = "x509_san_dns:localhost".to_owned());
    let error = present::read_request(&scene.stranger.link_unsigned()).unwrap_err();
    assert_eq!(error.reason(), Reason::ClientIdPrefix);
}

#[test]
fn a_signed_request_may_stand_in_the_link() {
    let mut scene = Scene::new();
    let link = scene.stranger.link_by_value();
    let request = scene.open_at(&link).unwrap();
    assert!(scene.stranger.server.asked().is_empty());
    scene.answer(request).unwrap();
    scene.require_shown();
    // Of another client than the link says.
    let other = link.replacen("localhost", "world.example", 1);
    let error = present::read_request(&other).unwrap_err();
    assert_eq!(error.reason(), Reason::RequestUriBlocked);
    scene.stranger.by_digest();
    let digest = scene.stranger.manner().client_id;
    let mixed = link.replacen(
        "x509_san_dns%3Alocalhost",
        &schemas::form::percent_encode(&digest),
        1,
    );
    let error = scene.open_at(&mixed).unwrap_err();
    assert_eq!(error.reason(), Reason::ClientAuthFailed);
}

/// OVP-03, and that the answer stays at the host.
#[test]
fn what_is_inside_counts_and_has_to_be_the_clients() {
    for (name, value, reason) in [
        (
            "client_id",
            "x509_san_dns:world.example",
            Reason::ClientAuthFailed,
        ),
        ("aud", "https://other.example", Reason::ClientAuthFailed),
        (
            "response_uri",
            "https://world.example/respond",
            Reason::ResponseUriMismatch,
        ),
        ("response_mode", "fragment", Reason::BadRequest),
        (
            "redirect_uri",
            "https://world.example/cb",
            Reason::BadRequest,
        ),
    ] {
        let mut scene = Scene::new();
        scene.stranger.change(|manner| {
            manner.more.insert(name, value);
        });
        let error = scene.open().unwrap_err();
        assert_eq!(error.reason(), reason, "{name}");
    }
    let mut scene = Scene::new();
    let link = scene.stranger.link_by(RequestUriMethod::Post);
    assert!(
        scene
            .open_at(&link)
            .unwrap()
            .object()
            .wallet_nonce
            .is_some()
    );
    scene.stranger.change(|manner| {
        manner.more.insert("wallet_nonce", "another");
    });
    let error = scene.open_at(&link).unwrap_err();
    assert_eq!(error.reason(), Reason::ClientAuthFailed);
    // Nothing was posted: it repeats no nonce, and may have one.
    assert!(scene.open().is_ok());
}

/// OVP-10: what cannot be bound to the answer is not agreed to by leaving it out.
#[test]
fn transaction_data_that_is_not_understood_refuses_the_request() {
    let encoded = |object: schemas::json::Object| {
        schemas::encoding::base64url::encode(&schemas::canonical::object_to_bytes(&object))
    };
    for data in [
        encoded(object! { "type" => "payment", "credential_ids" => ["avatar"] }),
        encoded(object! {
            "type" => "https://w3id.org/omote/v1#Statement",
            "credential_ids" => ["other"],
            "text" => "I agree.",
        }),
        // No credential of this request can carry it.
        encoded(object! {
            "type" => "https://w3id.org/omote/v1#Statement",
            "credential_ids" => ["avatar"],
            "text" => "I agree.",
        }),
        encoded(object! {
            "type" => "https://w3id.org/omote/v1#Statement",
            "credential_ids" => ["avatar"],
            "transaction_data_hashes_alg" => ["sha-1"],
            "text" => "I agree.",
        }),
        "e30".to_owned(),
    ] {
        let mut scene = Scene::new();
        scene.stranger.change(|manner| {
            manner.more.insert("transaction_data", [data]);
        });
        let error = scene.open().unwrap_err();
        assert_eq!(error.reason(), Reason::TransactionDataUnsupported);
    }
}

/// OVP-19: the answer leads on over TLS, or back to the world that asked, and nowhere else.
#[test]
fn the_way_on_is_a_web_page() {
    let on = |scene: &mut Scene, url: &str| {
        scene.stranger.change(|manner| {
            manner.answer = object! { "redirect_uri" => url };
        });
        let request = scene.open().unwrap();
        scene
            .answer(request)
            .map(|presented| presented.redirect_uri.map(|url| url.to_string()))
    };
    let mut scene = Scene::new();
    let home = format!("{}/in#response_code=091535f6", scene.stranger.id.origin());
    for url in [
        home.as_str(),
        "https://world.example/in?a=b#response_code=091535f6",
    ] {
        assert_eq!(on(&mut scene, url).unwrap().as_deref(), Some(url));
    }
    assert_eq!(on(&mut scene, "http://localhost:1/in").unwrap(), None);
    for url in [
        "javascript:alert(1)",
        "http://world.example/in",
        "file:///etc/passwd",
        "omote://present",
        "https://world.example/\u{1b}[31m",
        "https://world.example/a\r\nb",
        "https://user@world.example/",
        "https://192.0.2.1/",
        "myapp://cb?response_code=x",
    ] {
        // It was answered and accepted all the same (section 8.2).
        assert_eq!(on(&mut scene, url).unwrap(), None, "{url}");
    }
}

#[test]
fn a_world_that_is_known_by_a_name_is_its_host() {
    let san = |link: &str| present::read_request(link).map(|request| request.world().to_string());
    let link = |client_id: &str, uri: &str| {
        let [client_id, uri] = [client_id, uri].map(schemas::form::percent_encode);
        format!("openid4vp://?client_id={client_id}&request_uri={uri}")
    };
    let named = "x509_san_dns:world.example";
    for (uri, world) in [
        ("https://world.example/r", Ok("https://world.example")),
        ("https://world.example:8443/r", Ok("https://world.example")),
        (
            "https://www.world.example/r",
            Err(Reason::RequestUriBlocked),
        ),
        ("https://evil.example/r", Err(Reason::RequestUriBlocked)),
        ("http://localhost:8080/r", Err(Reason::RequestUriBlocked)),
    ] {
        let found = san(&link(named, uri)).map_err(|error| error.reason());
        assert_eq!(found, world.map(str::to_owned), "{uri}");
    }
    let hashed = "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk";
    let found = san(&link(hashed, "https://world.example:8443/r")).unwrap();
    assert_eq!(found, "https://world.example:8443");
    let elsewhere = san(&link("x509_san_dns:localhost", "https://world.example/r"));
    assert_eq!(elsewhere.unwrap_err(), PresentError::NotAWorld);
}
