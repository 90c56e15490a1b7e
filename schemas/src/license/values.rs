//! The values that permissions take, each from the strictest to the loosest.

use std::fmt;

macro_rules! graded {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        ///
        /// Ordered from the strictest value, which is also the default, to the loosest.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        #[repr(u8)]
        pub enum $name {
            #[default]
            $($(#[$value_doc])* $value),+
        }

        impl $name {
            /// Every value, strictest first.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The word for it on the wire.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }

            /// The value of this word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.word())
            }
        }
    };
}

graded! {
    /// Who may wear the avatar.
    AvatarPermission {
        /// Only the author.
        OnlyAuthor = "onlyAuthor",
        /// Only persons to whom the author licensed it separately.
        OnlySeparatelyLicensedPerson = "onlySeparatelyLicensedPerson",
        /// Everyone.
        Everyone = "everyone",
    }
}

graded! {
    /// Who may earn with it.
    CommercialUsage {
        /// Persons, without profit.
        PersonalNonProfit = "personalNonProfit",
        /// Persons, with profit.
        PersonalProfit = "personalProfit",
        /// Corporations as well.
        Corporation = "corporation",
    }
}

graded! {
    /// Whether the authors must be named.
    CreditNotation {
        /// They must.
        Required = "required",
        /// They need not.
        Unnecessary = "unnecessary",
    }
}

graded! {
    /// Whether it may be changed.
    Modification {
        /// It may not.
        Prohibited = "prohibited",
        /// It may, for oneself.
        AllowModification = "allowModification",
        /// It may, and the result may be handed on.
        AllowModificationRedistribution = "allowModificationRedistribution",
    }
}

graded! {
    /// A permission that is given or not; on the wire a boolean.
    Allowance {
        /// Not given: `false`.
        Denied = "false",
        /// Given: `true`.
        Allowed = "true",
    }
}

impl From<bool> for Allowance {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Allowed } else { Self::Denied }
    }
}
