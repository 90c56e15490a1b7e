//! Admission messages: type and JSON Schema judge alike, every refusal with its reason.

use proptest::option;
use proptest::prelude::proptest;

use super::{
    AdmissionCreated, AdmissionRequest, AdmissionState, Admitted, Ask, Condition, Decided,
    Decision, Judged, Manner, Returned, Shown, ShownAsset, ShownRight,
};
use crate::asset::MediaType;
use crate::credential::Format;
use crate::dcql::DcqlQuery;
use crate::digest::Sha256Digest;
use crate::json::{Limits, Value, read};
use crate::license::LicenseTerms;
use crate::message::judged::require_same_judgment;
use crate::message::{Confidential, Message};
use crate::oid4vp::link::{LinkedRequest, RequestLink, RequestUriMethod};
use crate::oid4vp::request::ResponseMode;
use crate::reason::Reason;
use crate::receipt::{CompactJws, InstanceId, UniqueId};
use crate::time::Timestamp;

fn request(ask: Ask) -> AdmissionRequest {
    AdmissionRequest {
        ask,
        by: "Sky Arena".to_owned(),
        instance: InstanceId::new("arena-7").unwrap(),
        purpose: Some("名札に表示します".to_owned()),
        manner: Manner::default(),
    }
}

fn created() -> AdmissionCreated {
    AdmissionCreated {
        id: UniqueId::of_random(&[1; 16]),
        request_link: RequestLink::to(
            "decentralized_identifier:did:web:localhost%3A8080"
                .parse()
                .unwrap(),
            "http://localhost:8080/r/1".parse().unwrap(),
            RequestUriMethod::Post,
        ),
        poll_url: "http://localhost:8080/admissions/AQEB".parse().unwrap(),
        expires_at: Timestamp::from_unix(1_795_251_900),
        match_code: None,
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
    let persona_name = Some("Mika".to_owned());
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
            statement: None,
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
        item_class: Some("sword".to_owned()),
        serial: Some(42),
    };
    let all = vec![
        avatar(),
        shown(item, None),
        Shown {
            license: None,
            ..shown(ShownRight::Avatar { persona_name: None }, None)
        },
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
    for manner in [
        Manner {
            formats: vec![Format::LdpVc, Format::DcSdJwt],
            response_mode: Some(ResponseMode::DirectPostJwt),
            return_to: Some("http://localhost:8080/enter?room=1".parse().unwrap()),
            statement: Some("入場料 100 コイン".to_owned()),
            lease_minutes: Some(60),
        },
        Manner {
            return_to: Some("https://game.example".parse().unwrap()),
            ..Manner::default()
        },
    ] {
        let request = AdmissionRequest {
            manner,
            ..request(Ask::Avatar)
        };
        assert_eq!(
            AdmissionRequest::read(&request.to_bytes()),
            Ok(request.clone())
        );
        require_same_judgment::<AdmissionRequest>("admission-request", &request.to_value(), true);
    }
    let returned = Returned {
        response_code: Confidential::new("A".repeat(22)),
    };
    assert_eq!(Returned::read(&returned.to_bytes()), Ok(returned.clone()));
    require_same_judgment::<Returned>("admission-return", &returned.to_value(), true);
    assert!(!format!("{returned:?}").contains("AAAA"));
    let mut created = created();
    created.match_code = Some(47);
    assert_eq!(
        AdmissionCreated::read(&created.to_bytes()),
        Ok(created.clone())
    );
    require_same_judgment::<AdmissionCreated>("admission-created", &created.to_value(), true);
    created.match_code = None;
    assert_eq!(
        AdmissionCreated::read(&created.to_bytes()),
        Ok(created.clone())
    );
    require_same_judgment::<AdmissionCreated>("admission-created", &created.to_value(), true);
    let LinkedRequest::At { method, .. } = &mut created.request_link.request else {
        panic!("a reference");
    };
    *method = RequestUriMethod::Get;
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
    let manner = Manner {
        formats: vec![Format::DcSdJwt, Format::LdpVc],
        response_mode: Some(ResponseMode::DirectPost),
        return_to: Some("https://game.example/enter".parse().unwrap()),
        statement: Some("Fee: 100".to_owned()),
        lease_minutes: Some(30),
    };
    let asked = AdmissionRequest {
        manner,
        ..request(Ask::Avatar)
    };
    let stated = format!("\"{}\"", "a".repeat(1001));
    let far = format!("/{}", "a".repeat(2030));
    for (from, to, member) in [
        ("[\"dc+sd-jwt\",\"ldp_vc\"]", "[]", "formats"),
        ("[\"dc+sd-jwt\",\"ldp_vc\"]", "\"ldp_vc\"", "formats"),
        ("\"ldp_vc\"", "\"dc+sd-jwt\"", "formats"),
        ("\"ldp_vc\"", "\"mso_mdoc\"", "formats"),
        ("\"direct_post\"", "\"fragment\"", "response_mode"),
        ("\"direct_post\"", "true", "response_mode"),
        ("https://game", "http://game", "return_to"),
        ("/enter", "/enter#a", "return_to"),
        ("/enter", "#", "return_to"),
        ("/enter", &far, "return_to"),
        ("\"https://game.example/enter\"", "null", "return_to"),
        ("\"Fee: 100\"", "\"\"", "statement"),
        ("\"Fee: 100\"", &stated, "statement"),
        ("\"Fee: 100\"", "[]", "statement"),
        (":30", ":0", "lease_minutes"),
        (":30", ":61", "lease_minutes"),
        (":30", ":\"30\"", "lease_minutes"),
    ] {
        let refused = refused("admission-request", &asked, from, to);
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
    let returned = Returned {
        response_code: Confidential::new("A".repeat(22)),
    };
    let long = "A".repeat(129);
    for (from, to, member) in [
        ("AAAAAAAAAAAAAAAAAAAAAA", "", "response_code"),
        ("AAAAAAAAAAAAAAAAAAAAAA", "a b", "response_code"),
        ("AAAAAAAAAAAAAAAAAAAAAA", &long, "response_code"),
        ("\"AAAAAAAAAAAAAAAAAAAAAA\"", "1", "response_code"),
        ("response_code", "code", ""),
        ("{", "{\"state\":\"a\",", ""),
    ] {
        let refused = refused("admission-return", &returned, from, to);
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
        (
            "{",
            "{\"match_code\":\"07\",",
            "match_code",
            Reason::BadRequest,
        ),
        (
            "{",
            "{\"match_code\":\"100\",",
            "match_code",
            Reason::BadRequest,
        ),
        ("{", "{\"match_code\":47,", "match_code", Reason::BadRequest),
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
        ("\"shown\"", "\"statement\":\"\",\"shown\"", "statement"),
        ("\"shown\"", "\"statement\":true,\"shown\"", "statement"),
        ("\"no_hate\"", "\"no_fun\"", "conditions"),
        ("[\"credit\",\"no_hate\"]", "[]", "conditions"),
        (
            "\"issuer\":\"did:web:neokyoto.example\"",
            "\"issuer\":\"Neo\"",
            "issuer",
        ),
        ("\"AvatarCredential\"", "\"ItemCredential\"", ""),
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
            manner: Manner::default(),
        };
        assert_eq!(AdmissionRequest::read(&request.to_bytes()), Ok(request.clone()));
        require_same_judgment::<AdmissionRequest>("admission-request", &request.to_value(), true);
    }
}
