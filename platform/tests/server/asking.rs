//! What a world asks for and in which manner: formats, encrypted answers, statements, names by
//! certificates, and what wallets say that they can do.

use proofs::issue::Issuer;
use proofs::jwe::{self, Fresh, Parties, Recipient, RecipientKey};
use proofs::jws::{HeaderKey, Typ, UnverifiedJws};
use proofs::keys::SigningKey;
use proofs::sd_jwt::{self, KeyBinding, UnverifiedSdJwt};
use schemas::credential::{AvatarCredential, Validity};
use schemas::dcql::{ClaimPath, DcqlQuery};
use schemas::encoding::base64url;
use schemas::form::Form;
use schemas::json::{Object, Value};
use schemas::license::LicenseTerms;
use schemas::message::Message;
use schemas::oid4vp::request::RequestObject;
use schemas::receipt::AdmissionTokenClaims;
use schemas::suite::{ContentEncryption, Cryptosuite};
use schemas::time::Timestamp;
use zeroize::Zeroizing;

use crate::holder::{
    Asked, ask, ask_avatar, avatar, key, presentation, request_claims, response, town_key, vp_form,
};
use crate::http::{Answer, FORM, assert_valid, get, path_of, post_form, post_json, send};
use crate::town::{NOON, Town, license, provenance};

/// JSON as it is written.
macro_rules! json {
    ($($text:tt)*) => {
        schemas::json::read(
            serde_json::json!($($text)*).to_string().as_bytes(),
            &schemas::json::Limits::message(),
        )
        .unwrap()
    };
}

fn issuer() -> Issuer {
    Issuer::of_key(SigningKey::from_seed(&[77; 32]), Cryptosuite::EddsaJcs2022)
}

/// A world that believes the issuer of [`sd_jwt`], with more lines for its configuration.
async fn arena(more: &str) -> Town {
    let policy = format!(
        "version = 1\n[[issuer]]\ndid = \"{}\"\ntypes = [\"AvatarCredential\"]\ncreators = \"any\"\n",
        issuer().did()
    );
    Town::among(&[], &policy, more).await
}

/// An avatar as SD-JWT, issued to a key.
fn sd_jwt(holder: &SigningKey) -> String {
    let credential = AvatarCredential {
        issuer: issuer().did().clone(),
        holder: holder.did_key(),
        validity: Validity::starting(Timestamp::from_unix(NOON - 1000)),
        persona_name: "Mika".to_owned(),
        license: license(),
        provenance: provenance(),
    };
    let unsigned = credential.unsigned_sd_jwt(None);
    let salts: Vec<_> = (0..unsigned.digests())
        .map(|number| [u8::try_from(number).unwrap(); 16])
        .collect();
    issuer().issue_sd_jwt(&unsigned, &salts).unwrap()
}

fn statements(asked: &Asked) -> Vec<String> {
    let data = asked.claims.get("transaction_data");
    let data = data.and_then(Value::as_array).unwrap_or_default();
    data.iter()
        .map(|one| one.as_str().unwrap().to_owned())
        .collect()
}

fn shown(asked: &Asked, holder: &SigningKey, now: Timestamp, data: &[String]) -> String {
    let credential = UnverifiedSdJwt::parse(&sd_jwt(holder)).unwrap();
    let paths = ["personaName", "license", "provenance"];
    let paths = paths.map(|name| ClaimPath::of_names(&[name]).unwrap());
    let binding = KeyBinding {
        audience: asked.word("client_id"),
        nonce: asked.word("nonce"),
        issued_at: now,
        transaction_data: data,
    };
    sd_jwt::present(&credential, &paths, &binding, holder).unwrap()
}

fn token(presentation: &str) -> Object {
    schemas::object! { "avatar_sd_jwt" => [presentation] }
}

fn query(asked: &Asked) -> DcqlQuery {
    DcqlQuery::from_value(asked.claims.get("dcql_query").unwrap()).unwrap()
}

fn ids(query: &DcqlQuery) -> Vec<&str> {
    let parts = query.credentials().iter();
    parts.map(|part| part.id.as_str()).collect()
}

fn text_at<'o>(object: &'o Object, path: &[&str]) -> Option<&'o str> {
    let (last, inner) = path.split_last()?;
    let inner = inner.iter().try_fold(object, |object, name| {
        object.get(name).and_then(Value::as_object)
    });
    inner?.get(last)?.as_str()
}

async fn admitted(town: &Town, answer: &Answer, holder: &SigningKey) -> AdmissionTokenClaims {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.word("omote_admission_token");
    let jws = UnverifiedJws::parse(&text, Typ::Admission).unwrap();
    let claims = jws.verify(&town_key(town)).unwrap().into_claims();
    let claims = AdmissionTokenClaims::from_value(&Value::Object(claims)).unwrap();
    assert_eq!(claims.confirmation.jwk(), holder.verifying_key().jwk());
    claims
}

fn request(manner: &[(&str, Value)]) -> Object {
    let mut body = schemas::object! {
        "preset" => "avatar", "by" => "Neo Kyoto", "instance" => "lobby",
    };
    for (name, value) in manner {
        body.insert(*name, value.clone());
    }
    body
}

