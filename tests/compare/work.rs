//! Our work against the bare signature checks that it cannot do without, measured in turns.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use proofs::keys::SigningKey;
use schemas::canonical;
use schemas::credential::{CredentialType, Validity};
use schemas::did::Did;
use schemas::json::Object;
use schemas::status::{Bits, StatusEntry, StatusListCredential, StatusPlace, StatusPurpose};
use schemas::suite::Cryptosuite;
use tests::actors::{NONCE, key, query};
use tests::fixed::now;
use tests::sd_jwt::{Binding, sd_query, sd_token};
use verifier::{
    Asked, AssetAsked, Audience, Challenge, Creators, CredentialAsked, Evidence, Holder, Policy,
    PresentationAsked, Question, Rule, StatusAsked, Submitted, verify, verify_many, verify_many_on,
};

use crate::inputs::{BADGE, Parties, avatars};
use crate::peers;
use crate::report::{Bar, Row, line};

/// How many different documents there are of each kind.
const DOCUMENTS: usize = 1000;

/// Counts allocations; everything else is the system's.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static COUNTING: Counting = Counting;

#[allow(
    unsafe_code,
    reason = "an allocator is written in no other way; it only counts"
)]
// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// A bare `verify_strict` of `ed25519-dalek`: a key, a message of 64 bytes, a signature.
pub(crate) struct Raw {
    key: ed25519_dalek::VerifyingKey,
    message: [u8; 64],
    signature: ed25519_dalek::Signature,
}

impl Raw {
    pub(crate) fn many(count: usize) -> Vec<Self> {
        (0..count)
            .map(|number| {
                let signer = key(&format!("raw {number}"));
                let mut message = [0; 64];
                message[..8].copy_from_slice(&number.to_le_bytes());
                let signature = signer.sign(&message).to_bytes();
                let signature = ed25519_dalek::Signature::from_bytes(&signature);
                let key = signer.verifying_key().ed25519_bytes().expect("its bytes");
                let key = ed25519_dalek::VerifyingKey::from_bytes(&key).expect("a key");
                Self {
                    key,
                    message,
                    signature,
                }
            })
            .collect()
    }

    pub(crate) fn check(&self) {
        let checked = self
            .key
            .verify_strict(black_box(&self.message), &self.signature);
        assert!(checked.is_ok());
    }
}

/// Runs both in turns. The machine is not always as fast as the moment before, so each short run has
/// its own medians, and the run in the middle is told.
pub(crate) fn in_turns(
    quick: bool,
    mut ours: impl FnMut(usize),
    mut other: impl FnMut(usize),
) -> (f64, f64) {
    let rounds = if quick { 2_000 } else { 10_000 };
    let mut run = |from: usize| {
        let (mut first, mut second) = (Vec::with_capacity(RUN), Vec::with_capacity(RUN));
        for round in from..from + RUN {
            let start = Instant::now();
            ours(round % DOCUMENTS);
            first.push(start.elapsed().as_nanos() as f64);
            let start = Instant::now();
            other(round % DOCUMENTS);
            second.push(start.elapsed().as_nanos() as f64);
        }
        (median(first), median(second))
    };
    middle((0..rounds).step_by(RUN).map(&mut run).collect())
}

/// Calls of each in a short run.
const RUN: usize = 100;

/// Of several runs of two things, the one whose ratio is in the middle.
pub(crate) fn middle(mut runs: Vec<(f64, f64)>) -> (f64, f64) {
    let ratio = |run: &(f64, f64)| run.0 / run.1;
    runs.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
    let found = runs.get(runs.len() / 2);
    found.copied().unwrap_or((f64::NAN, f64::NAN))
}

pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A policy that believes one issuer for badges.
pub(crate) fn badges_of(issuer: Did) -> Policy {
    Policy::nobody().with_rule(Rule {
        did: issuer,
        types: vec![BADGE.to_owned()],
        creators: Creators::Any,
        validity: Validity {
            from: None,
            until: None,
        },
    })
}

fn any_badge() -> Asked {
    Asked::Credential(CredentialAsked {
        types: vec![CredentialType::Other],
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
    })
}

pub(crate) fn asked_of(parties: &Parties, id: &str, iri: &str) -> Asked {
    Asked::Presentation(PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge: Challenge::new(NONCE).expect("a nonce"),
        audience: Audience::new(parties.audience.client_id()),
        query: query(&[(id, iri)]),
        transaction_data: Vec::new(),
    })
}

/// Documents that are all accepted, with the question that they answer.
pub(crate) struct Batch {
    pub(crate) asked: Asked,
    pub(crate) policy: Policy,
    pub(crate) evidence: Evidence,
    pub(crate) documents: Vec<Vec<u8>>,
}

