//! License terms: every term of VRM 1.0 `meta`, under its name there.
//!
//! Written by creators and worlds, read by everybody. The wire form keeps what was said; judging
//! uses [`LicenseTerms::effective`], where an absent permission has its strictest value.
//! Source: VRM 1.0 `VRMC_vrm.meta`, VRM Public License 1.0.

mod uses;
mod values;
mod wire;

#[cfg(test)]
mod tests;

use std::fmt;

pub use uses::{Use, Wearer};
pub use values::{Allowance, AvatarPermission, CommercialUsage, CreditNotation, Modification};
pub use wire::{LicenseError, Problem};

/// What a creator says about a model: credit, documents and permissions.
///
/// `None` is "not said". No text is empty and no list is empty once read from the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LicenseTerms {
    /// `name`: the name of the model.
    pub name: Option<String>,
    /// `version`: the creator's version of the model, free text.
    pub version: Option<String>,
    /// `authors`: who made it, in the order of credit. Empty is "not said".
    pub authors: Vec<String>,
    /// `copyrightInformation`: the copyright line.
    pub copyright_information: Option<String>,
    /// `contactInformation`: how to reach the creator. Must not hold private data.
    pub contact_information: Option<String>,
    /// `references`: works that this one is based on. Empty is "not said".
    pub references: Vec<String>,
    /// `thirdPartyLicenses`: license texts of the parts that others made.
    pub third_party_licenses: Option<String>,
    /// `licenseUrl`: the license document that the permissions below fill in.
    pub license_url: Option<String>,
    /// `otherLicenseUrl`: a further license document.
    pub other_license_url: Option<String>,
    /// `avatarPermission`: who may wear it.
    pub avatar_permission: Option<AvatarPermission>,
    /// `allowExcessivelyViolentUsage`
    pub allow_excessively_violent_usage: Option<Allowance>,
    /// `allowExcessivelySexualUsage`
    pub allow_excessively_sexual_usage: Option<Allowance>,
    /// `commercialUsage`: who may earn with it.
    pub commercial_usage: Option<CommercialUsage>,
    /// `allowPoliticalOrReligiousUsage`
    pub allow_political_or_religious_usage: Option<Allowance>,
    /// `allowAntisocialOrHateUsage`
    pub allow_antisocial_or_hate_usage: Option<Allowance>,
    /// `creditNotation`: whether the authors must be named.
    pub credit_notation: Option<CreditNotation>,
    /// `allowRedistribution`: whether the unchanged file may be handed on.
    pub allow_redistribution: Option<Allowance>,
    /// `modification`: whether it may be changed, and the result handed on.
    pub modification: Option<Modification>,
}

/// The permissions as they are judged: nothing is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Who may wear it.
    pub avatar_permission: AvatarPermission,
    /// Excessively violent use.
    pub allow_excessively_violent_usage: Allowance,
    /// Excessively sexual use.
    pub allow_excessively_sexual_usage: Allowance,
    /// Who may earn with it.
    pub commercial_usage: CommercialUsage,
    /// Political or religious use.
    pub allow_political_or_religious_usage: Allowance,
    /// Antisocial or hateful use.
    pub allow_antisocial_or_hate_usage: Allowance,
    /// Whether the authors must be named.
    pub credit_notation: CreditNotation,
    /// Handing on the unchanged file.
    pub allow_redistribution: Allowance,
    /// Changing it, and handing on the result.
    pub modification: Modification,
}

/// The terms by name, in the order of the VRM 1.0 document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    missing_docs,
    reason = "each is the field of LicenseTerms that has its name"
)]
pub enum Field {
    Name,
    Version,
    Authors,
    CopyrightInformation,
    ContactInformation,
    References,
    ThirdPartyLicenses,
    LicenseUrl,
    OtherLicenseUrl,
    AvatarPermission,
    AllowExcessivelyViolentUsage,
    AllowExcessivelySexualUsage,
    CommercialUsage,
    AllowPoliticalOrReligiousUsage,
    AllowAntisocialOrHateUsage,
    CreditNotation,
    AllowRedistribution,
    Modification,
}

