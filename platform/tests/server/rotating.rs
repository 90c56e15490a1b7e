//! A world that changes its key: what it signed before, what it signs after, and what others make of it.

use platform::KeyEnd;
use proofs::data_integrity::ProofOptions;
use proofs::did_document::DidDocument;
use proofs::jws::{Typ, UnverifiedJws};
use proofs::keys::SigningKey;
use schemas::json::{Limits, Object, Value, read};
use schemas::reason::Reason;
use schemas::status::StatusPurpose;
use schemas::suite::Cryptosuite;
use verifier::VerifiedKeyHistory;

use crate::holder::{
    ask_avatar, ask_for, avatar, credential_body, credentials, key, key_proof, nonce, response,
    token, town_key,
};
use crate::http::{Answer, get, path_of, post_form, post_json};
use crate::program::killed_after;
use crate::town::Town;

async fn enter(town: &Town, credential: &Object) -> Answer {
    let asked = ask_avatar(town).await;
    let form = response(town, &asked, &key(1), credential.clone());
    post_form(town.port, asked.response_path(), &form).await
}

#[track_caller]
fn let_in(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[track_caller]
fn refused(answer: &Answer, reason: Reason) {
    answer.refuses(400, "invalid_request", reason.code());
}

fn method_of(credential: &Object) -> &str {
    let proof = credential.get("proof").unwrap();
    let method = proof.get("verificationMethod").unwrap();
    method.as_str().unwrap().rsplit_once('#').unwrap().1
}

async fn document(town: &Town) -> DidDocument {
    let answer = get(town.port, "/.well-known/did.json").await;
    let value = read(&answer.body, &Limits::document()).unwrap();
    DidDocument::parse(&value, &town.id().did()).unwrap()
}

async fn history(town: &Town) -> (Vec<u8>, VerifiedKeyHistory) {
    let answer = get(town.port, "/.well-known/did-history.json").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json"))
    );
    let judged = VerifiedKeyHistory::verify(&town.id().did(), &answer.body, town.now());
    (answer.body, judged.unwrap())
}

/// The seed of a key that the town has on its disk.
fn seed(town: &Town, file: &str) -> SigningKey {
    let text = std::fs::read_to_string(town.folder.path().join("world/data").join(file)).unwrap();
    let seed = text.trim_end().rsplit_once(':').unwrap().1;
    let seed = schemas::encoding::base64url::decode(seed).unwrap();
    SigningKey::from_seed(&seed.try_into().unwrap())
}

#[tokio::test]
async fn the_history_is_served_and_announced_from_the_first_day() {
    let town = Town::new().await;
    let before = document(&town).await;
    assert!(before.announces_key_history());
    let (first, _) = history(&town).await;
    town.rotate(KeyEnd::Retired).await;
    let (second, _) = history(&town).await;
    assert_ne!(first, second);
    // The new key alone is in the document.
    let after = document(&town).await;
    assert!(after.announces_key_history());
    let relationship = proofs::did_document::Relationship::AssertionMethod;
    let methods: Vec<_> = after.methods(relationship).map(str::to_owned).collect();
    assert_eq!(methods, [format!("{}#key-2", town.id().did())]);
    assert_eq!(after.display_name(), before.display_name());
}

#[tokio::test]
async fn what_a_world_issued_stands_after_it_changed_its_key() {
    let a = Town::new().await;
    let (seen, never) = (Town::with(&[&a], "").await, Town::with(&[&a], "").await);
    let old = avatar(&a, key(1)).await;
    let_in(&enter(&seen, &old).await);
    for (fragment, days) in [("key-2", 0), ("key-3", 2)] {
        for town in [&a, &seen, &never] {
            town.pass(days * 86_400 + 1);
        }
        a.rotate(KeyEnd::Retired).await;
        let new = avatar(&a, key(1)).await;
        assert_eq!((method_of(&old), method_of(&new)), ("key-1", fragment));
        for town in [&seen, &never, &a] {
            // A world that never saw the first document, one that has it, and the world itself.
            if town.id() != a.id() {
                let_in(&enter(town, &old).await);
                let_in(&enter(town, &new).await);
            }
        }
        // From now on status lists are signed by the new key, also for whoever has the old document.
        seen.pass(400);
        never.pass(400);
        a.pass(400);
        let_in(&enter(&seen, &old).await);
        let_in(&enter(&never, &new).await);
    }
    // What was issued on the day of a change, and by a key that has gone since.
    let second = avatar(&a, key(1)).await;
    assert_eq!(method_of(&second), "key-3");
    a.pass(1);
    a.rotate(KeyEnd::Retired).await;
    for town in [&seen, &never] {
        town.pass(1);
        let_in(&enter(town, &second).await);
    }
}

