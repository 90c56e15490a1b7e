//! Records: type and JSON Schema judge alike, and nothing but digests and codes has a place there.

use super::{DecisionList, DecisionRecord, PurgeRecord, RecordKind, RecordVerdict};
use crate::admission::Decided;
use crate::digest::Sha256Digest;
use crate::json::{Limits, Value, read};
use crate::message::Message;
use crate::message::judged::require_same_judgment;
use crate::reason::Reason;
use crate::receipt::UniqueId;
use crate::time::Timestamp;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_795_251_900 + seconds)
}

fn accepted() -> DecisionRecord {
    DecisionRecord {
        id: UniqueId::of_random(&[1; 16]),
        admission: Some(UniqueId::of_random(&[2; 16])),
        kind: RecordKind::Admission,
        at: at(0),
        input: Sha256Digest::of(b"response"),
        verdict: RecordVerdict::Accepted,
        reasons: Vec::new(),
        outcome: Some(Decided::Review),
        receipt: Some(Sha256Digest::of(b"receipt")),
    }
}

fn list() -> DecisionList {
    let rejected = DecisionRecord {
        admission: None,
        kind: RecordKind::AssetCheck,
        verdict: RecordVerdict::Rejected,
        reasons: vec![Reason::AssetFormat, Reason::VpStale],
        outcome: None,
        receipt: None,
        ..accepted()
    };
    DecisionList {
        decisions: vec![rejected, accepted()],
        purges: vec![purge()],
    }
}

fn purge() -> PurgeRecord {
    PurgeRecord {
        at: at(9),
        before: at(5),
        removed: 2,
        window: Some((at(1), at(4))),
    }
}

#[test]
fn records_are_read_as_they_were_written() {
    for list in [DecisionList::default(), list()] {
        assert_eq!(DecisionList::read(&list.to_bytes()), Ok(list.clone()));
        require_same_judgment::<DecisionList>("decision-list", &list.to_value(), true);
        // As the command writes it.
        let mut object = list.to_object();
        object.insert("ok", true);
        require_same_judgment::<DecisionList>("decision-list", &Value::Object(object), true);
    }
    let nothing = PurgeRecord {
        window: None,
        removed: 0,
        ..purge()
    };
    for purge in [purge(), nothing] {
        assert_eq!(PurgeRecord::read(&purge.to_bytes()), Ok(purge.clone()));
        require_same_judgment::<PurgeRecord>("purge", &purge.to_value(), true);
    }
}

#[test]
fn each_fault_is_seen_by_type_and_schema() {
    for (from, to, member) in [
        ("\"v\":1", "\"v\":2", "v"),
        (",\"v\":1", "", "v"),
        ("{\"decisions\"", "{\"ok\":false,\"decisions\"", "ok"),
        ("{\"decisions\"", "{\"holders\":[],\"decisions\"", ""),
        ("\"purges\":[", "\"purges\":[1,", "purges"),
        ("\"decisions\":[", "\"decisions\":[1,", "decisions"),
        ("{\"at\"", "{\"holder\":\"did:key:z6Mk\",\"at\"", ""),
        ("\"kind\":\"asset_check\"", "\"kind\":\"coffee\"", "kind"),
        (
            "\"verdict\":\"rejected\"",
            "\"verdict\":\"fine\"",
            "verdict",
        ),
        (
            "\"outcome\":\"review\"",
            "\"outcome\":\"accepted\"",
            "outcome",
        ),
        ("\"vp_stale\"", "\"asset_format\"", "reasons"),
        ("\"vp_stale\"", "\"Mika was late\"", "reasons"),
        ("\"vp_stale\"", "7", "reasons"),
        (
            "\"input_digest\":\"u",
            "\"input_digest\":\"z",
            "input_digest",
        ),
        ("\"newest\"", "\"next\"", ""),
        ("\"removed\":2", "\"removed\":-2", "removed"),
    ] {
        let text = String::from_utf8(list().to_bytes()).unwrap();
        let other = text.replacen(from, to, 1);
        assert_ne!(text, other, "{from}");
        let value = read(other.as_bytes(), &Limits::message()).unwrap();
        require_same_judgment::<DecisionList>("decision-list", &value, false);
        let error = DecisionList::from_value(&value).unwrap_err();
        let found = (error.member(), error.reason());
        assert_eq!(found, (member, Reason::BadRequest), "{to}");
    }
}
