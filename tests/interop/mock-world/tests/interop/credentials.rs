//! Credentials both ways.

use schemas::canonical;

use crate::ours::{Judge, Ours, code, key, provenance};
use crate::theirs::Theirs;

#[tokio::test]
async fn theirs_are_believed_by_ours() {
    let theirs = Theirs::open().await;
    let judge = Judge::of(&theirs).await;
    let holder = key().did_key();
    for path in ["/avatars", "/items"] {
        let credential = theirs.issues(path, holder.as_str()).await;
        let report = judge.credential(&credential);
        assert_eq!(code(&report), "accepted", "{:?}", report.details());
        let accepted = report.accepted().unwrap().credentials();
        assert_eq!(accepted.len(), 1);
    }
}

#[tokio::test]
async fn ours_are_believed_by_theirs() {
    let (theirs, ours) = (Theirs::open().await, Ours::open().await);
    let holder = key().did_key();
    let credentials = [ours.avatar(&holder), ours.item(&holder)];
    for credential in &credentials {
        let bytes = canonical::object_to_bytes(credential);
        let why = theirs.refuses("/credentials", &bytes).await.unwrap();
        assert!(why.contains("nobody whom this world believes"), "{why}");
    }
    theirs.believe(ours.did()).await;
    for credential in &credentials {
        let bytes = canonical::object_to_bytes(credential);
        assert_eq!(theirs.refuses("/credentials", &bytes).await, None);
    }
    // The statement of a creator, who is a did:key.
    let statement = provenance();
    let creator = statement.get("issuer").and_then(|issuer| issuer.as_str());
    theirs.believe(&creator.unwrap().parse().unwrap()).await;
    let bytes = canonical::object_to_bytes(&statement);
    assert_eq!(theirs.refuses("/credentials", &bytes).await, None);
}
