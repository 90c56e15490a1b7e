//! Any text as an SD-JWT, and any lines as a payload and its disclosures: read or refused, and what is
//! read says what was disclosed and nothing of how it was hidden. No key of ours has signed it, but
//! for the ones of the seeds.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use proofs::keys::SigningKey;
use proofs::sd_jwt::{UnverifiedSdJwt, disclose};
use schemas::dcql::select;
use schemas::encoding::base64url;
use schemas::json::Value;
use tests::actors::key;
use tests::sd_jwt::digest;

static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| key("a key that signs nothing"));

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    look_at(text);
    look_at(&assembled(text));
});

fn look_at(text: &str) {
    let Ok(read) = UnverifiedSdJwt::parse(text) else {
        return;
    };
    assert_eq!(read.text(), text);
    let stranger = STRANGER.verifying_key();
    assert!(read.verify(&stranger).is_err());
    if let Some(binding) = read.key_binding() {
        assert!(binding.verify(&stranger).is_err());
    }
    let claims = Value::Object(read.claims().clone());
    assert!(is_clean(&claims));
    let parts = text.split('~').count();
    assert_eq!(read.disclosures().len() + 2, parts);
    for disclosed in read.disclosures() {
        let [value] = select(disclosed.path(), &claims)[..] else {
            panic!("one value stands where it was disclosed");
        };
        if read.has_key_binding() {
            continue;
        }
        // By itself, with what it stands in and what stands in it, it says the same.
        let path = std::slice::from_ref(disclosed.path());
        let shown = disclose(&read, path).expect("something stands there");
        assert!(shown.disclosures().iter().any(|one| one.text() == disclosed.text()));
        assert!(shown.disclosures().len() <= read.disclosures().len());
        let inside = shown.disclosures().iter().find(|one| one.text() == disclosed.text());
        let there = inside.map(|one| select(one.path(), &Value::Object(shown.claims().clone()))
            .first().map(|value| (*value).clone()));
        assert_eq!(there.flatten().as_ref(), Some(value));
    }
}

/// No word of the hiding is left.
fn is_clean(value: &Value) -> bool {
    match value {
        Value::Object(object) => object
            .iter()
            .all(|(name, value)| !["_sd", "...", "_sd_alg"].contains(&name) && is_clean(value)),
        Value::Array(elements) => elements.iter().all(is_clean),
        _ => true,
    }
}

/// The first line as a payload, the others as disclosures: `$1` is the digest of the last one, `$2` of
/// the one before it, so that each may have in it what stands behind it.
fn assembled(text: &str) -> String {
    let mut lines = text.lines();
    let mut payload = lines.next().unwrap_or_default().to_owned();
    let mut disclosures: Vec<String> = Vec::new();
    for line in lines.take(9).collect::<Vec<_>>().into_iter().rev() {
        let filled = fill(line.to_owned(), &disclosures);
        disclosures.push(base64url::encode(filled.as_bytes()));
    }
    payload = fill(payload, &disclosures);
    let header = r#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#;
    let mut whole = [header.as_bytes(), payload.as_bytes(), &[0; 64]]
        .map(base64url::encode)
        .join(".");
    whole.push('~');
    for disclosure in disclosures.iter().rev() {
        whole.push_str(disclosure);
        whole.push('~');
    }
    whole
}

fn fill(mut text: String, disclosures: &[String]) -> String {
    for (index, disclosure) in disclosures.iter().enumerate() {
        text = text.replace(&format!("${}", index + 1), &digest(disclosure));
    }
    text
}
