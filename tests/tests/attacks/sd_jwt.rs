//! SD-JWT credentials: SDJ-01 to SDJ-26.

use proofs::sd_jwt::{PresentError, UnverifiedSdJwt, present};
use schemas::canonical;
use schemas::check::CheckId;
use schemas::credential::{CredentialType, Validity};
use schemas::encoding::base64url;
use schemas::json::{Limits, Number, Value, read};
use schemas::reason::Reason;
use tests::actors::{NONCE, World, json, key};
use tests::fixed::now;
use tests::scene::Scene;
use tests::sd_jwt::{
    AVATAR_CLAIMS, Forged, claims_of, digest, disclosure, encoded, named, sd_query, sd_token,
};
use verifier::{Creators, Policy, Report, Rule};

use super::{accepted, refused};

/// What world A signs, on both ways: received by the wallet, and shown to world B by its holder.
#[track_caller]
fn refused_forged(
    title: &str,
    scene: &Scene,
    change: impl FnOnce(Forged) -> Forged,
    reason: Reason,
) {
    refused_text(title, scene, &scene.sd_forged(change), reason);
}

#[track_caller]
fn refused_text(title: &str, scene: &Scene, text: &str, reason: Reason) {
    for (way, report) in ["received", "shown"].iter().zip(scene.judge_sd_both(text)) {
        refused(&format!("{title}, {way}"), &report, reason);
    }
}

#[track_caller]
fn accepted_text(title: &str, scene: &Scene, text: &str) {
    for (way, report) in ["received", "shown"].iter().zip(scene.judge_sd_both(text)) {
        accepted(&format!("{title}, {way}"), &report);
    }
}

/// The parts of a disclosure.
fn parts_of(disclosure: &str) -> Vec<Value> {
    let bytes = base64url::decode(disclosure).unwrap();
    let value = read(&bytes, &Limits::document()).unwrap();
    value.as_array().unwrap().to_vec()
}

/// The place of the disclosure of a claim.
fn place_of(parts: &Forged, name: &str) -> usize {
    let mut disclosures = parts.disclosures.iter();
    disclosures
        .position(|disclosure| named(disclosure).as_deref() == Some(name))
        .unwrap()
}

/// The honest avatar with one disclosure rewritten, its digest left as it was signed.
fn rewritten(scene: &Scene, name: &str, rewrite: impl FnOnce(&str) -> String) -> String {
    let text = scene.sd_avatar();
    let place = place_of(&Forged::of(&text), name);
    let before = Forged::of(&text).disclosures[place].clone();
    text.replace(&before, &rewrite(&before))
}

/// A passing credential of a type that may say anything, so that only the SD-JWT decides.
pub(crate) fn open_scene() -> Scene {
    let mut scene = Scene::new();
    let ours = [CredentialType::Avatar, CredentialType::Item];
    let ours = ours.map(|kind| kind.name().to_owned());
    scene.policy = Policy::nobody().with_rule(Rule {
        did: scene.a.did(),
        types: ours.into_iter().chain([OPEN.to_owned()]).collect(),
        creators: Creators::Any,
        validity: Validity {
            from: None,
            until: None,
        },
    });
    scene
}

const OPEN: &str = "https://t.example/Pass";

/// World B judges an open credential, asked for nothing of it.
fn judge_open(scene: &Scene, change: impl FnOnce(Forged) -> Forged) -> Report {
    let mut bare = Forged::of(&scene.sd_avatar());
    bare.disclosures.clear();
    let bare = bare
        .claiming("_sd", None)
        .claiming("vct", Some(OPEN.into()));
    let text = change(bare).text(&scene.a.key());
    let asked = scene.sd_asked_for(sd_query(OPEN, &[]));
    scene.judge_bytes(&asked, &sd_token(&scene.sd_bound(&text)))
}

#[test]
pub(crate) fn sdj_01_every_disclosure_has_its_digest() {
    let scene = Scene::new();
    let extra = disclosure(&["role".into(), "admin".into()]);
    for place in [0, 1, 3] {
        let mut parts = Forged::of(&scene.sd_avatar());
        parts.disclosures.insert(place, extra.clone());
        let text = parts.text(&scene.a.key());
        let reason = Reason::SdDisclosureUnreferenced;
        refused_text("one more disclosure", &scene, &text, reason);
    }
    // A digest that stands in a text, or under another name, is none.
    let reason = Reason::SdDisclosureUnreferenced;
    for name in ["note", "sd", "_SD"] {
        let report = judge_open(&open_scene(), |parts| {
            parts
                .claiming(name, Some(vec![digest(&extra)].into()))
                .with_disclosure(extra.clone())
        });
        refused(name, &report, reason);
    }
    // Within a disclosure that was kept back it is of nothing.
    let inner = disclosure(&["x".into(), 1.into()]);
    let outer = disclosure(&[
        "outer".into(),
        schemas::object! { "_sd" => [digest(&inner)] }.into(),
    ]);
    let report = judge_open(&open_scene(), |parts| {
        parts.with_digest(&digest(&outer)).with_disclosure(inner)
    });
    refused("without what it is in", &report, reason);
    let twice = |parts: Forged| {
        let again = parts.disclosures[0].clone();
        parts.with_disclosure(again)
    };
    refused_forged("twice", &scene, twice, Reason::SdDisclosureDuplicate);
    let doubled = |parts: Forged| {
        let first = digest(&parts.disclosures[0]);
        parts.with_digest(&first)
    };
    refused_forged("a digest twice", &scene, doubled, Reason::SdDigestDuplicate);
}

