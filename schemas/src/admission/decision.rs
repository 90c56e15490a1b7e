//! What a world's policy said over a verdict, and what was shown to it. For the world's own servers.

use crate::asset::MediaType;
use crate::credential::CredentialType;
use crate::did::Did;
use crate::digest::Sha256Digest;
use crate::json::{Object, Value};
use crate::license::LicenseTerms;
use crate::message::{Kind, Members, Message, MessageError, Problem, natural};
use crate::oid4vp::MAX_STATEMENT;
use crate::reason::Reason;

pub(crate) const DECISION: Kind = Kind::new("decision", Reason::BadRequest);
const SHOWN: Kind = Kind::new("shown credential", Reason::BadRequest);

/// More credentials than one presentation can hold are not read.
const MAX_SHOWN: usize = 64;

macro_rules! words {
    (
        $(#[$doc:meta])+ $name:ident,
        $($(#[$variant_doc:meta])+ $variant:ident = $word:literal,)+
    ) => {
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])+ $variant,)+
        }

        impl $name {
            /// Every one of them.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The stable name.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The one of this name.
            #[must_use]
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.id() == id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.id())
            }
        }
    };
}
pub(crate) use words;

/// A member that is one of a few words.
pub(crate) fn read_word<T>(
    members: &Members<'_>,
    name: &'static str,
    from_id: fn(&str) -> Option<T>,
) -> Result<T, MessageError> {
    let expected = "one of the words that stand here";
    from_id(&members.text(name)?).ok_or_else(|| members.fail(name, Problem::Value { expected }))
}

words! {
    /// A world's answer to somebody at the door, in a word.
    Decided,
    /// Come in.
    Admit = "admit",
    /// Come in; the world has to honor license terms.
    AdmitWithConditions = "admit_with_conditions",
    /// Not today.
    Deny = "deny",
    /// Somebody has to grant a license first.
    NeedsLicense = "needs_license",
    /// A person of the world has to look at it.
    Review = "review",
}

impl Decided {
    /// Whether the door opens.
    #[must_use]
    pub const fn admits(self) -> bool {
        matches!(self, Self::Admit | Self::AdmitWithConditions)
    }
}

words! {
    /// A license term that a world has to honor.
    Condition,
    /// Name the authors.
    Credit = "credit",
    /// Only the author may wear it: whoever presents it says to be that.
    AuthorOnly = "author_only",
    /// No commercial use beyond a person's own.
    NoCorporateUse = "no_corporate_use",
    /// Do not hand the file on.
    NoRedistribution = "no_redistribution",
    /// Do not change the model.
    NoModification = "no_modification",
    /// No excessively violent use.
    NoViolence = "no_violence",
    /// No excessively sexual use.
    NoSexualUse = "no_sexual_use",
    /// No political or religious use.
    NoPolitics = "no_politics",
    /// No antisocial or hateful use.
    NoHate = "no_hate",
}

/// `decision`: the answer of the policy and, when the presentation was accepted, what was shown. The
/// world asked for it in order to know it, and keeps it for a short time only.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// `admission`
    pub admission: Decided,
    /// `conditions`: with `admit_with_conditions`, at least one; otherwise none.
    pub conditions: Vec<Condition>,
    /// `shown`: the credentials of an accepted presentation.
    pub shown: Vec<Shown>,
    /// `statement`: the text that was asked for and that the holder confirmed with the presentation,
    /// by the key of the credential.
    pub statement: Option<String>,
}

/// One credential that was shown, verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// `issuer`
    pub issuer: Did,
    /// `type`, and what belongs to it.
    pub right: ShownRight,
    /// `license`: the terms that the holder has; every type of ours states them, and they are here when
    /// they were shown.
    pub license: Option<LicenseTerms>,
    /// `asset_digest` and `media_type`: the model file, when a creator's statement names it.
    pub asset: Option<ShownAsset>,
}

/// What a credential grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownRight {
    /// `AvatarCredential`
    Avatar {
        /// `persona_name`, when it was shown.
        persona_name: Option<String>,
    },
    /// `ItemCredential`
    Item {
        /// `item_class`, when it was shown.
        item_class: Option<String>,
        /// `serial`, when it was shown.
        serial: Option<u64>,
    },
    /// `AssetProvenance`: a statement, and no right.
    Provenance,
    /// A type that the policy allowed by its name.
    Other {
        /// `type`
        type_name: String,
    },
}

impl ShownRight {
    /// The type of the credential.
    #[must_use]
    pub const fn kind(&self) -> CredentialType {
        match self {
            Self::Avatar { .. } => CredentialType::Avatar,
            Self::Item { .. } => CredentialType::Item,
            Self::Provenance => CredentialType::AssetProvenance,
            Self::Other { .. } => CredentialType::Other,
        }
    }
}

/// The model file of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownAsset {
    /// `asset_digest`
    pub digest: Sha256Digest,
    /// `media_type`
    pub media_type: MediaType,
}

