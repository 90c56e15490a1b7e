//! At the door: asking, presenting, admitting, and every way in which that is refused.

use proofs::jws::{Typ, UnverifiedJws};
use proofs::keys::SigningKey;
use proofs::present::{self, Binding};
use schemas::admission::AdmissionState;
use schemas::digest::Sha256Digest;
use schemas::form::Form;
use schemas::json::{Object, Value};
use schemas::message::Message;
use schemas::presentation::UnsignedPresentation;
use schemas::receipt::{AdmissionTokenClaims, ReceiptClaims};
use schemas::suite::Cryptosuite;

use crate::holder::{
    Asked, ask, ask_avatar, avatar, item, key, presentation, request_claims, response, town_key,
    vp_form,
};
use crate::http::{Answer, FORM, assert_valid, get, post_form, post_json, send};
use crate::town::Town;

async fn state(town: &Town, asked: &Asked) -> Object {
    let answer = get(town.port, &asked.poll_path).await;
    assert_eq!(answer.status, 200);
    // Every answer of every test here is what the published schema and the type say.
    assert_valid("admission-state", &answer.body);
    AdmissionState::read(&answer.body).unwrap();
    answer.json()
}

fn word(object: &Object, name: &str) -> String {
    object
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

async fn admin(town: &Town, path: &str) -> Answer {
    let bearer = format!("Bearer {}", town.token);
    send(town.port, "GET", path, &[("Authorization", &bearer)], b"").await
}

#[tokio::test]
async fn who_presents_what_was_asked_for_is_admitted_once() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let asked = ask_avatar(&b).await;
    assert_eq!(word(&state(&b, &asked).await, "state"), "pending");
    let form = response(&b, &asked, &key(1), credential);
    let answer = post_form(b.port, asked.response_path(), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());

    // The receipt says what was answered, and names nobody.
    let receipt = UnverifiedJws::parse(&answer.word("omote_receipt"), Typ::Receipt).unwrap();
    let receipt = receipt.verify(&town_key(&b)).unwrap().into_claims();
    let receipt = ReceiptClaims::from_value(&Value::Object(receipt)).unwrap();
    assert_eq!(receipt.issuer, b.id());
    let presented = form.field("vp_token").unwrap();
    assert_eq!(
        receipt.presentation_digest,
        Sha256Digest::of(presented.as_bytes())
    );
    assert_eq!(
        receipt.nonce_digest,
        Sha256Digest::of(asked.word("nonce").as_bytes())
    );

    // The token is bound to the presenter's key, for the instance and for 300 seconds.
    let text = answer.word("omote_admission_token");
    let token = UnverifiedJws::parse(&text, Typ::Admission).unwrap();
    let token = token.verify(&town_key(&b)).unwrap().into_claims();
    let token = AdmissionTokenClaims::from_value(&Value::Object(token)).unwrap();
    assert_eq!(token.confirmation.jwk(), key(1).verifying_key().jwk());
    assert_eq!(token.instance.as_str(), "lobby");
    assert_eq!(token.id, receipt.id);
    assert_eq!(token.expires_at.seconds_since(token.issued_at), 300);

    // The world that asked hears it, with what was shown.
    let told = state(&b, &asked).await;
    assert_eq!(word(&told, "state"), "answered");
    assert_eq!(word(&told, "admission_token"), text);
    assert_eq!(
        told.get("report").unwrap().get("verdict").unwrap().as_str(),
        Some("accepted")
    );
    let shown = told
        .get("decision")
        .unwrap()
        .get("shown")
        .unwrap()
        .as_array()
        .unwrap();
    assert_eq!(shown[0].get("persona_name").unwrap().as_str(), Some("Mika"));
    assert_eq!(
        admin(&b, &format!("/admissions/{}", asked.id)).await.json(),
        told
    );
    AdmissionState::from_value(&Value::Object(told)).unwrap();

    // Once.
    post_form(b.port, asked.response_path(), &form)
        .await
        .refuses(400, "invalid_request", "vp_replay");
    get(b.port, &asked.request_path)
        .await
        .refuses(404, "not_found", "not_found");

    // What stays has digests and reason codes: no claims, no DIDs of holders.
    let records = admin(&b, "/decisions").await;
    assert_valid("decision-list", &records.body);
    let text = records.text();
    assert!(text.contains("\"verdict\":\"accepted\""), "{text}");
    for secret in [
        "did:key",
        "Mika",
        asked.word("nonce"),
        key(1).did_key().as_str(),
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let metrics = b.metrics().await;
    assert!(
        metrics
            .text()
            .contains("omote_verdict_total{reason=\"accepted\"} 1")
    );
    assert!(
        metrics
            .text()
            .contains("omote_refused_total{reason=\"vp_replay\"} 1")
    );
    assert!(!metrics.text().contains("did:"));
}

#[tokio::test]
async fn avatar_and_item_enter_together() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let (avatar, item) = (avatar(&a, key(1)).await, item(&a, key(2)).await);
    let types = [
        schemas::credential::CredentialType::Avatar,
        schemas::credential::CredentialType::Item,
    ];
    let query = platform::query_for(&types).unwrap();
    let body = schemas::object! {
        "dcql_query" => query.to_object(), "by" => "Arena", "instance" => "arena-1",
    };
    let asked = ask(&b, body).await;
    let (nonce, client) = (asked.word("nonce"), asked.word("client_id"));
    let avatar = presentation(&b, &key(1), avatar, nonce, client);
    let item = presentation(&b, &key(2), item, nonce, client);
    let form = vp_form(
        &asked,
        schemas::object! { "avatar" => [avatar], "item" => [item] },
    );
    let answer = post_form(b.port, asked.response_path(), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told = state(&b, &asked).await;
    let shown = told
        .get("decision")
        .unwrap()
        .get("shown")
        .unwrap()
        .as_array()
        .unwrap();
    assert_eq!(shown.len(), 2);
}

#[tokio::test]
async fn one_response_wins_however_many_arrive() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), credential);
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let (port, path, form) = (b.port, asked.response_path().to_owned(), form.clone());
            tokio::spawn(async move { post_form(port, &path, &form).await })
        })
        .collect();
    let mut admitted = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status {
            200 => admitted += 1,
            _ => answer.refuses(400, "invalid_request", "vp_replay"),
        }
    }
    assert_eq!(admitted, 1);
}

