//! Taking back: grants, the lists that a world publishes, and the lists that it asks.

use proofs::sd_jwt::{self, KeyBinding, UnverifiedSdJwt};
use proofs::status_token::UnverifiedStatusToken;
use schemas::dcql::ClaimPath;
use schemas::json::{Object, Value};
use schemas::message::Message;
use schemas::records::{GrantRecord, GrantStatus};
use schemas::status::{
    Bits, StatusListClaims, StatusValues, TokenStatusEntry, UnverifiedStatusList,
};
use schemas::time::Timestamp;

use crate::holder::{ask_avatar, ask_for, credentials, key, response, sd_jwts, token, vp_form};
use crate::http::{Answer, assert_valid, get, path_of, post_form, post_json, send};
use crate::program::killed_after;
use crate::publisher::{Publisher, object};
use crate::town::Town;

const VC: &str = "application/vc";

/// Copies of one grant under keys 1 and 2, and the grant.
async fn two_copies(town: &Town) -> (Vec<Object>, String) {
    let token = token(town, &town.offer_avatar().await).await;
    let copies = credentials(&ask_for(town, &token, "avatar", &[key(1), key(2)]).await);
    (copies, town.last_grant().await)
}

async fn enter(town: &Town, credential: &Object, holder: u8) -> Answer {
    let asked = ask_avatar(town).await;
    let form = response(town, &asked, &key(holder), credential.clone());
    let answer = post_form(town.port, asked.response_path(), &form).await;
    // Whoever is not let in has no token at the poll address either.
    let told = get(town.port, &asked.poll_path).await;
    let admitted = told.json().contains_key("admission_token");
    assert_eq!(admitted, answer.status == 200, "{}", told.text());
    answer
}

async fn set(town: &Town, grant: &str, status: &str) -> Answer {
    let path = format!("/grants/{grant}/status");
    let body = schemas::object! { "status" => status };
    post_json(town.port, &path, &town.token, &body).await
}

fn entry<'a>(credential: &'a Object, purpose: &str) -> &'a Value {
    let entries = credential.get("credentialStatus").unwrap();
    let mut entries = entries.as_array().unwrap().iter();
    let found =
        entries.find(|entry| entry.get("statusPurpose").and_then(Value::as_str) == Some(purpose));
    found.unwrap()
}

fn list_path<'a>(credential: &'a Object, purpose: &str) -> &'a str {
    let list = entry(credential, purpose).get("statusListCredential");
    path_of(list.unwrap().as_str().unwrap())
}

#[tokio::test]
async fn a_revoked_grant_is_refused_in_every_copy_once_the_list_is_old() {
    let a = Town::new().await;
    let b = Town::with(&[&a], "").await;
    let (copies, grant) = two_copies(&a).await;
    let (others, _) = two_copies(&a).await;
    for (copy, holder) in copies.iter().zip(1..) {
        assert_eq!(enter(&b, copy, holder).await.status, 200);
    }
    let indices: Vec<_> = copies
        .iter()
        .chain(&others)
        .map(|copy| entry(copy, "revocation").get("statusListIndex").cloned())
        .collect();
    for (at, index) in indices.iter().enumerate() {
        assert!(!indices[at + 1..].contains(index), "{indices:?}");
    }
    let revoked = set(&a, &grant, "revoked").await;
    assert_eq!(revoked.status, 200, "{}", revoked.text());
    assert_valid("grant", &revoked.body);
    let record = GrantRecord::read(&revoked.body).unwrap();
    assert_eq!((record.status, record.copies), (GrantStatus::Revoked, 2));
    // B has a list that is young enough; whoever asks now hears it at once.
    assert_eq!(enter(&b, &copies[0], 1).await.status, 200);
    let c = Town::with(&[&a], "").await;
    enter(&c, &copies[0], 1)
        .await
        .refuses(400, "invalid_request", "revoked");
    for town in [&a, &b, &c] {
        town.pass(301);
    }
    for (copy, holder) in copies.iter().zip(1..) {
        enter(&b, copy, holder)
            .await
            .refuses(400, "invalid_request", "revoked");
    }
    assert_eq!(enter(&b, &others[1], 2).await.status, 200);
    // For ever.
    for status in ["active", "suspended"] {
        let answer = set(&a, &grant, status).await;
        answer.refuses(409, "invalid_request", "grant_revoked");
    }
    assert_eq!(set(&a, &grant, "revoked").await.status, 200);
}

