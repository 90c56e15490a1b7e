//! Presenting an SD-JWT: some of its claims, to somebody. Wallets run it.
//!
//! What is shown is what stands at the paths, with all that is in it, and the disclosures without
//! which nobody would find it; nothing else. Source: RFC 9901 section 7.2.

use std::collections::BTreeMap;
use std::fmt;

use schemas::dcql::{ClaimPath, PathElement};
use schemas::json::{Object, Value};
use schemas::reason::Reason;

use crate::keys::SigningKey;
use crate::sd_jwt::{KeyBinding, SdJwtError, UnverifiedSdJwt};

/// Shows the claims at some paths, bound to somebody by the holder's key. Paths to claims that everybody
/// sees anyway need no disclosure. What was made is read and checked again before it is handed out.
///
/// # Errors
/// [`PresentError::Bound`] when it has been bound to somebody already, [`PresentError::Absent`] when
/// nothing stands at a path, [`PresentError::Unbound`] when it is bound to no key that is read here,
/// [`PresentError::Holder`] when it is another than this, [`PresentError::Binding`] for an empty
/// audience or nonce, [`PresentError::SelfCheck`] when what was made does not verify.
pub fn present(
    credential: &UnverifiedSdJwt,
    disclose: &[ClaimPath],
    binding: &KeyBinding<'_>,
    key: &SigningKey,
) -> Result<String, PresentError> {
    if credential.has_key_binding() {
        return Err(PresentError::Bound);
    }
    if binding.audience.is_empty() || binding.nonce.is_empty() {
        return Err(PresentError::Binding);
    }
    let public = key.verifying_key();
    if credential.holder_key().map_err(PresentError::Unbound)? != public {
        return Err(PresentError::Holder);
    }
    let mut text = with_some(credential, disclose)?;
    let token = binding.sign(&text, key);
    text.push_str(&token);
    let made = UnverifiedSdJwt::parse(&text).map_err(PresentError::SelfCheck)?;
    let bound = made.key_binding().ok_or(PresentError::Bound)?;
    bound.verify(&public).map_err(PresentError::SelfCheck)?;
    Ok(text)
}

/// The credential with the claims at some paths and no others, bound to nobody yet: what a holder looks
/// at before they agree, and what [`present`] binds.
///
/// # Errors
/// [`PresentError::Bound`] when it has been bound to somebody already, [`PresentError::Absent`] when
/// nothing stands at a path, [`PresentError::SelfCheck`] when what is left is not read.
pub fn disclose(
    credential: &UnverifiedSdJwt,
    paths: &[ClaimPath],
) -> Result<UnverifiedSdJwt, PresentError> {
    if credential.has_key_binding() {
        return Err(PresentError::Bound);
    }
    UnverifiedSdJwt::parse(&with_some(credential, paths)?).map_err(PresentError::SelfCheck)
}

/// The issuer's token and the disclosures for some paths.
fn with_some(credential: &UnverifiedSdJwt, paths: &[ClaimPath]) -> Result<String, PresentError> {
    let mut text = credential.token_text().to_owned();
    text.push('~');
    for disclosure in chosen(credential, paths)? {
        text.push_str(disclosure);
        text.push('~');
    }
    Ok(text)
}

/// The disclosures that are needed for some paths, in the order in which they stand.
fn chosen<'c>(
    credential: &'c UnverifiedSdJwt,
    disclose: &[ClaimPath],
) -> Result<Vec<&'c str>, PresentError> {
    let mut wanted = Wanted::default();
    for path in disclose {
        if !wanted.mark(path.elements(), Place::Claims(credential.claims())) {
            return Err(PresentError::Absent);
        }
    }
    let needed = |disclosed: &&super::Disclosed| wanted.needs(disclosed.path().elements());
    let disclosures = credential.disclosures().iter().filter(needed);
    Ok(disclosures.map(super::Disclosed::text).collect())
}

