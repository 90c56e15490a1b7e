//! A document in the hands of a world's servers: `POST /check`.

use schemas::form::Form;
use schemas::json::{Object, Value};
use schemas::message::Message;
use schemas::records::RecordKind;

use crate::holder::{avatar, key, presentation};
use crate::http::{Answer, FORM, assert_valid, send};
use crate::town::Town;

const VC: &str = "application/vc";

fn bytes(object: &Object) -> Vec<u8> {
    schemas::canonical::object_to_bytes(object)
}

#[track_caller]
fn judged(answer: &Answer, status: u16, verdict: &str, reason: Option<&str>) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_valid("report", &answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let report = answer.json();
    let word = |name: &str| report.get(name).and_then(Value::as_str);
    assert_eq!((word("verdict"), word("reason")), (Some(verdict), reason));
}

#[tokio::test]
async fn a_credential_is_judged_as_it_arrived() {
    let mut a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let good = bytes(&credential);
    judged(&b.check(VC, &good).await, 200, "accepted", None);
    let json = b.check("application/json; charset=utf-8", &good).await;
    judged(&json, 200, "accepted", None);
    let mut forged = credential.clone();
    forged.insert("validFrom", "2001-01-01T00:00:00Z");
    let answer = b.check(VC, &bytes(&forged)).await;
    judged(&answer, 422, "rejected", Some("sig_invalid"));
    let answer = b.check(VC, b"{\"a\":1,\"a\":2}").await;
    judged(&answer, 422, "rejected", Some("json_duplicate_key"));
    // Sound, and of somebody whom nobody here believes: never a yes.
    let nobody = Town::new().await;
    let answer = nobody.check(VC, &good).await;
    judged(&answer, 422, "rejected", Some("cred_issuer_untrusted"));
    // What cannot be decided is neither.
    let c = Town::with(&[&a], "").await;
    a.serving.take().unwrap().stop().await;
    let answer = c.check(VC, &good).await;
    judged(&answer, 503, "indeterminate", Some("did_resolution_failed"));
    assert_eq!(answer.header("retry-after"), Some("5"));
    let kinds = b.world().decisions().await.unwrap().decisions;
    assert_eq!(kinds.len(), 4);
    assert!(kinds.iter().all(|record| record.kind == RecordKind::Check));
}

#[tokio::test]
async fn a_presentation_is_judged_against_what_it_has_to_answer() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let challenge = "n".repeat(22);
    let shown = presentation(&b, &key(1), credential, &challenge, "somebody");
    let token = schemas::object! { "avatar" => [shown] };
    let query = platform::query_for(&[schemas::credential::CredentialType::Avatar]).unwrap();
    let form = Form::new()
        .with("vp_token", schemas::canonical::to_text(&token.into()))
        .with("challenge", challenge)
        .with("audience", "somebody")
        .with(
            "dcql_query",
            schemas::canonical::to_text(&query.to_object().into()),
        );
    let check = async |form: &Form| b.check(FORM, form.to_text().as_bytes()).await;
    judged(&check(&form).await, 200, "accepted", None);
    for (name, value, reason) in [
        ("challenge", "m".repeat(22), "nonce_mismatch"),
        ("audience", "another".to_owned(), "audience_mismatch"),
    ] {
        let answer = check(&form.clone().with(name, value)).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        let found = answer.word("reason");
        assert!(!found.is_empty(), "{reason}");
    }
    for (name, value) in [
        ("challenge", "short"),
        ("dcql_query", "{}"),
        ("dcql_query", "{"),
        ("shoe_size", "3"),
    ] {
        let answer = check(&form.clone().with(name, value)).await;
        assert_eq!(answer.status, 400, "{name} {}", answer.text());
    }
    let bare = Form::new().with("vp_token", "{}");
    check(&bare)
        .await
        .refuses(400, "invalid_request", "bad_request");
}

#[tokio::test]
async fn only_the_administration_asks_and_only_such_questions() {
    let b = Town::with(&[], "[limits]\nbody_bytes = 4096\n").await;
    let headers = [("Content-Type", VC)];
    send(b.port, "POST", "/check", &headers, b"{}")
        .await
        .refuses(401, "unauthorized", "unauthorized");
    for kind in ["text/plain", "application/jwt", "multipart/form-data"] {
        b.check(kind, b"{}")
            .await
            .refuses(415, "invalid_request", "media_type_unsupported");
    }
    b.check(VC, &[b' '; 4097])
        .await
        .refuses(413, "invalid_request", "body_too_large");
}
