//! What a verifier says about itself (section 5.1, RFC 7591 section 2). All names are outside text;
//! the signed identifier is what a person is shown first.

use crate::json::{Object, Value};
use crate::lang::Lang;
use crate::message::{Members, MessageError};
use crate::web_url::WebUrl;

/// More languages or formats are refused.
const MAX_LIST: usize = 64;

/// `client_metadata`. Members for encryption are not read yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientMetadata {
    /// `client_name`
    pub client_name: Option<String>,
    /// `client_name#TAG`: the name in the language of a BCP 47 tag.
    pub localized_names: Vec<(String, String)>,
    /// `logo_uri`
    pub logo_uri: Option<WebUrl>,
    /// `vp_formats_supported`
    pub vp_formats: VpFormats,
}

/// `vp_formats_supported` (section 11.1): formats that the verifier takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VpFormats {
    /// `ldp_vc`
    pub ldp_vc: Option<LdpVcSupport>,
    /// Formats that are not read, by their names.
    pub others: Vec<(String, Object)>,
}

/// Parameters of `ldp_vc` (section B.1.3.2.3). An empty list means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LdpVcSupport {
    /// `proof_type_values`
    pub proof_types: Vec<String>,
    /// `cryptosuite_values`
    pub cryptosuites: Vec<String>,
}

impl ClientMetadata {
    /// The name to show: in that language, else the one without language.
    #[must_use]
    pub fn name(&self, lang: Lang) -> Option<&str> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        let localized = self
            .localized_names
            .iter()
            .find(|(tag, _)| primary(tag).eq_ignore_ascii_case(lang.tag()))
            .map(|(_, name)| name.as_str());
        localized.or(self.client_name.as_deref())
    }

    pub(crate) fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let mut localized_names = Vec::new();
        for (name, value) in members.object.iter() {
            if let Some(tag) = name.strip_prefix("client_name#") {
                let text = members.kind.text("client_name", value)?;
                localized_names.push((tag.to_owned(), text));
            }
        }
        members
            .kind
            .within("client_name", localized_names.len(), MAX_LIST)?;
        // Members have no order: which name is shown must not depend on how they arrived.
        localized_names.sort();
        let formats = members.part("vp_formats_supported", "vp_formats_supported")?;
        Ok(Self {
            client_name: members.optional_text("client_name")?,
            localized_names,
            logo_uri: members.optional_url("logo_uri")?,
            vp_formats: formats
                .map(|part| VpFormats::read(&part))
                .transpose()?
                .unwrap_or_default(),
        })
    }

    pub(crate) fn to_object(&self) -> Object {
        let mut object = Object::new();
        if let Some(name) = &self.client_name {
            object.insert("client_name", name.as_str());
        }
        for (tag, name) in &self.localized_names {
            object.insert(format!("client_name#{tag}"), name.as_str());
        }
        if let Some(url) = &self.logo_uri {
            object.insert("logo_uri", url);
        }
        let formats = self.vp_formats.to_object();
        if !formats.is_empty() {
            object.insert("vp_formats_supported", formats);
        }
        object
    }
}

impl VpFormats {
    fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let kind = members.kind;
        kind.within("vp_formats_supported", members.object.len(), MAX_LIST)?;
        let mut formats = Self::default();
        for (name, value) in members.object.iter() {
            let part = Members::of_member(kind, "vp_formats_supported", value)?;
            if name == "ldp_vc" {
                formats.ldp_vc = Some(LdpVcSupport {
                    proof_types: part.optional_texts("proof_type_values", MAX_LIST)?,
                    cryptosuites: part.optional_texts("cryptosuite_values", MAX_LIST)?,
                });
            } else {
                formats.others.push((name.to_owned(), part.object.clone()));
            }
        }
        formats
            .others
            .sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(formats)
    }

    fn to_object(&self) -> Object {
        let mut object = Object::new();
        if let Some(support) = &self.ldp_vc {
            let mut part = Object::new();
            for (name, values) in [
                ("proof_type_values", &support.proof_types),
                ("cryptosuite_values", &support.cryptosuites),
            ] {
                if !values.is_empty() {
                    part.insert(name, values.clone());
                }
            }
            object.insert("ldp_vc", part);
        }
        for (name, parameters) in &self.others {
            object.insert(name.as_str(), Value::Object(parameters.clone()));
        }
        object
    }
}
