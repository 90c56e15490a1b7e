//! License terms as JSON: a member for each term that was said, and no other member.

use std::fmt;

use crate::json::{Object, Value};
use crate::license::{
    Allowance, AvatarPermission, CommercialUsage, CreditNotation, Field, LicenseTerms, Modification,
};
use crate::reason::Reason;

/// Longer lists of authors or references are refused: a person has to be able to read them.
pub(super) const MAX_ENTRIES: usize = 256;

/// What is wrong with a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The terms, or one of them, are of another JSON type.
    Type {
        /// The kind that is expected.
        expected: &'static str,
        /// The kind that was found.
        found: &'static str,
    },
    /// An empty text or list: what is not said is left out.
    Empty,
    /// A list of more than 256.
    TooMany,
    /// A word that is not among the values of the term.
    UnknownValue,
    /// A member that is not a term.
    UnknownMember,
    /// A `type` other than `LicenseTerms`.
    Kind,
}

/// Why license terms were not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LicenseError {
    field: Option<Field>,
    problem: Problem,
}

impl LicenseError {
    /// The term; `None` when the fault is in the whole, or in a member that is no term.
    #[must_use]
    pub const fn field(&self) -> Option<Field> {
        self.field
    }

    /// What is wrong.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        self.problem
    }

    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self.problem {
            Problem::UnknownMember => Reason::TermUndefined,
            Problem::Kind => Reason::CredType,
            Problem::Type { .. } | Problem::Empty | Problem::TooMany | Problem::UnknownValue => {
                Reason::CredMalformed
            }
        }
    }
}

impl fmt::Display for LicenseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Some(field) => write!(formatter, "license term {field}: ")?,
            None => formatter.write_str("license terms: ")?,
        }
        match self.problem {
            Problem::Type { expected, found } => {
                write!(formatter, "expected {expected}, found {found}")
            }
            Problem::Empty => formatter.write_str("empty; what is not said is left out"),
            Problem::TooMany => write!(formatter, "a list of more than {MAX_ENTRIES}"),
            Problem::UnknownValue => formatter.write_str("not one of the values of this term"),
            Problem::UnknownMember => formatter.write_str("a member that is no term"),
            Problem::Kind => formatter.write_str("of another type than LicenseTerms"),
        }
    }
}

impl std::error::Error for LicenseError {}

impl LicenseTerms {
    /// Reads terms: every member is a known term with a known value. Their `type` may be said; it
    /// says nothing more.
    ///
    /// # Errors
    /// [`LicenseError`] names the term and what is wrong with it.
    pub fn from_value(value: &Value) -> Result<Self, LicenseError> {
        let Some(object) = value.as_object() else {
            return Err(LicenseError {
                field: None,
                problem: wrong_type("object", value),
            });
        };
        let mut terms = Self::default();
        for (name, value) in object.iter() {
            if name == "type" {
                if value.strings().as_deref() == Some(&["LicenseTerms"]) {
                    continue;
                }
                return Err(LicenseError {
                    field: None,
                    problem: Problem::Kind,
                });
            }
            let Some(field) = Field::from_name(name) else {
                return Err(LicenseError {
                    field: None,
                    problem: Problem::UnknownMember,
                });
            };
            terms.set(field, value).map_err(|problem| LicenseError {
                field: Some(field),
                problem,
            })?;
        }
        Ok(terms)
    }