#[tokio::test]
async fn what_answers_another_request_changes_nothing() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let asked = ask_avatar(&b).await;
    let good = response(&b, &asked, &key(1), credential.clone());
    let post = async |form: &Form| post_form(b.port, asked.response_path(), form).await;
    let guess = "A".repeat(43);
    let wrong = presentation(&b, &key(1), credential, &guess, asked.word("client_id"));
    let wrong = vp_form(&asked, schemas::object! { "avatar" => [wrong] });
    for _ in 0..20 {
        post(&wrong)
            .await
            .refuses(400, "invalid_request", "proof_challenge");
    }
    post(&good.clone().with("state", "x"))
        .await
        .refuses(400, "invalid_request", "state_mismatch");
    let many_presentations = format!("{{\"avatar\":[{{}}{}]}}", ",{}".repeat(9_999));
    let many_queries: Vec<_> = (0..10_000).map(|n| format!("\"q{n}\":[{{}}]")).collect();
    let many_queries = format!("{{{}}}", many_queries.join(","));
    for (token, reason) in [
        ("", "parse_error"),
        ("\"x\"", "vp_malformed"),
        ("[]", "vp_malformed"),
        ("{}", "vp_malformed"),
        ("{\"avatar\":[]}", "vp_malformed"),
        ("{\"avatar\":{}}", "vp_malformed"),
        ("{\"other\":[{\"a\":1}]}", "vp_malformed"),
        ("{\"avatar\":[{\"a\":1},{\"a\":1}]}", "vp_too_many"),
        ("{\"avatar\":1,\"avatar\":2}", "json_duplicate_key"),
        ("{\"avatar\":[\"{\\\"a\\\":1}\"]}", "vp_malformed"),
        (&*many_presentations, "vp_too_many"),
        (&*many_queries, "vp_too_many"),
    ] {
        let answer = post(&good.clone().with("vp_token", token)).await;
        assert_eq!(
            (answer.status, answer.word("reason")),
            (400, reason.to_owned()),
            "{token}"
        );
    }
    post(&good.clone().with("error", "access_denied"))
        .await
        .refuses(400, "invalid_request", "vp_malformed");
    post(&Form::new().with("response", "a.b.c.d.e"))
        .await
        .refuses(400, "invalid_request", "enc_unsupported");
    let other = format!("/openid4vp/response/{}", "A".repeat(43));
    post_form(b.port, &other, &good)
        .await
        .refuses(404, "not_found", "not_found");
    let unbound = Form::new().with("vp_token", good.field("vp_token").unwrap());
    let declined = Form::new().with("error", "access_denied");
    for stateless in [unbound, declined] {
        post(&stateless)
            .await
            .refuses(400, "invalid_request", "state_mismatch");
    }
    assert_eq!(word(&state(&b, &asked).await, "state"), "pending");
    // A flood leaves few records.
    let records = b.world().decisions().await.unwrap().to_object();
    assert_eq!(
        records.get("decisions").unwrap().as_array().unwrap().len(),
        16
    );
    assert_eq!(post(&good).await.status, 200);
}

