//! From an offer to copies of a credential, and every way in which that is refused.

use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use schemas::encoding::base64url;
use schemas::json::{Number, Object, Value};
use schemas::license::{Allowance, LicenseTerms};

use crate::holder::{
    ask_for, claims, code_of, credential_body, credentials, key, key_proof, nonce, token,
    token_form,
};
use crate::http::{get, post_form, post_json, send};
use crate::town::{Town, license, provenance};

#[tokio::test]
async fn an_offer_becomes_copies_that_differ_in_key_and_signature_only() {
    let town = Town::new().await;
    let offer = town.offer_avatar().await;
    let token = token(&town, &offer).await;
    let answer = ask_for(&town, &token, "avatar", &[key(1), key(2), key(3)]).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let mut copies = credentials(&answer);
    assert_eq!(copies.len(), 3);
    for (number, copy) in (1..).zip(&mut copies) {
        let subject = copy
            .get_mut("credentialSubject")
            .unwrap()
            .as_object_mut()
            .unwrap();
        let holder = subject.remove("id").unwrap();
        assert!(copy.remove("credentialStatus").is_some());
        assert_eq!(holder.as_str(), Some(key(number).did_key().as_str()));
        let proof = copy.get_mut("proof").unwrap().as_object_mut().unwrap();
        proof.remove("proofValue").unwrap();
    }
    assert_eq!(copies[0], copies[1]);
    assert_eq!(copies[1], copies[2]);
    // Dates are of the day: the second of issuing joins nothing.
    let from = copies[0].get("validFrom").unwrap().as_str().unwrap();
    assert!(from.ends_with("T00:00:00Z"), "{from}");
    let created = copies[0].get("proof").unwrap().get("created").unwrap();
    assert_eq!(created.as_str(), Some(from));
    // The offer is gone.
    get(town.port, &offer)
        .await
        .refuses(404, "not_found", "not_found");
    // The wallet says what became of them.
    let id = answer.word("notification_id");
    let note = |id: &str, event: &str| {
        schemas::object! { "notification_id" => id, "event" => event }
    };
    let told = note(&id, "credential_accepted");
    let answer = post_json(town.port, "/notification", &token, &told).await;
    assert_eq!(answer.status, 204);
    post_json(
        town.port,
        "/notification",
        &token,
        &note(&"A".repeat(43), "credential_accepted"),
    )
    .await
    .refuses(400, "invalid_notification_id", "not_found");
    post_json(
        town.port,
        "/notification",
        &token,
        &note(&id, "credential_eaten"),
    )
    .await
    .refuses(400, "invalid_notification_request", "bad_request");
    // Whoever holds another token has no say about these copies.
    let other = crate::holder::token(&town, &town.offer_avatar().await).await;
    let eaten = note(&id, "credential_deleted");
    post_json(town.port, "/notification", &other, &eaten)
        .await
        .refuses(400, "invalid_notification_id", "not_found");
    post_json(town.port, "/notification", &"A".repeat(43), &told)
        .await
        .refuses(401, "invalid_token", "unauthorized");
}

#[tokio::test]
async fn a_code_gives_one_token_however_many_ask() {
    let town = Town::new().await;
    let code = code_of(&town, &town.offer_item().await).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (port, form) = (town.port, token_form(&code));
            tokio::spawn(async move { post_form(port, "/token", &form).await })
        })
        .collect();
    let mut tokens = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == 200 {
            tokens += 1;
        } else {
            answer.refuses(400, "invalid_grant", "pre_auth_code_used");
        }
    }
    assert_eq!(tokens, 1);
    // Nor when the token that it gave is over.
    town.pass(301);
    post_form(town.port, "/token", &token_form(&code))
        .await
        .refuses(400, "invalid_grant", "pre_auth_code_used");
}