/// A world that believes itself.
#[tokio::test]
async fn a_world_knows_its_own_history() {
    let a = Town::new().await;
    let policy = format!(
        "version = 1\n[[issuer]]\ndid = \"{}\"\ntypes = [\"AvatarCredential\"]\ncreators = \"any\"\n",
        a.id().did()
    );
    a.believe(&policy).await;
    let old = avatar(&a, key(1)).await;
    a.pass(1);
    a.rotate(KeyEnd::Retired).await;
    let_in(&enter(&a, &old).await);
    a.pass(1);
    a.rotate(KeyEnd::Compromised).await;
    let_in(&enter(&a, &old).await);
}

#[tokio::test]
async fn nothing_of_a_compromised_key_stands() {
    let a = Town::new().await;
    let (seen, never) = (Town::with(&[&a], "").await, Town::with(&[&a], "").await);
    let old = avatar(&a, key(1)).await;
    let_in(&enter(&seen, &old).await);
    a.rotate(KeyEnd::Compromised).await;
    let new = avatar(&a, key(1)).await;
    for town in [&seen, &never] {
        // A document that was remembered is as good as its age.
        town.pass(301);
        refused(&enter(town, &old).await, Reason::KeyRevoked);
        let_in(&enter(town, &new).await);
        refused(&enter(town, &old).await, Reason::KeyRevoked);
    }
}

/// Whoever has the seed of a retired key, and signs with it today or by a date of then.
#[tokio::test]
async fn a_retired_key_signs_nothing_any_more() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let old = avatar(&a, key(1)).await;
    a.pass(10);
    b.pass(10);
    let stolen = seed(&a, "world.key");
    let retired = a.now();
    a.rotate(KeyEnd::Retired).await;
    let again = |created| {
        let mut unsigned = old.clone();
        unsigned.remove("proof");
        let method = a.id().did().with_fragment("key-1").unwrap();
        let options = ProofOptions::assertion(Cryptosuite::EddsaJcs2022, method, created);
        proofs::data_integrity::sign(&unsigned, &options, &stolen).unwrap()
    };
    a.pass(700);
    b.pass(700);
    // As long as nodes of one world may take to hear of the change.
    refused(
        &enter(&b, &again(retired.plus_seconds(601))).await,
        Reason::VmNotFound,
    );
    let_in(&enter(&b, &again(retired.plus_seconds(600))).await);
    let_in(&enter(&b, &again(retired)).await);
    // Under the name of the new key.
    let mut unsigned = old.clone();
    unsigned.remove("proof");
    let method = a.id().did().with_fragment("key-2").unwrap();
    let options = ProofOptions::assertion(Cryptosuite::EddsaJcs2022, method, retired);
    let forged = proofs::data_integrity::sign(&unsigned, &options, &stolen).unwrap();
    refused(&enter(&b, &forged).await, Reason::SigInvalid);
}

#[tokio::test]
async fn a_history_that_does_not_go_on_is_another_world() {
    let mut a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let old = avatar(&a, key(1)).await;
    a.rotate(KeyEnd::Retired).await;
    b.pass(1);
    // B asks for the history, and remembers it.
    let_in(&enter(&b, &old).await);
    std::fs::remove_file(a.folder.path().join("world/data/world-2.key")).unwrap();
    a.change_hands().await;
    let theirs = avatar(&a, key(1)).await;
    b.pass(301);
    for credential in [&theirs, &old] {
        refused(&enter(&b, credential).await, Reason::KeyHistoryMismatch);
    }
    // A new history of as many entries.
    a.rotate(KeyEnd::Retired).await;
    b.pass(301);
    let theirs = avatar(&a, key(1)).await;
    refused(&enter(&b, &theirs).await, Reason::KeyHistoryMismatch);
}