/// Two questions of one world: neither takes what answers the other, or says whose it is twice.
#[tokio::test]
async fn a_response_is_of_one_request() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let (one, two) = (ask_avatar(&b).await, ask_avatar(&b).await);
    let good = response(&b, &one, &key(1), credential);
    let (mine, other) = (one.word("state"), two.word("state"));
    let mixed = good.clone().with("state", other);
    for (path, form, reason) in [
        (one.response_path(), &mixed, "state_mismatch"),
        (two.response_path(), &good, "state_mismatch"),
        (two.response_path(), &mixed, "proof_challenge"),
    ] {
        post_form(b.port, path, form)
            .await
            .refuses(400, "invalid_request", reason);
    }
    for second in [mine, other] {
        let twice = format!("{}&state={second}", good.to_text());
        let headers = [("Content-Type", FORM)];
        send(
            b.port,
            "POST",
            one.response_path(),
            &headers,
            twice.as_bytes(),
        )
        .await
        .refuses(400, "invalid_request", "state_mismatch");
    }
    for asked in [&one, &two] {
        assert_eq!(word(&state(&b, asked).await, "state"), "pending");
    }
    assert_eq!(
        post_form(b.port, one.response_path(), &good).await.status,
        200
    );
}

/// What a wallet writes into its answer is kept and said again by nobody, in no form.
#[tokio::test]
async fn what_a_wallet_says_is_never_repeated() {
    let b = Town::new().await;
    let text = "canary<script>alert(1)</script>\u{1b}]0;x\u{7}\r\nLocation: https://evil.example";
    for error in ["access_denied", text] {
        let asked = ask_avatar(&b).await;
        let no = Form::new()
            .with("error", error)
            .with("error_description", text)
            .with("redirect_uri", "https://canary.example")
            .with("state", asked.word("state"));
        let answer = post_form(b.port, asked.response_path(), &no).await;
        assert_eq!((answer.status, answer.text()), (200, "{}"));
        assert!(!answer.head.contains("canary") && answer.header("location").is_none());
        let told = get(b.port, &asked.poll_path).await;
        assert!(!told.text().contains("canary"), "{}", told.text());
    }
    let asked = ask_avatar(&b).await;
    let token = schemas::object! { text => ["x"] };
    let form = vp_form(&asked, token);
    let refused = post_form(b.port, asked.response_path(), &form).await;
    refused.refuses(400, "invalid_request", "vp_malformed");
    let said = [
        refused.text().to_owned(),
        refused.head.clone(),
        get(b.port, &asked.poll_path).await.text().to_owned(),
        admin(&b, "/decisions").await.text().to_owned(),
        b.metrics().await.text().to_owned(),
    ];
    for said in said {
        assert!(!said.contains("canary"), "{said}");
    }
}