/// A world that believes itself hears of its own revocations without asking the network.
#[tokio::test]
async fn a_suspension_ends_and_no_copies_are_issued_meanwhile() {
    let a = Town::with(&[], "[status]\nttl_seconds = 1\n").await;
    let b = Town::with(&[&a], "").await;
    let policy = format!(
        "version = 1\n[[issuer]]\ndid = \"{}\"\ntypes = [\"AvatarCredential\"]\ncreators = \"any\"\n",
        a.id().did()
    );
    a.believe(&policy).await;
    let token = token(&a, &a.offer_avatar().await).await;
    let copy = credentials(&ask_for(&a, &token, "avatar", &[key(1)]).await).remove(0);
    let grant = a.last_grant().await;
    let seen = async |status: u16| {
        for town in [&a, &b] {
            town.pass(2);
            let answer = enter(town, &copy, 1).await;
            if status == 200 {
                assert_eq!(answer.status, 200, "{}", answer.text());
            } else {
                answer.refuses(400, "invalid_request", "suspended");
            }
        }
    };
    seen(200).await;
    assert_eq!(set(&a, &grant, "suspended").await.status, 200);
    seen(400).await;
    ask_for(&a, &token, "avatar", &[key(2)]).await.refuses(
        400,
        "credential_request_denied",
        "credential_not_authorized",
    );
    assert_eq!(set(&a, &grant, "active").await.status, 200);
    seen(200).await;
    let more = ask_for(&a, &token, "avatar", &[key(2)]).await;
    assert_eq!(credentials(&more).len(), 1);
}

#[tokio::test]
async fn grants_are_for_the_administration_and_name_no_holder() {
    let a = Town::new().await;
    let (_, grant) = two_copies(&a).await;
    a.offer_item().await;
    let list = a.admin("/grants").await;
    assert_valid("grant-list", &list.body);
    assert!(!list.text().contains("did:"));
    let grants = list
        .json()
        .get("grants")
        .unwrap()
        .as_array()
        .unwrap()
        .to_vec();
    let names = grants.iter().map(|grant| grant.get("name")?.as_str());
    let names: Vec<_> = names.collect();
    assert_eq!(names, [Some("sword #42"), Some("Mika")]);
    let one = a.admin(&format!("/grants/{grant}")).await;
    assert_valid("grant", &one.body);
    assert_eq!(one.json().get("copies").unwrap().as_u64(), Some(2));
    let body = schemas::object! { "status" => "revoked" };
    for (method, path) in [
        ("GET", "/grants".to_owned()),
        ("GET", format!("/grants/{grant}")),
        ("POST", format!("/grants/{grant}/status")),
    ] {
        let headers = [("Content-Type", "application/json")];
        let body = schemas::canonical::object_to_bytes(&body);
        send(a.port, method, &path, &headers, &body).await.refuses(
            401,
            "unauthorized",
            "unauthorized",
        );
    }
    set(&a, "nobody", "revoked")
        .await
        .refuses(404, "not_found", "not_found");
    set(&a, &grant, "gone")
        .await
        .refuses(400, "invalid_request", "bad_request");
}

/// A list as a stranger reads it: its date and how many bits are set.
fn read_list(body: &[u8]) -> (Timestamp, usize) {
    let value = Value::Object(object(body));
    let list = UnverifiedStatusList::parse(&value).unwrap();
    assert_eq!(list.ttl_milliseconds(), Some(300_000));
    let bits = Bits::decode(list.encoded()).unwrap();
    assert_eq!(bits.len(), 131_072);
    let set = (0..bits.len()).filter(|index| bits.get(*index) == Some(true));
    (list.envelope().validity().from.unwrap(), set.count())
}

