//! Signatures of the item ledger: of leaves and receipts by the world that keeps it, of steps by whoever
//! may take them, of consent by creators; and the commitments that say who that is.
//!
//! Wallets sign steps, ledgers leaves and receipts; everybody checks. Each kind is signed behind a line
//! of its own, so that a signature of one kind is never one of another, and none is a JWS or a Data
//! Integrity proof: those sign a header with dots and two digests, and never begin with these lines.
//! Ed25519 only, by the strict rules. Which step may follow which leaf is for `verifier::ledger`.

#[cfg(test)]
mod tests;

use std::fmt;

use schemas::did::{Did, DidUrl};
use schemas::ledger::{
    Address, Asker, Commitment, HeadReceiptClaims, LeafClaims, LeafHash, LedgerSignature, Question,
    Salt, Step, StepId, UnverifiedHeadReceipt, UnverifiedLeaf,
};
use schemas::message::MessageError;
use schemas::reason::Reason;
use schemas::suite::KeyType;

use crate::did_key::{self, DidKeyError};
use crate::keys::{KeyError, Signature, SigningKey, VerifyingKey};

/// Why something of the ledger is not signed, or not by whom it has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LedgerError {
    /// Claims that make no document.
    Malformed(MessageError),
    /// A key of another type than Ed25519.
    KeyType(KeyType),
    /// A name that is no `did:key`, or one of a key that was refused.
    Key(DidKeyError),
    /// The bytes of an address are no sound key.
    Address(KeyError),
    /// Key and salt do not open the commitment: somebody else may take this step.
    NotOpened,
    /// The key did not sign this.
    SignatureInvalid,
}

impl LedgerError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Malformed(error) => error.reason(),
            Self::KeyType(_) => Reason::KeyTypeMismatch,
            Self::Key(error) => error.reason(),
            Self::Address(_) => Reason::ReceiverInvalid,
            Self::NotOpened => Reason::TransferNotHolder,
            Self::SignatureInvalid => Reason::SigInvalid,
        }
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(formatter, "{error}"),
            Self::KeyType(found) => write!(formatter, "the ledger uses Ed25519, found {found}"),
            Self::Key(error) => write!(formatter, "{error}"),
            Self::Address(error) => write!(formatter, "the key of an address: {error}"),
            Self::NotOpened => formatter.write_str("key and salt do not open the commitment"),
            Self::SignatureInvalid => formatter.write_str("the signature does not match"),
        }
    }
}

impl std::error::Error for LedgerError {}

impl From<MessageError> for LedgerError {
    fn from(error: MessageError) -> Self {
        Self::Malformed(error)
    }
}

/// What is signed, each behind its own line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Leaf,
    Step,
    Swap,
    Consent,
    Question,
    Receipt,
}

impl Kind {
    const fn line(self) -> &'static [u8] {
        match self {
            Self::Leaf => b"omote/ledger/leaf/v1\n",
            Self::Step => b"omote/ledger/step/v1\n",
            Self::Swap => b"omote/ledger/swap/v1\n",
            Self::Consent => b"omote/ledger/consent/v1\n",
            Self::Question => b"omote/ledger/question/v1\n",
            Self::Receipt => b"omote/ledger/receipt/v1\n",
        }
    }

    fn sign(self, document: &[u8], key: &SigningKey) -> Result<LedgerSignature, LedgerError> {
        require_ed25519(key.key_type())?;
        let signature = key.sign(&[self.line(), document].concat());
        Ok(LedgerSignature::from_bytes(signature.to_bytes()))
    }

    fn verify(
        self,
        document: &[u8],
        key: &VerifyingKey,
        signature: LedgerSignature,
    ) -> Result<(), LedgerError> {
        require_ed25519(key.key_type())?;
        let signature = Signature::from_bytes(signature.as_bytes())
            .map_err(|_| LedgerError::SignatureInvalid)?;
        key.verify(&[self.line(), document].concat(), &signature)
            .map_err(|_| LedgerError::SignatureInvalid)
    }
}

const fn require_ed25519(found: KeyType) -> Result<(), LedgerError> {
    match found {
        KeyType::Ed25519 => Ok(()),
        other => Err(LedgerError::KeyType(other)),
    }
}

