//! The credential configurations of a world: what it issues, and in which format.

use schemas::credential::{CredentialType, Format};
use schemas::offering::Right;

/// A kind of usage right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Avatar,
    Item,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Avatar, Self::Item];

    pub(crate) const fn of(right: &Right) -> Self {
        match right {
            Right::Avatar { .. } => Self::Avatar,
            Right::Item { .. } => Self::Item,
        }
    }

    /// As grants name it.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Avatar => "avatar",
            Self::Item => "item",
        }
    }

    pub(crate) const fn credential_type(self) -> CredentialType {
        match self {
            Self::Avatar => CredentialType::Avatar,
            Self::Item => CredentialType::Item,
        }
    }
}

/// A credential configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Configuration {
    pub(crate) kind: Kind,
    pub(crate) format: Format,
}

impl Configuration {
    /// Every one.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Kind::ALL.into_iter().flat_map(Self::of_kind)
    }

    fn of_kind(kind: Kind) -> impl Iterator<Item = Self> {
        Format::ALL
            .into_iter()
            .map(move |format| Self { kind, format })
    }

    /// The identifier.
    pub(crate) const fn id(self) -> &'static str {
        match (self.kind, self.format) {
            (Kind::Avatar, Format::DcSdJwt) => "avatar_sd_jwt",
            (Kind::Avatar, Format::LdpVc) => "avatar",
            (Kind::Item, Format::DcSdJwt) => "item_sd_jwt",
            (Kind::Item, Format::LdpVc) => "item",
        }
    }

    pub(crate) fn from_id(id: &str) -> Option<Self> {
        Self::all().find(|one| one.id() == id)
    }

    /// The configurations of an offer: of this kind, in these formats, or in both.
    pub(crate) fn offered(kind: Kind, formats: Option<&[Format]>) -> Vec<String> {
        let wanted = |format: Format| formats.is_none_or(|formats| formats.contains(&format));
        Self::of_kind(kind)
            .filter(|one| wanted(one.format))
            .map(|one| one.id().to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use schemas::credential::Format;

    use super::{Configuration, Kind};

    #[test]
    fn every_configuration_is_found_by_its_name() {
        assert_eq!(Configuration::all().count(), 4);
        for one in Configuration::all() {
            assert_eq!(Configuration::from_id(one.id()), Some(one));
        }
        assert_eq!(Configuration::from_id("passport"), None);
    }

    #[test]
    fn an_offer_names_both_formats_or_those_that_are_wanted() {
        let offered =
            |formats: Option<&[Format]>| Configuration::offered(Kind::Item, formats).join(" ");
        assert_eq!(offered(None), "item_sd_jwt item");
        assert_eq!(offered(Some(&[Format::LdpVc])), "item");
        assert_eq!(offered(Some(&[Format::DcSdJwt])), "item_sd_jwt");
    }
}
