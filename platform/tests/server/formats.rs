//! One offer in two formats, copies that nothing joins, and key proofs of both kinds.

use std::collections::BTreeSet;

use proofs::data_integrity::{self, ProofOptions, ProofPurpose};
use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use proofs::sd_jwt::UnverifiedSdJwt;
use schemas::credential::Format;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{Limits, Object, Value, read};
use schemas::message::Message;
use schemas::oid4vci::issuer_metadata::{
    CredentialIssuerMetadata, Display, FormatDetails, ProofType,
};
use schemas::oid4vci::offer::CredentialOffer;
use schemas::suite::Cryptosuite;

use crate::holder::{
    ask_for, claims, code_of, credential_body, credentials, key, nonce, sd_jwts, token, token_form,
    town_key,
};
use crate::http::{Answer, get, post_form, post_json, send};
use crate::town::Town;

#[tokio::test]
async fn an_offer_names_both_formats_and_copies_are_counted_in_all() {
    let town = Town::new().await;
    let path = town.offer_avatar().await;
    let offer = CredentialOffer::read(&get(town.port, &path).await.body).unwrap();
    assert_eq!(
        offer.credential_configuration_ids,
        ["avatar_sd_jwt", "avatar"]
    );
    let token = token(&town, &path).await;
    let keys: Vec<_> = (1..=6).map(key).collect();
    assert_eq!(
        sd_jwts(&ask_for(&town, &token, "avatar_sd_jwt", &keys).await).len(),
        6
    );
    let keys: Vec<_> = (11..=16).map(key).collect();
    // Ten in all.
    assert_eq!(
        credentials(&ask_for(&town, &token, "avatar", &keys).await).len(),
        4
    );
    ask_for(&town, &token, "avatar_sd_jwt", &[key(20)])
        .await
        .refuses(
            400,
            "credential_request_denied",
            "credential_not_authorized",
        );
    let (path, _) = town
        .offer_like(|terms| terms.formats = Some(vec![Format::DcSdJwt]))
        .await;
    let offer = CredentialOffer::read(&get(town.port, &path).await.body).unwrap();
    assert_eq!(offer.credential_configuration_ids, ["avatar_sd_jwt"]);
    let token = crate::holder::token(&town, &path).await;
    ask_for(&town, &token, "avatar", &[key(1)]).await.refuses(
        400,
        "credential_request_denied",
        "credential_not_authorized",
    );
}

/// What stands in the clear of a copy, in all of them alike but for key and place.
fn without_own(copy: &UnverifiedSdJwt) -> Object {
    let mut object = copy.claims().clone();
    assert!(object.remove("cnf").is_some());
    assert!(object.remove("status").is_some());
    object
}

#[tokio::test]
async fn copies_that_are_tokens_are_sound_and_say_nothing_of_their_second() {
    let town = Town::new().await;
    let token = token(&town, &town.offer_avatar().await).await;
    let answer = ask_for(&town, &token, "avatar_sd_jwt", &[key(1), key(2)]).await;
    let copies: Vec<_> = sd_jwts(&answer)
        .iter()
        .map(|text| UnverifiedSdJwt::parse(text).unwrap())
        .collect();
    for (number, copy) in (1..).zip(&copies) {
        copy.verify(&town_key(&town)).unwrap();
        assert_eq!(copy.holder_key().unwrap(), key(number).verifying_key());
        let claims = copy.claims();
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        assert_eq!(text("iss"), Some(town.id().did().as_str()));
        assert_eq!(
            text("vct"),
            Some("https://w3id.org/omote/v1#AvatarCredential")
        );
        assert_eq!(text("personaName"), Some("Mika"));
        for name in ["nbf", "exp"] {
            assert_eq!(
                claims.get(name).unwrap().as_i64().unwrap() % 86_400,
                0,
                "{name}"
            );
        }
        for name in ["iat", "jti", "sub"] {
            assert!(!claims.contains_key(name), "{name}");
        }
        let kid = copy.kid().unwrap();
        assert!(kid.starts_with(town.id().did().as_str()));
    }
    assert_eq!(without_own(&copies[0]), without_own(&copies[1]));
    // An item is one too, by a P-256 key as well.
    let token = crate::holder::token(&town, &town.offer_item().await).await;
    let p256 = SigningKey::from_p256_scalar(&[7; 32]).unwrap();
    let answer = ask_for(&town, &token, "item_sd_jwt", &[p256]).await;
    let copy = UnverifiedSdJwt::parse(&sd_jwts(&answer)[0]).unwrap();
    copy.verify(&town_key(&town)).unwrap();
    assert_eq!(copy.claims().get("serial").unwrap().as_i64(), Some(42));
    let p256 = SigningKey::from_p256_scalar(&[7; 32]).unwrap();
    assert_eq!(copy.holder_key().unwrap(), p256.verifying_key());
    // It stands in the metadata under the same name.
    drop(credentials(
        &ask_for(&town, &token, "item", &[key(30)]).await,
    ));
}

