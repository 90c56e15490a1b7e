//! Terms of use of VRoid Hub, which its VRM 0.x files carry in the query of a web address:
//! `https://hub.vroid.com/license?characterization_allowed_user=everyone&…&version=1`.
//!
//! Nothing is fetched. A value that is not known counts as the strictest.

use schemas::license::{
    Allowance, AvatarPermission, CommercialUsage, CreditNotation, LicenseTerms, Modification,
};

/// The terms in the query; what it does not name is `None`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HubTerms {
    avatar: Option<AvatarPermission>,
    violent: Option<Allowance>,
    sexual: Option<Allowance>,
    corporate: Option<Allowance>,
    personal: Option<CommercialUsage>,
    credit: Option<CreditNotation>,
    redistribution: Option<Allowance>,
    modification: Option<Modification>,
}

/// Reads the query of a VRoid Hub license address; `None` for every other address.
pub(super) fn terms(url: &str) -> Option<HubTerms> {
    let rest = url.strip_prefix("https://hub.vroid.com/")?;
    let (path, query) = rest.split_once('?')?;
    if path != "license" && !path.ends_with("/license") {
        return None;
    }
    let query = query.split('#').next().unwrap_or_default();
    let mut terms = HubTerms::default();
    let allow = |value: &str| Some((value == "allow").into());
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            // Who may use the character: of two statements the stricter.
            "characterization_allowed_user" | "allowed_to_use_user" => {
                let stated = match value {
                    "everyone" => AvatarPermission::Everyone,
                    _ => AvatarPermission::OnlyAuthor,
                };
                terms.avatar = stricter(terms.avatar, Some(stated));
            }
            "violent_expression" => terms.violent = stricter(terms.violent, allow(value)),
            "sexual_expression" => terms.sexual = stricter(terms.sexual, allow(value)),
            "corporate_commercial_use" => {
                terms.corporate = stricter(terms.corporate, allow(value));
            }
            "personal_commercial_use" => {
                let stated = match value {
                    "profit" => CommercialUsage::PersonalProfit,
                    _ => CommercialUsage::PersonalNonProfit,
                };
                terms.personal = stricter(terms.personal, Some(stated));
            }
            "credit" => {
                let stated = match value {
                    "unnecessary" => CreditNotation::Unnecessary,
                    _ => CreditNotation::Required,
                };
                terms.credit = stricter(terms.credit, Some(stated));
            }
            "redistribution" => {
                terms.redistribution = stricter(terms.redistribution, allow(value));
            }
            "modification" => {
                // It does not speak of handing on what was changed.
                let stated = match value {
                    "allow" => Modification::AllowModification,
                    _ => Modification::Prohibited,
                };
                terms.modification = stricter(terms.modification, Some(stated));
            }
            _ => {}
        }
    }
    Some(terms)
}

impl HubTerms {
    fn commercial(&self) -> Option<CommercialUsage> {
        match (self.corporate, self.personal) {
            (Some(Allowance::Allowed), Some(CommercialUsage::PersonalProfit)) => {
                Some(CommercialUsage::Corporation)
            }
            (_, personal) => personal,
        }
    }

    /// Puts these terms beside those of the file: the stricter wins, what one does not say the
    /// other does.
    pub(super) fn narrow(&self, terms: &mut LicenseTerms) {
        terms.avatar_permission = stricter(terms.avatar_permission, self.avatar);
        terms.allow_excessively_violent_usage =
            stricter(terms.allow_excessively_violent_usage, self.violent);
        terms.allow_excessively_sexual_usage =
            stricter(terms.allow_excessively_sexual_usage, self.sexual);
        terms.commercial_usage = stricter(terms.commercial_usage, self.commercial());
        terms.credit_notation = stricter(terms.credit_notation, self.credit);
        terms.allow_redistribution = stricter(terms.allow_redistribution, self.redistribution);
        terms.modification = stricter(terms.modification, self.modification);
    }
}

/// Values are ordered from the strictest.
fn stricter<T: Ord>(left: Option<T>, right: Option<T>) -> Option<T> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, AvatarPermission, HubTerms, terms};
    use schemas::license::{CommercialUsage, CreditNotation, LicenseTerms, Modification};

    #[test]
    fn other_addresses_are_not_hub_terms() {
        for url in [
            "https://hub.vroid.com/",
            "https://hub.vroid.com/license",
            "https://hub.vroid.com.evil.example/license?modification=allow",
            "http://hub.vroid.com/license?modification=allow",
            "https://evil.example/license?modification=allow",
            "undefined",
        ] {
            assert_eq!(terms(url), None, "{url}");
        }
        let with_language = "https://hub.vroid.com/en/license?modification=allow";
        let modification = Some(Modification::AllowModification);
        let expected = HubTerms {
            modification,
            ..HubTerms::default()
        };
        assert_eq!(terms(with_language), Some(expected));
    }

    #[test]
    fn the_stricter_of_both_wins() {
        let mut file = LicenseTerms {
            avatar_permission: Some(AvatarPermission::Everyone),
            allow_excessively_violent_usage: Some(Allowance::Denied),
            ..LicenseTerms::default()
        };
        let url = "https://hub.vroid.com/license?characterization_allowed_user=author\
                   &allowed_to_use_user=everyone&violent_expression=allow&sexual_expression=allow\
                   &corporate_commercial_use=allow&personal_commercial_use=nonprofit\
                   &credit=whatever&redistribution=default&modification=disallow";
        terms(url).unwrap().narrow(&mut file);
        let expected = LicenseTerms {
            avatar_permission: Some(AvatarPermission::OnlyAuthor),
            allow_excessively_violent_usage: Some(Allowance::Denied),
            allow_excessively_sexual_usage: Some(Allowance::Allowed),
            commercial_usage: Some(CommercialUsage::PersonalNonProfit),
            credit_notation: Some(CreditNotation::Required),
            allow_redistribution: Some(Allowance::Denied),
            modification: Some(Modification::Prohibited),
            ..LicenseTerms::default()
        };
        assert_eq!(file, expected);
    }

    #[test]
    fn a_value_said_twice_counts_as_the_stricter() {
        let url = "https://hub.vroid.com/license?redistribution=disallow&redistribution=allow";
        let redistribution = Some(Allowance::Denied);
        assert_eq!(
            terms(url),
            Some(HubTerms {
                redistribution,
                ..HubTerms::default()
            })
        );
    }
}
