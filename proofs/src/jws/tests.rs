//! Compact JWS: one way through, and every way to get it wrong with its reason.

use proptest::prelude::{any, prop, proptest};
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{self, Limits, Value};
use schemas::object;
use schemas::reason::Reason;

use super::{HeaderKey, JwsError, KeyRef, Typ, UnverifiedJws, sign};
use crate::keys::{Signature, SigningKey, VerifyingKey};
use crate::shared;

const KID: &str = "did:web:good.example#key-1";

fn key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

/// A well-signed token of whatever header and payload.
fn token(header: &str, payload: &str) -> String {
    let input = format!(
        "{}.{}",
        base64url::encode(header.as_bytes()),
        base64url::encode(payload.as_bytes())
    );
    let signature = key().sign(input.as_bytes());
    format!("{input}.{}", base64url::encode(&signature.to_bytes()))
}

fn check(text: &str, typ: Typ) -> Result<(), Reason> {
    UnverifiedJws::parse(text, typ)
        .and_then(|jws| jws.verify(&key().verifying_key()))
        .map(drop)
        .map_err(|error| error.reason())
}

/// A receipt with this member in place of, or beside, the good ones.
fn receipt(members: &str) -> Result<(), Reason> {
    check(&token(&format!("{{{members}}}"), "{}"), Typ::Receipt)
}

