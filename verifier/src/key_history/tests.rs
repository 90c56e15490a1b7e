use proofs::did_document::{DidDocument, build, key_history_service};
use proofs::issue::Issuer;
use proofs::jws::{KeyRef, Typ, sign};
use proofs::keys::SigningKey;
use schemas::check::{CheckId, Outcome};
use schemas::credential::{AssetProvenance, Validity};
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::status::{Bits, MIN_BITS, StatusListCredential, StatusPurpose};
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use schemas::trust_list::{TrustListCredential, TrustedCreators, TrustedIssuer};
use schemas::world::WorldId;

use super::{KeyHistoryHead, VerifiedKeyHistory};
use crate::{
    Asked, AssetAsked, Creators, CredentialAsked, Evidence, Fetched, Holder, Learned, ListRef,
    Missing, Policy, Question, Report, Rounds, StatusAsked, verify,
};

const DAY: i64 = 86_400;

fn at(day: i64) -> Timestamp {
    Timestamp::from_unix(1_790_000_000 + day * DAY)
}

fn now() -> Timestamp {
    at(100)
}

fn world() -> WorldId {
    "https://a.example".parse().unwrap()
}

fn did() -> Did {
    world().did()
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn method(number: u8) -> DidUrl {
    did().with_fragment(&format!("key-{number}")).unwrap()
}

fn listed(number: u8, state: KeyState) -> KeyHistoryKey {
    KeyHistoryKey {
        id: method(number),
        multikey: key(number).verifying_key().multikey(),
        state,
    }
}

/// A history in the making.
#[derive(Clone, Default)]
struct Made(Vec<String>);

impl Made {
    fn and(mut self, day: i64, signer: u8, keys: &[KeyHistoryKey]) -> Self {
        let entry = KeyHistoryEntry {
            did: did(),
            number: u64::try_from(self.0.len()).unwrap() + 1,
            from: at(day),
            keys: keys.to_vec(),
            previous: self.0.last().map(|text| Sha256Digest::of(text.as_bytes())),
        };
        self.0.push(signed(&entry, signer));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let entries = self.0.clone();
        KeyHistoryDocument { entries }.to_bytes()
    }

    fn judged(&self) -> Result<VerifiedKeyHistory, Reason> {
        let judged = VerifiedKeyHistory::verify(&did(), &self.bytes(), now());
        judged.map_err(|fault| fault.reason())
    }

    fn known(&self) -> Evidence {
        Evidence::new().with_key_history(self.judged().unwrap(), now())
    }
}

fn signed(entry: &KeyHistoryEntry, signer: u8) -> String {
    let kid = method(signer);
    sign(
        Typ::KeyHistory,
        KeyRef::Kid(&kid),
        &entry.to_object(),
        &key(signer),
    )
}

fn first() -> Made {
    Made::default().and(0, 1, &[listed(1, KeyState::Current)])
}

/// Key 1 gave way to key 2 on day 10.
fn rotated(state: impl Fn(Timestamp) -> KeyState) -> Made {
    let keys = [listed(1, state(at(10))), listed(2, KeyState::Current)];
    first().and(10, 1, &keys)
}

enum Announced {
    Yes,
    No,
}

fn document(keys: &[u8], announced: &Announced) -> DidDocument {
    let services = match announced {
        Announced::Yes => vec![key_history_service(&world())],
        Announced::No => vec![],
    };
    let keys: Vec<_> = keys
        .iter()
        .map(|number| (format!("key-{number}"), key(*number).verifying_key()))
        .collect();
    let keys: Vec<_> = keys
        .iter()
        .map(|(name, key)| (name.as_str(), key))
        .collect();
    let object = build(&did(), &keys, &services).unwrap();
    DidDocument::parse(&object.into(), &did()).unwrap()
}

/// A statement that a key of the world signed on a day.
fn claim(signer: u8, day: i64) -> Object {
    signed_at(signer, at(day))
}

/// The same at a moment.
fn signed_at(signer: u8, moment: Timestamp) -> Object {
    use schemas::asset::MediaType;
    let statement = AssetProvenance {
        creator: did(),
        validity: Validity::starting(moment),
        asset: schemas::credential::Asset {
            name: "Mika".to_owned(),
            digest: Sha256Digest::of(b"model"),
            media_type: MediaType::GltfBinary,
            byte_length: 5,
            derived_from: Vec::new(),
        },
        license: schemas::license::LicenseTerms {
            name: Some("Mika".to_owned()),
            authors: vec!["Aoi".to_owned()],
            license_url: Some("https://vrm.dev/licenses/1.0/".to_owned()),
            ..schemas::license::LicenseTerms::default()
        },
    };
    let key = key(signer);
    let suite = Cryptosuite::EddsaJcs2022;
    let issuer = Issuer::new(method(signer), key.verifying_key(), key, suite);
    let issued = issuer.issue(&statement.unsigned(), moment).unwrap();
    issued.into_object()
}

fn policy() -> Policy {
    let kind = schemas::credential::CredentialType::AssetProvenance;
    Policy::nobody().with_issuer(did(), vec![kind], Creators::Any)
}

fn judge(evidence: &Evidence, claim: &Object) -> Report {
    let asked = Asked::Credential(CredentialAsked {
        types: vec![schemas::credential::CredentialType::AssetProvenance],
        holder: Holder::Anyone,
        status: StatusAsked::NotAsked,
    });
    let policy = policy();
    let question = Question {
        asked: &asked,
        asset: &AssetAsked::NotAsked,
        policy: &policy,
    };
    let bytes = schemas::canonical::object_to_bytes(claim);
    verify(&question, &bytes, evidence, now())
}

#[track_caller]
fn key_fails(report: &Report, reason: Reason) {
    assert_eq!(report.outcome(CheckId::Key), Outcome::Failed(reason));
    assert!(report.accepted().is_none());
}

#[test]
fn what_was_signed_before_a_rotation_stands() {
    let evidence = Evidence::new().with_document(document(&[2], &Announced::Yes), now());
    let old = claim(1, 5);
    let first = judge(&evidence, &old);
    assert_eq!(
        first.outcome(CheckId::Key),
        Outcome::Undecided(Reason::DidResolutionFailed)
    );
    assert_eq!(first.missing(), [Missing::KeyHistory(did())]);
    let mut rounds = Rounds::new(evidence, now());
    assert_eq!(rounds.wanted(&first), [Missing::KeyHistory(did())]);
    let fetched = Fetched::now(rotated(KeyState::Retired).bytes());
    rounds.learn(Learned::KeyHistory(did(), Ok(fetched)), &policy());
    let report = judge(rounds.evidence(), &old);
    assert!(report.accepted().is_some(), "{:?}", report.details());
    assert!(judge(rounds.evidence(), &claim(2, 50)).accepted().is_some());
    // A node whose clock is behind, or that has not heard of the change yet.
    let late = signed_at(1, at(10).plus_seconds(600));
    assert!(judge(rounds.evidence(), &late).accepted().is_some());
    let later = signed_at(1, at(10).plus_seconds(601));
    key_fails(&judge(rounds.evidence(), &later), Reason::VmNotFound);
    // Outside its time, and a key that never was.
    key_fails(&judge(rounds.evidence(), &claim(1, 11)), Reason::VmNotFound);
    key_fails(&judge(rounds.evidence(), &claim(1, -1)), Reason::VmNotFound);
    key_fails(&judge(rounds.evidence(), &claim(3, 5)), Reason::VmNotFound);
}

#[test]
fn without_a_history_an_old_key_is_unknown() {
    let evidence = Evidence::new().with_document(document(&[2], &Announced::No), now());
    let report = judge(&evidence, &claim(1, 5));
    key_fails(&report, Reason::VmNotFound);
    assert!(report.missing().is_empty());
}

#[test]
fn a_compromised_key_vouches_for_nothing() {
    let known = rotated(KeyState::Compromised).known();
    let evidence = known.with_document(document(&[2], &Announced::Yes), now());
    key_fails(&judge(&evidence, &claim(1, 5)), Reason::KeyRevoked);
}

#[test]
fn a_history_that_cannot_be_had_leaves_it_open() {
    let evidence = Evidence::new().with_document(document(&[2], &Announced::Yes), now());
    let away = evidence.without_key_history(did(), Reason::DidResolutionFailed, now());
    let report = judge(&away, &claim(1, 5));
    let doubt = Outcome::Undecided(Reason::DidResolutionFailed);
    assert_eq!(report.outcome(CheckId::Key), doubt);
    assert!(report.accepted().is_none() && report.missing().is_empty());
}

#[test]
fn a_document_has_the_keys_of_the_last_entry() {
    let known = rotated(KeyState::Retired).known();
    for keys in [&[3][..], &[2, 3], &[1]] {
        let document = document(keys, &Announced::Yes);
        let evidence = known.clone().with_document(document, now());
        for (signer, day) in [(1, 5), (2, 50), (3, 50)] {
            let report = judge(&evidence, &claim(signer, day));
            key_fails(&report, Reason::KeyHistoryMismatch);
        }
    }
}

#[test]
fn what_was_fetched_earlier_is_fetched_again_before_anything_is_said() {
    let earlier = now().plus_seconds(-100);
    let old = first().judged().unwrap();
    let behind = Evidence::new()
        .with_key_history(old, earlier)
        .with_document(document(&[2], &Announced::Yes), now());
    let report = judge(&behind, &claim(1, 5));
    assert_eq!(report.missing(), [Missing::KeyHistory(did())]);
    let behind = rotated(KeyState::Retired)
        .known()
        .with_document(document(&[1], &Announced::Yes), earlier);
    let report = judge(&behind, &claim(2, 50));
    assert_eq!(report.missing(), [Missing::DidDocument(did())]);
}

#[test]
fn a_domain_in_other_hands_is_not_the_world() {
    let known = rotated(KeyState::Retired).known();
    let quiet = document(&[3], &Announced::No);
    let evidence = known.clone().with_document(quiet, now());
    key_fails(&judge(&evidence, &claim(3, 50)), Reason::KeyHistoryMismatch);
    // A history of their own.
    let theirs = Made::default().and(0, 3, &[listed(3, KeyState::Current)]);
    let evidence = known
        .with_key_history(theirs.judged().unwrap(), now())
        .with_document(document(&[3], &Announced::Yes), now());
    key_fails(&judge(&evidence, &claim(3, 50)), Reason::KeyHistoryMismatch);
    // That is remembered longer than what was fetched.
    let later = Evidence::new().merged(rotated(KeyState::Retired).known().dates());
    let later = later.with_document(document(&[3], &Announced::Yes), now());
    let report = judge(&later, &claim(3, 50));
    assert_eq!(report.missing(), [Missing::KeyHistory(did())]);
}

#[test]
fn a_broken_chain_is_none() {
    let mismatch = Some(Reason::KeyHistoryMismatch);
    let refused = |made: &Made| made.judged().err();
    let current = |number| listed(number, KeyState::Current);
    let retired = |number, day| listed(number, KeyState::Retired(at(day)));
    assert_eq!(refused(&rotated(KeyState::Retired)), None);
    let step = |signer, day, keys: &[KeyHistoryKey]| refused(&first().and(day, signer, keys));
    assert_eq!(step(1, 10, &[retired(1, 10), current(2)]), None);
    // By a key that is only new, of the future, of the past, without the old key, without any.
    assert_eq!(step(2, 10, &[retired(1, 10), current(2)]), mismatch);
    assert_eq!(step(1, 101, &[retired(1, 10), current(2)]), mismatch);
    assert_eq!(step(1, -1, &[retired(1, -1), current(2)]), mismatch);
    assert_eq!(step(1, 10, &[current(2)]), mismatch);
    assert_eq!(step(1, 10, &[retired(1, 10)]), mismatch);
    assert_eq!(step(1, 10, &[retired(1, 11), current(2)]), mismatch);
    // A key comes back, or another one under its name.
    let back = rotated(KeyState::Retired).and(20, 2, &[current(1), current(2)]);
    assert_eq!(refused(&back), mismatch);
    let longer = rotated(KeyState::Retired).and(20, 2, &[retired(1, 15), current(2)]);
    assert_eq!(refused(&longer), mismatch);
    let cleared = rotated(KeyState::Compromised).and(20, 2, &[retired(1, 10), current(2)]);
    assert_eq!(refused(&cleared), mismatch);
    let mut other = retired(1, 10);
    other.multikey = key(9).verifying_key().multikey();
    assert_eq!(step(1, 10, &[other, current(2)]), mismatch);
    // By a key that has ended, out of order, cut in front, and signed by nobody.
    let ended = rotated(KeyState::Retired).and(20, 1, &[retired(1, 10), current(2)]);
    assert_eq!(refused(&ended), mismatch);
    let whole = rotated(KeyState::Retired).0;
    assert_eq!(refused(&Made(vec![whole[1].clone()])), mismatch);
    assert_eq!(
        refused(&Made(vec![whole[1].clone(), whole[0].clone()])),
        mismatch
    );
    let mut forged = whole[0].clone();
    forged.replace_range(forged.len() - 4.., "AAAA");
    assert_eq!(refused(&Made(vec![forged])), mismatch);
    let other = VerifiedKeyHistory::verify(
        &"did:web:b.example".parse().unwrap(),
        &first().bytes(),
        now(),
    );
    assert_eq!(other.err().map(|fault| fault.reason()), mismatch);
    let empty = VerifiedKeyHistory::verify(&did(), b"", now());
    assert_eq!(empty.err().map(|fault| fault.reason()), mismatch);
}

/// Two looked at the same time; one was served what stood there before the rotation, a moment later.
#[test]
fn what_two_have_learned_is_the_longer_history() {
    let old = Evidence::new()
        .with_key_history(first().judged().unwrap(), at(100).plus_seconds(1))
        .with_document(document(&[1], &Announced::Yes), at(100).plus_seconds(1));
    let new = rotated(KeyState::Retired)
        .known()
        .with_document(document(&[2], &Announced::Yes), at(100));
    // A thief of the key that is no longer in use dates back nothing: it is as good as new here.
    for evidence in [old.clone().merged(new.clone()), new.merged(old)] {
        let report = judge(&evidence, &claim(1, 50));
        assert_ne!(report.outcome(CheckId::Key), Outcome::Passed);
        assert!(report.accepted().is_none(), "{:?}", report.details());
    }
    // Of two that do not go on from each other the one that was there first stays.
    let other = Made::default().and(0, 2, &[listed(2, KeyState::Current)]);
    let keys = [listed(2, KeyState::Current), listed(3, KeyState::Current)];
    let other = other.and(10, 2, &keys).known();
    let other = other.with_document(document(&[2, 3], &Announced::Yes), now());
    let mine = first().known();
    let report = judge(&mine.merged(other), &claim(2, 50));
    let mismatch = Outcome::Failed(Reason::KeyHistoryMismatch);
    assert_eq!(
        report.outcome(CheckId::Key),
        mismatch,
        "{:?}",
        report.details()
    );
}

const LIST: &str = "https://a.example/list";

fn list() -> ListRef {
    ListRef {
        url: LIST.parse().unwrap(),
        issuer: did(),
    }
}

/// A status list and a trust list of the world, signed with a key on a day.
fn lists(signer: u8, day: i64) -> [Learned; 2] {
    let validity = Validity::between(at(day), at(200));
    let status = StatusListCredential {
        url: LIST.parse().unwrap(),
        issuer: did(),
        validity,
        purpose: StatusPurpose::Revocation,
        bits: Bits::unset(MIN_BITS),
        ttl_seconds: 300,
    };
    let trust = TrustListCredential {
        url: LIST.parse().unwrap(),
        issuer: did(),
        validity,
        trusted: vec![TrustedIssuer {
            did: "did:web:b.example".parse().unwrap(),
            types: vec!["AvatarCredential".to_owned()],
            creators: TrustedCreators::Any,
            validity: Validity {
                from: None,
                until: None,
            },
        }],
    };
    let suite = Cryptosuite::EddsaJcs2022;
    let published = key(signer).verifying_key();
    let issuer = Issuer::new(method(signer), published, key(signer), suite);
    let fetched = |unsigned| {
        let issued = issuer.issue(&unsigned, at(day)).unwrap().into_object();
        Ok(Fetched::now(schemas::canonical::object_to_bytes(&issued)))
    };
    [
        Learned::StatusList(list(), fetched(status.unsigned())),
        Learned::TrustList(list(), fetched(trust.unsigned())),
    ]
}

/// Why each of the two lists is not used, if it is not.
fn heard(rounds: &Rounds) -> [Option<Result<(), Reason>>; 2] {
    let known = rounds.evidence();
    [
        known
            .heard_of_status_list(&list())
            .map(|heard| heard.map(drop)),
        known
            .heard_of_trust_list(&list())
            .map(|heard| heard.map(drop)),
    ]
}

const UNAVAILABLE: [Option<Result<(), Reason>>; 2] = [
    Some(Err(Reason::StatusUnavailable)),
    Some(Err(Reason::TrustListUnavailable)),
];
const INVALID: [Option<Result<(), Reason>>; 2] = [
    Some(Err(Reason::StatusInvalid)),
    Some(Err(Reason::TrustListInvalid)),
];
const GOOD: [Option<Result<(), Reason>>; 2] = [Some(Ok(())); 2];

/// Both lists have arrived, and the history is asked for.
fn waiting(known: Evidence, signer: u8, day: i64) -> Rounds {
    let mut rounds = Rounds::new(known, now());
    for learned in lists(signer, day) {
        rounds.learn(learned, &policy());
    }
    assert_eq!(heard(&rounds), UNAVAILABLE);
    // Beside what the report misses, once for both.
    let asked = [Missing::KeyHistory(did())];
    let mut other = rounds.clone();
    let report = judge(&Evidence::new(), &claim(1, 5));
    let all = [Missing::KeyHistory(did()), Missing::DidDocument(did())];
    assert_eq!(other.wanted(&report), all);
    assert_eq!(rounds.awaited(), asked);
    assert_eq!(rounds.awaited(), []);
    rounds
}

#[test]
fn a_list_of_a_retired_key_waits_for_the_history() {
    let known = Evidence::new().with_document(document(&[2], &Announced::Yes), now());
    let retired = rotated(KeyState::Retired);
    let history = |made: &Made| Learned::KeyHistory(did(), Ok(Fetched::now(made.bytes())));
    let after = |day, learned| {
        let mut rounds = waiting(known.clone(), 1, day);
        rounds.learn(learned, &policy());
        assert_eq!(rounds.awaited(), []);
        heard(&rounds)
    };
    assert_eq!(after(5, history(&retired)), GOOD);
    // After its end, by a key that somebody else may have, and by one that nobody vouches for.
    assert_eq!(after(11, history(&retired)), INVALID);
    assert_eq!(after(5, history(&rotated(KeyState::Compromised))), INVALID);
    assert_eq!(
        after(
            5,
            history(&Made::default().and(0, 2, &[listed(2, KeyState::Current)]))
        ),
        INVALID
    );
    let away = Learned::KeyHistory(did(), Err(Reason::DidResolutionFailed));
    assert_eq!(after(5, away), UNAVAILABLE);
    let none = Learned::KeyHistory(did(), Err(Reason::KeyHistoryMismatch));
    assert_eq!(after(5, none), INVALID);
    // A world without a history has no older keys.
    let silent = Evidence::new().with_document(document(&[2], &Announced::No), now());
    let mut rounds = Rounds::new(silent, now());
    for learned in lists(1, 5) {
        rounds.learn(learned, &policy());
    }
    assert_eq!((heard(&rounds), rounds.awaited()), (INVALID, Vec::new()));
}

/// The document is remembered from before the change; the list is signed after it.
#[test]
fn a_list_of_a_new_key_waits_for_the_document() {
    let before = now().plus_seconds(-30);
    let known = Evidence::new().with_document(document(&[1], &Announced::Yes), before);
    let bytes = rotated(KeyState::Retired).bytes();
    let history = Learned::KeyHistory(did(), Ok(Fetched::now(bytes)));
    let mut rounds = waiting(known, 2, 20);
    rounds.learn(history, &policy());
    assert_eq!(heard(&rounds), UNAVAILABLE);
    assert_eq!(rounds.awaited(), [Missing::DidDocument(did())]);
    let new = document(&[2], &Announced::Yes);
    let mut away = rounds.clone();
    rounds.learn(Learned::Document(did(), Ok(Box::new(new))), &policy());
    assert_eq!(heard(&rounds), GOOD);
    away.learn(
        Learned::Document(did(), Err(Reason::DidResolutionFailed)),
        &policy(),
    );
    assert_eq!(heard(&away), UNAVAILABLE);
}

/// What was written down is as good as what was seen.
#[test]
fn a_head_that_was_written_down_is_a_head() {
    let seen = rotated(KeyState::Retired).known();
    let written: Vec<_> = seen
        .key_history_heads()
        .map(|(did, head)| {
            let keys = head.keys().map(|(id, key)| (id.to_owned(), key.clone()));
            let head = KeyHistoryHead::new(head.number(), *head.digest(), keys);
            (did.clone(), head)
        })
        .collect();
    assert_eq!(written.len(), 1);
    let read = written
        .into_iter()
        .fold(Evidence::new(), |known, (did, head)| {
            known.with_key_history_head(did, head)
        });
    let outcome = |known: &Evidence, keys: &[u8], announced| {
        let known = known
            .clone()
            .with_document(document(keys, &announced), now());
        judge(&known, &claim(2, 50)).outcome(CheckId::Key)
    };
    let mismatch = Outcome::Failed(Reason::KeyHistoryMismatch);
    assert_eq!(outcome(&read, &[2], Announced::Yes), Outcome::Passed);
    assert_eq!(outcome(&read, &[2], Announced::No), mismatch);
    let other = read.with_key_history(first().judged().unwrap(), now());
    assert_eq!(outcome(&other, &[1], Announced::Yes), mismatch);
}

/// Whoever has the list and not the history is told what is missing, also when nobody fetches it.
#[test]
fn a_report_names_the_history_that_a_list_waits_for() {
    let rule = crate::TrustListRule {
        list: list(),
        types: vec!["AssetProvenance".to_owned()],
    };
    let policy = Policy::nobody().with_trust_list(rule);
    let known = Evidence::new().with_document(document(&[2], &Announced::Yes), now());
    let mut rounds = Rounds::new(known, now());
    for learned in lists(1, 5) {
        rounds.learn(learned, &policy);
    }
    let asked = Asked::Credential(CredentialAsked {
        types: vec![schemas::credential::CredentialType::AssetProvenance],
        holder: Holder::Anyone,
        status: StatusAsked::NotAsked,
    });
    let question = Question {
        asked: &asked,
        asset: &AssetAsked::NotAsked,
        policy: &policy,
    };
    let bytes = schemas::canonical::object_to_bytes(&claim(2, 50));
    let report = verify(&question, &bytes, rounds.evidence(), now());
    assert_eq!(report.reason(), Some(Reason::TrustListUnavailable));
    assert_eq!(report.missing(), [Missing::KeyHistory(did())]);
}

#[test]
fn a_leaf_convicts_whatever_time_a_liar_wrote_into_it() {
    use crate::ledger::{
        Convicted, LedgerKeys, NewItem, checkpoint_keys, judge_evidence, ledger_key, mint,
    };
    use schemas::ledger::{Commitment, ItemTag, TermsDigest};
    let leaf = |holder: u8, day: i64| {
        let new = NewItem {
            ledger: world(),
            item: ItemTag::from_bytes([1; 32]),
            holder: Commitment::from_bytes([holder; 32]),
            terms: TermsDigest::from_bytes([2; 32]),
        };
        let claims = mint(&new, at(day));
        let signed = proofs::ledger::sign_leaf(&claims, &method(1), &key(1)).unwrap();
        signed.leaf().clone()
    };
    // Told on day 5, dated on day 50.
    let (told, lie) = (leaf(3, 5), leaf(4, 50));
    let policy = Policy::nobody();
    let judged = |evidence: &Evidence, now: Timestamp| {
        let all = checkpoint_keys(&world(), &policy, evidence, now).keys;
        let key = |kid: &DidUrl, at: Timestamp| {
            let key = ledger_key(&world(), kid, at, &policy, evidence, now);
            key.map_err(|no_key| no_key.reason())
        };
        let file = schemas::ledger::EvidenceFile::TwoLeaves {
            ledger: world(),
            leaves: Box::new([told.clone(), lie.clone()]),
        };
        judge_evidence(
            &file,
            LedgerKeys {
                at: &key,
                all: &all,
            },
        )
    };
    let before = Evidence::new().with_document(document(&[1], &Announced::Yes), at(6));
    assert_eq!(
        judged(&before, at(6)),
        Ok(Convicted::TwoLeaves),
        "believed on day 6"
    );
    let after = rotated(KeyState::Retired).known();
    let after = after.with_document(document(&[2], &Announced::Yes), now());
    assert_eq!(
        judged(&after, now()),
        Ok(Convicted::TwoLeaves),
        "after the key was changed"
    );
}
