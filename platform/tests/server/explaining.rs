//! The trust policy: which rule decides, and what becomes of it when its file changes.

use std::time::Duration;

use platform::PolicyReload;
use schemas::json::{Object, Value};
use schemas::reason::Reason;

use crate::http::{assert_valid, get};
use crate::publisher::Publisher;
use crate::town::Town;

const VC: &str = "application/vc";

async fn explain(town: &Town, issuer: &str, kind: &str) -> Object {
    let issuer = schemas::form::percent_encode(issuer);
    let kind = schemas::form::percent_encode(kind);
    let path = format!("/policy/explain?issuer={issuer}&type={kind}");
    let answer = town.admin(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_valid("policy-explanation", &answer.body);
    answer.json()
}

fn word<'a>(object: &'a Object, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[tokio::test]
async fn a_changed_policy_counts_and_a_malformed_one_does_not() {
    let publisher = Publisher::new().await;
    publisher.serve("/list", publisher.list(&[], 9), "", None);
    let credential = publisher.avatar(5);
    let town = Town::beside(publisher.port, "version = 1\n").await;
    let status = async || town.check(VC, &credential).await.status;
    assert_eq!(status().await, 422);
    let good = publisher.policy();
    assert_eq!(town.believe(&good).await, PolicyReload::Replaced);
    assert_eq!(status().await, 200);
    for bad in [
        "version = 1\n[[issuer",
        "version = 3\n",
        "everybody = true\n",
    ] {
        let refused = PolicyReload::Refused(Reason::PolicyMalformed);
        assert_eq!(town.believe(bad).await, refused);
        assert_eq!(status().await, 200, "{bad}");
        let metrics = town.metrics().await;
        assert!(metrics.text().contains("omote_policy_refused 1"));
        let told = explain(&town, publisher.did().as_str(), "AvatarCredential").await;
        let policy = told.get("policy").unwrap();
        assert_eq!(
            policy.get("refused").and_then(Value::as_str),
            Some("policy_malformed")
        );
    }
    assert_eq!(town.believe(&good).await, PolicyReload::Same);
    let metrics = town.metrics().await;
    assert!(metrics.text().contains("omote_policy_refused 0"));
    assert!(metrics.text().contains("omote_policy_replaced_total 1"));
    // Nobody has to say that it changed.
    let file = town.folder.path().join("world/policy.toml");
    std::fs::write(file, "version = 1\n").unwrap();
    let mut tries = 0;
    while status().await != 422 {
        tries += 1;
        assert!(tries < 100, "the file is not looked at");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// However often it changes, each judgment is by one of the policies, whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_judgment_is_by_one_whole_policy() {
    let publisher = Publisher::new().await;
    publisher.serve("/list", publisher.list(&[], 9), "", None);
    let credential = publisher.avatar(5);
    let (good, none) = (publisher.policy(), "version = 1\n".to_owned());
    let town = std::sync::Arc::new(Town::beside(publisher.port, &good).await);
    let judging: Vec<_> = (0..8)
        .map(|_| {
            let (town, credential) = (std::sync::Arc::clone(&town), credential.clone());
            tokio::spawn(async move {
                let mut seen = Vec::new();
                for _ in 0..20 {
                    let answer = town.check(VC, &credential).await;
                    let reason = answer.json().get("reason").cloned();
                    let reason = reason.as_ref().and_then(Value::as_str).map(str::to_owned);
                    seen.push((answer.status, reason));
                }
                seen
            })
        })
        .collect();
    for round in 0..40 {
        let policy = if round % 2 == 0 { &none } else { &good };
        town.believe(policy).await;
    }
    for task in judging {
        for (status, reason) in task.await.unwrap() {
            match status {
                200 => assert_eq!(reason, None),
                422 => assert_eq!(reason.as_deref(), Some("cred_issuer_untrusted")),
                other => panic!("{other} {reason:?}"),
            }
        }
    }
}

#[tokio::test]
async fn it_says_which_rule_decides() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let did = a.id().did();
    let told = explain(&b, did.as_str(), "AvatarCredential").await;
    assert_eq!(word(&told, "decision"), "believed");
    assert_eq!(word(&told, "rule"), "[[issuer]] 1");
    let sentence = told.get("sentence").unwrap();
    assert!(sentence.get("ja").is_some());
    let told = explain(&b, did.as_str(), "AssetProvenance").await;
    assert_eq!(word(&told, "decision"), "not_believed");
    let told = explain(&b, "did:web:nobody.example", "https://x.example/#T").await;
    assert_eq!(word(&told, "decision"), "not_believed");
    let rules = told.get("rules").unwrap().as_array().unwrap();
    assert!(rules.is_empty());

    get(b.port, "/policy/explain?issuer=did:web:a.example&type=x")
        .await
        .refuses(401, "unauthorized", "unauthorized");
    for (query, reason) in [
        ("", "bad_request"),
        ("?issuer=did:web:a.example", "bad_request"),
        ("?issuer=did:web:a.example&type=", "bad_request"),
        ("?issuer=did:web:a.example&type=x&at=1", "bad_request"),
        ("?issuer=alice&type=x", "did_malformed"),
    ] {
        let answer = b.admin(&format!("/policy/explain{query}")).await;
        answer.refuses(400, "invalid_request", reason);
    }
}

#[tokio::test]
async fn a_trust_list_that_the_policy_names_is_fetched_to_say_it() {
    let publisher = Publisher::new().await;
    let policy = format!(
        "version = 1\n[[trust_list]]\nurl = \"{}\"\nissuer = \"{}\"\n\
         types = [\"AvatarCredential\"]\n",
        publisher.address("/trust"),
        publisher.did()
    );
    let town = Town::beside(publisher.port, &policy).await;
    let asked = async |issuer: &str| explain(&town, issuer, "AvatarCredential").await;
    let listed = "did:web:listed.example";
    let told = asked(listed).await;
    assert_eq!(word(&told, "decision"), "unusable");
    let rules = told.get("rules").unwrap().as_array().unwrap();
    let reason = rules[0].get("reason").and_then(Value::as_str);
    assert_eq!(reason, Some("trust_list_unavailable"));
    publisher.serve("/trust", publisher.trust_list(&[listed]), "", None);
    let told = asked(listed).await;
    assert_eq!(word(&told, "decision"), "believed");
    assert_eq!(word(&told, "rule"), "[[trust_list]] 1, entry 1");
    let told = asked("did:web:other.example").await;
    assert_eq!(word(&told, "decision"), "not_believed");
    // Fetched once, and remembered.
    assert_eq!(publisher.answered("/trust"), [404, 200]);
    // A list that a cache on the way had kept for two hours is two hours old.
    let later = Town::beside(publisher.port, &policy).await;
    publisher.serve(
        "/trust",
        publisher.trust_list(&[listed]),
        "Age: 7200\r\n",
        None,
    );
    let told = explain(&later, listed, "AvatarCredential").await;
    assert_eq!(word(&told, "decision"), "unknown");
}

#[tokio::test]
async fn of_items_it_says_what_is_asked_of_their_ledgers() {
    let publisher = Publisher::new().await;
    let town = Town::beside(publisher.port, &publisher.policy()).await;
    let told = async |kind: &str| explain(&town, publisher.did().as_str(), kind).await;
    assert!(told("AvatarCredential").await.get("ledger").is_none());
    let settings = |told: &Object| -> Vec<(String, String)> {
        let all = told.get("ledger").and_then(Value::as_array).unwrap();
        let said = |one: &Value| {
            let japanese = one.get("sentence").unwrap().get("ja").unwrap();
            assert!(!japanese.as_str().unwrap().is_ascii());
            let value = one.get("value").unwrap();
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (
                one.get("setting").unwrap().as_str().unwrap().to_owned(),
                value,
            )
        };
        all.iter().map(said).collect()
    };
    let pairs = |all: &[(&str, &str)]| -> Vec<(String, String)> {
        let pair = |(name, value): &(&str, &str)| (format!("ledger.{name}"), (*value).to_owned());
        all.iter().map(pair).collect()
    };
    let usual = [
        ("items", "announced"),
        ("max_receipt_age_seconds", "600"),
        ("quorum", "0"),
        ("active_elsewhere", "review"),
    ];
    assert_eq!(settings(&told("ItemCredential").await), pairs(&usual));
    for (table, expected) in [
        (
            "items = \"required\"\nactive_elsewhere = \"refuse\"\nprovenance = \"required\"\n",
            pairs(&[
                ("items", "required"),
                ("max_receipt_age_seconds", "600"),
                ("quorum", "0"),
                ("active_elsewhere", "refuse"),
                ("provenance", "required"),
            ]),
        ),
        ("items = \"not_asked\"\n", pairs(&[("items", "not_asked")])),
    ] {
        let policy = format!("{}\n[ledger]\n{table}", publisher.policy());
        assert_eq!(town.believe(&policy).await, PolicyReload::Replaced);
        assert_eq!(settings(&told("ItemCredential").await), expected);
    }
}
