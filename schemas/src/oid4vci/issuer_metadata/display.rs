//! Names and pictures for people, by language. All of it is outside text (section 12.2.4).

use crate::dcql::ClaimPath;
use crate::json::{Object, Value};
use crate::message::{Kind, Members, MessageError};
use crate::web_url::WebUrl;

/// More languages are refused.
const MAX_DISPLAYS: usize = 64;
/// More claims are refused.
const MAX_CLAIMS: usize = 256;

/// How an issuer or a credential is called in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Display {
    /// `name`
    pub name: Option<String>,
    /// `locale`: a BCP 47 tag.
    pub locale: Option<String>,
    /// `description`, when it is a text.
    pub description: Option<String>,
    /// `logo`, when it is at an address of one of the kinds that are known.
    pub logo: Option<Logo>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// `uri`
    pub uri: LogoUri,
    /// `alt_text`
    pub alt_text: Option<String>,
}

/// Where a picture is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogoUri {
    /// A `data:image/…` URI, not looked into.
    Data(String),
    /// A web address. Fetching it tells its host who is looking.
    Web(WebUrl),
}

impl LogoUri {
    fn as_str(&self) -> &str {
        match self {
            Self::Data(text) => text,
            Self::Web(url) => url.as_str(),
        }
    }
}

impl Display {
    /// The entry for a language tag: the one whose primary language is the same, else one without a
    /// language, else the first.
    #[must_use]
    pub fn choose<'a>(displays: &'a [Self], language: &str) -> Option<&'a Self> {
        let primary = |tag: &str| {
            let part = tag.split('-').next().unwrap_or_default();
            part.to_ascii_lowercase()
        };
        let wanted = primary(language);
        let of = |display: &&Self| display.locale.as_deref().map(primary);
        displays
            .iter()
            .find(|display| of(display).as_deref() == Some(&wanted))
            .or_else(|| displays.iter().find(|display| display.locale.is_none()))
            .or_else(|| displays.first())
    }

    pub(crate) fn read_all(members: &Members<'_>) -> Result<Vec<Self>, MessageError> {
        let kind = members.kind.part("display");
        let entries = members.optional_array("display", MAX_DISPLAYS)?;
        entries
            .iter()
            .map(|value| Self::read(kind, value))
            .collect()
    }

    fn read(kind: Kind, value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(kind, value)?;
        let logo = members.part("logo", "logo");
        Ok(Self {
            name: members.optional_text("name")?,
            locale: members.optional_text("locale")?,
            description: members.optional_word("description").map(str::to_owned),
            logo: logo.ok().flatten().and_then(|part| Logo::read(&part)),
        })
    }

    pub(crate) fn write_all(displays: &[Self], object: &mut Object) {
        if !displays.is_empty() {
            let displays: Vec<Object> = displays.iter().map(Self::to_object).collect();
            object.insert("display", displays);
        }
    }

    fn to_object(&self) -> Object {
        let mut object = Object::new();
        for (name, text) in [
            ("name", &self.name),
            ("locale", &self.locale),
            ("description", &self.description),
        ] {
            if let Some(text) = text {
                object.insert(name, text.as_str());
            }
        }
        if let Some(logo) = &self.logo {
            let mut part = crate::object! { "uri" => logo.uri.as_str() };
            if let Some(text) = &logo.alt_text {
                part.insert("alt_text", text.as_str());
            }
            object.insert("logo", part);
        }
        object
    }
}

impl Logo {
    /// None for an address of another kind: decoration is left out, and refuses nothing.
    fn read(members: &Members<'_>) -> Option<Self> {
        let uri = members.optional_word("uri")?;
        let uri = if uri.starts_with("data:image/") && uri.is_ascii() {
            LogoUri::Data(uri.to_owned())
        } else {
            LogoUri::Web(uri.parse().ok()?)
        };
        Some(Self {
            uri,
            alt_text: members.optional_word("alt_text").map(str::to_owned),
        })
    }
}

/// A member of `claims`: one claim of a credential (appendix B.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimDescription {
    /// `path`: from the root of the credential.
    pub path: ClaimPath,
    /// `mandatory`
    pub presence: ClaimPresence,
    /// `display`, by language.
    pub display: Vec<ClaimDisplay>,
}

/// Whether a credential always has a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClaimPresence {
    /// `mandatory: true`
    Mandatory,
    /// The default.
    #[default]
    Optional,
}

/// How a claim is called in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimDisplay {
    /// `name`
    pub name: Option<String>,
    /// `locale`: a BCP 47 tag.
    pub locale: Option<String>,
}

impl ClaimDescription {
    pub(crate) fn read_all(members: &Members<'_>) -> Result<Vec<Self>, MessageError> {
        let kind = members.kind.part("claim description");
        let entries = members.optional_array("claims", MAX_CLAIMS)?;
        entries
            .iter()
            .map(|value| Self::read(kind, value))
            .collect()
    }

    fn read(kind: Kind, value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(kind, value)?;
        let presence = match members.flag("mandatory")? {
            Some(true) => ClaimPresence::Mandatory,
            Some(false) | None => ClaimPresence::Optional,
        };
        let display = members
            .optional_array("display", MAX_DISPLAYS)?
            .iter()
            .map(|value| {
                let members = Members::of(kind.part("display of a claim"), value)?;
                Ok(ClaimDisplay {
                    name: members.optional_text("name")?,
                    locale: members.optional_text("locale")?,
                })
            })
            .collect::<Result<_, MessageError>>()?;
        Ok(Self {
            path: ClaimPath::read(kind, members.required("path")?)?,
            presence,
            display,
        })
    }

    pub(crate) fn write_all(claims: &[Self], object: &mut Object) {
        if !claims.is_empty() {
            let claims: Vec<Object> = claims.iter().map(Self::to_object).collect();
            object.insert("claims", claims);
        }
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! { "path" => &self.path };
        if self.presence == ClaimPresence::Mandatory {
            object.insert("mandatory", true);
        }
        if !self.display.is_empty() {
            let entry = |display: &ClaimDisplay| {
                let mut entry = Object::new();
                for (name, text) in [("name", &display.name), ("locale", &display.locale)] {
                    if let Some(text) = text {
                        entry.insert(name, text.as_str());
                    }
                }
                entry
            };
            let display: Vec<Object> = self.display.iter().map(entry).collect();
            object.insert("display", display);
        }
        object
    }
}