/// Requests, receipts, tokens, lists: all by the key in use, and none from a shelf.
#[tokio::test]
async fn everything_is_signed_by_the_new_key() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let entries = credential
        .get("credentialStatus")
        .unwrap()
        .as_array()
        .unwrap();
    let purpose = StatusPurpose::Revocation.name();
    let entry = entries
        .iter()
        .find(|entry| entry.get("statusPurpose").and_then(Value::as_str) == Some(purpose));
    let list = entry.unwrap().get("statusListCredential").unwrap();
    let path = path_of(list.as_str().unwrap()).to_owned();
    let before = get(a.port, &path).await;
    assert_eq!(method_of(&object(&before)), "key-1");
    let asked = ask_avatar(&b).await;
    for town in [&a, &b] {
        town.pass(1);
        town.rotate(KeyEnd::Retired).await;
    }
    let after = get(a.port, &path).await;
    assert_eq!(method_of(&object(&after)), "key-2");
    assert_ne!(before.header("etag"), after.header("etag"));
    // Asked before, fetched once more, answered after.
    let request = get(b.port, &asked.request_path).await;
    let jws = UnverifiedJws::parse(request.text(), Typ::RequestObject).unwrap();
    jws.verify(&town_key(&b)).unwrap();
    let form = response(&b, &asked, &key(1), credential);
    let answer = post_form(b.port, asked.response_path(), &form).await;
    let_in(&answer);
    for (name, typ) in [
        ("omote_receipt", Typ::Receipt),
        ("omote_admission_token", Typ::Admission),
    ] {
        let jws = UnverifiedJws::parse(&answer.word(name), typ).unwrap();
        jws.verify(&town_key(&b)).unwrap();
    }
}

fn object(answer: &Answer) -> Object {
    answer.json()
}

/// Nonces and outcomes from just before the change.
#[tokio::test]
async fn what_is_under_way_ends_well() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let credential = avatar(&a, key(1)).await;
    let token = token(&a, &a.offer_avatar().await).await;
    let nonce = nonce(&a).await;
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), credential);
    let_in(&post_form(b.port, asked.response_path(), &form).await);
    for town in [&a, &b] {
        town.rotate(KeyEnd::Retired).await;
        town.world().sweep().await.unwrap();
    }
    let claims = crate::holder::claims(&a, &nonce);
    let body = credential_body("avatar", vec![key_proof(&key(1), &claims)]);
    let answer = post_json(a.port, "/credential", &token, &body).await;
    assert_eq!(method_of(&credentials(&answer)[0]), "key-2");
    let told = get(b.port, &asked.poll_path).await;
    assert!(
        told.json().contains_key("admission_token"),
        "{}",
        told.text()
    );
    // Its time is over, and the seed goes with it.
    let old = b.folder.path().join("world/data/world.key");
    assert!(old.exists());
    b.pass(901);
    b.world().sweep().await.unwrap();
    assert!(!old.exists());
    let_in(&enter(&b, &avatar(&a, key(1)).await).await);
    // What was sealed with a key that somebody else may have is over at once.
    let asked = ask_avatar(&b).await;
    let form = response(&b, &asked, &key(1), avatar(&a, key(1)).await);
    let_in(&post_form(b.port, asked.response_path(), &form).await);
    assert_eq!(get(b.port, &asked.poll_path).await.status, 200);
    b.rotate(KeyEnd::Compromised).await;
    get(b.port, &asked.poll_path)
        .await
        .refuses(404, "not_found", "not_found");
    let nonce = crate::holder::nonce(&a).await;
    a.rotate(KeyEnd::Compromised).await;
    let token = crate::holder::token(&a, &a.offer_avatar().await).await;
    let claims = crate::holder::claims(&a, &nonce);
    let body = credential_body("avatar", vec![key_proof(&key(1), &claims)]);
    post_json(a.port, "/credential", &token, &body)
        .await
        .refuses(400, "invalid_nonce", "c_nonce_invalid");
    assert_eq!(ask_for(&a, &token, "avatar", &[key(1)]).await.status, 200);
}

/// After a restart everything is as it was.
#[tokio::test]
async fn the_new_key_is_that_of_the_next_start() {
    let mut a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let old = avatar(&a, key(1)).await;
    a.rotate(KeyEnd::Retired).await;
    let before = history(&a).await.0;
    a.restart().await;
    assert_eq!(history(&a).await.0, before);
    assert_eq!(method_of(&avatar(&a, key(1)).await), "key-2");
    let_in(&enter(&b, &old).await);
}

/// The command is killed at some point: the world has the key that its history names.
#[tokio::test]
async fn a_killed_command_has_changed_the_key_or_not() {
    let a = Town::new().await;
    let config = a.folder.path().join("world/omote-world.toml");
    let mut known = 1;
    for wait in (0..).step_by(4).take(12) {
        let arguments = ["key", "rotate", "--config", config.to_str().unwrap()];
        let done = killed_after(wait, a.folder.path(), &arguments).await;
        a.world().reload_keys().await;
        let keys = a.config().keys().unwrap().keys.len();
        assert!(keys == known || keys == known + 1);
        assert!(!done || keys == known + 1);
        known = keys;
        let credential = avatar(&a, key(1)).await;
        assert_eq!(method_of(&credential), format!("key-{known}"));
    }
}

