//! One document of each kind and form, of the right shape and signed by nobody.

use crate::did::{Did, DidUrl};
use crate::digest::Sha256Digest;
use crate::json::Object;
use crate::ledger::{
    Act, Asker, Authority, ChainPage, Commitment, Event, EvidenceFile, HeadDocument,
    HeadReceiptClaims, HolderAnswer, HolderQuery, InboxAnswer, InboxQuery, Inclusion, ItemTag,
    ItemTerms, LeafClaims, LeafHash, Lease, LedgerEntry, LedgerSignature, Offer, OfferedItem, Salt,
    SentStep, SentSwap, State, Step, StepAnswer, SwapLeg, SwapWanted, TermsDigest, TransferTerms,
    UnverifiedHeadReceipt, UnverifiedLeaf, WorldCommitment,
};
use crate::license::{Allowance, LicenseTerms};
use crate::time::Timestamp;
use crate::world::WorldId;

fn ledger() -> WorldId {
    "https://world.example:8443".parse().unwrap()
}

fn kid() -> DidUrl {
    "did:web:world.example%3A8443#key-1".parse().unwrap()
}

fn key() -> Did {
    "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
        .parse()
        .unwrap()
}

const fn at() -> i64 {
    1_795_000_000
}

fn time(plus: i64) -> Timestamp {
    Timestamp::from_unix(at() + plus)
}

const SIGNATURE: LedgerSignature = LedgerSignature::from_bytes([5; 64]);
const LEDGER_SIGNATURE: LedgerSignature = LedgerSignature::from_bytes([15; 64]);
const SALT: Salt = Salt::from_bytes([6; 32]);
const TERMS: TermsDigest = TermsDigest::from_bytes([7; 32]);
const HOLDER: Commitment = Commitment::from_bytes([8; 32]);
const TO: Commitment = Commitment::from_bytes([9; 32]);
const WANTED: SwapWanted = SwapWanted {
    item: ItemTag::from_bytes([10; 32]),
    holder: Commitment::from_bytes([11; 32]),
};
const LEG: SwapLeg = SwapLeg {
    item: ItemTag::from_bytes([10; 32]),
    seq: 4,
    previous: LeafHash::from_bytes([12; 32]),
    holder: Commitment::from_bytes([11; 32]),
    terms: TermsDigest::from_bytes([13; 32]),
};

fn step(act: Act) -> Step {
    Step {
        ledger: ledger(),
        item: ItemTag::from_bytes([1; 32]),
        seq: 2,
        previous: LeafHash::from_bytes([2; 32]),
        act,
    }
}

/// One step of each form.
pub(super) fn steps() -> Vec<Step> {
    let offer = |swap| Act::Offer {
        to: TO,
        until: time(3600),
        terms: TERMS,
        swap,
    };
    let accept = |swap| Act::Accept {
        holder: HOLDER,
        terms: TERMS,
        swap,
    };
    let lease = Act::Lease {
        world: WorldCommitment::from_bytes([14; 32]),
        until: time(600),
    };
    [
        offer(None),
        offer(Some(WANTED)),
        accept(None),
        accept(Some(LEG)),
        Act::Refuse,
        Act::Withdraw,
        Act::Burn,
        lease,
        Act::Release,
    ]
    .into_iter()
    .map(step)
    .collect()
}

/// Each as it is sent, with and without a creator's consent where there may be one.
pub(super) fn sent() -> Vec<SentStep> {
    let mut sent = Vec::new();
    for step in steps() {
        let swaps = matches!(step.act, Act::Accept { swap: Some(_), .. });
        let other = |creator| SentSwap {
            key: key(),
            salt: SALT,
            signature: SIGNATURE,
            creator,
        };
        let one = SentStep {
            key: key(),
            salt: SALT,
            signature: SIGNATURE,
            creator: None,
            swap: swaps.then(|| other(None)),
            step,
        };
        if matches!(one.step.act, Act::Offer { .. }) {
            sent.push(SentStep {
                creator: Some(SIGNATURE),
                ..one.clone()
            });
        }
        if swaps {
            sent.push(SentStep {
                swap: Some(other(Some(SIGNATURE))),
                ..one.clone()
            });
        }
        sent.push(one);
    }
    sent
}

