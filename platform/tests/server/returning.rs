//! The same device: only the browser that began, and that comes back from the wallet, is told.

use schemas::admission::AdmissionState;
use schemas::form::Form;
use schemas::json::{Object, Value};
use schemas::message::Message;

use crate::holder::{Asked, ask, ask_avatar, avatar, key, presentation, response, vp_form};
use crate::http::{Answer, JSON, assert_valid, get, post_form, post_json, send};
use crate::town::Town;

async fn ask_back(town: &Town, to: &str) -> Asked {
    let body = schemas::object! {
        "preset" => "avatar", "by" => "Neo Kyoto", "instance" => "lobby", "return_to" => to,
    };
    ask(town, body).await
}

fn page(town: &Town) -> String {
    format!("{}/enter?room=1", town.id().origin())
}

async fn bring(town: &Town, poll: &str, code: &str) -> Answer {
    let body = schemas::object! { "response_code" => code };
    assert_valid("admission-return", &body_of(&body));
    send(
        town.port,
        "POST",
        poll,
        &[("Content-Type", JSON)],
        &body_of(&body),
    )
    .await
}

fn body_of(object: &Object) -> Vec<u8> {
    schemas::canonical::object_to_bytes(object)
}

/// The code in the address to which the wallet is to send the browser.
fn code_in(url: &str, to: &str) -> String {
    let code = url.strip_prefix(&format!("{to}#response_code=")).unwrap();
    // 128 bits in base64url.
    assert_eq!(code.len(), 22, "{url}");
    code.to_owned()
}

#[track_caller]
fn is_nothing(answer: &Answer) {
    answer.refuses(403, "access_denied", "session_mismatch");
}

#[tokio::test]
async fn only_who_brings_both_is_told_and_only_once() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let to = page(&b);
    let asked = ask_back(&b, &to).await;
    let other = ask_back(&b, &to).await;
    // Before the answer: nothing, whatever is brought.
    is_nothing(&get(b.port, &asked.poll_path).await);
    is_nothing(&bring(&b, &asked.poll_path, &"A".repeat(22)).await);

    let form = response(&b, &asked, &key(1), credential.clone());
    let answer = post_form(b.port, asked.response_path(), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let code = code_in(&answer.word("redirect_uri"), &to);
    let form = response(&b, &other, &key(1), credential);
    let theirs = post_form(b.port, other.response_path(), &form).await;
    let their_code = code_in(&theirs.word("redirect_uri"), &to);
    assert_ne!(code, their_code);

    // The poll address alone, as whoever passed the link on has it; the code alone, as whoever answered
    // has it; the code of another; nearly the code. None of them uses it up.
    let admin = format!("/admissions/{}", asked.id);
    for _ in 0..3 {
        is_nothing(&get(b.port, &asked.poll_path).await);
        is_nothing(&b.admin(&admin).await);
        let guesses = [
            their_code.clone(),
            "A".repeat(22),
            "A".repeat(43),
            "a".to_owned(),
            code.to_lowercase(),
            code[..21].to_owned(),
        ];
        for guess in guesses {
            if guess != code {
                is_nothing(&bring(&b, &asked.poll_path, &guess).await);
            }
        }
        is_nothing(&bring(&b, &other.poll_path, &code).await);
        for path in [
            format!("/admissions/{}", "A".repeat(22)),
            "/admissions/x".to_owned(),
            admin.clone(),
            asked
                .request_path
                .replace("/openid4vp/request/", "/admissions/"),
        ] {
            is_nothing(&bring(&b, &path, &code).await);
        }
    }
    let told = bring(&b, &asked.poll_path, &code).await;
    assert_eq!(told.status, 200, "{}", told.text());
    assert_eq!(told.header("cache-control"), Some("no-store"));
    assert_valid("admission-state", &told.body);
    let AdmissionState::Answered { admitted, .. } = AdmissionState::read(&told.body).unwrap()
    else {
        panic!("{}", told.text());
    };
    assert!(admitted.is_some());
    // Once.
    is_nothing(&bring(&b, &asked.poll_path, &code).await);
    is_nothing(&get(b.port, &asked.poll_path).await);
    assert_eq!(bring(&b, &other.poll_path, &their_code).await.status, 200);
    // Neither code nor outcome stays.
    let store = b.store_bytes().await;
    let stays = |text: &str| {
        store
            .windows(text.len())
            .any(|some| some == text.as_bytes())
    };
    assert!(!stays(&code) && !stays(&their_code));
}

#[tokio::test]
async fn many_who_bring_the_code_are_told_once() {
    let b = Town::new().await;
    let to = page(&b);
    let asked = ask_back(&b, &to).await;
    let no = asked.declined();
    let answer = post_form(b.port, asked.response_path(), &no).await;
    let code = code_in(&answer.word("redirect_uri"), &to);
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let (port, poll) = (b.port, asked.poll_path.clone());
            let body = body_of(&schemas::object! { "response_code" => code.as_str() });
            tokio::spawn(async move {
                send(port, "POST", &poll, &[("Content-Type", JSON)], &body).await
            })
        })
        .collect();
    let mut told = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status {
            200 => told += 1,
            _ => is_nothing(&answer),
        }
    }
    assert_eq!(told, 1);
}

