//! Digests and disclosures, and the claims that they make together (RFC 9901 section 7.1 step 3 to 5).
//!
//! Every value is visited once, every digest is looked up once, and paths grow only where something
//! was disclosed, by no more bytes of names than a text may have: the work is that of reading the text.

use std::collections::{HashMap, HashSet};

use schemas::dcql::{ClaimPath, PathElement};
use schemas::encoding::base64url;
use schemas::json::{self, Object, Value};
use schemas::reason::Reason;

use crate::sd_jwt::{Disclosed, HASH_ALGORITHM, LIMITS, MAX_DIGESTS, SdJwtError, digest};

/// Where digests of members stand.
const SD: &str = "_sd";
/// Where the digest of an element of an array stands.
const ELEMENT: &str = "...";
/// Where the digest algorithm stands.
const SD_ALG: &str = "_sd_alg";

/// Claims that say whose a credential is, who holds it and when it is valid: a holder that could keep
/// them back would choose the answers (SD-JWT VC section 3.2.2.2; RFC 9901 section 9.7).
const CLEAR: [&str; 8] = [
    "aud",
    "cnf",
    "exp",
    "iss",
    "nbf",
    "status",
    "vct",
    "vct#integrity",
];

/// What a payload and its disclosures say together.
pub(super) struct Unpacked {
    pub(super) claims: Object,
    pub(super) disclosures: Vec<Disclosed>,
    pub(super) undisclosed: usize,
}

/// Puts the disclosures in the places of their digests.
pub(super) fn unpack(payload: Object, disclosures: &[&str]) -> Result<Unpacked, SdJwtError> {
    match payload.get(SD_ALG) {
        None => {}
        Some(Value::String(name)) if name == HASH_ALGORITHM => {}
        Some(_) => return Err(SdJwtError::HashAlgorithm),
    }
    let mut by_digest = HashMap::with_capacity(disclosures.len());
    for (index, text) in disclosures.iter().enumerate() {
        if by_digest.insert(digest(text), index).is_some() {
            return Err(SdJwtError::DisclosureTwice);
        }
    }
    let mut work = Work {
        texts: disclosures,
        by_digest,
        seen: HashSet::new(),
        places: disclosures.iter().map(|_| Vec::new()).collect(),
        found: Vec::with_capacity(disclosures.len()),
        names: 0,
        undisclosed: 0,
    };
    let claims = work.object(payload, 1)?;
    work.finish(claims)
}

struct Work<'t> {
    texts: &'t [&'t str],
    by_digest: HashMap<String, usize>,
    seen: HashSet<String>,
    /// For each disclosure the way from its value up to the payload.
    places: Vec<Vec<PathElement>>,
    /// The disclosures whose digests were found, in that order.
    found: Vec<usize>,
    /// The bytes of names in the places so far, without those of the disclosures themselves.
    names: usize,
    undisclosed: usize,
}

