//! The page for people: the log and a chain, in two languages, without scripts or anything from
//! elsewhere.

use schemas::digest::Sha256Digest;
use schemas::encoding::base64;

use super::hand::{Hand, minted, send_step, taken};
use crate::http::{Answer, get, send};
use crate::town::Town;

async fn page(town: &Town, query: &str, languages: &str) -> Answer {
    let headers = [("Accept-Language", languages)];
    send(town.port, "GET", &format!("/ledger{query}"), &headers, b"").await
}

#[tokio::test]
async fn the_page_shows_the_log_and_a_chain_and_lets_nothing_else_in() {
    let town = Town::new().await;
    let mika = Hand::new(1);
    let item = minted(&town, 1, &mika).await;
    let until = town.now().plus_seconds(600);
    taken(&send_step(&town, &mika.sends(item.offer(&Hand::new(2), until)), "a").await);
    let shown = page(&town, &format!("?item={}", item.tag()), "en").await;
    assert_eq!(shown.status, 200);
    assert_eq!(
        shown.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let text = shown.text();
    for part in ["Neo Kyoto", "Issued", "Offered", "They name nobody."] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("<script") && !text.contains("onload="));
    assert!(!text.contains("http://") && !text.contains("https://"));
    // The one style is the one that the policy names.
    let style = text.split_once("<style>").unwrap().1;
    let style = style.split_once("</style>").unwrap().0;
    let digest = base64::encode(Sha256Digest::of(style.as_bytes()).as_bytes());
    let policy = shown.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';"));
    assert!(policy.contains(&format!("style-src 'sha256-{digest}'")));
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
    // What is not a page keeps the policy of everything else.
    let other = get(town.port, "/ledger/vkey").await;
    let policy = other.header("content-security-policy").unwrap();
    assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");

    let japanese = page(&town, "", "ja,en;q=0.5").await;
    assert!(japanese.text().contains("アイテム台帳") && japanese.text().contains("ネオ京都"));
    let unknown = page(&town, &format!("?item={}", "A".repeat(43)), "en").await;
    assert!(unknown.text().contains("no item of that tag"));
    let hostile = page(&town, "?item=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "en").await;
    assert!(hostile.text().contains("That is no tag") && !hostile.text().contains("<script"));
}

#[tokio::test]
async fn a_world_without_a_ledger_has_none_of_it() {
    let town = Town::with(&[], "[ledger]\nenabled = false\n").await;
    let tag = "A".repeat(43);
    for path in [
        "/ledger",
        "/ledger/checkpoint",
        "/ledger/vkey",
        "/ledger/tile/0/000.p/1",
        &format!("/items/{tag}/head"),
        &format!("/items/{tag}/chain"),
        &format!("/items/{tag}/proof/0"),
    ] {
        get(town.port, path)
            .await
            .refuses(404, "not_found", "not_found");
    }
    let document = get(town.port, "/.well-known/did.json").await;
    assert!(!document.text().contains("OmoteItemLedger"));
    let item = crate::holder::item(&town, crate::holder::key(1)).await;
    let subject = item.get("credentialSubject").unwrap().as_object().unwrap();
    assert!(!subject.contains_key("ledgerEntry"));
    // And the same item can be issued again: nobody counts.
    crate::holder::item(&town, crate::holder::key(2)).await;
}