/// How many copies are compared.
const COPIES: usize = if cfg!(debug_assertions) { 400 } else { 10_000 };

/// SDJ-27: of ten thousand copies no two have a salt, a digest or anything else in common by which
/// somebody could join them, and digests stand in their own order.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_joins_two_copies() {
    let town = Town::new().await;
    let (mut salts, mut digests) = (BTreeSet::new(), BTreeSet::new());
    let (mut keys, mut places, mut texts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut clear: Option<Object> = None;
    let mut seeds = 0_u32;
    let mut copies = 0;
    while copies < COPIES {
        let token = token(&town, &town.offer_avatar().await).await;
        let batch: Vec<_> = (0..10)
            .map(|_| {
                seeds += 1;
                SigningKey::from_seed(Sha256Digest::of(&seeds.to_be_bytes()).as_bytes())
            })
            .collect();
        for text in sd_jwts(&ask_for(&town, &token, "avatar_sd_jwt", &batch).await) {
            copies += 1;
            let copy = UnverifiedSdJwt::parse(&text).unwrap();
            let mut parts = text.split('~');
            let payload = parts.next().unwrap().split('.').nth(1).unwrap();
            let payload = read(&base64url::decode(payload).unwrap(), &Limits::document());
            let payload = payload.unwrap();
            let own = payload.get("_sd").unwrap().strings().unwrap();
            // Decoys make them eight, and their order is that of chance.
            assert_eq!(own.len(), 8);
            assert!(own.is_sorted());
            for digest in own {
                assert!(digests.insert(digest.to_owned()), "a digest twice");
            }
            for disclosure in parts.filter(|part| !part.is_empty()) {
                let bytes = base64url::decode(disclosure).unwrap();
                let disclosure = read(&bytes, &Limits::document()).unwrap();
                let salt = disclosure.as_array().unwrap()[0].as_str().unwrap();
                assert_eq!(base64url::decode(salt).unwrap().len(), 16);
                assert!(salts.insert(salt.to_owned()), "a salt twice");
            }
            let claims = copy.claims();
            let written = |name: &str| claims.get(name).unwrap().to_string();
            assert!(keys.insert(written("cnf")), "a key twice");
            assert!(places.insert(written("status")), "a place twice");
            assert!(texts.insert(text));
            match &clear {
                None => clear = Some(without_own(&copy)),
                Some(first) => assert_eq!(without_own(&copy), *first),
            }
        }
    }
    assert_eq!((salts.len(), digests.len()), (copies * 3, copies * 8));
    // Places are drawn: those of a batch do not follow one another.
    let index = |text: &String| {
        let (_, rest) = text.split_once("\"idx\":").unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap()
    };
    let mut taken: Vec<u32> = places.iter().map(index).collect();
    taken.sort_unstable();
    let neighbours = taken.windows(2).filter(|two| two[1] - two[0] == 1).count();
    assert!(
        neighbours * 4 < taken.len(),
        "{neighbours} of {}",
        taken.len()
    );
}

/// A presentation of nothing, by hand.
fn di_vp(town: &Town, key: &SigningKey, nonce: &str, domain: &str, suite: Cryptosuite) -> Object {
    let presentation = schemas::object! {
        "@context" => ["https://www.w3.org/ns/credentials/v2"],
        "type" => ["VerifiablePresentation"],
        "holder" => &key.did_key(),
    };
    let options = ProofOptions {
        suite,
        verification_method: key.verification_method(),
        purpose: ProofPurpose::Authentication,
        created: town.now(),
        expires: None,
        challenge: Some(nonce.to_owned()),
        domain: Some(domain.to_owned()),
    };
    data_integrity::sign(&presentation, &options, key).unwrap()
}

