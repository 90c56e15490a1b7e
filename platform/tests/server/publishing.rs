//! What a world says about itself.

use proofs::did_document::{DidDocument, Relationship};
use schemas::json::{Limits, Value, read};
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::authorization_server::{AnonymousAccess, AuthorizationServerMetadata};
use schemas::oid4vci::issuer_metadata::CredentialIssuerMetadata;
use schemas::terms::Context;

use crate::holder::town_key;
use crate::http::get;
use crate::town::Town;

#[tokio::test]
async fn strangers_find_what_they_need() {
    let town = Town::new().await;
    let did = town.id().did();
    let document = get(town.port, "/.well-known/did.json").await;
    assert_eq!(
        document.header("content-type"),
        Some("application/did+json")
    );
    let document = read(&document.body, &Limits::document()).unwrap();
    let document = DidDocument::parse(&document, &did).unwrap();
    let method = did.with_fragment("key-1").unwrap();
    for relationship in [Relationship::AssertionMethod, Relationship::Authentication] {
        let key = document.key(&method, relationship, town.now()).unwrap();
        assert_eq!(key.to_bytes(), town_key(&town).to_bytes());
    }
    assert_eq!(document.display_name(), Some("Neo Kyoto"));

    let issuer = IssuerUrl::from(&town.id());
    let metadata = get(town.port, "/.well-known/openid-credential-issuer").await;
    let metadata = CredentialIssuerMetadata::read_for(&issuer, &metadata.body).unwrap();
    metadata.require_one_origin().unwrap();
    assert_eq!(metadata.batch_size, Some(10));
    assert!(metadata.configuration("avatar").is_some() && metadata.configuration("item").is_some());
    let server = get(town.port, "/.well-known/oauth-authorization-server").await;
    let server = AuthorizationServerMetadata::read_for(&issuer, &server.body).unwrap();
    assert_eq!(server.anonymous_access, AnonymousAccess::Supported);

    let context = get(town.port, "/contexts/omote/v1").await;
    assert_eq!(context.header("content-type"), Some("application/ld+json"));
    let digest = schemas::digest::Sha256Digest::of(&context.body);
    assert_eq!(Some(digest.hex().as_str()), Context::OmoteV1.sha256());
    for schema in schemas::json_schemas::ALL {
        let answer = get(town.port, &format!("/schemas/{}", schema.name)).await;
        assert_eq!((answer.status, answer.text()), (200, schema.text));
    }
    let config = get(town.port, "/schemas/omote-world").await;
    assert_eq!(config.text(), include_str!("../../omote-world.schema.json"));
    let interface = get(town.port, "/openapi.json").await;
    assert!(
        interface
            .json()
            .get("openapi")
            .and_then(Value::as_str)
            .is_some()
    );
    assert_eq!(get(town.port, "/healthz").await.status, 204);
    // From the log's first second on.
    let since = std::time::Instant::now();
    while get(town.port, "/readyz").await.status != 204 {
        assert!(since.elapsed() < std::time::Duration::from_secs(10));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_host_header_has_no_say() {
    let town = Town::new().await;
    for path in [
        "/.well-known/did.json",
        "/.well-known/openid-credential-issuer",
        "/.well-known/oauth-authorization-server",
    ] {
        // Every request of this client says `Host: evil.example`.
        let answer = get(town.port, path).await;
        assert!(!answer.text().contains("evil"), "{}", answer.text());
    }
    let offer = town.offer_avatar().await;
    assert!(!get(town.port, &offer).await.text().contains("evil"));
}

#[tokio::test]
async fn without_its_store_a_world_says_so() {
    let town = Town::new().await;
    let offer = town.offer_avatar().await;
    town.world().close().await;
    let answer = get(town.port, &offer).await;
    answer.refuses(503, "temporarily_unavailable", "db_unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(get(town.port, "/.well-known/did.json").await.status, 200);
}

/// The numbers tell how many people come and how many are refused: that is for the world's people.
#[tokio::test]
async fn numbers_are_for_the_administration() {
    let town = Town::new().await;
    get(town.port, "/metrics")
        .await
        .refuses(401, "unauthorized", "unauthorized");
    let metrics = town.metrics().await;
    assert_eq!(metrics.status, 200);
    assert!(
        metrics.text().contains("omote_shed_total"),
        "{}",
        metrics.text()
    );
}