#[tokio::test]
async fn token_requests_are_refused_with_their_reason() {
    let town = Town::new().await;
    let code = code_of(&town, &town.offer_avatar().await).await;
    let form = token_form(&code);
    let post = async |form| post_form(town.port, "/token", &form).await;
    post(form.clone().with("grant_type", "password"))
        .await
        .refuses(400, "unsupported_grant_type", "bad_request");
    post(form.clone().with("tx_code", "1234")).await.refuses(
        400,
        "invalid_request",
        "tx_code_invalid",
    );
    post(token_form(&"A".repeat(43)))
        .await
        .refuses(400, "invalid_grant", "not_found");
    post(token_form("x"))
        .await
        .refuses(400, "invalid_grant", "not_found");
    post(schemas::form::Form::new())
        .await
        .refuses(400, "invalid_request", "bad_request");
    town.pass(3600);
    post(form.clone())
        .await
        .refuses(400, "invalid_grant", "not_found");
    town.pass(-3600);
    // None of them used the code up; fields of others are ignored.
    assert_eq!(
        post(form.with("user_pin", "").with("resource", "x"))
            .await
            .status,
        200
    );
}

/// A proof from edited claims.
fn edited(town: &Town, nonce: &str, edit: impl Fn(&mut Object)) -> String {
    let mut claims = claims(town, nonce);
    edit(&mut claims);
    key_proof(&key(1), &claims)
}

/// A proof with a header that no signer of ours would write.
fn by_hand(header: &Object, claims: &Object, key: &SigningKey) -> String {
    let part = |object: &Object| base64url::encode(&schemas::canonical::object_to_bytes(object));
    let input = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(input.as_bytes()).to_bytes();
    format!("{input}.{}", base64url::encode(&signature))
}