#[test]
pub(crate) fn sdj_02_a_changed_disclosure_is_refused_and_not_dropped() {
    let scene = Scene::new();
    for name in AVATAR_CLAIMS {
        let place = place_of(&Forged::of(&scene.sd_avatar()), name);
        let changed = rewritten(&scene, name, |before| {
            let mut parts = parts_of(before);
            parts[0] = "another salt".into();
            encoded(&Value::Array(parts))
        });
        let reason = Reason::SdDisclosureUnreferenced;
        refused_text(name, &scene, &changed, reason);
        // Any byte of it.
        let text = scene.sd_avatar();
        let start: usize = text
            .split('~')
            .take(place + 1)
            .map(|part| part.len() + 1)
            .sum();
        for offset in [0, 7, 20] {
            let mut bytes = text.clone().into_bytes();
            let at = start + offset;
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).unwrap();
            let reports = scene.judge_sd_both(&text);
            for report in &reports {
                refused(&format!("{name} {offset}"), report, reason);
            }
        }
    }
}

#[test]
pub(crate) fn sdj_05_no_claim_has_a_reserved_name() {
    let scene = Scene::new();
    for name in ["_sd", "...", "_sd_alg"] {
        let disclosed = |parts: Forged| parts.disclosing(name, "sha-256");
        refused_forged(name, &scene, disclosed, Reason::SdReservedName);
        let report = judge_open(&open_scene(), |parts| {
            let inner = disclosure(&[name.into(), 1.into()]);
            parts
                .disclosing("outer", schemas::object! { "_sd" => [digest(&inner)] })
                .with_disclosure(inner)
        });
        refused(&format!("{name} inside"), &report, Reason::SdReservedName);
    }
    // A name that is there already would let the holder choose between two.
    let twice = |parts: Forged| parts.disclosing("personaName", "Aoi");
    refused_forged(
        "in two disclosures",
        &scene,
        twice,
        Reason::SdClaimCollision,
    );
    let beside = |parts: Forged| parts.claiming("personaName", Some("Aoi".into()));
    refused_forged("in clear too", &scene, beside, Reason::SdClaimCollision);
}

