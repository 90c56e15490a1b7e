//! Items that a world's ledger keeps: hands, leaves, heads, and how they reach a verification.

use proofs::did_document::{DidDocument, build, ledger_service};
use proofs::keys::SigningKey;
use proofs::ledger::{commitment, sign_leaf, sign_receipt, sign_step};
use proofs::tlog::checkpoint::{Checkpoint, VerifiedCheckpoint};
use proofs::tlog::merkle::TreeHead;
use proofs::tlog::note::{KeyKind, NoteSigner};
use proofs::tlog::proof::UnverifiedTlogProof;
use schemas::credential::{ItemCredential, UnverifiedCredential};
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::ledger::{
    Act, Commitment, HeadDocument, HeadReceiptClaims, ItemTag, ItemTerms, LeafClaims, LedgerEntry,
    Salt, SentStep, Step, TransferTerms, UnverifiedHeadReceipt, UnverifiedLeaf, log_origin,
};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::terms::Contexts;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::ledger::{
    Applied, Current, HeadRef, IssuerAct, LedgerLimits, NewItem, apply, issue, mint, terms_of,
};
use verifier::{Asked, Evidence, Fetched, Learned, Report};

use crate::actors::{World, key};
use crate::fixed::now;
use crate::scene::{Scene, token};

/// How long an offer of these tests is open, in seconds.
pub const OFFERED: i64 = 3600;
/// How long a receipt of these tests counts, in seconds.
pub const RECEIPT: i64 = 600;

/// A one-time key with its salt, by a name.
#[derive(Debug)]
pub struct Hand {
    /// The key.
    pub key: SigningKey,
    /// The salt.
    pub salt: Salt,
}

impl Hand {
    /// The hand of a name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            key: key(&format!("hand {name}")),
            salt: salt(name),
        }
    }

    /// Its commitment.
    ///
    /// # Panics
    /// Never: the keys of these tests are Ed25519.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        commitment(&self.key.verifying_key(), &self.salt).expect("an Ed25519 key")
    }
}

/// The salt of a name.
#[must_use]
pub fn salt(name: &str) -> Salt {
    Salt::from_bytes(*Sha256Digest::of(name.as_bytes()).as_bytes())
}

/// The ledger of a scene's world A, and one item in it.
#[derive(Debug)]
pub struct Items {
    /// The world.
    pub world: World,
    /// The same, as a ledger.
    pub ledger: WorldId,
    /// The item.
    pub tag: ItemTag,
    /// Its terms.
    pub terms: ItemTerms,
}

impl Items {
    /// The ledger of world A. `None` where the world of this test is its own key, as then there is none.
    ///
    /// # Panics
    /// When the item of the scene is none: the test is wrong then.
    #[must_use]
    pub fn of(scene: &Scene) -> Option<Self> {
        Self::with(scene, TransferTerms::FREE)
    }

    /// The same, of an item with these terms.
    ///
    /// # Panics
    /// As of [`Items::of`].
    #[must_use]
    pub fn with(scene: &Scene, transfer: TransferTerms) -> Option<Self> {
        let ledger = WorldId::of_did(&scene.a.did()).ok()?;
        let item = scene.item().into();
        let read = UnverifiedCredential::parse(&item, &Contexts::pinned()).expect("an item");
        Some(Self {
            world: World::new("a.example").with_suite(scene.a.suite),
            ledger,
            tag: ItemTag::from_bytes([1; 32]),
            terms: terms_of(read.subject(), transfer).expect("terms"),
        })
    }

    /// Which head it is.
    #[must_use]
    pub fn head_ref(&self) -> HeadRef {
        HeadRef {
            ledger: self.ledger.clone(),
            item: self.tag,
        }
    }

    /// What a credential for a hand says of it.
    #[must_use]
    pub fn entry(&self, hand: &Hand) -> LedgerEntry {
        LedgerEntry {
            ledger: self.ledger.clone(),
            item: self.tag,
            holder: hand.commitment(),
            terms: self.terms.digest(),
            transfer: self.terms.transfer,
        }
    }

