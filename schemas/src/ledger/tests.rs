//! Everything that is said has one spelling, and nothing else is read.

mod documents;

use jsonschema::{Registry, Resource, Validator};
use proptest::prelude::{any, proptest};

use super::{
    ADDRESS_PREFIX, Act, Address, Asker, ChainPage, Commitment, EvidenceFile, HeadDocument,
    HolderAnswer, HolderQuery, InboxAnswer, InboxQuery, ItemTag, ItemTerms, LeafHash, LedgerEntry,
    LedgerSignature, MAX_REASON, Salt, SentStep, Step, StepAnswer, TransferTerms,
    UnverifiedHeadReceipt, UnverifiedLeaf, WorldCommitment, read_heads,
};
use crate::canonical;
use crate::json::{Limits, Object, Value, read};
use crate::json_schemas;
use crate::message::Message;
use crate::reason::Reason;

/// The schema of a name, with all others at hand.
fn schema(name: &str) -> Validator {
    let mut registry = Registry::new();
    for schema in json_schemas::ALL {
        let text: serde_json::Value = serde_json::from_str(schema.text).unwrap();
        let id = text["$id"].as_str().unwrap().to_owned();
        registry = registry.add(id, Resource::from_contents(text)).unwrap();
    }
    let registry = registry.prepare().unwrap();
    let text = json_schemas::by_name(name).unwrap().text;
    let text = serde_json::from_str(text).unwrap();
    let options = jsonschema::options();
    options.with_registry(&registry).build(&text).unwrap()
}

fn is_valid(schema: &Validator, value: &Value) -> bool {
    schema.is_valid(&serde_json::from_slice(&canonical::to_bytes(value)).unwrap())
}

/// Every value that differs from this one in one place: a member more, a member less, a member of
/// another type, a text that is empty or one letter longer, an element more or less.
fn damaged(value: &Value) -> Vec<(String, Value)> {
    let others = [
        Value::Null,
        true.into(),
        7.into(),
        "".into(),
        Value::Array(Vec::new()),
        Value::Object(Object::new()),
    ];
    let mut found: Vec<(String, Value)> = others
        .into_iter()
        .filter(|other| other.kind() != value.kind() || matches!(other, Value::String(_)))
        .map(|other| (format!(" = {other:?}"), other))
        .collect();
    match value {
        Value::Object(object) => {
            let mut more = object.clone();
            more.insert("more", "of it");
            found.push((" + more".to_owned(), Value::Object(more)));
            for (name, inner) in object.iter() {
                let mut less = object.clone();
                less.remove(name);
                found.push((format!("/{name} gone"), Value::Object(less)));
                for (at, inner) in damaged(inner) {
                    let mut other = object.clone();
                    other.insert(name, inner);
                    found.push((format!("/{name}{at}"), Value::Object(other)));
                }
            }
        }
        Value::Array(elements) => {
            for (index, inner) in elements.iter().enumerate() {
                for (at, inner) in damaged(inner) {
                    let mut other = elements.clone();
                    other[index] = inner;
                    found.push((format!("/{index}{at}"), Value::Array(other)));
                }
            }
        }
        Value::String(text) => {
            found.push((" longer".to_owned(), format!("{text}A").into()));
            found.push((" padded".to_owned(), format!("{text}=").into()));
        }
        _ => {}
    }
    found
}

