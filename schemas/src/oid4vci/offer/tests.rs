//! Offers and their links: shapes of the specification, every refusal, round trips.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use super::{
    AuthorizationCodeGrant, CredentialOffer, InputMode, OfferLink, PreAuthorizedCodeGrant, TxCode,
};
use crate::message::{Confidential, Message, MessageError, Problem};
use crate::reason::Reason;

const OFFER: &str = r#"{
    "credential_issuer": "https://world.example",
    "credential_configuration_ids": ["avatar", "item"],
    "grants": {
        "authorization_code": {"issuer_state": "x"},
        "urn:ietf:params:oauth:grant-type:pre-authorized_code": {
            "pre-authorized_code": "oaKazRN8I0IbtZ0C7JuMn5",
            "tx_code": {"length": 6, "input_mode": "numeric", "description": "Shown in the lobby"}
        }
    },
    "more": true
}"#;

fn offer() -> CredentialOffer {
    CredentialOffer {
        credential_issuer: "https://world.example".parse().unwrap(),
        credential_configuration_ids: vec!["avatar".to_owned(), "item".to_owned()],
        pre_authorized_code: Some(PreAuthorizedCodeGrant {
            code: Confidential::new("oaKazRN8I0IbtZ0C7JuMn5"),
            tx_code: Some(TxCode {
                input_mode: InputMode::Numeric,
                length: Some(6),
                description: Some("Shown in the lobby".to_owned()),
            }),
            authorization_server: None,
        }),
        authorization_code: Some(AuthorizationCodeGrant {
            issuer_state: Some(Confidential::new("x")),
            authorization_server: None,
        }),
    }
}

fn refusal(result: Result<CredentialOffer, MessageError>) -> (&'static str, Problem) {
    let error = result.unwrap_err();
    assert_eq!(error.reason(), Reason::OfferRejected, "{error}");
    (error.member(), error.problem())
}

#[test]
fn an_offer_is_read() {
    assert_eq!(CredentialOffer::read(OFFER.as_bytes()), Ok(offer()));
    assert!(!format!("{:?}", offer()).contains("oaKaz"));
    assert!(offer().pre_authorized().is_ok());
}

#[test]
fn without_the_grant_of_this_wallet_it_is_of_no_use() {
    for body in [
        r#"{"credential_issuer":"https://a.example","credential_configuration_ids":["x"]}"#,
        r#"{"credential_issuer":"https://a.example","credential_configuration_ids":["x"],"grants":{}}"#,
        r#"{"credential_issuer":"https://a.example","credential_configuration_ids":["x"],"grants":{"authorization_code":{}}}"#,
    ] {
        let offer = CredentialOffer::read(body.as_bytes()).unwrap();
        let error = offer.pre_authorized().unwrap_err();
        assert_eq!(
            (error.problem(), error.reason()),
            (Problem::Unsupported, Reason::OfferRejected)
        );
    }
}