fn command(town: &Town, arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_omote-world"))
        .args(arguments)
        .arg("--config")
        .arg(town.folder.path().join("world/omote-world.toml"))
        .output()
        .unwrap()
}

/// The command changes the key beside a running server, which takes it up by itself.
#[tokio::test]
async fn a_running_world_takes_a_new_key_up() {
    let town = Town::new().await;
    let json = |output: &std::process::Output| {
        assert_eq!(output.status.code(), Some(0));
        match read(&output.stdout, &Limits::document()) {
            Ok(Value::Object(object)) => object,
            other => panic!("{other:?}"),
        }
    };
    let states = |object: &Object| {
        let keys = object.get("keys").unwrap().as_array().unwrap().iter();
        let word = |key: &Value, name: &str| key.get(name).unwrap().as_str().unwrap().to_owned();
        let key = |key| {
            word(key, "id").rsplit_once('#').unwrap().1.to_owned() + " " + &word(key, "state")
        };
        keys.map(key).collect::<Vec<_>>()
    };
    let shown = json(&command(&town, &["key", "show", "--json"]));
    assert_eq!(states(&shown), ["key-1 in_use"]);
    assert_eq!(shown.get("changes_left").unwrap().as_u64(), Some(59));
    let rotated = command(&town, &["key", "rotate"]);
    let (lines, talk) = (
        String::from_utf8(rotated.stdout).unwrap(),
        String::from_utf8(rotated.stderr).unwrap(),
    );
    assert!(
        lines.contains("key-1   retired") && lines.contains("key-2   in_use"),
        "{lines}"
    );
    assert!(
        talk.contains("key-2 is in use") && talk.contains("bundle_makers"),
        "{talk}"
    );
    let name = format!("{}#key-2", town.id().did());
    while !get(town.port, "/.well-known/did.json")
        .await
        .text()
        .contains(&name)
    {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let rotated = json(&command(
        &town,
        &["key", "rotate", "--compromised", "--json"],
    ));
    assert_eq!(
        states(&rotated),
        ["key-1 retired", "key-2 compromised", "key-3 in_use"]
    );
    // No seed and nothing of one.
    for output in [lines, talk] {
        let seed = std::fs::read_to_string(town.folder.path().join("world/data/world.key"));
        let seed = seed.unwrap();
        assert!(!output.contains(seed.trim_end().rsplit_once(':').unwrap().1));
    }
    // A seed that is gone: said, and the running world goes on with the key that it has.
    let data = town.folder.path().join("world/data");
    let kept = std::fs::read(data.join("did-history.json")).unwrap();
    std::fs::write(data.join("did-history.json"), "{}").unwrap();
    for arguments in [&["key", "show"][..], &["key", "rotate"], &["decisions"]] {
        let refused = command(&town, arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        let talk = String::from_utf8(refused.stderr).unwrap();
        assert!(
            talk.contains("[config_malformed]") && talk.contains("backup"),
            "{talk}"
        );
    }
    let refused = platform::KeysReload::Refused(Reason::ConfigMalformed);
    assert_eq!(town.world().reload_keys().await, refused);
    assert!(
        get(town.port, "/.well-known/did.json")
            .await
            .text()
            .contains("#key-")
    );
    std::fs::write(data.join("did-history.json"), kept).unwrap();
    assert_ne!(town.world().reload_keys().await, refused);
}

/// The list is asked for each time, the document is remembered from before the change.
#[tokio::test]
async fn a_list_by_the_new_key_serves_the_old_credentials_at_once() {
    let a = Town::with(&[], "[status]\nttl_seconds = 1\n").await;
    let b = Town::with(&[&a], "").await;
    let old = avatar(&a, key(1)).await;
    let_in(&enter(&b, &old).await);
    for seconds in [5, 100] {
        for town in [&a, &b] {
            town.pass(seconds);
        }
        a.rotate(KeyEnd::Retired).await;
        b.pass(2);
        let_in(&enter(&b, &old).await);
    }
    // Taken back after the change: that is heard as well.
    let grant = a.last_grant().await;
    let revoked = schemas::records::GrantStatus::Revoked;
    a.world().set_status(&grant, revoked).await.unwrap();
    a.pass(2);
    b.pass(2);
    refused(&enter(&b, &old).await, Reason::Revoked);
}

/// How far a history had come is not forgotten with a restart, and not by what is swept.
#[tokio::test]
async fn a_history_is_remembered_beyond_a_restart() {
    let mut a = Town::new().await;
    let mut b = Town::with(&[&a], "").await;
    let old = avatar(&a, key(1)).await;
    a.rotate(KeyEnd::Retired).await;
    b.pass(1);
    let_in(&enter(&b, &old).await);
    b.restart().await;
    b.world().sweep().await.unwrap();
    // The same world goes on.
    a.rotate(KeyEnd::Retired).await;
    let new = avatar(&a, key(1)).await;
    let_in(&enter(&b, &old).await);
    let_in(&enter(&b, &new).await);
    b.restart().await;
    // Another does not, with a history of its own or without.
    let data = a.folder.path().join("world/data");
    for name in ["world-2.key", "world-3.key"] {
        std::fs::remove_file(data.join(name)).unwrap();
    }
    a.change_hands().await;
    let theirs = avatar(&a, key(1)).await;
    for _ in 0..2 {
        refused(&enter(&b, &theirs).await, Reason::KeyHistoryMismatch);
        a.rotate(KeyEnd::Retired).await;
        a.rotate(KeyEnd::Retired).await;
        b.restart().await;
    }
    // Who never saw it has nothing to compare with.
    let c = Town::with(&[&a], "").await;
    let_in(&enter(&c, &avatar(&a, key(1)).await).await);
}

/// A list of issuers that was signed before the change.
#[tokio::test]
async fn a_world_without_a_network_knows_older_keys_from_its_bundle() {
    let mut a = Town::with(&[], "[status]\nttl_seconds = 43200\n").await;
    let maker = Town::with(&[&a], "").await;
    let old = avatar(&a, key(1)).await;
    let_in(&enter(&maker, &old).await);
    let bundle = async || {
        let terms = platform::BundleTerms {
            status_lists: Vec::new(),
            life: std::time::Duration::from_secs(86_400),
        };
        let made = maker.world().make_bundle(&terms).await.unwrap();
        assert_eq!(made.missing(), None, "{:?}", made.gathered);
        made
    };
    let before = bundle().await;
    a.pass(1);
    maker.pass(1);
    a.rotate(KeyEnd::Retired).await;
    let new = avatar(&a, key(1)).await;
    let after = bundle().await;
    // The same without the histories.
    let claims = UnverifiedJws::parse(&after.text, Typ::Bundle).unwrap();
    let mut claims = claims.unverified_claims().clone();
    assert_eq!(
        claims
            .remove("key_histories")
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let signer = seed(&maker, "world.key");
    let method = signer.verification_method();
    let kid = proofs::jws::KeyRef::Kid(&method);
    let bare = proofs::jws::sign(Typ::Bundle, kid, &claims, &signer);
    a.serving.take().unwrap().stop().await;

    let file = maker.folder.path().join("bundle.jws");
    let policy = format!(
        "version = 1\nbundle_makers = [\"{}\"]\nmax_document_age_seconds = 86400\n\
         max_status_age_seconds = 86400\n[[issuer]]\ndid = \"{}\"\n\
         types = [\"AvatarCredential\"]\ncreators = \"any\"\n",
        after.maker,
        a.id().did()
    );
    let config = format!("offline = true\nbundle = \"{}\"\n", file.display());
    std::fs::write(&file, &bare).unwrap();
    let b = Town::among(&[a.port], &policy, &config).await;
    b.pass(2);
    let_in(&enter(&b, &new).await);
    // Undecided, for want of the history.
    refused(&enter(&b, &old).await, Reason::DidResolutionFailed);
    let document = schemas::canonical::object_to_bytes(&old);
    let checked = b.check("application/vc", &document).await;
    assert_eq!(checked.status, 503, "{}", checked.text());
    std::fs::write(&file, &after.text).unwrap();
    b.world().reload_bundle().await;
    for credential in [&new, &old] {
        let_in(&enter(&b, credential).await);
    }
    // An older bundle does not take the history back.
    std::fs::write(&file, &before.text).unwrap();
    b.world().reload_bundle().await;
    refused(&enter(&b, &old).await, Reason::KeyHistoryMismatch);
}

#[tokio::test]
async fn a_key_that_is_distrusted_afterwards_vouches_for_nothing() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let old = avatar(&a, key(1)).await;
    a.rotate(KeyEnd::Retired).await;
    b.pass(1);
    let_in(&enter(&b, &old).await);
    for name in ["key-2", "key-9"] {
        assert_ne!(
            command(&a, &["key", "distrust", name]).status.code(),
            Some(0)
        );
    }
    a.config().distrust_key("key-1", &a.clock).unwrap();
    a.world().reload_keys().await;
    // A history that is remembered is as good as a document.
    b.pass(301);
    refused(&enter(&b, &old).await, Reason::KeyRevoked);
    let_in(&enter(&b, &avatar(&a, key(1)).await).await);
}