/// What is written is read and written again byte by byte; what is damaged is refused, or read as what
/// it says and nothing else; and the schema says the same as the type. `free` are places of other
/// documents, which are looked at elsewhere.
fn holds<M: Message + PartialEq + std::fmt::Debug>(name: &str, made: &[M], free: &[&str]) {
    let schema = schema(name);
    let mut refused = 0;
    for one in made {
        let value = one.to_value();
        assert_eq!(M::from_value(&value).as_ref(), Ok(one), "{name}");
        assert_eq!(M::read(&one.to_bytes()).as_ref(), Ok(one), "{name}");
        assert!(is_valid(&schema, &value), "{name}: {value:?}");
        for (at, other) in damaged(&value) {
            if free.iter().any(|place| at.starts_with(place)) {
                continue;
            }
            let read = M::from_value(&other);
            assert_eq!(
                read.is_ok(),
                is_valid(&schema, &other),
                "{name}{at}: type and schema differ: {read:?}"
            );
            match read {
                Ok(read) => assert_eq!(read.to_value(), other, "{name}{at}"),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 4 * made.len(), "{name}: {refused}");
}

#[test]
fn leaves() {
    let leaves: Vec<UnverifiedLeaf> = documents::leaves();
    holds("item-leaf", &leaves, &[]);
    for leaf in &leaves {
        let entry = leaf.bytes();
        assert_eq!(UnverifiedLeaf::of_entry(entry).as_ref(), Ok(leaf));
        assert_eq!(leaf.hash(), LeafHash::of_entry(entry));
        assert_eq!(entry, leaf.to_bytes());
        let spaced = [entry, b"\n"].concat();
        assert!(UnverifiedLeaf::of_entry(&spaced).is_err());
        // The signature is not part of what is signed, the name of the key is.
        let signed = String::from_utf8(leaf.signed_bytes()).unwrap();
        assert!(signed.contains("\"kid\"") && !signed.contains(&leaf_signature(leaf)));
    }
}

fn leaf_signature(leaf: &UnverifiedLeaf) -> String {
    match leaf.signature().into() {
        Value::String(text) => text,
        _ => String::new(),
    }
}

#[test]
fn steps_and_what_is_sent() {
    holds("item-step", &documents::steps(), &[]);
    holds("item-step-sent", &documents::sent(), &["/step"]);
}

/// A leaf has all that was signed for it: nobody keeps the step beside it.
#[test]
fn every_step_is_put_together_again_from_its_leaf() {
    let mut rebuilt = 0;
    for (step, leaf) in documents::taken() {
        assert_eq!(leaf.step(), Some(step.clone()), "{:?}", leaf.event);
        assert_eq!(leaf.by.unwrap().step, step.id());
        rebuilt += 1;
    }
    assert_eq!(rebuilt, 11);
    for leaf in documents::leaves() {
        let alone = leaf.claims().event.is_of_issuer();
        assert_eq!(leaf.claims().step().is_none(), alone);
    }
}

#[test]
fn receipts_heads_and_answers() {
    let receipt: UnverifiedHeadReceipt = documents::receipt();
    holds("head-receipt", std::slice::from_ref(&receipt), &[]);
    let heads: Vec<HeadDocument> = documents::heads();
    holds("item-head", &heads, &["/leaf", "/receipt", "/proof"]);
    let array = Value::Array(heads.iter().map(Message::to_value).collect());
    assert_eq!(read_heads(&array), Ok(heads.clone()));
    let many = vec![heads[0].to_value(); 17];
    assert!(read_heads(&Value::Array(many)).is_err());
    assert!(read_heads(&Value::Array(Vec::new())).is_err());
    assert!(read_heads(&heads[0].to_value()).is_err());

    let answers: Vec<StepAnswer> = documents::answers();
    let free = ["/leaf", "/receipt", "/credential_offer"];
    holds("item-step-answer", &answers, &free);
    for answer in &answers {
        let canonical = canonical::object_to_bytes(&answer.to_object());
        assert_eq!(answer.to_bytes(), canonical);
    }
    let query: InboxQuery = documents::query();
    holds("item-inbox-query", &[query], &[]);
    let inbox: InboxAnswer = documents::inbox();
    let free = ["/offers/0/leaf", "/offers/0/terms", "/offers/0/provenance"];
    holds("item-inbox", &[inbox], &free);
    let query: HolderQuery = documents::holder_query();
    holds("item-credential-query", &[query], &[]);
    let answer: HolderAnswer = documents::holder_answer();
    holds("item-credential-answer", &[answer], &["/credential_offer"]);
    let page: ChainPage = documents::page();
    holds("item-chain", &[page], &["/leaves/"]);
}

/// Whoever names an address twice would be told each of its offers twice.
#[test]
fn an_address_is_asked_about_once_however_it_is_signed() {
    let mut query = documents::query();
    let signature = LedgerSignature::from_bytes([8; 64]);
    let again = Asker {
        signature,
        ..query.addresses[0].clone()
    };
    assert_ne!(again, query.addresses[0]);
    query.addresses.push(again);
    let read = InboxQuery::from_value(&Value::Object(query.to_object()));
    assert_eq!(
        read.map_err(|error| error.reason()),
        Err(Reason::LedgerMalformed)
    );
}

#[test]
fn terms_and_entries() {
    let transfer: [TransferTerms; 5] = documents::transfers();
    holds("transfer-terms", &transfer, &[]);
    let terms: ItemTerms = documents::terms();
    holds("item-terms", std::slice::from_ref(&terms), &["/license"]);
    let entry: LedgerEntry = documents::entry();
    holds("ledger-entry", &[entry], &[]);
    // Whatever is fixed about an item changes the digest.
    let digest = terms.digest();
    let value = terms.to_value();
    let mut others = 0;
    for (at, other) in damaged(&value) {
        if let Ok(other) = ItemTerms::from_value(&other) {
            assert_ne!(other.digest(), digest, "{at}");
            others += 1;
        }
    }
    assert!(others > 3, "{others}");
}

#[test]
fn terms_that_allow_so_many_transfers() {
    let most = |most| TransferTerms {
        most: Some(most),
        ..TransferTerms::FREE
    };
    for (terms, transfers, allowed) in [
        (TransferTerms::FREE, u64::MAX, true),
        (TransferTerms::NEVER, 0, false),
        (most(1), 0, true),
        (most(1), 1, false),
        (most(3), 2, true),
        (most(3), 3, false),
    ] {
        assert_eq!(terms.allow_another(transfers), allowed, "{terms:?}");
    }
    assert_eq!(TransferTerms::default(), TransferTerms::FREE);
}

#[test]
fn evidence() {
    let files: Vec<EvidenceFile> = documents::evidence();
    holds("ledger-evidence", &files, &["/leaves", "/checkpoints/"]);
}

/// REG-09, where it can be told by reading.
#[test]
fn a_malformed_receiver_is_called_one() {
    let sent = documents::sent();
    let mut tried = 0;
    for sent in sent {
        let name = match sent.step.act {
            Act::Offer { .. } => "to",
            Act::Accept { .. } => "holder",
            _ => continue,
        };
        for text in ["", "did:web:somebody.example", "AAAA", "did:key:z6Mk"] {
            let mut object = sent.step.to_object();
            object.insert(name, text);
            let read = Step::from_value(&Value::Object(object));
            assert_eq!(
                read.map_err(|error| error.reason()),
                Err(Reason::ReceiverInvalid),
                "{text}"
            );
            tried += 1;
        }
        if name == "holder" {
            for text in ["", "did:web:somebody.example", "did:jwk:e30", "z6Mk"] {
                let mut object = sent.to_object();
                object.insert("key", text);
                let read = SentStep::from_value(&Value::Object(object));
                let reason = read.map_err(|error| error.reason());
                assert_eq!(reason, Err(Reason::ReceiverInvalid), "{text}");
            }
        }
    }
    assert!(tried > 8, "{tried}");
}

#[test]
fn a_reason_is_one_line_of_two_hundred_letters() {
    let end = documents::leaves()
        .into_iter()
        .find(|leaf| leaf.claims().reason.is_some())
        .unwrap();
    for (reason, taken) in [
        ("あ".repeat(MAX_REASON), true),
        ("あ".repeat(MAX_REASON + 1), false),
        ("two\nlines".to_owned(), false),
        (String::new(), false),
    ] {
        let mut object = end.to_object();
        object.insert("reason", reason.as_str());
        let read = UnverifiedLeaf::from_value(&Value::Object(object));
        assert_eq!(read.is_ok(), taken, "{reason}");
    }
}

/// One spelling of time: others name the same moment and have another hash.
#[test]
fn other_spellings_of_a_time_are_refused() {
    let leaf = &documents::leaves()[0];
    for text in [
        "2026-11-22T18:00:00+00:00",
        "2026-11-22T18:00:00.0Z",
        "2026-11-22T18:00:00.5Z",
        "2026-11-22t18:00:00Z",
        "2026-11-22T18:00:00",
        "2026-11-22T27:00:00+09:00",
    ] {
        let mut object = leaf.to_object();
        object.insert("at", text);
        let read = UnverifiedLeaf::from_value(&Value::Object(object));
        let reason = read.map_err(|error| error.reason());
        assert_eq!(reason, Err(Reason::LedgerMalformed), "{text}");
    }
}

#[test]
fn a_mistyped_address_is_none() {
    let address = Address::new([7; 32], Salt::from_bytes([9; 32]));
    let text = address.to_string();
    assert!(text.starts_with(ADDRESS_PREFIX));
    assert_eq!(text.parse(), Ok(address.clone()));
    for (index, letter) in text.char_indices() {
        let other = if letter == 'A' { 'B' } else { 'A' };
        let mut wrong = text.clone();
        wrong.replace_range(index..=index, &other.to_string());
        assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        assert!(text[..index].parse::<Address>().is_err());
    }
    for text in [format!("{text}A"), format!(" {text}"), text.to_uppercase()] {
        assert!(text.parse::<Address>().is_err(), "{text}");
    }
    let debug = format!("{address:?}{:?}", address.salt());
    assert!(!debug.contains(&text[ADDRESS_PREFIX.len()..ADDRESS_PREFIX.len() + 40]));
}

#[test]
fn a_commitment_depends_on_all_of_it() {
    let (key, salt) = ([1; 32], Salt::from_bytes([2; 32]));
    let commitment = Commitment::of(&key, &salt);
    assert_ne!(Commitment::of(&[3; 32], &salt), commitment);
    assert_ne!(Commitment::of(&key, &Salt::from_bytes([3; 32])), commitment);
    // One salt of a request, and as many leases as items.
    let worlds = ["https://a.example", "https://b.example"].map(|origin| origin.parse().unwrap());
    let tags = [1, 2].map(|tag| ItemTag::from_bytes([tag; 32]));
    let leases = worlds.iter().flat_map(|ledger| {
        tags.iter()
            .map(|tag| *salt.for_item(ledger, tag).as_bytes())
    });
    let leases: std::collections::BTreeSet<[u8; 32]> = leases.collect();
    assert_eq!(leases.len(), 4);
    assert!(!leases.contains(salt.as_bytes()));
    assert_ne!(
        WorldCommitment::of("https://a.example", &salt).as_bytes(),
        WorldCommitment::of("https://b.example", &salt).as_bytes()
    );
    // Written down once, so that others can compare.
    assert_eq!(
        commitment.to_string(),
        "zWOChsRaJwE22O9q-6zd81nsGSBJo9-HW9m6kMihav8"
    );
}

proptest! {
    #[test]
    fn addresses_come_back(key in any::<[u8; 32]>(), salt in any::<[u8; 32]>()) {
        let address = Address::new(key, Salt::from_bytes(salt));
        assert_eq!(address.to_string().parse(), Ok(address.clone()));
    }

    #[test]
    fn no_bytes_break_a_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = UnverifiedLeaf::of_entry(&bytes);
        let _ = String::from_utf8_lossy(&bytes).parse::<Address>();
        if let Ok(value) = read(&bytes, &Limits::message()) {
            let _ = SentStep::from_value(&value);
            let _ = EvidenceFile::from_value(&value);
        }
    }

    /// Two steps that differ have two names.
    #[test]
    fn a_step_has_one_name(which in 0..7_usize, other in 0..7_usize, seq in 1..9_u64) {
        let steps = documents::steps();
        let mut left = steps[which].clone();
        let right = steps[other].clone();
        left.seq = seq;
        assert_eq!(left.id() == right.id(), left == right);
    }
}

/// A ledger that answers for ever, or leads back, is not followed.
#[test]
fn a_page_of_a_chain_leads_on_or_ends() {
    let page = documents::page();
    let after = page.next.unwrap();
    let read = |next: Option<u64>, leaves: Vec<UnverifiedLeaf>| {
        let value = ChainPage { leaves, next }.to_value();
        ChainPage::from_value(&value).map(drop)
    };
    assert_eq!(read(Some(after), page.leaves.clone()), Ok(()));
    assert_eq!(read(None, page.leaves.clone()), Ok(()));
    assert_eq!(read(None, Vec::new()), Ok(()));
    for next in [0, after - 1, after + 1] {
        assert!(read(Some(next), page.leaves.clone()).is_err(), "{next}");
    }
    for next in [0, 1, 64] {
        assert!(read(Some(next), Vec::new()).is_err(), "{next}");
    }
}