#[tokio::test]
async fn a_preset_asks_in_both_formats_in_the_order_of_the_world() {
    for (more, expected) in [
        ("", vec!["avatar_sd_jwt", "avatar"]),
        (
            "[asking]\nformats = [\"ldp_vc\", \"dc+sd-jwt\"]\n",
            vec!["avatar", "avatar_sd_jwt"],
        ),
        ("[asking]\nformats = [\"ldp_vc\"]\n", vec!["avatar"]),
        (
            "[asking]\nformats = [\"dc+sd-jwt\"]\n",
            vec!["avatar_sd_jwt"],
        ),
    ] {
        let b = arena(more).await;
        let asked = ask_avatar(&b).await;
        let query = query(&asked);
        assert_eq!(ids(&query), expected);
        match query.credential_sets() {
            [] => assert_eq!(expected.len(), 1),
            [set] => {
                let options = set.options.iter().map(|option| option[0].as_str());
                assert_eq!(options.collect::<Vec<_>>(), expected);
            }
            other => panic!("{other:?}"),
        }
        let formats = asked.claims.get("client_metadata").unwrap();
        let formats = formats.get("vp_formats_supported").unwrap();
        let algorithms = json!(["Ed25519", "EdDSA", "ES256"]);
        if let Some(sd_jwt) = formats.get("dc+sd-jwt") {
            for name in ["sd-jwt_alg_values", "kb-jwt_alg_values"] {
                assert_eq!(sd_jwt.get(name), Some(&algorithms));
            }
        }
        // An admission may have its own mind.
        let other = ask(&b, request(&[("formats", Value::from(["ldp_vc"]))])).await;
        assert_eq!(ids(&self::query(&other)), ["avatar"]);
    }
}

#[tokio::test]
async fn a_holder_of_an_sd_jwt_is_admitted_with_a_token_for_their_key() {
    let b = arena("").await;
    for holder in [key(1), SigningKey::from_p256_scalar(&[5; 32]).unwrap()] {
        let asked = ask_avatar(&b).await;
        let form = vp_form(&asked, token(&shown(&asked, &holder, b.now(), &[])));
        let answer = post_form(b.port, asked.response_path(), &form).await;
        admitted(&b, &answer, &holder).await;
        let told = get(b.port, &asked.poll_path).await;
        assert_valid("admission-state", &told.body);
        let told = told.json();
        let seen = told.get("decision").unwrap().get("shown").unwrap();
        let seen = &seen.as_array().unwrap()[0];
        assert_eq!(seen.get("type").unwrap().as_str(), Some("AvatarCredential"));
        assert_eq!(seen.get("persona_name").unwrap().as_str(), Some("Mika"));
        let terms = LicenseTerms::from_value(seen.get("license").unwrap()).unwrap();
        assert_eq!(terms, license());
        assert!(seen.get("asset_digest").is_some());
        assert!(
            !told
                .get("decision")
                .unwrap()
                .as_object()
                .unwrap()
                .contains_key("statement")
        );
        post_form(b.port, asked.response_path(), &form)
            .await
            .refuses(400, "invalid_request", "vp_replay");
    }
    // Made for another request or another world.
    let (one, two) = (ask_avatar(&b).await, ask_avatar(&b).await);
    let form = vp_form(&two, token(&shown(&one, &key(1), b.now(), &[])));
    let answer = post_form(b.port, two.response_path(), &form).await;
    answer.refuses(400, "invalid_request", "kb_aud");
    let told = get(b.port, &two.poll_path).await;
    assert_eq!(told.word("state"), "pending");
}

#[tokio::test]
async fn what_a_holder_confirms_is_in_the_outcome() {
    let b = arena("").await;
    let text = "Entry fee: 100 coins. 入場料 100 コイン";
    let body = request(&[("statement", Value::from(text))]);
    let asked = ask(&b, body.clone()).await;
    assert_eq!(ids(&query(&asked)), ["avatar_sd_jwt"]);
    let data = statements(&asked);
    assert_eq!(data.len(), 1);
    let inside = base64url::decode(&data[0]).unwrap();
    assert!(String::from_utf8(inside).unwrap().contains(text));
    // The request is the same however often it is fetched.
    let again = get(b.port, &asked.request_path).await;
    assert_eq!(request_claims(&b, again.text()), asked.claims);

    // Unconfirmed, confirmed for another text, or said twice: refused.
    let other = ask(&b, request(&[("statement", Value::from("Entry is free"))])).await;
    let (theirs, twice) = (statements(&other), [data.clone(), data.clone()].concat());
    for data in [&[], theirs.as_slice(), &twice] {
        let asked = ask(&b, body.clone()).await;
        let form = vp_form(&asked, token(&shown(&asked, &key(1), b.now(), data)));
        let answer = post_form(b.port, asked.response_path(), &form).await;
        answer.refuses(400, "invalid_request", "kb_transaction_data");
        let told = get(b.port, &asked.poll_path).await.json();
        assert!(!told.contains_key("admission_token"));
        assert!(
            !told
                .get("decision")
                .unwrap()
                .as_object()
                .unwrap()
                .contains_key("statement")
        );
    }
    let form = vp_form(&asked, token(&shown(&asked, &key(1), b.now(), &data)));
    let answer = post_form(b.port, asked.response_path(), &form).await;
    admitted(&b, &answer, &key(1)).await;
    let told = get(b.port, &asked.poll_path).await;
    assert_valid("admission-state", &told.body);
    assert_eq!(
        text_at(&told.json(), &["decision", "statement"]),
        Some(text)
    );
}

