use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::{any, proptest};

use super::{
    Bits, BitsError, MAX_BITS, MIN_BITS, StatusEntry, StatusListCredential, StatusPurpose,
    UnverifiedStatusList,
};
use crate::credential::Validity;
use crate::encoding::base64url;
use crate::json::Value;
use crate::reason::Reason;
use crate::time::Timestamp;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn text(compressed: &[u8]) -> String {
    format!("u{}", base64url::encode(compressed))
}

/// The published example: 131,072 bits, none of them set.
#[test]
fn reads_the_published_example() {
    let encoded = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";
    assert_eq!(Bits::decode(encoded), Ok(Bits::unset(MIN_BITS)));
}

#[test]
fn the_first_bit_is_the_left_most() {
    for (index, byte, value) in [
        (0, 0, 0x80),
        (7, 0, 0x01),
        (8, 1, 0x80),
        (131_071, 16_383, 1),
    ] {
        let mut bits = Bits::unset(MIN_BITS);
        assert!(bits.set(index, true));
        let mut plain = vec![0_u8; 16_384];
        plain[byte] = value;
        assert_eq!(Bits::decode(&text(&gzip(&plain))), Ok(bits.clone()));
        assert_eq!(bits.get(index), Some(true));
        assert!(bits.set(index, false));
        assert_eq!(bits, Bits::unset(0));
    }
    assert_eq!(Bits::unset(0).get(MIN_BITS), None);
    assert_eq!(Bits::unset(0).get(u64::MAX), None);
    assert!(!Bits::unset(0).set(MIN_BITS, true));
}

#[test]
fn nothing_but_one_whole_member_is_read() {
    let sound = gzip(&[0; 16_384]);
    let with = |tail: &[u8]| text(&[sound.as_slice(), tail].concat());
    let mut wrong_sum = sound.clone();
    let at = wrong_sum.len() - 6;
    wrong_sum[at] ^= 1;
    let plain = base64url::encode(&sound);
    for (bad, error) in [
        (with(&gzip(&[1])), BitsError::Encoding),
        (with(b"x"), BitsError::Encoding),
        (text(&wrong_sum), BitsError::Encoding),
        (text(&sound[..sound.len() - 1]), BitsError::Encoding),
        (text(b""), BitsError::Encoding),
        (plain.clone(), BitsError::Encoding),
        (format!("z{plain}"), BitsError::Encoding),
        (format!("u{plain}="), BitsError::Encoding),
        (text(&gzip(&[0; 16_383])), BitsError::TooShort),
        (text(&gzip(&[])), BitsError::TooShort),
        (text(&gzip(&vec![0; (1 << 22) + 1])), BitsError::TooLarge),
        ("u".repeat((1 << 20) + 1), BitsError::TooLarge),
    ] {
        assert_eq!(Bits::decode(&bad), Err(error), "{}", bad.len());
    }
    let largest = Bits::decode(&text(&gzip(&vec![0; 1 << 22]))).unwrap();
    assert_eq!(largest.len(), MAX_BITS);
}

fn entry(change: impl FnOnce(&mut crate::json::Object)) -> Result<StatusEntry, Reason> {
    let mut object = super::status_entry(StatusPurpose::Revocation, 94_567, "https://a.example/s");
    change(&mut object);
    StatusEntry::parse(&Value::Object(object)).map_err(|error| error.reason())
}

