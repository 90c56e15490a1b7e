//! A door round verification, for tests of what shows holdings; built only with the feature `hazmat`,
//! which nothing but tests asks for. The holder's side runs it.

use schemas::json::Object;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::holding::{Facts, Format, Holding, HoldingError, HoldingKind, NewCopy, NewHolding};
use crate::index;
use crate::judge::Documents;
use crate::persona::Persona;
use crate::wallet::Wallet;

/// A holding that no world has issued.
#[derive(Clone, Debug)]
pub struct Unverified<'a> {
    /// The name to show.
    pub name: &'a str,
    /// The world that it claims to be from.
    pub issuer: &'a WorldId,
    /// What stands in the place of a credential.
    pub credential: &'a Object,
    /// How many copies.
    pub copies: usize,
}

/// Keeps an avatar of the default persona that nobody has verified. What is lost: everything that
/// `receive` promises. It can never be presented, for it is verified again before that.
///
/// # Errors
/// [`HoldingError`].
pub fn hold_unverified(
    wallet: &mut Wallet,
    new: &Unverified<'_>,
    now: Timestamp,
) -> Result<Holding, HoldingError> {
    let Persona { index: persona, .. } = wallet.default_persona()?;
    let keys = wallet.allocate_keys(persona, new.issuer, new.copies)?;
    let bytes = schemas::canonical::object_to_bytes(new.credential);
    let copy = |key| NewCopy {
        format: Format::LdpVc,
        key,
        credential: bytes.clone(),
        world: None,
    };
    let holding = NewHolding {
        kind: HoldingKind::Avatar,
        name: new.name.to_owned(),
        issuer: new.issuer.clone(),
        persona,
        types: vec!["AvatarCredential".to_owned()],
        facts: Facts {
            valid_from: Some(now),
            valid_until: Some(now.plus_seconds(9_000_000_000)),
            claims: index::write(new.credential, &Documents::default()),
        },
        copies: keys.into_iter().map(copy).collect(),
    };
    wallet.insert_holding(holding, now)
}