    /// The credential of the person in the scene, with this entry.
    #[must_use]
    pub fn credential(&self, scene: &Scene, entry: Option<LedgerEntry>) -> ItemCredential {
        let holder = scene.holder().did_key();
        ItemCredential {
            ledger_entry: entry,
            ..scene.a.item(&holder, scene.creator.provenance())
        }
    }

    /// Signed by the world.
    #[must_use]
    pub fn item(&self, scene: &Scene, entry: Option<LedgerEntry>) -> Object {
        scene.a.issue(&self.credential(scene, entry).unsigned())
    }

    /// Writes a leaf.
    ///
    /// # Panics
    /// When nobody would read it: the test is wrong then.
    #[must_use]
    pub fn write(&self, claims: &LeafClaims) -> UnverifiedLeaf {
        let signed = sign_leaf(claims, &self.world.method(), &self.world.key());
        signed.expect("a leaf").leaf().clone()
    }

    /// The item comes to be.
    #[must_use]
    pub fn mint(&self, hand: &Hand) -> UnverifiedLeaf {
        let new = NewItem {
            ledger: self.ledger.clone(),
            item: self.tag,
            holder: hand.commitment(),
            terms: self.terms.digest(),
        };
        self.write(&mint(&new, now().plus_seconds(-600)))
    }

    /// A step of a hand on a leaf.
    ///
    /// # Panics
    /// Never: the keys of these tests are Ed25519.
    #[must_use]
    pub fn step(&self, head: &UnverifiedLeaf, act: Act, by: &Hand) -> SentStep {
        let step = Step {
            ledger: self.ledger.clone(),
            item: self.tag,
            seq: head.claims().seq + 1,
            previous: head.hash(),
            act,
        };
        SentStep {
            key: by.key.did_key(),
            salt: by.salt,
            signature: sign_step(&step, &by.key).expect("an Ed25519 key"),
            creator: None,
            swap: None,
            step,
        }
    }

    /// An offer.
    #[must_use]
    pub fn offer(&self, head: &UnverifiedLeaf, by: &Hand, to: &Hand) -> SentStep {
        let act = Act::Offer {
            to: to.commitment(),
            until: now().plus_seconds(OFFERED),
            terms: self.terms.digest(),
            swap: None,
        };
        self.step(head, act, by)
    }

    /// Its acceptance.
    #[must_use]
    pub fn accept(&self, head: &UnverifiedLeaf, by: &Hand, holder: &Hand) -> SentStep {
        let act = Act::Accept {
            holder: holder.commitment(),
            terms: self.terms.digest(),
            swap: None,
        };
        self.step(head, act, by)
    }

    /// What the rules make of a step.
    ///
    /// # Errors
    /// Those of [`apply`].
    pub fn apply(
        &self,
        head: &UnverifiedLeaf,
        sent: &SentStep,
        at: Timestamp,
    ) -> Result<Applied, Reason> {
        let standing = Current {
            head,
            terms: &self.terms,
        };
        apply(standing, None, sent, at, &LedgerLimits::STANDARD)
    }

    /// What the rules make of a step, written.
    ///
    /// # Panics
    /// When they refuse it: the test is wrong then.
    #[must_use]
    pub fn take(&self, head: &UnverifiedLeaf, sent: &SentStep) -> UnverifiedLeaf {
        let applied = self.apply(head, sent, now());
        self.write(&applied.expect("a step that may be taken").leaf)
    }

    /// A step of the ledger alone.
    ///
    /// # Panics
    /// When there is no place for it: the test is wrong then.
    #[must_use]
    pub fn alone(&self, head: &UnverifiedLeaf, act: IssuerAct) -> UnverifiedLeaf {
        let claims = issue(head, act, "because", now());
        self.write(&claims.expect("a step of the ledger"))
    }

    /// The item from one hand to another, by way of an address.
    #[must_use]
    pub fn given(&self, head: &UnverifiedLeaf, from: &Hand, to: &Hand) -> UnverifiedLeaf {
        let address = Hand::new("an address");
        let open = self.take(head, &self.offer(head, from, &address));
        self.take(&open, &self.accept(&open, &address, to))
    }