async fn ask_with(town: &Town, token: &str, id: &str, proofs: Vec<Object>) -> Answer {
    let body = schemas::object! {
        "credential_configuration_id" => id,
        "proofs" => schemas::object! { "di_vp" => proofs },
    };
    post_json(town.port, "/credential", token, &body).await
}

#[tokio::test]
async fn presentations_of_nothing_prove_keys() {
    let town = Town::new().await;
    let origin = town.id().origin().to_owned();
    let token = token(&town, &town.offer_avatar().await).await;
    let live = nonce(&town).await;
    let p256 = SigningKey::from_p256_scalar(&[7; 32]).unwrap();
    let proofs = vec![
        di_vp(&town, &key(1), &live, &origin, Cryptosuite::EddsaJcs2022),
        di_vp(&town, &key(2), &live, &origin, Cryptosuite::EddsaRdfc2022),
        di_vp(&town, &p256, &live, &origin, Cryptosuite::EcdsaRdfc2019),
    ];
    let answer = ask_with(&town, &token, "avatar_sd_jwt", proofs).await;
    let copies = sd_jwts(&answer);
    assert_eq!(copies.len(), 3);
    let third = UnverifiedSdJwt::parse(&copies[2]).unwrap();
    assert_eq!(third.holder_key().unwrap(), p256.verifying_key());
    // The nonce is spent, whichever kind of proof answered it.
    let again = di_vp(&town, &key(4), &live, &origin, Cryptosuite::EddsaJcs2022);
    ask_with(&town, &token, "avatar_sd_jwt", vec![again])
        .await
        .refuses(400, "invalid_nonce", "c_nonce_invalid");
    let live = nonce(&town).await;
    let proof = di_vp(&town, &key(5), &live, &origin, Cryptosuite::EddsaJcs2022);
    let issued = credentials(&ask_with(&town, &token, "avatar", vec![proof]).await);
    let subject = issued[0].get("credentialSubject").unwrap();
    assert_eq!(
        subject.get("id").unwrap().as_str(),
        Some(key(5).did_key().as_str())
    );
}

#[tokio::test]
async fn other_presentations_prove_nothing() {
    let town = Town::new().await;
    let origin = town.id().origin().to_owned();
    let token = token(&town, &town.offer_avatar().await).await;
    let live = nonce(&town).await;
    let suite = Cryptosuite::EddsaJcs2022;
    let sound = || di_vp(&town, &key(1), &live, &origin, suite);
    let edited = |edit: &dyn Fn(&mut Object)| {
        let mut proof = sound();
        edit(&mut proof);
        proof
    };
    let in_proof = |name: &'static str, value: Value| {
        edited(&|object| {
            let proof = object.get_mut("proof").unwrap().as_object_mut().unwrap();
            proof.insert(name, value.clone());
        })
    };
    let alice = || Value::from(key(9).did_key().as_str());
    let method = Value::from(&key(9).verification_method());
    let asked = schemas::object! { "type" => "DataIntegrityProof" };
    for (proof, error, reason) in [
        // Signed by one key, and the name of somebody else.
        (
            edited(&|object| drop(object.insert("holder", alice()))),
            "invalid_proof",
            "invalid_proof",
        ),
        (
            edited(&|object| drop(object.remove("holder"))),
            "invalid_proof",
            "invalid_proof",
        ),
        (
            in_proof("verificationMethod", method),
            "invalid_proof",
            "invalid_proof",
        ),
        // For another issuer, in answer to another nonce, for another purpose.
        (
            di_vp(&town, &key(1), &live, "https://other.example", suite),
            "invalid_proof",
            "proof_domain",
        ),
        (
            di_vp(&town, &key(1), &live, &format!("{origin}/"), suite),
            "invalid_proof",
            "proof_domain",
        ),
        (
            di_vp(&town, &key(1), "another nonce", &origin, suite),
            "invalid_nonce",
            "c_nonce_invalid",
        ),
        (
            in_proof("proofPurpose", "assertionMethod".into()),
            "invalid_proof",
            "proof_purpose",
        ),
        (
            in_proof("challenge", "another".into()),
            "invalid_proof",
            "sig_invalid",
        ),
        (
            in_proof("cryptosuite", "bbs-2023".into()),
            "invalid_proof",
            "proof_type_unsupported",
        ),
        // Not a presentation, of something, without a proof, with two.
        (
            edited(&|object| drop(object.insert("type", "VerifiableCredential"))),
            "invalid_proof",
            "invalid_proof",
        ),
        (
            edited(&|object| drop(object.insert("verifiableCredential", [Object::new()]))),
            "invalid_proof",
            "invalid_proof",
        ),
        (
            edited(&|object| drop(object.remove("proof"))),
            "invalid_proof",
            "proof_missing",
        ),
        (
            edited(&|object| {
                let proof = object.get("proof").unwrap().clone();
                object.insert("proof", Value::Array(vec![proof.clone(), proof]));
            }),
            "invalid_proof",
            "invalid_proof",
        ),
        (
            edited(&|object| drop(object.insert("name", "Mika"))),
            "invalid_proof",
            "sig_invalid",
        ),
        (asked, "invalid_proof", "invalid_proof"),
    ] {
        ask_with(&town, &token, "avatar", vec![proof])
            .await
            .refuses(400, error, reason);
    }
    // A DID that would make the world fetch something.
    let web = in_proof("verificationMethod", "did:web:evil.example#key-1".into());
    ask_with(&town, &token, "avatar", vec![web]).await.refuses(
        400,
        "invalid_proof",
        "did_method_unsupported",
    );
    // Of another day, though the nonce is of now.
    town.pass(-301);
    let old = sound();
    town.pass(301);
    ask_with(&town, &token, "avatar", vec![old]).await.refuses(
        400,
        "invalid_proof",
        "invalid_proof",
    );
    // One key in two proofs.
    ask_with(&town, &token, "avatar", vec![sound(), sound()])
        .await
        .refuses(400, "invalid_proof", "invalid_proof");
    // None of them spent the nonce.
    assert_eq!(
        ask_with(&town, &token, "avatar", vec![sound()])
            .await
            .status,
        200
    );
}