#[tokio::test]
async fn nothing_is_confirmed_by_what_cannot_carry_it() {
    let said = ("statement", Value::from("Entry fee: 100 coins"));
    let b = arena("[asking]\nformats = [\"ldp_vc\"]\n").await;
    let post = async |body: Object| post_json(b.port, "/admissions", &b.token, &body).await;
    let unsupported = |answer: &Answer| {
        answer.refuses(400, "invalid_request", "transaction_data_unsupported");
    };
    unsupported(&post(request(std::slice::from_ref(&said))).await);
    unsupported(
        &post(request(&[
            said.clone(),
            ("formats", Value::from(["ldp_vc"])),
        ]))
        .await,
    );
    let mut own = request(&[said]);
    own.remove("preset");
    own.insert(
        "dcql_query",
        json!({"credentials": [
            {"id": "a", "format": "dc+sd-jwt", "meta": {}},
            {"id": "b", "format": "ldp_vc", "meta": {}},
        ]}),
    );
    unsupported(&post(own).await);
}

#[tokio::test]
async fn nobody_is_let_in_with_what_is_not_bound_to_them() {
    let b = arena("").await;
    let post = async |unbound: bool| {
        let mut body = request(&[]);
        body.remove("preset");
        body.insert(
            "dcql_query",
            json!({"credentials": [
                {"id": "avatar", "format": "dc+sd-jwt", "meta": {},
                 "require_cryptographic_holder_binding": !unbound},
                {"id": "item", "format": "ldp_vc", "meta": {}},
            ]}),
        );
        post_json(b.port, "/admissions", &b.token, &body).await
    };
    // Somebody else's avatar beside a thing of one's own would open the door in the avatar's name.
    post(true)
        .await
        .refuses(400, "invalid_request", "query_invalid");
    assert_eq!(post(false).await.status, 201);
}

/// A wallet's half of `direct_post.jwt`.
fn encrypted(asked: &Asked, plain: &Object, encryption: ContentEncryption) -> String {
    let (key, kid) = encryption_key(asked);
    encrypted_to(&key, &kid, plain, encryption)
}

fn encrypted_to(
    key: &RecipientKey,
    kid: &str,
    plain: &Object,
    encryption: ContentEncryption,
) -> String {
    let recipient = Recipient {
        key,
        kid: Some(kid),
        encryption,
        parties: Parties::default(),
    };
    let fresh = Fresh {
        secret: Zeroizing::new([9; 32]),
        iv: [7; 12],
    };
    let plain = schemas::canonical::object_to_bytes(plain);
    jwe::encrypt(&plain, &recipient, &fresh).unwrap()
}

fn encryption_key(asked: &Asked) -> (RecipientKey, String) {
    let claims = Value::Object(asked.claims.clone());
    let request = RequestObject::from_value(&claims).unwrap();
    let [key] = request.client_metadata.keys.as_slice() else {
        panic!("one key");
    };
    assert_eq!(
        (key.alg.as_deref(), key.usage.as_deref()),
        (Some("ECDH-ES"), Some("enc"))
    );
    assert!(!key.jwk.contains_key("d"));
    let read = RecipientKey::from_jwk(&key.jwk).unwrap();
    (read, key.kid.clone().unwrap())
}

fn as_form(jwe: &str) -> Form {
    Form::new().with("response", jwe)
}

const SECRET: &str = "[asking]\nresponse_mode = \"direct_post.jwt\"\n";

