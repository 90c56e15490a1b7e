use super::{TrustListCredential, TrustedCreators, TrustedIssuer, UnverifiedTrustList};
use crate::credential::Validity;
use crate::did::Did;
use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::time::Timestamp;

fn did(text: &str) -> Did {
    text.parse().unwrap()
}

fn list() -> TrustListCredential {
    let now = Timestamp::from_unix(1_800_000_000);
    TrustListCredential {
        url: "https://list.example/trust".parse().unwrap(),
        issuer: did("did:web:list.example"),
        validity: Validity::between(now, now.plus_seconds(86_400)),
        trusted: vec![
            TrustedIssuer {
                did: did("did:web:a.example"),
                types: vec!["AvatarCredential".to_owned(), "ItemCredential".to_owned()],
                creators: TrustedCreators::Any,
                validity: Validity::starting(now),
            },
            TrustedIssuer {
                did: did("did:web:b.example"),
                types: vec!["AvatarCredential".to_owned()],
                creators: TrustedCreators::Listed(vec![did("did:web:c.example")]),
                validity: Validity::between(now, now.plus_seconds(60)),
            },
        ],
    }
}

#[test]
fn a_list_reads_as_it_was_written() {
    let written = list();
    let value = Value::Object(written.unsigned().object().clone());
    let read = UnverifiedTrustList::parse(&value).unwrap();
    assert_eq!(read.unverified_trusted(), written.trusted);
    assert_eq!(read.envelope().id(), Some("https://list.example/trust"));
    assert_eq!(read.envelope().validity(), written.validity);
}

#[test]
fn what_is_no_list_is_refused() {
    type Change = fn(&mut Object);
    fn first(object: &mut Object) -> &mut Object {
        let subject = object.get_mut("credentialSubject").unwrap();
        let subject = subject.as_object_mut().unwrap();
        let Some(Value::Array(trusted)) = subject.get_mut("trustedIssuer") else {
            panic!("a list of issuers");
        };
        trusted[0].as_object_mut().unwrap()
    }
    let cases: [Change; 8] = [
        |object| {
            object.insert("type", ["VerifiableCredential", "AvatarCredential"]);
        },
        |object| {
            object.insert(
                "credentialSubject",
                crate::object! { "type" => "TrustList" },
            );
        },
        |object| {
            first(object).insert("id", "did:web:b.example");
        },
        |object| {
            first(object).remove("id");
        },
        |object| {
            first(object).insert("anyCreator", false);
        },
        |object| {
            first(object).insert("creator", "did:web:c.example");
        },
        |object| {
            first(object).insert("credentialType", 1);
        },
        |object| {
            first(object).insert("trustedUntil", "tomorrow");
        },
    ];
    for (number, change) in cases.into_iter().enumerate() {
        let mut object = list().unsigned().object().clone();
        change(&mut object);
        let error = UnverifiedTrustList::parse(&Value::Object(object)).unwrap_err();
        assert_eq!(error.reason(), Reason::TrustListInvalid, "case {number}");
    }
}