/// OVI-10: identifiers are of one token, and configurations that it does not name are not had with it.
#[tokio::test]
async fn credentials_are_named_by_identifiers_when_details_were_asked_for() {
    let town = Town::new().await;
    let redeem = async |details: &str| {
        let code = code_of(&town, &town.offer_avatar().await).await;
        let form = token_form(&code).with("authorization_details", details);
        post_form(town.port, "/token", &form).await
    };
    let details = r#"[{"type":"openid_credential","credential_configuration_id":"avatar"}]"#;
    let identifier = |answer: &Answer| {
        let object = answer.json();
        let details = object
            .get("authorization_details")
            .unwrap()
            .as_array()
            .unwrap();
        assert_eq!(details.len(), 1);
        let id = details[0].get("credential_configuration_id").unwrap();
        assert_eq!(id.as_str(), Some("avatar"));
        let identifiers = details[0].get("credential_identifiers").unwrap();
        identifiers.strings().unwrap()[0].to_owned()
    };
    let (alice, bob) = (redeem(details).await, redeem(details).await);
    let (hers, his) = (identifier(&alice), identifier(&bob));
    assert_ne!(hers, his);
    let token = alice.word("access_token");
    let ask = async |name: &'static str, id: &str| {
        let claims = claims(&town, &nonce(&town).await);
        let proof = crate::holder::key_proof(&key(1), &claims);
        let body = schemas::object! {
            name => id, "proofs" => schemas::object! { "jwt" => [proof] },
        };
        post_json(town.port, "/credential", &token, &body).await
    };
    for other in [his.as_str(), "avatar", "x"] {
        ask("credential_identifier", other).await.refuses(
            400,
            "unknown_credential_identifier",
            "credential_not_authorized",
        );
    }
    ask("credential_configuration_id", "avatar").await.refuses(
        400,
        "invalid_credential_request",
        "bad_request",
    );
    assert_eq!(
        credentials(&ask("credential_identifier", &hers).await).len(),
        1
    );
    // What is not offered, and what is no detail, is refused, and spends nothing.
    let code = code_of(&town, &town.offer_avatar().await).await;
    for (details, reason) in [
        (
            r#"[{"type":"openid_credential","credential_configuration_id":"item"}]"#,
            "credential_not_authorized",
        ),
        (r#"[{"type":"payment"}]"#, "bad_request"),
        ("{}", "bad_request"),
    ] {
        let form = token_form(&code).with("authorization_details", details);
        post_form(town.port, "/token", &form).await.refuses(
            400,
            "invalid_authorization_details",
            reason,
        );
    }
    assert_eq!(
        post_form(town.port, "/token", &token_form(&code))
            .await
            .status,
        200
    );
}