#[tokio::test]
async fn a_list_is_signed_when_it_changed_and_not_for_each_request() {
    let mut a = Town::new().await;
    let (copies, grant) = two_copies(&a).await;
    let path = list_path(&copies[0], "revocation").to_owned();
    let first = get(a.port, &path).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.header("content-type"), Some(VC));
    assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
    let etag = first.header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    let (from, bits) = read_list(&first.body);
    assert_eq!(bits, 0);
    a.pass(10);
    assert_eq!(get(a.port, &path).await.body, first.body);
    let known = async |etag: &str| {
        let headers = [("If-None-Match", etag)];
        send(a.port, "GET", &path, &headers, b"").await
    };
    let unchanged = known(&etag).await;
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    assert_eq!(unchanged.header("etag"), Some(etag.as_str()));
    assert_eq!(known("\"x\"").await.status, 200);
    assert_eq!(set(&a, &grant, "revoked").await.status, 200);
    let second = known(&etag).await;
    assert_eq!(second.status, 200);
    let (later, bits) = read_list(&second.body);
    assert_eq!(bits, 2);
    assert!(later > from && second.header("etag") != Some(etag.as_str()));
    // Half of its validity is over: signed anew, with the date of its content.
    a.pass(43_200);
    let third = get(a.port, &path).await;
    assert_ne!(third.body, second.body);
    assert_eq!(read_list(&third.body), (later, 2));
    // The same list after a restart with a clock that was set back.
    a.pass(-90_000);
    a.restart().await;
    assert_eq!(read_list(&get(a.port, &path).await.body), (later, 2));
    for path in ["/status/x", "/status/AAAAAAAAAAAAAAAAAAAAAA", "/status/"] {
        assert_eq!(get(a.port, path).await.status, 404, "{path}");
    }
}

/// When a Token Status List was made, and its values that are not zero.
fn read_values(town: &Town, path: &str, body: &[u8]) -> (Timestamp, Vec<u8>) {
    let token = UnverifiedStatusToken::parse(std::str::from_utf8(body).unwrap()).unwrap();
    let claims = StatusListClaims::parse(token.claims()).unwrap();
    assert!(claims.subject().ends_with(path), "{}", claims.subject());
    assert_eq!(claims.ttl_seconds(), Some(300));
    assert!(claims.validity().until.unwrap() > town.now());
    let values = StatusValues::decode(claims.encoded(), claims.size()).unwrap();
    assert_eq!((values.size().bits(), values.len()), (2, 131_072));
    let values = (0..values.len()).filter_map(|index| values.get(index));
    let from = claims.validity().from.unwrap();
    (from, values.filter(|value| *value != 0).collect())
}