#[tokio::test]
async fn who_answers_wrongly_is_refused_with_the_reason_and_has_answered() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let stranger = Town::new().await;
    let credential = avatar(&a, key(1)).await;
    let foreign = avatar(&stranger, key(1)).await;
    let mut edited = credential.clone();
    let subject = edited
        .get_mut("credentialSubject")
        .unwrap()
        .as_object_mut()
        .unwrap();
    subject.insert("personaName", "Nika");

    // Relayed: made for another world, with our nonce.
    let asked = ask_avatar(&b).await;
    let audience = "decentralized_identifier:did:web:evil.example";
    let relayed = presentation(
        &b,
        &key(1),
        credential.clone(),
        asked.word("nonce"),
        audience,
    );
    let form = vp_form(&asked, schemas::object! { "avatar" => [relayed] });
    let answer = post_form(b.port, asked.response_path(), &form).await;
    answer.refuses(400, "invalid_request", "vp_audience");
    let told = state(&b, &asked).await;
    assert_eq!(word(&told, "state"), "answered");
    assert!(!told.contains_key("admission_token"));
    assert_eq!(
        told.get("report").unwrap().get("reason").unwrap().as_str(),
        Some("vp_audience")
    );
    post_form(b.port, asked.response_path(), &form)
        .await
        .refuses(400, "invalid_request", "vp_replay");

    for (holder, credential, reason) in [
        (key(2), credential, "vp_holder_mismatch"),
        (key(1), foreign, "cred_issuer_untrusted"),
        (key(1), edited, "sig_invalid"),
    ] {
        let asked = ask_avatar(&b).await;
        let form = response(&b, &asked, &holder, credential);
        post_form(b.port, asked.response_path(), &form)
            .await
            .refuses(400, "invalid_request", reason);
    }
}

#[tokio::test]
async fn an_expired_credential_opens_nothing() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    b.pass(366 * 86_400);
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), credential);
    let answer = post_form(b.port, asked.response_path(), &form).await;
    answer.refuses(400, "invalid_request", "cred_expired");
}

