//! From the root to the key of one copy (SLIP-0010, then HKDF-SHA-256). The holder's side runs it.
//!
//! ```text
//! seed ── m / product' ─┬─ persona' ─┬─ presentation' ── HKDF(issuer, type, generation, index) ── one copy
//!                       │            ├─ creator'
//!                       │            ├─ transfer' ────── HKDF(use, type, generation, index) ── key, salt
//!                       │            └─ store-auth'
//!                       └─ wallet' ──┬─ backup'
//!                                    └─ records'
//! ```
//! A copy's key is fixed when it is asked for, long before it is known which world will see it:
//! copies come in batches. The issuer's origin is part of the derivation as text, not as a child
//! number of 31 bits, which an attacker could hit by grinding names.
//!
//! A key that signs steps of items (`transfer'`) is of a type of its own, from its place to its seed:
//! no key of a copy can be put where one is wanted, nor the other way round.

mod slip10;

use std::fmt;

use schemas::world::WorldId;

use crate::kdf::{Key32, hkdf_sha256, push_prefixed};
use crate::seed::Seed;
use slip10::Node;

const PRODUCT: u32 = 0x6f6d_7465;
const WALLET_BRANCH: u32 = 0x7fff_ffff;
const COPY_SALT: &str = "omote/copy/v1";
const PURPOSE_SALT: &str = "omote/purpose/v1";
const TRANSFER_SALT: &str = "omote/transfer/v1";
const TRANSFER_HIDING_SALT: &str = "omote/transfer-salt/v1";

/// What a key may be used for. Each purpose has a branch of the tree to itself, so a key that signs
/// presentations can never sign a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Seals backup files (of the wallet, not of a persona).
    Backup,
    /// Signs the provenance of model files.
    Creator,
    /// Holder keys of copies.
    Presentation,
    /// Names the records of the store (of the wallet, not of a persona).
    Records,
    /// Authenticates to a remote store.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "its number is taken before its first key is made")
    )]
    StoreAuth,
    /// Signs steps of items in a ledger.
    Transfer,
}

impl Purpose {
    // Numbers are part of the derivation: never change or reuse one.
    const fn child(self) -> u32 {
        match self {
            Self::Presentation => 0,
            Self::Creator => 1,
            Self::Transfer => 2,
            Self::StoreAuth => 3,
            Self::Backup => 4,
            Self::Records => 5,
        }
    }
}

/// The number of a persona in the tree. Personas never share keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonaIndex(u32);

impl PersonaIndex {
    /// The persona that every wallet begins with.
    pub const FIRST: Self = Self(0);

    /// The persona of this number, unless the number is beyond the tree.
    #[must_use]
    pub const fn new(index: u32) -> Option<Self> {
        if index < WALLET_BRANCH {
            Some(Self(index))
        } else {
            None
        }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }
}

/// Counts fresh starts of a wallet's key numbering: 0 in a new wallet, drawn at random after each
/// restore, so that an index that was used and forgotten never names the same key again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Generation(u32);

impl Generation {
    /// The generation of a wallet made from a seed that was never used before.
    pub const FIRST: Self = Self(0);

    /// The generation of this number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }
}

/// The kind of a copy's key; part of the derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// Ed25519 (RFC 8032).
    Ed25519,
}

impl KeyType {
    /// Its name, as it enters the derivation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        (name == Self::Ed25519.name()).then_some(Self::Ed25519)
    }
}

/// Where the key of one copy is in the tree. Not secret; says nothing without the seed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyPath {
    /// The face that holds the copy.
    pub persona: PersonaIndex,
    /// The world that issues the copy.
    pub issuer: WorldId,
    /// The kind of key.
    pub key_type: KeyType,
    /// The numbering that `index` belongs to.
    pub generation: Generation,
    /// The number of the key for this persona and issuer.
    pub index: u32,
}

impl KeyPath {
    /// The bytes that name this key in the derivation and in the store.
    pub(crate) fn info(&self) -> Vec<u8> {
        let mut info = Vec::new();
        push_prefixed(&mut info, self.issuer.origin().as_bytes());
        push_prefixed(&mut info, self.key_type.name().as_bytes());
        info.extend_from_slice(&self.generation.value().to_be_bytes());
        info.extend_from_slice(&self.index.to_be_bytes());
        info
    }
}

/// What a key that signs steps of items is for. Each use has a numbering of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TransferUse {
    /// A one-time address, at which something may be offered in any ledger.
    Address,
    /// Holding one item in the ledger of this world.
    Holder(WorldId),
}