/// The commitment of a holder's one-time key.
///
/// # Errors
/// [`LedgerError::KeyType`] for a key of another type than Ed25519.
pub fn commitment(key: &VerifyingKey, salt: &Salt) -> Result<Commitment, LedgerError> {
    let bytes = key.ed25519_bytes();
    let bytes = bytes.ok_or(LedgerError::KeyType(key.key_type()))?;
    Ok(Commitment::of(&bytes, salt))
}

/// The address at which a key can be given something.
///
/// # Errors
/// [`LedgerError::KeyType`] for a key of another type than Ed25519.
pub fn address(key: &VerifyingKey, salt: Salt) -> Result<Address, LedgerError> {
    let bytes = key.ed25519_bytes();
    let bytes = bytes.ok_or(LedgerError::KeyType(key.key_type()))?;
    Ok(Address::new(bytes, salt))
}

/// Looks at the key of an address before something is offered to it: a weak one is anybody's.
///
/// # Errors
/// [`LedgerError::Address`] when its bytes are no sound key.
pub fn require_sound(address: &Address) -> Result<(), LedgerError> {
    let key = VerifyingKey::from_ed25519(address.key());
    key.map(|_| ()).map_err(LedgerError::Address)
}

/// Opens a commitment: the key of this name, if it is the one that was committed to with this salt.
///
/// # Errors
/// [`LedgerError::Key`] for another name than a `did:key` and for a weak key, [`LedgerError::KeyType`]
/// for one of another type, [`LedgerError::NotOpened`] when the commitment is to something else.
pub fn open(commitment: Commitment, key: &Did, salt: &Salt) -> Result<VerifyingKey, LedgerError> {
    let key = did_key::decode(key).map_err(LedgerError::Key)?;
    match self::commitment(&key, salt)? == commitment {
        true => Ok(key),
        false => Err(LedgerError::NotOpened),
    }
}

/// Signs a step: by the holder's key, or by the address's for `accept` and `refuse`.
///
/// # Errors
/// [`LedgerError::KeyType`] for a key of another type than Ed25519.
pub fn sign_step(step: &Step, key: &SigningKey) -> Result<LedgerSignature, LedgerError> {
    Kind::Step.sign(&step.canonical(), key)
}

/// Signs the other half of a swap: by the holder of what is given in return, over the same step.
///
/// # Errors
/// As of [`sign_step`].
pub fn sign_swap(step: &Step, key: &SigningKey) -> Result<LedgerSignature, LedgerError> {
    Kind::Swap.sign(&step.canonical(), key)
}

/// Signs a creator's consent to a step.
///
/// # Errors
/// As of [`sign_step`].
pub fn sign_consent(step: &Step, key: &SigningKey) -> Result<LedgerSignature, LedgerError> {
    Kind::Consent.sign(&step.canonical(), key)
}

/// Checks the signature of a step, with the key that [`open`] gave; says the name of what was signed.
///
/// # Errors
/// [`LedgerError::SignatureInvalid`].
pub fn verify_step(
    step: &Step,
    key: &VerifyingKey,
    signature: LedgerSignature,
) -> Result<StepId, LedgerError> {
    let bytes = step.canonical();
    Kind::Step.verify(&bytes, key, signature)?;
    Ok(StepId::of_canonical(&bytes))
}

/// Checks the signature of the other half of a swap; says the name of the step, as [`verify_step`] does.
///
/// # Errors
/// [`LedgerError::SignatureInvalid`].
pub fn verify_swap(
    step: &Step,
    key: &VerifyingKey,
    signature: LedgerSignature,
) -> Result<StepId, LedgerError> {
    let bytes = step.canonical();
    Kind::Swap.verify(&bytes, key, signature)?;
    Ok(StepId::of_canonical(&bytes))
}

/// Checks a creator's consent to a step.
///
/// # Errors
/// [`LedgerError::Key`] when the creator is named by another DID than a `did:key`: nobody could check
/// it in ten years. [`LedgerError::KeyType`], [`LedgerError::SignatureInvalid`].
pub fn verify_consent(
    step: &Step,
    creator: &Did,
    signature: LedgerSignature,
) -> Result<(), LedgerError> {
    Kind::Consent.verify(&step.canonical(), &consent_key(creator)?, signature)
}

