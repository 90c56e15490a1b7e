//! Offers: type and JSON Schema judge alike, every refusal with its member and reason.

use super::{
    ApprovalAsked, AuthorizationAsked, AuthorizationDecided, AuthorizationDecision, OfferFlow,
    OfferTerms, Offered, Right,
};
use crate::credential::Format;
use crate::json::{Limits, Value, read};
use crate::ledger::TransferTerms;
use crate::license::LicenseTerms;
use crate::message::judged::require_same_judgment;
use crate::message::{Confidential, Message};
use crate::oid4vci::offer::{InputMode, OfferLink};
use crate::reason::Reason;
use crate::receipt::UniqueId;
use crate::time::Timestamp;

fn avatar() -> OfferTerms {
    OfferTerms {
        right: Right::Avatar {
            persona: "Mika".to_owned(),
        },
        transfer: TransferTerms::FREE,
        provenance: crate::object! { "type" => "AssetProvenance" },
        license: Some(LicenseTerms {
            name: Some("Mika".to_owned()),
            ..LicenseTerms::default()
        }),
        copies: Some(3),
        formats: Some(vec![Format::DcSdJwt, Format::LdpVc]),
        flow: OfferFlow::Authorization,
        tx_code: Some(InputMode::Text),
        approval: ApprovalAsked::Asked,
    }
}

fn item() -> OfferTerms {
    let right = Right::Item {
        class: "sword".to_owned(),
        serial: 42,
    };
    OfferTerms {
        transfer: TransferTerms {
            allowed: true,
            most: Some(3),
            creator: true,
        },
        ..OfferTerms::new(right, avatar().provenance)
    }
}

fn offered() -> Offered {
    Offered {
        link: OfferLink::ByReference("https://world.example/offers/AAAA".parse().unwrap()),
        grant: UniqueId::of_random(&[3; 16]),
        copies: 10,
        tx_code: Some(Confidential::new("493536")),
        expires: Timestamp::from_unix(1_795_251_900),
    }
}

#[test]
fn messages_are_read_as_they_were_written() {
    for terms in [avatar(), item()] {
        assert_eq!(OfferTerms::read(&terms.to_bytes()), Ok(terms.clone()));
        require_same_judgment::<OfferTerms>("offer-request", &terms.to_value(), true);
    }
    assert_eq!(Offered::read(&offered().to_bytes()), Ok(offered()));
    require_same_judgment::<Offered>("offer-created", &offered().to_value(), true);
}