fn claims(event: Event, state: State) -> LeafClaims {
    LeafClaims {
        ledger: ledger(),
        item: ItemTag::from_bytes([1; 32]),
        seq: 2,
        previous: Some(LeafHash::from_bytes([2; 32])),
        event,
        state,
        holder: HOLDER,
        terms: TERMS,
        transfers: 1,
        at: time(0),
        offer: None,
        lease: None,
        reason: None,
        swap: None,
        by: None,
    }
}

/// Each step with what its leaf says, as a ledger that knows the rules writes it.
pub(super) fn taken() -> Vec<(Step, LeafClaims)> {
    let mut taken = Vec::new();
    let lease = Lease {
        world: WorldCommitment::from_bytes([14; 32]),
        until: time(600),
    };
    for step in steps() {
        let event = step.act.event();
        let state = match event {
            Event::Offer => State::Offered,
            Event::Burn => State::Burned,
            _ => State::Held,
        };
        let mut leaf = claims(event, state);
        match &step.act {
            Act::Offer {
                to, until, swap, ..
            } => {
                leaf.offer = Some(Offer {
                    to: *to,
                    until: *until,
                    swap: *swap,
                });
            }
            Act::Accept { swap, .. } => leaf.swap = *swap,
            Act::Lease { .. } => leaf.lease = Some(lease),
            _ => {}
        }
        leaf.by = Some(by(&step));
        if let Act::Accept {
            swap: Some(leg), ..
        } = &step.act
        {
            taken.push((step.clone(), given(&step, leg)));
        }
        if event == Event::Release {
            let offered = LeafClaims {
                state: State::Offered,
                offer: Some(Offer {
                    to: TO,
                    until: time(60),
                    swap: None,
                }),
                ..leaf.clone()
            };
            taken.push((step.clone(), offered));
        }
        taken.push((step, leaf));
    }
    taken
}

/// The leaf of what is given in return: the same step, seen from the other item.
fn given(step: &Step, leg: &SwapLeg) -> LeafClaims {
    LeafClaims {
        item: leg.item,
        seq: leg.seq,
        previous: Some(leg.previous),
        holder: leg.holder,
        terms: leg.terms,
        swap: Some(SwapLeg {
            item: step.item,
            seq: step.seq,
            previous: step.previous,
            holder: HOLDER,
            terms: TERMS,
        }),
        by: Some(by(step)),
        ..claims(Event::Swap, State::Held)
    }
}

fn by(step: &Step) -> Authority {
    Authority {
        step: step.id(),
        key: key(),
        salt: SALT,
        signature: SIGNATURE,
        creator: matches!(step.act, Act::Offer { swap: None, .. }).then_some(SIGNATURE),
    }
}

/// One leaf of each event, and of each state that an event may leave.
pub(super) fn leaves() -> Vec<UnverifiedLeaf> {
    let because = |leaf: LeafClaims| LeafClaims {
        reason: Some("because 理由".to_owned()),
        ..leaf
    };
    let offer = Offer {
        to: TO,
        until: time(60),
        swap: Some(WANTED),
    };
    let mut all = vec![LeafClaims {
        seq: 0,
        previous: None,
        transfers: 0,
        ..claims(Event::Mint, State::Held)
    }];
    all.extend(taken().into_iter().map(|(_, leaf)| leaf));
    all.push(because(claims(Event::Expire, State::Held)));
    all.push(because(claims(Event::End, State::Ended)));
    for open in [None, Some(offer)] {
        all.push(because(LeafClaims {
            offer: open,
            ..claims(Event::Suspend, State::Suspended)
        }));
        let state = match open {
            Some(_) => State::Offered,
            None => State::Held,
        };
        all.push(because(LeafClaims {
            offer: open,
            lease: Some(Lease {
                world: WorldCommitment::from_bytes([14; 32]),
                until: time(60),
            }),
            ..claims(Event::Resume, state)
        }));
    }
    let signed = |leaf: LeafClaims| UnverifiedLeaf::new(&leaf, &kid(), LEDGER_SIGNATURE).unwrap();
    all.into_iter().map(signed).collect()
}