/// Who declined or was refused comes back too, and their session hears why.
#[tokio::test]
async fn every_answer_sends_the_browser_back() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let to = page(&b);

    let asked = ask_back(&b, &to).await;
    let no = asked
        .declined()
        .with("redirect_uri", "https://evil.example");
    let answer = post_form(b.port, asked.response_path(), &no).await;
    let code = code_in(&answer.word("redirect_uri"), &to);
    let told = bring(&b, &asked.poll_path, &code).await;
    assert_eq!(
        (told.status, told.json().contains_key("report")),
        (200, false)
    );

    let asked = ask_back(&b, &to).await;
    let form = response(&b, &asked, &key(2), credential.clone());
    let answer = post_form(b.port, asked.response_path(), &form).await;
    answer.refuses(400, "invalid_request", "vp_holder_mismatch");
    let code = code_in(&answer.word("redirect_uri"), &to);
    let told = bring(&b, &asked.poll_path, &code).await;
    let report = told.json().get("report").unwrap().clone();
    assert_eq!(
        report.get("reason").unwrap().as_str(),
        Some("vp_holder_mismatch")
    );
    assert!(!told.json().contains_key("admission_token"));

    // What answers nothing sends nobody anywhere.
    let asked = ask_back(&b, &to).await;
    let (guess, client) = ("A".repeat(43), asked.word("client_id"));
    let wrong = presentation(&b, &key(1), credential, &guess, client);
    let wrong = vp_form(&asked, schemas::object! { "avatar" => [wrong] });
    let answer = post_form(b.port, asked.response_path(), &wrong).await;
    answer.refuses(400, "invalid_request", "proof_challenge");
    assert!(!answer.json().contains_key("redirect_uri"));
}

#[tokio::test]
async fn the_code_is_good_as_long_as_the_outcome_and_through_a_restart() {
    let mut b = Town::new().await;
    let to = page(&b);
    let asked = ask_back(&b, &to).await;
    let no = asked.declined();
    let answer = post_form(b.port, asked.response_path(), &no).await;
    let code = code_in(&answer.word("redirect_uri"), &to);
    b.restart().await;
    b.pass(900);
    is_nothing(&bring(&b, &asked.poll_path, &code).await);
    b.world().sweep().await.unwrap();
    is_nothing(&bring(&b, &asked.poll_path, &code).await);

    let asked = ask_back(&b, &to).await;
    let answer = post_form(b.port, asked.response_path(), &asked.declined()).await;
    let code = code_in(&answer.word("redirect_uri"), &to);
    b.restart().await;
    assert_eq!(bring(&b, &asked.poll_path, &code).await.status, 200);
    // A code is for those who were asked to come back.
    let elsewhere = ask_avatar(&b).await;
    is_nothing(&bring(&b, &elsewhere.poll_path, &code).await);
    assert_eq!(
        get(b.port, &elsewhere.poll_path).await.word("state"),
        "pending"
    );
}

/// No page of a stranger is ever handed a code.
#[tokio::test]
async fn nobody_is_sent_where_the_world_does_not_send_them() {
    let b = Town::with(
        &[],
        "[asking]\nreturn_origins = [\"https://game.example\"]\n",
    )
    .await;
    let created = async |to: &str| {
        let body = schemas::object! {
            "preset" => "avatar", "by" => "Arena", "instance" => "lobby", "return_to" => to,
        };
        post_json(b.port, "/admissions", &b.token, &body).await
    };
    for to in [
        page(&b),
        b.id().origin().to_owned(),
        "https://game.example/in".to_owned(),
        // Another page of the machine on which this world is tried out.
        "http://localhost:9/in".to_owned(),
    ] {
        let answer = created(&to).await;
        assert_eq!(answer.status, 201, "{to} {}", answer.text());
        assert_valid("admission-created", &answer.body);
        assert!(!answer.json().contains_key("match_code"));
    }
    for to in [
        "https://evil.example/in",
        "https://game.example.evil.example/in",
        "https://game.example:8443/in",
        "https://sub.game.example/in",
        "http://game.example/in",
        "https://game.example@evil.example/",
        "https://game.example/in#a",
        "//game.example/in",
        "/in",
        "javascript:alert(1)",
        "https://game.example/\r\nLocation: https://evil.example",
        "",
    ] {
        created(to)
            .await
            .refuses(400, "invalid_request", "bad_request");
    }
    let plain = ask_avatar(&b).await;
    assert!(!plain.claims.contains_key("redirect_uri"));
}

/// Two screens: the world tells its server the digits that the wallet computes from the request.
#[tokio::test]
async fn two_screens_have_digits_to_compare() {
    let b = Town::new().await;
    let body = schemas::object! {
        "preset" => "avatar", "by" => "Neo Kyoto", "instance" => "lobby",
    };
    let created = post_json(b.port, "/admissions", &b.token, &body).await;
    assert_valid("admission-created", &created.body);
    let link = Form::of_link(&created.word("request_link")).unwrap();
    let path = crate::http::path_of(link.field("request_uri").unwrap()).to_owned();
    let request = get(b.port, &path).await;
    let claims = crate::holder::request_claims(&b, request.text());
    let word = |name: &str| claims.get(name).and_then(Value::as_str).unwrap();
    let client_id = word("client_id").parse().unwrap();
    let nonce = schemas::oid4vp::Nonce::new(word("nonce")).unwrap();
    let expected = schemas::oid4vp::match_code(&client_id, &nonce);
    assert_eq!(created.word("match_code"), expected.to_string());
}
