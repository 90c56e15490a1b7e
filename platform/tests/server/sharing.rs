//! Several processes of one world on one PostgreSQL, and what people hear while it is away.

use std::time::{Duration, Instant};

use schemas::json::{Object, Value};
use test_postgres::Cluster;

use crate::holder::{
    ask_avatar, ask_for, avatar, claims, code_of, credential_body, credentials, key, key_proof,
    nonce, response, token, token_form,
};
use crate::http::{Answer, get, path_of, post_form, post_json, send};
use crate::town::Town;

/// How long a test waits for a world that should be back. How long it takes is a figure of
/// `tests/ledger/run`, and decides no test.
const PATIENCE: Duration = Duration::from_secs(60);

/// A world of two processes; none where PostgreSQL is not installed.
async fn two_processes(believed: &[&Town]) -> Option<Town> {
    let cluster = test_postgres::shared()?;
    Some(Town::sharing(&cluster.database(), believed).await)
}

#[tokio::test]
async fn a_code_and_a_nonce_are_good_once_whichever_process_is_asked() {
    let Some(town) = two_processes(&[]).await else {
        return;
    };
    let code = code_of(&town, &town.offer_avatar().await).await;
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let (port, form) = (town.port, token_form(&code));
            tokio::spawn(async move { post_form(port, "/token", &form).await })
        })
        .collect();
    let mut tokens = Vec::new();
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status {
            200 => tokens.push(answer.word("access_token")),
            _ => answer.refuses(400, "invalid_grant", "pre_auth_code_used"),
        }
    }
    assert_eq!(tokens.len(), 1);

    // The nonce of one process is answered at either, and spent for both.
    let claims = claims(&town, &nonce(&town).await);
    let mut given = 0;
    let tasks: Vec<_> = (0..10)
        .map(|number| {
            let proofs = vec![key_proof(&key(number), &claims)];
            let body = credential_body("avatar", proofs);
            let (port, token) = (town.port, tokens[0].clone());
            tokio::spawn(async move { post_json(port, "/credential", &token, &body).await })
        })
        .collect();
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status {
            200 => given += credentials(&answer).len(),
            _ => answer.refuses(400, "invalid_nonce", "c_nonce_invalid"),
        }
    }
    assert_eq!(given, 1);
}

#[tokio::test]
async fn an_admission_is_answered_once_whichever_process_is_asked() {
    let a = Town::new().await;
    let Some(b) = two_processes(&[&a]).await else {
        return;
    };
    let credential = avatar(&a, key(1)).await;
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), credential);
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (port, path) = (b.port, asked.response_path().to_owned());
            let form = form.clone();
            tokio::spawn(async move { post_form(port, &path, &form).await })
        })
        .collect();
    let mut admitted = Vec::new();
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status {
            200 => admitted.push(answer.word("omote_admission_token")),
            _ => answer.refuses(400, "invalid_request", "vp_replay"),
        }
    }
    assert_eq!(admitted.len(), 1);
    // What one process sealed the other opens.
    for _ in 0..2 {
        let told = get(b.port, &asked.poll_path).await;
        assert_eq!(told.word("admission_token"), admitted[0]);
    }
}

fn list_path(credential: &Object) -> String {
    let entries = credential.get("credentialStatus").unwrap();
    let entries = entries.as_array().unwrap().iter();
    let mut lists = entries.filter_map(|entry| {
        let revocation = entry.get("statusPurpose").and_then(Value::as_str) == Some("revocation");
        let list = entry.get("statusListCredential").unwrap().as_str();
        revocation.then(|| path_of(list.unwrap()).to_owned())
    });
    lists.next().unwrap()
}

