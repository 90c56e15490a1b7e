//! What has to be refused, each with its reason: RFC 9901 sections 7.1 and 7.3.

use proptest::prelude::{any, proptest};
use schemas::dcql::ClaimPath;
use schemas::json::Value;
use schemas::object;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::forge::{
    compact, disclosure, header, holder, issuer, json, object, of_encoded, read, sd_jwt,
};
use crate::jws::JwsError;
use crate::sd_jwt::{SdJwtError, UnverifiedSdJwt, digest};

fn refused(text: &str, error: SdJwtError, reason: Reason) {
    let found = UnverifiedSdJwt::parse(text).unwrap_err();
    assert_eq!(found, error, "{text:.200}");
    assert_eq!(found.reason(), reason);
    assert!(!found.to_string().is_empty());
}

#[test]
fn claims_of_every_kind_of_place_are_put_together() {
    for (payload, disclosures, claims) in [
        ("{}", &[][..], "{}"),
        (r#"{"_sd":[]}"#, &[], "{}"),
        (
            r#"{"_sd":["$1"],"_sd_alg":"sha-256"}"#,
            &[r#"["s","a",1]"#],
            r#"{"a":1}"#,
        ),
        // other white space, an escape, a number as a name
        (
            r#"{"_sd":["$1"]}"#,
            &["[\"s\" ,\n \"\\u0061\", {}]"],
            r#"{"a":{}}"#,
        ),
        (
            r#"{"_sd":["$1"]}"#,
            &[r#"["","12",null]"#],
            r#"{"12":null}"#,
        ),
        // decoys, and claims that were kept back
        (
            r#"{"_sd":["x","$1","y"],"b":2}"#,
            &[r#"["s","a",1]"#],
            r#"{"a":1,"b":2}"#,
        ),
        (
            r#"{"a":[{"...":"x"},1,{"...":"$1"}]}"#,
            &[r#"["s",2]"#],
            r#"{"a":[1,2]}"#,
        ),
        (
            r#"{"a":[{"...":"x"}],"o":{"_sd":["y"]}}"#,
            &[],
            r#"{"a":[],"o":{}}"#,
        ),
        // one in another, objects and arrays by turns
        (
            r#"{"_sd":["$1"]}"#,
            &[
                r#"["s","a",{"_sd":["$2"],"b":[{"...":"$3"}]}]"#,
                r#"["t","c",3]"#,
                r#"["u",{"d":4}]"#,
            ],
            r#"{"a":{"b":[{"d":4}],"c":3}}"#,
        ),
        // names that are reserved elsewhere only
        (
            r#"{"o":{"_sd":["$1"]}}"#,
            &[r#"["s","exp",1]"#],
            r#"{"o":{"exp":1}}"#,
        ),
        (
            r#"{"_sd":["$1"]}"#,
            &[r#"["s","sub","u"]"#],
            r#"{"sub":"u"}"#,
        ),
        (
            r#"{"_sd":["$1"]}"#,
            &[r#"["s","__proto__",1]"#],
            r#"{"__proto__":1}"#,
        ),
        // a text that only looks like one
        (
            r#"{"a":"_sd","b":["..."]}"#,
            &[],
            r#"{"a":"_sd","b":["..."]}"#,
        ),
    ] {
        // Digests in disclosures are of those behind them.
        let mut encoded: Vec<String> = Vec::new();
        for (index, text) in disclosures.iter().enumerate().rev() {
            let mut text = (*text).to_owned();
            for later in index + 1..disclosures.len() {
                let known = &encoded[disclosures.len() - 1 - later];
                text = text.replace(&format!("${}", later + 1), &digest(known));
            }
            encoded.push(disclosure(&text));
        }
        encoded.reverse();
        let text = of_encoded(payload, &encoded);
        assert_eq!(read(&text).as_ref(), Ok(&json(claims)), "{payload}");
        let read = UnverifiedSdJwt::parse(&text).unwrap();
        let texts: Vec<&str> = read.disclosures().iter().map(|one| one.text()).collect();
        assert_eq!(texts, encoded);
        for disclosed in read.disclosures() {
            let claims = Value::Object(read.claims().clone());
            let found = schemas::dcql::select(disclosed.path(), &claims);
            assert_eq!(found.len(), 1, "{:?}", disclosed.path());
        }
    }
}

#[test]
fn digests_that_are_none_are_refused() {
    for payload in [
        r#"{"_sd":"x"}"#,
        r#"{"_sd":{}}"#,
        r#"{"_sd":null}"#,
        r#"{"_sd":[1]}"#,
        r#"{"_sd":["x",null]}"#,
        r#"{"_sd":[["x"]]}"#,
        r#"{"o":{"_sd":7}}"#,
        r#"{"a":[{"_sd":7}]}"#,
        r#"{"a":[{"...":"d","a":1}]}"#,
        r#"{"a":[{"a":1,"...":"d"}]}"#,
        r#"{"a":[{"...":1}]}"#,
        r#"{"a":[{"...":["d"]}]}"#,
        r#"{"a":[[{"...":null}]]}"#,
        // not in an array
        r#"{"...":"d"}"#,
        r#"{"a":{"...":"d"}}"#,
    ] {
        refused(
            &sd_jwt(payload, &[]),
            SdJwtError::Digests,
            Reason::SdMalformed,
        );
    }
    // The same in what was disclosed.
    for value in [r#"{"_sd":1}"#, r#"{"...":"d"}"#, r#"[{"...":"d","a":1}]"#] {
        let text = sd_jwt(r#"{"_sd":["$1"]}"#, &[&format!(r#"["s","a",{value}]"#)]);
        refused(&text, SdJwtError::Digests, Reason::SdMalformed);
    }
}

#[test]
fn other_digest_algorithms_are_refused_and_none_is_the_default() {
    for payload in [
        r#"{"_sd_alg":"md5"}"#,
        r#"{"_sd_alg":"sha-1"}"#,
        r#"{"_sd_alg":"SHA-256"}"#,
        r#"{"_sd_alg":"sha256"}"#,
        r#"{"_sd_alg":"sha-384"}"#,
        r#"{"_sd_alg":"sha-512"}"#,
        r#"{"_sd_alg":""}"#,
        r#"{"_sd_alg":null}"#,
        r#"{"_sd_alg":["sha-256"]}"#,
        r#"{"_sd_alg":{"sha-256":true}}"#,
        r#"{"o":{"_sd_alg":"sha-256"}}"#,
        r#"{"_sd_alg":"sha-256","o":[{"_sd_alg":"sha-256"}]}"#,
    ] {
        refused(
            &sd_jwt(payload, &[]),
            SdJwtError::HashAlgorithm,
            Reason::SdHashAlg,
        );
    }
    let nested = sd_jwt(r#"{"_sd":["$1"]}"#, &[r#"["s","a",{"_sd_alg":"sha-256"}]"#]);
    refused(&nested, SdJwtError::HashAlgorithm, Reason::SdHashAlg);
    let none = sd_jwt(r#"{"_sd":["$1"]}"#, &[r#"["s","a",1]"#]);
    assert_eq!(read(&none), Ok(json(r#"{"a":1}"#)));
}

#[test]
fn disclosures_of_wrong_parts_are_refused() {
    for text in [
        r#"["s",1]"#,
        r#"["s"]"#,
        "[]",
        r#"["s","a",1,2]"#,
        r#"{"s":"a"}"#,
        "\"s\"",
        "null",
        "",
        "[",
        r#"["s","a",1] x"#,
        r#"[1,"a",1]"#,
        r#"[null,"a",1]"#,
        r#"["s",1,1]"#,
        r#"["s",null,1]"#,
        r#"["s",["a"],1]"#,
    ] {
        // An empty one cannot be sent.
        if !text.is_empty() {
            let text = sd_jwt(r#"{"_sd":["$1"]}"#, &[text]);
            refused(&text, SdJwtError::Disclosure, Reason::SdDisclosureMalformed);
        }
    }
    for text in [r#"["s","a",1]"#, r#"["s"]"#, "[]", r#"[1,1]"#, "{}", "7"] {
        let text = sd_jwt(r#"{"a":[{"...":"$1"}]}"#, &[text]);
        refused(&text, SdJwtError::Disclosure, Reason::SdDisclosureMalformed);
    }
    // Not base64url, and named all the same.
    for encoded in ["ab=", "a b", "a+b/", "a", "AB\n"] {
        let text = of_encoded(r#"{"_sd":["$1"]}"#, &[encoded.to_owned()]);
        refused(&text, SdJwtError::Disclosure, Reason::SdDisclosureMalformed);
    }
    // What is no strict JSON has its own reason.
    for (text, reason) in [
        (r#"["s","a",{"b":1,"b":2}]"#, Reason::JsonDuplicateKey),
        (r#"["s","a","\ud800"]"#, Reason::JsonLoneSurrogate),
        (r#"["s","a",1e999]"#, Reason::JsonNumberOutOfRange),
    ] {
        let text = sd_jwt(r#"{"_sd":["$1"]}"#, &[text]);
        assert_eq!(UnverifiedSdJwt::parse(&text).unwrap_err().reason(), reason);
    }
}

#[test]
fn disclosures_that_nobody_names_are_refused() {
    let good = sd_jwt(r#"{"_sd":["$1"]}"#, &[r#"["s","role","guest"]"#]);
    assert!(read(&good).is_ok());
    let unreferenced = |text: &str| {
        refused(
            text,
            SdJwtError::Unreferenced,
            Reason::SdDisclosureUnreferenced,
        );
    };
    // One more; the same with other white space or another order of letters; one byte of it changed.
    unreferenced(&format!("{good}{}~", disclosure(r#"["s","role","admin"]"#)));
    let spaced = disclosure(r#"["s", "role", "guest"]"#);
    let token = good.split('~').next().unwrap();
    unreferenced(&format!("{token}~{spaced}~"));
    unreferenced(&format!(
        "{token}~{}~",
        disclosure(r#"["s","role","gast"]"#)
    ));
    unreferenced(&format!("{token}~%%%~"));
    // Named by one that is not there itself.
    let inner = disclosure(r#"["s","b",1]"#);
    let outer = disclosure(&format!(r#"["s","a",{{"_sd":["{}"]}}]"#, digest(&inner)));
    let payload = format!(r#"{{"_sd":["{}"]}}"#, digest(&outer));
    assert!(read(&of_encoded(&payload, &[outer.clone(), inner.clone()])).is_ok());
    assert!(read(&of_encoded(&payload, &[inner.clone(), outer])).is_ok());
    unreferenced(&of_encoded(&payload, &[inner]));
    // A digest as a text, as a name, or in the wrong form.
    for payload in [
        r#"{"a":"$1"}"#,
        r#"{"$1":1}"#,
        r#"{"a":["$1"]}"#,
        r#"{"_sd":["$1="]}"#,
        r#"{"_sd":[" $1"]}"#,
        r#"{"sd":["$1"]}"#,
        r#"{"_SD":["$1"]}"#,
    ] {
        unreferenced(&sd_jwt(payload, &[r#"["s","a",1]"#]));
    }
}

#[test]
fn twice_is_refused() {
    let one = r#"["s","a",1]"#;
    let sent = sd_jwt(r#"{"_sd":["$1"]}"#, &[one]);
    let twice = format!("{sent}{}~", disclosure(one));
    refused(
        &twice,
        SdJwtError::DisclosureTwice,
        Reason::SdDisclosureDuplicate,
    );
    for payload in [
        r#"{"_sd":["$1","$1"]}"#,
        r#"{"_sd":["$1"],"o":{"_sd":["$1"]}}"#,
        r#"{"_sd":["$1","x","x"]}"#,
        r#"{"_sd":["x"],"a":[{"...":"x"}],"o":{"_sd":["$1"]}}"#,
    ] {
        let text = sd_jwt(payload, &[one]);
        refused(&text, SdJwtError::DigestTwice, Reason::SdDigestDuplicate);
    }
    let elements = sd_jwt(r#"{"a":[{"...":"$1"},{"...":"$1"}]}"#, &[r#"["s",1]"#]);
    refused(
        &elements,
        SdJwtError::DigestTwice,
        Reason::SdDigestDuplicate,
    );
    // In what was disclosed, and in the clear.
    let inner = disclosure(r#"["s","b",{"_sd":["x"]}]"#);
    let text = of_encoded(r#"{"o":{"_sd":["x"]},"_sd":["$1"]}"#, &[inner]);
    refused(&text, SdJwtError::DigestTwice, Reason::SdDigestDuplicate);
}

#[test]
fn names_that_are_reserved_or_taken_are_refused() {
    for name in ["_sd", "...", "_sd_alg"] {
        let one = format!(r#"["s","{name}",["x"]]"#);
        for payload in [r#"{"_sd":["$1"]}"#, r#"{"o":{"_sd":["$1"]}}"#] {
            let text = sd_jwt(payload, &[&one]);
            refused(&text, SdJwtError::ReservedName, Reason::SdReservedName);
        }
    }
    let escaped = sd_jwt(r#"{"_sd":["$1"]}"#, &[r#"["s","\u005fsd",[]]"#]);
    refused(&escaped, SdJwtError::ReservedName, Reason::SdReservedName);
    for (payload, disclosures) in [
        (r#"{"a":1,"_sd":["$1"]}"#, &[r#"["s","a",2]"#][..]),
        (r#"{"_sd":["$1"],"a":1}"#, &[r#"["s","a",1]"#]),
        (
            r#"{"_sd":["$1","$2"]}"#,
            &[r#"["s","a",1]"#, r#"["t","a",1]"#],
        ),
        (r#"{"o":{"a":{},"_sd":["$1"]}}"#, &[r#"["s","a",1]"#]),
        (r#"{"a":1,"_sd":["$1"]}"#, &[r#"["s","\u0061",2]"#]),
    ] {
        let text = sd_jwt(payload, disclosures);
        refused(&text, SdJwtError::Collision, Reason::SdClaimCollision);
    }
    for name in [
        "aud",
        "cnf",
        "exp",
        "iss",
        "nbf",
        "status",
        "vct",
        "vct#integrity",
    ] {
        let text = sd_jwt(r#"{"_sd":["$1"]}"#, &[&format!(r#"["s","{name}",1]"#)]);
        let found = UnverifiedSdJwt::parse(&text).unwrap_err();
        assert_eq!(found, SdJwtError::MustBeClear(name));
        assert_eq!(found.reason(), Reason::SdClaimCollision);
    }
}

#[test]
fn texts_that_are_cut_otherwise_are_refused() {
    let good = sd_jwt(r#"{"_sd":["$1"]}"#, &[r#"["s","a",1]"#]);
    let token = good.split('~').next().unwrap().to_owned();
    let bound = format!("{good}{}", binding(&good, "kb+jwt", &holder()));
    assert!(UnverifiedSdJwt::parse(&bound).unwrap().has_key_binding());
    for text in [
        String::new(),
        "~".to_owned(),
        "~~".to_owned(),
        token.clone(),
        good.trim_end_matches('~').to_owned(),
        format!("{good}~"),
        format!("~{good}"),
        good.replacen('~', "~~", 1),
        format!("{token}.~"),
        format!("{token}.x~"),
        good.replacen('.', "", 1),
        good.replacen('.', "..", 1),
        good.replacen('.', "=.", 1),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        format!("{bound}~x"),
        format!("{good}{}.", binding(&good, "kb+jwt", &holder())),
        r#"{"payload":"e30","signatures":[]}"#.to_owned(),
        r#"{"payload":"e30","protected":"e30","signature":""}~"#.to_owned(),
        format!("{token}{}", "~".repeat(1_000_000)),
    ] {
        refused(&text, SdJwtError::Serialization, Reason::SdMalformed);
    }
    // A key binding in the place of a disclosure.
    refused(
        &format!("{bound}~"),
        SdJwtError::Unreferenced,
        Reason::SdDisclosureUnreferenced,
    );
    let long = format!("{token}{}", "~".repeat(1 << 20));
    let (limit, found) = (1 << 20, long.len());
    refused(
        &long,
        SdJwtError::TooLarge { limit, found },
        Reason::InputTooLarge,
    );
}

#[test]
fn depth_and_numbers_have_their_limits() {
    // Each disclosure in the one before it.
    let chain = |links: usize| {
        let mut disclosures = vec![disclosure(r#"["s","a",1]"#)];
        for _ in 1..links {
            let inner = digest(disclosures.last().unwrap());
            disclosures.push(disclosure(&format!(r#"["s","a",{{"_sd":["{inner}"]}}]"#)));
        }
        let first = digest(disclosures.last().unwrap());
        of_encoded(&format!(r#"{{"_sd":["{first}"]}}"#), &disclosures)
    };
    assert!(read(&chain(32)).is_ok());
    for links in [33, 100, 1000] {
        refused(&chain(links), SdJwtError::TooDeep, Reason::InputTooDeep);
    }
    // Arrays in arrays, disclosed and in the clear.
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let within = |depth| {
        let one = format!(r#"["s",{}]"#, deep(depth));
        let payload = format!(
            r#"{{"a":{}}}"#,
            deep(29).replacen("[]", r#"[{"...":"$1"}]"#, 1)
        );
        sd_jwt(&payload, &[&one])
    };
    assert!(read(&within(34)).is_ok());
    refused(&within(35), SdJwtError::TooDeep, Reason::InputTooDeep);

    let many = |disclosures: usize, digests: usize| {
        let texts: Vec<String> = (0..disclosures)
            .map(|number| disclosure(&format!(r#"["s{number}","a{number}",1]"#)))
            .collect();
        let mut all: Vec<String> = texts
            .iter()
            .map(|text| format!("\"{}\"", digest(text)))
            .collect();
        all.extend((disclosures..digests).map(|number| format!("\"x{number}\"")));
        of_encoded(&format!(r#"{{"_sd":[{}]}}"#, all.join(",")), &texts)
    };
    let most = UnverifiedSdJwt::parse(&many(1000, 4000)).unwrap();
    assert_eq!((most.disclosures().len(), most.undisclosed()), (1000, 3000));
    refused(
        &many(1001, 1001),
        SdJwtError::TooManyDisclosures,
        Reason::InputTooDeep,
    );
    refused(
        &many(5000, 5000),
        SdJwtError::TooManyDisclosures,
        Reason::InputTooDeep,
    );
    refused(
        &many(0, 4001),
        SdJwtError::TooManyDigests,
        Reason::InputTooDeep,
    );
}

#[test]
fn long_names_around_many_disclosures_are_not_written_out_for_each() {
    // The names around a disclosure are part of its place: once for each one that stands in them.
    let around = |name: &str, disclosures: usize| {
        let texts: Vec<String> = (0..disclosures)
            .map(|number| disclosure(&format!(r#"["s","a{number}",1]"#)))
            .collect();
        let digests: Vec<String> = texts
            .iter()
            .map(|text| format!("\"{}\"", digest(text)))
            .collect();
        let payload = format!(r#"{{"{name}":{{"_sd":[{}]}}}}"#, digests.join(","));
        of_encoded(&payload, &texts)
    };
    for (length, disclosures) in [(600_000, 1000), (1100, 1000), (300_000, 4)] {
        let found = UnverifiedSdJwt::parse(&around(&"n".repeat(length), disclosures));
        let found = found.map(|_| "read");
        assert_eq!(found, Err(SdJwtError::LongPlaces), "{length} {disclosures}");
    }
    assert_eq!(SdJwtError::LongPlaces.reason(), Reason::InputTooLarge);
    // What names of usual lengths add up to is read, and so is a long name around few.
    for (length, disclosures) in [(1000, 1000), (300_000, 3), (600_000, 1)] {
        let name = "n".repeat(length);
        let most = UnverifiedSdJwt::parse(&around(&name, disclosures)).unwrap();
        assert_eq!(most.disclosures().len(), disclosures);
        let last = most.disclosures().last().unwrap().path();
        let leaf = format!("a{}", disclosures - 1);
        assert_eq!(*last, ClaimPath::of_names(&[&name, &leaf]).unwrap());
    }
    // Arrays have no names, and depth is bounded by itself.
    let texts: Vec<String> = (0..1000)
        .map(|number| disclosure(&format!(r#"["s",{number}]"#)))
        .collect();
    let elements: Vec<String> = texts
        .iter()
        .map(|text| format!(r#"{{"...":"{}"}}"#, digest(text)))
        .collect();
    let deep = format!("{}{}{}", "[".repeat(30), elements.join(","), "]".repeat(30));
    assert!(read(&of_encoded(&format!(r#"{{"a":{deep}}}"#), &texts)).is_ok());
}

#[test]
fn headers_are_held_to_what_they_may_say() {
    let with = |name: &str, value: Value| {
        let mut header = header();
        header.insert(name, value);
        format!("{}~", compact(&header, "{}", &issuer()))
    };
    let jws = SdJwtError::Jws;
    let typ = || {
        jws(JwsError::Typ {
            expected: "dc+sd-jwt",
        })
    };
    for (name, value, error, reason) in [
        ("typ", "JWT".into(), typ(), Reason::JwtTyp),
        ("typ", "vc+sd-jwt".into(), typ(), Reason::JwtTyp),
        ("typ", "kb+jwt".into(), typ(), Reason::JwtTyp),
        ("typ", "DC+SD-JWT".into(), typ(), Reason::JwtTyp),
        ("typ", "application/dc+sd-jwt".into(), typ(), Reason::JwtTyp),
        (
            "typ",
            1.into(),
            jws(JwsError::Header("typ")),
            Reason::ClaimType,
        ),
        (
            "alg",
            "none".into(),
            jws(JwsError::Algorithm),
            Reason::AlgNotAllowed,
        ),
        (
            "alg",
            "HS256".into(),
            jws(JwsError::Algorithm),
            Reason::AlgNotAllowed,
        ),
        (
            "alg",
            "eddsa".into(),
            jws(JwsError::Algorithm),
            Reason::AlgNotAllowed,
        ),
        (
            "alg",
            "ES384".into(),
            jws(JwsError::AlgorithmOfOtherKey),
            Reason::KeyTypeMismatch,
        ),
        (
            "crit",
            json(r#"["exp"]"#),
            jws(JwsError::Critical),
            Reason::JwsCritUnsupported,
        ),
        (
            "b64",
            false.into(),
            jws(JwsError::Critical),
            Reason::JwsCritUnsupported,
        ),
        (
            "jku",
            "https://e.example/k".into(),
            jws(JwsError::Forbidden("jku")),
            Reason::JwsHeaderForbidden,
        ),
        (
            "x5u",
            "https://e.example/k".into(),
            jws(JwsError::Forbidden("x5u")),
            Reason::JwsHeaderForbidden,
        ),
        (
            "x5c",
            json(r#"["MII"]"#),
            SdJwtError::EmbeddedKey,
            Reason::IssuerKeyMismatch,
        ),
        (
            "jwk",
            issuer().verifying_key().jwk().into(),
            SdJwtError::EmbeddedKey,
            Reason::IssuerKeyMismatch,
        ),
        (
            "kid",
            7.into(),
            jws(JwsError::Header("kid")),
            Reason::ClaimType,
        ),
    ] {
        refused(&with(name, value), error, reason);
    }
    let mut bare = header();
    bare.remove("kid");
    let bare = format!("{}~", compact(&bare, "{}", &issuer()));
    let read = UnverifiedSdJwt::parse(&bare).unwrap();
    assert_eq!(read.kid(), None);
    bare_typ();
    let other = with("kid", "doc-signer".into());
    assert_eq!(
        UnverifiedSdJwt::parse(&other).unwrap().kid(),
        Some("doc-signer")
    );
    assert_eq!(
        read.verify(&holder().verifying_key()).unwrap_err().reason(),
        Reason::SigInvalid
    );
    let p256 = crate::keys::SigningKey::from_p256_scalar(&[3; 32]).unwrap();
    let error = read.verify(&p256.verifying_key()).unwrap_err();
    assert_eq!(error, SdJwtError::AlgorithmOfOtherKey);
    assert_eq!(error.reason(), Reason::KeyTypeMismatch);
}

fn bare_typ() {
    let mut none = header();
    none.remove("typ");
    let text = format!("{}~", compact(&none, "{}", &issuer()));
    assert_eq!(
        UnverifiedSdJwt::parse(&text).unwrap_err().reason(),
        Reason::JwtTyp
    );
}

#[test]
fn payloads_that_are_no_strict_objects_are_refused() {
    for (payload, reason) in [
        ("[]", Reason::ClaimType),
        ("\"x\"", Reason::ClaimType),
        ("", Reason::ParseError),
        ("{", Reason::ParseError),
        (r#"{"a":1,"a":2}"#, Reason::JsonDuplicateKey),
        (r#"{"_sd":[],"_sd":[]}"#, Reason::JsonDuplicateKey),
        (r#"{"a":9007199254740993}"#, Reason::JsonNumberOutOfRange),
    ] {
        let found = UnverifiedSdJwt::parse(&sd_jwt(payload, &[])).unwrap_err();
        assert_eq!(found.reason(), reason, "{payload}");
    }
}

/// A key binding for a text, with nothing wrong but its `typ`.
fn binding(bound: &str, typ: &str, key: &crate::keys::SigningKey) -> String {
    let header = object! { "alg" => "EdDSA", "typ" => typ };
    compact(&header, &binding_claims(bound), key)
}

fn binding_claims(bound: &str) -> String {
    format!(
        r#"{{"iat":1800000000,"aud":"https://verifier.example","nonce":"n","sd_hash":"{}"}}"#,
        digest(bound)
    )
}

#[test]
fn key_bindings_are_held_to_what_they_may_say() {
    let good = sd_jwt(
        &format!(
            r#"{{"cnf":{{"jwk":{}}}}}"#,
            Value::Object(holder().verifying_key().jwk())
        ),
        &[],
    );
    let read = |header: &schemas::json::Object, claims: &str, key: &crate::keys::SigningKey| {
        UnverifiedSdJwt::parse(&format!("{good}{}", compact(header, claims, key)))
    };
    let claims = binding_claims(&good);
    let key = holder().verifying_key();
    for (header, reason) in [
        (r#"{"alg":"EdDSA","typ":"JWT"}"#, Reason::KbTyp),
        (r#"{"alg":"EdDSA"}"#, Reason::KbTyp),
        (r#"{"alg":"EdDSA","typ":"KB+JWT"}"#, Reason::KbTyp),
        (r#"{"alg":"none","typ":"kb+jwt"}"#, Reason::KbTyp),
        (r#"{"alg":"HS256","typ":"kb+jwt"}"#, Reason::KbTyp),
        (r#"{"alg":"ES512","typ":"kb+jwt"}"#, Reason::KbTyp),
        (r#"{"typ":"kb+jwt"}"#, Reason::KbTyp),
        (
            r#"{"alg":"EdDSA","typ":"kb+jwt","crit":["x"]}"#,
            Reason::JwsCritUnsupported,
        ),
    ] {
        let found = read(&object(header), &claims, &holder()).unwrap_err();
        assert_eq!(found.reason(), reason, "{header}");
    }
    // Another algorithm than the key's, and keys that it brings itself.
    let other = read(
        &object(r#"{"alg":"ES256","typ":"kb+jwt"}"#),
        &claims,
        &holder(),
    )
    .unwrap();
    let fault = |sd_jwt: &UnverifiedSdJwt| {
        let bound = sd_jwt.key_binding().unwrap();
        bound.verify(&key).map_err(|error| error.reason())
    };
    assert_eq!(fault(&other), Err(Reason::KbTyp));
    let mut header = object! { "alg" => "EdDSA", "typ" => "kb+jwt" };
    assert_eq!(fault(&read(&header, &claims, &holder()).unwrap()), Ok(()));
    assert_eq!(
        fault(&read(&header, &claims, &issuer()).unwrap()),
        Err(Reason::SigInvalid)
    );
    header.insert("jwk", issuer().verifying_key().jwk());
    assert_eq!(
        fault(&read(&header, &claims, &issuer()).unwrap()),
        Err(Reason::SigInvalid)
    );
    header.insert("jwk", key.jwk());
    let brought = read(&header, &claims, &holder()).unwrap();
    assert_eq!(fault(&brought), Err(Reason::JwsHeaderForbidden));

    let header = object! { "alg" => "EdDSA", "typ" => "kb+jwt" };
    let of = |claims: &str| read(&header, claims, &holder()).unwrap();
    let sound = of(&claims);
    let bound = sound.key_binding().unwrap();
    assert_eq!(bound.audience(), Some("https://verifier.example"));
    assert_eq!(bound.nonce(), Some("n"));
    assert_eq!(bound.issued_at().map(|at| at.unix()), Some(1_800_000_000));
    assert!(bound.matches_sd_hash());
    for claims in [
        "{}",
        r#"{"aud":["https://verifier.example"],"nonce":1,"iat":"1800000000","sd_hash":null}"#,
        r#"{"aud":null,"nonce":["n"],"iat":1e300,"sd_hash":["x"]}"#,
    ] {
        // The last has a number that no reader takes.
        let Ok(odd) = read(&header, claims, &holder()) else {
            continue;
        };
        let bound = odd.key_binding().unwrap();
        assert_eq!(
            (bound.audience(), bound.nonce(), bound.issued_at()),
            (None, None, None)
        );
        assert!(!bound.matches_sd_hash());
    }
    let times = |times: &str, counts: bool| {
        let claims = format!(r#"{{"aud":"a","nonce":"n","iat":100{times}}}"#);
        let of_times = read(&header, &claims, &holder()).unwrap();
        let bound = of_times.key_binding().unwrap();
        let (now, latest) = (Timestamp::from_unix(100), Timestamp::from_unix(220));
        assert_eq!(bound.counts_at(now, latest), counts, "{times}");
    };
    times("", true);
    times(r#","nbf":220,"exp":101"#, true);
    times(r#","nbf":219.5,"exp":101.5"#, true);
    for ended in ["100", "99", "-1", "0", "null", "\"101\"", "[101]", "true"] {
        times(&format!(r#","exp":{ended}"#), false);
    }
    for ahead in ["221", "9007199254740991", "null", "\"99\"", "{}", "false"] {
        times(&format!(r#","nbf":{ahead}"#), false);
    }
    // Of everything up to the last `~`, and of nothing else.
    let without = good.trim_end_matches('~');
    for hashed in [
        without,
        &format!("{good}~"),
        good.split('~').next().unwrap(),
        "",
    ] {
        let claims = binding_claims(hashed);
        assert!(
            !of(&claims).key_binding().unwrap().matches_sd_hash(),
            "{hashed}"
        );
    }
}

#[test]
fn transaction_data_is_agreed_to_exactly() {
    let good = sd_jwt("{}", &[]);
    let header = object! { "alg" => "EdDSA", "typ" => "kb+jwt" };
    let one = disclosure(r#"{"type":"t","transaction_data_hashes_alg":["sha-256"]}"#);
    let two = disclosure(r#"{"type":"u"}"#);
    let sent =
        |texts: &[&String]| -> Vec<String> { texts.iter().map(|text| (*text).clone()).collect() };
    let agrees = |claims: &str, texts: &[&String]| {
        let text = format!("{good}{}", compact(&header, claims, &holder()));
        let read = UnverifiedSdJwt::parse(&text).unwrap();
        read.key_binding()
            .unwrap()
            .matches_transaction_data(&sent(texts))
    };
    let claims = |hashes: &[&String], algorithm: &str| {
        let hashes: Vec<String> = hashes
            .iter()
            .map(|text| format!("\"{}\"", digest(text)))
            .collect();
        format!(
            r#"{{"transaction_data_hashes":[{}]{algorithm}}}"#,
            hashes.join(",")
        )
    };
    let named = r#","transaction_data_hashes_alg":"sha-256""#;
    assert!(agrees("{}", &[]));
    assert!(agrees(&claims(&[&one, &two], named), &[&one, &two]));
    assert!(agrees(&claims(&[&two], ""), &[&two]));
    assert!(agrees(&claims(&[&two], named), &[&two]));
    for (claims, texts) in [
        ("{}".to_owned(), &[&one][..]),
        (claims(&[&one], ""), &[&one]),
        (
            claims(&[&one], r#","transaction_data_hashes_alg":"sha-512""#),
            &[&one],
        ),
        (
            claims(&[&one], r#","transaction_data_hashes_alg":["sha-256"]"#),
            &[&one],
        ),
        (claims(&[&two, &one], named), &[&one, &two]),
        (claims(&[&one], named), &[&one, &two]),
        (claims(&[&one, &two, &two], named), &[&one, &two]),
        (claims(&[&one, &two], named), &[&one]),
        (claims(&[&one], named), &[]),
        (
            r#"{"transaction_data_hashes_alg":"sha-256"}"#.to_owned(),
            &[],
        ),
        (
            format!(r#"{{"transaction_data_hashes":"{}"{named}}}"#, digest(&two)),
            &[&two],
        ),
        (
            format!(r#"{{"transaction_data_hashes":[1]{named}}}"#),
            &[&two],
        ),
    ] {
        assert!(!agrees(&claims, texts), "{claims}");
    }
}

#[test]
fn holders_are_named_by_one_key() {
    let jwk = Value::Object(holder().verifying_key().jwk());
    let of = |cnf: &str| {
        let text = sd_jwt(&format!(r#"{{"cnf":{cnf}}}"#), &[]);
        let read = UnverifiedSdJwt::parse(&text).unwrap();
        read.holder_key().map_err(|error| error.reason())
    };
    let key = Ok(holder().verifying_key());
    let did_key = holder().verification_method();
    let did_jwk = crate::did_jwk::encode(&holder().verifying_key());
    assert_eq!(of(&format!(r#"{{"jwk":{jwk}}}"#)), key);
    assert_eq!(of(&format!(r#"{{"kid":"{}"}}"#, did_key.as_str())), key);
    assert_eq!(of(&format!(r##"{{"kid":"{}#0"}}"##, did_jwk.as_str())), key);
    for (cnf, reason) in [
        ("null".to_owned(), Reason::CnfUnsupported),
        ("{}".to_owned(), Reason::CnfUnsupported),
        (format!("[{jwk}]"), Reason::CnfUnsupported),
        (format!(r#"{{"jwk":[{jwk}]}}"#), Reason::CnfUnsupported),
        (
            format!(r#"{{"jwk":{jwk},"kid":"{}"}}"#, did_key.as_str()),
            Reason::CnfUnsupported,
        ),
        (
            format!(r#"{{"jwk":{jwk},"jku":"https://e.example"}}"#),
            Reason::CnfUnsupported,
        ),
        (r#"{"jwe":"x"}"#.to_owned(), Reason::CnfUnsupported),
        (r#"{"kid":"my-key"}"#.to_owned(), Reason::CnfUnsupported),
        (
            r##"{"kid":"did:web:e.example#k"}"##.to_owned(),
            Reason::CnfUnsupported,
        ),
        (
            format!(r#"{{"kid":"{}"}}"#, did_key.did().as_str()),
            Reason::CnfUnsupported,
        ),
        (
            format!(r##"{{"kid":"{}#x"}}"##, did_key.did().as_str()),
            Reason::CnfUnsupported,
        ),
        (
            r#"{"jwk":{"kty":"OKP","crv":"Ed25519"}}"#.to_owned(),
            Reason::KeyMalformed,
        ),
    ] {
        assert_eq!(of(&cnf), Err(reason), "{cnf}");
    }
    let unbound = UnverifiedSdJwt::parse(&sd_jwt("{}", &[])).unwrap();
    let error = unbound.holder_key().unwrap_err();
    assert_eq!(error.reason(), Reason::HolderBindingMissing);
}

proptest! {
    #[test]
    fn no_text_brings_the_reader_down(text in any::<String>()) {
        assert!(UnverifiedSdJwt::parse(&text).is_err());
    }

    #[test]
    fn no_disclosure_brings_the_reader_down(text in "[\\[\\]{}\",:a_sd.0-9]{0,40}") {
        let encoded = disclosure(&text);
        if !encoded.is_empty() {
            drop(UnverifiedSdJwt::parse(&of_encoded(r#"{"_sd":["$1"]}"#, std::slice::from_ref(&encoded))));
            drop(UnverifiedSdJwt::parse(&of_encoded(r#"{"a":[{"...":"$1"}]}"#, &[encoded])));
        }
    }
}
