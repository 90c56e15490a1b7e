//! A model file against a credential.

use schemas::json::{Object, Value};
use schemas::message::Message;
use schemas::records::RecordKind;

use crate::holder::{avatar, avatar_of, key};
use crate::http::{Answer, assert_valid, send};
use crate::town::{Town, model, provenance, provenance_of};

async fn check(town: &Town, token: &str, credential: &[u8], file: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (name, content) in [("credential", credential), ("file", file)] {
        let head = format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend(head.into_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--xx--\r\n");
    let bearer = format!("Bearer {token}");
    let headers = [
        ("Content-Type", "multipart/form-data; boundary=xx"),
        ("Authorization", bearer.as_str()),
    ];
    send(town.port, "POST", "/assets/check", &headers, &body).await
}

fn bytes(object: &Object) -> Vec<u8> {
    schemas::canonical::object_to_bytes(object)
}

fn verdict(answer: &Answer) -> (String, Option<String>) {
    let report = answer.json();
    let word = |name: &str| report.get(name).and_then(Value::as_str).map(str::to_owned);
    (word("verdict").unwrap(), word("reason"))
}

#[tokio::test]
async fn the_file_is_the_one_that_the_credential_names_or_not() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = bytes(&avatar(&a, key(1)).await);
    let answer = check(&b, &b.token, &credential, &model()).await;
    assert_eq!(verdict(&answer), ("accepted".to_owned(), None));
    let mut changed = model();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let answer = check(&b, &b.token, &credential, &changed).await;
    assert_eq!(
        verdict(&answer),
        (
            "rejected".to_owned(),
            Some("asset_hash_mismatch".to_owned())
        )
    );
    let answer = check(&b, &b.token, &bytes(&provenance()), &model()).await;
    assert_eq!(
        verdict(&answer),
        (
            "rejected".to_owned(),
            Some("cred_issuer_untrusted".to_owned())
        )
    );
    let answer = check(&b, &b.token, b"{\"a\":1,\"a\":1}", b"").await;
    assert_eq!(
        verdict(&answer),
        ("rejected".to_owned(), Some("json_duplicate_key".to_owned()))
    );
    let records = b.world().decisions().await.unwrap();
    assert_valid("decision-list", &records.to_bytes());
    assert_eq!(records.decisions.len(), 4);
    assert!(
        records
            .decisions
            .iter()
            .all(|record| { record.kind == RecordKind::AssetCheck && record.outcome.is_none() })
    );
}

#[tokio::test]
async fn what_is_no_such_question_is_refused() {
    let b = Town::with(&[], "[limits]\nasset_bytes = 1048576\nbody_bytes = 4096\n").await;
    check(&b, "", b"", b"")
        .await
        .refuses(401, "unauthorized", "unauthorized");
    check(&b, &b.token, b"{}", &vec![0; 1_048_577])
        .await
        .refuses(413, "invalid_request", "body_too_large");
    check(&b, &b.token, &vec![b' '; 4097], b"").await.refuses(
        413,
        "invalid_request",
        "body_too_large",
    );
    let bearer = format!("Bearer {}", b.token);
    let post = async |kind: &str, body: &[u8]| {
        let headers = [("Content-Type", kind), ("Authorization", bearer.as_str())];
        send(b.port, "POST", "/assets/check", &headers, body).await
    };
    post("application/json", b"{}")
        .await
        .refuses(415, "invalid_request", "media_type_unsupported");
    post("multipart/form-data", b"{}").await.refuses(
        415,
        "invalid_request",
        "media_type_unsupported",
    );
    post("multipart/form-data; boundary=xx", b"{}")
        .await
        .refuses(400, "invalid_request", "bad_request");
    post("multipart/form-data; boundary=xx", b"--xx--")
        .await
        .refuses(400, "invalid_request", "bad_request");
}

/// A file beyond what `assets` reads by itself, in a world that says that it takes such files.
#[tokio::test]
async fn the_size_of_a_file_is_limited_by_the_configuration_alone() {
    let file = vec![0; 33 << 20];
    let a = Town::new().await;
    let credential = bytes(&avatar_of(&a, key(1), provenance_of(&file)).await);
    let b = Town::with(&[&a], "[limits]\nasset_bytes = 67108864\n").await;
    let answer = check(&b, &b.token, &credential, &file).await;
    assert_eq!(
        verdict(&answer),
        ("rejected".to_owned(), Some("asset_format".to_owned()))
    );
}