#[tokio::test]
async fn key_proofs_are_refused_with_their_reason() {
    let town = Town::new().await;
    let token = token(&town, &town.offer_avatar().await).await;
    let live = nonce(&town).await;
    let post = async |body: Object| post_json(town.port, "/credential", &token, &body).await;
    let one = async |proof: String| post(credential_body("avatar", vec![proof])).await;
    let set = |name: &'static str, value: Value| {
        edited(&town, &live, |claims| {
            claims.insert(name, value.clone());
        })
    };
    let number = |seconds: i64| Value::Number(Number::from_i64(seconds).unwrap());
    let now = town.now().unix();
    for (proof, reason) in [
        (
            set("aud", Value::from("https://other.example")),
            "invalid_proof",
        ),
        (
            set("aud", Value::from(format!("{}/", town.id().origin()))),
            "invalid_proof",
        ),
        (
            set("iss", Value::from("did:example:alice")),
            "invalid_proof",
        ),
        (set("iat", number(now - 301)), "invalid_proof"),
        (set("iat", number(now + 121)), "invalid_proof"),
        (set("iat", Value::from("now")), "invalid_proof"),
        (set("iat", Value::Null), "invalid_proof"),
        (set("exp", number(now)), "invalid_proof"),
        (set("exp", number(now - 1)), "invalid_proof"),
        (set("exp", Value::from("never")), "invalid_proof"),
        (set("exp", Value::Null), "invalid_proof"),
        (set("nbf", number(now + 121)), "invalid_proof"),
        (set("nbf", Value::from("now")), "invalid_proof"),
        (set("nbf", Value::Null), "invalid_proof"),
        ("a.b.c".to_owned(), "jws_serialization"),
    ] {
        one(proof).await.refuses(400, "invalid_proof", reason);
    }
    for proof in [
        set("nonce", Value::from("guess")),
        set("nonce", Value::Null),
        edited(&town, &live, |claims| drop(claims.remove("nonce"))),
    ] {
        one(proof)
            .await
            .refuses(400, "invalid_nonce", "c_nonce_invalid");
    }
    // Signed by another key than the one that is named.
    let (mine, other) = (key(1), key(2));
    let method = other.verification_method();
    let claims = claims(&town, &live);
    let forged = jws::sign(
        Typ::CredentialOfferProof,
        KeyRef::Kid(&method),
        &claims,
        &mine,
    );
    one(forged)
        .await
        .refuses(400, "invalid_proof", "sig_invalid");
    // A key that is shown, and the name of somebody else.
    let mut named = claims.clone();
    named.insert("iss", other.did_key().as_str());
    let named = jws::sign(Typ::CredentialOfferProof, KeyRef::Jwk, &named, &mine);
    one(named)
        .await
        .refuses(400, "invalid_proof", "invalid_proof");
    // Two keys, or a certificate beside one.
    let kid = mine.verification_method();
    let jwk = mine.verifying_key().jwk();
    let typ = Typ::CredentialOfferProof.as_str();
    for (header, reason) in [
        (
            schemas::object! { "alg" => "EdDSA", "typ" => typ, "kid" => &kid, "jwk" => jwk.clone() },
            "invalid_proof",
        ),
        (
            schemas::object! { "alg" => "EdDSA", "typ" => typ },
            "invalid_proof",
        ),
        (
            schemas::object! { "alg" => "EdDSA", "typ" => typ, "kid" => &kid, "x5c" => ["MIIB"] },
            "jws_header_forbidden",
        ),
        (
            schemas::object! { "alg" => "EdDSA", "typ" => typ, "jwk" => jwk, "x5c" => ["MIIB"] },
            "jws_header_forbidden",
        ),
    ] {
        let proof = by_hand(&header, &claims, &mine);
        one(proof).await.refuses(400, "invalid_proof", reason);
    }
    // A kid that would make the world fetch something.
    let web = "did:web:evil.example#key-1".parse().unwrap();
    let fetched = jws::sign(Typ::CredentialOfferProof, KeyRef::Kid(&web), &claims, &mine);
    one(fetched)
        .await
        .refuses(400, "invalid_proof", "did_method_unsupported");
    // A JWS of another kind.
    let receipt = jws::sign(Typ::Receipt, KeyRef::Kid(&method), &claims, &other);
    one(receipt).await.refuses(400, "invalid_proof", "jwt_typ");
    // The same key twice, once by kid and once by jwk.
    let by_jwk = jws::sign(Typ::CredentialOfferProof, KeyRef::Jwk, &claims, &mine);
    let twice = vec![key_proof(&mine, &claims), by_jwk.clone()];
    post(credential_body("avatar", twice))
        .await
        .refuses(400, "invalid_proof", "invalid_proof");
    // More than one batch.
    let many = (1..=11)
        .map(|number| key_proof(&key(number), &claims))
        .collect();
    post(credential_body("avatar", many)).await.refuses(
        400,
        "invalid_credential_request",
        "input_too_large",
    );
    let many = vec!["a.b.c".to_owned(); 10_000];
    post(credential_body("avatar", many)).await.refuses(
        400,
        "invalid_credential_request",
        "input_too_large",
    );
    // Nothing is handed out later, so there is nothing to guess.
    for guess in ["1".to_owned(), "A".repeat(43)] {
        let guess = schemas::object! { "transaction_id" => guess };
        post_json(town.port, "/deferred_credential", &token, &guess)
            .await
            .refuses(400, "invalid_transaction_id", "not_found");
    }
    // Another kind of proof, none, an old one, two kinds.
    let with = |name: &'static str, value: Value| {
        schemas::object! { "credential_configuration_id" => "avatar", name => value }
    };
    let attested = schemas::object! { "attestation" => ["a.b.c"] };
    post(with("proofs", attested.into())).await.refuses(
        400,
        "invalid_proof",
        "proof_type_unsupported",
    );
    post(with("format", "ldp_vc".into()))
        .await
        .refuses(400, "invalid_proof", "proof_missing");
    post(with("proof", by_jwk.as_str().into())).await.refuses(
        400,
        "invalid_credential_request",
        "bad_request",
    );
    let both = schemas::object! { "jwt" => [by_jwk.as_str()], "di_vp" => [Object::new()] };
    post(with("proofs", both.into()))
        .await
        .refuses(400, "invalid_proof", "invalid_proof");
    // What the token does not permit.
    let proof = || vec![by_jwk.clone()];
    post(credential_body("item", proof())).await.refuses(
        400,
        "credential_request_denied",
        "credential_not_authorized",
    );
    post(credential_body("passport", proof())).await.refuses(
        400,
        "unknown_credential_configuration",
        "credential_not_authorized",
    );
    let proofs = schemas::object! { "jwt" => proof() };
    post(schemas::object! { "credential_identifier" => "avatar-of-alice", "proofs" => proofs })
        .await
        .refuses(
            400,
            "unknown_credential_identifier",
            "credential_not_authorized",
        );
    // None of them spent the nonce. By jwk, the subject is the key's did:key.
    let issued = credentials(&one(by_jwk.clone()).await);
    let subject = issued[0].get("credentialSubject").unwrap();
    assert_eq!(
        subject.get("id").unwrap().as_str(),
        Some(mine.did_key().as_str())
    );
    one(by_jwk)
        .await
        .refuses(400, "invalid_nonce", "c_nonce_invalid");
}

