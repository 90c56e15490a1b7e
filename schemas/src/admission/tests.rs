//! Admission messages: type and JSON Schema judge alike, every refusal with its reason.

use proptest::option;
use proptest::prelude::proptest;

use super::{
    AdmissionCreated, AdmissionRequest, AdmissionState, Admitted, Ask, Condition, Decided,
    Decision, Judged, Shown, ShownAsset, ShownRight,
};
use crate::asset::MediaType;
use crate::dcql::DcqlQuery;
use crate::digest::Sha256Digest;
use crate::json::{Limits, Value, read};
use crate::license::LicenseTerms;
use crate::message::judged::require_same_judgment;
use crate::message::{Confidential, Message};
use crate::oid4vp::link::{RequestLink, RequestUriMethod};
use crate::reason::Reason;
use crate::receipt::{CompactJws, InstanceId, UniqueId};
use crate::time::Timestamp;

fn request(ask: Ask) -> AdmissionRequest {
    AdmissionRequest {
        ask,
        by: "Sky Arena".to_owned(),
        instance: InstanceId::new("arena-7").unwrap(),
        purpose: Some("名札に表示します".to_owned()),
    }
}

fn created() -> AdmissionCreated {
    AdmissionCreated {
        id: UniqueId::of_random(&[1; 16]),
        request_link: RequestLink {
            client_id: "decentralized_identifier:did:web:localhost%3A8080"
                .parse()
                .unwrap(),
            request_uri: "http://localhost:8080/r/1".parse().unwrap(),
            method: RequestUriMethod::Post,
        },
        poll_url: "http://localhost:8080/admissions/AQEB".parse().unwrap(),
        expires_at: Timestamp::from_unix(1_795_251_900),
    }
}

fn shown(right: ShownRight, asset: Option<ShownAsset>) -> Shown {
    Shown {
        issuer: "did:web:neokyoto.example".parse().unwrap(),
        right,
        license: Some(LicenseTerms {
            name: Some("Mika".to_owned()),
            ..LicenseTerms::default()
        }),
        asset,
    }
}

fn avatar() -> Shown {
    let asset = ShownAsset {
        digest: Sha256Digest::of(b"model"),
        media_type: MediaType::GltfBinary,
    };
    let persona_name = "Mika".to_owned();
    shown(ShownRight::Avatar { persona_name }, Some(asset))
}

fn judged(admission: Decided, shown: Vec<Shown>) -> Judged {
    let conditions = match admission {
        Decided::AdmitWithConditions => vec![Condition::Credit, Condition::NoHate],
        _ => Vec::new(),
    };
    Judged {
        report: crate::object! { "verdict" => "accepted" },
        decision: Decision {
            admission,
            conditions,
            shown,
        },
    }
}

fn answered() -> AdmissionState {
    let jws = CompactJws::new("e30.e30.AAAA").unwrap();
    AdmissionState::Answered {
        judged: Some(judged(Decided::AdmitWithConditions, vec![avatar()])),
        admitted: Some(Admitted {
            admission_token: Confidential::new(jws.as_str()),
            receipt: jws,
        }),
    }
}

fn review() -> AdmissionState {
    let item = ShownRight::Item {
        item_class: "sword".to_owned(),
        serial: 42,
    };
    let all = vec![
        avatar(),
        shown(item, None),
        shown(ShownRight::Provenance, None),
    ];
    AdmissionState::Review {
        judged: judged(Decided::Review, all),
        receipt: CompactJws::new("e30.e30.AAAA").unwrap(),
    }
}