pub(super) fn receipt() -> UnverifiedHeadReceipt {
    let claims = HeadReceiptClaims {
        ledger: ledger(),
        item: ItemTag::from_bytes([1; 32]),
        seq: 2,
        leaf: LeafHash::from_bytes([2; 32]),
        issued: time(0),
        not_after: time(600),
    };
    UnverifiedHeadReceipt::new(&claims, &kid(), SIGNATURE).unwrap()
}

pub(super) fn heads() -> Vec<HeadDocument> {
    let bare = HeadDocument {
        leaf: leaves().remove(0),
        receipt: receipt(),
        proof: None,
        lease_salt: None,
    };
    let full = HeadDocument {
        proof: Some("c2sp.org/tlog-proof@v1\n".to_owned()),
        lease_salt: Some(SALT),
        ..bare.clone()
    };
    vec![bare, full]
}

pub(super) fn answers() -> Vec<StepAnswer> {
    let offer = crate::object! { "credential_issuer" => "https://world.example" };
    [None, Some(offer)]
        .into_iter()
        .map(|credential_offer| StepAnswer {
            leaf: leaves().remove(0),
            receipt: receipt(),
            credential_offer,
        })
        .collect()
}

pub(super) fn query() -> InboxQuery {
    InboxQuery {
        at: time(0),
        addresses: vec![
            asker(),
            Asker {
                salt: Salt::from_bytes([9; 32]),
                ..asker()
            },
        ],
    }
}

pub(super) fn holder_query() -> HolderQuery {
    HolderQuery {
        at: time(0),
        holder: asker(),
    }
}

pub(super) fn holder_answer() -> HolderAnswer {
    HolderAnswer {
        credential_offer: crate::object! { "credential_issuer" => "https://world.example" },
    }
}

fn asker() -> Asker {
    Asker {
        key: key(),
        salt: SALT,
        signature: SIGNATURE,
    }
}

pub(super) fn inbox() -> InboxAnswer {
    InboxAnswer {
        offers: vec![OfferedItem {
            leaf: leaves().remove(1),
            terms: terms(),
            provenance: Object::new(),
        }],
        more: true,
    }
}

pub(super) fn page() -> ChainPage {
    let leaves = leaves();
    let next = leaves.last().map(|leaf| leaf.claims().seq + 1);
    ChainPage { leaves, next }
}

pub(super) fn transfers() -> [TransferTerms; 5] {
    let asked = TransferTerms {
        creator: true,
        ..TransferTerms::FREE
    };
    let once = TransferTerms {
        most: Some(1),
        ..TransferTerms::FREE
    };
    let both = TransferTerms {
        most: Some(9),
        ..asked
    };
    [TransferTerms::FREE, TransferTerms::NEVER, asked, once, both]
}

pub(super) fn terms() -> ItemTerms {
    ItemTerms {
        class: "剣".to_owned(),
        serial: 42,
        license: LicenseTerms {
            authors: vec!["Aki".to_owned()],
            allow_redistribution: Some(Allowance::Denied),
            ..LicenseTerms::default()
        },
        transfer: TransferTerms {
            most: Some(3),
            ..TransferTerms::FREE
        },
        creator: key(),
        asset: Sha256Digest::of(b"model"),
    }
}

pub(super) fn entry() -> LedgerEntry {
    LedgerEntry {
        ledger: ledger(),
        item: ItemTag::from_bytes([1; 32]),
        holder: HOLDER,
        terms: terms().digest(),
        transfer: terms().transfer,
    }
}

pub(super) fn evidence() -> Vec<EvidenceFile> {
    let notes = || ["one\n".to_owned(), "two\n".to_owned()];
    let mut leaves = leaves().into_iter();
    let two = [leaves.next().unwrap(), leaves.next().unwrap()];
    let node = |path: Vec<[u8; 32]>| Inclusion {
        hash: [3; 32],
        path,
    };
    vec![
        EvidenceFile::TwoLeaves {
            ledger: ledger(),
            leaves: Box::new(two),
        },
        EvidenceFile::TwoCheckpoints {
            ledger: ledger(),
            checkpoints: notes(),
        },
        EvidenceFile::TwoTrees {
            ledger: ledger(),
            checkpoints: notes(),
            level: 8,
            index: 70_000,
            nodes: Box::new([node(vec![[4; 32], [5; 32]]), node(Vec::new())]),
        },
    ]
}
