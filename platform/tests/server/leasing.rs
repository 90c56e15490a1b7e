//! A world asks that an item is marked as active there, and what it may not leave out when it asks for
//! items.

use schemas::json::{Object, Value};
use schemas::message::Message;
use schemas::oid4vp::request::RequestObject;

use crate::holder::{Asked, ask};
use crate::http::{Answer, post_json};
use crate::town::Town;

fn request(preset: &str, more: &[(&str, Value)]) -> Object {
    let mut body = schemas::object! { "by" => "Neo Kyoto", "instance" => "lobby" };
    if !preset.is_empty() {
        body.insert("preset", preset);
    }
    for (name, value) in more {
        body.insert(*name, value.clone());
    }
    body
}

async fn post(town: &Town, body: &Object) -> Answer {
    post_json(town.port, "/admissions", &town.token, body).await
}

fn lease(asked: &Asked) -> Option<schemas::ledger::LeaseRequest> {
    let claims = Value::Object(asked.claims.clone());
    RequestObject::from_value(&claims).unwrap().lease
}

/// A query of the world's own for an item as a token, with these claims.
fn own(claims: &[&str]) -> Value {
    let claims = claims
        .iter()
        .map(|name| schemas::object! { "path" => [*name] });
    let part = schemas::object! {
        "id" => "item",
        "format" => "dc+sd-jwt",
        "meta" => schemas::object! {
            "vct_values" => [schemas::credential::CredentialType::Item.iri()],
        },
        "claims" => claims.collect::<Vec<_>>(),
    };
    schemas::object! { "credentials" => [part] }.into()
}

#[tokio::test]
async fn a_lease_is_asked_for_under_a_salt_of_the_request() {
    let town = Town::new().await;
    let none = ask(&town, request("item", &[])).await;
    assert_eq!(lease(&none), None);
    let wish = [("lease_minutes", 30.into())];
    let asked = ask(&town, request("item", &wish)).await;
    let first = lease(&asked).unwrap();
    assert_eq!(first.seconds, 1800);
    let asked = ask(&town, request("item", &wish)).await;
    assert_ne!(
        lease(&asked).unwrap().salt,
        first.salt,
        "nobody joins two leases"
    );
    // As configured, for what asks for items alone.
    let town = Town::with(&[], "[asking]\nlease_minutes = 5\n").await;
    let asked = ask(&town, request("item", &[])).await;
    assert_eq!(lease(&asked).unwrap().seconds, 300);
    let asked = ask(&town, request("avatar", &[])).await;
    assert_eq!(lease(&asked), None);
}

#[tokio::test]
async fn a_lease_that_nobody_could_see_is_not_asked_for() {
    let town = Town::new().await;
    let wish = ("lease_minutes", Value::from(30));
    for body in [
        request("avatar", std::slice::from_ref(&wish)),
        request("", &[("dcql_query", own(&["itemClass"])), wish.clone()]),
        request("item", &[("lease_minutes", 61.into())]),
    ] {
        let answer = post(&town, &body).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert_eq!(answer.word("reason"), "bad_request", "{}", answer.text());
    }
    let body = request(
        "",
        &[("dcql_query", own(&["itemClass", "ledgerEntry"])), wish],
    );
    assert_eq!(post(&town, &body).await.status, 201);
}

/// A policy that requires a ledger of every item could let nobody in by such a query.
#[tokio::test]
async fn where_ledgers_are_required_the_entry_is_asked_for() {
    let town = Town::new().await;
    let without = request("", &[("dcql_query", own(&["itemClass"]))]);
    assert_eq!(post(&town, &without).await.status, 201, "announced");
    town.believe("version = 1\n[ledger]\nitems = \"required\"\n")
        .await;
    let answer = post(&town, &without).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(answer.word("reason"), "ledger_entry_missing");
    let with = request("", &[("dcql_query", own(&["itemClass", "ledgerEntry"]))]);
    assert_eq!(post(&town, &with).await.status, 201);
    assert_eq!(post(&town, &request("item", &[])).await.status, 201);
}
