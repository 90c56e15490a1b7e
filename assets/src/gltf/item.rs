//! Typed reading of one JSON object of the model: wrong types and wrong indexes end here.

use schemas::json::{Object, Value};

use crate::error::{AssetError, Place};

/// A JSON object and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    object: &'a Object,
    pub(crate) place: Place,
}

impl<'a> Item<'a> {
    pub(crate) fn new(value: &'a Value, place: Place) -> Result<Self, AssetError> {
        let object = value
            .as_object()
            .ok_or(AssetError::format(place, "an object"))?;
        Ok(Self { object, place })
    }

    /// The same object, told of under another name.
    pub(crate) const fn renamed(self, place: Place) -> Self {
        Self { place, ..self }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name)
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.object.iter()
    }

    /// An object below this one.
    pub(crate) fn child(&self, name: &'static str) -> Result<Option<Self>, AssetError> {
        self.get(name)
            .map(|value| Item::new(value, self.place.member(name)))
            .transpose()
    }

    /// An extension of this object.
    pub(crate) fn extension(&self, name: &'static str) -> Result<Option<Self>, AssetError> {
        match self.child("extensions")? {
            Some(extensions) => {
                let place = self.place.member(name);
                extensions
                    .get(name)
                    .map(|value| Item::new(value, place))
                    .transpose()
            }
            None => Ok(None),
        }
    }

    /// A list; an absent one is empty.
    pub(crate) fn list(&self, name: &'static str) -> Result<&'a [Value], AssetError> {
        let wrong = AssetError::format(self.place.member(name), "a list");
        self.get(name)
            .map_or(Ok(&[]), |value| value.as_array().ok_or(wrong))
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&'a str>, AssetError> {
        let wrong = AssetError::format(self.place.member(name), "a string");
        self.get(name)
            .map(|value| value.as_str().ok_or(wrong))
            .transpose()
    }

    /// A number of things: a whole number from 0.
    pub(crate) fn count(&self, name: &'static str) -> Result<Option<u64>, AssetError> {
        let wrong = AssetError::format(self.place.member(name), "a whole number from 0");
        self.get(name)
            .map(|value| value.as_u64().ok_or(wrong))
            .transpose()
    }

    pub(crate) fn required_count(&self, name: &'static str) -> Result<u64, AssetError> {
        let missing = AssetError::format(self.place.member(name), "a whole number from 0");
        self.count(name)?.ok_or(missing)
    }

    /// An index into a list of `length` elements.
    pub(crate) fn index(
        &self,
        name: &'static str,
        length: usize,
    ) -> Result<Option<usize>, AssetError> {
        self.get(name)
            .map(|value| index_of(value, length, self.place.member(name)))
            .transpose()
    }

    /// A vector or matrix: exactly so many numbers. The reader has refused all that are not finite.
    pub(crate) fn check_numbers(&self, name: &'static str, arity: usize) -> Result<(), AssetError> {
        let fits = |value: &Value| {
            value.as_array().is_some_and(|numbers| {
                numbers.len() == arity && numbers.iter().all(|number| number.as_f64().is_some())
            })
        };
        if self.get(name).is_none_or(fits) {
            return Ok(());
        }
        let expected = match arity {
            3 => "3 finite numbers",
            4 => "4 finite numbers",
            16 => "16 finite numbers",
            _ => "as many finite numbers as its type has",
        };
        Err(AssetError::format(self.place.member(name), expected))
    }
}

/// An index into a list of `length` elements.
pub(crate) fn index_of(value: &Value, length: usize, place: Place) -> Result<usize, AssetError> {
    let wrong = AssetError::format(place, "an index: a whole number from 0");
    let index = value.as_u64().ok_or(wrong)?;
    match usize::try_from(index) {
        Ok(index) if index < length => Ok(index),
        _ => Err(AssetError::bounds(place, as_u64(length), index)),
    }
}

/// A list of indexes into a list of `length` elements.
pub(crate) fn indexes<'a>(
    values: &'a [Value],
    length: usize,
    place: Place,
) -> impl Iterator<Item = Result<usize, AssetError>> + 'a {
    values
        .iter()
        .map(move |value| index_of(value, length, place))
}

/// Lengths in memory as the numbers of the file.
pub(crate) fn as_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Refuses more than a limit.
pub(crate) fn at_most(place: Place, limit: u64, found: u64) -> Result<(), AssetError> {
    if found > limit {
        Err(AssetError::TooLarge {
            place,
            limit,
            found,
        })
    } else {
        Ok(())
    }
}
