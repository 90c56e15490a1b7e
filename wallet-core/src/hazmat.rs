//! A door round verification, for tests of what shows holdings; built only with the feature `hazmat`,
//! which nothing but tests asks for. The holder's side runs it.

use proofs::sd_jwt::UnverifiedSdJwt;
use schemas::did::Did;
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
        valid_until: None,
    };
    let holding = NewHolding {
        kind: HoldingKind::Avatar,
        name: new.name.to_owned(),
        issuer: new.issuer.clone(),
        persona,
        types: vec!["AvatarCredential".to_owned()],
        facts: Facts {
            format: Format::LdpVc,
            valid_from: Some(now),
            valid_until: Some(now.plus_seconds(9_000_000_000)),
            claims: index::write(new.credential, &Documents::default()),
        },
        grant: None,
        settles: None,
        item: None,
        copies: keys.into_iter().map(copy).collect(),
    };
    wallet.insert_holding(holding, now)
}

/// An avatar as an SD-JWT VC, by an issuer that is at hand.
#[derive(Clone, Debug)]
pub struct Issued<'a> {
    /// The name to show.
    pub name: &'a str,
    /// The world that issues it.
    pub issuer: &'a WorldId,
    /// Its DID document.
    pub document: &'a Object,
    /// How many copies.
    pub copies: usize,
}

/// Keeps an avatar of the default persona whose copies `issue` makes for their keys, without a protocol
/// and without a look at what it made. What is lost: everything that `receive` promises. For filling a
/// wallet with what can be presented, in order to measure; it is verified again before that.
///
/// # Errors
/// [`HoldingError`]; [`HoldingError::NoCopies`] when nothing that was made can be read.
pub fn hold_issued(
    wallet: &mut Wallet,
    new: &Issued<'_>,
    issue: &mut dyn FnMut(&Did) -> String,
    now: Timestamp,
) -> Result<Holding, HoldingError> {
    let Persona { index: persona, .. } = wallet.default_persona()?;
    let keys = wallet.allocate_keys(persona, new.issuer, new.copies)?;
    let until = now.plus_seconds(9_000_000);
    let copies: Vec<NewCopy> = keys
        .into_iter()
        .map(|key| NewCopy {
            credential: issue(&wallet.signing_key(&key).did_key()).into_bytes(),
            format: Format::DcSdJwt,
            key,
            world: None,
            valid_until: Some(until),
        })
        .collect();
    let first = copies
        .first()
        .and_then(|copy| std::str::from_utf8(&copy.credential).ok());
    let first = first.and_then(|text| UnverifiedSdJwt::parse(text).ok());
    let first = first.ok_or(HoldingError::NoCopies)?;
    let known = schemas::object! { "at" => now, "document" => new.document.clone() };
    let known = schemas::object! { new.issuer.did().as_str() => known };
    let documents = Documents::from_object(&known).ok_or(HoldingError::NoCopies)?;
    let holding = NewHolding {
        kind: HoldingKind::Avatar,
        name: new.name.to_owned(),
        issuer: new.issuer.clone(),
        persona,
        types: vec!["AvatarCredential".to_owned()],
        facts: Facts {
            format: Format::DcSdJwt,
            valid_from: Some(now),
            valid_until: Some(until),
            claims: index::write(first.claims(), &documents),
        },
        grant: None,
        settles: None,
        item: None,
        copies,
    };
    wallet.insert_holding(holding, now)
}