#[test]
fn each_fault_is_named() {
    let long = format!("\"{}\"", "あ".repeat(301));
    let many = format!(
        "[{}]",
        (0..33)
            .map(|n| format!("\"c{n}\""))
            .collect::<Vec<_>>()
            .join(",")
    );
    let many = many.as_str();
    for (from, to, member) in [
        (
            "\"https://world.example\"",
            "\"http://world.example\"",
            "credential_issuer",
        ),
        (
            "\"https://world.example\"",
            "\"https://127.0.0.1\"",
            "credential_issuer",
        ),
        (
            "\"https://world.example\"",
            "\"https://world.example?a\"",
            "credential_issuer",
        ),
        ("\"https://world.example\"", "null", "credential_issuer"),
        ("\"https://world.example\"", "[]", "credential_issuer"),
        (
            "[\"avatar\", \"item\"]",
            "[]",
            "credential_configuration_ids",
        ),
        (
            "[\"avatar\", \"item\"]",
            "\"avatar\"",
            "credential_configuration_ids",
        ),
        (
            "[\"avatar\", \"item\"]",
            "[\"a\", \"a\"]",
            "credential_configuration_ids",
        ),
        (
            "[\"avatar\", \"item\"]",
            "[1]",
            "credential_configuration_ids",
        ),
        (
            "[\"avatar\", \"item\"]",
            many,
            "credential_configuration_ids",
        ),
        ("\"oaKazRN8I0IbtZ0C7JuMn5\"", "\"\"", "pre-authorized_code"),
        ("\"oaKazRN8I0IbtZ0C7JuMn5\"", "7", "pre-authorized_code"),
        (
            "\"oaKazRN8I0IbtZ0C7JuMn5\"",
            "\"a\\nb\"",
            "pre-authorized_code",
        ),
        ("\"pre-authorized_code\"", "\"code\"", "pre-authorized_code"),
        ("\"numeric\"", "\"emoji\"", "input_mode"),
        ("\"numeric\"", "1", "input_mode"),
        ("6", "0", "length"),
        ("6", "65", "length"),
        ("6", "\"6\"", "length"),
        ("6", "-6", "length"),
        ("\"Shown in the lobby\"", &long, "description"),
        ("\"Shown in the lobby\"", "[]", "description"),
        (
            "{\"length\": 6, \"input_mode\": \"numeric\", \"description\": \"Shown in the lobby\"}",
            "true",
            "tx_code",
        ),
        (
            "\"tx_code\"",
            "\"authorization_server\"",
            "authorization_server",
        ),
    ] {
        let body = OFFER.replacen(from, to, 1);
        assert_ne!(body, OFFER);
        assert_eq!(
            refusal(CredentialOffer::read(body.as_bytes())).0,
            member,
            "{to}"
        );
    }
    let body = r#"{"credential_issuer":"https://a.example","credential_configuration_ids":["x"],"grants":[]}"#;
    assert_eq!(refusal(CredentialOffer::read(body.as_bytes())).0, "grants");
    assert_eq!(refusal(CredentialOffer::read(b"[]")).0, "");
}

#[test]
fn typed_codes_are_looked_at_before_they_are_sent() {
    let code = offer().pre_authorized_code.unwrap().tx_code.unwrap();
    for (typed, admitted) in [
        ("493536", true),
        ("49353", false),
        ("4935366", false),
        ("49353a", false),
        ("４９３５３６", false),
        ("", false),
    ] {
        assert_eq!(code.admits(typed), admitted, "{typed}");
    }
    let free = TxCode {
        input_mode: InputMode::Text,
        ..TxCode::default()
    };
    assert!(free.admits("ひらけごま"));
    assert!(!free.admits(&"a".repeat(65)));
}

#[test]
fn links_of_both_kinds_are_read() {
    let reference =
        "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fworld.example%2Fo%2F8Kx";
    let link = OfferLink::ByReference("https://world.example/o/8Kx".parse().unwrap());
    assert_eq!(OfferLink::parse(reference), Ok(link.clone()));
    assert_eq!(link.to_link(), reference);
    for same in [
        "openid-credential-offer:?credential_offer_uri=https://world.example/o/8Kx",
        "openid-credential-offer:///?credential_offer_uri=https://world.example/o/8Kx&a=b",
        "openid-credential-offer://credential_offer?credential_offer_uri=https://world.example/o/8Kx",
        "https://wallet.example/receive?credential_offer_uri=https%3A%2F%2Fworld.example%2Fo%2F8Kx",
        "http://localhost:8080/?credential_offer_uri=https%3A%2F%2Fworld.example%2Fo%2F8Kx",
    ] {
        assert_eq!(OfferLink::parse(same), Ok(link.clone()), "{same}");
    }
    let value = OfferLink::ByValue(Box::new(offer()));
    assert_eq!(OfferLink::parse(&value.to_link()), Ok(value));
    // as the specification prints it, with characters that need no encoding left alone
    let loose = "openid-credential-offer://?credential_offer=%7B%22credential_issuer%22:%22https://world.example%22,%22credential_configuration_ids%22:%5B%22avatar%22%5D%7D";
    assert!(matches!(OfferLink::parse(loose), Ok(OfferLink::ByValue(_))));
}