#[tokio::test]
async fn what_one_process_takes_back_is_taken_back_in_the_same_bytes_by_the_other() {
    let Some(town) = two_processes(&[]).await else {
        return;
    };
    let held = token(&town, &town.offer_avatar().await).await;
    let copies = credentials(&ask_for(&town, &held, "avatar", &[key(1)]).await);
    let list = list_path(&copies[0]);
    let both = async || {
        // The second comes later, and says the same: each would sign for itself otherwise.
        let one = get(town.port, &list).await;
        town.pass(7);
        let other = get(town.port, &list).await;
        assert_eq!((one.status, other.status), (200, 200));
        assert_eq!(one.body, other.body);
        let etag = one.header("etag").unwrap().to_owned();
        assert_eq!(other.header("etag"), Some(etag.as_str()));
        let known = [("If-None-Match", etag.as_str())];
        for _ in 0..2 {
            let again = send(town.port, "GET", &list, &known, b"").await;
            assert_eq!(again.status, 304);
        }
        one.body
    };
    let before = both().await;
    let grant = town.last_grant().await;
    let revoke = schemas::object! { "status" => "revoked" };
    let path = format!("/grants/{grant}/status");
    let revoked = post_json(town.port, &path, &town.token, &revoke).await;
    assert_eq!(revoked.status, 200, "{}", revoked.text());
    let after = both().await;
    assert_ne!(before, after);
    // Half of its validity is over: it is signed anew, again by both alike.
    town.pass(50_000);
    let renewed = both().await;
    assert_ne!(after, renewed);
}

/// 503 with the reason and when to come again, and nothing of the database.
#[track_caller]
fn is_away(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.word("reason"), "db_unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
    let text = answer.text().to_ascii_lowercase();
    assert!(
        !text.contains("postgres") && !text.contains("sql"),
        "{text}"
    );
}

#[tokio::test]
async fn while_the_database_is_away_everybody_hears_so_and_then_all_goes_on() {
    let Some(cluster) = Cluster::start(&[]) else {
        return;
    };
    let town = Town::sharing(&cluster.database(), &[]).await;
    let code = code_of(&town, &town.offer_avatar().await).await;
    let asked = ask_avatar(&town).await;
    let ask = schemas::object! {
        "preset" => "avatar", "by" => "Neo Kyoto", "instance" => "lobby", "purpose" => "Show it",
    };
    for stop in [Cluster::stop, Cluster::kill] {
        stop(&cluster);
        // Those who served for a server that was killed may answer once more.
        let since = Instant::now();
        let mut away = 0;
        while away < 4 {
            let answer = get(town.port, &asked.poll_path).await;
            away = if answer.status == 503 { away + 1 } else { 0 };
            assert!(since.elapsed() < PATIENCE);
        }
        // Both processes, on connections that were open and on new ones.
        for _ in 0..6 {
            is_away(&post_form(town.port, "/token", &token_form(&code)).await);
            is_away(&get(town.port, &asked.request_path).await);
            is_away(&get(town.port, &asked.poll_path).await);
            is_away(&post_json(town.port, "/admissions", &town.token, &ask).await);
            is_away(&town.admin("/decisions").await);
            is_away(&town.admin("/grants").await);
            is_away(&get(town.port, "/status/AAAAAAAAAAAAAAAAAAAAAA").await);
            assert_eq!(get(town.port, "/healthz").await.status, 204);
            is_away(&get(town.port, "/readyz").await);
            // What needs no database is said.
            assert_eq!(get(town.port, "/.well-known/did.json").await.status, 200);
        }
        for world in [town.world(), town.other_world()] {
            assert!(world.sweep().await.is_err());
        }
        cluster.begin();
        let since = Instant::now();
        for _ in 0..2 {
            loop {
                let answer = get(town.port, &asked.request_path).await;
                if answer.status == 200 {
                    break;
                }
                is_away(&answer);
                assert!(since.elapsed() < PATIENCE);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    let since = Instant::now();
    while get(town.port, "/readyz").await.status != 204 {
        assert!(since.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The code was not used up by those who heard nothing.
    let answer = post_form(town.port, "/token", &token_form(&code)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}