#[tokio::test]
async fn an_answer_can_be_for_the_eyes_of_the_world_alone() {
    let a = Town::new().await;
    let mut b = Town::with(&[&a], SECRET).await;
    let credential = avatar(&a, key(1)).await;
    let mut keys = Vec::new();
    for encryption in ContentEncryption::ALL {
        let asked = ask_avatar(&b).await;
        assert_eq!(asked.word("response_mode"), "direct_post.jwt");
        let metadata = asked.claims.get("client_metadata").unwrap();
        let values = metadata.get("encrypted_response_enc_values_supported");
        assert_eq!(values, Some(&json!(["A128GCM", "A256GCM"])));
        keys.push(encryption_key(&asked));
        // It is there after a restart too, and the same.
        b.restart().await;
        let again = get(b.port, &asked.request_path).await;
        assert_eq!(request_claims(&b, again.text()), asked.claims);

        let (nonce, client) = (asked.word("nonce"), asked.word("client_id"));
        let presented = presentation(&b, &key(1), credential.clone(), nonce, client);
        let answer = schemas::object! {
            "vp_token" => schemas::object! { "avatar" => [presented] },
            "state" => asked.word("state"),
        };
        let form = as_form(&encrypted(&asked, &answer, encryption));
        let answer = post_form(b.port, asked.response_path(), &form).await;
        admitted(&b, &answer, &key(1)).await;
        post_form(b.port, asked.response_path(), &form)
            .await
            .refuses(400, "invalid_request", "vp_replay");
        // Sealed, and gone with the answer: nothing of a key is in the store in clear.
        let store = b.store_bytes().await;
        let kid = keys.last().unwrap().1.as_bytes();
        assert!(!store.windows(kid.len()).any(|some| some == kid));
    }
    assert!(keys[0] != keys[1], "each request has a key of its own");

    // A refusal comes either way.
    let asked = ask_avatar(&b).await;
    let no = schemas::object! { "error" => "access_denied", "state" => asked.word("state") };
    let form = as_form(&encrypted(&asked, &no, ContentEncryption::A128Gcm));
    let answer = post_form(b.port, asked.response_path(), &form).await;
    assert_eq!((answer.status, answer.text()), (200, "{}"));
    let asked = ask_avatar(&b).await;
    let answer = post_form(b.port, asked.response_path(), &asked.declined()).await;
    assert_eq!((answer.status, answer.text()), (200, "{}"));
    // One admission by itself.
    let plain = ask(
        &b,
        request(&[("response_mode", Value::from("direct_post"))]),
    )
    .await;
    assert_eq!(plain.word("response_mode"), "direct_post");
    let answer = response(&b, &plain, &key(1), credential);
    let answer = post_form(b.port, plain.response_path(), &answer).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// What was drawn before the world changed its key opens after it too; not once somebody else may have
/// the key with which it was sealed.
#[tokio::test]
async fn an_encrypted_answer_outlives_a_change_of_the_worlds_key() {
    for (end, status) in [
        (platform::KeyEnd::Retired, 200),
        (platform::KeyEnd::Compromised, 404),
    ] {
        let b = Town::with(&[], SECRET).await;
        let asked = ask_avatar(&b).await;
        b.pass(1);
        b.rotate(end).await;
        b.world().sweep().await.unwrap();
        let no = schemas::object! { "error" => "access_denied", "state" => asked.word("state") };
        let form = as_form(&encrypted(&asked, &no, ContentEncryption::A256Gcm));
        let answer = post_form(b.port, asked.response_path(), &form).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}

fn header_changed(jwe: &str, change: impl Fn(&mut Object)) -> String {
    let (header, rest) = jwe.split_once('.').unwrap();
    let header = base64url::decode(header).unwrap();
    let limits = schemas::json::Limits::message();
    let Value::Object(mut header) = schemas::json::read(&header, &limits).unwrap() else {
        panic!("an object");
    };
    change(&mut header);
    let header = base64url::encode(&schemas::canonical::object_to_bytes(&header));
    format!("{header}.{rest}")
}

/// OVP-16 and OVP-17: what was to be encrypted is not taken in clear, and nothing else is decrypted
/// than what was offered.
#[tokio::test]
async fn what_is_encrypted_otherwise_or_not_at_all_is_refused() {
    let a = Town::new().await;
    let b = Town::with(&[&a], SECRET).await;
    let credential = avatar(&a, key(1)).await;
    let asked = ask_avatar(&b).await;
    let other = ask_avatar(&b).await;
    let (nonce, client) = (asked.word("nonce"), asked.word("client_id"));
    let presented = presentation(&b, &key(1), credential.clone(), nonce, client);
    let claims = schemas::object! {
        "vp_token" => schemas::object! { "avatar" => [presented.clone()] },
        "state" => asked.word("state"),
    };
    let enc = ContentEncryption::A256Gcm;
    let good = encrypted(&asked, &claims, enc);
    let post = async |form: &Form| post_form(b.port, asked.response_path(), form).await;

    let plain = vp_form(&asked, schemas::object! { "avatar" => [presented] });
    post(&plain)
        .await
        .refuses(400, "invalid_request", "enc_required");
    for token in ["", "x", "{}", "[]"] {
        let garbage = Form::new().with("vp_token", token);
        post(&garbage)
            .await
            .refuses(400, "invalid_request", "enc_required");
    }
    post(&plain.clone().with("response", good.as_str()))
        .await
        .refuses(400, "invalid_request", "vp_malformed");

    let (theirs, their_kid) = encryption_key(&other);
    let (ours, kid) = encryption_key(&asked);
    let set = |name: &'static str, value: Value| {
        header_changed(&good, move |header| {
            header.insert(name, value.clone());
        })
    };
    let parts: Vec<&str> = good.split('.').collect();
    let off_curve = |header: &mut Object| {
        let epk = header.get_mut("epk").unwrap().as_object_mut().unwrap();
        epk.insert("y", base64url::encode(&[1; 32]));
    };
    let cases = [
        ("dir", set("alg", Value::from("dir"))),
        ("RSA1_5", set("alg", Value::from("RSA1_5"))),
        ("none", set("alg", Value::from("none"))),
        ("key wrapping", set("alg", Value::from("ECDH-ES+A256KW"))),
        ("PBES2", set("alg", Value::from("PBES2-HS256+A128KW"))),
        ("p2c", set("p2c", json!(2147483647))),
        ("another enc", set("enc", Value::from("A128CBC-HS256"))),
        ("enc swapped", set("enc", Value::from("A128GCM"))),
        ("zip", set("zip", Value::from("DEF"))),
        ("crit", set("crit", Value::from(["exp"]))),
        (
            "kid of another",
            set("kid", Value::from(their_kid.as_str())),
        ),
        (
            "no kid",
            header_changed(&good, |header| drop(header.remove("kid"))),
        ),
        (
            "no epk",
            header_changed(&good, |header| drop(header.remove("epk"))),
        ),
        ("epk off curve", header_changed(&good, off_curve)),
        ("apu added", set("apu", Value::from("QQ"))),
        (
            "to the key of another request",
            encrypted_to(&theirs, &their_kid, &claims, enc),
        ),
        (
            "to the key of another request, by our name",
            encrypted_to(&theirs, &kid, &claims, enc),
        ),
        (
            "by another name",
            encrypted_to(&ours, &their_kid, &claims, enc),
        ),
        (
            "a key inside",
            format!("{}.QQ.{}.{}.{}", parts[0], parts[2], parts[3], parts[4]),
        ),
        (
            "tag cut off",
            format!("{}..{}.{}.QQ", parts[0], parts[2], parts[3]),
        ),
        ("a part less", parts[..4].join(".")),
        ("a part more", format!("{good}.QQ")),
        ("a JWS", "e30.e30.AAAA".to_owned()),
        ("JSON", "{\"ciphertext\":\"a\"}".to_owned()),
        ("nothing", String::new()),
    ];
    for (title, jwe) in cases {
        let answer = post(&as_form(&jwe)).await;
        let told = (answer.status, answer.word("reason"));
        assert_eq!(told, (400, "enc_unsupported".to_owned()), "{title}");
    }
    let flipped: String = good
        .char_indices()
        .map(|(at, letter)| match at + 30 == good.len() {
            true if letter == 'A' => 'B',
            true => 'A',
            false => letter,
        })
        .collect();
    post(&as_form(&flipped))
        .await
        .refuses(400, "invalid_request", "enc_unsupported");
    // What is inside is judged like any answer.
    for (inside, reason) in [
        (schemas::object! { "vp_token" => "x" }, "vp_malformed"),
        (schemas::object! {}, "vp_malformed"),
        (
            schemas::object! { "error" => "access_denied", "state" => "other" },
            "state_mismatch",
        ),
        (
            schemas::object! { "error" => "access_denied", "state" => 1 },
            "state_mismatch",
        ),
        (
            schemas::object! { "error" => "access_denied", "vp_token" => claims.get("vp_token").cloned() },
            "vp_malformed",
        ),
    ] {
        let answer = post(&as_form(&encrypted(&asked, &inside, enc))).await;
        answer.refuses(400, "invalid_request", reason);
    }
    // To another request, and to one that asked for an answer in clear.
    let elsewhere = post_form(b.port, other.response_path(), &as_form(&good)).await;
    elsewhere.refuses(400, "invalid_request", "enc_unsupported");
    let clear = ask(
        &b,
        request(&[("response_mode", Value::from("direct_post"))]),
    )
    .await;
    let elsewhere = post_form(b.port, clear.response_path(), &as_form(&good)).await;
    elsewhere.refuses(400, "invalid_request", "enc_unsupported");
    // A megabyte of `apu` is not read.
    let large = set("apu", Value::from("A".repeat(2 << 20)));
    let answer = post(&as_form(&large)).await;
    answer.refuses(413, "invalid_request", "body_too_large");

    let told = get(b.port, &asked.poll_path).await;
    assert_eq!(told.word("state"), "pending");
    let answer = post(&as_form(&good)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn post_metadata(town: &Town, asked: &Asked, metadata: &Value) -> Answer {
    let form = Form::new()
        .with("wallet_metadata", schemas::canonical::to_text(metadata))
        .with("wallet_nonce", "n-1");
    post_form(town.port, &asked.request_path, &form).await
}

#[tokio::test]
async fn what_a_wallet_cannot_do_is_left_out_or_refused() {
    let b = arena(SECRET).await;
    let asked = ask_avatar(&b).await;
    for (metadata, expected) in [
        (json!({}), vec!["avatar_sd_jwt", "avatar"]),
        (
            json!({"vp_formats_supported": {"dc+sd-jwt": {}, "ldp_vc": {}}, "x": 1}),
            vec!["avatar_sd_jwt", "avatar"],
        ),
        (
            json!({"vp_formats_supported": {"dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"]}}}),
            vec!["avatar_sd_jwt"],
        ),
        (
            json!({"vp_formats_supported": {
                "dc+sd-jwt": {"kb-jwt_alg_values": ["ES512"]},
                "ldp_vc": {"cryptosuite_values": ["eddsa-rdfc-2022"]},
            }}),
            vec!["avatar"],
        ),
        (
            json!({
                "vp_formats_supported": {"ldp_vc": {"proof_type_values": ["DataIntegrityProof"]}},
                "client_id_prefixes_supported": ["x509_hash", "decentralized_identifier"],
                "request_object_signing_alg_values_supported": ["ES256", "EdDSA"],
                "response_types_supported": ["vp_token"],
                "response_modes_supported": ["direct_post", "direct_post.jwt"],
                "authorization_encryption_alg_values_supported": ["RSA-OAEP", "ECDH-ES"],
            }),
            vec!["avatar"],
        ),
    ] {
        let answer = post_metadata(&b, &asked, &metadata).await;
        assert_eq!(answer.status, 200, "{metadata} {}", answer.text());
        let claims = request_claims(&b, answer.text());
        assert_eq!(claims.get("wallet_nonce").unwrap().as_str(), Some("n-1"));
        let query = DcqlQuery::from_value(claims.get("dcql_query").unwrap()).unwrap();
        assert_eq!(ids(&query), expected, "{metadata}");
        assert_eq!(claims.get("nonce"), asked.claims.get("nonce"));
    }
    let metadata = json!({
        "authorization_encryption_enc_values_supported": ["A256GCM", "A256CBC-HS512"],
    });
    let claims = request_claims(&b, post_metadata(&b, &asked, &metadata).await.text());
    let values = claims.get("client_metadata").unwrap();
    let values = values.get("encrypted_response_enc_values_supported");
    assert_eq!(values, Some(&json!(["A256GCM"])));

    for (metadata, error, reason) in [
        (
            json!({"vp_formats_supported": {"mso_mdoc": {}}}),
            "vp_formats_not_supported",
            "vp_format_unsupported",
        ),
        (
            json!({"vp_formats_supported": {}}),
            "vp_formats_not_supported",
            "vp_format_unsupported",
        ),
        (
            json!({"client_id_prefixes_supported": ["x509_san_dns"]}),
            "invalid_request",
            "client_id_prefix",
        ),
        (
            json!({"request_object_signing_alg_values_supported": ["ES256"]}),
            "invalid_request",
            "alg_not_allowed",
        ),
        (
            json!({"response_modes_supported": ["direct_post"]}),
            "invalid_request",
            "enc_unsupported",
        ),
        (
            json!({"response_types_supported": ["code"]}),
            "invalid_request",
            "bad_request",
        ),
        (
            json!({"authorization_encryption_alg_values_supported": ["RSA-OAEP"]}),
            "invalid_request",
            "enc_unsupported",
        ),
        (
            json!({"authorization_encryption_enc_values_supported": ["A192GCM"]}),
            "invalid_request",
            "enc_unsupported",
        ),
        (
            json!({"vp_formats_supported": []}),
            "invalid_request",
            "bad_request",
        ),
        (
            json!({"response_modes_supported": "direct_post.jwt"}),
            "invalid_request",
            "bad_request",
        ),
        (json!([]), "invalid_request", "bad_request"),
    ] {
        let answer = post_metadata(&b, &asked, &metadata).await;
        answer.refuses(400, error, reason);
    }
    // Members that some wallets send as fields of their own say nothing, and no nonce is demanded.
    let fields = Form::new()
        .with("vp_formats_supported", "{\"mso_mdoc\":{}}")
        .with("client_id_prefixes_supported", "[\"x509_san_dns\"]");
    let answer = post_form(b.port, &asked.request_path, &fields).await;
    assert_eq!(request_claims(&b, answer.text()), asked.claims);
    let answer = send(
        b.port,
        "POST",
        &asked.request_path,
        &[("Content-Type", FORM)],
        b"",
    )
    .await;
    assert_eq!(request_claims(&b, answer.text()), asked.claims);
    // What was narrowed for one wallet is answered as it was asked.
    let form = vp_form(&asked, token(&shown(&asked, &key(1), b.now(), &[])));
    let inside = schemas::object! {
        "vp_token" => schemas::json::read(
            form.field("vp_token").unwrap().as_bytes(), &schemas::json::Limits::document()
        ).unwrap(),
        "state" => asked.word("state"),
    };
    let form = as_form(&encrypted(&asked, &inside, ContentEncryption::A128Gcm));
    let answer = post_form(b.port, asked.response_path(), &form).await;
    admitted(&b, &answer, &key(1)).await;
}

/// A certificate for a name and a new key, as files.
struct Files {
    folder: tempfile::TempDir,
    der: Vec<u8>,
    key: proofs::keys::VerifyingKey,
}

fn certified(name: &str, algorithm: &'static rcgen::SignatureAlgorithm) -> Files {
    certified_in(name, algorithm, (2024, 2025))
}

/// The same, valid from the beginning of a year to the beginning of another.
fn certified_in(
    name: &str,
    algorithm: &'static rcgen::SignatureAlgorithm,
    years: (i32, i32),
) -> Files {
    let pair = rcgen::KeyPair::generate_for(algorithm).unwrap();
    let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
    let certificate = params.self_signed(&pair).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let chain = pem("CERTIFICATE", certificate.der());
    std::fs::write(folder.path().join("chain.pem"), chain).unwrap();
    write_key(folder.path(), &pem("PRIVATE KEY", &pair.serialize_der()));
    let key = rcgen::PublicKeyData::subject_public_key_info(&pair);
    Files {
        folder,
        der: certificate.der().to_vec(),
        key: proofs::keys::VerifyingKey::from_spki(&key).unwrap(),
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = schemas::encoding::base64::encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

fn write_key(folder: &std::path::Path, pem: &str) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let path = folder.join("key.pem");
    let _ = std::fs::remove_file(&path);
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    std::io::Write::write_all(&mut file.unwrap(), pem.as_bytes()).unwrap();
}

impl Files {
    fn settings(&self, client_id: &str) -> String {
        let path = self.folder.path().display();
        format!(
            "[asking]\nclient_id = \"{client_id}\"\ncertificate = \"{path}/chain.pem\"\n\
             certificate_key = \"{path}/key.pem\"\n"
        )
    }
}

#[tokio::test]
async fn a_world_may_ask_by_its_certificate() {
    let a = Town::new().await;
    for (client_id, algorithm) in [
        ("x509_san_dns", &rcgen::PKCS_ECDSA_P256_SHA256),
        ("x509_hash", &rcgen::PKCS_ED25519),
    ] {
        let files = certified("localhost", algorithm);
        let b = Town::with(&[&a], &files.settings(client_id)).await;
        let created = post_json(b.port, "/admissions", &b.token, &request(&[])).await;
        assert_valid("admission-created", &created.body);
        let link = Form::of_link(&created.word("request_link")).unwrap();
        let path = path_of(link.field("request_uri").unwrap()).to_owned();
        let text = get(b.port, &path).await;
        let jws = UnverifiedJws::parse(text.text(), Typ::RequestObject).unwrap();
        assert_eq!(jws.key_ref(), &HeaderKey::X5c(vec![files.der.clone()]));
        let claims = jws.verify(&files.key).unwrap().into_claims();
        let name = match client_id {
            "x509_san_dns" => "x509_san_dns:localhost".to_owned(),
            _ => {
                let digest = schemas::digest::Sha256Digest::of(&files.der);
                format!("x509_hash:{}", base64url::encode(digest.as_bytes()))
            }
        };
        assert_eq!(
            claims.get("client_id").unwrap().as_str(),
            Some(name.as_str())
        );
        assert_eq!(link.field("client_id"), Some(name.as_str()));
        let asked = Asked {
            id: created.word("id"),
            request_path: path,
            poll_path: path_of(&created.word("poll_url")).to_owned(),
            claims,
        };
        // Made out to the world's DID, as it is not called in this request: refused.
        let credential = avatar(&a, key(1)).await;
        let did = format!("decentralized_identifier:{}", b.id().did());
        let wrong = presentation(&b, &key(1), credential.clone(), asked.word("nonce"), &did);
        let wrong = vp_form(&asked, schemas::object! { "avatar" => [wrong] });
        let again = post_json(b.port, "/admissions", &b.token, &request(&[])).await;
        assert_eq!(again.status, 201);
        let form = response(&b, &asked, &key(1), credential);
        let answer = post_form(b.port, asked.response_path(), &form).await;
        // The token for the door is still signed by the key of the DID.
        admitted(&b, &answer, &key(1)).await;
        let answer = post_form(b.port, asked.response_path(), &wrong).await;
        answer.refuses(400, "invalid_request", "vp_replay");
    }
}

/// A new certificate counts without a restart; requests by the old one can still be fetched and
/// answered.
#[tokio::test]
async fn a_certificate_is_renewed_under_way() {
    let a = Town::new().await;
    let files = certified("localhost", &rcgen::PKCS_ECDSA_P256_SHA256);
    let b = Town::with(&[&a], &files.settings("x509_hash")).await;
    let fetch = async |created: &Answer| {
        let link = Form::of_link(&created.word("request_link")).unwrap();
        let path = path_of(link.field("request_uri").unwrap()).to_owned();
        let text = get(b.port, &path).await;
        let jws = UnverifiedJws::parse(text.text(), Typ::RequestObject).unwrap();
        (path, jws)
    };
    let before = post_json(b.port, "/admissions", &b.token, &request(&[])).await;
    let next = certified("localhost", &rcgen::PKCS_ECDSA_P256_SHA256);
    std::fs::copy(
        next.folder.path().join("chain.pem"),
        files.folder.path().join("chain.pem"),
    )
    .unwrap();
    // Half of it is not used.
    let reloaded = b.world().reload_certificate().await;
    let refused = platform::CertificateReload::Refused(schemas::reason::Reason::ConfigMalformed);
    assert_eq!(reloaded, refused);
    let pem = std::fs::read_to_string(next.folder.path().join("key.pem")).unwrap();
    write_key(files.folder.path(), &pem);
    let reloaded = b.world().reload_certificate().await;
    assert_eq!(reloaded, platform::CertificateReload::Replaced);
    assert_eq!(
        b.world().reload_certificate().await,
        platform::CertificateReload::Same
    );
    let after = post_json(b.port, "/admissions", &b.token, &request(&[])).await;
    for (created, key) in [(&before, &files.key), (&after, &next.key)] {
        let (path, jws) = fetch(created).await;
        let asked = Asked {
            id: created.word("id"),
            request_path: path,
            poll_path: path_of(&created.word("poll_url")).to_owned(),
            claims: jws.verify(key).unwrap().into_claims(),
        };
        let credential = avatar(&a, self::key(1)).await;
        let form = response(&b, &asked, &self::key(1), credential);
        let answer = post_form(b.port, asked.response_path(), &form).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

/// Nobody is asked by a certificate that is over or not yet valid, and the world says so where its
/// people look; what needs no certificate goes on.
#[tokio::test]
async fn a_certificate_that_is_over_is_told_and_asks_nobody() {
    let files = certified("localhost", &rcgen::PKCS_ECDSA_P256_SHA256);
    let mut b = Town::with(&[], &files.settings("x509_hash")).await;
    let refused = async |b: &Town| {
        b.world().reload_policy().await;
        let numbers = b.admin("/metrics").await;
        let line = numbers
            .text()
            .lines()
            .find(|line| line.starts_with("omote_certificate_refused"));
        line.unwrap().to_owned()
    };
    assert_eq!(refused(&b).await, "omote_certificate_refused 0");
    b.pass(100 * 86_400);
    post_json(b.port, "/admissions", &b.token, &request(&[]))
        .await
        .refuses(500, "server_error", "config_malformed");
    let over = platform::CertificateReload::NotNow;
    assert_eq!(b.world().reload_certificate().await, over);
    assert_eq!(refused(&b).await, "omote_certificate_refused 1");
    // Started anew, the world serves all but that.
    b.restart().await;
    assert!(b.world().may_ask().is_err());
    assert_eq!(get(b.port, "/.well-known/did.json").await.status, 200);
    post_json(b.port, "/admissions", &b.token, &request(&[]))
        .await
        .refuses(500, "server_error", "config_malformed");
    // Another that is over is no better, nor is one that has not begun; one that is valid is taken.
    for (years, reloaded) in [
        (
            (2023, 2024),
            platform::CertificateReload::Refused(schemas::reason::Reason::ConfigMalformed),
        ),
        (
            (2026, 2027),
            platform::CertificateReload::Refused(schemas::reason::Reason::ConfigMalformed),
        ),
        ((2024, 2026), platform::CertificateReload::Replaced),
    ] {
        let next = certified_in("localhost", &rcgen::PKCS_ECDSA_P256_SHA256, years);
        let read = |name: &str| std::fs::read_to_string(next.folder.path().join(name)).unwrap();
        std::fs::write(files.folder.path().join("chain.pem"), read("chain.pem")).unwrap();
        write_key(files.folder.path(), &read("key.pem"));
        assert_eq!(b.world().reload_certificate().await, reloaded, "{years:?}");
    }
    assert_eq!(refused(&b).await, "omote_certificate_refused 0");
    let asked = post_json(b.port, "/admissions", &b.token, &request(&[])).await;
    assert_eq!(asked.status, 201, "{}", asked.text());
}

#[tokio::test]
async fn a_certificate_that_cannot_work_is_refused_at_the_start() {
    let opens = async |more: &str| {
        let b = Town::with(&[], "").await;
        let path = b.folder.path().join("world").join("omote-world.toml");
        let text = std::fs::read_to_string(&path).unwrap() + more;
        std::fs::write(&path, text).unwrap();
        match platform::Config::read(&path) {
            Err(error) => Some(error.reason().code()),
            Ok(config) => {
                let opened = platform::World::open(config, b.clock.clone()).await;
                opened.err().map(|error| error.reason().code())
            }
        }
    };
    let p256 = &rcgen::PKCS_ECDSA_P256_SHA256;
    let good = certified("localhost", p256);
    assert_eq!(opens(&good.settings("x509_hash")).await, None);
    let elsewhere = certified("arena.example", p256);
    for kind in ["x509_hash", "x509_san_dns"] {
        assert_eq!(
            opens(&elsewhere.settings(kind)).await,
            Some("config_malformed")
        );
    }
    // The key of another certificate.
    let pem = std::fs::read_to_string(certified("localhost", p256).folder.path().join("key.pem"));
    write_key(elsewhere.folder.path(), &pem.unwrap());
    assert_eq!(
        opens(&elsewhere.settings("x509_hash")).await,
        Some("config_malformed")
    );
    // No key, no certificate, nothing.
    for (file, text) in [
        (
            "key.pem",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ),
        ("key.pem", "hello"),
        ("chain.pem", "hello"),
        (
            "chain.pem",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ),
    ] {
        let files = certified("localhost", p256);
        if file == "key.pem" {
            write_key(files.folder.path(), text);
        } else {
            std::fs::write(files.folder.path().join(file), text).unwrap();
        }
        assert_eq!(
            opens(&files.settings("x509_hash")).await,
            Some("config_malformed"),
            "{text}"
        );
        std::fs::remove_file(files.folder.path().join(file)).unwrap();
        assert_eq!(opens(&files.settings("x509_hash")).await, Some("world_io"));
    }
    // Others on the machine could read the key.
    let open = certified("localhost", p256);
    let path = open.folder.path().join("key.pem");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(
        opens(&open.settings("x509_hash")).await,
        Some("config_insecure")
    );
    for more in [
        "[asking]\nclient_id = \"x509_hash\"\n",
        "[asking]\nclient_id = \"redirect_uri\"\n",
        "[asking]\ncertificate = \"a\"\n",
        "[asking]\nclient_id = \"decentralized_identifier\"\ncertificate = \"a\"\ncertificate_key = \"b\"\n",
        "[asking]\nformats = []\n",
        "[asking]\nformats = [\"ldp_vc\", \"ldp_vc\"]\n",
        "[asking]\nformats = [\"mso_mdoc\"]\n",
        "[asking]\nresponse_mode = \"fragment\"\n",
        "[asking]\nreturn_origins = [\"https://game.example/in\"]\n",
    ] {
        assert_eq!(opens(more).await, Some("config_malformed"), "{more}");
    }
    let plain = "[asking]\nreturn_origins = [\"http://game.example\"]\n";
    assert_eq!(opens(plain).await, Some("config_insecure"));
}