impl Field {
    /// Every term.
    pub const ALL: [Self; 18] = [
        Self::Name,
        Self::Version,
        Self::Authors,
        Self::CopyrightInformation,
        Self::ContactInformation,
        Self::References,
        Self::ThirdPartyLicenses,
        Self::LicenseUrl,
        Self::OtherLicenseUrl,
        Self::AvatarPermission,
        Self::AllowExcessivelyViolentUsage,
        Self::AllowExcessivelySexualUsage,
        Self::CommercialUsage,
        Self::AllowPoliticalOrReligiousUsage,
        Self::AllowAntisocialOrHateUsage,
        Self::CreditNotation,
        Self::AllowRedistribution,
        Self::Modification,
    ];

    /// The name on the wire and in a VRM 1.0 file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Version => "version",
            Self::Authors => "authors",
            Self::CopyrightInformation => "copyrightInformation",
            Self::ContactInformation => "contactInformation",
            Self::References => "references",
            Self::ThirdPartyLicenses => "thirdPartyLicenses",
            Self::LicenseUrl => "licenseUrl",
            Self::OtherLicenseUrl => "otherLicenseUrl",
            Self::AvatarPermission => "avatarPermission",
            Self::AllowExcessivelyViolentUsage => "allowExcessivelyViolentUsage",
            Self::AllowExcessivelySexualUsage => "allowExcessivelySexualUsage",
            Self::CommercialUsage => "commercialUsage",
            Self::AllowPoliticalOrReligiousUsage => "allowPoliticalOrReligiousUsage",
            Self::AllowAntisocialOrHateUsage => "allowAntisocialOrHateUsage",
            Self::CreditNotation => "creditNotation",
            Self::AllowRedistribution => "allowRedistribution",
            Self::Modification => "modification",
        }
    }

    /// The term of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A child's terms allow what its parent's do not, or leave out a license that the parent names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looser {
    /// The term.
    pub field: Field,
    /// The parent's effective value in words; `stated` for a license text or address.
    pub parent: &'static str,
    /// The child's effective value in words; `absent` or `changed` for a license text or address.
    pub child: &'static str,
}

impl fmt::Display for Looser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            parent,
            child,
        } = self;
        write!(
            formatter,
            "license term {field} is looser: {child}, where the parent says {parent}"
        )
    }
}

impl std::error::Error for Looser {}

impl LicenseTerms {
    /// The permissions as they are judged: what was not said has its strictest value.
    #[must_use]
    pub fn effective(&self) -> Permissions {
        Permissions {
            avatar_permission: self.avatar_permission.unwrap_or_default(),
            allow_excessively_violent_usage: self
                .allow_excessively_violent_usage
                .unwrap_or_default(),
            allow_excessively_sexual_usage: self.allow_excessively_sexual_usage.unwrap_or_default(),
            commercial_usage: self.commercial_usage.unwrap_or_default(),
            allow_political_or_religious_usage: self
                .allow_political_or_religious_usage
                .unwrap_or_default(),
            allow_antisocial_or_hate_usage: self.allow_antisocial_or_hate_usage.unwrap_or_default(),
            credit_notation: self.credit_notation.unwrap_or_default(),
            allow_redistribution: self.allow_redistribution.unwrap_or_default(),
            modification: self.modification.unwrap_or_default(),
        }
    }

    /// Whether everything that these terms (of a child) allow is allowed by `parent` too.
    ///
    /// - Each permission is compared by its effective value and order of strictness.
    /// - `licenseUrl` and `otherLicenseUrl`: where the parent names a document the child names the
    ///   same one, letter for letter. Two documents cannot be compared by a machine, so another
    ///   address counts as looser.
    /// - `thirdPartyLicenses`: the child's text holds the parent's text whole; it may add to it.
    /// - A child may name documents where the parent names none: that grants nothing, because the
    ///   permissions above are what is judged.
    /// - Credit (`name`, `authors`, …) may change: a derived work has its own. The parent's stands in
    ///   the parent's provenance, which the child's embeds.
    ///
    /// # Errors
    /// [`Looser`] for the first term, in the order of the fields, that breaks a rule.
    pub fn not_looser_than(&self, parent: &Self) -> Result<(), Looser> {
        same_document(
            Field::LicenseUrl,
            self.license_url.as_deref(),
            parent.license_url.as_deref(),
        )?;
        same_document(
            Field::OtherLicenseUrl,
            self.other_license_url.as_deref(),
            parent.other_license_url.as_deref(),
        )?;
        holds_text(
            self.third_party_licenses.as_deref(),
            parent.third_party_licenses.as_deref(),
        )?;
        for (field, child, parent) in self.effective().beside(&parent.effective()) {
            if child.looseness > parent.looseness {
                return Err(Looser {
                    field,
                    parent: parent.word,
                    child: child.word,
                });
            }
        }
        Ok(())
    }

