//! License terms in words: what the creator allows, and what follows from saying nothing. The
//! holder's machine runs it.

use schemas::canonical;
use schemas::json::Value;
use schemas::license::{Field, LicenseTerms};

use crate::texts::Texts;

/// One term in words.
pub(crate) struct Line {
    /// What it is about.
    pub(crate) label: String,
    /// What is said.
    pub(crate) value: String,
}

/// The permissions, each with its value; what is not said is the strictest and says so.
pub(crate) fn permissions(terms: &LicenseTerms, texts: &Texts) -> Vec<Line> {
    PERMISSIONS
        .into_iter()
        .map(|field| {
            let word = effective(terms, field);
            let value = texts.text(&format!("license-{field}-{word}"));
            let value = match terms.stated(field) {
                Some(_) => value,
                None => texts.with("license-unstated", &[("value", value.into())]),
            };
            Line {
                label: texts.text(&format!("license-{field}")),
                value,
            }
        })
        .collect()
}

/// Credit and documents, as far as they are stated. Text from outside.
pub(crate) fn credit(terms: &LicenseTerms, texts: &Texts) -> Vec<Line> {
    CREDIT
        .into_iter()
        .filter_map(|field| {
            let value = terms.stated(field)?;
            let value = match &value {
                Value::Array(items) => items
                    .iter()
                    .filter_map(Value::as_str)
                    .collect::<Vec<_>>()
                    .join(", "),
                other => other.as_str().unwrap_or_default().to_owned(),
            };
            Some(Line {
                label: texts.text(&format!("license-{field}")),
                value,
            })
        })
        .collect()
}

/// One term of a document by its name there: its label and its value in words.
pub(crate) fn term(name: &str, value: &Value, texts: &Texts) -> Option<(String, String)> {
    // A list stands as its elements: `authors/0`.
    let field = Field::from_name(name.split('/').next()?)?;
    let word = canonical::to_text(value);
    let said = match value.as_str() {
        _ if PERMISSIONS.contains(&field) => texts.text(&format!(
            "license-{field}-{}",
            value.as_str().unwrap_or(&word)
        )),
        Some(text) => text.to_owned(),
        None => word,
    };
    Some((texts.text(&format!("license-{field}")), said))
}

const PERMISSIONS: [Field; 9] = [
    Field::AvatarPermission,
    Field::CommercialUsage,
    Field::Modification,
    Field::AllowRedistribution,
    Field::CreditNotation,
    Field::AllowExcessivelyViolentUsage,
    Field::AllowExcessivelySexualUsage,
    Field::AllowPoliticalOrReligiousUsage,
    Field::AllowAntisocialOrHateUsage,
];

const CREDIT: [Field; 9] = [
    Field::Name,
    Field::Version,
    Field::Authors,
    Field::CopyrightInformation,
    Field::ContactInformation,
    Field::References,
    Field::ThirdPartyLicenses,
    Field::LicenseUrl,
    Field::OtherLicenseUrl,
];

fn effective(terms: &LicenseTerms, field: Field) -> &'static str {
    let effective = terms.effective();
    match field {
        Field::AvatarPermission => effective.avatar_permission.word(),
        Field::CommercialUsage => effective.commercial_usage.word(),
        Field::Modification => effective.modification.word(),
        Field::AllowRedistribution => effective.allow_redistribution.word(),
        Field::CreditNotation => effective.credit_notation.word(),
        Field::AllowExcessivelyViolentUsage => effective.allow_excessively_violent_usage.word(),
        Field::AllowExcessivelySexualUsage => effective.allow_excessively_sexual_usage.word(),
        Field::AllowPoliticalOrReligiousUsage => {
            effective.allow_political_or_religious_usage.word()
        }
        Field::AllowAntisocialOrHateUsage => effective.allow_antisocial_or_hate_usage.word(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{CREDIT, PERMISSIONS};
    use crate::texts::Texts;
    use schemas::lang::Lang;
    use schemas::license::{
        Allowance, AvatarPermission, CommercialUsage, CreditNotation, Field, Modification,
    };

    #[test]
    fn every_term_and_value_has_words() {
        assert_eq!(PERMISSIONS.len() + CREDIT.len(), Field::ALL.len());
        for lang in [Lang::En, Lang::Ja] {
            let texts = Texts::new(lang);
            let has = |id: String| assert!(texts.has(&id), "{lang}: {id}");
            for field in Field::ALL {
                has(format!("license-{field}"));
            }
            for value in AvatarPermission::ALL {
                has(format!("license-avatarPermission-{value}"));
            }
            for value in CommercialUsage::ALL {
                has(format!("license-commercialUsage-{value}"));
            }
            for value in Modification::ALL {
                has(format!("license-modification-{value}"));
            }
            for value in CreditNotation::ALL {
                has(format!("license-creditNotation-{value}"));
            }
            for value in Allowance::ALL {
                for field in PERMISSIONS
                    .iter()
                    .filter(|field| field.name().starts_with("allow"))
                {
                    has(format!("license-{field}-{value}"));
                }
            }
        }
    }
}