fn names(displays: &[Display]) -> Vec<&str> {
    displays
        .iter()
        .filter_map(|one| one.name.as_deref())
        .collect()
}

#[tokio::test]
async fn metadata_speaks_the_language_of_whoever_reads_it() {
    let town = Town::new().await;
    let path = "/.well-known/openid-credential-issuer";
    let read = async |accepted: Option<&str>| {
        let headers: Vec<_> = accepted
            .map(|value| ("Accept-Language", value))
            .into_iter()
            .collect();
        let answer = send(town.port, "GET", path, &headers, b"").await;
        assert_eq!(answer.header("vary"), Some("Accept-Language"));
        let language = answer.header("content-language").map(str::to_owned);
        (
            CredentialIssuerMetadata::read(&answer.body).unwrap(),
            language,
        )
    };
    for (accepted, own, kind, claim, language) in [
        (
            None,
            &["Neo Kyoto", "ネオ京都"][..],
            &["Avatar", "アバター"][..],
            &["Name", "名前"][..],
            None,
        ),
        (
            Some("ja"),
            &["ネオ京都"],
            &["アバター"],
            &["名前"],
            Some("ja"),
        ),
        (
            Some("en;q=0.3, ja;q=0.8"),
            &["ネオ京都", "Neo Kyoto"],
            &["アバター", "Avatar"],
            &["名前", "Name"],
            Some("ja, en"),
        ),
        (
            Some("fr"),
            &["Neo Kyoto", "ネオ京都"],
            &["Avatar", "アバター"],
            &["Name", "名前"],
            None,
        ),
    ] {
        let (metadata, found) = read(accepted).await;
        assert_eq!(found.as_deref(), language);
        assert_eq!(names(&metadata.display), own);
        for (id, configuration) in &metadata.configurations {
            let texts = configuration.metadata.as_ref().unwrap();
            assert_eq!(
                texts.claims.len(),
                if id.starts_with("avatar") { 3 } else { 5 }
            );
            if id.starts_with("avatar") {
                assert_eq!(names(&texts.display), kind);
                let claim_names: Vec<_> = texts.claims[0]
                    .display
                    .iter()
                    .filter_map(|one| one.name.as_deref())
                    .collect();
                assert_eq!(claim_names, claim);
            }
        }
    }
    let (metadata, _) = read(None).await;
    let sd_jwt = metadata.configuration("avatar_sd_jwt").unwrap();
    assert!(
        matches!(&sd_jwt.details, FormatDetails::DcSdJwt { vct, .. } if vct.ends_with("#AvatarCredential"))
    );
    for alg in ["Ed25519", "EdDSA", "ES256"] {
        assert!(sd_jwt.takes_proof(ProofType::Jwt, alg));
    }
    assert!(sd_jwt.takes_proof(ProofType::DiVp, "eddsa-rdfc-2022"));
}

/// OVI-09: what brings two keys, or a certificate, is bound to none of them.
#[tokio::test]
async fn a_proof_with_two_keys_is_refused_for_tokens_too() {
    let town = Town::new().await;
    let token = token(&town, &town.offer_avatar().await).await;
    let claims = claims(&town, &nonce(&town).await);
    let mine = key(1);
    let method = mine.verification_method();
    let header = schemas::object! {
        "alg" => "EdDSA", "typ" => Typ::CredentialOfferProof.as_str(), "kid" => &method,
        "jwk" => key(2).verifying_key().jwk(),
    };
    let part = |object: &Object| base64url::encode(&schemas::canonical::object_to_bytes(object));
    let input = format!("{}.{}", part(&header), part(&claims));
    let signature = base64url::encode(&mine.sign(input.as_bytes()).to_bytes());
    let body = credential_body("avatar_sd_jwt", vec![format!("{input}.{signature}")]);
    post_json(town.port, "/credential", &token, &body)
        .await
        .refuses(400, "invalid_proof", "invalid_proof");
    // OVI-08: the key of somebody else, and the name of a third.
    let forged = jws::sign(
        Typ::CredentialOfferProof,
        KeyRef::Kid(&method),
        &claims,
        &key(2),
    );
    let body = credential_body("avatar_sd_jwt", vec![forged]);
    post_json(town.port, "/credential", &token, &body)
        .await
        .refuses(400, "invalid_proof", "sig_invalid");
}