#[test]
fn a_request_may_bring_certificates_and_nothing_else_may() {
    let chain = [vec![0x30, 0x03, 1, 2, 3], vec![0x30, 0x00]];
    let claims = object! { "client_id" => "x509_san_dns:world.example" };
    let text = sign(Typ::RequestObject, KeyRef::X5c(&chain), &claims, &key());
    let jws = UnverifiedJws::parse(&text, Typ::RequestObject).unwrap();
    assert_eq!(jws.key_ref(), &HeaderKey::X5c(chain.to_vec()));
    assert!(jws.verify(&key().verifying_key()).is_ok());
    for typ in Typ::ALL
        .into_iter()
        .filter(|typ| *typ != Typ::RequestObject)
    {
        let text = sign(typ, KeyRef::X5c(&chain), &claims, &key());
        let error = UnverifiedJws::parse(&text, typ).unwrap_err();
        assert_eq!(error, JwsError::Forbidden("x5c"));
    }
    let with = |members: &str| {
        let header = format!(r#"{{"alg":"EdDSA","typ":"oauth-authz-req+jwt",{members}}}"#);
        UnverifiedJws::parse(&token(&header, "{}"), Typ::RequestObject).map(drop)
    };
    let thumbprint = Sha256Digest::of(&[0x30, 0x00]);
    let thumbprint = base64url::encode(thumbprint.as_bytes());
    for members in [
        r#""x5c":["MAA="]"#.to_owned(),
        r#""x5c":["MAA="],"kid":"anything""#.to_owned(),
        format!(r#""x5c":["MAA="],"x5t#S256":"{thumbprint}""#),
    ] {
        assert_eq!(with(&members), Ok(()), "{members}");
    }
    let many = format!(r#""x5c":[{}]"#, [r#""MAA=""#; 9].join(","));
    for (members, error) in [
        (r#""x5c":[]"#, JwsError::Header("x5c")),
        (r#""x5c":"MAA=""#, JwsError::Header("x5c")),
        (r#""x5c":["MAA"]"#, JwsError::Header("x5c")),
        (r#""x5c":["MAA=",1]"#, JwsError::Header("x5c")),
        (r#""x5c":["-_8="]"#, JwsError::Header("x5c")),
        (r#""x5c":[""]"#, JwsError::Header("x5c")),
        (&many, JwsError::Header("x5c")),
        (r#""x5c":["MAA="],"kid":1"#, JwsError::Header("kid")),
        (r#""x5c":["MAA="],"jwk":{}"#, JwsError::EmbeddedKey),
        (
            r#""x5c":["MAA="],"x5t#S256":"AAAA""#,
            JwsError::Header("x5t#S256"),
        ),
        (r#""x5c":["MAA="],"x5t":"AAAA""#, JwsError::Forbidden("x5t")),
        (
            r#""x5c":["MAA="],"x5u":"https://evil.example""#,
            JwsError::Forbidden("x5u"),
        ),
        (
            r#""kid":"did:web:a.example#k","x5t#S256":"AAAA""#,
            JwsError::Forbidden("x5t#S256"),
        ),
    ] {
        assert_eq!(with(members), Err(error), "{members}");
    }
    let large = format!(r#""x5c":["{}"]"#, "A".repeat(65 << 10));
    assert!(matches!(with(&large), Err(JwsError::Json(_))));
}

#[test]
fn what_is_signed_is_read() {
    let kid = KID.parse().unwrap();
    let claims = object! { "iss" => "did:web:good.example", "iat" => 1_795_284_000 };
    for typ in Typ::ALL {
        let text = sign(typ, KeyRef::Kid(&kid), &claims, &key());
        let jws = UnverifiedJws::parse(&text, typ).unwrap();
        assert_eq!(
            (jws.typ(), jws.key_ref()),
            (typ, &HeaderKey::Kid(kid.clone()))
        );
        assert_eq!(jws.unverified_claims(), &claims);
        let jws = jws.verify(&key().verifying_key()).unwrap();
        assert_eq!((jws.typ(), jws.claims()), (typ, &claims));
        assert_eq!(jws.key(), &key().verifying_key());
        // SIG-24
        for other in Typ::ALL.into_iter().filter(|other| *other != typ) {
            assert_eq!(check(&text, other), Err(Reason::JwtTyp));
        }
    }
    let text = sign(Typ::CredentialOfferProof, KeyRef::Jwk, &claims, &key());
    let jws = UnverifiedJws::parse(&text, Typ::CredentialOfferProof).unwrap();
    assert_eq!(jws.key_ref(), &HeaderKey::Jwk(key().verifying_key()));
    let other = SigningKey::from_seed(&[2; 32]).verifying_key();
    assert_eq!(
        jws.verify(&other).unwrap_err().reason(),
        Reason::IssuerKeyMismatch
    );
}

/// RFC 8037 appendix A.4 and A.5: key, signing input and signature.
#[test]
fn signs_as_rfc_8037_does() {
    let seed = base64url::decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    let key = SigningKey::from_seed(&seed.try_into().unwrap());
    let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert_eq!(
        base64url::encode(&key.sign(input.as_bytes()).to_bytes()),
        signature
    );
    // A token without type is nobody's.
    let text = format!("{input}.{signature}");
    assert_eq!(check(&text, Typ::Receipt), Err(Reason::JwtTyp));
}

/// SIG-03, and the algorithms that no list has.
#[test]
fn only_the_algorithms_of_the_list() {
    let with = |alg: &str| receipt(&format!(r#"{alg}"typ":"omote-receipt+jwt","kid":"{KID}""#));
    assert_eq!(with(r#""alg":"EdDSA","#), Ok(()));
    assert_eq!(with(r#""alg":"Ed25519","#), Ok(()));
    for alg in [
        "none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS256", "PS256", "eddsa", "A128KW",
    ] {
        assert_eq!(
            with(&format!(r#""alg":"{alg}","#)),
            Err(Reason::AlgNotAllowed),
            "{alg}"
        );
    }
    assert_eq!(with(""), Err(Reason::AlgNotAllowed));
    assert_eq!(with(r#""alg":["EdDSA"],"#), Err(Reason::ClaimType));
    for alg in ["ES256", "ES384", "ES512", "ES256K", "Ed448"] {
        assert_eq!(
            with(&format!(r#""alg":"{alg}","#)),
            Err(Reason::KeyTypeMismatch),
            "{alg}"
        );
    }
}

/// ES256: signed, read, and held to the type of the key on both ways to it.
#[test]
fn p256_keys_sign_with_es256() {
    let p256 = SigningKey::from_p256_scalar(&[1; 32]).unwrap();
    let public = p256.verifying_key();
    let kid = KID.parse().unwrap();
    let claims = object! { "jti" => "a" };
    for typ in Typ::ALL {
        let text = sign(typ, KeyRef::Kid(&kid), &claims, &p256);
        let header = base64url::decode(text.split('.').next().unwrap()).unwrap();
        let header = json::read(&header, &Limits::message()).unwrap();
        assert_eq!(header.get("alg"), Some(&"ES256".into()));
        let jws = || UnverifiedJws::parse(&text, typ).unwrap();
        assert_eq!(jws().verify(&public).unwrap().key(), &public);
        // An Ed25519 key is never asked about it.
        let error = jws().verify(&key().verifying_key()).unwrap_err();
        assert_eq!(error.reason(), Reason::KeyTypeMismatch);
        let other = SigningKey::from_p256_scalar(&[2; 32]).unwrap();
        let error = jws().verify(&other.verifying_key()).unwrap_err();
        assert_eq!(error.reason(), Reason::SigInvalid);
        // EdDSA by name, for a P-256 key.
        let text = sign(typ, KeyRef::Kid(&kid), &claims, &key());
        let jws = UnverifiedJws::parse(&text, typ).unwrap();
        let error = jws.verify(&public).unwrap_err();
        assert_eq!(error.reason(), Reason::KeyTypeMismatch);
    }
    let typ = Typ::CredentialOfferProof;
    let text = sign(typ, KeyRef::Jwk, &claims, &p256);
    let jws = UnverifiedJws::parse(&text, typ).unwrap();
    assert_eq!(jws.key_ref(), &HeaderKey::Jwk(public.clone()));
    assert!(jws.verify(&public).is_ok());
    // A key in the header that is not for the header's algorithm.
    for (alg, jwk) in [
        ("EdDSA", public.jwk()),
        ("Ed25519", public.jwk()),
        ("ES256", key().verifying_key().jwk()),
    ] {
        let jwk = Value::Object(jwk);
        let header = format!(r#"{{"alg":"{alg}","typ":"{}","jwk":{jwk}}}"#, typ.as_str());
        let error = UnverifiedJws::parse(&token(&header, "{}"), typ).unwrap_err();
        assert_eq!(error.reason(), Reason::KeyTypeMismatch, "{alg}");
    }
}

/// SIG-12, SIG-21, SIG-23, SIG-25.
#[test]
fn headers_say_no_more_than_they_may() {
    let with = |extra: &str| {
        receipt(&format!(
            r#""alg":"EdDSA","typ":"omote-receipt+jwt","kid":"{KID}"{extra}"#
        ))
    };
    assert_eq!(with(""), Ok(()));
    assert_eq!(with(r#","unknown":1"#), Ok(()));
    for extra in [
        r#","crit":["exp2"]"#,
        r#","crit":[]"#,
        r#","crit":["b64"],"b64":false"#,
        r#","b64":false"#,
        r#","b64":true"#,
        r#","crit":"kid""#,
    ] {
        assert_eq!(with(extra), Err(Reason::JwsCritUnsupported), "{extra}");
    }
    for extra in [
        r#","jku":"http://169.254.169.254/""#,
        r#","x5u":"http://169.254.169.254/""#,
        r#","x5c":["MIIB"]"#,
        r#","x5t":"a""#,
        r#","x5t#S256":"a""#,
        r#","cty":"JWT""#,
        r#","zip":"DEF""#,
        r#","enc":"A256GCM""#,
    ] {
        assert_eq!(with(extra), Err(Reason::JwsHeaderForbidden), "{extra}");
    }
    let jwk = Value::Object(key().verifying_key().jwk());
    assert_eq!(
        with(&format!(r#","jwk":{jwk}"#)),
        Err(Reason::IssuerKeyMismatch)
    );
    assert_eq!(
        receipt(&format!(
            r#""alg":"EdDSA","typ":"omote-receipt+jwt","jwk":{jwk}"#
        )),
        Err(Reason::IssuerKeyMismatch)
    );
    assert_eq!(
        with(r#","kid":"did:web:evil.example#k""#),
        Err(Reason::JsonDuplicateKey)
    );
    let long = format!(r#","unknown":"{}""#, "a".repeat(9000));
    assert_eq!(with(&long), Err(Reason::InputTooLarge));
}

/// SIG-24.
#[test]
fn the_type_is_exact() {
    for typ in [
        r#""typ":"OMOTE-RECEIPT+JWT","#,
        r#""typ":"application/omote-receipt+jwt","#,
        r#""typ":"omote-receipt+jwt ","#,
        r#""typ":"JWT","#,
        r#""typ":"kb+jwt","#,
        "",
    ] {
        assert_eq!(
            receipt(&format!(r#"{typ}"alg":"EdDSA","kid":"{KID}""#)),
            Err(Reason::JwtTyp),
            "{typ}"
        );
    }
    assert_eq!(
        receipt(&format!(r#""typ":null,"alg":"EdDSA","kid":"{KID}""#)),
        Err(Reason::ClaimType)
    );
}

/// OVI-09, and malformed names of keys.
#[test]
fn a_key_is_named_once_and_well() {
    let proof = |members: &str| {
        let header = format!(r#"{{"alg":"EdDSA","typ":"openid4vci-proof+jwt"{members}}}"#);
        check(&token(&header, "{}"), Typ::CredentialOfferProof)
    };
    let jwk = Value::Object(key().verifying_key().jwk());
    assert_eq!(proof(&format!(r#","jwk":{jwk}"#)), Ok(()));
    assert_eq!(proof(&format!(r#","kid":"{KID}""#)), Ok(()));
    assert_eq!(
        proof(&format!(r#","kid":"{KID}","jwk":{jwk}"#)),
        Err(Reason::InvalidProof)
    );
    assert_eq!(proof(""), Err(Reason::InvalidProof));
    assert_eq!(proof(r#","jwk":"x""#), Err(Reason::ClaimType));
    assert_eq!(proof(r#","kid":7"#), Err(Reason::ClaimType));
    assert_eq!(proof(r#","kid":"key-1""#), Err(Reason::VmMalformed));
    assert_eq!(proof(r##","kid":"#key-1""##), Err(Reason::VmMalformed));
    assert_eq!(
        proof(r#","jwk":{"kty":"EC","crv":"P-256","x":"","y":""}"#),
        Err(Reason::KeyMalformed)
    );
    assert_eq!(
        proof(&format!(
            r#","jwk":{}"#,
            jwk.to_string().replace(r#""kty""#, r#""d":"AA","kty""#)
        )),
        Err(Reason::KeyMalformed)
    );
    assert_eq!(
        receipt(r#""alg":"EdDSA","typ":"omote-receipt+jwt""#),
        Err(Reason::VmMalformed)
    );
}

/// SIG-22.
#[test]
fn only_compact_serialization() {
    let good = sign(
        Typ::Receipt,
        KeyRef::Kid(&KID.parse().unwrap()),
        &object! {},
        &key(),
    );
    assert_eq!(check(&good, Typ::Receipt), Ok(()));
    let mut parts = good.split('.');
    let [header, payload, signature] = [(); 3].map(|()| parts.next().unwrap());
    for text in [
        format!(r#"{{"payload":"{payload}","signatures":[]}}"#),
        format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#),
        format!(
            r#"{{"payload":"{payload}","header":{{"alg":"EdDSA"}},"signature":"{signature}"}}"#
        ),
        String::new(),
        header.to_owned(),
        format!("{header}.{payload}"),
        format!("{good}.{signature}"),
        format!("{good}."),
        format!("{good}\n"),
        format!(" {good}"),
        format!("{good}="),
        format!("{header}=.{payload}.{signature}"),
        good.replacen('.', "..", 1),
    ] {
        assert_eq!(
            check(&text, Typ::Receipt),
            Err(Reason::JwsSerialization),
            "{text}"
        );
    }
    // SIG-08
    let bytes = base64url::decode(signature).unwrap();
    for signature in [
        &bytes[..63],
        &[&bytes[..], &[0]].concat(),
        &[&bytes[..], &bytes[..]].concat(),
        &[],
    ] {
        let text = format!("{header}.{payload}.{}", base64url::encode(signature));
        assert_eq!(check(&text, Typ::Receipt), Err(Reason::SigMalformed));
    }
    let huge = "a".repeat(300_000);
    assert_eq!(check(&huge, Typ::Receipt), Err(Reason::InputTooLarge));
}

#[test]
fn header_and_claims_are_strict_json() {
    let header = format!(r#"{{"alg":"EdDSA","typ":"omote-receipt+jwt","kid":"{KID}"}}"#);
    for (header, payload, reason) in [
        ("{", "{}", Reason::ParseError),
        ("[]", "{}", Reason::ClaimType),
        (
            r#"{"alg":"none","\u0061lg":"EdDSA"}"#,
            "{}",
            Reason::JsonDuplicateKey,
        ),
        (&header, "", Reason::ParseError),
        (&header, "[]", Reason::ClaimType),
        (&header, r#"{"a":1,"a":2}"#, Reason::JsonDuplicateKey),
        // A token as payload is no JSON.
        (&header, "eyJhbGciOiJub25lIn0.e30.", Reason::ParseError),
    ] {
        let found = check(&token(header, payload), Typ::Receipt);
        assert_eq!(found, Err(reason), "{header} {payload}");
    }
}

/// None of these tokens is of a slot of ours, and each is refused for what it is.
#[test]
fn wycheproof_json_web_signatures_are_refused() {
    let Some(file) = shared::object("vectors/wycheproof/json_web_signature_test.json") else {
        return;
    };
    let algorithm = |token: &str| {
        let header = base64url::decode(token.split_once('.')?.0)?;
        let header = json::read(&header, &Limits::message()).ok()?;
        header.get("alg")?.as_str().map(str::to_owned)
    };
    let mut tokens = 0;
    for group in file.get("testGroups").and_then(Value::as_array).unwrap() {
        for test in group.get("tests").and_then(Value::as_array).unwrap() {
            let token = test.get("jws").and_then(Value::as_str).unwrap();
            let reason = check(token, Typ::CredentialOfferProof).unwrap_err();
            let expected: &[Reason] = match (algorithm(token), token.split('.').count()) {
                // Of no slot, or with a signature that is too long or cut off.
                (Some(name), 3) if name == "ES256" => &[Reason::JwtTyp],
                (Some(name), 3) if name.starts_with("ES") => &[Reason::KeyTypeMismatch],
                (Some(_), 3) => &[Reason::AlgNotAllowed],
                _ => &[Reason::JwsSerialization, Reason::ParseError],
            };
            assert!(expected.contains(&reason), "{reason} {token}");
            tokens += 1;
        }
    }
    assert!(tokens > 300, "{tokens}");
}

/// The signatures of these tokens, checked over what they sign with the key of their group.
#[test]
fn wycheproof_es256() {
    let Some(file) = shared::object("vectors/wycheproof/json_web_signature_test.json") else {
        return;
    };
    let (mut valid, mut invalid) = (0, 0);
    for group in file.get("testGroups").and_then(Value::as_array).unwrap() {
        let jwk = group.get("public").and_then(Value::as_object);
        let Some(jwk) = jwk.filter(|jwk| jwk.get("crv") == Some(&"P-256".into())) else {
            continue;
        };
        let key = VerifyingKey::from_jwk(jwk).map_err(|error| error.reason());
        for test in group.get("tests").and_then(Value::as_array).unwrap() {
            let text = |name| test.get(name).and_then(Value::as_str).unwrap();
            let Some((input, signature)) = text("jws").rsplit_once('.') else {
                continue;
            };
            let found = key.clone().and_then(|key| {
                let signature = base64url::decode(signature).ok_or(Reason::JwsSerialization)?;
                let signature =
                    Signature::from_bytes(&signature).map_err(|error| error.reason())?;
                key.verify(input.as_bytes(), &signature)
                    .map_err(|error| error.reason())
            });
            if text("result") == "valid" {
                assert_eq!(found, Ok(()), "{test}");
                valid += 1;
            } else if text("comment") != "rejectsAttackerProvidedEmbeddedJwk" {
                let expected = match (
                    key.clone(),
                    base64url::decode(signature).map(|bytes| bytes.len()),
                ) {
                    (Err(reason), _) => reason,
                    (Ok(_), Some(64)) => Reason::SigInvalid,
                    _ => Reason::SigMalformed,
                };
                assert_eq!(found, Err(expected), "{test}");
                invalid += 1;
            }
        }
    }
    assert!(valid > 1 && invalid > 25, "{valid} {invalid}");
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let kid = KID.parse().unwrap();
        let good = sign(Typ::Admission, KeyRef::Kid(&kid), &object! { "jti" => "a" }, &key());
        let mut bytes = good.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let refused = match String::from_utf8(bytes) {
            Ok(text) => check(&text, Typ::Admission).is_err(),
            Err(_) => true,
        };
        assert!(refused);
    }

    #[test]
    fn any_text_gets_an_answer(text in "\\PC{0,200}", typ in prop::sample::select(&Typ::ALL[..])) {
        assert!(check(&text, typ).is_err());
    }

    #[test]
    fn any_header_gets_an_answer(header in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = format!("{}.e30.AA", base64url::encode(&header));
        assert!(check(&text, Typ::Receipt).is_err());
    }
}