impl Message for Decision {
    /// Other members are refused.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(DECISION, value)?;
        members.only(&["admission", "conditions", "shown", "statement"])?;
        let admission = read_word(&members, "admission", Decided::from_id)?;
        let conditions = match (admission, members.optional("conditions")) {
            (Decided::AdmitWithConditions, Some(value)) => {
                let most = Condition::ALL.len();
                let words = DECISION.texts("conditions", value, most)?.into_iter();
                let expected = "names of conditions";
                let read = |word: String| {
                    Condition::from_id(&word)
                        .ok_or_else(|| members.fail("conditions", Problem::Value { expected }))
                };
                words.map(read).collect::<Result<_, _>>()?
            }
            (Decided::AdmitWithConditions, None) => {
                return Err(members.fail("conditions", Problem::Missing));
            }
            (_, Some(_)) => {
                let other = "this admission";
                return Err(members.fail("conditions", Problem::Excludes { other }));
            }
            (_, None) => Vec::new(),
        };
        let shown = members.optional_array("shown", MAX_SHOWN)?;
        let statement = members.optional_text("statement")?;
        let length = statement.as_deref().map_or(0, |text| text.chars().count());
        DECISION.within("statement", length, MAX_STATEMENT)?;
        Ok(Self {
            admission,
            conditions,
            shown: shown
                .iter()
                .map(Shown::from_value)
                .collect::<Result<_, _>>()?,
            statement,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! { "admission" => self.admission.id() };
        if !self.conditions.is_empty() {
            let conditions: Vec<_> = self.conditions.iter().map(|one| one.id()).collect();
            object.insert("conditions", conditions);
        }
        if !self.shown.is_empty() {
            let shown: Vec<Object> = self.shown.iter().map(Message::to_object).collect();
            object.insert("shown", shown);
        }
        if let Some(statement) = &self.statement {
            object.insert("statement", statement.as_str());
        }
        object
    }
}

impl Message for Shown {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of_member(SHOWN, "shown", value)?;
        let common = ["type", "issuer", "license", "asset_digest", "media_type"];
        let type_name = members.text("type")?;
        let (right, special): (ShownRight, &[&str]) = match type_name.parse() {
            Ok(CredentialType::Avatar) => (
                ShownRight::Avatar {
                    persona_name: members.optional_text("persona_name")?,
                },
                &["persona_name"],
            ),
            Ok(CredentialType::Item) => (
                ShownRight::Item {
                    item_class: members.optional_text("item_class")?,
                    serial: members.natural("serial")?,
                },
                &["item_class", "serial"],
            ),
            Ok(CredentialType::AssetProvenance) => (ShownRight::Provenance, &[]),
            Ok(CredentialType::Other) | Err(_) => (ShownRight::Other { type_name }, &[]),
        };
        let license = match (&right, members.optional("license")) {
            (ShownRight::Provenance, None) => return Err(members.fail("license", Problem::Missing)),
            (_, license) => license
                .map(|license| read_license(&members, license))
                .transpose()?,
        };
        members.only(&[&common, special].concat())?;
        let expected = "a DID";
        Ok(Self {
            issuer: members
                .text("issuer")?
                .parse()
                .map_err(|_| members.fail("issuer", Problem::Value { expected }))?,
            right,
            license,
            asset: ShownAsset::read(&members)?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "type" => match &self.right {
                ShownRight::Other { type_name } => type_name.as_str(),
                right => right.kind().name(),
            },
            "issuer" => &self.issuer,
        };
        match &self.right {
            ShownRight::Avatar { persona_name } => {
                if let Some(persona_name) = persona_name {
                    object.insert("persona_name", persona_name.as_str());
                }
            }
            ShownRight::Item { item_class, serial } => {
                if let Some(item_class) = item_class {
                    object.insert("item_class", item_class.as_str());
                }
                if let Some(serial) = natural(*serial) {
                    object.insert("serial", serial);
                }
            }
            ShownRight::Provenance | ShownRight::Other { .. } => {}
        }
        if let Some(license) = &self.license {
            object.insert("license", license.to_object());
        }
        if let Some(asset) = self.asset {
            object.insert("asset_digest", asset.digest);
            object.insert("media_type", asset.media_type.as_str());
        }
        object
    }
}

impl ShownAsset {
    /// Both or neither.
    fn read(members: &Members<'_>) -> Result<Option<Self>, MessageError> {
        let digest = members.optional_text("asset_digest")?;
        let media_type = members.optional_text("media_type")?;
        let (digest, media_type) = match (digest, media_type) {
            (Some(digest), Some(media_type)) => (digest, media_type),
            (None, None) => return Ok(None),
            (None, Some(_)) => return Err(members.fail("asset_digest", Problem::Missing)),
            (Some(_), None) => return Err(members.fail("media_type", Problem::Missing)),
        };
        let value = |member, expected| members.fail(member, Problem::Value { expected });
        Ok(Some(Self {
            digest: digest
                .parse()
                .map_err(|_| value("asset_digest", "a SHA-256 digest in the form uEi…"))?,
            media_type: MediaType::from_name(&media_type)
                .ok_or_else(|| value("media_type", "the media type of a model"))?,
        }))
    }
}

/// `license`: terms by their names in VRM 1.0; a fault keeps its own reason.
pub(crate) fn read_license(
    members: &Members<'_>,
    value: &Value,
) -> Result<LicenseTerms, MessageError> {
    LicenseTerms::from_value(value).map_err(|error| {
        let problem = Problem::License(error);
        members.kind.fail_as("license", problem, error.reason())
    })
}