impl Batch {
    fn judge(&self, index: usize) {
        let question = Question {
            asked: &self.asked,
            asset: &AssetAsked::NotAsked,
            policy: &self.policy,
        };
        let bytes = self
            .documents
            .get(index % self.documents.len())
            .expect("a document");
        let report = verify(&question, black_box(bytes), &self.evidence, now());
        assert!(report.accepted().is_some(), "{:?}", report.details());
    }

    pub(crate) fn judge_together(&self, count: usize, threads: usize) {
        let question = Question {
            asked: &self.asked,
            asset: &AssetAsked::NotAsked,
            policy: &self.policy,
        };
        let submitted: Vec<Submitted<'_>> = self
            .documents
            .iter()
            .take(count)
            .map(|bytes| Submitted { question, bytes })
            .collect();
        let reports = match threads {
            1 => verify_many(&submitted, &self.evidence, now()),
            threads => verify_many_on(threads, &submitted, &self.evidence, now()),
        };
        assert!(reports.iter().all(|report| report.accepted().is_some()));
    }
}

/// Single credentials by an issuer whose key is known.
pub(crate) fn badges(suite: Cryptosuite) -> Batch {
    let parties = Parties::new();
    let holders: Vec<SigningKey> = (0..50)
        .map(|number| key(&format!("holder {number}")))
        .collect();
    let badge = |number: usize| {
        let holder = holders.get(number % holders.len()).expect("a holder");
        canonical::object_to_bytes(&parties.badge(number, holder, suite))
    };
    Batch {
        asked: any_badge(),
        policy: badges_of(parties.issuer.did_key()),
        evidence: Evidence::new().with_static_key(&parties.issuer.did_key()),
        documents: (0..DOCUMENTS).map(badge).collect(),
    }
}

/// Presentations of one badge each, every one by another holder.
pub(crate) fn presentations() -> Batch {
    let parties = Parties::new();
    let answer = |number: usize| {
        let holder = key(&format!("presenter {number}"));
        let badge: Object = parties.badge(number, &holder, Cryptosuite::EddsaJcs2022);
        parties.answer(&holder, badge, "badge")
    };
    Batch {
        asked: asked_of(&parties, "badge", BADGE),
        policy: badges_of(parties.issuer.did_key()),
        evidence: Evidence::new().with_static_key(&parties.issuer.did_key()),
        documents: (0..DOCUMENTS).map(answer).collect(),
    }
}

