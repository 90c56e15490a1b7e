//! What somebody wants to do with a model, and whether its terms allow it.

use crate::license::{
    Allowance, AvatarPermission, CommercialUsage, CreditNotation, Modification, Permissions,
};

/// In which role somebody wears an avatar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wearer {
    /// Its author.
    Author,
    /// A person to whom the author licensed it separately.
    SeparatelyLicensedPerson,
    /// Anybody else.
    Anyone,
}

/// A use that terms allow or not. Personal use without profit, with credit, by somebody who may
/// wear it, needs no further permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// To wear it as an avatar.
    Wear(Wearer),
    /// Excessively violent expression.
    ExcessiveViolence,
    /// Excessively sexual expression.
    ExcessiveSexuality,
    /// Political or religious purposes.
    PoliticalOrReligious,
    /// Antisocial purposes or hate.
    AntisocialOrHate,
    /// A person earns with it.
    PersonalProfit,
    /// A corporation uses it.
    Corporation,
    /// To leave the authors unnamed.
    WithoutCredit,
    /// To hand on the unchanged file. (Sending it to others' clients so that they see the avatar is
    /// part of wearing it: VRM Public License 1.0.)
    Redistribute,
    /// To change it for oneself. (Technical changes needed to show it are part of wearing it.)
    Modify,
    /// To hand on a changed version.
    RedistributeModified,
}

impl Permissions {
    /// Whether these terms allow the use.
    #[must_use]
    pub fn permit(&self, wanted: Use) -> Allowance {
        match wanted {
            Use::Wear(Wearer::Author) => Allowance::Allowed,
            Use::Wear(Wearer::SeparatelyLicensedPerson) => {
                (self.avatar_permission >= AvatarPermission::OnlySeparatelyLicensedPerson).into()
            }
            Use::Wear(Wearer::Anyone) => {
                (self.avatar_permission >= AvatarPermission::Everyone).into()
            }
            Use::ExcessiveViolence => self.allow_excessively_violent_usage,
            Use::ExcessiveSexuality => self.allow_excessively_sexual_usage,
            Use::PoliticalOrReligious => self.allow_political_or_religious_usage,
            Use::AntisocialOrHate => self.allow_antisocial_or_hate_usage,
            Use::PersonalProfit => {
                (self.commercial_usage >= CommercialUsage::PersonalProfit).into()
            }
            Use::Corporation => (self.commercial_usage >= CommercialUsage::Corporation).into(),
            Use::WithoutCredit => (self.credit_notation >= CreditNotation::Unnecessary).into(),
            Use::Redistribute => self.allow_redistribution,
            Use::Modify => (self.modification >= Modification::AllowModification).into(),
            Use::RedistributeModified => {
                (self.modification >= Modification::AllowModificationRedistribution).into()
            }
        }
    }
}