#[test]
fn messages_are_read_as_they_were_written() {
    let query = br#"{"credentials":[{"id":"a","format":"ldp_vc","meta":{}}]}"#;
    let query = DcqlQuery::read(query).unwrap();
    for ask in [Ask::Avatar, Ask::Item, Ask::Query(query)] {
        let request = request(ask);
        assert_eq!(
            AdmissionRequest::read(&request.to_bytes()),
            Ok(request.clone())
        );
        require_same_judgment::<AdmissionRequest>("admission-request", &request.to_value(), true);
    }
    let mut created = created();
    assert_eq!(
        AdmissionCreated::read(&created.to_bytes()),
        Ok(created.clone())
    );
    require_same_judgment::<AdmissionCreated>("admission-created", &created.to_value(), true);
    created.request_link.method = RequestUriMethod::Get;
    require_same_judgment::<AdmissionCreated>("admission-created", &created.to_value(), true);
    for state in [
        AdmissionState::Pending,
        AdmissionState::Expired,
        answered(),
        AdmissionState::Answered {
            judged: None,
            admitted: None,
        },
        AdmissionState::Answered {
            judged: Some(judged(Decided::Deny, Vec::new())),
            admitted: None,
        },
        review(),
    ] {
        assert_eq!(AdmissionState::read(&state.to_bytes()), Ok(state.clone()));
        require_same_judgment::<AdmissionState>("admission-state", &state.to_value(), true);
    }
}

/// Reads a message with a change; the type refuses it here, and the schema too.
fn refused<M: Message + std::fmt::Debug>(
    schema: &str,
    message: &M,
    from: &str,
    to: &str,
) -> (&'static str, Reason) {
    let text = String::from_utf8(message.to_bytes()).unwrap();
    let other = text.replacen(from, to, 1);
    assert_ne!(text, other, "{from}");
    let value: Value = read(other.as_bytes(), &Limits::message()).unwrap();
    require_same_judgment::<M>(schema, &value, false);
    let error = M::from_value(&value).unwrap_err();
    (error.member(), error.reason())
}