/// SD-JWTs of ten claims that are all shown, every one by another holder.
pub(crate) fn sd_jwts() -> Batch {
    let parties = Parties::new();
    let names: Vec<String> = (0..10).map(|number| format!("claim{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let asked = PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge: Challenge::new(NONCE).expect("a nonce"),
        audience: Audience::new(parties.audience.client_id()),
        query: sd_query(BADGE, &names),
        transaction_data: Vec::new(),
    };
    let answer = |number: usize| {
        let holder = key(&format!("presenter {number}"));
        let text = parties.sd_badge(number, &holder, &names);
        sd_token(&Binding::to(&parties.audience).attach(&text, &holder))
    };
    Batch {
        asked: Asked::Presentation(asked),
        policy: badges_of(parties.issuer.did_key()),
        evidence: Evidence::new().with_static_key(&parties.issuer.did_key()),
        documents: (0..DOCUMENTS).map(answer).collect(),
    }
}

fn avatar_presentations(count: usize) -> Batch {
    let (world, documents) = avatars(count);
    let avatar = CredentialType::Avatar;
    Batch {
        asked: asked_of(&Parties::new(), "avatar", avatar.iri()),
        policy: Policy::nobody().with_issuer(world.did(), vec![avatar], Creators::Any),
        evidence: Evidence::new().with_document(world.document(), now()),
        documents,
    }
}

fn against_raw(
    name: &str,
    batch: &Batch,
    raw: &[Raw],
    signatures: usize,
    bar: Option<Bar>,
    quick: bool,
) -> Row {
    let check = |index: usize| {
        for raw in raw.iter().cycle().skip(index).take(signatures) {
            raw.check();
        }
    };
    let (ours, floor) = in_turns(quick, |index| batch.judge(index), check);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for index in 0..100 {
        batch.judge(index);
    }
    let allocations = (ALLOCATIONS.load(Ordering::Relaxed) - before) / 100;
    line(&format!("{name}: {allocations} allocations each"));
    Row {
        name: name.to_owned(),
        median_ns: ours,
        peer: format!("{signatures} x verify_strict"),
        peer_median_ns: floor,
        bar,
    }
}

impl Batch {
    /// Median time for one of its documents, over all of them.
    pub(crate) fn time_each(&self) -> f64 {
        (0..self.documents.len()).for_each(|index| self.judge(index));
        let time = |index| {
            let start = Instant::now();
            self.judge(index);
            start.elapsed().as_nanos() as f64
        };
        median((0..self.documents.len()).map(time).collect())
    }
}

fn status_row(quick: bool) -> Row {
    let issuer = tests::actors::World::new("a.example");
    let url = "https://a.example/status/1";
    let list = StatusListCredential {
        url: url.parse().expect("an address"),
        issuer: issuer.did(),
        validity: Validity::between(now().plus_seconds(-60), now().plus_seconds(86_400)),
        purpose: StatusPurpose::Revocation,
        bits: Bits::unset(131_072),
        ttl_seconds: 300,
    };
    let bytes = canonical::object_to_bytes(&issuer.issue(&list.unsigned()));
    let evidence = Evidence::new().with_document(issuer.document(), now());
    let policy = Policy::nobody();
    let named = verifier::ListRef {
        url: list.url.clone(),
        issuer: issuer.did(),
    };
    let known = verifier::status::verify_list(&named, &bytes, &policy, &evidence, now());
    let evidence = evidence.with_status_list(known.expect("a sound list"));
    let entries: Vec<StatusPlace> = (0..DOCUMENTS)
        .map(|number| {
            StatusPlace::Bit(StatusEntry {
                purpose: StatusPurpose::Revocation,
                index: (number as u64 * 131) % 131_072,
                list: list.url.clone(),
                messages: None,
            })
        })
        .collect();
    let ask = |index: usize| {
        let entry = entries.get(index % entries.len()).expect("an entry");
        let answer = verifier::status::ask(entry, &named.issuer, &policy, &evidence, now());
        assert_eq!(answer, verifier::status::Answer::Unset);
    };
    let (ours, _) = in_turns(quick, ask, |_| ());
    Row {
        name: "status check, cached list of 131,072 entries".to_owned(),
        median_ns: ours,
        peer: "2 microseconds".to_owned(),
        peer_median_ns: 2_000.0,
        bar: Some(Bar::AtMost(1.0)),
    }
}

fn together(name: &str, batch: &Batch, bar: Option<Bar>, quick: bool) -> Row {
    const COUNT: usize = 64;
    let rounds = if quick { 20 } else { 100 };
    let run = |_| {
        let start = Instant::now();
        batch.judge_together(COUNT, 1);
        let together = start.elapsed().as_nanos() as f64;
        let start = Instant::now();
        for index in 0..COUNT {
            batch.judge(index);
        }
        (together, start.elapsed().as_nanos() as f64)
    };
    let (ours, singly) = middle((0..rounds).map(run).collect());
    Row {
        name: name.to_owned(),
        median_ns: ours,
        peer: "one by one".to_owned(),
        peer_median_ns: singly,
        bar,
    }
}

/// All rows that need nobody else.
pub(crate) fn rows(quick: bool) -> Vec<Row> {
    let raw = Raw::many(DOCUMENTS);
    let jcs = badges(Cryptosuite::EddsaJcs2022);
    let rdfc = badges(Cryptosuite::EddsaRdfc2022);
    let presented = presentations();
    let sd_jwts = sd_jwts();
    let avatars = avatar_presentations(100);
    let size =
        |batch: &Batch| batch.documents.iter().map(Vec::len).sum::<usize>() / batch.documents.len();
    line(&format!(
        "bytes: credential {}, presentation {}, SD-JWT {}, presentation of an avatar {}\n",
        size(&jcs),
        size(&presented),
        size(&sd_jwts),
        size(&avatars)
    ));
    let mut rows = vec![
        against_raw(
            "eddsa-jcs-2022 credential",
            &jcs,
            &raw,
            1,
            Some(Bar::AtMost(1.35)),
            quick,
        ),
        against_raw(
            "presentation of one credential",
            &presented,
            &raw,
            2,
            Some(Bar::AtMost(1.35)),
            quick,
        ),
        against_raw(
            "SD-JWT VC with key binding, 10 disclosures",
            &sd_jwts,
            &raw,
            2,
            Some(Bar::AtMost(1.6)),
            quick,
        ),
        against_raw(
            "presentation of an avatar with its provenance",
            &avatars,
            &raw,
            3,
            None,
            quick,
        ),
        against_raw("eddsa-rdfc-2022 credential", &rdfc, &raw, 1, None, quick),
        together(
            "64 presentations together, one thread",
            &presented,
            Some(Bar::AtMost(0.75)),
            quick,
        ),
        status_row(quick),
    ];
    rows.push(peers::two_processes(&presented, quick));
    rows
}

/// One kind of work, long enough for a profiler.
pub(crate) fn only(name: &str) {
    let batch = match name {
        "presentation" => presentations(),
        "sd-jwt" => sd_jwts(),
        "rdfc" => badges(Cryptosuite::EddsaRdfc2022),
        "avatar" => avatar_presentations(100),
        _ => badges(Cryptosuite::EddsaJcs2022),
    };
    for index in 0..40_000 {
        batch.judge(index);
    }
}
