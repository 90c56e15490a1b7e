//! Offers: type and JSON Schema judge alike, every refusal with its member and reason.

use super::{OfferTerms, Offered, Right};
use crate::json::{Limits, Value, read};
use crate::license::LicenseTerms;
use crate::message::Message;
use crate::message::judged::require_same_judgment;
use crate::oid4vci::offer::OfferLink;
use crate::reason::Reason;
use crate::receipt::UniqueId;
use crate::time::Timestamp;

fn avatar() -> OfferTerms {
    OfferTerms {
        right: Right::Avatar {
            persona: "Mika".to_owned(),
        },
        provenance: crate::object! { "type" => "AssetProvenance" },
        license: Some(LicenseTerms {
            name: Some("Mika".to_owned()),
            ..LicenseTerms::default()
        }),
        copies: Some(3),
    }
}

fn item() -> OfferTerms {
    OfferTerms {
        right: Right::Item {
            class: "sword".to_owned(),
            serial: 42,
        },
        license: None,
        copies: None,
        ..avatar()
    }
}

fn offered() -> Offered {
    Offered {
        link: OfferLink::ByReference("https://world.example/offers/AAAA".parse().unwrap()),
        grant: UniqueId::of_random(&[3; 16]),
        copies: 10,
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