#[tokio::test]
async fn a_token_list_says_of_each_place_what_both_lists_of_bits_say() {
    let a = Town::new().await;
    let (copies, grant) = two_copies(&a).await;
    let (_, other) = two_copies(&a).await;
    let bits = list_path(&copies[0], "revocation").to_owned();
    let path = bits.replace("/status/", "/status-token/");
    let first = get(a.port, &path).await;
    assert_eq!(first.status, 200);
    assert_eq!(
        first.header("content-type"),
        Some("application/statuslist+jwt")
    );
    assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
    let etag = first.header("etag").unwrap().to_owned();
    let (from, values) = read_values(&a, &path, &first.body);
    assert!(values.is_empty());
    let known = async |etag: &str| {
        let headers = [("If-None-Match", etag)];
        send(a.port, "GET", &path, &headers, b"").await
    };
    let unchanged = known(&etag).await;
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    a.pass(10);
    assert_eq!(get(a.port, &path).await.body, first.body);
    for (grant, status, expected) in [
        (&grant, "suspended", &[2, 2][..]),
        (&other, "suspended", &[2, 2, 2, 2]),
        (&grant, "active", &[2, 2]),
        (&grant, "suspended", &[2, 2, 2, 2]),
        // Whatever else it is, what is revoked is revoked.
        (&grant, "revoked", &[1, 1, 2, 2]),
        (&other, "active", &[1, 1]),
    ] {
        a.pass(1);
        let before = get(a.port, &path).await;
        assert_eq!(set(&a, grant, status).await.status, 200);
        let changed = get(a.port, &path).await;
        let (later, mut values) = read_values(&a, &path, &changed.body);
        values.sort_unstable();
        assert_eq!(values, expected, "{status}");
        assert!(later > from);
        assert_ne!(before.header("etag"), changed.header("etag"));
        assert_eq!(known(&etag).await.status, 200);
    }
    // Each form has its own address, and a shelf one token.
    let suspension = list_path(&copies[0], "suspension").replace("/status/", "/status-token/");
    for path in [
        suspension.as_str(),
        "/status-token/x",
        "/status-token/AAAAAAAAAAAAAAAAAAAAAA",
        "/status-token/",
    ] {
        assert_eq!(get(a.port, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn while_a_list_cannot_be_had_nobody_is_admitted() {
    let mut a = Town::with(&[], "[status]\nttl_seconds = 1\n").await;
    let b = Town::with(&[&a], "").await;
    let (copies, _) = two_copies(&a).await;
    assert_eq!(enter(&b, &copies[0], 1).await.status, 200);
    a.serving.take().unwrap().stop().await;
    b.pass(2);
    enter(&b, &copies[0], 1)
        .await
        .refuses(400, "invalid_request", "status_unavailable");
    let document = schemas::canonical::object_to_bytes(&copies[0]);
    let answer = b.check(VC, &document).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    // It is back: so is whoever was waiting.
    a.restart().await;
    assert_eq!(enter(&b, &copies[0], 1).await.status, 200);
}

/// An old list in the place of a newer one, also after the reader has forgotten everything else.
#[tokio::test]
async fn an_older_list_than_before_is_a_replay_also_after_a_restart() {
    let publisher = Publisher::new().await;
    let mut town = Town::beside(publisher.port, &publisher.policy()).await;
    let (old, new) = (publisher.list(&[], 20), publisher.list(&[7], 10));
    publisher.serve("/list", new, "", None);
    let credential = publisher.avatar(5);
    assert_eq!(town.check(VC, &credential).await.status, 200);
    publisher.serve("/list", old, "", None);
    // Still known, and young enough.
    assert_eq!(town.check(VC, &credential).await.status, 200);
    for restarted in [false, true] {
        if restarted {
            town.restart().await;
        }
        town.pass(301);
        let answer = town.check(VC, &credential).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert_eq!(answer.word("reason"), "status_rollback");
    }
    publisher.serve("/list", publisher.list(&[5], 5), "", None);
    let answer = town.check(VC, &credential).await;
    assert_eq!(answer.word("reason"), "revoked");
}

#[tokio::test]
async fn a_list_that_did_not_change_is_not_sent_again() {
    let publisher = Publisher::new().await;
    let town = Town::beside(publisher.port, &publisher.policy()).await;
    publisher.serve("/list", publisher.list(&[7], 10), "", Some("\"one\""));
    let credential = publisher.avatar(5);
    let status = async || {
        let answer = town.check(VC, &credential).await;
        (answer.status, publisher.answered("/list"))
    };
    assert_eq!(status().await, (200, vec![200]));
    assert_eq!(status().await, (200, vec![200]));
    town.pass(301);
    assert_eq!(status().await, (200, vec![200, 304]));
    town.pass(200);
    assert_eq!(status().await, (200, vec![200, 304]));
    // Unchanged, as a cache says that has kept it for longer than it is good.
    publisher.serve(
        "/list",
        publisher.list(&[7], 10),
        "Age: 301\r\n",
        Some("\"one\""),
    );
    town.pass(101);
    assert_eq!(status().await, (503, vec![200, 304, 304]));
    publisher.serve("/list", publisher.list(&[5], 5), "", Some("\"two\""));
    assert_eq!(status().await, (422, vec![200, 304, 304, 200]));
    publisher.fail("/list", 500);
    town.pass(301);
    assert_eq!(status().await.0, 503);
}

#[tokio::test]
async fn a_list_is_as_old_as_the_caches_on_the_way_make_it() {
    let publisher = Publisher::new().await;
    let credential = publisher.avatar(5);
    let list = publisher.list(&[], 10);
    publisher.serve("/list", list.clone(), "Age: 290\r\n", None);
    let town = Town::beside(publisher.port, &publisher.policy()).await;
    let status = async || {
        let answer = town.check(VC, &credential).await;
        (answer.status, publisher.answered("/list").len())
    };
    assert_eq!(status().await, (200, 1));
    town.pass(10);
    assert_eq!(status().await, (200, 1));
    // 301 seconds after it left its publisher.
    town.pass(1);
    assert_eq!(status().await, (200, 2));
    for head in [
        "Age: 301\r\n",
        "Age: soon\r\n",
        "Date: Thu, 01 Jan 2015 00:00:00 GMT\r\n",
    ] {
        let town = Town::beside(publisher.port, &publisher.policy()).await;
        publisher.serve("/list", list.clone(), head, None);
        let answer = town.check(VC, &credential).await;
        assert_eq!(answer.status, 503, "{head} {}", answer.text());
        assert_eq!(answer.word("reason"), "status_unavailable");
    }
}

/// Commands that are killed in the middle: a grant is revoked in all its copies or in none, and what
/// a command said it did was done.
#[tokio::test]
async fn a_killed_command_has_revoked_all_copies_or_none() {
    let a = Town::new().await;
    let mut grants = Vec::new();
    for _ in 0..12 {
        grants.push(two_copies(&a).await);
    }
    let path = list_path(&grants[0].0[0], "revocation").to_owned();
    let config = a.folder.path().join("world/omote-world.toml");
    let mut done = Vec::new();
    for ((_, grant), wait) in grants.iter().zip((0..).step_by(4)) {
        let arguments = ["revoke", grant, "--config", config.to_str().unwrap()];
        done.push(killed_after(wait, a.folder.path(), &arguments).await);
    }
    let list = get(a.port, &path).await;
    let value = Value::Object(object(&list.body));
    let list = UnverifiedStatusList::parse(&value).unwrap();
    let bits = Bits::decode(list.encoded()).unwrap();
    let index = |copy: &Object| -> u64 {
        let index = entry(copy, "revocation").get("statusListIndex").cloned();
        index.unwrap().as_str().unwrap().parse().unwrap()
    };
    for ((copies, grant), done) in grants.iter().zip(done) {
        let record = a.world().grant(grant).await.unwrap();
        let revoked = record.status == GrantStatus::Revoked;
        assert!(revoked || !done);
        for copy in copies {
            assert_eq!(bits.get(index(copy)), Some(revoked));
        }
    }
}

/// A copy that is a token, shown with all its claims.
async fn enter_by_token(town: &Town, copy: &str, holder: u8) -> Answer {
    let asked = ask_avatar(town).await;
    let copy = UnverifiedSdJwt::parse(copy).unwrap();
    let paths = ["personaName", "license", "provenance"];
    let paths = paths.map(|name| ClaimPath::of_names(&[name]).unwrap());
    let binding = KeyBinding {
        audience: asked.word("client_id"),
        nonce: asked.word("nonce"),
        issued_at: town.now(),
        transaction_data: &[],
    };
    let shown = sd_jwt::present(&copy, &paths, &binding, &key(holder)).unwrap();
    let form = vp_form(&asked, schemas::object! { "avatar_sd_jwt" => [shown] });
    post_form(town.port, asked.response_path(), &form).await
}

#[tokio::test]
async fn copies_that_are_tokens_are_suspended_and_revoked_with_their_grant() {
    let a = Town::with(&[], "[status]\nttl_seconds = 1\n").await;
    let b = Town::with(&[&a], "").await;
    let policy = format!(
        "version = 1\n[[issuer]]\ndid = \"{}\"\ntypes = [\"AvatarCredential\"]\ncreators = \"any\"\n",
        a.id().did()
    );
    a.believe(&policy).await;
    let access = token(&a, &a.offer_avatar().await).await;
    let copies = sd_jwts(&ask_for(&a, &access, "avatar_sd_jwt", &[key(1), key(2)]).await);
    let grant = a.last_grant().await;
    // Each has a place of its own in one list.
    let place = |copy: &String| {
        let read = UnverifiedSdJwt::parse(copy).unwrap();
        TokenStatusEntry::parse(read.claims().get("status").unwrap()).unwrap()
    };
    let [one, two] = [place(&copies[0]), place(&copies[1])];
    assert_eq!(one.list, two.list);
    assert_ne!(one.index, two.index);
    let seen = async |reason: Option<&str>| {
        // Who asks the network, and who knows its own lists.
        for town in [&b, &a] {
            town.pass(2);
            for (copy, holder) in copies.iter().zip(1..) {
                let answer = enter_by_token(town, copy, holder).await;
                match reason {
                    None => assert_eq!(answer.status, 200, "{}", answer.text()),
                    Some(reason) => answer.refuses(400, "invalid_request", reason),
                }
            }
        }
    };
    seen(None).await;
    for (status, reason) in [
        ("suspended", Some("suspended")),
        ("active", None),
        ("revoked", Some("revoked")),
    ] {
        assert_eq!(set(&a, &grant, status).await.status, 200);
        seen(reason).await;
    }
}