impl TransferUse {
    /// The word that enters the derivation and the store.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Holder(_) => "holder",
        }
    }

    /// The origin of the ledger; empty where there is none yet.
    pub(crate) fn origin(&self) -> &str {
        match self {
            Self::Address => "",
            Self::Holder(world) => world.origin(),
        }
    }
}

/// Where a key that signs steps of items is in the tree. Not secret; says nothing without the seed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TransferPath {
    /// The face that holds or takes the item.
    pub(crate) persona: PersonaIndex,
    /// What the key is for.
    pub(crate) what: TransferUse,
    /// The numbering that `index` belongs to.
    pub(crate) generation: Generation,
    /// The number of the key for this persona and use.
    pub(crate) index: u32,
}

impl TransferPath {
    fn info(&self) -> Vec<u8> {
        let mut info = Vec::new();
        push_prefixed(&mut info, self.what.name().as_bytes());
        push_prefixed(&mut info, self.what.origin().as_bytes());
        push_prefixed(&mut info, KeyType::Ed25519.name().as_bytes());
        info.extend_from_slice(&self.generation.value().to_be_bytes());
        info.extend_from_slice(&self.index.to_be_bytes());
        info
    }
}

/// The tree of keys over one seed. Wiped when dropped; never printed.
pub(crate) struct KeyTree {
    product: Node,
}

impl KeyTree {
    /// The tree that grows from `seed`.
    #[must_use]
    pub(crate) fn new(seed: &Seed) -> Self {
        Self {
            product: Node::root(seed.expose()).child(PRODUCT),
        }
    }

    /// The key of one copy.
    #[must_use]
    pub(crate) fn copy_seed(&self, path: &KeyPath) -> CopySeed {
        let node = self.node(path.persona.value(), Purpose::Presentation);
        CopySeed(hkdf_sha256(node.key(), COPY_SALT, &path.info()))
    }

    /// The persona's one key for a purpose. For [`Purpose::Presentation`] this is a key that no copy
    /// ever has.
    #[must_use]
    pub(crate) fn purpose_seed(&self, persona: PersonaIndex, purpose: Purpose) -> PurposeSeed {
        let node = self.node(persona.value(), purpose);
        let bytes = hkdf_sha256(node.key(), PURPOSE_SALT, KeyType::Ed25519.name().as_bytes());
        PurposeSeed { purpose, bytes }
    }

    /// The key of one holding in a ledger, or of one address, with the salt that hides it.
    #[must_use]
    pub(crate) fn transfer_seed(&self, path: &TransferPath) -> TransferSeed {
        let node = self.node(path.persona.value(), Purpose::Transfer);
        let info = path.info();
        TransferSeed {
            key: hkdf_sha256(node.key(), TRANSFER_SALT, &info),
            salt: hkdf_sha256(node.key(), TRANSFER_HIDING_SALT, &info),
        }
    }

    /// A symmetric key of the wallet as a whole.
    pub(crate) fn wallet_key(&self, purpose: Purpose, salt: &str, info: &[u8]) -> Key32 {
        hkdf_sha256(self.node(WALLET_BRANCH, purpose).key(), salt, info)
    }

    fn node(&self, branch: u32, purpose: Purpose) -> Node {
        self.product.child(branch).child(purpose.child())
    }
}

impl fmt::Debug for KeyTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyTree").finish_non_exhaustive()
    }
}

/// The 32-byte Ed25519 seed of one copy's key. Wiped when dropped; never printed.
pub(crate) struct CopySeed(Key32);

impl CopySeed {
    /// The bytes, for making the signing key and for nothing else.
    #[must_use]
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for CopySeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopySeed").finish_non_exhaustive()
    }
}

/// The 32-byte Ed25519 seed of a key that signs steps of items, and the salt of its commitment. Wiped
/// when dropped; never printed.
pub(crate) struct TransferSeed {
    key: Key32,
    salt: Key32,
}

impl TransferSeed {
    /// The seed, for making the signing key and for nothing else.
    #[must_use]
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.key
    }

    /// The salt. Told to a ledger when the commitment is opened, and to nobody before.
    #[must_use]
    pub(crate) fn salt(&self) -> &[u8; 32] {
        &self.salt
    }
}

impl fmt::Debug for TransferSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferSeed").finish_non_exhaustive()
    }
}

/// The 32-byte Ed25519 seed of a persona's key for one purpose. Wiped when dropped; never printed.
pub(crate) struct PurposeSeed {
    purpose: Purpose,
    bytes: Key32,
}