#[test]
pub(crate) fn sdj_07_a_disclosure_has_its_parts() {
    let scene = open_scene();
    let reason = Reason::SdDisclosureMalformed;
    let under_sd = |text: &str| {
        let disclosure = base64url::encode(text.as_bytes());
        judge_open(&scene, |parts| {
            parts
                .with_digest(&digest(&disclosure))
                .with_disclosure(disclosure.clone())
        })
    };
    let in_array = |text: &str| {
        let disclosure = base64url::encode(text.as_bytes());
        let element = schemas::object! { "..." => digest(&disclosure) };
        judge_open(&scene, |parts| {
            parts
                .claiming("list", Some(vec![element].into()))
                .with_disclosure(disclosure.clone())
        })
    };
    accepted("under _sd", &under_sd(r#"["s","name",1]"#));
    accepted("in an array", &in_array(r#"["s",1]"#));
    for text in [
        "[]",
        r#"["s"]"#,
        r#"["s",1]"#,
        r#"["s","name",1,2]"#,
        r#"{"salt":"s","name":"x","value":1}"#,
        r#""name""#,
        "1",
        r#"["s",7,1]"#,
        r#"["s",null,1]"#,
        r#"[1,"name",1]"#,
        r#"[null,"name",1]"#,
        r#"["s","name",1"#,
        "",
    ] {
        if !text.is_empty() {
            refused(text, &under_sd(text), reason);
        }
    }
    for text in ["[]", r#"["s"]"#, r#"["s","name",1]"#, "[1,1]", r#"{"s":1}"#] {
        refused(text, &in_array(text), reason);
    }
    // Its JSON is read as strictly as a document's.
    for (text, reason) in [
        (r#"["s","name",{"a":1,"a":2}]"#, Reason::JsonDuplicateKey),
        (
            r#"["s","name",9007199254740993]"#,
            Reason::JsonNumberOutOfRange,
        ),
        (r#"["s","name","\ud800"]"#, Reason::JsonLoneSurrogate),
    ] {
        refused(text, &under_sd(text), reason);
    }
    // What is no base64url, or not the one text of its bytes, is no disclosure.
    for text in [
        "WyJz IiwibiIsMV0",
        "WyJzIiwibiIsMV0=",
        "WyJzIiwibiIsMV1",
        "%%",
    ] {
        let report = judge_open(&scene, |parts| {
            parts
                .with_digest(&digest(text))
                .with_disclosure(text.to_owned())
        });
        refused(text, &report, reason);
    }
}

#[test]
pub(crate) fn sdj_08_a_digest_is_of_the_text() {
    let scene = Scene::new();
    let spelled = |write: fn(&[Value]) -> String| {
        rewritten(&scene, "personaName", |before| {
            base64url::encode(write(&parts_of(before)).as_bytes())
        })
    };
    for (title, text) in [
        (
            "white space",
            spelled(|parts| format!("[{}, {}, {}]", parts[0], parts[1], parts[2])),
        ),
        (
            "a line",
            spelled(|parts| format!("[{},{},{}]\n", parts[0], parts[1], parts[2])),
        ),
        (
            "an escape",
            spelled(|parts| format!("[{},\"persona\\u004eame\",{}]", parts[0], parts[2])),
        ),
    ] {
        refused_text(title, &scene, &text, Reason::SdDisclosureUnreferenced);
    }
    // However it is spelled, its issuer may sign it so.
    let mut parts = Forged::of(&scene.sd_avatar()).keeping_back("personaName");
    let spelled = base64url::encode(b"[ \"salt\" ,\n\"persona\\u004eame\", \"Mika\" ]");
    parts = parts
        .with_digest(&digest(&spelled))
        .with_disclosure(spelled);
    accepted_text("the issuer's", &scene, &parts.text(&scene.a.key()));
}

#[test]
pub(crate) fn sdj_09_nesting_and_numbers_are_bounded() {
    let scene = open_scene();
    let nested = |depth: usize| {
        let mut disclosures = Vec::new();
        let mut value = Value::from(1);
        for _ in 0..depth {
            let inner = disclosure(&["a".into(), value]);
            value = schemas::object! { "_sd" => [digest(&inner)] }.into();
            disclosures.push(inner);
        }
        judge_open(&scene, |parts| {
            let parts = parts.claiming("deep", Some(value));
            disclosures.into_iter().fold(parts, Forged::with_disclosure)
        })
    };
    accepted("16 deep", &nested(16));
    for depth in [64, 1000] {
        refused(
            &format!("{depth} deep"),
            &nested(depth),
            Reason::InputTooDeep,
        );
    }
    let many = |count: usize| {
        judge_open(&scene, |parts| {
            let name = |number: usize| format!("c{number}");
            (0..count).fold(parts, |parts, number| parts.disclosing(&name(number), 1))
        })
    };
    accepted("100 at once", &many(100));
    refused("1500 at once", &many(1500), Reason::InputTooDeep);
    // Digests alone, of nothing.
    let report = judge_open(&scene, |parts| {
        let digests: Vec<String> = (0..5000)
            .map(|number| digest(&number.to_string()))
            .collect();
        parts.claiming("_sd", Some(digests.into()))
    });
    refused("5000 digests", &report, Reason::InputTooDeep);
}

#[test]
pub(crate) fn sdj_10_one_digest_algorithm() {
    let scene = Scene::new();
    for value in [
        "\"md5\"",
        "\"sha-1\"",
        "\"SHA-256\"",
        "\"sha-512\"",
        "\"sha3-256\"",
        "\"\"",
        "null",
        "[\"sha-256\"]",
        "1",
    ] {
        let named = |parts: Forged| parts.claiming("_sd_alg", Some(json(value)));
        refused_forged(value, &scene, named, Reason::SdHashAlg);
    }
    // Where it is missing, SHA-256 is meant (RFC 9901 section 4.1.1).
    let text = scene.sd_forged(|parts| parts.claiming("_sd_alg", None));
    accepted_text("missing", &scene, &text);
    // It stands at the top, and says nothing further in.
    let report = judge_open(&open_scene(), |parts| {
        parts
            .claiming("_sd_alg", None)
            .claiming("inner", Some(json(r#"{"_sd_alg":"sha-256"}"#)))
    });
    refused("inside", &report, Reason::SdHashAlg);
}

#[test]
pub(crate) fn sdj_11_digests_stand_where_they_belong() {
    let scene = open_scene();
    let digest = digest("x");
    for value in ["\"x\"", "[1]", "[null]", "{}", "[[\"x\"]]", "1", "null"] {
        let report = judge_open(&scene, |parts| parts.claiming("_sd", Some(json(value))));
        refused(value, &report, Reason::SdMalformed);
        let inside = json(&format!("{{\"_sd\":{value}}}"));
        let report = judge_open(&scene, |parts| parts.claiming("inner", Some(inside)));
        refused(&format!("inside: {value}"), &report, Reason::SdMalformed);
    }
    for value in [
        format!("[{{\"...\":\"{digest}\",\"a\":1}}]"),
        "[{\"...\":1}]".to_owned(),
        "[{\"...\":[\"x\"]}]".to_owned(),
        format!("{{\"...\":\"{digest}\"}}"),
    ] {
        let report = judge_open(&scene, |parts| parts.claiming("list", Some(json(&value))));
        refused(&value, &report, Reason::SdMalformed);
    }
    accepted(
        "an element that is kept back",
        &judge_open(&scene, |parts| {
            parts.claiming("list", Some(json(&format!("[{{\"...\":\"{digest}\"}},2]"))))
        }),
    );
}

#[test]
pub(crate) fn sdj_14_the_holder_binds_it() {
    let scene = Scene::new();
    let good = scene.sd_avatar();
    let mallory = key("mallory");
    let stolen = scene.sd_binding().attach(&good, &mallory);
    refused("another key", &scene.judge_sd(&stolen), Reason::SigInvalid);
    let jwk = Value::from(mallory.verifying_key().jwk());
    let named = mallory.verification_method();
    for (name, value) in [("jwk", jwk), ("kid", named.as_str().into())] {
        let binding = scene.sd_binding().headed(name, Some(value));
        let shown = binding.attach(&good, &mallory);
        refused(name, &scene.judge_sd(&shown), Reason::SigInvalid);
    }
    // A key that comes along is not looked at, not even the right one.
    let own = Value::from(scene.holder().verifying_key().jwk());
    let shown = scene
        .sd_binding()
        .headed("jwk", Some(own))
        .attach(&good, &scene.holder());
    let reason = Reason::JwsHeaderForbidden;
    refused("its own key", &scene.judge_sd(&shown), reason);
    // Bound to one credential, it is not bound to the next.
    let mut other = Scene::new();
    other.b = World::new("b.example");
    let binding = scene.sd_bound(&good);
    let (_, token) = binding.rsplit_once('~').unwrap();
    let item = format!("{}{token}", scene.sd_item());
    let asked = scene.sd_asked_for(sd_query(CredentialType::Item.iri(), &[]));
    let report = scene.judge_bytes(&asked, &sd_token(&item));
    refused("of another credential", &report, Reason::KbSdHash);
    // A key is named in the credential, in one way, and is a sound one.
    let jwk = Value::from(scene.holder().verifying_key().jwk());
    let with_member = |name: &str, value: Value| {
        let mut jwk = scene.holder().verifying_key().jwk();
        jwk.insert(name, value);
        schemas::object! { "jwk" => jwk }
    };
    for (title, cnf, reason) in [
        (
            "a place",
            json(r#"{"jku":"https://a.example/keys"}"#),
            Reason::CnfUnsupported,
        ),
        (
            "encrypted",
            json(r#"{"jwe":"eyJ.x.y.z.w"}"#),
            Reason::CnfUnsupported,
        ),
        ("a number", json(r#"{"kid":"1"}"#), Reason::CnfUnsupported),
        (
            "somebody to be asked",
            json(r#"{"kid":"did:web:c.example#key-1"}"#),
            Reason::CnfUnsupported,
        ),
        (
            "twice",
            schemas::object! { "jwk" => jwk.clone(), "kid" => "1" }.into(),
            Reason::CnfUnsupported,
        ),
        ("a text", "did:key:z6Mk".into(), Reason::CnfUnsupported),
        ("nothing", json("{}"), Reason::CnfUnsupported),
        (
            "with its secret",
            with_member("d", "AAAA".into()).into(),
            Reason::KeyMalformed,
        ),
        (
            "of another kind",
            with_member("crv", "Ed448".into()).into(),
            Reason::KeyTypeMismatch,
        ),
    ] {
        let named = |parts: Forged| parts.claiming("cnf", Some(cnf));
        refused_forged(title, &scene, named, reason);
    }
    let method = scene.holder().verification_method();
    let kid = schemas::object! { "kid" => method.as_str() };
    let text = scene.sd_forged(|parts| parts.claiming("cnf", Some(kid.into())));
    accepted_text("by its name", &scene, &text);
    // The issuer's key is not the holder's.
    let by_issuer = scene.sd_binding().attach(&good, &scene.a.key());
    refused(
        "the issuer",
        &scene.judge_sd(&by_issuer),
        Reason::SigInvalid,
    );
}

#[test]
pub(crate) fn sdj_15_bound_to_exactly_these_disclosures() {
    let scene = Scene::new();
    let asked = scene.sd_asked_for(sd_query(CredentialType::Avatar.iri(), &[]));
    let good = scene.sd_avatar();
    let shown = scene.sd_bound(&good);
    let parts: Vec<&str> = shown.split('~').collect();
    for place in 1..parts.len() - 1 {
        let mut fewer = parts.clone();
        fewer.remove(place);
        let report = scene.judge_bytes(&asked, &sd_token(&fewer.join("~")));
        refused("one less", &report, Reason::KbSdHash);
    }
    let mut swapped = parts.clone();
    swapped.swap(1, 2);
    let report = scene.judge_bytes(&asked, &sd_token(&swapped.join("~")));
    refused("another order", &report, Reason::KbSdHash);
    // One more than the holder chose.
    let bare = Forged::of(&good).keeping_back("license");
    let bare = format!(
        "{}~{}~",
        good.split('~').next().unwrap(),
        bare.disclosures.join("~")
    );
    let bound = scene.sd_bound(&bare);
    accepted(
        "as it was chosen",
        &scene.judge_bytes(&asked, &sd_token(&bound)),
    );
    let (kept, token) = bound.rsplit_once('~').unwrap();
    let license = Forged::of(&good).disclosures[place_of(&Forged::of(&good), "license")].clone();
    let report = scene.judge_bytes(&asked, &sd_token(&format!("{kept}~{license}~{token}")));
    refused("one more", &report, Reason::KbSdHash);
    let without_tilde = digest(good.trim_end_matches('~'));
    for value in [
        Some(without_tilde.into()),
        Some(digest(&bound).into()),
        Some(digest(good.split('~').next().unwrap()).into()),
        Some(digest(&good).to_uppercase().into()),
        Some(format!("{}=", digest(&good)).into()),
        Some(vec![digest(&good)].into()),
        Some(Value::Null),
        Some("".into()),
    ] {
        let binding = scene.sd_binding().claiming("sd_hash", value.clone());
        let shown = binding.attach(&good, &scene.holder());
        refused(
            &format!("{value:?}"),
            &scene.judge_sd(&shown),
            Reason::KbSdHash,
        );
    }
}

#[test]
pub(crate) fn sdj_16_bound_to_us_and_to_our_question() {
    let scene = Scene::new();
    let client = scene.b.client_id();
    let bare = client.split_once(':').unwrap().1.to_owned();
    let with = |name: &str, value: Option<Value>| {
        let binding = scene.sd_binding().claiming(name, value);
        scene.judge_sd(&binding.attach(&scene.sd_avatar(), &scene.holder()))
    };
    for (title, value) in [
        ("missing", None),
        ("an array", Some(vec![client.clone()].into())),
        ("several", Some(vec![client.clone(), "x".to_owned()].into())),
        ("another world", Some(scene.a.client_id().into())),
        ("without its prefix", Some(bare.into())),
        ("with another prefix", Some("x509_san_dns:b.example".into())),
        ("longer", Some(format!("{client}.evil").into())),
        ("with a slash", Some(format!("{client}/").into())),
        ("in capitals", Some(client.to_uppercase().into())),
        ("empty", Some("".into())),
    ] {
        let report = with("aud", value);
        refused(title, &report, Reason::KbAud);
        assert_eq!(report.headline().unwrap().0, CheckId::Audience, "{title}");
    }
    for (title, value) in [
        ("missing", None),
        ("another", Some("another-nonce-of-someone".into())),
        ("longer", Some(format!("{NONCE}A").into())),
        ("shorter", Some(NONCE[1..].into())),
        ("an array", Some(vec![NONCE].into())),
        ("null", Some(Value::Null)),
        ("empty", Some("".into())),
    ] {
        let report = with("nonce", value);
        refused(title, &report, Reason::KbAud);
        assert_eq!(report.headline().unwrap().0, CheckId::Challenge, "{title}");
    }
    // A nonce in the issuer's token is no answer of the holder's.
    let text = scene.sd_forged(|parts| parts.claiming("nonce", Some(NONCE.into())));
    let binding = scene.sd_binding().claiming("nonce", None);
    let shown = binding.attach(&text, &scene.holder());
    let report = scene.judge_sd(&shown);
    refused("the issuer's nonce", &report, Reason::UnknownExtension);
    // Nobody asked for what it authorizes.
    let binding = scene.sd_binding().authorizing(&["AAAA"]);
    let shown = binding.attach(&scene.sd_avatar(), &scene.holder());
    let report = scene.judge_sd(&shown);
    refused("a transaction", &report, Reason::KbTransactionData);
    // Not bound at all.
    let report = scene.judge_sd(&scene.sd_avatar());
    refused("not bound", &report, Reason::KbMissing);
    for (title, ahead) in [("stale", -301), ("ahead", 121), ("long ago", -86_400)] {
        let at = Number::from_i64(now().plus_seconds(ahead).unix());
        refused(title, &with("iat", at.map(Value::Number)), Reason::KbIat);
    }
    let at = now().to_string();
    for value in [None, Some(at.into()), Some(Value::Null)] {
        refused("no number", &with("iat", value), Reason::KbIat);
    }
    let seconds =
        |ahead: i64| Number::from_i64(now().plus_seconds(ahead).unix()).map(Value::Number);
    for (title, name, value) in [
        ("ended", "exp", seconds(-1)),
        ("ends now", "exp", seconds(0)),
        ("begins later", "nbf", seconds(121)),
        ("no end", "exp", Some(Value::Null)),
        (
            "an end in words",
            "exp",
            Some(now().plus_seconds(60).to_string().into()),
        ),
        ("no begin", "nbf", Some(Value::Null)),
        ("a begin in words", "nbf", Some(now().to_string().into())),
    ] {
        refused(title, &with(name, value), Reason::KbIat);
    }
    for (name, value) in [("exp", seconds(1)), ("nbf", seconds(120))] {
        accepted(name, &with(name, value));
    }
}

#[test]
pub(crate) fn sdj_18_a_binding_is_of_its_own_kind() {
    let scene = Scene::new();
    let good = scene.sd_avatar();
    let headed = |name: &str, value: Option<Value>| {
        let binding = scene.sd_binding().headed(name, value);
        scene.judge_sd(&binding.attach(&good, &scene.holder()))
    };
    for typ in [
        Some("JWT".into()),
        Some("dc+sd-jwt".into()),
        Some("KB+JWT".into()),
        Some("application/kb+jwt".into()),
        Some("openid4vci-proof+jwt".into()),
        None,
    ] {
        refused(&format!("{typ:?}"), &headed("typ", typ), Reason::KbTyp);
    }
    for alg in ["none", "None", "HS256", "RS256", "ES384", "ES256K", "ES256"] {
        refused(alg, &headed("alg", Some(alg.into())), Reason::KbTyp);
    }
    refused("no alg", &headed("alg", None), Reason::KbTyp);
    accepted("the newer name", &headed("alg", Some("Ed25519".into())));
    // Of the issuer's token the algorithm is the proof's.
    for alg in ["none", "HS256", "RS256"] {
        let named = |parts: Forged| parts.headed("alg", Some(alg.into()));
        refused_forged(alg, &scene, named, Reason::AlgNotAllowed);
    }
    let named = |parts: Forged| parts.headed("alg", Some("ES256".into()));
    refused_forged("of another key", &scene, named, Reason::KeyTypeMismatch);
    let critical = |parts: Forged| parts.headed("crit", Some(json(r#"["x"]"#)));
    refused_forged("crit", &scene, critical, Reason::JwsCritUnsupported);
    for name in ["x5u", "jku", "zip", "cty"] {
        let named = |parts: Forged| parts.headed(name, Some("https://evil.example".into()));
        refused_forged(name, &scene, named, Reason::JwsHeaderForbidden);
    }
}

#[test]
pub(crate) fn sdj_20_typ_and_vct_say_what_it_is() {
    let scene = Scene::new();
    for typ in [
        Some("JWT".into()),
        Some("vc+sd-jwt".into()),
        Some("vc+jwt".into()),
        Some("kb+jwt".into()),
        Some("DC+SD-JWT".into()),
        Some("application/dc+sd-jwt".into()),
        None,
    ] {
        let title = format!("{typ:?}");
        refused_forged(
            &title,
            &scene,
            |parts| parts.headed("typ", typ),
            Reason::JwtTyp,
        );
    }
    let avatar = CredentialType::Avatar.iri();
    for (vct, reason) in [
        (None, Reason::CredMalformed),
        (Some("".into()), Reason::CredMalformed),
        (Some(vec![avatar].into()), Reason::ClaimType),
        (Some(Value::Null), Reason::ClaimType),
        (Some("AvatarCredential".into()), Reason::CredType),
        (
            Some(CredentialType::AssetProvenance.iri().into()),
            Reason::CredType,
        ),
        (Some("https://evil.example/type".into()), Reason::CredType),
        (Some(format!("{avatar}/").into()), Reason::CredType),
    ] {
        let title = format!("{vct:?}");
        refused_forged(&title, &scene, |parts| parts.claiming("vct", vct), reason);
    }
    // Nobody fetches a type, so its digest is of nothing and changes nothing; nor does one that says
    // that it extends another.
    let text = scene.sd_forged(|parts| {
        let digest = "sha256-9cLlJNXN-TsMk-PmKjZ5t0WRL5ca_xGgX3c1VLmXfh-WRL5";
        parts.claiming("vct#integrity", Some(digest.into()))
    });
    accepted_text("a digest", &scene, &text);
    let number = |parts: Forged| parts.claiming("vct#integrity", Some(1.into()));
    refused_forged("a digest that is none", &scene, number, Reason::ClaimType);
    let extends = |parts: Forged| parts.claiming("extends", Some(avatar.into()));
    refused_forged("extends", &scene, extends, Reason::UnknownExtension);
    let text = scene.sd_forged(|parts| {
        let metadata = encoded(&json(r#"{"vct":"https://evil.example/type"}"#));
        parts.headed("vctm", Some(vec![metadata].into()))
    });
    accepted_text("metadata in the header", &scene, &text);
    // A type that extends ours is another one, also where the policy knows it.
    let open = open_scene();
    let asked = open.sd_asked_for(sd_query(avatar, &[]));
    let text = Forged::of(&open.sd_avatar())
        .claiming("vct", Some(OPEN.into()))
        .text(&open.a.key());
    let report = open.judge_bytes(&asked, &sd_token(&open.sd_bound(&text)));
    refused("another type", &report, Reason::VpQueryUnsatisfied);
}

#[test]
pub(crate) fn sdj_21_the_key_is_the_issuer_s() {
    let scene = Scene::new();
    let reason = Reason::IssuerKeyMismatch;
    let evil = World::new("c.example");
    for (title, name, value) in [
        (
            "a key that comes along",
            "jwk",
            evil.key().verifying_key().jwk().into(),
        ),
        ("certificates", "x5c", vec!["MIIB"].into()),
        (
            "a key of another world",
            "kid",
            Value::from(evil.method().as_str()),
        ),
        ("a key by its number", "kid", "1".into()),
        (
            "a key by its place",
            "kid",
            "https://good.example/jwks#1".into(),
        ),
    ] {
        for key in [scene.a.key(), evil.key()] {
            let parts = Forged::of(&scene.sd_avatar()).headed(name, Some(value.clone()));
            refused_text(title, &scene, &parts.text(&key), reason);
        }
    }
    for issuer in [
        "https://a.example",
        "http://a.example",
        "https://good.example/tenant",
        "a.example",
        "x509_san_dns:a.example",
        "",
    ] {
        let named = |parts: Forged| {
            parts
                .claiming("iss", Some(issuer.into()))
                .headed("kid", None)
        };
        refused_forged(issuer, &scene, named, reason);
    }
    let nobody = |parts: Forged| parts.claiming("iss", None);
    refused_forged("no issuer", &scene, nobody, Reason::CredMalformed);
    let list = |parts: Forged| parts.claiming("iss", Some(vec!["did:web:a.example"].into()));
    refused_forged("several issuers", &scene, list, Reason::ClaimType);
    // Somebody else's name, signed with one's own key.
    let parts = Forged::of(&scene.sd_avatar());
    refused_text(
        "its own key",
        &scene,
        &parts.text(&evil.key()),
        Reason::SigInvalid,
    );
}

#[test]
pub(crate) fn sdj_23_what_everybody_has_to_see_is_not_hidden() {
    let scene = Scene::new();
    let payload = Forged::of(&scene.sd_avatar()).payload;
    for name in ["exp", "nbf", "iss", "cnf", "vct", "status", "vct#integrity"] {
        let value = payload.get(name).cloned().unwrap_or_else(|| "x".into());
        let hide = |parts: Forged| parts.claiming(name, None).disclosing(name, value);
        let text = scene.sd_forged(hide);
        refused_text(name, &scene, &text, Reason::SdClaimCollision);
    }
    // In clear and disclosed: the holder would choose.
    let both = |parts: Forged| parts.disclosing("exp", json("4102444800"));
    refused_forged("both", &scene, both, Reason::SdClaimCollision);
    // Withheld, there is none; the same as from an issuer who never set an end, which the signed
    // digests do not tell. What has a holder or an issuer that are hidden is bound to nobody.
    let hidden = scene.sd_forged(|parts| {
        let cnf = payload.get("cnf").cloned().unwrap();
        let mut parts = parts.claiming("cnf", None).disclosing("cnf", cnf);
        parts.disclosures.pop();
        parts
    });
    refused_text("withheld", &scene, &hidden, Reason::HolderBindingMissing);
}

#[test]
pub(crate) fn sdj_24_a_date_is_a_number() {
    let scene = Scene::new();
    for name in ["exp", "nbf", "iat"] {
        for value in [
            "\"4102444800\"",
            "\"2100-01-01T00:00:00Z\"",
            "null",
            "true",
            "[4102444800]",
            "{}",
        ] {
            let title = format!("{name} {value}");
            let named = |parts: Forged| parts.claiming(name, Some(json(value)));
            refused_forged(&title, &scene, named, Reason::ClaimType);
        }
        for value in ["9007199254740991", "-9007199254740991", "253402300800"] {
            let title = format!("{name} {value}");
            let named = |parts: Forged| parts.claiming(name, Some(json(value)));
            refused_forged(&title, &scene, named, Reason::DateMalformed);
        }
    }
    let turned = |parts: Forged| {
        let [from, until] = ["nbf", "exp"].map(|name| parts.payload.get(name).cloned());
        parts.claiming("nbf", until).claiming("exp", from)
    };
    refused_forged(
        "ends before it begins",
        &scene,
        turned,
        Reason::CredMalformed,
    );
}

#[test]
pub(crate) fn sdj_25_one_way_to_cut_it() {
    let scene = Scene::new();
    let good = scene.sd_avatar();
    let token = good.split('~').next().unwrap().to_owned();
    let first = Forged::of(&good).disclosures[0].clone();
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("a token");
    };
    let reason = Reason::SdMalformed;
    for (title, text) in [
        ("no tilde", token.clone()),
        ("no last tilde", good.trim_end_matches('~').to_owned()),
        ("two in a row", good.replacen('~', "~~", 1)),
        ("two at the end", format!("{good}~")),
        ("nothing but tildes", "~".repeat(1000)),
        ("a megabyte of them", "~".repeat((1 << 20) - 64)),
        ("one", "~".to_owned()),
        ("three dots", format!("{token}.AAAA~{first}~")),
        ("one dot", format!("{header}.{payload}~{first}~")),
        ("padding", format!("{header}=.{payload}.{signature}~")),
        ("a space", format!("{header}. {payload}.{signature}~")),
        ("a line", format!("{header}.{payload}.\n{signature}~")),
        (
            "another alphabet",
            format!("{header}.{payload}+.{signature}~"),
        ),
    ] {
        refused(
            title,
            &scene.judge_bytes(&scene.asked_by_wallet(), text.as_bytes()),
            reason,
        );
        refused(title, &scene.judge_sd(&text), reason);
    }
    let asked = scene.sd_asked();
    for (title, value) in [
        (
            "flattened",
            schemas::object! {
                "payload" => payload,
                "protected" => header,
                "signature" => signature,
                "header" => schemas::object! { "disclosures" => vec![first.clone()] },
            },
        ),
        (
            "general",
            schemas::object! {
                "payload" => payload,
                "signatures" => vec![schemas::object! {
                    "protected" => header,
                    "signature" => signature,
                    "header" => schemas::object! { "disclosures" => vec![first] },
                }],
            },
        ),
    ] {
        let alone = canonical::object_to_bytes(&value);
        let shown = canonical::object_to_bytes(&schemas::object! { "avatar" => [value] });
        refused(
            title,
            &scene.judge_bytes(&scene.asked_by_wallet(), &alone),
            reason,
        );
        refused(title, &scene.judge_bytes(&asked, &shown), reason);
    }
}

#[test]
pub(crate) fn sdj_26_a_holder_keeps_only_what_it_can_show() {
    let scene = Scene::new();
    let asked = scene.asked_by_wallet();
    let reason = Reason::SdHolderReject;
    let received = |text: &str| scene.judge_bytes(&asked, text.as_bytes());
    accepted("whole", &received(&scene.sd_avatar()));
    refused(
        "bound to somebody",
        &received(&scene.sd_bound(&scene.sd_avatar())),
        reason,
    );
    for name in AVATAR_CLAIMS {
        let text = scene.sd_forged(|parts| parts.keeping_back(name));
        refused(name, &received(&text), reason);
    }
    let text = scene.sd_forged(|parts| {
        AVATAR_CLAIMS
            .iter()
            .fold(parts, |parts, name| parts.keeping_back(name))
    });
    refused("nothing", &received(&text), reason);
    // What was shown once is not bound again.
    let shown = scene.sd_bound(&scene.sd_avatar());
    let shown = UnverifiedSdJwt::parse(&shown).unwrap();
    let client = scene.b.client_id();
    let binding = proofs::sd_jwt::KeyBinding {
        audience: &client,
        nonce: NONCE,
        issued_at: now(),
        transaction_data: &[],
    };
    let again = present(&shown, &[], &binding, &scene.holder());
    assert_eq!(again, Err(PresentError::Bound));
    assert_eq!(PresentError::Bound.reason(), reason);
    // Decoys are digests without disclosures, and nobody can tell them apart.
    let decoy = scene.sd_forged(|parts| parts.with_digest(&digest("decoy")));
    accepted("a decoy", &received(&decoy));
    assert_eq!(claims_of(&decoy), claims_of(&scene.sd_avatar()));
}
