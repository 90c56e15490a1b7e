//! What the world signs as a ledger: leaves, receipts and checkpoints, each with the key in use.

use proofs::ledger;
use proofs::tlog::TlogError;
use proofs::tlog::note::{KeyKind, KeyName, NoteKey, NoteSigner};
use schemas::ledger::{
    HeadReceiptClaims, LeafClaims, UnverifiedHeadReceipt, UnverifiedLeaf, log_origin,
};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::error::Refusal;
use crate::world::{Identity, World, seconds};

/// Signs a leaf as it was judged. Whoever judges it does so at a time for which the key vouches
/// ([`Identity::dated`]).
///
/// # Errors
/// `internal_error` for claims that no reader would take, those dated before the key among them: a fault
/// of ours.
pub(super) fn leaf(identity: &Identity, claims: LeafClaims) -> Result<UnverifiedLeaf, Reason> {
    if identity.dated(claims.at) != claims.at {
        tracing::error!("a leaf of an item is dated before the key that would sign it");
        return Err(Reason::InternalError);
    }
    let signed = ledger::sign_leaf(&claims, identity.method(), &identity.keys.signing);
    let signed = signed.map_err(|error| {
        tracing::error!(%error, "a leaf of an item was not signed");
        Reason::InternalError
    })?;
    Ok(signed.into_leaf())
}

/// Signs that a leaf was the newest at a moment. It is never put off to a later one, by whatever clock: it
/// would say so of a time at which the leaf may be old.
///
/// # Errors
/// [`Refusal`] of an internal fault.
pub(super) fn receipt(
    world: &World,
    leaf: &UnverifiedLeaf,
    issued: Timestamp,
) -> Result<UnverifiedHeadReceipt, Refusal> {
    let identity = world.identity();
    let claims = leaf.claims();
    let life = super::rules(world)?.receipt;
    let receipt = HeadReceiptClaims {
        ledger: claims.ledger.clone(),
        item: claims.item,
        seq: claims.seq,
        leaf: leaf.hash(),
        issued,
        not_after: issued.plus_seconds(seconds(life)),
    };
    let signed = ledger::sign_receipt(&receipt, identity.method(), &identity.keys.signing);
    let signed = signed.map_err(|error| {
        tracing::error!(%error, "a head receipt was not signed");
        Refusal::internal(Reason::InternalError)
    })?;
    Ok(signed.into_receipt())
}

/// The name of the log, which is that of its key: where it is, without a scheme.
///
/// # Errors
/// None for a world: its origin has no letter that a name may not have.
pub(super) fn origin(world: &WorldId) -> Result<KeyName, TlogError> {
    log_origin(world).parse()
}

/// Signs checkpoints.
///
/// # Errors
/// As of [`origin`].
pub(super) fn signer<'k>(
    world: &WorldId,
    identity: &'k Identity,
) -> Result<NoteSigner<'k>, TlogError> {
    NoteSigner::new(origin(world)?, KeyKind::Note, &identity.keys.signing)
}

/// The key that signs checkpoints, for those who check them.
///
/// # Errors
/// As of [`origin`].
pub(super) fn public(world: &WorldId, identity: &Identity) -> Result<NoteKey, TlogError> {
    Ok(signer(world, identity)?.public().clone())
}

/// Every key of the world that has ever signed checkpoints: of the log it is one, whoever signed it then.
///
/// # Errors
/// As of [`origin`].
pub(super) fn all_public(world: &WorldId, identity: &Identity) -> Result<Vec<NoteKey>, TlogError> {
    let newest = public(world, identity)?.key().clone();
    let before = identity.keys.history.verifying_keys();
    NoteKey::of_log(&log_origin(world), std::iter::once(newest).chain(before))
}