#[tokio::test]
async fn the_other_suite_enters_too() {
    let a = Town::with(&[], "[issuing]\ncryptosuite = \"eddsa-rdfc-2022\"\n").await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let suite = credential.get("proof").unwrap().get("cryptosuite").unwrap();
    assert_eq!(suite.as_str(), Some("eddsa-rdfc-2022"));
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), credential);
    let answer = post_form(b.port, asked.response_path(), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn a_person_may_decline_and_a_request_runs_out() {
    let b = Town::new().await;
    let asked = ask_avatar(&b).await;
    let no = asked.declined();
    let answer = post_form(b.port, asked.response_path(), &no).await;
    assert_eq!((answer.status, answer.text()), (200, "{}"));
    let told = state(&b, &asked).await;
    assert_eq!(word(&told, "state"), "answered");
    assert!(!told.contains_key("report"));
    post_form(b.port, asked.response_path(), &no).await.refuses(
        400,
        "invalid_request",
        "vp_replay",
    );

    let asked = ask_avatar(&b).await;
    b.pass(600);
    get(b.port, &asked.request_path)
        .await
        .refuses(404, "not_found", "deadline_passed");
    post_form(b.port, asked.response_path(), &no).await.refuses(
        400,
        "invalid_request",
        "deadline_passed",
    );
    assert_eq!(word(&state(&b, &asked).await, "state"), "expired");
    // What had its time is swept, results too.
    b.pass(900);
    b.world().sweep().await.unwrap();
    get(b.port, &asked.poll_path)
        .await
        .refuses(401, "unauthorized", "unauthorized");
    let gone = admin(&b, &format!("/admissions/{}", asked.id)).await;
    gone.refuses(404, "not_found", "not_found");
}

#[tokio::test]
async fn the_link_in_the_code_opens_neither_outcome_nor_administration() {
    let b = Town::new().await;
    let asked = ask_avatar(&b).await;
    let secret = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    for name in [
        secret(&asked.request_path),
        secret(asked.response_path()),
        asked.word("state").to_owned(),
        asked.word("nonce").to_owned(),
        asked.id.clone(),
    ] {
        get(b.port, &format!("/admissions/{name}")).await.refuses(
            401,
            "unauthorized",
            "unauthorized",
        );
    }
    for path in ["/admissions", "/offers"] {
        let body = Object::new();
        for token in ["", "x", &"A".repeat(43)] {
            post_json(b.port, path, token, &body).await.refuses(
                401,
                "unauthorized",
                "unauthorized",
            );
        }
    }
    get(b.port, "/decisions")
        .await
        .refuses(401, "unauthorized", "unauthorized");
}

#[tokio::test]
async fn the_request_is_the_same_until_answered_and_repeats_the_wallets_nonce() {
    let b = Town::new().await;
    let asked = ask_avatar(&b).await;
    let origin = b.id().origin().to_owned();
    assert_eq!(
        asked.word("client_id"),
        format!("decentralized_identifier:{}", b.id().did())
    );
    assert!(asked.word("response_uri").starts_with(&origin));
    assert_eq!(asked.word("omote_purpose"), "Show your avatar in the lobby");
    let metadata = asked.claims.get("client_metadata").unwrap();
    assert_eq!(
        metadata.get("client_name#ja").unwrap().as_str(),
        Some("ネオ京都")
    );
    let again = get(b.port, &asked.request_path).await;
    assert_eq!(request_claims(&b, again.text()), asked.claims);
    let form = Form::new()
        .with("wallet_nonce", "n-1")
        .with("vp_formats_supported", "{}");
    let posted = post_form(b.port, &asked.request_path, &form).await;
    let mut claims = request_claims(&b, posted.text());
    assert_eq!(claims.remove("wallet_nonce").unwrap().as_str(), Some("n-1"));
    assert_eq!(claims, asked.claims);
    send(
        b.port,
        "POST",
        &asked.request_path,
        &[("Content-Type", FORM)],
        b"wallet_nonce=%00",
    )
    .await
    .refuses(400, "invalid_request", "bad_request");
    get(b.port, "/openid4vp/request/x")
        .await
        .refuses(404, "not_found", "not_found");

    let post = async |body: Object| post_json(b.port, "/admissions", &b.token, &body).await;
    for body in [
        schemas::object! { "preset" => "passport", "by" => "x", "instance" => "y" },
        schemas::object! { "preset" => "avatar", "by" => "x", "instance" => "../y" },
        schemas::object! { "preset" => "avatar", "by" => "x", "instance" => "y", "z" => 1 },
        schemas::object! { "preset" => "avatar", "instance" => "y" },
    ] {
        post(body)
            .await
            .refuses(400, "invalid_request", "bad_request");
    }
    let query = schemas::object! { "credentials" => Vec::<Value>::new() };
    post(schemas::object! { "dcql_query" => query, "by" => "x", "instance" => "y" })
        .await
        .refuses(400, "invalid_request", "query_invalid");
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let a = Town::new().await;
    let mut b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let (open, answered) = (ask_avatar(&b).await, ask_avatar(&b).await);
    let used = response(&b, &answered, &key(1), credential.clone());
    assert_eq!(
        post_form(b.port, answered.response_path(), &used)
            .await
            .status,
        200
    );
    let told = state(&b, &answered).await;
    b.restart().await;
    post_form(b.port, answered.response_path(), &used)
        .await
        .refuses(400, "invalid_request", "vp_replay");
    assert_eq!(state(&b, &answered).await, told);
    let fetched = get(b.port, &open.request_path).await;
    assert_eq!(request_claims(&b, fetched.text()), open.claims);
    let form = response(&b, &open, &key(1), credential);
    assert_eq!(
        post_form(b.port, open.response_path(), &form).await.status,
        200
    );
}

/// A key of another type than ours is as good a key for the door.
#[tokio::test]
async fn a_presenter_with_a_p256_key_has_a_token_for_it() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let holder = SigningKey::from_p256_scalar(&[5; 32]).unwrap();
    let again = SigningKey::from_p256_scalar(&[5; 32]).unwrap();
    let credential = avatar(&a, again).await;
    let asked = ask_avatar(&b).await;
    let unsigned = UnsignedPresentation::new(&holder.did_key(), vec![credential]);
    let binding = Binding {
        challenge: asked.word("nonce"),
        domain: asked.word("client_id"),
        created: b.now(),
        suite: Cryptosuite::EcdsaJcs2019,
    };
    let presentation = present::sign(&unsigned, &binding, &holder).unwrap();
    let form = vp_form(&asked, schemas::object! { "avatar" => [presentation] });
    let answer = post_form(b.port, asked.response_path(), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.word("omote_admission_token");
    let token = UnverifiedJws::parse(&text, Typ::Admission).unwrap();
    let token = token.verify(&town_key(&b)).unwrap().into_claims();
    let token = AdmissionTokenClaims::from_value(&Value::Object(token)).unwrap();
    assert_eq!(token.confirmation.jwk(), holder.verifying_key().jwk());
    let kind = token.confirmation.jwk();
    assert_eq!(
        (word(&kind, "kty"), word(&kind, "crv")),
        ("EC".to_owned(), "P-256".to_owned())
    );
}

/// A document that was remembered does not outlive the key in it.
#[tokio::test]
async fn an_issuer_that_changed_its_key_is_asked_again() {
    let mut a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let old = avatar(&a, key(1)).await;
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), old.clone());
    assert_eq!(
        post_form(b.port, asked.response_path(), &form).await.status,
        200
    );
    a.change_hands().await;
    let new = avatar(&a, key(1)).await;
    for (credential, reason) in [(new.clone(), None), (old, Some("sig_invalid")), (new, None)] {
        let asked = ask_avatar(&b).await;
        let form = response(&b, &asked, &key(1), credential);
        let answer = post_form(b.port, asked.response_path(), &form).await;
        match reason {
            None => assert_eq!(answer.status, 200, "{}", answer.text()),
            Some(reason) => answer.refuses(400, "invalid_request", reason),
        }
    }
}