    /// Sets one term from its wire value; the same rules for a credential and for a VRM 1.0 file.
    ///
    /// # Errors
    /// [`Problem`] when the value is of another type, empty or unknown; the term is unchanged then.
    pub fn set(&mut self, field: Field, value: &Value) -> Result<(), Problem> {
        match field {
            Field::Name => self.name = Some(text(value)?),
            Field::Version => self.version = Some(text(value)?),
            Field::Authors => self.authors = texts(value)?,
            Field::CopyrightInformation => self.copyright_information = Some(text(value)?),
            Field::ContactInformation => self.contact_information = Some(text(value)?),
            Field::References => self.references = texts(value)?,
            Field::ThirdPartyLicenses => self.third_party_licenses = Some(text(value)?),
            Field::LicenseUrl => self.license_url = Some(text(value)?),
            Field::OtherLicenseUrl => self.other_license_url = Some(text(value)?),
            Field::AvatarPermission => {
                self.avatar_permission = Some(word(value, AvatarPermission::from_word)?);
            }
            Field::AllowExcessivelyViolentUsage => {
                self.allow_excessively_violent_usage = Some(allowance(value)?);
            }
            Field::AllowExcessivelySexualUsage => {
                self.allow_excessively_sexual_usage = Some(allowance(value)?);
            }
            Field::CommercialUsage => {
                self.commercial_usage = Some(word(value, CommercialUsage::from_word)?);
            }
            Field::AllowPoliticalOrReligiousUsage => {
                self.allow_political_or_religious_usage = Some(allowance(value)?);
            }
            Field::AllowAntisocialOrHateUsage => {
                self.allow_antisocial_or_hate_usage = Some(allowance(value)?);
            }
            Field::CreditNotation => {
                self.credit_notation = Some(word(value, CreditNotation::from_word)?);
            }
            Field::AllowRedistribution => self.allow_redistribution = Some(allowance(value)?),
            Field::Modification => {
                self.modification = Some(word(value, Modification::from_word)?);
            }
        }
        Ok(())
    }

    /// The terms as JSON, in the order of the VRM 1.0 document: what was not said is left out.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let mut object = Object::new();
        for field in Field::ALL {
            if let Some(value) = self.stated(field) {
                object.insert(field.name(), value);
            }
        }
        object
    }

    /// The wire value of one term, when it was said.
    #[must_use]
    pub fn stated(&self, field: Field) -> Option<Value> {
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let list = |list: &[String]| (!list.is_empty()).then(|| Value::from(list.to_vec()));
        let truth = |given: Option<Allowance>| given.map(|g| Value::from(g == Allowance::Allowed));
        match field {
            Field::Name => text(&self.name),
            Field::Version => text(&self.version),
            Field::Authors => list(&self.authors),
            Field::CopyrightInformation => text(&self.copyright_information),
            Field::ContactInformation => text(&self.contact_information),
            Field::References => list(&self.references),
            Field::ThirdPartyLicenses => text(&self.third_party_licenses),
            Field::LicenseUrl => text(&self.license_url),
            Field::OtherLicenseUrl => text(&self.other_license_url),
            Field::AvatarPermission => self.avatar_permission.map(|value| value.word().into()),
            Field::AllowExcessivelyViolentUsage => truth(self.allow_excessively_violent_usage),
            Field::AllowExcessivelySexualUsage => truth(self.allow_excessively_sexual_usage),
            Field::CommercialUsage => self.commercial_usage.map(|value| value.word().into()),
            Field::AllowPoliticalOrReligiousUsage => truth(self.allow_political_or_religious_usage),
            Field::AllowAntisocialOrHateUsage => truth(self.allow_antisocial_or_hate_usage),
            Field::CreditNotation => self.credit_notation.map(|value| value.word().into()),
            Field::AllowRedistribution => truth(self.allow_redistribution),
            Field::Modification => self.modification.map(|value| value.word().into()),
        }
    }
}

fn wrong_type(expected: &'static str, value: &Value) -> Problem {
    Problem::Type {
        expected,
        found: value.kind(),
    }
}

fn text(value: &Value) -> Result<String, Problem> {
    match value.as_str() {
        Some("") => Err(Problem::Empty),
        Some(text) => Ok(text.to_owned()),
        None => Err(wrong_type("string", value)),
    }
}

fn texts(value: &Value) -> Result<Vec<String>, Problem> {
    match value.as_array() {
        Some([]) => Err(Problem::Empty),
        Some(elements) if elements.len() > MAX_ENTRIES => Err(Problem::TooMany),
        Some(elements) => elements.iter().map(text).collect(),
        None => Err(wrong_type("array", value)),
    }
}

fn allowance(value: &Value) -> Result<Allowance, Problem> {
    value
        .as_bool()
        .map(Allowance::from)
        .ok_or_else(|| wrong_type("boolean", value))
}

fn word<T>(value: &Value, from_word: fn(&str) -> Option<T>) -> Result<T, Problem> {
    let text = value.as_str().ok_or_else(|| wrong_type("string", value))?;
    from_word(text).ok_or(Problem::UnknownValue)
}
