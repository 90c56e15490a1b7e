//! What a world has on its disk, and for how long.

use crate::holder::{Asked, ask, ask_avatar, avatar, key, response};
use crate::http::{get, post_form};
use crate::town::Town;

async fn holds(town: &Town, text: &str) -> bool {
    let bytes = town.store_bytes().await;
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

async fn asked_with_purpose(town: &Town, purpose: &str) -> Asked {
    let body = schemas::object! {
        "preset" => "avatar", "by" => "Arena", "instance" => "lobby", "purpose" => purpose,
    };
    ask(town, body).await
}

/// Whoever copies the database has no token for the door, and not what was shown.
#[tokio::test]
async fn what_was_shown_and_the_token_are_not_in_the_store_in_clear() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), credential);
    let answer = post_form(b.port, asked.response_path(), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told = get(b.port, &asked.poll_path).await;
    assert!(told.text().contains("Mika"), "{}", told.text());
    // What is looked for can be found: a word that does stand there.
    assert!(holds(&b, "lobby").await);
    for secret in [
        answer.word("omote_admission_token"),
        answer.word("omote_receipt"),
        "Mika".to_owned(),
        "did:key".to_owned(),
        key(1).did_key().as_str().to_owned(),
        schemas::digest::Sha256Digest::of(&crate::town::model()).to_string(),
        asked.word("nonce").to_owned(),
        asked.word("state").to_owned(),
    ] {
        assert!(!holds(&b, &secret).await, "{secret}");
    }
}

/// The result goes when its time is over, also while the request could still be answered.
#[tokio::test]
async fn a_result_does_not_outlive_its_time() {
    let a = Town::new().await;
    let b = Town::with(
        &[&a],
        "[asking]\nrequest_seconds = 600\nresult_seconds = 30\n",
    )
    .await;
    let credential = avatar(&a, key(1)).await;
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), credential);
    let answer = post_form(b.port, asked.response_path(), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    b.pass(29);
    assert_eq!(get(b.port, &asked.poll_path).await.status, 200);
    b.pass(1);
    for _ in 0..2 {
        get(b.port, &asked.poll_path)
            .await
            .refuses(404, "not_found", "not_found");
        b.world().sweep().await.unwrap();
    }
    // The same response again is still known as one.
    post_form(b.port, asked.response_path(), &form)
        .await
        .refuses(400, "invalid_request", "vp_replay");
}

/// Erased is erased: neither the store nor the files that SQLite keeps beside it have it any more.
#[tokio::test]
async fn what_is_swept_is_gone_from_the_disk() {
    let b = Town::with(&[], "[records]\ndecision_seconds = 100\n").await;
    let asked = asked_with_purpose(&b, "canary of a purpose").await;
    let no = asked.declined();
    assert_eq!(
        post_form(b.port, asked.response_path(), &no).await.status,
        200
    );
    assert!(holds(&b, "canary of a purpose").await && holds(&b, &asked.id).await);
    b.pass(2000);
    b.world().sweep().await.unwrap();
    assert!(!holds(&b, "canary of a purpose").await);
    assert!(!holds(&b, &asked.id).await);
}