#[tokio::test]
async fn nonces_and_tokens_run_out() {
    let town = Town::new().await;
    let token = token(&town, &town.offer_avatar().await).await;
    let old = nonce(&town).await;
    town.pass(300);
    let proof = key_proof(&key(1), &claims(&town, &old));
    let body = credential_body("avatar", vec![proof]);
    post_json(town.port, "/credential", &token, &body)
        .await
        .refuses(400, "invalid_nonce", "c_nonce_invalid");
    // Ten copies were offered; an eleventh is not issued.
    let keys: Vec<_> = (1..=9).map(key).collect();
    assert_eq!(
        credentials(&ask_for(&town, &token, "avatar", &keys).await).len(),
        9
    );
    let last = credentials(&ask_for(&town, &token, "avatar", &[key(10), key(11)]).await);
    assert_eq!(last.len(), 1);
    ask_for(&town, &token, "avatar", &[key(12)]).await.refuses(
        400,
        "credential_request_denied",
        "credential_not_authorized",
    );
    town.pass(300);
    ask_for(&town, &token, "avatar", &[key(13)]).await.refuses(
        401,
        "invalid_token",
        "unauthorized",
    );
    let answer = send(town.port, "POST", "/credential", &[], b"").await;
    answer.refuses(401, "invalid_token", "unauthorized");
    assert!(answer.header("www-authenticate").is_some());
}

#[tokio::test]
async fn offers_are_for_the_administration_and_only_sound_ones_are_made() {
    let town = Town::new().await;
    let body = schemas::object! {
        "right" => "avatar", "persona" => "Mika", "provenance" => provenance(),
    };
    let post = async |body: &Object| post_json(town.port, "/offers", &town.token, body).await;
    let made = post(&body).await;
    assert_eq!(made.status, 201);
    let asked = schemas::canonical::object_to_bytes(&body);
    crate::http::assert_valid("offer-request", &asked);
    crate::http::assert_valid("offer-created", &made.body);
    assert!(
        made.word("offer_link")
            .starts_with("openid-credential-offer://?")
    );
    post_json(town.port, "/offers", &"A".repeat(43), &body)
        .await
        .refuses(401, "unauthorized", "unauthorized");
    let with = |name: &'static str, value: Value| {
        let mut body = body.clone();
        body.insert(name, value);
        body
    };
    let looser = LicenseTerms {
        allow_redistribution: Some(Allowance::Allowed),
        ..license()
    };
    let mut forged = provenance();
    let subject = forged
        .get_mut("credentialSubject")
        .unwrap()
        .as_object_mut()
        .unwrap();
    subject.insert("name", "Nika");
    for (body, reason) in [
        (with("license", looser.to_object().into()), "license_looser"),
        (with("provenance", forged.into()), "sig_invalid"),
        (with("provenance", Object::new().into()), "ctx_order"),
        (with("persona", "".into()), "issue_template_violation"),
        (with("persona", 7.into()), "bad_request"),
        (with("right", "passport".into()), "bad_request"),
        (with("copies", 11.into()), "bad_request"),
        (with("copies", 0.into()), "bad_request"),
        (with("validity", 0.into()), "bad_request"),
    ] {
        post(&body).await.refuses(400, "invalid_request", reason);
    }
}