/// The key by which a creator consents to steps. Whoever has none can never consent, and no terms should
/// ask them to.
///
/// # Errors
/// [`LedgerError::Key`] when the creator is named by another DID than a `did:key`,
/// [`LedgerError::KeyType`].
pub fn consent_key(creator: &Did) -> Result<VerifyingKey, LedgerError> {
    let key = did_key::decode(creator).map_err(LedgerError::Key)?;
    require_ed25519(key.key_type())?;
    Ok(key)
}

/// Signs a question that a ledger answers to one party alone.
///
/// # Errors
/// As of [`sign_step`].
pub fn sign_question(
    question: &Question,
    key: &SigningKey,
) -> Result<LedgerSignature, LedgerError> {
    Kind::Question.sign(&question.canonical(), key)
}

/// Checks who asks: that they open the commitment of the question, and signed it.
///
/// # Errors
/// As of [`open`], and [`LedgerError::SignatureInvalid`].
pub fn verify_question(question: &Question, asker: &Asker) -> Result<(), LedgerError> {
    let key = open(question.who, &asker.key, &asker.salt)?;
    Kind::Question.verify(&question.canonical(), &key, asker.signature)
}

/// A leaf of which the ledger's own signature was checked with a key that the caller looked up.
///
/// Who took the step, and whether it may follow the leaf before, is not checked by this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedLeaf(UnverifiedLeaf);

impl VerifiedLeaf {
    /// The leaf.
    #[must_use]
    pub const fn leaf(&self) -> &UnverifiedLeaf {
        &self.0
    }

    /// The leaf alone, for whoever sends it on.
    #[must_use]
    pub fn into_leaf(self) -> UnverifiedLeaf {
        self.0
    }

    /// What it says.
    #[must_use]
    pub const fn claims(&self) -> &LeafClaims {
        self.0.claims()
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> LeafHash {
        self.0.hash()
    }
}

/// Signs a leaf in the ledger's name.
///
/// # Errors
/// [`LedgerError::Malformed`] for claims that nobody would read, [`LedgerError::KeyType`].
pub fn sign_leaf(
    claims: &LeafClaims,
    kid: &DidUrl,
    key: &SigningKey,
) -> Result<VerifiedLeaf, LedgerError> {
    let leaf = UnverifiedLeaf::signed(claims, kid, |bytes| Kind::Leaf.sign(bytes, key))?;
    Ok(VerifiedLeaf(leaf))
}

/// Checks a leaf's signature by the ledger's key of its `kid`.
///
/// # Errors
/// [`LedgerError::SignatureInvalid`], [`LedgerError::KeyType`].
pub fn verify_leaf(leaf: UnverifiedLeaf, key: &VerifyingKey) -> Result<VerifiedLeaf, LedgerError> {
    Kind::Leaf.verify(&leaf.signed_bytes(), key, leaf.signature())?;
    Ok(VerifiedLeaf(leaf))
}

/// A head receipt of which the ledger's signature was checked with a key that the caller looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedHeadReceipt(UnverifiedHeadReceipt);

impl VerifiedHeadReceipt {
    /// The receipt.
    #[must_use]
    pub const fn receipt(&self) -> &UnverifiedHeadReceipt {
        &self.0
    }

    /// The receipt alone, for whoever sends it on.
    #[must_use]
    pub fn into_receipt(self) -> UnverifiedHeadReceipt {
        self.0
    }

    /// What it says.
    #[must_use]
    pub const fn claims(&self) -> &HeadReceiptClaims {
        self.0.claims()
    }
}

/// Signs a head receipt in the ledger's name.
///
/// # Errors
/// As of [`sign_leaf`].
pub fn sign_receipt(
    claims: &HeadReceiptClaims,
    kid: &DidUrl,
    key: &SigningKey,
) -> Result<VerifiedHeadReceipt, LedgerError> {
    let receipt =
        UnverifiedHeadReceipt::signed(claims, kid, |bytes| Kind::Receipt.sign(bytes, key))?;
    Ok(VerifiedHeadReceipt(receipt))
}

/// Checks a head receipt's signature by the ledger's key of its `kid`.
///
/// # Errors
/// As of [`verify_leaf`].
pub fn verify_receipt(
    receipt: UnverifiedHeadReceipt,
    key: &VerifyingKey,
) -> Result<VerifiedHeadReceipt, LedgerError> {
    Kind::Receipt.verify(&receipt.signed_bytes(), key, receipt.signature())?;
    Ok(VerifiedHeadReceipt(receipt))
}