impl Work<'_> {
    fn finish(self, claims: Object) -> Result<Unpacked, SdJwtError> {
        if self.found.len() != self.texts.len() {
            return Err(SdJwtError::Unreferenced);
        }
        let disclosed = |(mut place, text): (Vec<PathElement>, &&str)| {
            place.reverse();
            // Longer paths than this are not asked for by anybody.
            let path = ClaimPath::new(place).ok_or(SdJwtError::TooDeep)?;
            Ok(Disclosed {
                path,
                text: (*text).to_owned(),
            })
        };
        let disclosures = self.places.into_iter().zip(self.texts).map(disclosed);
        Ok(Unpacked {
            disclosures: disclosures.collect::<Result<_, _>>()?,
            claims,
            undisclosed: self.undisclosed,
        })
    }

    fn value(&mut self, value: Value, depth: usize) -> Result<Value, SdJwtError> {
        match value {
            Value::Array(elements) => self.array(elements, depth + 1).map(Value::Array),
            Value::Object(object) => self.object(object, depth + 1).map(Value::Object),
            plain => Ok(plain),
        }
    }

    fn object(&mut self, object: Object, depth: usize) -> Result<Object, SdJwtError> {
        if depth > LIMITS.max_depth {
            return Err(SdJwtError::TooDeep);
        }
        let mut members = Vec::with_capacity(object.len());
        let mut here = Vec::new();
        for (name, value) in object {
            match name.as_str() {
                SD => here = self.digests(value)?,
                ELEMENT => return Err(SdJwtError::Digests),
                SD_ALG if depth == 1 => {}
                SD_ALG => return Err(SdJwtError::HashAlgorithm),
                _ => {
                    let first = self.found.len();
                    let value = self.value(value, depth)?;
                    self.within(first, &PathElement::Name(name.clone()))?;
                    members.push((name, value));
                }
            }
        }
        // In the order in which the issuer wrote the disclosures: digests are in no order.
        here.sort_unstable();
        for index in here {
            let (name, value) = self.member(index, depth)?;
            members.push((name, value));
        }
        Object::from_members(members).map_err(|_| SdJwtError::Collision)
    }

    /// The disclosures that the digests of an `_sd` are of.
    fn digests(&mut self, value: Value) -> Result<Vec<usize>, SdJwtError> {
        let Value::Array(digests) = value else {
            return Err(SdJwtError::Digests);
        };
        let mut found = Vec::new();
        for value in digests {
            let Value::String(digest) = value else {
                return Err(SdJwtError::Digests);
            };
            found.extend(self.look_up(digest)?);
        }
        Ok(found)
    }

    /// The disclosure that a digest is of.
    fn look_up(&mut self, digest: String) -> Result<Option<usize>, SdJwtError> {
        if self.seen.len() == MAX_DIGESTS {
            return Err(SdJwtError::TooManyDigests);
        }
        let index = self.by_digest.get(&digest).copied();
        if !self.seen.insert(digest) {
            return Err(SdJwtError::DigestTwice);
        }
        match index {
            Some(index) => self.found.push(index),
            None => self.undisclosed += 1,
        }
        Ok(index)
    }

    /// A disclosed member.
    fn member(&mut self, index: usize, depth: usize) -> Result<(String, Value), SdJwtError> {
        let parts: [Value; 3] = self.read(index)?;
        let [Value::String(_), Value::String(name), value] = parts else {
            return Err(SdJwtError::Disclosure);
        };
        if [SD, ELEMENT, SD_ALG].contains(&name.as_str()) {
            return Err(SdJwtError::ReservedName);
        }
        if depth == 1
            && let Some(clear) = CLEAR.into_iter().find(|clear| *clear == name)
        {
            return Err(SdJwtError::MustBeClear(clear));
        }
        let first = self.found.len();
        let value = self.value(value, depth)?;
        self.within(first, &PathElement::Name(name.clone()))?;
        self.at(index, PathElement::Name(name.clone()));
        Ok((name, value))
    }

    fn array(&mut self, elements: Vec<Value>, depth: usize) -> Result<Vec<Value>, SdJwtError> {
        if depth > LIMITS.max_depth {
            return Err(SdJwtError::TooDeep);
        }
        let mut kept = Vec::with_capacity(elements.len());
        for element in elements {
            let place = PathElement::Index(u64::try_from(kept.len()).unwrap_or(u64::MAX));
            // A disclosed element is itself the first that is found here.
            let first = self.found.len();
            let value = match element {
                Value::Object(object) if object.contains_key(ELEMENT) => {
                    let Some(index) = self.element(object)? else {
                        continue;
                    };
                    let parts: [Value; 2] = self.read(index)?;
                    let [Value::String(_), value] = parts else {
                        return Err(SdJwtError::Disclosure);
                    };
                    value
                }
                element => element,
            };
            let value = self.value(value, depth)?;
            self.within(first, &place)?;
            kept.push(value);
        }
        Ok(kept)
    }

    /// The disclosure of an element that has a digest in its place.
    fn element(&mut self, object: Object) -> Result<Option<usize>, SdJwtError> {
        let mut members = object.into_iter();
        let (Some((_, Value::String(digest))), None) = (members.next(), members.next()) else {
            return Err(SdJwtError::Digests);
        };
        self.look_up(digest)
    }

    /// Reads a disclosure that a digest is of.
    fn read<const N: usize>(&self, index: usize) -> Result<[Value; N], SdJwtError> {
        let text = self.texts.get(index).copied().unwrap_or_default();
        let bytes = base64url::decode(text).ok_or(SdJwtError::Disclosure)?;
        let value = json::read(&bytes, &LIMITS).map_err(|error| match error.reason() {
            Reason::ParseError => SdJwtError::Disclosure,
            _ => SdJwtError::Json(error),
        })?;
        match value {
            Value::Array(parts) => parts.try_into().map_err(|_| SdJwtError::Disclosure),
            _ => Err(SdJwtError::Disclosure),
        }
    }

    /// What was found since then stands within this member or element.
    ///
    /// A name is copied into each of their places: a long one around many would make of one text a
    /// thousand times its bytes, and nobody has signed it yet.
    fn within(&mut self, first: usize, element: &PathElement) -> Result<(), SdJwtError> {
        let inside = self.found.get(first..).unwrap_or_default();
        if let PathElement::Name(name) = element {
            let copied = name.len().saturating_mul(inside.len());
            self.names = self.names.saturating_add(copied);
            if self.names > LIMITS.max_bytes {
                return Err(SdJwtError::LongPlaces);
            }
        }
        for index in inside {
            if let Some(place) = self.places.get_mut(*index) {
                place.push(element.clone());
            }
        }
        Ok(())
    }

    fn at(&mut self, index: usize, element: PathElement) {
        if let Some(place) = self.places.get_mut(index) {
            place.push(element);
        }
    }
}