    /// The first term in which a credential and the file it speaks of disagree: permissions by
    /// effective value, everything else letter for letter (AST-14).
    #[must_use]
    pub fn first_difference(&self, other: &Self) -> Option<Field> {
        let texts = [
            (Field::Name, &self.name, &other.name),
            (Field::Version, &self.version, &other.version),
            (
                Field::CopyrightInformation,
                &self.copyright_information,
                &other.copyright_information,
            ),
            (
                Field::ContactInformation,
                &self.contact_information,
                &other.contact_information,
            ),
            (
                Field::ThirdPartyLicenses,
                &self.third_party_licenses,
                &other.third_party_licenses,
            ),
            (Field::LicenseUrl, &self.license_url, &other.license_url),
            (
                Field::OtherLicenseUrl,
                &self.other_license_url,
                &other.other_license_url,
            ),
        ];
        let texts = texts
            .into_iter()
            .filter(|(_, left, right)| left != right)
            .map(|(f, ..)| f);
        let lists = [
            (Field::Authors, &self.authors, &other.authors),
            (Field::References, &self.references, &other.references),
        ];
        let lists = lists
            .into_iter()
            .filter(|(_, left, right)| left != right)
            .map(|(f, ..)| f);
        let (left, right) = (self.effective(), other.effective());
        let grades = left.beside(&right);
        let grades = grades
            .into_iter()
            .filter(|(_, l, r)| l.looseness != r.looseness);
        texts
            .chain(lists)
            .chain(grades.map(|(field, ..)| field))
            .min()
    }
}

/// One value on its scale: 0 is strictest.
struct Grade {
    looseness: u8,
    word: &'static str,
}

impl Permissions {
    /// Each permission of both, side by side, in the order of the fields.
    fn beside(&self, other: &Self) -> [(Field, Grade, Grade); 9] {
        macro_rules! beside {
            ($field:ident, $member:ident) => {
                (
                    Field::$field,
                    Grade {
                        looseness: self.$member as u8,
                        word: self.$member.word(),
                    },
                    Grade {
                        looseness: other.$member as u8,
                        word: other.$member.word(),
                    },
                )
            };
        }
        [
            beside!(AvatarPermission, avatar_permission),
            beside!(
                AllowExcessivelyViolentUsage,
                allow_excessively_violent_usage
            ),
            beside!(AllowExcessivelySexualUsage, allow_excessively_sexual_usage),
            beside!(CommercialUsage, commercial_usage),
            beside!(
                AllowPoliticalOrReligiousUsage,
                allow_political_or_religious_usage
            ),
            beside!(AllowAntisocialOrHateUsage, allow_antisocial_or_hate_usage),
            beside!(CreditNotation, credit_notation),
            beside!(AllowRedistribution, allow_redistribution),
            beside!(Modification, modification),
        ]
    }
}

fn same_document(field: Field, child: Option<&str>, parent: Option<&str>) -> Result<(), Looser> {
    match (child, parent) {
        (_, None) => Ok(()),
        (Some(child), Some(parent)) if child == parent => Ok(()),
        (Some(_), Some(_)) => Err(Looser {
            field,
            parent: "stated",
            child: "changed",
        }),
        (None, Some(_)) => Err(Looser {
            field,
            parent: "stated",
            child: "absent",
        }),
    }
}

fn holds_text(child: Option<&str>, parent: Option<&str>) -> Result<(), Looser> {
    let field = Field::ThirdPartyLicenses;
    match (child, parent) {
        (_, None) => Ok(()),
        (Some(child), Some(parent)) if child.contains(parent) => Ok(()),
        (Some(_), Some(_)) => Err(Looser {
            field,
            parent: "stated",
            child: "changed",
        }),
        (None, Some(_)) => Err(Looser {
            field,
            parent: "stated",
            child: "absent",
        }),
    }
}
