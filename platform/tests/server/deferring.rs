//! What one of the world's people approves first, and copies that are refilled.

use schemas::form::Form;
use schemas::json::Object;
use schemas::offering::ApprovalAsked;
use schemas::records::GrantStatus;

use crate::holder::{Tokens, ask_for, credentials, key, sd_jwts, token, tokens};
use crate::http::{Answer, post_form, post_json, send};
use crate::town::Town;

async fn deferred_offer(town: &Town) -> (String, String) {
    let (path, offered) = town
        .offer_like(|terms| terms.approval = ApprovalAsked::Asked)
        .await;
    (path, offered.grant.as_str().to_owned())
}

async fn collect(town: &Town, token: &str, id: &str) -> Answer {
    let body = schemas::object! { "transaction_id" => id };
    post_json(town.port, "/deferred_credential", token, &body).await
}

async fn say(town: &Town, grant: &str, word: &str) -> Answer {
    let bearer = format!("Bearer {}", town.token);
    let path = format!("/grants/{grant}/{word}");
    send(town.port, "POST", &path, &[("Authorization", &bearer)], b"").await
}

/// OVI-12: a transaction is of one token, and its id is no number.
#[tokio::test]
async fn what_waits_comes_once_it_is_approved_and_to_whoever_asked() {
    let town = Town::new().await;
    let (path, grant) = deferred_offer(&town).await;
    let token = token(&town, &path).await;
    let waits = ask_for(&town, &token, "avatar_sd_jwt", &[key(1), key(2)]).await;
    assert_eq!(
        (waits.status, waits.header("cache-control")),
        (202, Some("no-store"))
    );
    let id = waits.word("transaction_id");
    assert_eq!(id.len(), 43);
    assert!(waits.json().get("interval").unwrap().as_u64().unwrap() > 0);
    // The keys wait sealed; whoever reads the store finds no holder.
    let store = town.store_bytes().await;
    let holder = key(1).did_key();
    let holder = holder.as_str().as_bytes();
    assert!(!store.windows(holder.len()).any(|window| window == holder));
    let still = collect(&town, &token, &id).await;
    assert_eq!(
        (still.status, still.word("transaction_id")),
        (202, id.clone())
    );
    // With another token it is nobody's; a guess is too.
    let other = crate::holder::token(&town, &town.offer_avatar().await).await;
    collect(&town, &other, &id)
        .await
        .refuses(400, "invalid_transaction_id", "not_found");
    collect(&town, &token, &"A".repeat(43)).await.refuses(
        400,
        "invalid_transaction_id",
        "not_found",
    );
    collect(&town, &"A".repeat(43), &id)
        .await
        .refuses(401, "invalid_token", "unauthorized");
    // Whoever runs the world approves, and nobody else; longer than an access token usually is good.
    town.pass(3600);
    let path = format!("/grants/{grant}/approve");
    send(town.port, "POST", &path, &[], b"")
        .await
        .refuses(401, "unauthorized", "unauthorized");
    let approved = say(&town, &grant, "approve").await;
    assert_eq!(
        (approved.status, approved.word("approval")),
        (200, "approved".to_owned())
    );
    crate::http::assert_valid("grant", &approved.body);
    say(&town, &grant, "deny")
        .await
        .refuses(409, "invalid_request", "bad_request");
    let ready = collect(&town, &token, &id).await;
    assert_eq!(sd_jwts(&ready).len(), 2);
    assert!(!ready.word("notification_id").is_empty());
    collect(&town, &token, &id)
        .await
        .refuses(400, "invalid_transaction_id", "not_found");
    // From now on nothing waits.
    assert_eq!(
        credentials(&ask_for(&town, &token, "avatar", &[key(3)]).await).len(),
        1
    );
}

#[tokio::test]
async fn what_is_denied_or_taken_back_never_comes() {
    let town = Town::new().await;
    let (path, grant) = deferred_offer(&town).await;
    let token = token(&town, &path).await;
    let id = ask_for(&town, &token, "avatar", &[key(1)])
        .await
        .word("transaction_id");
    let denied = say(&town, &grant, "deny").await;
    assert_eq!(denied.word("approval"), "denied");
    collect(&town, &token, &id)
        .await
        .refuses(400, "credential_request_denied", "issuance_denied");
    ask_for(&town, &token, "avatar", &[key(2)]).await.refuses(
        400,
        "credential_request_denied",
        "issuance_denied",
    );
    let (path, grant) = deferred_offer(&town).await;
    let token = crate::holder::token(&town, &path).await;
    let id = ask_for(&town, &token, "avatar", &[key(1)])
        .await
        .word("transaction_id");
    say(&town, &grant, "approve").await;
    town.world()
        .set_status(&grant, GrantStatus::Revoked)
        .await
        .unwrap();
    collect(&town, &token, &id).await.refuses(
        400,
        "credential_request_denied",
        "credential_not_authorized",
    );
    // Nobody has to approve this one, and there is none of that name.
    town.offer_avatar().await;
    let usual = town.last_grant().await;
    say(&town, &usual, "approve")
        .await
        .refuses(409, "invalid_request", "bad_request");
    say(&town, "nobody", "approve")
        .await
        .refuses(404, "not_found", "not_found");
}

async fn refresh(town: &Town, token: &str) -> Answer {
    let form = Form::new()
        .with("grant_type", "refresh_token")
        .with("refresh_token", token);
    post_form(town.port, "/token", &form).await
}

const DAY: i64 = 86_400;