impl PurposeSeed {
    /// The bytes, for making the signing key and for nothing else.
    #[must_use]
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl fmt::Debug for PurposeSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PurposeSeed")
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn path(persona: u32, issuer: &str, generation: u32, index: u32) -> KeyPath {
        KeyPath {
            persona: PersonaIndex::new(persona).unwrap(),
            issuer: WorldId::of_url(issuer).unwrap(),
            key_type: KeyType::Ed25519,
            generation: Generation::new(generation),
            index,
        }
    }

    #[test]
    fn every_part_of_the_path_changes_the_key() {
        let tree = KeyTree::new(&Seed::from_bytes([1; 32]));
        let mut seen = HashSet::new();
        for persona in [0, 1, 77] {
            for issuer in [
                "https://a.example",
                "https://b.example",
                "https://a.example:8443",
            ] {
                for generation in [0, 1, u32::MAX] {
                    for index in [0, 1, u32::MAX] {
                        let seed = tree.copy_seed(&path(persona, issuer, generation, index));
                        assert!(seen.insert(*seed.expose()));
                    }
                }
            }
            for purpose in [
                Purpose::Backup,
                Purpose::Creator,
                Purpose::Presentation,
                Purpose::Records,
                Purpose::StoreAuth,
                Purpose::Transfer,
            ] {
                let persona = PersonaIndex::new(persona).unwrap();
                assert!(seen.insert(*tree.purpose_seed(persona, purpose).expose()));
            }
        }
    }

    fn transfer_path(persona: u32, what: TransferUse, generation: u32, index: u32) -> TransferPath {
        TransferPath {
            persona: PersonaIndex::new(persona).unwrap(),
            what,
            generation: Generation::new(generation),
            index,
        }
    }

    #[test]
    fn keys_for_steps_and_their_salts_are_like_no_other() {
        let tree = KeyTree::new(&Seed::from_bytes([1; 32]));
        let a = WorldId::of_url("https://a.example").unwrap();
        let b = WorldId::of_url("https://b.example").unwrap();
        let mut seen = HashSet::new();
        for persona in [0, 1, 77] {
            for generation in [0, 1, u32::MAX] {
                for index in [0, 1, u32::MAX] {
                    for what in [
                        TransferUse::Address,
                        TransferUse::Holder(a.clone()),
                        TransferUse::Holder(b.clone()),
                    ] {
                        let path = transfer_path(persona, what, generation, index);
                        let seed = tree.transfer_seed(&path);
                        assert!(seen.insert(*seed.expose()));
                        assert!(seen.insert(*seed.salt()));
                    }
                    for issuer in ["https://a.example", "https://b.example"] {
                        let copy = tree.copy_seed(&path(persona, issuer, generation, index));
                        assert!(seen.insert(*copy.expose()));
                    }
                }
            }
            let persona = PersonaIndex::new(persona).unwrap();
            let purpose = tree.purpose_seed(persona, Purpose::Transfer);
            assert!(seen.insert(*purpose.expose()));
        }
    }

    #[test]
    fn derivation_is_fixed_for_ever() {
        let tree = KeyTree::new(&Seed::from_bytes([1; 32]));
        let seed = tree.copy_seed(&path(0, "https://a.example", 0, 0));
        // A change here takes every person's keys away: it is a new salt, never a new value.
        assert_eq!(
            schemas::encoding::hex::encode(seed.expose()),
            "716960a55e2be73624350d9fa6dd2b0f21e4df738f02776e1e19b12a817a327b"
        );
        let again = KeyTree::new(&Seed::from_bytes([1; 32]));
        assert_eq!(
            again
                .copy_seed(&path(0, "https://a.example", 0, 0))
                .expose(),
            seed.expose()
        );
    }

    #[test]
    fn the_wallet_branch_is_no_persona() {
        assert!(PersonaIndex::new(WALLET_BRANCH).is_none());
        assert!(PersonaIndex::new(WALLET_BRANCH - 1).is_some());
    }

    #[test]
    fn secrets_print_nothing() {
        let tree = KeyTree::new(&Seed::from_bytes([1; 32]));
        assert_eq!(format!("{tree:?}"), "KeyTree { .. }");
        let seed = tree.copy_seed(&path(0, "https://a.example", 0, 0));
        assert_eq!(format!("{seed:?}"), "CopySeed { .. }");
        let seed = tree.transfer_seed(&transfer_path(0, TransferUse::Address, 0, 0));
        assert_eq!(format!("{seed:?}"), "TransferSeed { .. }");
    }
}