/// What a path goes on from: the claims, or a value in them.
#[derive(Clone, Copy)]
enum Place<'c> {
    Claims(&'c Object),
    Value(&'c Value),
}

impl<'c> Place<'c> {
    fn member(self, name: &str) -> Option<&'c Value> {
        match self {
            Self::Claims(claims) => claims.get(name),
            Self::Value(value) => value.get(name),
        }
    }

    fn elements(self) -> Option<&'c [Value]> {
        match self {
            Self::Claims(_) => None,
            Self::Value(value) => value.as_array(),
        }
    }
}

/// A tree of places of which something is wanted. A leaf is wanted with all that is in it. A part is
/// looked up and not searched for: a wildcard may select as many as a credential has room for.
#[derive(Default)]
struct Wanted {
    whole: bool,
    parts: BTreeMap<PathElement, Self>,
}

impl Wanted {
    /// Marks what stands at a path; whether anything does. Nothing is marked where nothing stands, so
    /// that no parent is shown for the sake of a child that it does not have.
    fn mark(&mut self, path: &[PathElement], place: Place<'_>) -> bool {
        let Some((first, rest)) = path.split_first() else {
            self.whole = true;
            return true;
        };
        match first {
            PathElement::Name(name) => place
                .member(name)
                .is_some_and(|value| self.mark_part(first.clone(), rest, value)),
            PathElement::Index(index) => usize::try_from(*index)
                .ok()
                .and_then(|index| place.elements()?.get(index))
                .is_some_and(|value| self.mark_part(first.clone(), rest, value)),
            PathElement::All => {
                let mut any = false;
                for (index, value) in (0_u64..).zip(place.elements().unwrap_or_default()) {
                    any |= self.mark_part(PathElement::Index(index), rest, value);
                }
                any
            }
        }
    }

    fn mark_part(&mut self, element: PathElement, rest: &[PathElement], value: &Value) -> bool {
        let known = self.parts.remove(&element);
        let was_there = known.is_some();
        let mut part = known.unwrap_or_default();
        let found = part.mark(rest, Place::Value(value));
        if found || was_there {
            self.parts.insert(element, part);
        }
        found
    }

    /// Whether the value at a place is wanted, is in one that is, or has one in it.
    fn needs(&self, place: &[PathElement]) -> bool {
        if self.whole {
            return true;
        }
        let Some((first, rest)) = place.split_first() else {
            return true;
        };
        let part = self.parts.get(first);
        part.is_some_and(|part| part.needs(rest))
    }
}

/// Why nothing was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresentError {
    /// A key binding is attached already: it is another presentation, not a credential.
    Bound,
    /// Nothing stands at a path.
    Absent,
    /// It is bound to no key that is read here.
    Unbound(SdJwtError),
    /// It is bound to another key.
    Holder,
    /// The audience or the nonce is empty: it would be good for everybody.
    Binding,
    /// What was made does not verify.
    SelfCheck(SdJwtError),
}

impl PresentError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Bound => Reason::SdHolderReject,
            Self::Absent => Reason::ConsentMismatch,
            Self::Unbound(error) => error.reason(),
            Self::Holder => Reason::VpHolderMismatch,
            Self::Binding => Reason::KbAud,
            Self::SelfCheck(_) => Reason::IssueSelfCheckFailed,
        }
    }
}

impl fmt::Display for PresentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bound => formatter.write_str("it has been bound to somebody already"),
            Self::Absent => formatter.write_str("nothing stands at a path that is to be shown"),
            Self::Unbound(error) | Self::SelfCheck(error) => error.fmt(formatter),
            Self::Holder => formatter.write_str("it is bound to another key"),
            Self::Binding => formatter.write_str("no audience or no nonce to bind it to"),
        }
    }
}

impl std::error::Error for PresentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unbound(error) | Self::SelfCheck(error) => Some(error),
            Self::Bound | Self::Absent | Self::Holder | Self::Binding => None,
        }
    }
}