#[test]
fn an_index_is_digits_alone() {
    for (index, read) in [
        ("0", Some(0)),
        ("94567", Some(94_567)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1e3", None),
        ("0x10", None),
        (" 1", None),
        ("1 ", None),
        ("١", None),
        ("94567.0", None),
        ("007", None),
    ] {
        let found = entry(|object| {
            object.insert("statusListIndex", index);
        });
        let expected = read.ok_or(Reason::StatusIndexRange);
        assert_eq!(found.map(|entry| entry.index), expected, "{index:?}");
    }
}

#[test]
fn every_fault_of_an_entry_has_its_reason() {
    let message = |status: &str| crate::object! { "status" => status, "message" => "hello" };
    let cases: Vec<(&str, Value, Reason)> = vec![
        ("type", "StatusList2021Entry".into(), Reason::StatusType),
        ("type", Value::Null, Reason::CredMalformed),
        ("statusPurpose", "withdrawal".into(), Reason::StatusPurpose),
        ("statusPurpose", 1.into(), Reason::ClaimType),
        ("statusListIndex", 1.into(), Reason::ClaimType),
        ("statusSize", 0.into(), Reason::StatusSizeUnsupported),
        ("statusSize", 8.into(), Reason::StatusSizeUnsupported),
        ("statusSize", (-1).into(), Reason::StatusSizeUnsupported),
        ("statusSize", "1".into(), Reason::StatusSizeUnsupported),
        (
            "statusSize",
            Value::Number(crate::json::Number::from_u64_saturating(1 << 32)),
            Reason::StatusSizeUnsupported,
        ),
        (
            "statusMessage",
            vec![message("0x0")].into(),
            Reason::StatusSizeUnsupported,
        ),
        (
            "statusMessage",
            vec![message("0x0"), message("0x0")].into(),
            Reason::StatusSizeUnsupported,
        ),
        ("other", "x".into(), Reason::UnknownExtension),
        ("id", 1.into(), Reason::ClaimType),
        // The name of the entry is not that of the list.
        ("id", "https://a.example/s".into(), Reason::CredMalformed),
        ("statusReference", 1.into(), Reason::ClaimType),
        ("statusReference", "/why".into(), Reason::ClaimType),
        ("statusReference", Value::Array(vec![]), Reason::ClaimType),
        (
            "statusReference",
            crate::object! { "id" => "urn:why", "message" => "psst" }.into(),
            Reason::ClaimType,
        ),
    ];
    for (name, value, reason) in cases {
        let found = entry(|object| {
            object.insert(name, value.clone());
        });
        assert_eq!(found.map(|_| ()), Err(reason), "{name} {value:?}");
    }
    for list in [
        "http://127.0.0.1:5432/",
        "file:///etc/passwd",
        "data:application/json,{}",
        "https://a.example/s#list",
        "/s",
        "",
    ] {
        let found = entry(|object| {
            object.insert("statusListCredential", list);
        });
        assert_eq!(
            found.map(|_| ()),
            Err(Reason::StatusFetchBlocked),
            "{list:?}"
        );
    }
    let found = entry(|object| {
        object.insert("statusMessage", vec![message("0x1"), message("0x0")]);
    });
    assert_eq!(found.unwrap().message(true), Some("hello"));
}

fn list() -> StatusListCredential {
    StatusListCredential {
        url: "https://a.example/status/1".parse().unwrap(),
        issuer: "did:web:a.example".parse().unwrap(),
        validity: Validity::starting(Timestamp::from_unix(1_800_000_000)),
        purpose: StatusPurpose::Suspension,
        bits: Bits::unset(0),
        ttl_seconds: 300,
    }
}

#[test]
fn a_list_reads_as_it_was_written() {
    let written = list();
    let read = UnverifiedStatusList::parse(&Value::Object(written.unsigned().object().clone()));
    let read = read.unwrap();
    assert_eq!(read.envelope().id(), Some("https://a.example/status/1"));
    assert_eq!(read.envelope().unverified_issuer(), &written.issuer);
    assert_eq!(read.envelope().validity(), written.validity);
    assert_eq!(read.purposes(), [StatusPurpose::Suspension]);
    assert_eq!(read.ttl_milliseconds(), Some(300_000));
    assert_eq!(Bits::decode(read.encoded()), Ok(written.bits));
}

#[test]
fn what_is_no_list_is_refused() {
    let change = |change: &dyn Fn(&mut crate::json::Object)| {
        let mut object = list().unsigned().object().clone();
        change(&mut object);
        UnverifiedStatusList::parse(&Value::Object(object))
    };
    let subject = |name: &'static str, value: Value| {
        move |object: &mut crate::json::Object| {
            let subject = object.get_mut("credentialSubject").unwrap();
            let subject = subject.as_object_mut().unwrap();
            subject.remove(name);
            if value != Value::Null {
                subject.insert(name, value.clone());
            }
        }
    };
    let own_status = |object: &mut crate::json::Object| {
        let entry = super::status_entry(StatusPurpose::Revocation, 1, "https://a.example/status/1");
        object.insert("credentialStatus", entry);
    };
    let types = |object: &mut crate::json::Object| {
        object.insert("type", "VerifiableCredential");
    };
    type Change = Box<dyn Fn(&mut crate::json::Object)>;
    let cases: [Change; 10] = [
        Box::new(own_status),
        Box::new(types),
        Box::new(subject("type", Value::Null)),
        Box::new(subject("type", "StatusList2021".into())),
        Box::new(subject("statusPurpose", Value::Null)),
        Box::new(subject("statusPurpose", Value::Array(Vec::new()))),
        Box::new(subject("encodedList", Value::Null)),
        Box::new(subject("encodedList", 1.into())),
        Box::new(subject("ttl", "300".into())),
        Box::new(subject("ttl", (-1).into())),
    ];
    for (number, case) in cases.iter().enumerate() {
        assert!(change(case.as_ref()).is_err(), "case {number}");
    }
}

proptest! {
    #[test]
    fn any_bits_survive_their_text(set in proptest::collection::vec(0_u64..MIN_BITS, 0..200)) {
        let mut bits = Bits::unset(MIN_BITS);
        for index in &set {
            assert!(bits.set(*index, true));
        }
        let read = Bits::decode(&bits.encode()).unwrap();
        assert_eq!(read, bits);
        assert!(set.iter().all(|index| read.get(*index) == Some(true)));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let _ = Bits::decode(&text);
        let _ = Bits::decode(&super::tests::text(&bytes));
    }
}