    /// A receipt for a leaf.
    ///
    /// # Panics
    /// When nobody would read it: the test is wrong then.
    #[must_use]
    pub fn receipt(&self, leaf: &UnverifiedLeaf, issued: Timestamp) -> UnverifiedHeadReceipt {
        let claims = HeadReceiptClaims {
            ledger: self.ledger.clone(),
            item: leaf.claims().item,
            seq: leaf.claims().seq,
            leaf: leaf.hash(),
            issued,
            not_after: issued.plus_seconds(RECEIPT),
        };
        let signed = sign_receipt(&claims, &self.world.method(), &self.world.key());
        signed.expect("a receipt").receipt().clone()
    }

    /// A head document, issued just now.
    #[must_use]
    pub fn head(&self, leaf: &UnverifiedLeaf) -> HeadDocument {
        HeadDocument {
            leaf: leaf.clone(),
            receipt: self.receipt(leaf, now()),
            proof: None,
            lease_salt: None,
        }
    }

    /// The proof of a log that has this leaf and no other, signed by the ledger.
    ///
    /// # Panics
    /// Never: the keys of these tests are Ed25519.
    #[must_use]
    pub fn proof(&self, leaf: &UnverifiedLeaf) -> String {
        self.proof_by(leaf, &self.world.key())
    }

    /// The same, signed by this key in the ledger's name.
    ///
    /// # Panics
    /// As of [`Items::proof`].
    #[must_use]
    pub fn proof_by(&self, leaf: &UnverifiedLeaf, key: &SigningKey) -> String {
        let checkpoint = self.checkpoint_by(leaf, key);
        UnverifiedTlogProof::new(0, Vec::new(), &checkpoint).to_string()
    }

    /// The checkpoint of that log.
    ///
    /// # Panics
    /// As of [`Items::proof`].
    #[must_use]
    pub fn checkpoint(&self, leaf: &UnverifiedLeaf) -> VerifiedCheckpoint {
        self.checkpoint_by(leaf, &self.world.key())
    }

    fn checkpoint_by(&self, leaf: &UnverifiedLeaf, key: &SigningKey) -> VerifiedCheckpoint {
        let root = Sha256Digest::from_bytes(*leaf.hash().as_bytes());
        let origin = log_origin(&self.ledger);
        let name = origin.parse().expect("a key name");
        let signer = NoteSigner::new(name, KeyKind::Note, key).expect("an Ed25519 key");
        let checkpoint = Checkpoint::new(signer.public().name(), TreeHead { size: 1, root });
        let signed = checkpoint.sign(&signer).expect("a key that signs notes");
        let keys = [signer.public().clone()];
        signed.verify(&origin, &keys).expect("our own signature")
    }

    /// The document of the world, in which it announces its ledger.
    ///
    /// # Panics
    /// Never: the fragments are good.
    #[must_use]
    pub fn announcement(&self) -> DidDocument {
        let key = self.world.key().verifying_key();
        let services = [ledger_service(&self.ledger)];
        let did = self.world.did();
        let document = build(&did, &[("key-1", &key)], &services).expect("a document");
        DidDocument::parse(&document.into(), &did).expect("a document")
    }
}

impl Scene {
    /// The same scene, in which a head was fetched just now.
    #[must_use]
    pub fn knowing_head(mut self, items: &Items, head: &HeadDocument) -> Self {
        let bytes = Ok(Fetched::now(head.to_bytes()));
        self.learns(Learned::ItemHead(items.head_ref(), bytes), self.now);
        self
    }

    /// The same scene, in which world A announces its ledger.
    #[must_use]
    pub fn announcing(mut self, items: &Items) -> Self {
        self.evidence = Evidence::new().with_document(items.announcement(), self.now);
        self
    }

    /// World B judges an item that is presented, being asked for one.
    #[must_use]
    pub fn judge_item(&self, item: &Object) -> Report {
        let asked: Asked = self.asked_for(schemas::credential::CredentialType::Item);
        self.judge_bytes(&asked, &token(&self.present_unchecked(item)))
    }
}