#[tokio::test]
async fn an_issuer_that_is_away_leaves_the_door_open_for_another_try() {
    let mut a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), credential);
    a.serving.take().unwrap().stop().await;
    let answer = post_form(b.port, asked.response_path(), &form).await;
    answer.refuses(400, "invalid_request", "did_resolution_failed");
    assert_eq!(word(&state(&b, &asked).await, "state"), "pending");
}

#[tokio::test]
async fn decisions_are_deleted_when_their_time_is_over() {
    let b = Town::with(&[], "[records]\ndecision_seconds = 100\n").await;
    let asked = ask_avatar(&b).await;
    let no = asked.declined();
    assert_eq!(
        post_form(b.port, asked.response_path(), &no).await.status,
        200
    );
    assert_eq!(b.world().purge().await.unwrap().removed, 0);
    b.pass(101);
    let purged = b.world().purge().await.unwrap();
    assert_eq!(purged.removed, 1);
    let records = b.world().decisions().await.unwrap().to_object();
    assert!(
        records
            .get("decisions")
            .unwrap()
            .as_array()
            .unwrap()
            .is_empty()
    );
    let purge = &records.get("purges").unwrap().as_array().unwrap()[0];
    assert_eq!(purge.get("removed").unwrap().as_u64(), Some(1));
    assert_eq!(purge.get("oldest"), purge.get("newest"));
    // The server does it by itself too, and says nothing when there is nothing to delete.
    let asked = ask_avatar(&b).await;
    let no = asked.declined();
    assert_eq!(
        post_form(b.port, asked.response_path(), &no).await.status,
        200
    );
    for _ in 0..3 {
        b.pass(101);
        b.world().sweep().await.unwrap();
    }
    let records = b.world().decisions().await.unwrap().to_object();
    assert!(
        records
            .get("decisions")
            .unwrap()
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(records.get("purges").unwrap().as_array().unwrap().len(), 3);
}