#[tokio::test]
async fn a_refill_is_one_batch_a_day() {
    let town = Town::new().await;
    let first = tokens(&town, &town.offer_avatar().await).await;
    let keys: Vec<_> = (1..=10).map(key).collect();
    assert_eq!(
        sd_jwts(&ask_for(&town, &first.access, "avatar_sd_jwt", &keys).await).len(),
        10
    );
    let early = refresh(&town, &first.refresh).await;
    early.refuses(429, "temporarily_unavailable", "refill_too_early");
    assert_eq!(early.header("retry-after"), Some("86400"));
    town.pass(DAY);
    // It was not used up by asking too early.
    let second = Tokens::of(&refresh(&town, &first.refresh).await);
    assert_ne!(second.refresh, first.refresh);
    let keys: Vec<_> = (11..=21).map(key).collect();
    ask_for(&town, &second.access, "avatar_sd_jwt", &keys)
        .await
        .refuses(400, "invalid_credential_request", "input_too_large");
    assert_eq!(
        sd_jwts(&ask_for(&town, &second.access, "avatar_sd_jwt", &keys[..10]).await).len(),
        10
    );
    // All of it is one grant.
    let grant = town.last_grant().await;
    assert_eq!(town.world().grant(&grant).await.unwrap().copies, 20);
    town.world()
        .set_status(&grant, GrantStatus::Revoked)
        .await
        .unwrap();
    town.pass(DAY);
    refresh(&town, &second.refresh)
        .await
        .refuses(400, "invalid_grant", "grant_revoked");
}

#[tokio::test]
async fn a_refresh_token_is_good_until_the_next_was_used() {
    let town = Town::new().await;
    let first = tokens(&town, &town.offer_avatar().await).await;
    ask_for(&town, &first.access, "avatar", &[key(1)]).await;
    let lost = Tokens::of(&refresh(&town, &first.refresh).await);
    let second = Tokens::of(&refresh(&town, &first.refresh).await);
    // What the lost answer had is worth nothing.
    ask_for(&town, &lost.access, "avatar", &[key(2)])
        .await
        .refuses(
            400,
            "credential_request_denied",
            "credential_not_authorized",
        );
    let keys: Vec<_> = (2..=11).map(key).collect();
    // Nine were left.
    assert_eq!(
        credentials(&ask_for(&town, &second.access, "avatar", &keys).await).len(),
        9
    );
    town.pass(DAY);
    let third = Tokens::of(&refresh(&town, &second.refresh).await);
    assert_eq!(
        credentials(&ask_for(&town, &third.access, "avatar", &keys).await).len(),
        10
    );
    for other in ["x", &"A".repeat(43), &third.access] {
        refresh(&town, other)
            .await
            .refuses(400, "invalid_grant", "not_found");
    }
    // Somebody says who they are, and nobody had.
    let form = Form::new()
        .with("grant_type", "refresh_token")
        .with("refresh_token", third.refresh.as_str())
        .with("client_id", "omote");
    post_form(town.port, "/token", &form)
        .await
        .refuses(400, "invalid_grant", "not_found");
    // Somebody has a copy of the first: all that came of it ends.
    town.pass(DAY);
    let last = Tokens::of(&refresh(&town, &third.refresh).await);
    for copy in [&first.refresh, &last.refresh, &third.refresh] {
        refresh(&town, copy)
            .await
            .refuses(400, "invalid_grant", "not_found");
    }
    ask_for(&town, &last.access, "avatar", &keys[..1])
        .await
        .refuses(401, "invalid_token", "unauthorized");
    // On the disk there is none of them.
    let store = town.store_bytes().await;
    for secret in [&third.refresh, &third.access, &second.refresh] {
        let secret = secret.as_bytes();
        assert!(!store.windows(secret.len()).any(|window| window == secret));
    }
}

#[tokio::test]
async fn a_suspended_grant_is_not_refilled_and_some_worlds_refill_nothing() {
    let town = Town::new().await;
    let first = tokens(&town, &town.offer_avatar().await).await;
    let grant = town.last_grant().await;
    let set = async |status| drop(town.world().set_status(&grant, status).await.unwrap());
    set(GrantStatus::Suspended).await;
    refresh(&town, &first.refresh)
        .await
        .refuses(400, "invalid_grant", "credential_not_authorized");
    set(GrantStatus::Active).await;
    assert_eq!(refresh(&town, &first.refresh).await.status, 200);
    let town = Town::with(&[], "[issuing]\nrefill_seconds = 0\n").await;
    let code = crate::holder::code_of(&town, &town.offer_avatar().await).await;
    let answer = post_form(town.port, "/token", &crate::holder::token_form(&code)).await;
    let answer: Object = answer.json();
    assert!(answer.contains_key("access_token") && !answer.contains_key("refresh_token"));
    let form = Form::new()
        .with("grant_type", "refresh_token")
        .with("refresh_token", "A".repeat(43));
    post_form(town.port, "/token", &form)
        .await
        .refuses(400, "invalid_grant", "not_found");
}

/// OpenID4VCI section 9.2: a wallet that is denied does not ask again, and a suspension ends.
#[tokio::test]
async fn what_is_suspended_waits_and_comes_when_it_stands_again() {
    let town = Town::new().await;
    let (path, grant) = deferred_offer(&town).await;
    let token = token(&town, &path).await;
    let id = ask_for(&town, &token, "avatar", &[key(1)])
        .await
        .word("transaction_id");
    let set = async |status| drop(town.world().set_status(&grant, status).await.unwrap());
    for approved in [false, true] {
        if approved {
            say(&town, &grant, "approve").await;
        }
        set(GrantStatus::Suspended).await;
        let still = collect(&town, &token, &id).await;
        assert_eq!(
            (still.status, still.word("transaction_id")),
            (202, id.clone())
        );
        set(GrantStatus::Active).await;
    }
    assert_eq!(credentials(&collect(&town, &token, &id).await).len(), 1);
}