fn refused<M: Message + std::fmt::Debug>(
    schema: &str,
    message: &M,
    (from, to): (&str, &str),
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
fn each_fault_is_seen_by_type_and_schema() {
    for (from, to, member) in [
        ("\"right\":\"avatar\"", "\"right\":\"passport\"", "right"),
        ("\"right\":\"avatar\"", "\"right\":\"item\"", "class"),
        ("\"right\":\"avatar\"", "\"right\":1", "right"),
        ("\"persona\":\"Mika\",", "", "persona"),
        ("\"persona\":\"Mika\"", "\"persona\":7", "persona"),
        ("\"persona\"", "\"class\":\"x\",\"persona\"", ""),
        ("{\"type\":\"AssetProvenance\"}", "\"x\"", "provenance"),
        ("\"copies\":3", "\"copies\":-1", "copies"),
        ("\"copies\":3", "\"copies\":4294967296", "copies"),
        ("\"copies\":3", "\"copies\":\"3\"", "copies"),
        ("{\"copies\"", "{\"validity\":0,\"copies\"", ""),
        ("\"copies\"", "\"tx_length\":4,\"copies\"", ""),
        ("\"deferred\":true", "\"deferred\":\"yes\"", "deferred"),
        ("\"authorization_code\"", "\"implicit\"", "flow"),
        ("[\"dc+sd-jwt\",\"ldp_vc\"]", "[]", "formats"),
        ("[\"dc+sd-jwt\",\"ldp_vc\"]", "\"ldp_vc\"", "formats"),
        ("\"dc+sd-jwt\"", "\"ldp_vc\"", "formats"),
        ("\"dc+sd-jwt\"", "\"mso_mdoc\"", "formats"),
        ("\"tx_code\":\"text\"", "\"tx_code\":\"words\"", "tx_code"),
        ("\"tx_code\":\"text\"", "\"tx_code\":6", "tx_code"),
    ] {
        let refused = refused("offer-request", &avatar(), (from, to));
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
    for (from, to, member) in [
        ("\"serial\":42", "\"serial\":-1", "serial"),
        ("\"serial\":42", "\"serial\":\"42\"", "serial"),
        ("\"class\":\"sword\"", "\"class\":null", "class"),
    ] {
        let refused = refused("offer-request", &item(), (from, to));
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
    for (from, to, member) in [
        ("\"copies\":10,", "", "copies"),
        ("\"493536\"", "493536", "tx_code"),
        ("\"493536\"", "\"\"", "tx_code"),
        ("\"493536\"", "\"４９３５３６\"", "tx_code"),
        ("\"2026-", "\"26-", "expires_at"),
        ("{\"copies\"", "{\"v\":2,\"copies\"", "v"),
        ("{\"copies\"", "{\"ok\":false,\"copies\"", "ok"),
        ("{\"copies\"", "{\"code\":\"x\",\"copies\"", ""),
    ] {
        let refused = refused("offer-created", &offered(), (from, to));
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
}

/// License terms keep their own reason and say which term it is.
#[test]
fn a_license_that_is_none_is_told_as_one() {
    let mut object = avatar().to_object();
    object.insert("license", crate::object! { "modification" => "maybe" });
    let value = Value::Object(object);
    require_same_judgment::<OfferTerms>("offer-request", &value, false);
    let error = OfferTerms::from_value(&value).unwrap_err();
    let license = LicenseTerms::from_value(value.get("license").unwrap()).unwrap_err();
    assert_eq!(
        (error.member(), error.reason()),
        ("license", license.reason())
    );
    assert!(error.to_string().contains("modification"), "{error}");
}

#[test]
fn every_way_to_ask_for_a_transaction_code_is_read() {
    for (text, read) in [
        ("true", Some(InputMode::Numeric)),
        ("\"numeric\"", Some(InputMode::Numeric)),
        ("\"text\"", Some(InputMode::Text)),
        ("false", None),
    ] {
        let mut object = item().to_object();
        let value = crate::json::read(text.as_bytes(), &Limits::message()).unwrap();
        object.insert("tx_code", value);
        let value = Value::Object(object);
        require_same_judgment::<OfferTerms>("offer-request", &value, true);
        assert_eq!(OfferTerms::from_value(&value).unwrap().tx_code, read);
    }
    assert!(!format!("{:?}", offered()).contains("493536"));
}

fn asked() -> AuthorizationAsked {
    AuthorizationAsked {
        client_id: "https://wallet.example".to_owned(),
        redirect_uri: "http://127.0.0.1:49152/back".parse().unwrap(),
        configurations: vec!["avatar".to_owned()],
        grant: Some(UniqueId::of_random(&[3; 16])),
        expires: Timestamp::from_unix(1_795_251_900),
    }
}

fn decided() -> AuthorizationDecided {
    AuthorizationDecided {
        redirect_to: "http://127.0.0.1:49152/back?code=a&iss=b".to_owned(),
        grant: Some(UniqueId::of_random(&[3; 16])),
    }
}

#[test]
fn what_a_login_page_asks_and_says_is_read_as_it_was_written() {
    assert_eq!(AuthorizationAsked::read(&asked().to_bytes()), Ok(asked()));
    require_same_judgment::<AuthorizationAsked>("authorization-asked", &asked().to_value(), true);
    assert_eq!(
        AuthorizationDecided::read(&decided().to_bytes()),
        Ok(decided())
    );
    let value = decided().to_value();
    require_same_judgment::<AuthorizationDecided>("authorization-decided", &value, true);
    for decision in [
        AuthorizationDecision::Refuse,
        AuthorizationDecision::Grant { offer: None },
        AuthorizationDecision::Grant {
            offer: Some(Box::new(avatar())),
        },
    ] {
        assert_eq!(
            AuthorizationDecision::read(&decision.to_bytes()),
            Ok(decision.clone())
        );
        let value = decision.to_value();
        require_same_judgment::<AuthorizationDecision>("authorization-decision", &value, true);
    }
}

#[test]
fn each_fault_of_a_login_page_is_seen_by_type_and_schema() {
    for (from, to, member) in [
        (
            "\"http://127.0.0.1:49152",
            "\"http://evil.example",
            "redirect_uri",
        ),
        ("[\"avatar\"]", "[]", "configurations"),
        ("[\"avatar\"]", "[\"a\",\"a\"]", "configurations"),
        ("https://wallet.example", "a b", "client_id"),
        ("{\"client_id\"", "{\"code\":\"x\",\"client_id\"", ""),
    ] {
        let refused = refused("authorization-asked", &asked(), (from, to));
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
    for (from, to, member) in [
        ("?code=a", "? code", "redirect_to"),
        ("\"grant\":\"A", "\"grant\":\"%", "grant"),
        ("{\"grant\"", "{\"code\":\"x\",\"grant\"", ""),
    ] {
        let refused = refused("authorization-decided", &decided(), (from, to));
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
    let grant = AuthorizationDecision::Grant {
        offer: Some(Box::new(avatar())),
    };
    for (from, to, member) in [
        ("\"grant\"", "\"maybe\"", "decision"),
        ("\"grant\"", "\"refuse\"", ""),
        ("\"grant\"", "1", "decision"),
        ("\"right\":\"avatar\"", "\"right\":\"passport\"", "right"),
        ("{\"decision\"", "{\"code\":\"x\",\"decision\"", ""),
    ] {
        let refused = refused("authorization-decision", &grant, (from, to));
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
}