#[test]
fn each_fault_of_a_request_is_seen_by_type_and_schema() {
    let long = format!("\"{}\"", "あ".repeat(101));
    let longer = format!("\"{}\"", "あ".repeat(301));
    for (from, to, member) in [
        ("\"preset\":\"avatar\"", "\"preset\":\"house\"", "preset"),
        ("\"preset\":\"avatar\"", "\"preset\":null", "preset"),
        ("\"preset\":\"avatar\",", "", "preset"),
        (
            "{",
            "{\"dcql_query\":{\"credentials\":[{\"id\":\"a\",\"format\":\"b\",\"meta\":{}}]},",
            "preset",
        ),
        ("\"Sky Arena\"", "\"\"", "by"),
        ("\"Sky Arena\"", "[]", "by"),
        ("\"Sky Arena\"", &long, "by"),
        ("\"by\"", "\"from\"", ""),
        ("arena-7", "arena 7", "instance"),
        ("arena-7", "", "instance"),
        ("\"名札に表示します\"", &longer, "purpose"),
        ("\"名札に表示します\"", "{}", "purpose"),
        ("{", "{\"purposes\":[],", ""),
    ] {
        let refused = refused("admission-request", &request(Ask::Avatar), from, to);
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
    let body = br#"{"dcql_query":{"credentials":[]},"by":"a","instance":"b"}"#;
    let error = AdmissionRequest::read(body).unwrap_err();
    assert_eq!(error.reason(), Reason::QueryInvalid);
}

#[test]
fn each_fault_of_the_answers_is_seen_by_type_and_schema() {
    for (from, to, member, reason) in [
        ("AQEBAQEBAQEBAQEBAQEBAQ", "1", "id", Reason::BadRequest),
        (
            "decentralized_identifier",
            "x509_san_dns",
            "client_id",
            Reason::ClientIdPrefix,
        ),
        ("openid4vp://", "mailto://", "", Reason::BadRequest),
        (
            "http://localhost:8080/admissions",
            "http://world.example/admissions",
            "poll_url",
            Reason::BadRequest,
        ),
        ("2026-", "26-", "expires_at", Reason::BadRequest),
        ("{", "{\"secret\":1,", "", Reason::BadRequest),
    ] {
        let refused = refused("admission-created", &created(), from, to);
        assert_eq!(refused, (member, reason), "{to}");
    }
    for (from, to, member) in [
        ("\"answered\"", "\"pending\"", ""),
        ("\"answered\"", "\"expired\"", ""),
        ("\"answered\"", "\"won\"", "state"),
        ("\"answered\"", "1", "state"),
        ("\"answered\"", "\"review\"", ""),
        ("\"decision\"", "\"decisions\"", ""),
        ("\"admit_with_conditions\"", "\"admit\"", "conditions"),
        ("\"admit_with_conditions\"", "\"welcome\"", "admission"),
        ("\"conditions\":[\"credit\",\"no_hate\"],", "", "conditions"),
        ("\"no_hate\"", "\"credit\"", "conditions"),
        ("\"no_hate\"", "\"no_fun\"", "conditions"),
        ("[\"credit\",\"no_hate\"]", "[]", "conditions"),
        (
            "\"issuer\":\"did:web:neokyoto.example\"",
            "\"issuer\":\"Neo\"",
            "issuer",
        ),
        ("\"AvatarCredential\"", "\"ItemCredential\"", "item_class"),
        ("\"AvatarCredential\"", "\"AssetProvenance\"", ""),
        ("\"AvatarCredential\"", "\"Passport\"", ""),
        (
            "\"persona_name\":\"Mika\"",
            "\"persona_name\":\"\"",
            "persona_name",
        ),
        ("\"media_type\":\"model/gltf-binary\",", "", "media_type"),
        ("model/gltf-binary", "image/png", "media_type"),
        (
            "\"asset_digest\":\"u",
            "\"asset_digest\":\"z",
            "asset_digest",
        ),
        ("\"persona_name\"", "\"holder\":\"x\",\"persona_name\"", ""),
        (
            "\"report\":{\"verdict\":\"accepted\"}",
            "\"report\":\"accepted\"",
            "report",
        ),
        (
            "\"report\":{\"verdict\":\"accepted\"}",
            "\"report\":null",
            "report",
        ),
        ("\"receipt\":\"e30.e30.AAAA\",", "", "receipt"),
        (
            "\"admission_token\":\"e30.e30.AAAA\",",
            "",
            "admission_token",
        ),
        ("e30.e30.AAAA", "e30.e30", "admission_token"),
        ("{", "{\"verdict\":\"accepted\",", ""),
    ] {
        let refused = refused("admission-state", &answered(), from, to);
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
}

#[test]
fn each_fault_of_a_review_is_seen_by_type_and_schema() {
    for (from, to, member) in [
        ("\"review\"", "\"Review\"", "admission"),
        (
            ",\"state\":\"review\"",
            ",\"state\":\"answered\"",
            "admission_token",
        ),
        ("\"receipt\":\"e30.e30.AAAA\"", "\"receipt\":1", "receipt"),
        ("\"receipt\":\"e30.e30.AAAA\",", "", "receipt"),
        ("\"serial\":42", "\"serial\":-1", "serial"),
        ("\"serial\":42,", "", "serial"),
        ("\"sword\"", "\"\"", "item_class"),
        (
            "\"receipt\"",
            "\"admission_token\":\"e30.e30.AAAA\",\"receipt\"",
            "",
        ),
    ] {
        let refused = refused("admission-state", &review(), from, to);
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
}

/// License terms keep their own reason.
#[test]
fn a_license_that_is_none_is_told_as_one() {
    let text = String::from_utf8(answered().to_bytes()).unwrap();
    let text = text.replacen("\"license\":{", "\"license\":{\"price\":1,", 1);
    let value = read(text.as_bytes(), &Limits::message()).unwrap();
    require_same_judgment::<AdmissionState>("admission-state", &value, false);
    let error = AdmissionState::from_value(&value).unwrap_err();
    let license = LicenseTerms::from_value(&crate::object! { "price" => 1 }.into()).unwrap_err();
    assert_eq!(
        (error.member(), error.reason()),
        ("license", license.reason())
    );
}

#[test]
fn tokens_are_not_shown_in_logs() {
    assert!(!format!("{:?}", answered()).contains("e30"));
}

proptest! {
    #[test]
    fn requests_round_trip(
        by in ".{1,100}",
        instance in "[A-Za-z0-9._~-]{1,128}",
        purpose in option::of(".{1,300}"),
    ) {
        let request = AdmissionRequest {
            ask: Ask::Item,
            by,
            instance: InstanceId::new(instance).unwrap(),
            purpose,
        };
        assert_eq!(AdmissionRequest::read(&request.to_bytes()), Ok(request.clone()));
        require_same_judgment::<AdmissionRequest>("admission-request", &request.to_value(), true);
    }
}
