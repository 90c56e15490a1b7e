//! Presentations both ways: bound to a key, to a challenge and to a world.

use mock_world::documents::presentation;
use mock_world::party::{Party, Purpose};
use proofs::data_integrity::{ProofOptions, sign};
use proofs::keys::SigningKey;
use schemas::canonical;
use schemas::credential::CONTEXTS;
use schemas::json::Object;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;

use crate::ours::{CLIENT, Judge, NONCE, Ours, code, key, present, present_at};
use crate::theirs::Theirs;

#[tokio::test]
async fn ours_is_let_in_by_theirs_once() {
    let (theirs, ours) = (Theirs::open().await, Ours::open().await);
    theirs.believe(ours.did()).await;
    let holder = key();
    let credentials = vec![ours.avatar(&holder.did_key())];
    let (challenge, domain) = theirs.challenge().await;
    let shown = present(&holder, credentials.clone(), &challenge, &domain);
    assert_eq!(theirs.refuses("/presentations", &shown).await, None);
    let why = theirs.refuses("/presentations", &shown).await.unwrap();
    assert!(why.contains("no open challenge"), "a replay: {why}");

    let (challenge, _) = theirs.challenge().await;
    let shown = present(&holder, credentials.clone(), &challenge, CLIENT);
    let why = theirs.refuses("/presentations", &shown).await.unwrap();
    assert!(why.contains("another world"), "{why}");

    let (challenge, domain) = theirs.challenge().await;
    let shown = present(&key(), credentials, &challenge, &domain);
    let why = theirs.refuses("/presentations", &shown).await.unwrap();
    assert!(why.contains("somebody else"), "{why}");
}

/// What a person with a wallet on `ssi` shows.
async fn shows(holder: &Party, credential: &[u8], challenge: &str, domain: &str) -> Vec<u8> {
    let credential = serde_json::from_slice(credential).unwrap();
    let document = presentation(holder.did(), &[credential]);
    let purpose = Purpose::Authentication { challenge, domain };
    let signed = holder.sign(&document, purpose).await.unwrap();
    serde_json::to_vec(&signed).unwrap()
}

#[tokio::test]
async fn theirs_is_let_in_by_ours() {
    let theirs = Theirs::open().await;
    let judge = Judge::of(&theirs).await;
    let holder = theirs.person();
    let credential = theirs.issues("/avatars", holder.did()).await;

    let shown = shows(&holder, &credential, NONCE, CLIENT).await;
    let report = judge.presentation(&shown);
    assert_eq!(code(&report), "accepted", "{:?}", report.details());

    let other = "n-another-nonce-of-somebody";
    let shown = shows(&holder, &credential, other, CLIENT).await;
    assert_eq!(code(&judge.presentation(&shown)), "proof_challenge");

    let shown = shows(&holder, &credential, NONCE, theirs.did().as_str()).await;
    assert_eq!(code(&judge.presentation(&shown)), "vp_audience");

    let thief = theirs.person();
    let shown = shows(&thief, &credential, NONCE, CLIENT).await;
    assert_eq!(code(&judge.presentation(&shown)), "vp_holder_mismatch");

    let item = theirs.issues("/items", holder.did()).await;
    let shown = shows(&holder, &item, NONCE, CLIENT).await;
    assert_eq!(code(&judge.presentation(&shown)), "vp_query_unsatisfied");
}

/// A person takes what the mock world gave them, in a wallet of ours, back to the mock world; and
/// what our world gave them, in a wallet on `ssi`.
#[tokio::test]
async fn wallets_and_worlds_mix() {
    let (theirs, ours) = (Theirs::open().await, Ours::open().await);
    theirs.believe(ours.did()).await;
    let holder = key();
    let credential = theirs.issues("/avatars", holder.did_key().as_str()).await;
    let credential = crate::ours::json(&credential).as_object().unwrap().clone();
    let (challenge, domain) = theirs.challenge().await;
    let shown = present(&holder, vec![credential], &challenge, &domain);
    assert_eq!(theirs.refuses("/presentations", &shown).await, None);

    let holder = theirs.person();
    let credential = ours.avatar(&holder.did().parse().unwrap());
    let credential = canonical::object_to_bytes(&credential);
    let (challenge, domain) = theirs.challenge().await;
    let shown = shows(&holder, &credential, &challenge, &domain).await;
    assert_eq!(theirs.refuses("/presentations", &shown).await, None);
}

/// Two credentials that look alike in one presentation: `ssi` numbers their nodes in another order
/// than RDFC-1.0 does, and finds the signature wrong. Always the same documents, for with others it
/// is right by chance.
#[tokio::test]
async fn alike_nodes_are_confused_by_theirs() {
    let theirs = Theirs::open().await;
    let key = SigningKey::from_seed(&[3; 32]);
    let (did, at) = (key.did_key(), Timestamp::from_unix(1_795_000_000));
    let suite = Cryptosuite::EddsaRdfc2022;
    let options = ProofOptions::assertion(suite, key.verification_method(), at);
    let mut refused = 0;
    for count in [1, 2] {
        let credentials: Vec<Object> = (0..count)
            .map(|number| {
                let credential = schemas::object! {
                    "@context" => CONTEXTS,
                    "type" => ["VerifiableCredential", "AvatarCredential"],
                    "issuer" => &did,
                    "credentialSubject" => schemas::object! {
                        "id" => &did,
                        "personaName" => format!("Mika{number}"),
                    },
                };
                sign(&credential, &options, &key).unwrap()
            })
            .collect();
        let shown = present_at(&key, credentials, at);
        refused += usize::from(theirs.world.oracle.presentation(&shown).await.is_err());
    }
    assert_eq!(refused, 1);
}