#[test]
fn links_are_refused_with_their_fault() {
    let long = format!(
        "openid-credential-offer://?credential_offer={}",
        "a".repeat(16 << 10)
    );
    for (link, member) in [
        ("", ""),
        ("https://world.example", ""),
        ("openid-credential-offer://", ""),
        (
            "openid-credential-offer//?credential_offer_uri=https://a.example",
            "",
        ),
        ("mailto:?credential_offer_uri=https://a.example", ""),
        (
            "http://world.example?credential_offer_uri=https://a.example",
            "",
        ),
        ("openid-credential-offer://?", "credential_offer"),
        (
            "openid-credential-offer://?credential_offer_uri=http://127.0.0.1/",
            "credential_offer_uri",
        ),
        (
            "openid-credential-offer://?credential_offer_uri=file:///etc/passwd",
            "credential_offer_uri",
        ),
        (
            "openid-credential-offer://?credential_offer_uri=",
            "credential_offer_uri",
        ),
        (
            "openid-credential-offer://?credential_offer_uri=https://a.example&credential_offer_uri=https://b.example",
            "",
        ),
        (
            "openid-credential-offer://?credential_offer_uri=https://a.example#b",
            "",
        ),
        (
            "openid-credential-offer://?credential_offer_uri=https://a.example/%",
            "",
        ),
        (
            "openid-credential-offer://?credential_offer_uri=https://a.example&credential_offer={}",
            "credential_offer",
        ),
        (
            "openid-credential-offer://?credential_offer=nonsense",
            "credential_offer",
        ),
        (
            "openid-credential-offer://?credential_offer={%22credential_issuer%22:1,%22credential_issuer%22:2}",
            "credential_offer",
        ),
        (&long, ""),
    ] {
        let error = OfferLink::parse(link).unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            (member, Reason::OfferRejected),
            "{link}"
        );
    }
}

fn tx_code() -> impl Strategy<Value = TxCode> {
    let mode = prop_oneof![
        proptest::strategy::Just(InputMode::Numeric),
        proptest::strategy::Just(InputMode::Text)
    ];
    (mode, option::of(1_u64..=64), option::of(".{1,300}")).prop_map(
        |(input_mode, length, description)| TxCode {
            input_mode,
            length,
            description,
        },
    )
}

fn any_offer() -> impl Strategy<Value = CredentialOffer> {
    let ids = vec(".{1,12}", 1..6).prop_map(|mut ids| {
        ids.sort();
        ids.dedup();
        ids
    });
    let grant = (
        "[A-Za-z0-9._~+/=-]{1,40}",
        option::of(tx_code()),
        any::<bool>(),
    )
        .prop_map(|(code, tx_code, server)| PreAuthorizedCodeGrant {
            code: Confidential::new(code),
            tx_code,
            authorization_server: server.then(|| "https://as.example/a".parse().unwrap()),
        });
    let login =
        (option::of("[A-Za-z0-9._~+/=-]{1,40}"), any::<bool>()).prop_map(|(state, server)| {
            AuthorizationCodeGrant {
                issuer_state: state.map(Confidential::new),
                authorization_server: server.then(|| "https://as.example/a".parse().unwrap()),
            }
        });
    let parts = (ids, option::of(grant), option::of(login));
    parts.prop_map(|(ids, grant, login)| CredentialOffer {
        credential_issuer: "https://world.example/tenant".parse().unwrap(),
        credential_configuration_ids: ids,
        pre_authorized_code: grant,
        authorization_code: login,
    })
}

proptest! {
    #[test]
    fn offers_round_trip(offer in any_offer()) {
        assert_eq!(CredentialOffer::read(&offer.to_bytes()), Ok(offer.clone()));
        let link = OfferLink::ByValue(Box::new(offer));
        if link.to_link().len() <= 16 << 10 {
            assert_eq!(OfferLink::parse(&link.to_link()), Ok(link));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(tail in any::<String>()) {
        for text in [tail.clone(), format!("openid-credential-offer://?{tail}")] {
            if let Ok(link) = OfferLink::parse(&text) {
                assert_eq!(OfferLink::parse(&link.to_link()), Ok(link));
            }
        }
        let _ = CredentialOffer::read(tail.as_bytes());
    }
}
